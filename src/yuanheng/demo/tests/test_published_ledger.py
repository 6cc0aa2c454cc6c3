"""The figures that two places published come out of the ledger as they were printed."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from yuanheng.accounts.models import User
from yuanheng.calc.periods import Period
from yuanheng.demo.columns import PUBLISHED_HEADERS
from yuanheng.demo.flat_files import write_csv
from yuanheng.demo.published import published_rows
from yuanheng.ledger.api import load_catalogue, load_published_figures
from yuanheng.ledger.models import Entry, Observation, Subject
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.totals import months_needed, total_line
from yuanheng.ledger.wording import change_text, written


def line(code, label, *subjects):
    period = Period.parse(label)
    reading = Reading([one.pk for one in subjects], *months_needed(period))
    return total_line(reading, reading.catalogue.by_code[code], period)


@pytest.fixture
def published(db, tmp_path):
    root = User.objects.create(username="root", is_superuser=True)
    load_catalogue(acting_user=root)
    path = tmp_path / "公开数字.csv"
    write_csv(path, PUBLISHED_HEADERS, published_rows())
    load_published_figures(path, acting_user=root)
    return {one.name: one for one in Subject.objects.filter(is_public=True)}


@pytest.mark.parametrize(
    ("code", "label", "text", "grown"),
    [
        ("firms", "2022", "3,980", "—"),
        ("scale_firms", "2022", "1,481", "—"),
        ("total_income", "2022", "3,923.37", "+18.08%"),
        ("industrial_va_growth", "2022", "8.50", "—"),
    ],
)
def test_shaoyang_comes_out_as_printed(published, code, label, text, grown):
    found = line(code, label, published["湖南省邵阳市全市园区"])
    assert written(found.indicator, found.figure.value) == text
    assert change_text(found.on_year) == grown


def test_shaoyang_last_year_is_cast_back_from_level_and_growth(published):
    found = line("total_income", "2022", published["湖南省邵阳市全市园区"])
    assert found.before.basis == "back_cast"
    assert written(found.indicator, found.before.value) == "3,322.64"
    assert found.on_year.basis == "reported"
    assert [part.indicator.code for part in found.before.parts] == [
        "total_income", "total_income_growth",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "label", "text", "grown"),
    [
        ("firms", "2022-02", "71", "—"),
        ("scale_firms", "2022-02", "49", "—"),
        ("hightech_firms", "2022-02", "15", "—"),
        ("total_income", "2021", "272.80", "+17.23%"),
        ("industrial_va", "2021", "68.46", "+27.60%"),
        ("tax_paid_in", "2021", "1.40", "—"),
        ("new_projects", "2021", "5", "—"),
        ("new_project_investment", "2021", "14.20", "—"),
        ("subsidies_won", "2021", "933.35", "—"),
    ],
)
def test_lengshuijiang_comes_out_as_printed(published, code, label, text, grown):
    found = line(code, label, published["冷水江经开区"])
    assert written(found.indicator, found.figure.value) == text
    assert change_text(found.on_year) == grown


def test_lengshuijiang_last_year_and_a_real_growth_that_casts_nothing_back(published):
    zone = published["冷水江经开区"]
    income = line("total_income", "2021", zone)
    assert written(income.indicator, income.before.value) == "232.70"
    assert line("industrial_va", "2021", zone).before.value is None


def test_the_page_shows_the_year_before_as_the_growth_implies(published, client):
    from yuanheng.ledger.models import PublishedFigure

    PublishedFigure.objects.bulk_create(
        PublishedFigure(place="某地", subject="全市园区", document="报道", indicator=name,
                        period="2022", value=value, measure="亿元", growth_percent=grown)
        for name, value, grown in [
            ("技工贸总收入", "3923.37", "18.08"), ("规模工业增加值", "68.46", "27.6"),
        ]
    )  # fmt: skip
    client.force_login(User.objects.get())
    page = client.get("/published/").text
    assert "3,322.64" in page
    assert "53.65" not in page  # 27.6 % is at comparable prices


def test_loading_them_again_adds_nothing(published, tmp_path):
    count = Observation.objects.count()
    assert count == 16
    load_published_figures(tmp_path / "公开数字.csv", acting_user=User.objects.get())
    assert Observation.objects.count() == count
    assert Entry.objects.filter(source="document").count() == 2


def test_the_printed_numbers_stand_in_the_documents(published):
    shared = os.environ.get("YUANHENG_SHARED")
    if not shared:
        pytest.skip("YUANHENG_SHARED is not set: the documents themselves are not here")
    texts = [
        unicodedata.normalize("NFKC", path.read_text("utf-8"))
        for path in sorted((Path(shared) / "seeds").glob("00[01]_*.txt"))
    ]
    for row in published_rows():
        assert any(row[8] in text for text in texts), row
