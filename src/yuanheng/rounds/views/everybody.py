"""公示: what an office has opened to everybody, without signing in, as long as the term runs.

These pages know nobody: they read the list of a publicity and nothing else of its subjects."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.rounds.models import EvaluationRound
from yuanheng.rounds.publicity import headings, paper_part
from yuanheng.rounds.views.publicity import listing

_RELATED = ("scheme_version__scheme", "run", "final_run", "org_unit")


def opened() -> QuerySet:
    """The rounds whose list everybody may read today: switched on, in publicity, term running."""
    rows = EvaluationRound.objects.filter(
        open_to_all=True, state="publicity", run__isnull=False, due_on__gte=clock.today()
    )
    return rows.select_related(*_RELATED)


@login_not_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every list that is open to everybody."""
    page = Paginator(opened().order_by("-shown_from", "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "rounds/public_list.html", {"page": page, "title": _("Publicity")})


@login_not_required
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One list."""
    case = get_object_or_404(opened(), code=key)
    return render(request, "rounds/public.html", listing(case, request))


@login_not_required
@require_safe
def on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The same for A4; a long list in parts."""
    case = get_object_or_404(opened(), code=key)
    context = {
        "case": case,
        "part": paper_part(case, request.GET.get("part", "")),
        "headings": headings(case),
        "title": case.title,
        "back_url": reverse("public", args=[case.code]),
        "printed_at": clock.now(),
    }
    return render(request, "rounds/publicity_print.html", context)
