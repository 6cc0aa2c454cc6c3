"""A submission's cells for programs, and for the grid in the browser: the same address."""

# Annotations are read by ninja when the function is made, so they stay objects here.
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest.endpoints import ONCE, READ, WRITE
from yuanheng.kernel.rest.errors import ApiError, fault, not_found, of_validation
from yuanheng.kernel.rest.once import once
from yuanheng.ledger.actions.drafts import Draft, save_drafts
from yuanheng.ledger.answers import saved_as_data, sheet_as_data
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import Subject
from yuanheng.ledger.queries.sheet_drafts import Cut
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.views.submissions import find_submission

MOST_CELLS = 2000


class DraftIn(Schema):
    """One cell: ``text`` as it is typed, in the unit shown; ``version`` as it was read."""

    model_config = ConfigDict(extra="forbid")
    subject: str
    indicator: str
    text: str | int | Decimal | None = None
    reason: str | None = None
    confirm: bool = False
    version: int | None = None


class DraftsIn(Schema):
    """The cells to keep."""

    model_config = ConfigDict(extra="forbid")
    cells: list[DraftIn] = Field(max_length=MOST_CELLS)


class FindingOut(Schema):
    """What a rule of checks says of a figure; ``severity``: block, explain, warn."""

    rule: str
    severity: str
    text: str
    explained: bool


class CellOut(Schema):
    """One cell. ``state``: missing, explained, faulty, typed, known, confirmed, corrected,
    elsewhere. ``value`` and ``known`` are in the indicator's own unit."""

    subject: str
    indicator: str
    measure: str
    text: str
    shown: str
    value: float | None
    known: float | None
    source: str
    reason: str
    state: str
    note: str
    open: bool
    needs_reason: bool
    version: int
    changed_by: str
    changed_at: str
    mark: str | None
    modified: bool
    findings: list[FindingOut]


class ComputedOut(Schema):
    """A computed indicator, as it follows from ledger and drafts."""

    subject: str
    indicator: str
    text: str


class SheetOut(Schema):
    """A submission's sheet."""

    submission: str
    form: str
    version: int
    period: str
    round: int
    state: str
    committee: str
    cells: list[CellOut]
    computed: list[ComputedOut]
    problems: list[str]
    counts: dict[str, int]
    done: int
    total: int


class SavedCell(CellOut):
    """``outcome``: saved, unchanged, stale (somebody else has changed it: ``said``, and the cell
    as it is now), refused."""

    outcome: str
    said: str


class SavedOut(Schema):
    """What became of each cell that was sent."""

    cells: list[SavedCell]
    computed: list[ComputedOut]
    problems: list[str]
    counts: dict[str, int]
    done: int
    total: int


def add_sheet(router: Router, resource: Resource) -> None:
    """``GET`` and ``PUT …/cells/`` of a submission."""

    def cells(request: HttpRequest, key: str, page: int = 0, subject: str = "") -> HttpResponse:
        """``page`` of thirty enterprises, or one ``subject`` by its code; all without either."""
        return _json(_sheet(request.user, key, max(page, 0), subject))

    def keep(request: HttpRequest, key: str, body: DraftsIn) -> HttpResponse:
        def do() -> tuple[int, Any]:
            row = _visible(request.user, key)
            drafts = [_draft(one) for one in body.cells]
            try:
                saved = save_drafts(acting_user=request.user, submission=row, drafts=drafts)
            except ValidationError as error:
                raise ApiError(409, *of_validation(error)) from None
            sheet = Sheet(row, user=request.user, cut=_touched(row, drafts))
            return 200, saved_as_data(sheet.judge(request.user), saved)

        return once(request, do)

    router.api_operation(
        ["GET"],
        "/{key}/cells/",
        response={200: SheetOut} | READ,
        operation_id="submission_cells",
        url_name="api-submission-cells",
    )(cells)
    router.api_operation(
        ["PUT"],
        "/{key}/cells/",
        response={200: SavedOut} | WRITE,
        operation_id="submission_keep_cells",
        url_name="api-submission-cells",
        openapi_extra={"parameters": [ONCE]},
    )(keep)


def _visible(user: Any, key: str) -> Any:
    try:
        return find_submission(user, key)
    except Http404:
        raise not_found() from None


def _touched(row: Any, drafts: Sequence[Draft]) -> Cut:
    """Of a form of enterprises only those that were written; of parks the whole sheet."""
    if row.form.asks != BearerKind.ENTERPRISE:
        return Cut()
    codes = {one.subject for one in drafts}
    rows = Subject.objects.filter(kind=BearerKind.ENTERPRISE, code__in=codes)
    only = row.__dict__.get("_only")
    found = {pk for pk in rows.values_list("pk", flat=True) if only is None or pk in only}
    return Cut(subjects=found)


def _sheet(user: Any, key: str, page: int, subject: str) -> dict[str, Any]:
    row = _visible(user, key)
    of_firms = row.form.asks == BearerKind.ENTERPRISE
    cut = Cut(subjects=row.__dict__.get("_only"), page=page if of_firms else 0, find=subject[:60])
    return sheet_as_data(Sheet(row, user=user, cut=cut).judge(user))


def _draft(one: DraftIn) -> Draft:
    text = one.text
    if text is not None and not isinstance(text, str):
        text = format(text, "f") if isinstance(text, Decimal) else str(text)
    for name in ("subject", "indicator"):
        if len(getattr(one, name)) > 100:
            raise ApiError(422, fault(_("This text is too long."), where=name))
    return Draft(one.subject, one.indicator, text, one.reason, one.confirm, one.version)


def _json(content: Any) -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
