"""The ways in which a submission is filled in: page without a script, workbook, programs."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from yuanheng.kernel.testing.ground import BACKEND
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import DraftFigure, FigureRemark, FormPeriod, Observation, Submission
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.tests.reporting import (
    FILLED,
    at,
    do,
    fill,
    make_reporting_world,
    submission_of,
)
from yuanheng.ledger.workbook import write_workbook
from yuanheng.tabular import Sheet as Table
from yuanheng.tabular import write_xlsx


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


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def cells_of(submission) -> dict[str, DraftFigure]:
    rows = submission.cells.filter(round=Submission.objects.get(pk=submission.pk).round)
    return {one.indicator.code: one for one in rows.select_related("indicator")}


# the page


def test_the_form_is_posted_whole_without_a_script(world, submission):
    client = signed_in(world.reporter)
    page = client.get(f"/submissions/{submission.code}/").text
    cell = cells_of(submission)["firms"]
    assert f'name="v-{cell.pk}"' in page
    sent = {f"v-{cell.pk}": "71", f"w-{cell.pk}": "", f"n-{cell.pk}": "0", f"r-{cell.pk}": ""}
    answer = client.post(f"/submissions/{submission.code}/keep/", sent)
    assert answer.status_code == 302
    cell.refresh_from_db()
    assert (cell.text, cell.version) == ("71", 1)
    # Somebody who still looks at the old page loses nothing, and is told.
    late = client.post(
        f"/submissions/{submission.code}/keep/", {**sent, f"v-{cell.pk}": "99"}, follow=True
    )
    assert "在此期间已填为“71”" in late.text
    cell.refresh_from_db()
    assert cell.text == "71"


def test_a_known_figure_is_not_confirmed_by_merely_saving(book, world, submission):
    book(world.zone, "firms", "2024-07", 71, by=world.root, source=EntrySource.FEED)
    client, cell = signed_in(world.reporter), cells_of(submission)["firms"]
    sent = {f"v-{cell.pk}": "71", f"w-{cell.pk}": "71", f"n-{cell.pk}": "0", f"r-{cell.pk}": ""}
    client.post(f"/submissions/{submission.code}/keep/", sent)
    assert Sheet(submission).cells[0].state == "known"
    client.post(f"/submissions/{submission.code}/keep/", {**sent, "confirm": cell.pk})
    assert Sheet(submission).cells[0].state == "confirmed"
    book(world.zone, "scale_firms", "2024-07", 40, by=world.root, source=EntrySource.FEED)
    client.post(f"/submissions/{submission.code}/keep/", {"do": "confirm-all"})
    assert Sheet(submission).counts["confirmed"] == 2


def test_only_those_of_the_area_find_the_page(world, submission):
    for name, code in (
        ("reporter", 200), ("approver", 200), ("county_analyst", 200), ("analyst", 200),
        ("auditor", 200), ("stranger", 404), ("former", 404), ("nobody", 404),
    ):  # fmt: skip
        client = signed_in(getattr(world, name))
        assert client.get(f"/submissions/{submission.code}/").status_code == code, name
        assert client.get(f"/submissions/{submission.code}/workbook/").status_code == code, name
    page = signed_in(world.auditor).get(f"/submissions/{submission.code}/").text
    assert "data-sheet=" not in page
    assert (
        signed_in(world.auditor).post(f"/submissions/{submission.code}/keep/").status_code == 403
    )


def test_an_enterprise_sees_neither_forms_nor_submissions(world, submission):
    from yuanheng.accounts.models import OrgUnit
    from yuanheng.accounts.tests.world import make_user

    firm = OrgUnit.objects.create(
        code=world.steel.credit_code, name="钢铁", kind="enterprise", parent=world.committee
    )
    user = make_user("firm", "enterprise_user", firm, valid_from="2020-01-01")
    client = signed_in(user)
    form = submission.form
    assert client.get(f"/submissions/{submission.code}/").status_code == 404
    assert client.get(f"/forms/{form.code}/").status_code == 404
    assert form.title not in client.get("/forms/").text


def test_a_reporter_reads_the_form_but_does_not_keep_it(world, submission):
    form, client = submission.form, signed_in(world.reporter)
    assert client.get(f"/forms/{form.code}/").status_code == 200
    assert client.get(f"/forms/{form.code}/periods/2024-07/").status_code == 200
    answer = client.post(f"/forms/{form.code}/open/", {"period": "2024-06"})
    assert answer.status_code == 403
    sent = {"do": "close", "reason": "x"}
    answer = client.post(f"/forms/{form.code}/periods/2024-07/do/", sent)
    assert answer.status_code == 403
    assert signed_in(world.stranger).get(f"/forms/{form.code}/").status_code == 404


def test_the_office_opens_closes_and_is_told_of_a_wrong_year(world, submission):
    form, client = submission.form, signed_in(world.analyst)
    page = client.post(f"/forms/{form.code}/open/", {"period": "2025-07"}, follow=True).text
    assert "2024-08-02" in page
    page = client.post(f"/forms/{form.code}/open/", {"period": "七月"}, follow=True).text
    assert "“七月”" in page
    client.post(f"/forms/{form.code}/open/", {"period": "2024-06"})
    assert FormPeriod.objects.count() == 2
    address = f"/forms/{form.code}/periods/2024-06/do/"
    client.post(address, {"do": "close", "reason": "已报纸质"})
    assert FormPeriod.objects.get(period_start=2024 * 12 + 5).is_closed
    page = client.post(f"/forms/{form.code}/open/", {"period": "2024-06"}, follow=True).text
    assert "已报纸质" in page


def test_the_page_of_issuing_says_what_is_known_and_who_asks_already(book, world, submission):
    from yuanheng.ledger.tests.reporting import draft_form

    book(world.zone, "employees", "2024-07", 5000, by=world.root)
    second = draft_form(
        world, title="用工月报", form_code="YB02", indicator_names="firms\nemployees"
    )
    text = signed_in(world.chief).get(f"/forms/{second.code}/").text
    assert "1 / 3" in text  # employees: one of three months
    assert "自动带出，不重复填报" in text
    assert "园区月报" in text


# a workbook


def upload(client, submission, content, name="填报.xlsx"):
    return client.post(
        "/imports/new/submission-sheet/",
        {"submission": submission.code, "table": SimpleUploadedFile(name, content)},
    )


def book_of(submission, path, user, **values):
    """The submission's own workbook, with figures filled in (through another library)."""
    write_workbook(path, Sheet(submission), user)
    return path


