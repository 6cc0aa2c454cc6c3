"""Figures one by one, as they are believed now or were at an earlier moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.kernel.lists.address import BadAddress, shown
from yuanheng.kernel.policies import policy_for
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    RelationFilter,
    Resource,
    register,
)
from yuanheng.kernel.resources.filters import BoundFilter, Filter, Option
from yuanheng.ledger.choices import BearerKind, DataGroup
from yuanheng.ledger.models import Indicator, Observation, Subject
from yuanheng.ledger.queries.believed import known_up_to, moment_of
from yuanheng.ledger.resources.entries import standing_badge
from yuanheng.ledger.wording import written

_KEY = ("subject", "period_start", "period_kind", "indicator")


class _Written(Filter):
    """A filter that is typed, not chosen."""

    hint: Any = ""

    def options(self, user: Any, value: str) -> list[Option]:
        return []

    def bind_to(
        self, model: Any, user: Any, given: Mapping[str, str], options: Any = None
    ) -> BoundFilter:
        value = given.get(self.name, "")
        return BoundFilter(self.name, self.title(model), value, [], kind="text", hint=self.hint)


class PeriodFilter(_Written):
    """``period=2024-07``"""

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        try:
            at = Period.parse(value)
        except ValueError:
            text = _("“%(label)s” is no period. Write 2024, 2024H1, 2024Q3, 2024-07 or "
                     "2024-01..07.")  # fmt: skip
            raise BadAddress(text % {"label": shown(value)}, where=self.name) from None
        return queryset.filter(period_start=at.start, period_kind=at.kind)


class SubjectFilter(_Written):
    """``subject=LSJ``: the code of a park, a division, an enterprise."""

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        return queryset.filter(subject__in=Subject.objects.filter(code=value).values("pk"))


class AsOfFilter(_Written):
    """What is believed now, or was at the end of a day or at a moment: ``as_of=2024-03-01``. Of
    each figure the last row that was known then; what had been withdrawn is left out."""

    def narrow(self, queryset: QuerySet, given: Mapping[str, str], user: Any) -> QuerySet:
        value = given.get(self.name, "")
        later = Observation.objects.filter(
            pk__gt=OuterRef("pk"), **{name: OuterRef(name) for name in _KEY}
        )
        if value:
            up_to = known_up_to(_moment(value)) or 0
            queryset, later = queryset.filter(pk__lte=up_to), later.filter(pk__lte=up_to)
        return queryset.filter(~Exists(later.order_by()), value__isnull=False)


def _moment(text: str) -> datetime:
    try:
        return moment_of(text)
    except ValueError:
        said = _("“%(text)s” is no day or moment. Write 2024-03-01 or 2024-03-01T12:00.")
        raise BadAddress(said % {"text": shown(text)}, where="as_of") from None


def _period(row: Observation) -> str:
    return row.period.label


def _text(row: Observation) -> str:
    return written(row.indicator, row.value)


def _standing(row: Observation) -> str:
    return str(row.entry.get_standing_display())


@register
class ObservationResource(Resource):
    name, path, model, icon = "observation", "observations", Observation, "chart-bar"
    lookup = "pk"
    columns = [
        Column("subject__name", gettext_lazy("Subject"), sort=False),
        Column("subject__code", gettext_lazy("Subject's code"), kind="code", sort=False,
               phone=False),
        Column("indicator__shown_name", gettext_lazy("Indicator"), sort=False, link=True),
        Column("indicator__code", gettext_lazy("Indicator's code"), kind="code", sort=False,
               phone=False),
        Column("period", gettext_lazy("Period"), value=_period, sort=False),
        Column("written", gettext_lazy("Figure"), value=_text, sort=False),
        Column("indicator__measure_shown", gettext_lazy("Unit"), sort=False),
        Column("value", gettext_lazy("Kept value"), kind="figure", sort=False, phone=False),
        Column("entry__source", gettext_lazy("Source"), sort=False, phone=False),
        Column("entry__source_name", gettext_lazy("File, form or document"), sort=False,
               phone=False),
        Column("standing", gettext_lazy("Standing"), value=_standing, sort=False, phone=False),
        Column("entry__known_at", gettext_lazy("Known since"), kind="moment", sort=False,
               phone=False),
    ]  # fmt: skip
    more_columns = ()
    filters = [
        RelationFilter("indicator", Indicator),
        SubjectFilter("subject", gettext_lazy("Subject's code")),
        ChoiceFilter("subject__kind", BearerKind, label=gettext_lazy("Figures of")),
        PeriodFilter("period", gettext_lazy("Period")),
        AsOfFilter("as_of", gettext_lazy("As known at")),
    ]
    ordering = ["-pk"]
    related = ["subject", "indicator", "entry__filled_by", "entry__approved_by"]
    companions = False  # rows that are final
    in_search = False
    empty_text = gettext_lazy("No figure fits.")
    panels = [
        FieldsPanel(
            gettext_lazy("Figure"),
            [
                Column("subject__name", gettext_lazy("Subject")),
                Column("indicator__shown_name", gettext_lazy("Indicator")),
                Column("period", gettext_lazy("Period"), value=_period),
                Column("written", gettext_lazy("Figure"), value=_text),
                Column("indicator__measure_shown", gettext_lazy("Unit")),
                "place",
                "reason",
            ],
        ),
        FieldsPanel(
            gettext_lazy("Where it comes from"),
            [
                Column("entry__source", gettext_lazy("Source")),
                Column("entry__source_name", gettext_lazy("File, form or document")),
                Column("entry__filled_by", gettext_lazy("Filled in by")),
                Column("entry__approved_by", gettext_lazy("Approved by")),
                Column("entry__known_at", gettext_lazy("Known since"), kind="moment"),
            ],
        ),
    ]

    def queryset(self, user: Any, *, many: bool = False) -> QuerySet:
        """Without figures of a data group that this person may not see of an enterprise."""
        rows = super().queryset(user, many=many)
        firms = Subject.objects.filter(kind=BearerKind.ENTERPRISE)
        policy: Any = policy_for(Subject)
        for group in DataGroup.values:
            seen = policy.unmasked(user, group, firms)
            if seen is True:
                continue
            hidden = Q(subject__kind=BearerKind.ENTERPRISE, indicator__data_group=group)
            if seen is not False:
                hidden &= ~Q(subject__in=seen)
            rows = rows.exclude(hidden)
        return rows

    def row_title(self, row: Any) -> str:
        return f"{row.indicator.shown_name} · {row.period.label}"

    def subtitle(self, row: Any) -> Any:
        return row.subject.name

    def badges(self, row: Any) -> Sequence[Badge]:
        return [standing_badge(row.entry)]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        one = row.subject
        href = reverse(
            "figure-passport", args=[one.kind, one.code, row.indicator.code, row.period.label]
        )
        return [Button(_("Passport of the figure"), href, "file-text", is_main=True)]
