"""The contract of a register: what every one of them keeps, page and endpoint alike.

A register's test gives its data and inherits the tests::

    class TestParks(ResourceContract):
        resource_name = "park"
        valid = {"code": "NEW", "name": "新园区", "region": "431381"}
        change = {"name": "另一个名字"}
        invalid = {"code": "有 空格", "name": "", "region": "430102"}

        def make(self, world, number):
            return Park.objects.create(code=f"T{number}", name=f"园区{number}", region=...)

It needs a fixture ``world`` whose people are those of ``accounts.tests.world``.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from yuanheng.kernel.actions.exporting import export_register
from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.importing import importer_for
from yuanheng.kernel.masking import hidden_fields
from yuanheng.kernel.policies import ARCHIVE, CREATE, EDIT, VIEW, policy_for
from yuanheng.kernel.rest.fields import fields_of
from yuanheng.kernel.testing.forms import form_values
from yuanheng.kernel.testing.ground import RegisterGround, form_errors, holds_where

QUERIES = 12
BAD_TEXTS = {
    "null": "甲\x00乙",
    "control": "甲\x07乙",
    "surrogate": "甲\ud800乙",
    "long": "x" * 10_000_000,
}
HOSTILE = [
    "page=-1", "page=99999999999999999999", "page=x&rows=-5", "sort=nonsense", "sort=%00",
    "colour=red", "q=%00", "q=%ED%A0%80", "q=" + "x" * 5000, "q=%27%22%3B--&archived=x",
]  # fmt: skip


class ResourceContract(RegisterGround):
    """Inherit it, give the data, and the register is held to what all registers promise."""

    @pytest.fixture
    def row(self, world):
        return self.make(world, 0)

    # who sees what

    def test_a_visitor_signs_in_first(self, world, row):
        for page in (self.resource.url("list"), self.resource.link(row)):
            answer = Client().get(page)
            assert answer.status_code == 302, page
            assert answer.url.startswith("/sign-in/")
        for address in (self.address, self.one(row), f"{self.one(row)}history/"):
            answer = Client().get(address)
            assert answer.status_code == 401, address
            assert answer.json()["errors"][0]["where"] == "Authorization"

    @holds_where(lambda one: one.public != "rows")
    def test_without_a_grant_in_force_nothing_is_shown(self, world, row):
        sentence = policy_for(self.resource.model).refusal(VIEW)
        for who in ("nobody", "former", "future"):  # no grant, an expired one, one to come
            client = self.sign_in(world, who)
            page, listed = client.get(self.resource.url("list")), client.get(self.address)
            if self.public:
                assert self.keys_of_page(page) == listed.json()["rows"] == [], who
            else:
                assert page.status_code == listed.status_code == 403, who
                assert sentence in page.text
                assert listed.json()["errors"][0]["what"] == sentence
            assert client.get(self.resource.link(row)).status_code == 404, who
            assert client.get(self.one(row)).status_code == 404, who

    @holds_where(lambda one: one.outsider)
    def test_in_another_area_a_row_is_not_found_and_not_named(self, world, row):
        client = self.sign_in(world, self.outsider)
        assert client.get(self.resource.link(row)).status_code == 404
        assert client.get(self.one(row)).status_code == 404
        assert client.get(f"{self.one(row)}history/").status_code == 404
        assert self.key(row) not in self.keys_of_page(client.get(self.resource.url("list")))
        listed = client.get(self.address + "?rows=200").json()
        assert self.key(row) not in {str(one[self.key_name]) for one in listed["rows"]}
        if self.change:
            assert self.send(client, "PATCH", self.one(row), self.change).status_code in {404, 405}

    def test_in_the_own_area_page_and_endpoint_hold_the_same_rows(self, world, row):
        for who in filter(None, (self.editor, self.viewer, "root")):
            client = self.sign_in(world, who)
            page = client.get(self.resource.url("list") + "?rows=200")
            assert page.status_code == 200
            assert client.get(self.resource.link(row)).status_code == 200
            listed = client.get(self.address + "?rows=200")
            assert listed.status_code == 200, listed.text
            keys = [str(one[self.key_name]) for one in listed.json()["rows"]]
            assert self.key(row) in keys
            assert sorted(keys) == sorted(self.keys_of_page(page))
            alone = client.get(self.one(row)).json()
            assert alone in listed.json()["rows"]

    @holds_where(lambda one: one.viewer and one.has_form())
    def test_who_may_only_look_is_told_so(self, world, row):
        client = self.sign_in(world, self.viewer)
        policy = policy_for(self.resource.model)
        before = self.events("").count()
        wrong = self.send(client, "POST", self.address, dict(self.valid))
        assert wrong.status_code == 403, wrong.text
        said = wrong.json()["errors"][0]["what"]
        assert said in {policy.refusal(CREATE), policy.refusal(EDIT)}
        assert client.get(self.resource.url("create")).status_code == 403
        if self.resource.editable and self.change:
            wrong = self.send(client, "PATCH", self.one(row), self.change)
            assert (wrong.status_code, wrong.json()["errors"][0]["what"]) == (
                403,
                policy.refusal(EDIT),
            )
            page = client.get(self.resource.url("edit", row))
            assert page.status_code == 403
            assert policy.refusal(EDIT) in page.text
        if self.resource.archivable:
            wrong = self.send(client, "POST", f"{self.one(row)}archive/", {"reason": "x"})
            assert (wrong.status_code, wrong.json()["errors"][0]["what"]) == (
                403,
                policy.refusal(ARCHIVE),
            )
        assert self.events("").count() == before

    # writes

    @holds_where(lambda one: not one.register().creatable)
    def test_what_comes_from_elsewhere_is_not_added_here(self, world):
        client = self.sign_in(world, self.editor)
        for who in (client, self.sign_in(world, "root")):
            assert who.get(f"/{self.resource.path}/new/").status_code == 404
            assert self.send(who, "POST", self.address, dict(self.valid)).status_code == 405
            page = who.get(self.resource.url("list"))
            assert f"/{self.resource.path}/new/" not in page.text

    @holds_where(lambda one: one.has_form())
    def test_a_new_row_is_audited_from_page_and_endpoint(self, world):
        client = self.sign_in(world, self.editor)
        with transaction.atomic():
            shown = form_values(client.get(self.resource.url("create")).text)
            sent = shown | self.form_data(world, self.valid)
            page = client.post(self.resource.url("create"), sent)
            assert page.status_code == 302, form_errors(page)
            event = self.events("").get()
            assert event.acting_user == getattr(world, self.editor)
            assert event.after
            assert event.before is None
            transaction.set_rollback(True)  # the same again as a program sends it
        made = self.send(client, "POST", self.address, dict(self.valid))
        assert made.status_code == 201, made.text
        event = self.events("").last()
        assert event.after
        assert event.address.startswith("API")
        secret = {one.name for one in fields_of(self.resource) if not one.is_read}
        assert not secret & set(made.json())
        history = client.get(f"{self.address}{made.json()[self.key_name]}/history/").json()
        assert history["events"][0]["action"] == event.action_code

    @holds_where(lambda one: one.has_form(change=True))
    def test_a_change_is_audited_with_before_and_after(self, world, row):
        client = self.sign_in(world, self.editor)
        answer = self.send(client, "PATCH", self.one(row), self.change)
        assert answer.status_code == 200, answer.text
        event = self.events("update").last()
        assert set(event.before) == set(event.after)
        for name, value in self.change.items():
            assert answer.json()[name] == value
        text = client.get(self.resource.url("detail", _again(row))).text
        assert str(getattr(world, self.editor)) in text

    @holds_where(lambda one: one.register().archivable)
    def test_an_archived_row_leaves_the_lists_and_comes_back(self, world, row):
        client = self.sign_in(world, self.editor)
        archive = f"{self.one(row)}archive/"
        assert self.send(client, "POST", archive, {"reason": " "}).status_code == 422
        assert self.send(client, "POST", archive, {}).status_code == 422
        done = self.send(client, "POST", archive, {"reason": "不再使用"})
        assert done.status_code == 200, done.text
        assert self.events("archive").get().reason == "不再使用"
        assert self.key(row) not in self.keys_of_page(client.get(self.resource.url("list")))
        archived = client.get(self.address + "?archived=1").json()["rows"]
        assert self.key(row) in {str(one[self.key_name]) for one in archived}
        back = self.send(client, "POST", f"{self.one(row)}restore/", {"reason": "仍在使用"})
        assert back.status_code == 200, back.text
        assert self.events("restore").get().reason == "仍在使用"

    @holds_where(lambda one: one.has_form(change=True))
    def test_a_stale_change_is_refused_with_the_difference(self, world, row):
        client = self.sign_in(world, self.editor)
        stamp = client.get(self.one(row)).json()["stamp"]
        assert self.send(client, "PATCH", self.one(row), self.change).status_code == 200
        late = {**self.change, self.text_field: "迟到的修改", "stamp": stamp}
        answer = self.send(client, "PATCH", self.one(row), late)
        assert answer.status_code == 409
        assert answer.json()["difference"][self.text_field]["sent"] == "迟到的修改"
        match = {"If-Match": f'"{stamp}"'}
        answer = self.send(client, "PATCH", self.one(row), late | {"stamp": None}, **match)
        assert answer.status_code == 412
        assert getattr(_again(row), self.text_field) != "迟到的修改"

    @holds_where(lambda one: one.has_form(change=True))
    def test_a_stale_form_is_refused(self, world, row):
        client = self.sign_in(world, self.editor)
        form = form_values(client.get(self.resource.url("edit", row)).text)
        assert self.send(client, "PATCH", self.one(row), self.change).status_code == 200
        assert "_seen" in form
        late = form | {self.text_field: "迟到的修改"}
        answer = client.post(self.resource.url("edit", row), late)
        if self.text_field in self.change:  # both changed the same field
            assert answer.status_code in {409, 422}
            assert getattr(_again(row), self.text_field) != "迟到的修改"

    @holds_where(lambda one: one.has_form())
    def test_sent_twice_has_one_effect(self, world):
        client = self.sign_in(world, self.editor)
        for _time in (1, 2):
            answer = self.send(
                client, "POST", self.address, dict(self.valid), **{"Idempotency-Key": "once-1"}
            )
            assert answer.status_code == 201, answer.text
        assert self.events("").count() == 1

    @holds_where(lambda one: one.has_form())
    def test_a_form_sent_twice_has_one_effect(self, world):
        client = self.sign_in(world, self.editor)
        form = form_values(client.get(self.resource.url("create")).text)
        assert "_once" in form
        sent = form | self.form_data(world, self.valid)
        for _time in (1, 2):
            assert client.post(self.resource.url("create"), sent).status_code == 302
        assert self.events("").count() == 1

    @holds_where(lambda one: one.has_form())
    def test_wrong_values_are_named_and_nothing_is_written(self, world):
        client = self.sign_in(world, self.editor)
        for name, value in self.invalid.items():
            answer = self.send(client, "POST", self.address, {**self.valid, name: value})
            assert answer.status_code == 422, (name, answer.text)
            assert name in {one["where"] for one in answer.json()["errors"]}, answer.text
            sent = self.form_data(world, {**self.valid, name: value})
            page = client.post(self.resource.url("create"), sent)
            assert page.status_code in {403, 422}, (name, page.status_code)
            assert page.status_code == 403 or "invalid-feedback" in page.text
        assert not self.events("").exists()

    @holds_where(lambda one: one.has_form())
    def test_bad_text_is_refused_and_nothing_is_written(self, world):
        client = self.sign_in(world, self.editor)
        for kind, text in BAD_TEXTS.items():
            body = {**self.valid, self.text_field: text}
            answer = self.send(client, "POST", self.address, body)
            assert 400 <= answer.status_code < 500, kind
            assert answer.json()["errors"][0]["what"]
        assert not self.events("").exists()

    @holds_where(lambda one: one.has_form())
    def test_bad_text_in_a_form_is_refused_and_nothing_is_written(self, world):
        client = self.sign_in(world, self.editor)
        for kind in ("null", "long", "control"):
            data = self.form_data(world, {**self.valid, self.text_field: BAD_TEXTS[kind]})
            page = client.post(self.resource.url("create"), data)
            assert 400 <= page.status_code < 500, kind
            assert not self.events("").exists(), kind

    @holds_where(lambda one: one.has_form())
    def test_a_value_of_the_wrong_kind_is_named(self, world):
        client = self.sign_in(world, self.editor)
        for wrong in (5, 1.5, True, [], {}, ["x"], {"x": "y"}):
            body = {**self.valid, self.text_field: wrong}
            answer = self.send(client, "POST", self.address, body)
            assert answer.status_code == 422, wrong
            assert answer.json()["errors"][0]["where"].startswith(self.text_field)
        assert not self.events("").exists()

    @holds_where(lambda one: one.has_form() and not one.text_is_chosen())
    def test_text_that_looks_like_a_formula_stays_text(self, world):
        client = self.sign_in(world, self.editor)
        text = "=1+<b>x</b>"
        body = {**self.valid, self.text_field: text}
        answer = self.send(client, "POST", self.address, body)
        assert answer.status_code == 201, answer.text
        assert answer.json()[self.text_field] == text
        page = client.get(self.resource.url("detail", self.found(answer.json()))).text
        assert text not in page
        assert escape("<b>x") in page

    # lists

    def test_any_address_gets_an_answer(self, world, row):
        client = self.sign_in(world, self.editor)
        page = self.resource.url("list")
        for one in self.resource.filters:
            assert client.get(page, {one.name: "\U0001f4a9"}).status_code < 500, one.name
        for query in HOSTILE:
            assert client.get(f"{page}?{query}").status_code < 500, query
            answer = client.get(f"{self.address}?{query}")
            assert answer.status_code < 500, query
            if answer.status_code != 200:
                assert answer.json()["errors"][0]["where"] in query

    def test_an_unknown_parameter_of_the_endpoint_is_named(self, world, row):
        client = self.sign_in(world, self.editor)
        answer = client.get(f"{self.address}?shape=round")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["where"] == "shape"
        assert "rows" in answer.json()["errors"][0]["do"]

    def test_queries_do_not_grow_with_the_rows(self, world, row):
        client = self.sign_in(world, self.editor)
        addresses = [self.resource.url("list"), self.address, self.one(row)]
        few = []
        for address in addresses:
            client.get(address)  # what is asked once in a process
            few.append(_queries(client, address))
        for number in range(1, 13):
            self.make(world, number)
        for address, before in zip(addresses, few, strict=True):
            many = _queries(client, address)
            assert len(many) <= QUERIES, "\n".join([address, *many])
            assert len(many) <= len(before), "\n".join([address, *many])

    def test_the_page_of_a_row_can_be_printed(self, world, row):
        text = self.sign_in(world, self.viewer or self.editor).get(self.resource.link(row)).text
        assert "d-print-none" in text  # what has no place on paper is marked
        assert "<h1" in text

    # hidden fields

    @holds_where(lambda one: one.secrets)
    def test_hidden_values_stay_hidden(self, world, row):
        type(row)._base_manager.filter(pk=row.pk).update(**self.secrets)
        user, client = getattr(world, self.masked_for), self.sign_in(world, self.masked_for)
        hidden = hidden_fields(user, type(row), [row])[row.pk]
        assert set(self.secrets) <= hidden
        self.shows_no_secret(client, self.address, self.one(row), f"{self.one(row)}history/")
        for name in self.secrets:
            answer = self.send(client, "PATCH", self.one(row), {name: "x"})
            assert answer.status_code in {403, 405, 422}, answer.text
        editor = self.sign_in(world, self.editor).get(self.one(row)).json()
        for name, value in self.secrets.items():
            assert editor.get(name, value) == value

    @holds_where(lambda one: one.secrets)
    def test_hidden_values_stay_hidden_on_the_pages(self, world, row):
        type(row)._base_manager.filter(pk=row.pk).update(**self.secrets)
        client = self.sign_in(world, self.masked_for)
        self.shows_no_secret(client, self.resource.url("list"), self.resource.link(row))

    def shows_no_secret(self, client: Client, *addresses: str) -> None:
        for address in addresses:
            text = client.get(address).text
            for name, value in self.secrets.items():
                assert (value in text, address, name) == (False, address, name)

    @holds_where(lambda one: one.secrets)
    def test_nobody_finds_a_row_by_a_hidden_value(self, world, row):
        type(row)._base_manager.filter(pk=row.pk).update(**self.secrets)
        client = self.sign_in(world, self.masked_for)
        for value in self.secrets.values():
            page = client.get(self.resource.url("list"), {"q": value})
            assert self.key(row) not in self.keys_of_page(page)
            assert client.get(self.address, {"q": value}).json()["rows"] == []

    # tables

    @holds_where(lambda one: one.register().importer_code)
    def test_an_export_can_be_imported_again(self, world, row, tmp_path):
        code = self.resource.importer_code
        user, path = getattr(world, self.editor), tmp_path / "out.xlsx"
        request = ExportRequest(self.resource, user, "")
        export_register(acting_user=user, request=request, path=path, format="xlsx")
        counts = importer_for(code).plan(path, acting_user=user).counts
        assert {outcome for outcome, n in counts.items() if n} == {"unchanged"}, counts


def _queries(client: Client, address: str) -> list[str]:
    forget_recent_calendars()
    _ = recent_calendars().current  # read once in ten seconds, for everybody
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in queries.captured_queries]


def _again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)
