"""Pages of light rules: the register, the shipped choices, and trying a rule out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.actions import create_row
from yuanheng.kernel.figures import in_brackets
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.lights.facts import FACT_BY_CODE, Fact
from yuanheng.kernel.lights.rules import Rule, evaluate, read_rule
from yuanheng.kernel.lights.shipped import shipped_rules
from yuanheng.kernel.lights.words import shipped_words
from yuanheng.kernel.models import LightRule
from yuanheng.kernel.models.lights import Certainty
from yuanheng.kernel.navigation import SETTINGS
from yuanheng.kernel.policies import EDIT, can, require
from yuanheng.kernel.resources import (
    Badge,
    Button,
    Column,
    FieldsPanel,
    HistoryPanel,
    Resource,
    TemplatePanel,
    register,
    resource_for,
)

# Facts that follow from others are asked for by what they follow from.
_ASKED = {
    "gap": ("progress", "planned"),
    "shortfall": ("progress", "planned"),
    "behind": ("progress", "planned"),
    "overdue": ("days_left",),
    "days_overdue": ("days_left",),
}
_FORCE = {
    True: Badge(gettext_lazy("in force"), "green"),
    False: Badge(gettext_lazy("not in force")),
}


def _conditions(row: Any, request: HttpRequest) -> dict[str, Any]:
    rule = read_rule(row.conditions, row.applies)
    return {"conditions": rule.conditions, "applies": row.applies, "note": row.note}


@register
class LightRuleResource(Resource):
    name, path, model, icon, nav_order = "lightrule", "lights", LightRule, "info-circle", 86
    lookup, nav_group, nav_action = "token", SETTINGS, EDIT
    columns = [
        Column("name", value=lambda row: shipped_words(row.name), link=True),
        Column("code", kind="code", phone=False),
        Column("purpose", value=lambda row: shipped_words(row.purpose), sort=False, phone=False),
        Column("org_unit__name"),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column(
            "force",
            gettext_lazy("In force"),
            kind="badges",
            value=lambda row: [_FORCE[row.is_in_force(clock.today())]],
            sort=False,
        ),
    ]
    search = ["name", "code", "purpose"]
    related = ["org_unit"]
    ordering = ["code", "-valid_from", "pk"]
    form_fields = [
        "code",
        "name",
        "purpose",
        "org_unit",
        "valid_from",
        "valid_until",
        "applies",
        "conditions",
        "clause",
        "certainty",
        "note",
    ]
    empty_text = gettext_lazy("Choose one of the published rules and make it your own.")
    panels = [
        TemplatePanel(
            gettext_lazy("Colours and conditions"),
            "kernel/lights/_conditions.html",
            _conditions,
            wide=True,
        ),
        FieldsPanel(
            gettext_lazy("Particulars"),
            [
                "code",
                Column("purpose", value=lambda row: shipped_words(row.purpose)),
                "org_unit__name",
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
                Column("clause", value=lambda row: shipped_words(row.clause)),
                "certainty",
            ],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return shipped_words(row.clause)

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Published rules"), reverse("light-shipped"), "list-check")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        return [Button(_("Try it out"), reverse("light-try", args=[str(row.token)]), "scale")]


def addresses() -> list[URLPattern]:
    """Before those of the register, whose key is any word."""
    return [
        path("lights/published/", show_shipped, name="light-shipped"),
        path("lights/published/<str:code>/copy/", copy_shipped, name="light-copy"),
        path("lights/<str:key>/try/", try_rule, name="light-try"),
    ]


@require_safe
def show_shipped(request: HttpRequest) -> HttpResponse:
    """The rules that come with the software, with their sources."""
    certainty = dict(Certainty.choices)
    rules = [
        {"rule": one, "conditions": one.rule.conditions, "certainty": certainty[one.certainty]}
        for one in shipped_rules().values()
    ]
    resource = resource_for("lightrule")
    context = {
        "rules": rules,
        "may_copy": can(request.user, EDIT, LightRule),
        "trail": [(resource.title, resource.url("list"))],
    }
    return render(request, "kernel/lights/shipped.html", context)


@require_POST
def copy_shipped(request: HttpRequest, code: str) -> HttpResponse:
    """Make a published rule one's own; it counts from today."""
    shipped = shipped_rules().get(code)
    if shipped is None:
        raise Http404
    require(request.user, EDIT, LightRule)
    values = {
        name: getattr(shipped, name)
        for name in ("code", "name", "purpose", "clause", "certainty", "applies", "conditions")
    }
    note = " ".join(shipped.note.split())
    org_unit = getattr(request.user, "org_unit", None)
    if request.user.is_superuser:
        org_unit = None
    row = create_row(
        acting_user=request.user,
        model=LightRule,
        values={**values, "note": note, "org_unit": org_unit},
    )
    messages.success(request, _("Copied. It counts from today; change it as your office decides."))
    return redirect(resource_for("lightrule").link(row))


@require_safe
def try_rule(request: HttpRequest, key: str) -> HttpResponse:
    """Enter facts, see the light and why. Nothing is stored; the address keeps the facts."""
    row = _rule_called(request, key)
    rule = read_rule(row.conditions, row.applies)
    data = request.GET if request.GET else None
    form = prepare_form(FactsForm(data, rule=rule), request.user)
    light = None
    if data is not None and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value is not None}
        light = evaluate(rule, given, clock.today(), row.clause)
    resource = resource_for("lightrule")
    context = {
        "form": form,
        "row": row,
        "light": light,
        "trace": [(one, _word(said.value), said) for one, said in light.trace] if light else [],
        "trail": [(resource.title, resource.url("list"))],
    }
    return render(request, "kernel/lights/try.html", context, status=422 if form.errors else 200)


def _rule_called(request: HttpRequest, key: str) -> Any:
    if key in shipped_rules():
        return shipped_rules()[key]
    try:
        row = LightRule.objects.visible_to(request.user).filter(token=key).first()
    except (ValueError, forms.ValidationError):
        row = None
    if row is None:
        raise Http404
    return row


def _word(value: Any) -> str:
    return {True: _("yes"), False: _("no")}.get(value, _("not known"))


class FactsForm(forms.Form):
    """One field for each fact that a rule asks for; an empty one is unknown."""

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes: dict[str, None] = {}
        for code in rule.facts:
            codes |= dict.fromkeys(_ASKED.get(code, (code,)))
        for code in codes:
            self.fields[code] = _field(FACT_BY_CODE[code])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return {name: None if value == "" else value for name, value in values.items()}


def _field(fact: Fact) -> forms.Field:
    words = {
        "label": shipped_words(fact.name),
        "required": False,
        "help_text": shipped_words(fact.meaning),
    }
    if fact.kind == "boolean":
        choices = [("", _("not known")), ("yes", _("yes")), ("no", _("no"))]
        return forms.TypedChoiceField(
            choices=choices, coerce=lambda word: word == "yes", empty_value=None, **words
        )
    if fact.kind == "text":
        return forms.CharField(max_length=50, empty_value=None, **words)
    if fact.unit:
        words["label"] += in_brackets(fact.unit)
    return forms.FloatField(min_value=-1e15, max_value=1e15, **words)
