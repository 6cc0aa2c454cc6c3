"""The pages of a case type: a register whose rows move by actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.forms import modelform_factory
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import panels
from yuanheng.kernel.flow.assigning import assignee_of, still_acting
from yuanheng.kernel.flow.case_clocks import with_clocks
from yuanheng.kernel.flow.declaration import Flow, flow_for
from yuanheng.kernel.flow.filters import DueFilter, HandsFilter, OpenedFilter, StateFilter
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.flow.opening import open_case, opening_org_units
from yuanheng.kernel.flow.parties import co_unit_roles
from yuanheng.kernel.flow.possible import possibilities
from yuanheng.kernel.forms import judged, prepare_form, refill
from yuanheng.kernel.models import Case, CoUnit, Extension, PastHolder
from yuanheng.kernel.resources.base import Resource
from yuanheng.kernel.resources.rows import Button
from yuanheng.kernel.tables import Badge, Column


def state_badges(case: Any) -> list[Badge]:
    """The state, and whether the case is suspended or was reopened."""
    state = flow_for(type(case)).state(case.state)
    found = [Badge(state.title, state.tone)]
    if case.is_suspended:
        found.append(Badge(gettext_lazy("suspended"), "secondary"))
    if case.reopened_count:
        words = _("reopened %(n)d ×") % {"n": case.reopened_count}
        found.append(Badge(words, "orange"))
    return found


_TONES = {"grey": "secondary"}


def light_badges(case: Any) -> list[Badge]:
    """The light as a badge."""
    light = lights().of(case)
    return [Badge(light.words, _TONES.get(light.colour, light.colour))] if light else []


class OpeningForm(forms.ModelForm):
    """What opens a case, for programs too: with who is in charge, unless the flow knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flow = flow_for(self._meta.model)
        for name in flow.required_at(flow.first.code):
            if name in self.fields:
                self.fields[name].required = True
        if flow.opening.org_unit is None:
            # Any: a case may go to organisations that one doesn't see; ``open_case`` knows which.
            org_unit = Case._meta.get_field("org_unit").related_model
            self.fields["org_unit"] = forms.ModelChoiceField(
                QuerySet(org_unit), label=gettext_lazy("Organisation in charge")
            )