def filled(tmp_path, submission, **values):
    """As somebody fills it in and saves it with a program that drops the stamp."""
    path = tmp_path / "sheet.xlsx"
    headers = ["格号", "指标", "期别", "填报数", "更正原因或说明"]
    rows = [
        [f"LSJ/{code}", code, submission.period.label, value, ""] for code, value in values.items()
    ]
    write_xlsx(path, [Table("YB01", headers, rows)])
    return path.read_bytes()


def test_a_workbook_holds_what_is_known_and_comes_back(book, world, submission, tmp_path):
    book(world.zone, "firms", "2024-07", 71, by=world.root, title="市监台账",
         source=EntrySource.FEED)  # fmt: skip
    client = signed_in(world.reporter)
    answer = client.get(f"/submissions/{submission.code}/workbook/")
    path = tmp_path / "out.xlsx"
    path.write_bytes(answer.content)
    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert lines[1][0] == "LSJ/firms"
    assert "市监台账" in lines[1][6]
    assert lines[1][7] == 71.0
    # As it was handed out it changes nothing.
    preview = client.get(upload(client, submission, answer.content).url).text
    assert "无需保存" in preview
    done = upload(client, submission, filled(tmp_path, submission, scale_firms=49, revenue="1,2"))
    preview = client.get(done.url).text
    assert "1,2" in preview
    token = done.url.rstrip("/").rsplit("/", 1)[1]
    answer = client.post(f"/imports/{token}/commit/", {"leave_out_faulty": "1"})
    assert cells_of(submission)["scale_firms"].text == "49"
    assert cells_of(submission)["revenue"].text == ""
    assert Observation.objects.count() == 1  # the feed's: nothing went into the ledger


