"""For the tests of every room: the contract that each register keeps. Imported by tests only."""

import pytest

for one in ("contract", "ground"):
    pytest.register_assert_rewrite(f"yuanheng.kernel.testing.{one}")

from yuanheng.kernel.testing.contract import ResourceContract  # noqa: E402
from yuanheng.kernel.testing.forms import form_values  # noqa: E402

__all__ = ["ResourceContract", "form_values"]
