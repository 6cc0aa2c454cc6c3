"""Check characters by GB 32100-2015; every code here is invented."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.tabular import FieldSpec, check_credit_code, read_table
from yuanheng.tabular.credit_code import ALPHABET, WEIGHTS, check_character, credit_code_sql

_FIRST_17 = st.text(alphabet=ALPHABET, min_size=17, max_size=17)
FIELDS = [FieldSpec("id", "text", ("统一社会信用代码",), check="credit_code"), FieldSpec("x")]


def make(first17):
    """The rule of the standard, written another way than the product's."""
    rest = sum(ALPHABET.find(c) * pow(3, i, 31) for i, c in enumerate(first17)) % 31
    return first17 + ALPHABET[-rest % 31]


def test_weights_are_powers_of_three():
    assert [pow(3, i, 31) for i in range(17)] == list(WEIGHTS)


@given(_FIRST_17)
def test_right_codes_pass(first17):
    code = make(first17)
    assert check_character(first17) == code[17]
    assert check_credit_code(code) is None
    assert check_credit_code(code.lower()) is None


@given(_FIRST_17, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(first17, at, char):
    code = make(first17)
    if code[at] != char:
        fault = check_credit_code(code[:at] + char + code[at + 1 :])
        assert fault is not None
        assert fault.code == "credit_code_check"
        assert "校验位应为" in fault.zh


def test_sql_and_python_agree():
    con = duckdb.connect()
    right = make("91330100MA2TEST12"[:17].replace("S", "5"))
    for code in (right, right[:17] + "0", right[:17], right.lower(), "9133O100000000000X", ""):
        (found,) = con.execute(
            f"SELECT {credit_code_sql('c')} FROM (SELECT ? AS c)", [code]
        ).fetchone()
        assert found == (check_credit_code(code) is None and code == code.upper())


def test_messages_name_the_characters():
    assert "第 5 位“O”（是否应为“0”？）" in check_credit_code("9133O1000000000000").zh
    assert "有 17 位" in check_credit_code("9" * 17).zh


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_codes_in_a_table(csv_file, xlsx_file, form):
    good, other = make("91330100AAAAAAAAA"), make("91330100BBBBBBBBB")
    wide = other.lower().replace("9", "９")
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    rows = [["统一社会信用代码", "x"], [good, 1], [wide, 2], [wrong, 3], ["9.15E+17", 4]]
    if form == "csv":
        path = csv_file("\n".join(",".join(map(str, row)) for row in rows))
    else:
        path = xlsx_file([*rows, [915000000000000000, 5]])
    table = read_table(path, FIELDS, id_field="id")
    assert list(table.columns["id"]) == [good, other]
    assert "A3" in next(n for n in table.notes if n.code == "mended_credit_code_form").zh
    assert table.rejected[0].code == "credit_code_check"
    assert f"应为“{good[17]}”" in table.rejected[0].zh
    for row in table.rejected[1:]:
        assert row.code == "code_became_number"
        assert "请把该列设为文本" in row.zh
