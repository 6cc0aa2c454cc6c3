"""A form that asks figures of a park's enterprises: by the park for all, by each for its own."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import Job
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions.drafts import Draft, confirm_all, save_drafts
from yuanheng.ledger.actions.forms import close_period
from yuanheng.ledger.choices import EntrySource, Standing
from yuanheng.ledger.models import DraftFigure, Entry, FormPeriod, Observation
from yuanheng.ledger.queries.asking import asked_of, coverage_of
from yuanheng.ledger.queries.sheet_drafts import A_PAGE, Cut
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.tests.reporting import (
    at,
    do,
    draft_form,
    grants_since,
    issue_form,
    make_reporting_world,
    submission_of,
)
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

MANY = 70
NAMES = "revenue\nrd_spend\nrd_intensity\ntax_actual"


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        made = make_reporting_world()
        made.firms = Enterprise.objects.bulk_create(
            Enterprise(
                credit_code=credit_code(100 + number), name=f"第{number:03d}机械厂",
                park=made.zone, region=made.regions["431381"], above_scale=number % 2 == 0,
                industry_code="3411",
            )
            for number in range(MANY)
        )  # fmt: skip
        own = OrgUnit.objects.create(
            code=made.steel.credit_code, name=made.steel.name, kind="enterprise",
            parent=made.committee,
        )  # fmt: skip
        made.smith = User.objects.create(username="smith", full_name="钢厂会计", org_unit=own)
        Grant.objects.create(user=made.smith, role="enterprise_user", org_unit=own)
        grants_since(made)
        with at("2024-08-02"):
            made.firm_form = issue_form(
                made, form_code="QY01", title="企业月报", asks="enterprise",
                indicator_names=NAMES,
            )  # fmt: skip
        return made


@pytest.fixture
def world(db, kept_world):
    with at("2024-08-02"):
        yield deepcopy(kept_world)


@pytest.fixture
def submission(world):
    return submission_of(world.firm_form)


def cell(submission, code, indicator="revenue"):
    return submission.cells.get(subject__code=code, indicator__code=indicator)


def test_it_asks_the_enterprises_of_the_committees_parks(world, submission):
    asked = asked_of(world.firm_form)
    assert len(asked.bearers) == MANY + 1
    assert {one.committee_id for one in asked.bearers} == {world.committee.pk}
    assert [one.name for one in asked.orphans] == []  # the other area is not this office's
    # A computed indicator is never typed: three of the four.
    assert submission.cells.count() == (MANY + 1) * 3


def test_it_chooses_by_scale_and_industry(world):
    form = draft_form(
        world, form_code="QY02", asks="enterprise", only_above_scale=True, industry="34",
        indicator_names="revenue",
    )  # fmt: skip
    assert len(asked_of(form).bearers) == MANY // 2
    with pytest.raises(ValidationError, match="不是企业指标"):
        draft_form(world, form_code="QY03", asks="enterprise", indicator_names="firms")
    with pytest.raises(ValidationError, match="规模"):
        draft_form(world, form_code="QY04", only_above_scale=True)


def test_what_another_form_asks_is_not_asked_again(world):
    later = draft_form(world, form_code="QY05", asks="enterprise", indicator_names="revenue")
    (line,) = coverage_of(later, __import__("datetime").date(2024, 8, 2))
    assert line.elsewhere_of == MANY + 1
    assert line.elsewhere == (world.firm_form,)


def test_an_enterprise_fills_in_its_own_and_nothing_else(world, submission):
    code, other = world.steel.credit_code, world.firms[0].credit_code
    saved = save_drafts(
        acting_user=world.smith,
        submission=submission,
        drafts=[Draft(code, "revenue", text="1.5"), Draft(other, "revenue", text="9")],
    )
    assert [one.outcome for one in saved] == ["saved", "refused"]
    assert cell(submission, code).value == 150_000_000
    assert cell(submission, other).text == ""


def test_an_enterprise_sees_its_own_page_only(world, submission, client):
    client.force_login(world.smith)
    page = client.get(reverse("own-sheets")).text
    assert "企业月报" in page
    home = client.get("/").text
    assert reverse("own-sheet", args=[submission.code]) in home  # what waits is on the first page
    for address in ("/quality/", "/check-rules/", "/forms/", "/submissions/", "/totals/"):
        assert f'href="{address}"' not in home  # nothing of the staff's is offered
    assert "0 / 3" in page
    page = client.get(reverse("own-sheet", args=[submission.code])).text
    assert world.steel.name in page
    assert world.firms[0].name not in page
    assert "已完成 0/3" in page  # not how many figures all others have
    firm = client.get(f"/enterprises/{world.steel.credit_code}/").text
    assert world.zone.name in firm
    assert f'href="/parks/{world.zone.code}/"' not in firm  # closed to it
    assert client.get(reverse("submission-detail", args=[submission.code])).status_code == 404
    park = submission_of(world.form)
    assert client.get(reverse("own-sheet", args=[park.code])).status_code == 404
    with pytest.raises(Refused):
        save_drafts(
            acting_user=world.smith, submission=park, drafts=[Draft("LSJ", "firms", text="1")]
        )


def test_an_enterprise_writes_through_the_interface_for_programs(world, submission, client):
    client.force_login(world.smith)
    url = reverse("api-submission-cells", args=[submission.code])
    data = client.get(url).json()
    assert {one["subject"] for one in data["cells"]} == {world.steel.credit_code}
    body = {"cells": [{"subject": world.steel.credit_code, "indicator": "revenue", "text": "2"}]}
    answer = client.put(url, json.dumps(body), content_type="application/json").json()
    assert [one["outcome"] for one in answer["cells"]] == ["saved"]
    assert cell(submission, world.steel.credit_code).text == "2"


def test_without_a_script_the_page_is_posted(world, submission, client):
    client.force_login(world.smith)
    one = cell(submission, world.steel.credit_code)
    stolen = cell(submission, world.firms[0].credit_code)
    answer = client.post(
        reverse("submission-keep", args=[submission.code]),
        {"do": "keep", f"v-{one.pk}": "3", f"n-{one.pk}": "0", f"v-{stolen.pk}": "8"},
    )
    assert answer.url == reverse("own-sheet", args=[submission.code])
    one.refresh_from_db()
    stolen.refresh_from_db()
    assert (one.text, stolen.text) == ("3", "")


def test_the_park_fills_in_page_by_page(world, submission, client, django_assert_max_num_queries):
    client.force_login(world.reporter)
    url = reverse("submission-detail", args=[submission.code])
    client.get(url)
    for query in ("", "?page=2", "?find=第003", "?open=1&page=3"):
        with django_assert_max_num_queries(12, info=query):
            assert client.get(url + query).status_code == 200
    first = client.get(url).text
    assert first.count('<tr><th scope="row"') == A_PAGE
    assert f"{MANY + 1} 家" in first
    assert "第003机械厂" in client.get(url + "?find=第003").text
    assert "213 项数据" in first  # nothing has been filled in


def filled(world, submission, **more):
    drafts = [
        Draft(one.credit_code, code, text=text)
        for one in [world.steel, *world.firms]
        for code, text in {"revenue": "1.2", "rd_spend": "0.03", "tax_actual": "0.05"}.items()
    ]
    return save_drafts(acting_user=world.reporter, submission=submission, drafts=drafts)


def test_it_is_reported_approved_and_accepted(world, submission):
    with pytest.raises(Exception, match="213"):
        do(submission, world.reporter, "report")
    filled(world, submission)
    do(submission, world.reporter, "report")
    entry = Entry.objects.get(source=EntrySource.FORM, source_key=submission.code)
    assert entry.rows == (MANY + 1) * 3
    assert entry.territory == "431381"
    one = world.firms[5].credit_code
    do(submission, world.approver, "send_back", "核对", figures=[
        str(cell(submission, one).subject_id)
    ])  # fmt: skip
    sheet = Sheet(submission_of(world.firm_form), cut=Cut(find=one))
    assert all(found.mark for found in sheet.cells)
    save_drafts(
        acting_user=world.reporter, submission=submission, drafts=[Draft(one, "revenue", text="2")]
    )
    assert not any(found.mark for found in Sheet(submission, cut=Cut(find=one)).cells)
    do(submission, world.reporter, "report")
    do(submission, world.approver, "approve_directly" if submission.county is None else "approve")
    assert Observation.objects.filter(subject__code=one, indicator__code="revenue").count() == 2
    entry.refresh_from_db()
    assert entry.standing == Standing.APPROVED


def test_what_is_known_is_confirmed_with_one_click(world, submission):
    filled(world, submission)
    do(submission, world.reporter, "report")
    with at("2024-09-03"):
        later = draft_form(
            world, form_code="QY09", asks="enterprise", frequency="quarter",
            indicator_names="revenue",
        )  # fmt: skip
        assert coverage_of(later, __import__("datetime").date(2024, 9, 3))[0].elsewhere_of > 0
    assert DraftFigure.objects.filter(confirmed_value__isnull=False).count() == 0
    with pytest.raises(Refused):
        confirm_all(acting_user=world.smith, submission=submission_of(world.form))


def test_very_many_figures_are_asked_for_by_a_worker(world, client, monkeypatch):
    monkeypatch.setattr("yuanheng.ledger.actions.forms.MOST_AT_ONCE", MANY)
    form = issue_form(
        world, form_code="QY06", asks="enterprise", indicator_names="rd_spend\ntax_actual"
    )
    row = FormPeriod.objects.get(form=form)
    job = Job.objects.get()
    assert not row.submissions.exists()
    assert job.title == f"下发{form.title}，2024-07"
    page = reverse("form-period", args=[form.code, "2024-07"])
    client.force_login(world.analyst)
    assert "正在生成填报任务" in client.get(page).text
    again = client.post(reverse("form-open-period", args=[form.code]), {"period": "2024-07"})
    assert again.url.startswith("/jobs/")  # nothing is there yet: a worker is asked once more
    client.force_login(world.reporter)
    assert "正在生成填报任务" not in client.get(page).text  # not this person's concern
    assert work_off() == 2
    job.refresh_from_db()
    assert (job.message, job.link) == ("已发起 2024-07，共 1 份填报。", page)
    assert row.submissions.get().cells.count() == (MANY + 1) * 2
    assert Job.objects.exclude(pk=job.pk).get().message == "已发起 2024-07，共 0 份填报。"


def test_a_worker_asks_for_all_or_nothing(world, client, monkeypatch):
    monkeypatch.setattr("yuanheng.ledger.actions.forms.MOST_AT_ONCE", MANY)
    form = issue_form(
        world, form_code="QY07", asks="enterprise", indicator_names="rd_spend\ntax_actual"
    )
    row = FormPeriod.objects.get(form=form)
    close_period(acting_user=world.analyst, form_period=row, reason="本月不报")
    assert work_off() == 1
    assert "已截止" in Job.objects.get().message or "本月不报" in Job.objects.get().message
    assert not row.submissions.exists()
    client.force_login(world.analyst)
    page = client.get(reverse("form-period", args=[form.code, "2024-07"])).text
    assert "未能生成填报任务" in page


def test_an_enterprise_finds_what_it_lacks_in_its_work(world, submission, client):
    client.force_login(world.smith)
    address = reverse("own-sheet", args=[submission.code])
    page = client.get("/work/").text
    assert address in page
    assert "企业月报 · 2024-07" in page
    with at("2024-09-30"):
        assert address in client.get("/work/?tab=overdue").text
    assert address not in client.get("/work/?tab=overdue").text
    code = world.steel.credit_code
    names = submission.cells.filter(subject__code=code).values_list("indicator__code", flat=True)
    save_drafts(
        acting_user=world.smith,
        submission=submission,
        drafts=[Draft(code, name, text="1.5") for name in names],
    )
    assert address not in client.get("/work/").text
    client.force_login(world.reporter)  # the committee's own people have the case itself
    assert address not in client.get("/work/").text
