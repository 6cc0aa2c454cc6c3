"""The method lab: a scheme drafted beside its readable form, tried on past figures, then kept."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yuanheng.calc.evaluation import check_scheme
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme.editing import (
    copy_part,
    places,
    remove_part,
    set_method,
    set_values,
)
from yuanheng.evaluation.actions import store_version
from yuanheng.evaluation.draft_form import draft_form
from yuanheng.evaluation.files import read_text
from yuanheng.evaluation.library import shipped_text
from yuanheng.evaluation.looking import Waiting, keep_text, kept_text
from yuanheng.evaluation.models import Run, Scheme, SchemeVersion
from yuanheng.evaluation.outline import outline
from yuanheng.evaluation.trial import SHOWN, Trial, try_out
from yuanheng.evaluation.views.runs import faults_for_page
from yuanheng.kernel.policies import EDIT, instances, require
from yuanheng.ledger.api import Snapshot

LONGEST = 1_000_000
PREFIX = "set:"


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The draft and its form; on request a trial, or the draft kept as a version."""
    require(request.user, EDIT, Scheme)
    text = _draft(request)
    trial: Trial | None = None
    faults: list[dict[str, Any]] = []
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "POST" or asked.get("do") == "try":
        try:
            text = _with_form(request, text)
            if request.POST.get("do") == "keep":
                version, _is_new = store_version(
                    acting_user=request.user, text=text, note=request.POST.get("note", "")
                )
                said = {"number": version.number, "name": version.scheme}
                messages.success(
                    request, _("Version %(number)s of “%(name)s” has been stored.") % said
                )
                return redirect("scheme-version", version.scheme.code, version.number)
            if asked.get("do") == "try":
                trial = _tried(request, asked, text)
        except Waiting as waiting:
            return redirect("job-detail", waiting.job.token)
        except FaultyInput as error:
            faults = faults_for_page(error.faults)
    side = _side(text)
    snapshots, runs = _to_try(request, side["outline"])
    context = {
        **side,
        "text": text,
        "trial": trial,
        "trial_faults": faults,
        "limit": SHOWN,
        "snapshots": snapshots[:100],
        "runs": runs[:50],
        "chosen": asked,
        "trail": [(_("Schemes"), reverse("scheme-list"))],
    }
    status = 422 if faults else 200
    return render(request, "evaluation/lab.html", context, status=status)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The form of a draft with its faults, while it is being written."""
    require(request.user, EDIT, Scheme)
    return render(request, "evaluation/_lab_side.html", _side(_draft(request)))


@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """The draft with what was changed in its form: its text, and the form with its faults."""
    require(request.user, EDIT, Scheme)
    text, faults = _draft(request), []
    try:
        text = _with_form(request, text)
    except FaultyInput as error:
        faults = faults_for_page(error.faults)
    context = {**_side(text), "text": text, "edit_faults": faults, "changed_text": True}
    return render(request, "evaluation/_lab_side.html", context)


def _with_form(request: HttpRequest, text: str) -> str:
    """The text with what the form says otherwise. Where the text was changed after the form was
    made of it, the text counts."""
    if request.POST.get("formed_of") != _mark(text):
        return text
    known = places(text)
    for name, said in request.POST.items():
        path, value = name.removeprefix(PREFIX), str(said).strip()
        before = known[path].value if path in known else ""
        if not name.startswith(PREFIX) or value == before.strip():
            continue
        if path.endswith(".normalise.method"):
            text = set_method(text, path, value)
        else:
            text = set_values(text, {path: value})
    for name, change in (("copy", copy_part), ("remove", remove_part)):
        if request.POST.get(name):
            text = change(text, request.POST[name])
    return text


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _to_try(request: HttpRequest, told: dict[str, Any] | None) -> tuple[Any, Any]:
    """Figures that a draft can be tried on and runs to compare it with: of its kind of subject,
    as soon as that can be read."""
    snapshots = instances(request.user, EDIT, Snapshot.objects.visible_to(request.user))
    runs = Run.objects.visible_to(request.user).select_related("scheme_version__scheme")
    if told is not None:
        kind = told["scheme"].subject
        snapshots = snapshots.filter(subject_kind=kind)
        runs = runs.filter(scheme_version__scheme__subject_kind=kind)
    return snapshots, runs


def _draft(request: HttpRequest) -> str:
    """The text that was sent, or that of the version or shipped scheme in the address."""
    if request.method == "POST":
        return request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    if request.GET.get("draft"):
        try:
            return kept_text(request.GET["draft"])
        except LookupError:
            return ""
    asked, number = request.GET.get("scheme", ""), request.GET.get("number", "")
    versions = SchemeVersion.objects.visible_to(request.user).filter(scheme__code=asked)
    if number.isdecimal():
        versions = versions.filter(number=int(number))
    found = versions.order_by("-number").first()
    if found is not None:
        return found.text
    try:
        return shipped_text(request.GET.get("library", ""))
    except KeyError:
        return ""


def _side(text: str) -> dict[str, Any]:
    """What stands beside the draft: its faults, its form, and as far as it can be read its
    meaning in words."""
    if not text.strip():
        return {"faults": [], "outline": None, "is_fine": False, "form": []}
    told = None
    try:
        read = read_text(text)
        found = check_scheme(read)
        fine = not any(fault.severity == "error" for fault in found)
        told = outline(read.scheme) if fine else None
    except FaultyInput as error:
        found, fine = error.faults, False
    faults = faults_for_page(found)
    return {
        "faults": faults,
        "outline": told,
        "is_fine": fine,
        "form": draft_form(text, faults),
        "formed_of": _mark(text),
    }


def _tried(request: HttpRequest, asked: QueryDict, text: str) -> Trial | None:
    """The draft on the figures that were chosen; None where none were. A job that evaluates it
    leads back by an address that names the draft."""
    chosen = {key: asked.get(key, "") for key in ("snapshot", "against", "period")}
    other = chosen["against"]
    snapshots = instances(request.user, EDIT, Snapshot.objects.visible_to(request.user))
    snapshot = snapshots.filter(code=chosen["snapshot"]).first()
    if snapshot is None:
        messages.error(request, _("Choose the figures first."))
        return None
    against = Run.objects.visible_to(request.user).filter(code=other).first()
    again = urlencode({"do": "try", "draft": keep_text(text), **chosen})
    back = f"{reverse('scheme-lab')}?{again}"
    return try_out(text, snapshot, chosen["period"], against, request.user, back)
