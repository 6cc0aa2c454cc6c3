"""An objection: checked by the office, with bureaus as co-units, and decided figure by figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock, flow
from yuanheng.kernel.actions import record
from yuanheng.kernel.clocks import Term
from yuanheng.kernel.models import PastHolder
from yuanheng.kernel.policies import can
from yuanheng.ledger.api import FoundWrong, correct_known
from yuanheng.rounds.areas import settle_claims
from yuanheng.rounds.authz import ANSWER
from yuanheng.rounds.choices import About, Answer, Outcome
from yuanheng.rounds.claims import checked_claims
from yuanheng.rounds.models import Objection
from yuanheng.rounds.window import answers_as, why_not_answered, why_not_heard
from yuanheng.rounds.wording import typed_figure

OFFICE = flow.in_charge("analyst", "administrator")


def _in_charge(user: Any, values: Mapping[str, Any]) -> int:
    """The round's office, if this person answers for the subject and the window is open."""
    sheet, round_ = values.get("sheet"), values.get("round")
    if sheet is None or round_ is None or sheet.round_id != round_.pk:
        raise ValidationError(_("An objection begins on the subject's sheet."))
    if not can(user, ANSWER, sheet):
        raise ValidationError(_("You don't answer for %(subject)s.") % {"subject": sheet})
    about = values.get("about") or About.FIGURES
    late = why_not_answered if about == About.FIGURES else why_not_heard
    sentence = late(round_, user)
    if sentence:
        raise flow.NotNow(sentence)
    if sheet.objections.filter(about=about, state__in=("filed", "checking")).exists():
        raise flow.NotNow(
            _("An objection of this subject is being checked already; add to it, or withdraw it.")
        )
    if not (values.get("claims") or str(values.get("grounds") or "").strip()):
        text = _("Name a figure and what it should be, or write down the grounds.")
        raise ValidationError({"grounds": text})
    return int(round_.org_unit_id)


def _begin(step: flow.Step) -> None:
    """The claims as the sheet has them; the sheet is answered; the subject's colleagues see it."""
    case, sheet = step.case, step.case.sheet
    case.claims = checked_claims(sheet, case.claims or [])
    own = step.user.org_unit_id
    if own and own != case.org_unit_id:
        PastHolder.objects.get_or_create(case_id=case.pk, org_unit_id=own)
    if case.about != About.FIGURES:
        record(sheet, code="rounds.object", after={"objection": case.code})
        return
    before = sheet.answer
    sheet.answer, sheet.answered_by, sheet.answered_at = Answer.OBJECTED, step.user, clock.now()
    sheet.answered_as = answers_as(case.round, step.user)
    sheet.save(update_fields=["answer", "answered_by", "answered_at", "answered_as"])
    record(sheet, code="rounds.object", before={"answer": before}, after={"answer": sheet.answer})


class _Decide(flow.Behaviour):
    """Figure by figure; by somebody else than who objected."""

    def inputs(self, flow: Any, case: Any, user: Any) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        choices = [
            ("", _("Choose …")),
            ("yes", Outcome.UPHELD.label),
            ("no", Outcome.REFUSED.label),
        ]
        for at, claim in enumerate(case.claims):
            field = _field_of(case, claim["field"])
            about = _("%(name)s: given %(shown)s, claimed %(claimed)s") % {
                "name": field["name"],
                "shown": _shown(claim.get("shown"), field),
                "claimed": _shown(claim.get("claimed"), field),
            }
            found[f"upheld_{at}"] = forms.ChoiceField(label=about, choices=choices)
            found[f"value_{at}"] = forms.CharField(
                label=_("%(name)s: the figure that counts") % {"name": field["name"]},
                required=False,
                max_length=60,
                initial=claim.get("claimed"),
                help_text=_("If upheld; the claimed figure unless written otherwise."),
            )
        if not case.claims:
            found["whole"] = forms.ChoiceField(
                label=_("Outcome"), choices=[("", _("Choose …")), *Outcome.choices]
            )
        return found

    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        if case.opened_by_id == user.pk:
            return _("You have objected yourself; somebody else decides.")
        return ""

    def apply(self, step: flow.Step) -> None:
        case, values = step.case, step.values
        earlier = list(case.claims)
        if not case.claims:
            case.outcome = values["whole"]
            return
        decided = []
        for at, claim in enumerate(case.claims):
            upheld = values[f"upheld_{at}"] == "yes"
            field = _field_of(case, claim["field"])
            given = values[f"value_{at}"] or claim.get("claimed")
            value = typed_figure(given, field, f"value_{at}") if upheld else None
            decided.append({**claim, "upheld": upheld, "value": value})
        case.claims = decided
        yes = sum(one["upheld"] for one in decided)
        case.outcome = (
            Outcome.UPHELD if yes == len(decided) else Outcome.PARTLY if yes else Outcome.REFUSED
        )
        settle_claims(step.user, case, earlier)


