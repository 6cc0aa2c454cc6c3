"""The brief before a visit: a page for A4, and a Word file in the official layout."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.downloads import DOCX, file_response
from yuanheng.kernel.official_word import official_word
from yuanheng.leaders.brief import brief_of, word_of
from yuanheng.leaders.models import LeaderLink
from yuanheng.leaders.pictures import Picture, links_read, pictures_of


def _picture(request: HttpRequest, key: str) -> Picture:
    rows = LeaderLink.objects.visible_to(request.user).filter(code=key)
    link = links_read(rows, request.user).first()
    if link is None:
        raise Http404
    return pictures_of([link], request.user)[0]


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """``/leader-links/7/brief/``"""
    picture = _picture(request, key)
    context = {
        "brief": brief_of(picture, request.user),
        "link": picture.link,
        "title": picture.link.target,
        "word_url": reverse("leaderlink-brief-word", args=[key]),
        "back_url": reverse("leader-detail", args=[picture.link.leader.code]),
        "printed_at": clock.now(),
    }
    return render(request, "leaders/brief.html", context)


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The same as .docx."""
    told = word_of(_picture(request, key), request.user)
    return file_response(f"{told.title}.docx", official_word(told), DOCX)
