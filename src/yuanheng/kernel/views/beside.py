"""Notes, attachments, tags and links of one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel.actions.attachments import archive_attachment, attach_file, stored_path
from yuanheng.kernel.actions.links import link_rows, remove_link
from yuanheng.kernel.actions.notes import archive_note, correct_note, write_note
from yuanheng.kernel.actions.tags import set_tags
from yuanheng.kernel.beside import entries_of, files_of, tags_of, ties_of
from yuanheng.kernel.companion_forms import AttachmentForm, LinkForm, NoteForm, TagsForm
from yuanheng.kernel.companions import require_companion
from yuanheng.kernel.forms import ReasonForm, prepare_form
from yuanheng.kernel.models import Attachment
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row

_asks = require_http_methods(["GET", "HEAD", "POST"])


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses of what stands beside a row."""
    if not resource.companions:
        return []
    given: dict[str, Any] = {"resource": resource}
    base = f"{resource.path}/<str:key>"
    found: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("notes/new/", add_note, "note-create"),
        ("notes/<int:number>/edit/", change_note, "note-edit"),
        ("notes/<int:number>/archive/", put_note_away, "note-archive"),
        ("files/new/", add_file, "file-create"),
        ("files/<int:number>/", download, "file"),
        ("files/<int:number>/archive/", put_file_away, "file-archive"),
        ("tags/", change_tags, "tags"),
        ("links/new/", add_link, "link-create"),
        ("links/<int:number>/remove/", untie, "link-remove"),
    ]
    return [
        path(f"{base}/{end}", view, given, f"{resource.name}-{name}") for end, view, name in found
    ]


