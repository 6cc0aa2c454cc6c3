"""Addresses of every registered register, and of the imports."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from yuanheng.kernel.resources import Resource, all_resources
from yuanheng.kernel.views import imports, rows, writes


def _pages(resource: Resource) -> list[URLPattern]:
    given: dict[str, Any] = {"resource": resource}
    base, name = resource.path, resource.name
    pages = [path(f"{base}/", rows.list_rows, given, name=f"{name}-list")]
    if resource.form_fields:
        pages.append(path(f"{base}/new/", writes.create, given, name=f"{name}-create"))
    if resource.form_fields and resource.editable:
        pages.append(path(f"{base}/<str:key>/edit/", writes.edit, given, name=f"{name}-edit"))
    if resource.archivable:
        pages += [
            path(f"{base}/<str:key>/archive/", writes.archive, given, name=f"{name}-archive"),
            path(f"{base}/<str:key>/restore/", writes.restore, given, name=f"{name}-restore"),
        ]
    return [*pages, path(f"{base}/<str:key>/", rows.show_row, given, name=f"{name}-detail")]


urlpatterns = [page for resource in all_resources() for page in _pages(resource)] + [
    path("imports/", imports.list_uploads, name="upload-list"),
    path("imports/new/<str:code>/", imports.upload, name="upload-create"),
    path("imports/new/<str:code>/template/", imports.blank_table, name="upload-template"),
    path("imports/<uuid:token>/", imports.preview, name="upload-detail"),
    path("imports/<uuid:token>/commit/", imports.commit, name="upload-commit"),
    path("imports/<uuid:token>/discard/", imports.discard, name="upload-discard"),
]
