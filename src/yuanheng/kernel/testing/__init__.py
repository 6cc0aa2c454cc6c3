"""For the tests of every room: the contract that each register keeps. Imported by tests only."""

from yuanheng.kernel.testing.contract import ResourceContract
from yuanheng.kernel.testing.forms import form_values

__all__ = ["ResourceContract", "form_values"]
