"""Where a case's pages are."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from yuanheng.kernel.flow.declaration import flow_of
from yuanheng.kernel.models import Case
from yuanheng.kernel.resources import resource_of


def case_url(case: Case) -> str:
    """The page of a case, of whatever type; empty if its type has no pages."""
    try:
        resource = resource_of(flow_of(case).model)
        return reverse(f"{resource.name}-detail", args=[case.code]) if resource else ""
    except (LookupError, NoReverseMatch):
        return ""
