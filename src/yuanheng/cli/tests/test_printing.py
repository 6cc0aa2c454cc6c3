"""Columns on a terminal, figures as text, catalogues and locks."""

from __future__ import annotations

import math

from yuanheng.cli.printing import columns, figure, json_text, padded, width
from yuanheng.cli.source_checks import addresses, untranslated


def test_width_counts_chinese_twice():
    assert width("abc") == 3
    assert width("亩均(税)") == 8
    assert padded("亩均", 6) == "亩均  "
    assert padded("亩均", 6, right=True) == "  亩均"


def test_columns_line_up():
    lines = columns(["名称", "分"], [["甲", "9"], ["乙乙乙", "10"]], " r")
    assert lines == ["名称    分", "甲       9", "乙乙乙  10"]
    assert len({width(line) for line in lines}) == 1


def test_figures():
    assert figure(1234567.5) == "1,234,567.5"
    assert figure(None) == "—"
    assert figure(math.nan) == "—"
    assert figure(0.0) == "0"
    assert figure(True) == "是"


def test_json_has_null_for_unknown():
    assert (
        json_text({"a": math.nan, "b": (1.5, None)})
        == '{\n "a": null,\n "b": [\n  1.5,\n  null\n ]\n}'
    )


def test_untranslated():
    head = 'msgid ""\nmsgstr ""\n"Language: zh"\n\n'
    assert not untranslated(head + 'msgid "a"\nmsgstr "甲"\n')
    assert not untranslated("#, fuzzy\n" + head + 'msgid "a"\nmsgstr "甲"\n')
    assert not untranslated(head + 'msgid "a"\nmsgstr ""\n"甲"\n')
    assert untranslated(head + 'msgid "a"\nmsgstr ""\n')
    assert untranslated(head + '#, fuzzy\nmsgid "a"\nmsgstr "甲"\n')


def test_addresses(tmp_path):
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "base.txt"
    lock.write_text("a==1 --hash=sha256:00\n", "utf-8")
    assert addresses(tmp_path) is None
    lock.write_text("--index-url https://example.org/simple\na==1\n", "utf-8")
    assert "requirements/base.txt:1" in (addresses(tmp_path) or "")
