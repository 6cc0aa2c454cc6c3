"""What the registers of questions and of drafts have in common, and those of the units' cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.consultation.authz import may_write
from yuanheng.kernel.figures import day
from yuanheng.kernel.flow.resource import light_badges, state_badges
from yuanheng.kernel.resources import Badge, Button, Column, Resource


def counted(rows: QuerySet, name: str, condition: Q) -> Any:
    """How many cases of a row fit, inside the query of the list."""
    cases = rows.filter(**{name: OuterRef("pk")}).filter(condition).order_by()
    number = cases.values(name).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number), Value(0), output_field=IntegerField())


MOST_NAMED = 5


def came(row: Any) -> str:
    """How many units have handed in, of how many."""
    return f"{row.given_count} / {row.asked_count}"


def until(row: Any) -> str:
    """The deadline; without one the days of the usual term count for each unit."""
    return day(row.deadline) if row.deadline else _("by the usual term")


class AskedResource(Resource):
    """Something that an office asks of units: how many have answered, who sees the answers."""

    cases: ClassVar[type[models.Model]]  # of the units
    path_to: ClassVar[str]  # from such a case to what is asked

    this_round: ClassVar[Q] = Q()  # of its cases, those that count

    def prepare(self, queryset: QuerySet) -> QuerySet:
        cases = self.cases._default_manager.exclude(state="withdrawn").filter(self.this_round)
        return super().prepare(queryset).annotate(
            asked_count=counted(cases, self.path_to, Q()),
            given_count=counted(cases, self.path_to, Q(given_on__isnull=False)),
        )  # fmt: skip

    def subtitle(self, row: Any) -> str:
        said = {"given": row.given_count, "asked": row.asked_count}
        return _("%(given)d of %(asked)d units have answered") % said if row.asked_count else ""

    def archive(self, *, acting_user: Any, row: Any, reason: str) -> Any:
        """Only when nobody has anything left to do with it."""
        left = list(row.open_cases.select_related("unit")[: MOST_NAMED + 1])
        if left:
            names = _(", ").join(str(one.unit) for one in left[:MOST_NAMED])
            text = _("Units are still busy with it: %(names)s%(more)s. Accept or settle what has "
                     "come, call off what hasn't, then put it away.")  # fmt: skip
            more = _(" and others") if len(left) > MOST_NAMED else ""
            raise ValidationError(text % {"names": names, "more": more})
        return super().archive(acting_user=acting_user, row=row, reason=reason)

    def time_button(self, row: Any) -> list[Button]:
        """For who keeps it, while a unit hasn't answered."""
        if not row.asked_count or row.given_count == row.asked_count:
            return []
        address = reverse(f"{self.name}-time", args=[row.code])
        return [Button(_("Give all more time"), address, "history")]

    def badges(self, row: Any) -> Sequence[Badge]:
        if not row.asked_count:
            return [Badge(_("being prepared"), "secondary")]
        return [Badge(_("open to each other"), "green")] if row.is_open else []


class OfUnit:
    """Beside ``CaseResource``, for the case of a unit that is asked and writes in its turn."""

    nav_order = None
    name: ClassVar[str]
    write_text: ClassVar[Any]
    columns = (
        Column("number", kind="code", sort="serial", link=True, phone=False),
        Column("title", link=True),
        Column("unit__name", gettext_lazy("unit"), phone=False),
        Column("state", gettext_lazy("State"), kind="badges", value=state_badges),
        Column("due_on", gettext_lazy("Light"), kind="badges", value=light_badges),
        Column("due_on", kind="day", phone=False, sort=False),
        Column("given_on", kind="day", phone=False),
    )
    of_office = (
        Column("office__name", gettext_lazy("asking office")),
        Column("given_by", gettext_lazy("handed in by")),
    )

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = super().buttons(row, user)  # type: ignore[misc]
        if not may_write(user, row):
            return found
        address = reverse(f"{self.name}-write", args=[row.code])
        first = Button(self.write_text, address, "edit", is_main=True)
        return [first, *(replace(one, is_main=False) for one in found)]