class CaseResource(Resource):
    """A subclass names its ``flow`` and a ``path``; everything else has a default.

    ``panels`` are those of the subclass (its own fields, unless said); what belongs to every case
    (actions, way, clocks, co-units, requests for more time, diagram) is added to them.
    """

    flow: ClassVar[type[Flow]]
    icon = "list-check"
    editable = False
    form_class = OpeningForm
    related = ("org_unit", "opened_by", "assignee")
    ordering = ("-opened_at",)
    search = ("title", "number")
    search_hint = gettext_lazy("Number or subject")
    empty_text = gettext_lazy("Nothing has been opened yet.")
    columns = (
        Column("number", kind="code", sort="serial", link=True),
        Column("title", link=True),
        Column("state", gettext_lazy("State"), kind="badges", value=state_badges),
        Column("due_on", gettext_lazy("Light"), kind="badges", value=light_badges),
        Column("due_on", kind="day", phone=False, sort=False),
        Column("org_unit__name", gettext_lazy("In hands of"), phone=False),
        Column("assignee", value=assignee_of, phone=False, sort=False),
        Column("opened_at", kind="moment", phone=False),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.model = cls.flow.model
        cls.name = cls.flow.code
        own = [one.name for one in cls.model._meta.local_fields if not one.is_relation]
        cls.form_fields = list(cls.flow.opening.fields)
        declared = cls.__dict__.get("panels")
        cls.panels = panels.all_panels(declared, own)
        if "filters" not in cls.__dict__:
            cls.filters = [
                StateFilter(cls.flow),
                DueFilter(),
                HandsFilter(),
                OpenedFilter("opened_from", gettext_lazy("Opened from"), "gte"),
                OpenedFilter("opened_to", gettext_lazy("Opened until"), "lte"),
            ]

    @property
    def the_flow(self) -> Flow:
        return flow_for(self.model)

    def prepare(self, queryset: QuerySet) -> QuerySet:
        return self._with_assignee(queryset).prefetch_related(with_clocks())

    def _with_assignee(self, queryset: QuerySet) -> QuerySet:
        """The rows with whether each one's person still acts."""
        return super().prepare(queryset).annotate(assignee_acts=still_acting(self.the_flow))

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        roles = co_unit_roles(self.the_flow.all_actions)
        staffed = directory().staffed("org_unit", roles)
        parts = CoUnit.objects.select_related("org_unit", "answered_by")
        parts = parts.annotate(is_staffed=staffed)
        asked = Extension.objects.select_related("asked_by", "decided_by")
        known = {one.code for one in self.the_flow.all_actions}
        if "add_co_unit" not in known:  # nobody can ever have been asked to take part
            parts = parts.none()
        if "ask_extension" not in known:
            asked = asked.none()
        return (
            self._with_assignee(queryset)
            .annotate(was_elsewhere=Exists(PastHolder.objects.filter(case=OuterRef("pk"))))
            .prefetch_related(
                Prefetch("co_units", parts),  # the clocks of all of them: when one is asked for
                Prefetch("extensions", asked),
            )
        )

    def row_title(self, row: Case) -> str:
        return row.title

    def subtitle(self, row: Case) -> str:
        return _("%(number)s · in hands of %(org_unit)s") % {
            "number": row.number,
            "org_unit": row.org_unit,
        }

    def in_words(self, name: str, value: Any) -> str | None:
        state = self.the_flow.states_by_code.get(value) if name == "state" else None
        return str(state.title) if state else None

    def badges(self, row: Case) -> Sequence[Badge]:
        return [*state_badges(row), *light_badges(row)]

    def buttons(self, row: Case, user: Any) -> Sequence[Button]:
        """What is awaited from this person now; the first that moves the case on is the main. The
        other actions stand on the card below."""
        possible = [one.action for one in self.possible(row, user) if one.is_possible]
        now = [one for one in possible if one.expected]
        main = next((one for one in now if one.expected and one.target), None)
        return [
            Button(one.title, self.action_url(row, one.code), one.icon, is_main=one is main)
            for one in now
        ]

    def possible(self, row: Case, user: Any) -> list[Any]:
        """Every action that begins here; found once for a page."""
        kept = row.__dict__.get("_possible")
        if kept is None or kept[0] != user.pk:
            kept = (user.pk, possibilities(row, user))
            row.__dict__["_possible"] = kept
        return kept[1]

    def action_url(self, row: Case, action: str) -> str:
        from django.urls import reverse

        return reverse(f"{self.name}-do", args=[row.code, action])

    def form(self, request: HttpRequest, row: Any = None) -> Any:
        """The opening's form; it asks who is in charge unless the flow knows."""
        kind = modelform_factory(self.model, form=self.form_class, fields=list(self.form_fields))
        initial = {name: request.GET[name] for name in self.form_fields if name in request.GET}
        form = kind(judged(request), initial=initial)
        if self.flow.opening.org_unit is None:
            units = opening_org_units(self.the_flow, request.user)
            own = request.user.org_unit_id
            form.fields["org_unit"] = forms.TypedChoiceField(
                label=_("Organisation in charge"),
                choices=[("", _("Choose …")), *units.items()],
                coerce=int,
                initial=own if own in units else None,
            )
        prepare_form(form, request.user)
        refill(form, request)
        return form

    def create(self, *, acting_user: Any, values: Mapping[str, Any], **rest: Any) -> Any:
        return open_case(acting_user=acting_user, flow=self.the_flow, values=values, **rest)

    def extra_routes(self, router: Any) -> None:
        from yuanheng.kernel.flow.api import add_actions  # only here: it needs ninja

        add_actions(router, self)
