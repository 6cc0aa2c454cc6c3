"""What forms ask is what is expected, until when they say."""

from __future__ import annotations

from datetime import date

import pytest

reporting = pytest.importorskip("yuanheng.ledger.tests.reporting")


def test_the_cells_of_an_issued_form_are_expected(book):
    from yuanheng.calc.periods import Period
    from yuanheng.ledger.models import FormPeriod
    from yuanheng.ledger.queries.completeness import reports

    world = book.world
    reporting.grants_since(world)
    with reporting.at("2024-07-01"):
        book(world.zone, "exports", "2024-06", 1e8)
    with reporting.at("2024-08-02"):
        form = reporting.issue_form(world)
        submission = reporting.submission_of(form)
        reporting.fill(submission, world.reporter, reporting.FILLED)
    due = FormPeriod.objects.get(form=form).due_on
    with reporting.at("2024-09-01"):
        row = next(
            one
            for one in reports(world.analyst, Period.parse("2024-07")).rows
            if one.code == "LSJ"
        )
    names = {one.indicator_id for one in row.missing}
    assert names == {book.ids[code] for code in ("firms", "scale_firms", "revenue", "rd_spend")}
    assert {one.due for one in row.missing} == {due}
    assert due > date(2024, 8, 1)
