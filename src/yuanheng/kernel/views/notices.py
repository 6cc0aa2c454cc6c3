"""A person's notices and their settings; for administrators: test, send again, drop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.components import Tab
from yuanheng.kernel.forms import ReasonForm, add_errors, prepare_form
from yuanheng.kernel.models import Delivery, DeliveryState, Notice, NoticeSettings
from yuanheng.kernel.notices.actions import (
    drop_delivery,
    retry_delivery,
    save_settings,
    test_channel,
)
from yuanheng.kernel.notices.forms import SettingsForm
from yuanheng.kernel.notices.kinds import all_kinds, kind_of
from yuanheng.kernel.notices.outbox import deliver_one, mail_address
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.resources.filters import BoundFilter, Option
from yuanheng.kernel.views.details import visible_row
from yuanheng.kernel.views.fragments import wants_fragment

_A_PAGE = 50


def addresses() -> list[URLPattern]:
    """Addresses that belong to no register."""
    return [
        path("notices/", list_notices, name="notice-list"),
        path("notices/read/", mark_all_read, name="notice-read-all"),
        path("notices/settings/", choose, name="notice-settings"),
        path("notices/<uuid:token>/", open_notice, name="notice-open"),
        path("notice-channels/<int:key>/test/", test, name="noticechannel-test"),
        path("deliveries/<int:key>/retry/", retry, name="delivery-retry"),
        path("deliveries/<int:key>/drop/", drop, name="delivery-drop"),
    ]


@require_safe
def list_notices(request: HttpRequest) -> HttpResponse:
    """One's own notices, newest first."""
    mine = Notice.objects.visible_to(request.user)
    unread = mine.filter(read_at__isnull=True)
    only_unread, kind = request.GET.get("unread") == "1", request.GET.get("kind", "")
    rows = unread if only_unread else mine
    if kind:
        codes = [code for code in mine.values_list("code", flat=True).distinct()]
        rows = rows.filter(code__in=[code for code in codes if kind_of(code) == kind])
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    waiting, address = unread.count(), reverse("notice-list")
    chosen = f"&kind={kind}" if kind in dict(all_kinds()) else ""
    options = [Option(code, title) for code, title in all_kinds()]
    context: dict[str, Any] = {
        "page": page,
        "waiting": waiting,
        "narrowed": only_unread or bool(kind),
        "only_unread": only_unread,
        "list_url": address,
        "filters": [BoundFilter("kind", _("Kind"), kind, options)],
        "tabs": [
            Tab(_("All"), f"{address}?{chosen}".rstrip("?"), None, not only_unread),
            Tab(_("Unread"), f"{address}?unread=1{chosen}", waiting, only_unread),
        ],
    }
    template = (
        "kernel/notices/_rows.html" if wants_fragment(request) else "kernel/notices/list.html"
    )
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def open_notice(request: HttpRequest, token: Any) -> HttpResponse:
    """Marks a notice as read and goes to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), token=token)
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())
    inside = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if notice.link and inside else "notice-list")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Everything that waits counts as read."""
    unread = Notice.objects.visible_to(request.user).filter(read_at__isnull=True)
    n = unread.update(read_at=clock.now())
    text = ngettext("%(n)d notice marked as read.", "%(n)d notices marked as read.", n) % {"n": n}
    messages.success(request, text)
    return redirect("notice-list")


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """What reaches this person, and how."""
    row = NoticeSettings.objects.filter(user=request.user).first()
    row = row or NoticeSettings(user=request.user)
    initial = {
        "email": mail_address(request.user),
        "wants_digest": row.wants_digest,
        "digest_hour": row.digest_hour,
    }
    data = request.POST if request.method == "POST" else None
    form = prepare_form(SettingsForm(data, initial=initial), request.user)
    if request.method == "POST" and form.is_valid():
        save_settings(acting_user=request.user, **form.cleaned_data)
        messages.success(request, _("Your notice settings have been saved."))
        return redirect("notice-settings")
    kinds = [
        {
            "code": code,
            "title": title,
            "email": code in data.getlist("by_email") if data else not row.refuses("email", code),
            "robot": code in data.getlist("by_robot") if data else not row.refuses("robot", code),
        }
        for code, title in all_kinds()
    ]
    context = {"form": form, "kinds": kinds, "back_url": reverse("notice-list")}
    status = 422 if form.errors else 200
    return render(request, "kernel/notices/settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, key: int) -> HttpResponse:
    """Asks, then sends a test message and says how it went."""
    channel = visible_row(request, resource_for("noticechannel"), str(key))
    require(request.user, EDIT, channel)
    form, back = _plain_form(request), resource_for("noticechannel").link(channel)
    # The form has no token: its view would wait for another machine inside a transaction.
    if request.method == "POST" and _just_sent(channel):
        messages.info(request, _("This form was sent twice; it has been carried out once."))
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            row = test_channel(acting_user=request.user, channel=channel)
        except ValidationError as error:
            add_errors(form, error)
        else:
            _say_how_it_went(request, deliver_one(row))
            return redirect(back)
    return _asked(
        request,
        form,
        title=_("Test: %(name)s") % {"name": channel},
        lead=_("A short test message goes out through this channel at once."),
        submit=_("Send a test message"),
        back_url=back,
        waits_elsewhere=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Asks, then tries a message again at once."""
    row = visible_row(request, resource_for("delivery"), str(key))
    require(request.user, EDIT, row)
    form, back = _plain_form(request), resource_for("delivery").link(row)
    if request.method == "POST" and form.is_valid():
        try:
            again = retry_delivery(acting_user=request.user, delivery=row)
        except ValidationError as error:
            add_errors(form, error)
        else:
            _say_how_it_went(request, deliver_one(again))
            return redirect(back)
    lead = _("The message is sent again at once; if that fails, the pauses begin anew.")
    title = _("Send again: %(name)s") % {"name": row}
    # What is being sent is claimed (``deliver_one``): pressed twice, it leaves once.
    words = {"title": title, "lead": lead, "submit": _("Send again")}
    return _asked(request, form, back_url=back, waits_elsewhere=True, **words)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Asks for the reason, then gives a message up."""
    row = visible_row(request, resource_for("delivery"), str(key))
    require(request.user, EDIT, row)
    data = request.POST if request.method == "POST" else None
    form, back = prepare_form(ReasonForm(data), request.user), resource_for("delivery").link(row)
    if request.method == "POST" and form.is_valid():
        try:
            drop_delivery(acting_user=request.user, delivery=row, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The message has been dropped."))
            return redirect(back)
    title = _("Drop: %(name)s") % {"name": row}
    return _asked(request, form, title=title, lead="", submit=_("Drop"), back_url=back)


def _plain_form(request: HttpRequest) -> forms.Form:
    return forms.Form(request.POST if request.method == "POST" else None)


def _just_sent(channel: Any) -> bool:
    since = clock.now() - timedelta(seconds=5)
    return Delivery.objects.filter(channel=channel, sent_at__gt=since).exists()


def _asked(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "kernel/form.html", {"form": form, **context}, status=status)


def _say_how_it_went(request: HttpRequest, row: Any) -> None:
    if row.state == DeliveryState.SENT:
        messages.success(request, _("The message has been sent."))
    else:
        messages.error(request, _("The message was not sent: %(why)s") % {"why": row.last_error})
