"""What the generic screens show of the ledger."""

from yuanheng.ledger.resources import entries, indicators, snapshots  # noqa: F401
