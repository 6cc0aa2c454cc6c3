"""Schemes: the library, one scheme in readable form, its text, its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.evaluation.actions import adopt_scheme, store_version
from yuanheng.evaluation.choices import SchemeNature
from yuanheng.evaluation.differences import compare, differing_items
from yuanheng.evaluation.files import read_text
from yuanheng.evaluation.forms import SchemeTextForm
from yuanheng.evaluation.library import shipped_schemes, shipped_text
from yuanheng.evaluation.models import Run, Scheme, SchemeVersion
from yuanheng.evaluation.outline import outline
from yuanheng.evaluation.views.runs import faults_for_page
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, VIEW, can, require
from yuanheng.ledger.api import SubjectKind


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Schemes that ship with the product and can be adopted with one click."""
    require(request.user, VIEW, Scheme)
    adopted = set(Scheme.objects.visible_to(request.user).values_list("code", flat=True))
    english = language() == "en"
    kinds = dict(SubjectKind.choices)
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in shipped_schemes():
        title = one.title_en if english and one.title_en else one.title
        line = {"scheme": one, "title": title, "adopted": one.code in adopted}
        sections.setdefault(one.subject, []).append(line)
    context = {
        "sections": [(kinds.get(kind, kind), lines) for kind, lines in sorted(sections.items())],
        "may_edit": can(request.user, EDIT, Scheme),
        "trail": _trail(),
    }
    return render(request, "evaluation/library.html", context)


@require_safe
def shipped(request: HttpRequest, code: str) -> HttpResponse:
    """One scheme of the library, before it is adopted."""
    require(request.user, VIEW, Scheme)
    text = _shipped_text(code)
    read = read_text(text)
    context = {
        "outline": outline(read.scheme),
        "text_lines": text.splitlines(),
        "title": _title(read.scheme),
        "code": code,
        "adopted": Scheme.objects.visible_to(request.user).filter(code=code).first(),
        "may_edit": can(request.user, EDIT, Scheme),
        "trail": [*_trail(), (_("Library of schemes"), reverse("scheme-library"))],
    }
    return render(request, "evaluation/shipped.html", context)


@require_POST
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a scheme of the library over."""
    _shipped_text(code)
    version, is_new = adopt_scheme(acting_user=request.user, code=code)
    said = _("“%(name)s” has been adopted.") if is_new else _("“%(name)s” was there already.")
    messages.success(request, said % {"name": version.scheme})
    return redirect("scheme-detail", version.scheme.code)


@require_safe
def show(request: HttpRequest, key: str, number: int | None = None) -> HttpResponse:
    """What a scheme measures, readable by an official."""
    scheme, versions, version = _version(request, key, number)
    read = read_text(version.text)
    runs = Run.objects.visible_to(request.user).filter(scheme_version__scheme=scheme)
    context = {
        "scheme": scheme,
        "version": version,
        "versions": versions,
        "is_latest": version.pk == versions[0].pk,
        "outline": outline(read.scheme),
        "runs": runs.select_related("scheme_version__scheme")[:8],
        "may_edit": can(request.user, EDIT, scheme),
        "may_run": can(request.user, EDIT, Run),
        "title": scheme.name,
        "trail": _trail(),
        "natures": SchemeNature,
    }
    return render(request, "evaluation/scheme.html", context)


@require_safe
def text(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The text of a version, with line numbers, or as a file with ``?download=1``."""
    scheme, _versions, version = _version(request, key, number)
    if request.GET.get("download") == "1":
        response = HttpResponse(version.text, content_type="text/yaml; charset=utf-8")
        name = f"{scheme.code}-{version.number}.yaml"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    context = {
        "scheme": scheme,
        "version": version,
        "text_lines": version.text.splitlines(),
        "trail": [*_trail(), (scheme.name, reverse("scheme-detail", args=[scheme.code]))],
    }
    return render(request, "evaluation/scheme_text.html", context)


@require_safe
def differences(request: HttpRequest, key: str) -> HttpResponse:
    """Two versions, line against line: ``?old=1&new=2``."""
    scheme, versions, latest = _version(request, key, None)
    by_number = {version.number: version for version in versions}
    new = by_number.get(_number(request, "new"), latest)
    old = by_number.get(_number(request, "old"))
    if old is None:
        earlier = [version for version in versions if version.number < new.number]
        old = earlier[0] if earlier else new
    context = {
        "scheme": scheme,
        "versions": versions,
        "old": old,
        "new": new,
        "places": compare(old.text, new.text),
        "items": differing_items(read_text(old.text).scheme, read_text(new.text).scheme),
        "trail": [*_trail(), (scheme.name, reverse("scheme-detail", args=[scheme.code]))],
    }
    return render(request, "evaluation/differences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new scheme, or a new version of one; every fault of the text is said at once."""
    scheme = get_object_or_404(Scheme.objects.visible_to(request.user), code=key) if key else None
    require(request.user, EDIT, scheme or Scheme)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    latest = scheme.versions.first() if scheme else None
    initial = {"text": latest.text if latest else ""}
    form = prepare_form(SchemeTextForm(*data, initial=initial), request.user)
    faults: list[dict[str, Any]] = []
    lines: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["text"].replace("\r\n", "\n")
        try:
            version, is_new = store_version(
                acting_user=request.user,
                text=given,
                note=form.cleaned_data["note"],
                scheme=scheme,
            )
        except FaultyInput as error:
            faults, lines = faults_for_page(error.faults), given.splitlines()
            form.data = {**form.data.dict(), "text": given}
        else:
            _say(request, version, is_new)
            return redirect("scheme-detail", version.scheme.code)
    context = {
        "form": form,
        "scheme": scheme,
        "faults": [_with_line(fault, lines) for fault in faults],
        "trail": _trail(),
    }
    status = 422 if faults or form.errors else 200
    return render(request, "evaluation/scheme_form.html", context, status=status)


def _say(request: HttpRequest, version: SchemeVersion, is_new: bool) -> None:
    said = {"number": version.number, "name": version.scheme}
    if is_new:
        messages.success(request, _("Version %(number)s of “%(name)s” has been stored.") % said)
    else:
        text = _("The content is that of version %(number)s; nothing new was stored.")
        messages.info(request, text % said)


def _with_line(fault: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    """With the line of the text in which it stands."""
    at = fault["line"]
    return {**fault, "source": lines[at - 1].strip() if at and at <= len(lines) else ""}


def _version(
    request: HttpRequest, key: str, number: int | None
) -> tuple[Scheme, list[SchemeVersion], SchemeVersion]:
    scheme = get_object_or_404(Scheme.objects.visible_to(request.user), code=key)
    versions = list(scheme.versions.select_related("created_by").order_by("-number"))
    found = [version for version in versions if number in (None, version.number)]
    if not found:
        raise Http404
    return scheme, versions, found[0]


def _number(request: HttpRequest, name: str) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() else 0


def _shipped_text(code: str) -> str:
    try:
        return shipped_text(code)
    except KeyError:
        raise Http404 from None


def _title(scheme: Any) -> str:
    return scheme.title_en if language() == "en" and scheme.title_en else scheme.title


def _trail() -> list[tuple[str, str]]:
    return [(_("Schemes"), reverse("scheme-list"))]
