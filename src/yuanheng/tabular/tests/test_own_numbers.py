"""An office's own short numbers beside credit codes."""

from yuanheng.tabular import FieldSpec, open_relation, read_table

SPEC = FieldSpec("id", "text", ("代码",), required=True, check="credit_code_or_own")
VALUE = FieldSpec("x", "number", ("数值",))


def read(tmp_path, *codes):
    path = tmp_path / "t.csv"
    path.write_text("代码,数值\n" + "".join(f"{c},1\n" for c in codes), encoding="utf-8")
    return read_table(path, [SPEC, VALUE], id_field="id")


def test_short_numbers_pass_and_wrong_codes_do_not(tmp_path):
    table = read(tmp_path, "A1", "企业-7", "91990104MAUBECC319", "9199010")
    assert table.columns["id"].tolist() == ["A1", "企业-7", "9199010"]
    assert "校验位应为“8”,实际是“9”" in table.rejected[0].zh.replace(",", ",").replace("，", ",")


def test_a_code_that_lost_a_digit_is_refused(tmp_path):
    table = read(tmp_path, "9199010MAUBECC318", "B2")
    assert table.columns["id"].tolist() == ["B2"]
    assert "有 17 位，应为 18 位" in table.rejected[0].zh


def test_a_clean_file_of_own_numbers_needs_no_mending(tmp_path):
    import duckdb

    path = tmp_path / "t.csv"
    path.write_text("代码,数值\nA1,1\nA2,2\n", encoding="utf-8")
    relation = open_relation(duckdb.connect(), path, [SPEC, VALUE], id_field="id")
    assert relation is not None
    assert relation.rows == 2
