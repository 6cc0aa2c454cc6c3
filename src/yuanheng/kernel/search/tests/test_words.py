from __future__ import annotations

import pytest

from yuanheng.kernel.search.words import MOST_WORDS, analysed, initials, runs, words


def test_a_text_is_cut_between_chinese_and_the_rest():
    assert runs("冷水江ＡＢＣ（集团）9-1") == ["冷水江", "abc", "集团", "9", "1"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("冷水江市", {"lsjs"}),
        ("长乐区", {"clq", "cyq", "zlq", "zyq"}),
        ("重庆长安", {"zqca", "zqza", "cqca", "cqza"}),
        ("ABC公司", {"abcgs"}),
        ("", set()),
        ("——", set()),
    ],
)
def test_initials_in_all_common_readings(title, expected):
    assert set(initials(title)) == expected


def test_many_readings_stay_few():
    assert 1 < len(initials("长重乐行厦曾单解")) <= 4


def test_pairs_of_characters_are_kept_and_a_last_one_alone():
    kept = analysed("冷水江", ["4313"])
    assert {"冷水", "水江", "江", "4313", "_lsj", "_sj"} == kept.grams
    assert kept.text == " 冷水江 4313"
    assert kept.initials == "lsj"


def test_what_is_looked_for():
    han, latin, number = words("冷水 LSJK 43")
    assert (han.grams, han.checked) == (("冷水",), False)
    assert latin.grams == ("lsjk*",)
    assert latin.initials == ("_lsj", "_sjk")
    assert number.initials == ()
    assert words("；，——") == []
    assert len(words(" ".join("甲乙丙丁戊己庚辛"))) == MOST_WORDS
    assert not words("a")[0].is_lookup
