"""Finds and adds the committees that a file of parks names."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.choices import OrgKind
from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.scope import forget_scope
from yuanheng.kernel.actions import record, snapshot
from yuanheng.kernel.figures import MISSING


class Committees:
    """The committees that a person sees, by code and by name."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.by_text: dict[str, OrgUnit] = {}
        self.by_pk: dict[int, OrgUnit] = {}
        rows = OrgUnit.objects.visible_to(user).filter(kind=OrgKind.COMMITTEE)
        for row in rows.order_by("-archived_at", "-code"):
            self._keep(row)

    def find(self, text: str | None) -> OrgUnit | None:
        return self.by_text.get(text) if text else None

    def name_of(self, pk: int | None) -> str:
        found = self.by_pk.get(pk) if pk else None
        return found.name if found else MISSING

    def find_or_add(self, text: str, *, code: str, near: str) -> OrgUnit:
        """The committee of that name, or a new one under the office of territory ``near``.

        For use inside an action.
        """
        found = self.find(text)
        if found:
            return found
        codes = [near[:size] for size in (9, 6, 4, 2) if size <= len(near)]
        offices = OrgUnit.objects.filter(division_code__in=codes)
        parent = max(offices, key=lambda one: len(one.division_code), default=None)
        added = OrgUnit(code=code, name=text, kind=OrgKind.COMMITTEE, parent=parent)
        added.full_clean()
        added.save()
        forget_scope(self.user)  # it lies in this person's area from now on
        record(added, code="accounts.create_orgunit", after=snapshot(added))
        self._keep(added)
        return added

    def _keep(self, row: OrgUnit) -> None:
        self.by_text[row.code] = self.by_text[row.name] = row
        self.by_pk[row.pk] = row