@_asks
def add_note(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    row = _row(request, resource, key)

    def do(values: dict[str, Any]) -> HttpResponse:
        write_note(acting_user=request.user, row=row, **values)
        return _done(request, resource, row, "journal", _("The note has been kept."))

    form = prepare_form(NoteForm(request.user, sent(request)), request.user)
    return ask(request, form, do, **_page(resource, row, _("Write a note")))


@_asks
def change_note(request: HttpRequest, resource: Resource, key: str, number: int) -> HttpResponse:
    row = _row(request, resource, key)
    note = _entry(row, number, request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        correct_note(acting_user=request.user, row=row, note=note, **values)
        return _done(request, resource, row, "journal", _("The note has been corrected."))

    initial = {"kind": note.kind, "text": note.text, "happened_on": note.happened_on}
    form = prepare_form(NoteForm(None, sent(request), initial=initial), request.user)
    lead = _("The note as it was stays readable behind the new one.")
    return ask(request, form, do, **_page(resource, row, _("Correct a note")), lead=lead)


@_asks
def put_note_away(request: HttpRequest, resource: Resource, key: str, number: int) -> HttpResponse:
    row = _row(request, resource, key)
    note = _entry(row, number, request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        archive_note(acting_user=request.user, row=row, note=note, reason=values["reason"])
        return _done(request, resource, row, "journal", _("The note has been archived."))

    return _why(request, do, _page(resource, row, _("Archive a note")), note.text[:200])


@_asks
def add_file(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    row = _row(request, resource, key)

    def do(values: dict[str, Any]) -> HttpResponse:
        upload = values["file"]
        attach_file(
            acting_user=request.user,
            row=row,
            file_name=upload.name,
            content=upload.chunks(),
            caption=values["caption"],
        )
        return _done(request, resource, row, "files", _("The file has been attached."))

    files = [request.FILES] if request.method == "POST" else []
    form = prepare_form(AttachmentForm(sent(request), *files), request.user)
    page = _page(resource, row, _("Attach a file"))
    return ask(request, form, do, **page, is_multipart=True, submit=_("Attach"))


@require_safe
def download(request: HttpRequest, resource: Resource, key: str, number: int) -> HttpResponse:
    """The file to save, never to show: a browser must not run what somebody uploaded."""
    row = visible_row(request, resource, key)
    attachment = files_of(row).filter(pk=number).first()
    if attachment is None:
        raise Http404
    return send_file(attachment)


def send_file(attachment: Attachment) -> HttpResponse:
    """An attachment as a download; the caller has asked whether the person may see it."""
    try:
        stream = stored_path(attachment.content.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stream, content_type="application/octet-stream")
    name = content_disposition_header(as_attachment=True, filename=attachment.file_name)
    response.headers["Content-Disposition"] = name
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@_asks
def put_file_away(request: HttpRequest, resource: Resource, key: str, number: int) -> HttpResponse:
    row = _row(request, resource, key)
    attachment = files_of(row).filter(pk=number).first()
    if attachment is None:
        raise Http404

    def do(values: dict[str, Any]) -> HttpResponse:
        archive_attachment(
            acting_user=request.user, row=row, attachment=attachment, reason=values["reason"]
        )
        return _done(request, resource, row, "files", _("The attachment has been archived."))

    page = _page(resource, row, _("Archive an attachment"))
    return _why(request, do, page, attachment.file_name)


@_asks
def change_tags(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    row = _row(request, resource, key)

    def do(values: dict[str, Any]) -> HttpResponse:
        set_tags(acting_user=request.user, row=row, tags=values["tags"])
        return _done(request, resource, row, "", _("The tags have been saved."))

    initial = {"tags": tags_of(row, request.user)}
    form = prepare_form(TagsForm(request.user, sent(request), initial=initial), request.user)
    lead = (
        ""
        if form.fields["tags"].queryset.exists()
        else _(
            "Your office has no tags yet. Whoever administers its data can add some under “Tags”."
        )
    )
    return ask(request, form, do, **_page(resource, row, _("Tags")), lead=lead)


@_asks
def add_link(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    row = _row(request, resource, key)

    def do(values: dict[str, Any]) -> HttpResponse:
        link_rows(
            acting_user=request.user,
            row=row,
            other=values["row"],
            kind=values["kind"],
            remark=values["remark"],
        )
        return _done(request, resource, row, "links", _("The two records are linked."))

    initial = {"register": resource.name}
    form = prepare_form(LinkForm(request.user, sent(request), initial=initial), request.user)
    page = _page(resource, row, _("Link to another record"))
    return ask(request, form, do, **page, submit=_("Link"))


@_asks
def untie(request: HttpRequest, resource: Resource, key: str, number: int) -> HttpResponse:
    row = _row(request, resource, key)
    tie = next((one for one in ties_of(row, request.user) if one.link.pk == number), None)
    if tie is None:
        raise Http404

    def do(values: dict[str, Any]) -> HttpResponse:
        remove_link(acting_user=request.user, row=row, link=tie.link, reason=values["reason"])
        return _done(request, resource, row, "links", _("The link has been removed."))

    page = _page(resource, row, _("Remove a link"))
    return _why(request, do, page, f"{tie.words} {tie.label}", submit=_("Remove"))


def _row(request: HttpRequest, resource: Resource, key: str) -> Any:
    row = visible_row(request, resource, key)
    require_companion(request.user, row)
    return row


def _entry(row: Any, number: int, user: Any) -> Any:
    note = next((one.note for one in entries_of(row, user) if one.note.pk == number), None)
    if note is None:
        raise Http404
    return note


def _page(resource: Resource, row: Any, title: str) -> dict[str, Any]:
    return {
        "resource": resource,
        "title": title,
        "subtitle": resource.row_title(row),
        "trail": trail(resource, row),
        "back_url": resource.link(row),
    }


def _why(
    request: HttpRequest,
    do: Callable[[dict[str, Any]], HttpResponse],
    page: dict[str, Any],
    lead: str,
    submit: str = "",
) -> HttpResponse:
    form = prepare_form(ReasonForm(sent(request)), request.user)
    return ask(request, form, do, **page, lead=lead, submit=submit or _("Archive"))


def _done(
    request: HttpRequest, resource: Resource, row: Any, place: str, said: str
) -> HttpResponse:
    messages.success(request, said)
    return redirect(resource.link(row) + (f"#{place}" if place else ""))