def _to_ledger(step: flow.Step) -> None:
    """What counts from now on also goes into the ledger, where that holds the wrong figure; what
    was upheld once and is refused now is put back."""
    case, decided = step.case, []
    if case.round.is_area_list:
        return  # the area items were corrected, and the ledger has its figures from them
    for at, claim in enumerate(case.claims):
        upheld = bool(claim.get("upheld"))
        if not upheld and "ledger_value" not in claim:
            decided.append(claim)
            continue
        field = _field_of(case, claim["field"])
        before = claim.get("ledger_value", claim.get("shown"))
        value = claim["value"] if upheld else claim.get("shown")
        done = correct_known(
            acting_user=step.user,
            wrong=FoundWrong(
                case.round.kind, case.sheet.subject_code, case.round.period, field["name"],
                field["unit"], before, value,
            ),
            title=_("%(name)s: objection upheld") % {"name": case.sheet.name},
            source=f"{case.number} · {case.round.title}",
            key=f"{case.code}:{at}:{case.moves.count()}",
            reason=str(case.decision)[:300],
        )  # fmt: skip
        told = {**claim, "ledger": done.why}
        decided.append({**told, "ledger_value": value} if done.is_done else told)
    case.claims = decided


def _field_of(case: Any, code: str) -> dict[str, Any]:
    fields = case.sheet.fields_given
    return next(
        (one for one in fields if one["code"] == code),
        {"code": code, "name": code, "unit": "", "kind": "number"},
    )


def _shown(value: Any, field: Mapping[str, Any]) -> str:
    return "—" if value in (None, "") else f"{value}{field['unit']}"


@flow.flow
class ObjectionFlow(flow.Flow):
    """Filed with evidence, checked, decided: upheld or not, and why."""

    code, title, model = "objection", gettext_lazy("Objection"), Objection
    number = "异议〔{year}〕{serial}号"
    states = [
        flow.State("filed", gettext_lazy("filed"), "yellow"),
        flow.State("checking", gettext_lazy("being checked"), "blue"),
        flow.State("decided", gettext_lazy("decided"), "green", final=True),
        flow.State("withdrawn", gettext_lazy("withdrawn"), "secondary", final=True, aside=True),
    ]
    required = {"filed": ["round", "sheet"], "decided": ["decision"]}
    clocks = [
        Term("accept", gettext_lazy("Acceptance of the objection"), days=1),
        Term("answer", gettext_lazy("Answer to the objection"), days=5),
    ]
    opening = flow.Opening(
        ["title", "round", "sheet", "about", "claims", "grounds"],
        ["enterprise_user", "park_reporter", "park_approver", "analyst", "administrator"],
        starts=["accept"],
        title=gettext_lazy("Object"),
        org_unit=_in_charge,
        effects=[_begin],
    )
    actions = [
        flow.Action(
            "accept", gettext_lazy("Accept"), ["filed"], "checking", OFFICE, stops=["accept"],
            starts=["answer"], icon="check",
        ),
        flow.Action(
            "decide", gettext_lazy("Decide"), ["checking"], "decided", OFFICE,
            behaviour=_Decide(), stops=["answer"], effects=[_to_ledger], icon="scale",
        ),
        flow.Action(
            "add_evidence", gettext_lazy("Add evidence"), ["filed", "checking"], "",
            flow.opener() + OFFICE, evidence=1, reason="optional",
            reason_title=gettext_lazy("Remark"), expected=False, quiet=True, icon="paperclip",
        ),
        flow.withdrawing("withdrawn", flow.opener(), ["filed", "checking"]),
        flow.reopening("checking", OFFICE, ["decided"], days=30, starts=["answer"]),
        flow.suspending(OFFICE),
        flow.extending(OFFICE, flow.superior("analyst", "administrator"), "answer"),
        flow.co_units(
            OFFICE, ["analyst", "bureau_officer", "park_approver"],
            Term("word", gettext_lazy("Word of a bureau"), days=3), ["checking"],
        ),
    ]  # fmt: skip
