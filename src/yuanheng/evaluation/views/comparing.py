"""Two different schemes beside each other, and what that makes of scores and ranks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme.comparing import ItemPair, compare_schemes
from yuanheng.engine import SchemesCompared
from yuanheng.evaluation.beside import TWO
from yuanheng.evaluation.differences import item_words
from yuanheng.evaluation.files import read_text
from yuanheng.evaluation.library import shipped_schemes, shipped_text
from yuanheng.evaluation.looking import Waiting, found_or_asked, keep_text
from yuanheng.evaluation.models import Scheme, SchemeVersion
from yuanheng.evaluation.views.runs import faults_for_page
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, VIEW, instances, require
from yuanheng.ledger.api import Snapshot

SHOWN = 100
SHIPPED = "library:"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """``?one=…&other=…``: a version's number in the database or ``library:code``; with
    ``snapshot`` both are run on it and nothing is stored."""
    require(request.user, VIEW, Scheme)
    one, other = (_text(request, key) for key in ("one", "other"))
    snapshots = instances(request.user, EDIT, Snapshot.objects.visible_to(request.user))
    snapshot = snapshots.filter(code=request.GET.get("snapshot", "")).first()
    found: SchemesCompared | None = None
    pairs: list[ItemPair] = []
    faults: list[dict[str, Any]] = []
    if one and other:
        try:
            pairs = compare_schemes(read_text(one).scheme, read_text(other).scheme)
            if snapshot is not None:
                found = _compared(request, one, other, snapshot)
        except Waiting as waiting:
            return redirect("job-detail", waiting.job.token)
        except FaultyInput as error:
            faults = faults_for_page(error.faults)
    context = {
        "choices": _choices(request),
        "snapshots": snapshots[:100],
        "asked": request.GET,
        "faults": faults,
        "pairs": [_line(pair) for pair in pairs],
        "same": sum(1 for pair in pairs if pair.same),
        "found": found,
        "sentences": _sentences(found),
        "moved": found.ranked[:SHOWN] if found else [],
        "limit": SHOWN,
        "trail": [(_("Schemes"), reverse("scheme-list"))],
    }
    return render(request, "evaluation/against.html", context, status=422 if faults else 200)


def _text(request: HttpRequest, key: str) -> str:
    asked = request.GET.get(key, "")
    if not asked:
        return ""
    if asked.startswith(SHIPPED):
        try:
            return shipped_text(asked.removeprefix(SHIPPED))
        except KeyError:
            raise Http404 from None
    if not asked.isdecimal():
        raise Http404
    version = SchemeVersion.objects.visible_to(request.user).filter(pk=int(asked)).first()
    if version is None:
        raise Http404
    return version.text


def _choices(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    versions = SchemeVersion.objects.visible_to(request.user).select_related("scheme")
    numbered = _("version %(number)s")
    own = [
        (str(one.pk), f"{one.scheme.name} · {numbered % {'number': one.number}}")
        for one in versions.order_by("scheme__title", "-number")[:200]
    ]
    shipped = [(f"{SHIPPED}{one.code}", one.title) for one in shipped_schemes()]
    return [(_("Adopted"), own), (_("Library of schemes"), shipped)]


def _compared(request: HttpRequest, one: str, other: str, snapshot: Snapshot) -> SchemesCompared:
    """Both schemes on the figures; of many subjects a job does it."""
    found: SchemesCompared = found_or_asked(
        TWO, request.user, subjects=snapshot.rows_usable, back=request.get_full_path(),
        title=_("Two schemes on %(figures)s") % {"figures": snapshot},
        one=keep_text(one), other=keep_text(other), snapshot=snapshot.code,
        period=request.GET.get("period", ""),
    )  # fmt: skip
    return found


def _line(pair: ItemPair) -> dict[str, Any]:
    return {
        "pair": pair,
        "one": None if pair.weight_one is None else 100 * pair.weight_one,
        "other": None if pair.weight_other is None else 100 * pair.weight_other,
        "differences": item_words(pair),
    }


def _sentences(found: SchemesCompared | None) -> list[str]:
    if found is None:
        return []
    english = language() == "en"
    return [en if english else full_width(zh) for zh, en in found.sentences]
