from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from yuanheng.tabular import check_credit_code


def validate_credit_code(text: str) -> None:
    """The rules of GB 32100-2015, with the reader's own words."""
    fault = check_credit_code(text)
    if fault:
        english = (get_language() or "").startswith("en")
        raise ValidationError(fault.text("en" if english else "zh"), code=fault.code)