def test_a_workbook_of_last_month_or_another_park_is_refused_with_both_names(
    world, submission, tmp_path
):
    client = signed_in(world.reporter)
    form = submission.form
    signed_in(world.analyst).post(f"/forms/{form.code}/open/", {"period": "2024-06"})
    other = Submission.objects.exclude(pk=submission.pk).get()
    path = tmp_path / "june.xlsx"
    write_workbook(path, Sheet(other), world.reporter)
    answer = upload(client, submission, path.read_bytes())
    assert answer.status_code == 422
    assert "2024-06" in answer.text
    assert "2024-07" in answer.text
    # Saved by a program that drops the stamp: the lines say it.
    answer = upload(client, submission, filled(tmp_path, other, firms=3))
    assert answer.status_code == 422
    assert "2024-06" in answer.text
    assert not DraftFigure.objects.exclude(text="").exists()


def test_a_figure_out_of_scope_in_a_workbook_is_a_faulty_line(world, submission, tmp_path):
    path = tmp_path / "x.xlsx"
    rows = [["LPG/firms", "2024-07", 5, ""], ["LSJ/firms", "2024-07", 71, ""]]
    write_xlsx(path, [Table("t", ["格号", "期别", "填报数", "更正原因或说明"], rows)])
    client = signed_in(world.reporter)
    done = upload(client, submission, path.read_bytes())
    assert "没有要求您填报此数" in client.get(done.url + "?rows=faulty").text


def test_an_upload_cut_off_half_way_is_told_and_nothing_is_lost(world, submission, tmp_path):
    fill(submission, world.reporter, {"firms": "71"})
    path = book_of(submission, tmp_path / "w.xlsx", world.reporter)
    content = path.read_bytes()
    answer = upload(signed_in(world.reporter), submission, content[: len(content) // 2])
    assert answer.status_code == 422
    assert "Excel" in answer.text or "xlsx" in answer.text
    assert cells_of(submission)["firms"].text == "71"


def test_a_workbook_that_somebody_overtook_is_shown_again(world, submission, tmp_path):
    client = signed_in(world.reporter)
    done = upload(client, submission, filled(tmp_path, submission, firms=70))
    fill(submission, world.reporter, {"firms": "71"})
    token = done.url.rstrip("/").rsplit("/", 1)[1]
    client.post(f"/imports/{token}/commit/")
    assert cells_of(submission)["firms"].text == "71"


def test_who_does_not_report_uploads_nothing(world, submission, tmp_path):
    content = filled(tmp_path, submission, firms=70)
    for name in ("auditor", "stranger", "approver", "officer"):
        answer = upload(signed_in(getattr(world, name)), submission, content)
        assert answer.status_code in {403, 404, 422}, name
    assert not DraftFigure.objects.exclude(text="").exists()


# programs


def put(client, submission, *cells):
    return client.put(
        f"/api/v1/submissions/{submission.code}/cells/",
        json.dumps({"cells": list(cells)}),
        content_type="application/json",
    )


def test_programs_read_keep_and_report(world, submission):
    client = signed_in(world.reporter)
    address = f"/api/v1/submissions/{submission.code}/cells/"
    sheet = client.get(address).json()
    assert (sheet["form"], sheet["period"], sheet["state"]) == ("YB01", "2024-07", "filling")
    assert [one["state"] for one in sheet["cells"]] == ["missing"] * 4
    done = put(
        client, submission,
        *({"subject": "LSJ", "indicator": code, "text": text, "version": 0}
          for code, text in FILLED.items()),
    )  # fmt: skip
    assert done.status_code == 200, done.text
    told = done.json()
    assert {one["outcome"] for one in told["cells"]} == {"saved"}
    assert told["computed"] == [{"subject": "LSJ", "indicator": "rd_intensity", "text": "1.90"}]
    assert told["problems"] == []
    late = put(client, submission, {"subject": "LSJ", "indicator": "firms", "text": 5,
                                    "version": 0}).json()  # fmt: skip
    assert late["cells"][0]["outcome"] == "stale"
    assert late["cells"][0]["text"] == "71"
    sent = client.post(f"/api/v1/submissions/{submission.code}/actions/report/", "{}",
                       content_type="application/json")  # fmt: skip
    assert sent.json()["state"] == "reported", sent.text
    # What comes later is refused in words; the sender still has it.
    after = put(client, submission, {"subject": "LSJ", "indicator": "firms", "text": "5"})
    assert after.status_code == 409
    assert "已上报" in after.json()["errors"][0]["what"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"subject": "LSJ"}, 422),
        ({"subject": "LSJ", "indicator": "firms", "colour": "red"}, 422),
        ({"subject": "LSJ", "indicator": "firms", "text": "7\u00007"}, 400),
        ({"subject": "LSJ", "indicator": "firms", "text": ["7"]}, 422),
    ],
)
def test_what_programs_send_wrongly_is_named(world, submission, cell, code):
    answer = put(signed_in(world.reporter), submission, cell)
    assert answer.status_code == code
    assert answer.json()["errors"][0]["what"]


