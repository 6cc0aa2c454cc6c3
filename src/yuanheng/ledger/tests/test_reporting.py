"""From a form to accepted figures: nothing is asked twice, nothing is lost, nothing hidden."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel.clocks.calendar import forget_recent_calendars
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.flow.inbox import TO_DO, cases_in
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import load_check_rules
from yuanheng.ledger.actions.drafts import confirm_all
from yuanheng.ledger.choices import EntrySource, Standing
from yuanheng.ledger.models import DraftFigure, Entry, Form, FormPeriod, Observation, Submission
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.tests.reporting import (
    FILLED,
    at,
    do,
    draft_form,
    fill,
    issue_form,
    make_reporting_world,
    submission_of,
)


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_reporting_world()


@pytest.fixture
def world(db, kept_world):
    with at("2024-08-02"):
        yield deepcopy(kept_world)


@pytest.fixture
def submission(world):
    return submission_of(world.form)


def test_issuing_opens_the_period_that_is_over_for_each_committee(world):
    form = world.form
    row = FormPeriod.objects.get()
    assert (row.period.label, row.due_on.isoformat(), row.version) == ("2024-07", "2024-08-07", 1)
    case = Submission.objects.get()
    assert case.committee == world.committee
    assert case.county == world.county
    assert case.org_unit == world.committee
    assert case.due_on == row.due_on
    # The part of the zone is left out, the computed indicator isn't typed.
    cells = DraftFigure.objects.values_list("subject__code", "indicator__code")
    assert set(cells) == {
        ("LSJ", "firms"), ("LSJ", "scale_firms"), ("LSJ", "revenue"), ("LSJ", "rd_spend"),
    }  # fmt: skip
    assert [one.pk for one in cases_in(world.reporter, TO_DO)[:5]] == [case.pk]
    assert form.is_issued


def test_who_asked_does_not_issue(world):
    from yuanheng.kernel.flow import perform

    form = draft_form(world, form_code="YB09")
    form = perform(acting_user=world.analyst, case=form, action="ask")
    with pytest.raises(NotNow):
        perform(acting_user=world.analyst, case=form, action="issue")
    for name in ("reporter", "auditor", "officer", "county_analyst", "stranger"):
        with pytest.raises(Refused):
            perform(acting_user=getattr(world, name), case=form, action="issue")
    assert perform(acting_user=world.reader, case=form, action="issue").state == "issued"


def test_reported_approved_accepted(world, submission):
    fill(submission, world.reporter, FILLED)
    assert not Observation.objects.exists()  # drafts are no figures
    do(submission, world.reporter, "report")
    entry = Entry.objects.get()
    assert (entry.source, entry.source_key) == (EntrySource.FORM, submission.code)
    assert (entry.standing, entry.rows, entry.filled_by) == (1, 4, world.reporter)
    assert entry.territory == "431381"
    values = dict(Observation.objects.values_list("indicator__code", "value"))
    assert values == {
        "firms": 71.0, "scale_firms": 49.0, "revenue": 1234.5e8, "rd_spend": 23.4e8,
    }  # fmt: skip
    for name, action, state, standing in (
        ("approver", "approve", "approved", Standing.APPROVED),
        ("county_analyst", "county_approve", "county", Standing.COUNTY),
        ("analyst", "accept", "accepted", Standing.ACCEPTED),
    ):
        case = do(submission, getattr(world, name), action)
        entry.refresh_from_db()
        assert (case.state, entry.standing) == (state, standing)
    assert work_off() == 1
    assert FormPeriod.objects.get().freeze is not None  # the last one: frozen
    assert case.closed_at is not None


def test_nobody_else_fills_reports_or_approves(world, submission):
    for name in ("auditor", "officer", "approver", "stranger", "former", "nobody", "reader"):
        with pytest.raises(Refused):
            fill(submission, getattr(world, name), FILLED)
    fill(submission, world.reporter, FILLED)
    for name in ("auditor", "approver", "stranger", "former", "analyst"):
        with pytest.raises(Refused):
            do(submission, getattr(world, name), "report")
    do(submission, world.reporter, "report")
    for name in ("reporter", "auditor", "county_analyst", "stranger", "former"):
        with pytest.raises(Refused):
            do(submission, getattr(world, name), "approve")


def test_what_is_missing_or_not_understood_is_told(world, submission):
    fill(submission, world.reporter, {"firms": "七十一家左右"})
    with pytest.raises(NotNow, match="看不懂：入园企业"):
        do(submission, world.reporter, "report")
    sheet = Sheet(submission)
    assert sheet.counts == {"faulty": 1, "missing": 3}
    assert "七十一家左右" in sheet.cells[0].fault


def test_a_known_figure_is_confirmed_or_corrected_with_a_reason(book, world, submission):
    book(
        world.zone,
        "firms",
        "2024-07",
        71,
        by=world.root,
        title="市监台账",
        source=EntrySource.FEED,
    )
    fill(submission, world.reporter, {k: v for k, v in FILLED.items() if k != "firms"})
    sheet = Sheet(submission)
    assert sheet.cells[0].state == "known"
    assert "市监台账" in sheet.cells[0].note
    with pytest.raises(NotNow, match="入园企业"):
        do(submission, world.reporter, "report")
    fill(submission, world.reporter, {"firms": "70"})
    with pytest.raises(NotNow, match="入园企业"):
        do(submission, world.reporter, "report")
    fill(submission, world.reporter, {"firms": "70"}, reason="一家注销")
    do(submission, world.reporter, "report")
    last = Observation.objects.order_by("-pk").filter(indicator__code="firms").first()
    assert (last.value, last.reason) == (70.0, "一家注销")


def test_one_click_confirms_what_is_known(book, world, submission):
    from yuanheng.ledger.actions.drafts import confirm_all

    book(
        world.zone,
        "firms",
        "2024-07",
        71,
        by=world.root,
        title="市监台账",
        source=EntrySource.FEED,
    )
    confirm_all(acting_user=world.reporter, submission=submission)
    assert Sheet(submission).cells[0].state == "confirmed"
    # The ledger learns better: what was confirmed is no longer what is known.
    book(world.zone, "firms", "2024-07", 72, by=world.root, source=EntrySource.FEED)
    assert Sheet(submission).cells[0].state == "known"


def test_sent_back_with_marked_figures_and_mended(world, submission):
    fill(submission, world.reporter, FILLED)
    do(submission, world.reporter, "report")
    do(submission, world.approver, "approve")
    cell = DraftFigure.objects.get(indicator__code="firms")
    case = do(submission, world.county_analyst, "send_back", "企业数与市监不符", figures=[cell.pk])
    assert (case.state, case.org_unit) == ("filling", world.committee)
    sheet = Sheet(case)
    assert sheet.cells[0].mark.note == "企业数与市监不符"
    with pytest.raises(NotNow, match="入园企业"):  # neither mended nor explained
        do(submission, world.reporter, "report")
    fill(case, world.reporter, {"firms": "70"})
    assert Sheet(case).cells[0].mark is None
    do(submission, world.reporter, "report")
    second = Entry.objects.order_by("-pk").first()
    assert (second.rows, second.corrections, second.unchanged) == (1, 1, 3)
    assert Observation.objects.order_by("-pk").first().reason == "企业数与市监不符"


def accepted(world, submission):
    fill(submission, world.reporter, FILLED)
    do(submission, world.reporter, "report")
    do(submission, world.approver, "approve")
    do(submission, world.county_analyst, "county_approve")
    return do(submission, world.analyst, "accept")


def test_a_later_change_is_a_revision_and_is_shown_until_it_is_approved(client, world, submission):
    accepted(world, submission)
    with pytest.raises(ValidationError):
        fill(submission, world.reporter, {"firms": "75"})  # frozen
    case = do(submission, world.reporter, "revise", "漏报四家")
    assert (case.state, case.round) == ("filling", 2)
    fill(case, world.reporter, {"firms": "75"})
    case = do(case, world.reporter, "report")
    kept = DraftFigure.objects.filter(indicator__code="firms").values_list("round", "text")
    assert set(kept) == {(1, "71"), (2, "75")}
    page = "/ledger/park/LSJ/firms/2024-07/"
    client.force_login(world.analyst, backend="django.contrib.auth.backends.ModelBackend")
    overview = f"/forms/{case.form.code}/periods/2024-07/"
    said = "批准后有修改"
    for address in (page, overview, f"/submissions/{case.code}/"):
        assert said in client.get(address).text, address
    do(case, world.approver, "approve")
    do(case, world.county_analyst, "county_approve")
    do(case, world.analyst, "accept")
    for address in (page, f"/submissions/{case.code}/"):
        assert said not in client.get(address).text, address
    old = client.get(f"/submissions/{case.code}/?round=1").text
    assert "71" in old


def test_two_reporters_at_once_lose_nothing(world, submission):
    from yuanheng.accounts.tests.world import make_user

    other = make_user("second", "park_reporter", world.committee, valid_from="2020-01-01")
    fill(submission, world.reporter, {"firms": "71"}, version=0)
    late = fill(submission, other, {"firms": "99"}, version=0)
    assert late[0].outcome == "stale"
    assert "71" in late[0].said
    assert DraftFigure.objects.get(indicator__code="firms").text == "71"
    again = fill(submission, other, {"firms": "99"}, version=1)
    assert again[0].outcome == "saved"


def test_a_second_form_asks_no_figure_twice(world, submission):
    second = issue_form(
        world, title="县区月报", form_code="YB02", indicator_names="入园企业\n从业人员"
    )
    case = Submission.objects.get(form_period__form=second)
    cells = {one.indicator.code: one for one in Sheet(case).cells}
    assert cells["firms"].state == "elsewhere"
    assert "园区月报" in cells["firms"].note
    refused = fill(case, world.reporter, {"firms": "1"})
    assert refused[0].outcome == "refused"
    assert "园区月报" in refused[0].said
    # A quarter is put together from the months; the quarterly form doesn't ask either.
    third = issue_form(
        world, title="季报", form_code="JB01", frequency="quarter", indicator_names="营业收入"
    )
    case = Submission.objects.get(form_period__form=third)
    assert Sheet(case).cells[0].state == "elsewhere"


def test_a_closed_period_keeps_drafts_and_refuses_the_report(world, submission):
    from yuanheng.ledger.actions.forms import close_period, reopen_period

    fill(submission, world.reporter, FILLED)
    row = FormPeriod.objects.get()
    with pytest.raises(Refused):
        close_period(acting_user=world.reporter, form_period=row, reason="x")
    close_period(acting_user=world.analyst, form_period=row, reason="年报已定")
    with pytest.raises(NotNow, match="年报已定"):
        do(submission, world.reporter, "report")
    assert fill(submission, world.reporter, {"firms": "72"})[0].outcome == "saved"
    reopen_period(acting_user=world.analyst, form_period=row, reason="补报")
    assert do(submission, world.reporter, "report").state == "reported"


def test_a_clock_wrong_by_a_year_and_other_impossible_periods(world, submission):
    from yuanheng.calc.periods import Period
    from yuanheng.ledger.actions.forms import open_period

    form = Form.objects.get()
    for label in ("2025-07", "2024Q2", "2024"):
        with pytest.raises(ValidationError, match="2024"):
            open_period(acting_user=world.analyst, form=form, period=Period.parse(label))
    with pytest.raises(Refused):
        open_period(acting_user=world.reporter, form=form, period=Period.parse("2024-06"))
    fill(submission, world.reporter, FILLED)
    # The machine's clock is set back by a year.
    with at("2023-08-02"), pytest.raises(ValidationError, match="2024-07"):
        do(submission, world.reporter, "report")
    assert do(submission, world.reporter, "report").state == "reported"


def test_a_figure_of_a_park_out_of_scope_is_refused_in_words(world, submission):
    from yuanheng.ledger.actions.drafts import Draft, save_drafts

    done = save_drafts(
        acting_user=world.reporter, submission=submission, drafts=[Draft("LPG", "firms", text="3")]
    )
    assert done[0].outcome == "refused"
    assert "LPG" in done[0].said


def test_the_tick_opens_the_next_period_once(world, submission):
    from yuanheng.kernel import clock
    from yuanheng.ledger.actions.forms import open_due_periods

    assert open_due_periods(clock.now()) == {}
    with at("2024-09-02"):
        assert open_due_periods(clock.now()) == {"opened": 1}
        assert open_due_periods(clock.now()) == {}
    assert Submission.objects.count() == 2


def test_the_passport_tells_which_forms_ask(client, world, submission):
    fill(submission, world.reporter, FILLED)
    do(submission, world.reporter, "report")
    client.force_login(world.analyst, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/ledger/park/LSJ/firms/2024-07/").text
    assert "YB01" in text
    assert f"/submissions/{submission.code}/" in text


def test_a_later_version_leaves_what_was_opened(world, submission):
    from yuanheng.kernel.flow import perform
    from yuanheng.ledger.actions.forms import open_due_periods

    form = Form.objects.get()
    form = perform(acting_user=world.analyst, case=form, action="revise", reason="加一项")
    changed = {"indicator_names": "firms\nemployees"}
    form = perform(acting_user=world.analyst, case=form, action="change", values=changed)
    form = perform(acting_user=world.analyst, case=form, action="ask")
    form = perform(acting_user=world.chief, case=form, action="issue")
    assert form.version == 2
    assert len(Sheet(submission).indicators) == 5
    with at("2024-09-02"):
        open_due_periods(None)
    later = Submission.objects.order_by("-pk").first()
    assert [one.code for one in Sheet(later).indicators] == ["firms", "employees"]


def test_what_is_merely_confirmed_takes_the_standing_of_the_approval(world, submission):
    """The value stays, its history too; from the approval on it stands as far as that went."""
    from yuanheng.calc.periods import Period
    from yuanheng.kernel import clock
    from yuanheng.ledger.actions import NewFigure, write_figures
    from yuanheng.ledger.models import Indicator, Subject
    from yuanheng.ledger.queries.believed import believed, known_up_to

    subject = Subject.objects.get(kind="park", code="LSJ")
    firms = Indicator.objects.get(code="firms")
    period = Period.parse("2024-07")
    with at("2024-08-01"):
        fed = write_figures(
            acting_user=world.analyst, source=EntrySource.FEED, title="园区台账",
            figures=[NewFigure(subject.pk, firms.pk, period, 71.0)],
        )  # fmt: skip
    fill(submission, world.reporter, {k: v for k, v in FILLED.items() if k != "firms"})
    confirm_all(acting_user=world.reporter, submission=submission)
    do(submission, world.reporter, "report")
    rows = Observation.objects.filter(indicator=firms).order_by("pk")
    assert [one.entry.standing for one in rows] == [Standing.REPORTED]
    with at("2024-08-05"):
        do(submission, world.approver, "approve")
    assert [one.entry.standing for one in rows.all()] == [Standing.REPORTED, Standing.APPROVED]
    with at("2024-08-06"):
        do(submission, world.county_analyst, "county_approve")
        do(submission, world.analyst, "accept")
    last = rows.last()
    assert (last.value, last.entry.standing) == (71.0, Standing.ACCEPTED)
    fed.refresh_from_db()
    assert fed.standing == Standing.REPORTED  # on its own word as before
    with at("2024-08-04"):
        up_to = known_up_to(clock.now())
    assert [row[4] for row in believed([subject.pk], period.start, period.end, up_to=up_to)
            if row[3] == firms.pk] == [rows.first().pk]  # fmt: skip
    assert not any(one.modified for one in Sheet(submission).cells)


def test_the_pages_take_few_queries(world, submission, client, django_assert_max_num_queries):
    """As each of those who have to do with it, whatever its state."""
    load_check_rules(acting_user=world.root)
    fill(submission, world.reporter, FILLED)
    page = f"/submissions/{submission.code}/"
    period = f"/forms/{world.form.code}/periods/2024-07/"

    def look(*names):
        for name in names:
            client.force_login(getattr(world, name))
            for address in (page, f"/forms/{world.form.code}/", period, "/forms/", "/quality/"):
                forget_recent_calendars()
                client.get(address)  # the calendar is read once in ten seconds, for everybody
                # One more for who sees it only since it passed their office: that is asked.
                most = 13 if name == "county_analyst" and address == page else 12
                with django_assert_max_num_queries(most, info=f"{name} {address}"):
                    assert client.get(address).status_code == 200

    look("reporter", "root", "analyst")
    do(submission, world.reporter, "report")
    look("approver", "reporter", "county_analyst")
    do(submission, world.approver, "send_back", "核对", figures=[
        str(submission.cells.get(indicator__code="firms").pk)
    ])  # fmt: skip
    look("reporter", "analyst")


def test_a_sheet_of_any_size_takes_few_queries(
    world, submission, client, django_assert_max_num_queries
):
    for name in ("reporter", "analyst", "county_analyst"):
        client.force_login(getattr(world, name))
        with django_assert_max_num_queries(12, info=name):
            answer = client.get(f"/submissions/{submission.code}/workbook/")
        assert answer.status_code == 200
