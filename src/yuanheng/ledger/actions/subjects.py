"""The subjects of figures: made when the first figure of a park or an enterprise arrives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yuanheng.accounts.models import OrgUnit
from yuanheng.kernel.actions import action, record
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import Subject
from yuanheng.registry.models import Enterprise, Park, Region

# kind → (register, its key, the link to it)
_REGISTERS: dict[str, tuple[Any, str, str]] = {
    BearerKind.REGION: (Region, "code", "region"),
    BearerKind.PARK: (Park, "code", "park"),
    BearerKind.ENTERPRISE: (Enterprise, "credit_code", "enterprise"),
    BearerKind.DEPARTMENT: (OrgUnit, "code", "org_unit"),
}
_CHUNK = 500


def subjects_of(kind: str, codes: Iterable[str], *, acting_user: Any) -> dict[str, int]:
    """The subject of each of these rows of a register, by its code; codes that no register holds
    are left out. Who may write a figure of it is checked when one is written."""
    wanted = list(dict.fromkeys(codes))
    found = _known(kind, wanted)
    missing = [code for code in wanted if code not in found]
    if missing and kind in _REGISTERS and _in_register(kind, missing):
        found |= _add_subjects(acting_user=acting_user, kind=kind, codes=missing)
    return found


@action("ledger.add_subjects")
def _add_subjects(*, acting_user: Any, kind: str, codes: list[str]) -> dict[str, int]:
    link = _REGISTERS[kind][2]
    rows = [
        Subject(kind=kind, code=code, name=name, **{f"{link}_id": pk})
        for code, pk, name in _in_register(kind, codes)
    ]
    Subject.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    record(label=f"{kind} subjects", after={"added": len(rows)})
    return _known(kind, codes)


@action("ledger.add_public_subject")
def add_public_subject(*, acting_user: Any, kind: str, code: str, name: str) -> Subject:
    """Something that a published document speaks of and that stands in no register of ours."""
    row, is_new = Subject.objects.get_or_create(
        kind=kind, code=code, defaults={"name": name, "is_public": True}
    )
    record(row, after={"new": is_new})
    return row


def _known(kind: str, codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(codes), _CHUNK):
        rows = Subject.objects.filter(kind=kind, code__in=codes[start : start + _CHUNK])
        found |= dict(rows.values_list("code", "pk"))
    return found


def _in_register(kind: str, codes: list[str]) -> list[tuple[str, int, str]]:
    model, key, _link = _REGISTERS[kind]
    found = []
    for start in range(0, len(codes), _CHUNK):
        rows = model.objects.filter(**{f"{key}__in": codes[start : start + _CHUNK]})
        found += list(rows.values_list(key, "pk", "name"))
    return found