def test_programs_of_others_are_refused(world, submission):
    cell = {"subject": "LSJ", "indicator": "firms", "text": "5"}
    for name, code in (("stranger", 404), ("auditor", 403), ("approver", 403), ("nobody", 404)):
        assert put(signed_in(getattr(world, name)), submission, cell).status_code == code, name


# checks


def test_what_the_rules_find_stands_beside_the_cell_and_in_the_way(world, submission):
    from yuanheng.kernel.flow import NotNow
    from yuanheng.ledger.actions.rules import load_check_rules
    from yuanheng.ledger.models import CheckRule

    load_check_rules(acting_user=world.root)
    CheckRule.objects.exclude(kind="comparison").update(severity="warn")
    fill(submission, world.reporter, {**FILLED, "scale_firms": "99"})  # more than there are
    client = signed_in(world.reporter)
    told = client.get(f"/api/v1/submissions/{submission.code}/cells/").json()
    found = [finding for one in told["cells"] for finding in one["findings"]]
    grave = [one for one in found if one["severity"] in {"block", "explain"}]
    assert grave, told
    assert grave[0]["text"] in client.get(f"/submissions/{submission.code}/").text
    with pytest.raises(NotNow):
        do(submission, world.reporter, "report")
    CheckRule.objects.filter(kind="comparison").update(severity="explain")
    fill(submission, world.reporter, {"firms": "71", "scale_firms": "99"}, reason="含北区企业")
    do(submission, world.reporter, "report")
    assert FigureRemark.objects.filter(comment="含北区企业").exists()


def test_programs_read_what_is_believed_now_and_what_was(book, world):
    with at("2024-08-02"):
        book(world.zone, "firms", "2024-07", 71, by=world.root)
    with at("2024-08-09"):
        book(world.zone, "firms", "2024-07", 70, by=world.root, reason="一家注销")
    client = signed_in(world.analyst)
    address = "/api/v1/observations/?indicator=firms&subject=LSJ&period=2024-07"
    now = client.get(address).json()["rows"]
    assert [(one["value"], one["standing"], one["period"]) for one in now] == [
        (70.0, "已填报", "2024-07")
    ]
    then = client.get(address + "&as_of=2024-08-05").json()["rows"]
    assert [one["value"] for one in then] == [71.0]
    assert client.get(address + "&as_of=2024-08-01").json()["rows"] == []
    wrong = client.get(address + "&as_of=gestern")
    assert (wrong.status_code, wrong.json()["errors"][0]["where"]) == (400, "as_of")
    assert signed_in(world.stranger).get(address).json()["rows"] == []


def test_tax_figures_of_enterprises_are_left_out_for_who_may_not_see_them(book, world):
    book(world.steel, "tax_actual", "2023", 5e6, by=world.root)
    address = "/api/v1/observations/?subject__kind=enterprise"
    assert len(signed_in(world.analyst).get(address).json()["rows"]) == 1
    assert signed_in(world.officer).get(address).json()["rows"] == []
