"""The registers of rounds, sheets, objections and rules of procedure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, HandsFilter, StateFilter
from yuanheng.kernel.flow.policy import may_open
from yuanheng.kernel.flow.resource import light_badges, state_badges
from yuanheng.kernel.navigation import EVALUATION, SETTINGS
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    Resource,
    TemplatePanel,
    register,
)
from yuanheng.kernel.resources.filters import Filter, Option
from yuanheng.ledger.api import correction_words
from yuanheng.rounds.areas import area_list_of
from yuanheng.rounds.choices import About, Answer, Outcome, Purpose, Silence
from yuanheng.rounds.flow import ObjectionFlow, RoundFlow
from yuanheng.rounds.flow.rounds import is_outdated
from yuanheng.rounds.models import EvaluationRound, Objection, ProcedureRule, Sheet
from yuanheng.rounds.queries import answered_lines, sheet_check
from yuanheng.rounds.tally import tally_of
from yuanheng.rounds.wording import shown_figure

ANSWER_TONES = {
    Answer.WAITING: "yellow", Answer.CONFIRMED: "green", Answer.OBJECTED: "orange",
    Answer.AGREED: "teal", Answer.UNANSWERED: "secondary", Answer.RELEASED: "secondary",
}  # fmt: skip
OUTCOME_TONES = {Outcome.UPHELD: "green", Outcome.PARTLY: "yellow", Outcome.REFUSED: "secondary"}


def answer_badges(row: Sheet) -> list[Badge]:
    """The answer, and on whose word where it isn't the subject's own."""
    found = [Badge(row.get_answer_display(), ANSWER_TONES[Answer(row.answer)])]
    if row.answered_as in ("park", "office"):
        found.append(Badge(row.get_answered_as_display(), "secondary"))
    return found


def outcome_badges(row: Objection) -> list[Badge]:
    if not row.outcome:
        return []
    return [Badge(row.get_outcome_display(), OUTCOME_TONES[Outcome(row.outcome)])]


def _progress(row: EvaluationRound, request: HttpRequest) -> dict[str, Any] | None:
    tally = tally_of(row)
    if not tally.sheets:
        return None
    return {
        "row": row,
        "tally": tally,
        "lines": answered_lines(row, tally),
        "figures": tally.objected(About.FIGURES),
        "results": tally.objected(About.RESULT),
        "sheets_url": f"{reverse('sheet-list')}?round={row.code}",
        "areas_url": f"{reverse('reckoning-list')}?year.from={row.period}&year.to={row.period}",
        "objections_url": f"{reverse('objection-list')}?q={row.title}",
        "silence": Silence(row.rule.get("silence", Silence.UNANSWERED)).label,
    }


def _check(row: EvaluationRound, request: HttpRequest) -> dict[str, Any] | None:
    if row.state not in ("checking", "confirming") or not row.fields_given:
        return None
    return sheet_check(row)


def _runs(row: EvaluationRound, request: HttpRequest) -> dict[str, Any] | None:
    if row.run is None:
        return None
    return {"row": row, "outdated": row.state == "heard" and is_outdated(row)}


def _rule_words(row: EvaluationRound) -> list[Badge]:
    rule = row.rule
    words = [Badge(Silence(rule.get("silence", Silence.UNANSWERED)).label)]
    if rule.get("checked_by_another"):
        words.append(Badge(_("checked by another person")))
    if rule.get("published_by_another"):
        words.append(Badge(_("published by another person")))
    if rule.get("again_if_changed"):
        words.append(Badge(_("publicity again if changed")))
    if rule.get("areas_first"):
        words.append(Badge(_("area list settled first")))
    return words


def _area_list(row: EvaluationRound) -> str:
    """The settled area list on which an evaluation of enterprises stands."""
    if row.is_area_list or row.kind != "enterprise":
        return ""
    found = area_list_of(row)
    return str(found) if found else _("none was settled for this year")


def _rule_source(row: EvaluationRound) -> Any:
    if not row.rule.get("token"):
        return _("defaults of the software; an administrator can set the office's own")
    return row.rule.get("clause") or row.rule.get("name")


@register
class RoundResource(CaseResource):
    flow, path, nav_order, icon = RoundFlow, "rounds", 51, "refresh"
    nav_group = EVALUATION
    nav_action = EDIT
    related = (
        "org_unit", "opened_by", "assignee", "scheme_version__scheme", "table", "run", "final_run",
        "previous__scheme_version__scheme", "computed_by", "prepared_by",
    )  # fmt: skip
    columns = (
        Column("number", kind="code", sort="serial", link=True),
        Column("title", link=True),
        Column("period"),
        Column("purpose", phone=False),
        Column("state", _("State"), kind="badges", value=state_badges),
        Column("due_on", _("Light"), kind="badges", value=light_badges),
        Column("due_on", kind="day", phone=False, sort=False),
        Column("org_unit__name", _("In hands of"), phone=False),
        Column("opened_at", kind="moment", phone=False),
    )
    filters = [
        StateFilter(RoundFlow), ChoiceFilter("purpose", Purpose), DueFilter(), HandsFilter(),
    ]  # fmt: skip
    empty_text = _("A round takes a scheme and frozen figures from the draft to the publication.")
    panels = [
        TemplatePanel(_("How far it is"), "rounds/_panel_progress.html", _progress, wide=True),
        TemplatePanel(_("Result"), "rounds/_panel_runs.html", _runs, wide=True),
        TemplatePanel(_("Internal check"), "rounds/_panel_check.html", _check, wide=True),
        FieldsPanel(
            _("Particulars"),
            [
                "purpose",
                Column("area_list", _("area list"), value=_area_list),
                Column("scheme_version", _("Scheme")),
                "period",
                Column("table", _("frozen figures")),
                "previous",
                "shows",
                Column("shown_from", kind="day"),
                Column("shown_until", kind="day"),
                "prepared_by",
                "computed_by",
                Column("rule", kind="badges", value=_rule_words),
                Column("rule_source", _("source of the rule"), value=_rule_source),
            ],
        ),
    ]

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return super().prepare_row(queryset).select_related(*self.related)

    def form(self, request: HttpRequest, row: Any = None) -> Any:
        found = super().form(request, row)
        # The words of a choice name the scheme, too.
        for name, path in (("scheme_version", "scheme"), ("previous", "scheme_version__scheme")):
            field = found.fields[name]
            field.queryset = field.queryset.select_related(path)
        return found

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = list(super().buttons(row, user))
        if row.run_id:
            href = reverse("publicity", args=[row.code])
            found.append(Button(_("Publicity"), href, "eye"))
        if row.run_id:
            href = reverse("dynamics", args=[row.last_run.code])
            found.append(Button(_("Dynamic management"), href, "flag"))
        if row.final_run_id:
            found.append(
                Button(
                    _("Before and after objections"),
                    reverse("round-annex", args=[row.code]),
                    "scale",
                )
            )
        if row.state not in ("draft", "cancelled"):
            href = reverse("round-sheets-download", args=[row.code])
            found.append(Button(_("Sheets .xlsx"), href, "download"))
        return found

    def list_buttons(self, user: Any) -> Sequence[Button]:
        found = [Button(_("Publicity"), reverse("publicity-list"), "eye")]
        if may_open(user, RoundFlow().opening.may):
            href = f"{reverse('round-create')}?purpose={Purpose.AREAS}"
            found.append(Button(_("Put up an area list"), href, "map-2"))
        return found


class _OfRound(Filter):
    """Sheets of one round, among those of which the person sees any."""

    def options(self, user: Any, value: str) -> list[Option]:
        mine = Sheet.objects.visible_to(user).filter(round=OuterRef("pk")).order_by()
        rounds = EvaluationRound.objects.filter(Exists(mine)).order_by("-opened_at")[:50]
        return [Option(one.code, one.title) for one in rounds]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        return queryset.filter(round__code=value)


@register
class SheetResource(Resource):
    name, path, model, icon, nav_order = "sheet", "sheets", Sheet, "file-spreadsheet", 51
    nav_group = EVALUATION
    lookup = "token"
    editable, companions, importable = False, False, False
    columns = [
        Column("name", link=True, value=str),
        Column("subject_code", kind="code", phone=False),
        Column("round__title", _("evaluation round"), phone=False),
        Column("answer", kind="badges", value=answer_badges),
        Column("park__name", _("park"), phone=False),
        Column("region__name", _("county"), phone=False),
        Column("answered_at", kind="moment", phone=False),
    ]
    filters = [_OfRound("round", _("evaluation round")), ChoiceFilter("answer", Answer)]
    search = ["name", "subject_code"]
    search_hint = _("Name or code")
    related = ["round", "park", "region", "answered_by"]
    ordering = ["-round", "row_number"]
    empty_text = _("No round has sent figures to be confirmed here.")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Confirm several"), reverse("sheets-waiting"), "list-check", True)]


def _claims(row: Objection, request: HttpRequest) -> dict[str, Any] | None:
    fields = {one["code"]: one for one in row.sheet.fields_given}
    lines = []
    for claim in row.claims:
        field = fields.get(claim["field"], {"name": claim["field"], "unit": "", "kind": "number"})
        lines.append({
            "field": field,
            "shown": shown_figure(claim.get("shown"), field),
            "claimed": shown_figure(claim.get("claimed"), field),
            "reason": claim.get("reason", ""),
            "decided": "upheld" in claim,
            "upheld": claim.get("upheld"),
            "value": shown_figure(claim.get("value"), field),
            "ledger": correction_words(claim.get("ledger", "")),
        })  # fmt: skip
    return {"row": row, "lines": lines}


@register
class ObjectionResource(CaseResource):
    flow, path, nav_order, icon = ObjectionFlow, "objections", 51, "scale"
    creatable = False  # it begins on a sheet, where the figures stand
    nav_group = EVALUATION
    related = ("org_unit", "opened_by", "assignee", "sheet", "round")
    columns = (
        Column("number", kind="code", sort="serial", link=True),
        Column("title", link=True),
        Column("about", phone=False),
        Column("state", _("State"), kind="badges", value=state_badges),
        Column("outcome", kind="badges", value=outcome_badges),
        Column("due_on", _("Light"), kind="badges", value=light_badges),
        Column("opened_by", phone=False),
        Column("opened_at", kind="moment", phone=False),
    )
    filters = [
        StateFilter(ObjectionFlow), ChoiceFilter("about", About), ChoiceFilter("outcome", Outcome),
        DueFilter(),
    ]  # fmt: skip
    empty_text = _("An objection begins on the subject's sheet of figures.")
    panels = [
        TemplatePanel(_("What is objected to"), "rounds/_panel_claims.html", _claims, wide=True),
        FieldsPanel(
            _("Particulars"),
            [
                Column("sheet__name", _("subject")),
                Column("round__title", _("evaluation round")),
                "about",
                "opened_by",
                Column("outcome", kind="badges", value=outcome_badges),
                "decision",
            ],
        ),
    ]

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return super().prepare_row(queryset).select_related(*self.related)

    def badges(self, row: Any) -> Sequence[Badge]:
        return [*super().badges(row), *outcome_badges(row)]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = list(super().buttons(row, user))
        href = reverse("sheet-detail", args=[row.sheet.token])
        return [*found, Button(_("Sheet of figures"), href, "file-spreadsheet")]


_FORCE = {True: Badge(_("in force"), "green"), False: Badge(_("not in force"))}


def _force(row: ProcedureRule) -> list[Badge]:
    return [_FORCE[row.is_in_force(clock.today())]]


@register
class ProcedureRuleResource(Resource):
    name, path, model, icon = "procedurerule", "procedure-rules", ProcedureRule, "settings"
    lookup, nav_order, nav_group, nav_action = "token", 87, SETTINGS, EDIT
    columns = [
        Column("name", link=True),
        Column("org_unit__name", _("organisation")),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column("silence", phone=False),
        Column("force", _("In force"), kind="badges", value=_force, sort=False),
    ]
    form_fields = [
        "name", "org_unit", "valid_from", "valid_until", "clause", "silence",
        "checked_by_another", "published_by_another", "again_if_changed", "areas_first",
    ]  # fmt: skip
    search = ["name", "clause"]
    related = ["org_unit"]
    empty_text = _("Nothing is laid down: rounds follow the defaults of the software.")
    panels = [
        FieldsPanel(_("Particulars"), [
            Column("org_unit__name", _("organisation")), Column("valid_from", kind="day"),
            Column("valid_until", kind="day"), "clause", "silence",
            Column("checked_by_another", kind="flag"), Column("published_by_another", kind="flag"),
            Column("again_if_changed", kind="flag"), Column("areas_first", kind="flag"),
        ]),
        HistoryPanel(_("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause
