"""Pages of flows: an action's form, my work, all flows with their diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel.flow import inbox
from yuanheng.kernel.flow.addresses import case_url
from yuanheng.kernel.flow.case_clocks import read_clocks
from yuanheng.kernel.flow.declaration import Action, Flow, all_flows, flow_called
from yuanheng.kernel.flow.diagram import diagram_of
from yuanheng.kernel.flow.engine import perform
from yuanheng.kernel.flow.errors import NotNow
from yuanheng.kernel.flow.evidence import said as evidence_words
from yuanheng.kernel.flow.forms import ActionForm, action_form
from yuanheng.kernel.flow.lights import lights, read_types
from yuanheng.kernel.flow.parties import parties_in_words, role_words
from yuanheng.kernel.flow.possible import acting_for, not_you, why_not_now
from yuanheng.kernel.flow.resource import CaseResource
from yuanheng.kernel.forms import add_errors
from yuanheng.kernel.lists.address import PAGE_SIZES
from yuanheng.kernel.models import CoUnit
from yuanheng.kernel.policies import Refused, can
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.details import visible_row


def pages(resource: Resource) -> list[URLPattern]:
    """The address of an action's form, where the register is one of cases."""
    if not isinstance(resource, CaseResource):
        return []
    address = f"{resource.path}/<str:key>/do/<str:action>/"
    return [path(address, do_action, {"resource": resource}, name=f"{resource.name}-do")]


