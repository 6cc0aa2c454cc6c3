"""Tax and energy figures of enterprises, for people whose role may not see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel import clock
from yuanheng.kernel.actions import update_row
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.models import SensitiveWord
from yuanheng.registry.tests.world import credit_code


@pytest.fixture
def officer(published):
    """An officer of a bureau of the city: sees its results, but no tax."""
    bureau = OrgUnit.objects.create(
        code="tjj", name="市统计局", kind="bureau", parent=published.world.city
    )
    return make_user("statistician", "bureau_officer", bureau)


def page_of(published, client, number):
    return client.get(f"/runs/{published.run.code}/subjects/{credit_code(number)}/").text


def test_tax_is_masked_and_the_score_is_not(published, officer, sign_in):
    text = page_of(published, sign_in(officer), 1)
    assert "得 84.7 分，在全部企业 11 家中列第 2 位" in text
    assert "该指标的源数据对您不公开" in text
    assert MASK in text
    for secret in ("149 万元", "14.9万元/亩", "14.9 万元", "149 "):
        assert secret not in text, secret
    assert "999 万元" in text  # revenue is neither tax nor energy
    own = page_of(published, sign_in(published.world.reporter), 1)
    assert "149 万元" in own
    assert MASK not in own


def test_the_workbook_masks_the_same(published, officer, sign_in, tmp_path):
    def lines(user):
        answer = sign_in(user).get(f"/runs/{published.run.code}/results.xlsx")
        (tmp_path / "r.xlsx").write_bytes(answer.content)
        book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
        return book.get_sheet_by_name("指标得分").to_python()[1:]

    masked = lines(officer)
    assert {row[3] for row in masked if row[2] == "亩均税收"} <= {MASK, ""}
    assert MASK not in {row[3] for row in masked if row[2] == "亩均营收"}
    assert MASK not in {row[3] for row in lines(published.world.reader)}
    event = AuditEvent.objects.filter(action_code="evaluation.export_result").latest("pk")
    assert event.after["format"] == "xlsx"


def test_a_word_counts_between_its_days(published, officer, sign_in):
    today = clock.today()
    SensitiveWord.objects.update(valid_until=today - timedelta(days=1))
    assert "149 万元" in page_of(published, sign_in(officer), 1)
    SensitiveWord.objects.create(word="营业收入", group="tax")
    assert "999 万元" not in page_of(published, sign_in(officer), 1)


def test_only_an_administrator_of_everything_keeps_the_words(published, sign_in):
    word = SensitiveWord.objects.get(word="税")
    local = make_user("local", "administrator", published.world.city)  # there is another city
    for user in (local, published.world.analyst):
        with pytest.raises(Refused):
            update_row(acting_user=user, row=word, values={"word": "无"})
    update_row(acting_user=published.world.root, row=word, values={"note": "缺省"})
    client = sign_in(published.world.analyst)
    assert client.get("/sensitive-columns/").status_code == 200
    assert client.get("/sensitive-columns/new/").status_code == 403
    assert sign_in(published.world.reporter).get("/sensitive-columns/").status_code == 403
