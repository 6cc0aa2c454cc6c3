"""A place as keys: for a walk over a register of a million rows.

"In these regions or in these parks" is two index lookups for a database when it is told the keys,
and a walk over everything when it must join two tables to find out.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP

from yuanheng.accounts.scope import Place
from yuanheng.kernel.counting import read_together

# More keys than this are no help: the person sees most of the register.
MOST_KEYS = 5_000


def by_keys(
    model: type[models.Model], place: Place, code_path: str, org_unit_path: str, credit_path: str
) -> Q:
    """The same as ``place.filter``, with the relations that it walks looked up: one query."""
    whole = place.filter(
        code_path=code_path, org_unit_path=org_unit_path, credit_code_path=credit_path
    )
    parts: list[tuple[str, models.QuerySet]] = []
    for path, inner in ((code_path, "code_path"), (org_unit_path, "org_unit_path")):
        relation, _, rest = path.partition(LOOKUP_SEP)
        if not rest or LOOKUP_SEP in rest:
            continue
        target = model._meta.get_field(relation).related_model
        found = place.filter(**{inner: rest})
        parts.append((relation, models.QuerySet(target).filter(found).order_by()))
    if not parts:
        return whole
    keys = _keys(parts)
    if sum(map(len, keys.values())) > MOST_KEYS:
        return whole
    direct = place.filter(
        code_path=code_path
        if code_path and code_path.partition(LOOKUP_SEP)[0] not in keys
        else "",
        org_unit_path=(
            org_unit_path
            if org_unit_path and org_unit_path.partition(LOOKUP_SEP)[0] not in keys
            else ""
        ),
    )
    for relation, numbers in keys.items():
        if numbers:
            direct |= Q(**{f"{relation}__in": numbers})
    for credit_code, _area in place.enterprises if credit_path else ():
        # The area of an enterprise's keeper is rarely asked: as it stands in the whole filter.
        direct |= Q(**{credit_path: credit_code}) & whole
    return direct


def _keys(parts: list[tuple[str, models.QuerySet]]) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = {name: [] for name, _rows in parts}
    most = MOST_KEYS + 1
    for name, key in read_together((name, rows.values_list("pk")[:most]) for name, rows in parts):
        keys[name].append(key)
    return keys
