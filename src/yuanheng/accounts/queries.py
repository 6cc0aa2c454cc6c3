"""Reads of accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.accounts.models import Grant
from yuanheng.accounts.scope import grants_of


def place_in_words(user: Any) -> str:
    """``娄底市 (分析员)``: where the person works in which role, for the head of a page."""
    if user.is_superuser:
        return _("Everything (superuser)")
    return " · ".join(map(_in_words, grants_of(user)))


def _in_words(grant: Grant) -> str:
    role = grant.get_role_display()
    if grant.deputising_for:
        role = _("%(role)s for %(person)s") % {"role": role, "person": grant.deputising_for}
    return f"{grant.org_unit} ({role})"
