"""The flows of the ledger: issuing a form, reporting and approving what it asks."""

from yuanheng.ledger.flow import forms, submissions  # noqa: F401
