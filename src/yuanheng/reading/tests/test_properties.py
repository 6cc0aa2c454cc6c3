"""What holds for any text: no crash, and every place points at what it says."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.reading import UnreadableDocument, read_file, read_text, shipped_lexicon
from yuanheng.reading.cleaning import clean
from yuanheng.reading.mapping import plain
from yuanheng.reading.simplified import simplify

DAY = dt.date(2024, 5, 6)
PIECES = [
    "全市", "完成", "税收", "12.5", "亿元", "，同比增长", "8.5%", "；", "。", "\n", "由", "市财政局",
    "牵头", "，", "9月底前", "完成", "三千九百八十家", "“五好”", "(yáng)", "陽", "園區", "、", "分别",
    "增长3%、4%和-5%", "甲园区、乙园区", "\t", "第3位", "近两成", "三分之一", "XX县", "X月X日", "（责任单位：",
    "县发改局）", "2024年", "1—8月", "截至", "资訊", "軟體", "网际網路", "\u3000", "\ufffd", "🙂", "1+N", "每月",
]  # fmt: skip
OWN = Path(__file__).parents[4] / "tests" / "reading" / "labelled"


def check_places(text: str) -> None:
    reading = read_text(text, DAY)
    for fact in reading.facts:
        start, end = fact.span
        assert 0 <= start < end <= len(text)
        # Zero-width characters may stand between the digits in the original.
        assert set(fact.value_text) <= set(simplify(plain(text[start:end]), ()).text)
        assert [c for c in text[start:end] if c.isdigit()] == [
            c for c in fact.value_text if c.isdigit()
        ]
        if fact.comparison:
            a, b = fact.comparison.span
            assert 0 <= a < b <= len(text)
            said = simplify(plain(text[a:b]), ()).text
            assert set(fact.comparison.value_text) <= set(said)
    for one in [*reading.directives, *reading.parties]:
        assert 0 <= one.span[0] < one.span[1] <= len(text)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text):
    check_places(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_official_words_is_read(text):
    check_places(text)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_the_map_never_goes_back(text):
    mapped = clean(plain(text), shipped_lexicon()).mapped
    starts, ends = list(mapped.starts), list(mapped.ends)
    assert len(starts) == len(ends) == len(mapped.text) == len(mapped.shown)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", "a.xlsx", "a.eml", "a"]),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused_in_words(data, name):
    try:
        loaded, reading = read_file(data, name, DAY)
    except UnreadableDocument:
        return
    for fact in reading.facts:
        assert loaded.text[fact.span[0] : fact.span[1]]


@pytest.mark.parametrize("path", sorted(OWN.rglob("*.txt")), ids=lambda path: path.stem)
def test_cut_documents_are_read(path):
    """Documents cut at any place, as damaged files are."""
    text = path.read_bytes().decode("utf-8")
    places = random.Random(path.stem)
    for _ in range(4):
        a = places.randrange(len(text))
        check_places(text[a : a + places.randrange(400)])


@pytest.mark.parametrize("path", sorted(OWN.rglob("*.txt")), ids=lambda path: path.stem)
def test_what_is_quoted_stands_there(path):
    """Of a text in simplified characters the span is the quoted number, to the letter."""
    text = path.read_bytes().decode("utf-8")
    for fact in read_text(text, DAY).facts:
        for said, span in [
            (fact.value_text, fact.span),
            *((c.value_text, c.span) for c in [fact.comparison, *fact.further] if c),
        ]:
            quoted = text[slice(*span)]
            if simplify(plain(quoted), ()).text == quoted:
                assert quoted == said


REPEATED = [
    "(", "（责任单位：", "（甲局）", "1", "12.5亿元", "甲园区、", "分别", "由市财政局", "a|b|c\n", "a\tb", "“",
    "3.2、", "一", "增长5%、", "召开", "3月", "其中", " ", "\n", "要", "位居", "第", "陽(yáng)", "1—", "\u3000\n", "高于",
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_no_repetition_costs_the_square_of_its_length(piece):
    """Twelve thousand characters of anything: what grew with the square took four seconds and more."""
    text = (piece * 12_000)[:12_000]
    began = time.process_time()
    reading = read_text(text, DAY)
    assert time.process_time() - began < 4
    assert all(fact.span[1] <= len(text) for fact in reading.facts)


def test_the_same_text_gives_the_same_reading():
    text = next(iter(sorted(OWN.rglob("*.txt")))).read_bytes().decode("utf-8")
    assert read_text(text, DAY).as_json() == read_text(text, DAY).as_json()
