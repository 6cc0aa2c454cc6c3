"""Long jobs: what is waiting, how far it is, what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel.jobs import JobFailed, cancel
from yuanheng.kernel.jobs.kinds import file_of, progress_of
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage
from yuanheng.kernel.tables import Badge, Column, build_table
from yuanheng.kernel.views.fragments import wants_fragment

TONES = {
    JobStage.QUEUED: "secondary",
    JobStage.RUNNING: "blue",
    JobStage.DONE: "green",
    JobStage.FAILED: "red",
    JobStage.CANCELLED: "secondary",
}

COLUMNS = [
    Column("title", link=True, sort=False),
    Column(
        "stage",
        kind="badges",
        value=lambda one: [Badge(one.get_stage_display(), TONES[one.stage])],
        sort=False,
    ),
    Column("requested_at", kind="moment", sort=False),
    Column("ended_at", kind="moment", sort=False, phone=False),
    Column("requested_by", sort=False, phone=False),
]


def addresses() -> list[URLPattern]:
    return [
        path("jobs/", list_jobs, name="job-list"),
        path("jobs/<uuid:token>/", detail, name="job-detail"),
        path("jobs/<uuid:token>/cancel/", cancel_job, name="job-cancel"),
        path("jobs/<uuid:token>/file/", download, name="job-file"),
    ]


@require_safe
def list_jobs(request: HttpRequest) -> HttpResponse:
    """The jobs of this person, the newest first."""
    jobs = Job.objects.visible_to(request.user).select_related("requested_by")
    page = Paginator(jobs, 20).get_page(request.GET.get("page"))
    table = build_table(COLUMNS, page.object_list, model=Job, link=_link)
    return render(request, "kernel/jobs.html", {"page": page, "table": table})


@require_safe
def detail(request: HttpRequest, token: UUID) -> HttpResponse:
    """How far a job is; the page asks again by itself as long as it runs."""
    row = _visible(request, token)
    context: dict[str, Any] = {
        "job": row,
        "badges": [Badge(row.get_stage_display(), TONES[JobStage(row.stage)])],
        "progress": progress_of(row),
        "lines": row.message.splitlines(),
        "has_file": bool(row.file_name) and file_of(row).is_file(),
        "trail": [(_("Jobs"), reverse("job-list"))],
    }
    template = "kernel/_job.html" if wants_fragment(request) else "kernel/job.html"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, Cookie"
    if wants_fragment(request) and row.has_ended:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def cancel_job(request: HttpRequest, token: UUID) -> HttpResponse:
    """Stops a job."""
    row = _visible(request, token)
    try:
        cancel(acting_user=request.user, job=row)
        messages.info(request, _("The job will be cancelled."))
    except JobFailed as error:
        messages.error(request, str(error))
    return redirect(_link(row))


@require_safe
def download(request: HttpRequest, token: UUID) -> FileResponse:
    """The file that a job wrote."""
    row = _visible(request, token)
    path_on_disk = file_of(row)
    if row.stage != JobStage.DONE or not row.file_name or not path_on_disk.is_file():
        raise Http404
    return FileResponse(path_on_disk.open("rb"), as_attachment=True, filename=row.file_name)


def _link(row: Job) -> str:
    return reverse("job-detail", args=[row.token])


def _visible(request: HttpRequest, token: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), token=token)
