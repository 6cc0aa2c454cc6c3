"""Whose people are staff is declared, kind by kind."""

from __future__ import annotations

from yuanheng.accounts.choices import INSIDE, OrgKind


def test_every_kind_but_enterprises_is_inside():
    assert set(OrgKind) - INSIDE == {OrgKind.ENTERPRISE}
