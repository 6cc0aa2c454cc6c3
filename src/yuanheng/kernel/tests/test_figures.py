from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from yuanheng.kernel import figures


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234567.5, "1,234,567.50"),
        (0, "0.00"),
        (-0.001, "0.00"),
        (-1234.567, "-1,234.57"),
        (Decimal("2.675"), "2.68"),
        (1.005, "1.01"),
        (None, "—"),
        ("", "—"),
        (float("nan"), "—"),
        (float("inf"), "—"),
        ("not a number", "—"),
    ],
)
def test_a_figure_has_two_decimals_and_separators_and_a_missing_one_is_a_dash(value, written):
    assert figures.figure(value) == written


def test_money_is_shown_in_wan():
    assert figures.wan(123456789) == "12,345.68"
    assert figures.wan(None) == "—"


def test_a_share_is_shown_in_percent():
    assert figures.percent(0.12345) == "12.35%"
    assert figures.percent(None) == "—"


def test_counts_have_no_decimals():
    assert figures.count(20000) == "20,000"


def test_moments_are_local():
    at = datetime(2024, 7, 1, 16, 30, tzinfo=UTC)
    assert figures.moment(at) == "2024-07-02 00:30"
    assert figures.day(at) == "2024-07-02"
    assert figures.day(date(2024, 7, 1)) == "2024-07-01"
    assert figures.moment(None) == figures.day(None) == "—"


def test_a_figure_beyond_reading_is_written_by_its_size():
    assert figures.figure(1e308) == "1.00E+308"
    assert figures.figure(-2.5e22, 1) == "-2.5E+22"
    assert figures.figure(123456789012345678901.0, 0).startswith("123,456,789")


@pytest.mark.parametrize(
    ("label", "chinese", "english"),
    [
        ("2026", "2026年", "2026"), ("2026-09", "2026年9月", "Sep 2026"),
        ("2026-01..09", "2026年1—9月", "Jan–Sep 2026"), ("2026Q4", "2026年四季度", "2026Q4"),
        ("2026H2", "2026年下半年", "2026H2"), ("截至10月底", "截至10月底", "截至10月底"),
    ],
)  # fmt: skip
def test_periods_are_written_as_offices_write_them(label, chinese, english):
    assert figures.period_words(label) == chinese
    with override("en"):
        assert figures.period_words(label) == english


def test_names_are_listed_in_the_signs_of_the_language():
    assert figures.listed(["甲", 2]) == "甲、2"
    with override("en"):
        assert figures.listed(["甲", 2]) == "甲, 2"


def test_a_unit_is_said_in_the_readers_language():
    assert figures.measured("12.50", "亿元") == "12.50亿元"
    assert figures.in_brackets("万元/亩") == "（万元/亩）"
    with override("en"):
        assert figures.measured("12.50", "亿元") == "12.50 hundred million yuan"
        assert figures.measured("97.2", "%") == "97.2%"
        assert figures.measured(figures.MISSING, "亿元") == "—"
        assert figures.in_brackets("万元/亩") == " (ten thousand yuan per mu)"
        assert figures.measure_words("某地自定的单位") == "某地自定的单位"