def addresses() -> list[URLPattern]:
    """Pages over all flows."""
    return [
        path("work/", my_work, name="my-work"),
        path("flows/", list_flows, name="flow-list"),
        path("flows/<str:code>/", show_flow, name="flow-detail"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def do_action(request: HttpRequest, resource: CaseResource, key: str, action: str) -> HttpResponse:
    """Asks what the action needs, then performs it."""
    case = visible_row(request, resource, key)
    flow = resource.the_flow
    chosen = flow.actions_by_code.get(action)
    if chosen is None:
        raise Http404
    if request.method == "POST":
        # Whoever was slower, or pressed twice, learns it from the engine, not from the form.
        form = action_form(flow, case, chosen, request.user, request.POST, request.FILES)
        answer = _perform(request, resource, case, chosen, form)
        return answer or _form_page(request, resource, case, chosen, form)
    if acting_for(chosen, case, request.user) is None:
        raise Refused(not_you(chosen))
    state_fits = case.state in flow.sources_of(chosen)
    sentence = (
        why_not_now(flow, chosen, case, request.user)
        if state_fits
        else _("“%(action)s” can't be done while the case is in “%(state)s”.")
        % {"action": chosen.title, "state": flow.state(case.state).title}
    )
    if sentence:
        return _not_now(request, resource, case, chosen, sentence)
    return _form_page(
        request, resource, case, chosen, action_form(flow, case, chosen, request.user)
    )


def _perform(
    request: HttpRequest, resource: CaseResource, case: Any, chosen: Action, form: ActionForm
) -> HttpResponse | None:
    """The answer, or none if the form has to be shown again."""
    try:
        if not form.is_valid():
            # A wrong form of an action that can't be done any more says that first.
            if case.state not in resource.the_flow.sources_of(chosen):
                perform(acting_user=request.user, case=case, action=chosen.code, seen=_seen(form))
            return None
        done = perform(acting_user=request.user, case=case, action=chosen.code, **form.arguments)
    except NotNow as error:
        return _not_now(request, resource, case, chosen, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return None
    state = resource.the_flow.state(done.state).title
    messages.success(
        request,
        _("“%(action)s” is done. %(case)s is in “%(state)s” now.")
        % {"action": chosen.title, "case": done.number, "state": state},
    )
    return redirect(resource.link(done))


def _seen(form: ActionForm) -> int | None:
    seen = form.cleaned_data.get("seen") if hasattr(form, "cleaned_data") else None
    return seen if isinstance(seen, int) else None


def _form_page(
    request: HttpRequest, resource: CaseResource, case: Any, chosen: Action, form: ActionForm
) -> HttpResponse:
    target = resource.the_flow.states_by_code.get(chosen.target)
    context = {
        "form": form,
        "title": _("%(action)s: %(case)s") % {"action": chosen.title, "case": case.title},
        "subtitle": case.number,
        "lead": chosen.hint,
        "target": target,
        "submit": chosen.title,
        "back_url": resource.link(case),
        "trail": _trail(resource, case),
    }
    return render(request, "kernel/flow/action.html", context, status=422 if form.errors else 200)


def _not_now(
    request: HttpRequest, resource: CaseResource, case: Any, chosen: Action, sentence: str
) -> HttpResponse:
    context = {
        "title": _("%(action)s: %(case)s") % {"action": chosen.title, "case": case.title},
        "sentence": sentence,
        "back_url": resource.link(case),
        "trail": _trail(resource, case),
    }
    return render(request, "kernel/flow/not_now.html", context, status=409)


def _trail(resource: CaseResource, case: Any) -> list[tuple[Any, str]]:
    return [(resource.title, resource.url("list")), (case.number, resource.link(case))]


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """To do, overdue, waiting for others, done: over all flows."""
    query = request.GET
    tab = query.get("tab", inbox.TO_DO)
    if tab not in inbox.TABS:
        raise Http404
    below, assigned = query.get("below") == "1", query.get("assigned") == "1"
    cases = inbox.cases_in(
        request.user,
        tab,
        below=below,
        flow_code=query.get("flow", ""),
        due=query.get("due", "") if tab != inbox.DONE else "",
        only_assigned=assigned,
    )
    numbers = inbox.counts(request.user, below=below)
    size = query.get("rows", "")
    paginator = Paginator(cases, int(size) if size in map(str, PAGE_SIZES) else 50)
    if not (query.get("flow") or query.get("due") or assigned):
        paginator.count = numbers.cases[tab]  # counted already
    page = paginator.get_page(query.get("page"))
    context = {
        "tabs": [(code, title, numbers[code]) for code, title in inbox.TABS.items()],
        "tab": tab,
        "rows": work_rows(page.object_list),
        "page": page,
        "page_sizes": PAGE_SIZES,
        "flows": all_flows(),
        "due_choices": list(inbox.DUE_CHOICES.items()),
        "flow_code": query.get("flow", ""),
        "due": query.get("due", ""),
        "below": below,
        "assigned": assigned,
        "others": others_in(request.user, tab, numbers),
    }
    return render(request, "kernel/flow/work.html", context)


def others_in(user: Any, tab: str, numbers: inbox.Counts) -> list[tuple[Any, Sequence[Any], int]]:
    """(title, first things, how many) of each source that has something in this tab."""
    found = []
    for one in inbox.sources():
        number = numbers.of_sources.get((tab, one.code), 0)
        if one.rows is None:
            number = one.count(user, tab)
        if number:
            found.append((one.title, one.items(user, tab), number))
    return found


def work_rows(cases: Any) -> list[dict[str, Any]]:
    """What ``_work_rows.html`` draws; the clocks of all cases and co-units are read at once."""
    shown = lights()
    cases = list(cases)
    parts = _parts_due(cases)
    read_clocks([*cases, *parts.values()])
    read_types(cases)
    rows = []
    for case in cases:
        flow = flow_called(case.flow_code)
        due_on = getattr(case, "my_due_on", None) or case.due_on
        rows.append(
            {
                "case": case,
                "flow": flow,
                "state": flow.state(case.state),
                "light": shown.of(case, due_on, parts.get((case.pk, due_on))),
                "due_on": due_on,
                "link": case_url(case),
                "is_mine": getattr(case, "is_assigned", False),
            }
        )
    return rows


def _parts_due(cases: Sequence[Any]) -> dict[tuple[int, date], CoUnit]:
    """Where a person's turn is due on another day than the case, it is a co-unit's part of it."""
    wanted = [one.pk for one in cases if getattr(one, "my_due_on", None) not in (None, one.due_on)]
    if not wanted:
        return {}
    busy = CoUnit.objects.filter(
        case__in=wanted, answered_at__isnull=True, released_at__isnull=True
    )
    return {(one.case_id, one.due_on): one for one in busy if one.due_on}


@require_safe
def list_flows(request: HttpRequest) -> HttpResponse:
    """All flows that this person may look at, each with its diagram."""
    flows = [one for one in all_flows() if can(request.user, "view", one.model)]
    drawn = [{"flow": one, "diagram": diagram_of(one)} for one in flows]
    return render(request, "kernel/flow/flows.html", {"flows": drawn})


@require_safe
def show_flow(request: HttpRequest, code: str) -> HttpResponse:
    """One flow: its diagram, its actions with who may, what is required from which state on."""
    try:
        flow = flow_called(code)
    except LookupError:
        raise Http404 from None
    context = {
        "flow": flow,
        "diagram": diagram_of(flow),
        "actions": [_action_line(flow, one) for one in flow.all_actions],
        "opening_roles": role_words(flow.opening.may),
        "required": _required_lines(flow),
        "terms": list(flow.clocks_by_code.values()),
        "trail": [(_("Flows"), reverse("flow-list"))],
    }
    return render(request, "kernel/flow/flow.html", context)


def _action_line(flow: Flow, action: Action) -> dict[str, Any]:
    sources = [flow.state(one).title for one in flow.sources_of(action)]
    return {
        "action": action,
        "sources": _(", ").join(str(one) for one in sources),
        "target": flow.state(action.target).title if action.target else "",
        "who": parties_in_words(action.may),
        "conditions": [
            *(str(one.sentence) for one in action.guards),
            *([evidence_words(action.evidence)] if action.evidence else []),
        ],
    }


def _required_lines(flow: Flow) -> list[tuple[Any, str]]:
    names = {one.name: one.verbose_name for one in flow.model._meta.concrete_fields}
    return [
        (flow.state(state).title, _(", ").join(str(names[one]) for one in fields))
        for state, fields in flow.required.items()
    ]
