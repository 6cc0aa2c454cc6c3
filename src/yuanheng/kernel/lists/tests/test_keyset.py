"""Walking a list by cursor: every row exactly once, in order, both ways, whatever the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cmp_to_key

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connection, transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.kernel.lists.address import BadAddress, ListAddress, canonical, read_address
from yuanheng.kernel.lists.choosing import Chosen
from yuanheng.kernel.lists.order import order_of
from yuanheng.kernel.lists.paging import page_of
from yuanheng.kernel.lists.tally import Tally, tally_of
from yuanheng.kernel.models import Notice

_DAY = datetime(2024, 1, 1, tzinfo=UTC)
SORTS = ["code", "-code", "read_at", "-read_at", "recipient__org_unit__name", "-recipient__phone"]
rows_of = st.lists(
    st.tuples(st.sampled_from(["a", "b", "乙"]), st.none() | st.integers(0, 3), st.integers(0, 2)),
    max_size=14,
)


class Plain:
    """As much of a resource as a page needs."""

    @staticmethod
    def prepare(rows):
        return rows

    @staticmethod
    def with_columns(rows, columns):
        return rows


def chosen(sort, address):
    rows = Notice.objects.all()
    order = order_of(rows, sort)
    return Chosen(address, [], rows, rows, order, frozenset(), [], resource=Plain)


def walk(sort, size, tally, backwards):
    """The primary keys in the order in which the pages give them."""
    found, address = [], ListAddress(size=size, before="end" if backwards else "")
    for _turn in range(60):
        page = page_of(chosen(sort, address), tally)
        keys = [row.pk for row in page.object_list]
        if backwards:
            # The first page is a whole one: what it shares with the second is left out.
            found = [key for key in keys if key not in found] + found
            if not page.has_previous:
                return found
            address = ListAddress(size=size, before=page.first)
        else:
            found += keys
            if not page.has_next:
                return found
            address = ListAddress(size=size, after=page.last)
    raise AssertionError("the pages have no end")


def in_order(rows, sort):
    """The same order, by Python: empty last, then the primary key in the last one's direction."""

    def value(row, path):
        for part in path.split("__"):
            row = getattr(row, part) if row is not None else None
        return row

    def compare(one, other):
        for path in sort:
            mine, yours = (value(row, path.removeprefix("-")) for row in (one, other))
            if mine == yours:
                continue
            if mine is None or yours is None:
                return 1 if mine is None else -1
            return (-1 if mine < yours else 1) * (-1 if path.startswith("-") else 1)
        return (one.pk - other.pk) * (-1 if sort[-1].startswith("-") else 1)

    return [row.pk for row in sorted(rows, key=cmp_to_key(compare))]


@pytest.fixture
def people(db):
    from yuanheng.kernel.lists.tests.people import make_people

    return make_people(get_user_model())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=rows_of,
    sort=st.lists(st.sampled_from(SORTS), max_size=3, unique_by=lambda one: one.strip("-")),
    size=st.integers(1, 6),
    is_large=st.booleans(),
    backwards=st.booleans(),
)
def test_every_row_comes_exactly_once_in_order(people, rows, sort, size, is_large, backwards):
    with transaction.atomic():
        Notice.objects.bulk_create(
            Notice(
                recipient=people[who],
                code=code,
                text="x",
                read_at=None if days is None else _DAY + timedelta(days=days),
            )
            for code, days, who in rows
        )
        tally = Tally(100_000, True) if is_large else Tally(50_000)
        expected = in_order(Notice.objects.select_related("recipient__org_unit"), sort or ["pk"])
        assert walk(sort, size, tally, backwards) == expected
        transaction.set_rollback(True)


def test_rows_that_come_and_go_between_two_pages_move_no_other(people):
    make = lambda code: Notice.objects.create(recipient=people[0], code=code, text="x")  # noqa: E731
    old = [make(code) for code in "bdfhjl"]
    tally = Tally(50_000)
    first = page_of(chosen(["code"], ListAddress(size=3)), tally)
    make("a"), make("g")
    old[0].delete()
    second = page_of(chosen(["code"], ListAddress(size=3, after=first.last)), tally)
    assert [row.code for row in first.object_list] == ["b", "d", "f"]
    assert [row.code for row in second.object_list] == ["g", "h", "j"]


@pytest.mark.parametrize("cursor", ["x", "a.b.c", "=" * 50, "eyJ9:sig", "\u4e2d"])
def test_a_broken_cursor_is_refused_with_a_sentence(people, cursor):
    with pytest.raises(BadAddress, match=r"first page|第一页"):
        page_of(chosen(["code"], ListAddress(after=cursor)), Tally(50_000))


def test_a_cursor_of_another_order_or_with_made_up_values_is_refused(people):
    Notice.objects.create(recipient=people[0], code="a", text="x")
    by_code = order_of(Notice.objects.all(), ["code"])
    cursor = by_code.cursor(Notice.objects.get())
    with pytest.raises(BadAddress):
        order_of(Notice.objects.all(), ["-code"]).read_cursor(cursor)
    forged = signing.Signer(salt="another").sign_object('["code,id",["a",1]]')
    with pytest.raises(BadAddress):
        by_code.read_cursor(forged)


def test_a_tally_counts_up_to_its_limit_and_no_further(people, django_assert_num_queries):
    for code in "abc":
        Notice.objects.create(recipient=people[0], code=code, text="x")
    with django_assert_num_queries(1):
        assert tally_of(Notice.objects.all(), ["recipient_id"], 3).rows == 3
    assert tally_of(Notice.objects.all(), [], 2) == Tally(2, True)
    assert tally_of(Notice.objects.all(), [], None).rows == 3
    totals = tally_of(Notice.objects.all(), ["recipient_id"], 5).totals["recipient_id"]
    assert (totals.value, totals.missing) == (3 * people[0].pk, 0)


def read(query):
    return read_address(
        QueryDict(query), filters=["park"], sortable=["a", "b", "c", "d"], columns=["a", "b"],
        size=50, archivable=True, searchable=True,
    )  # fmt: skip


def test_an_address_is_read():
    found = read(
        "q=x&park=1&sort=-a,b&sort=c&sort=d&cols=b&rows=200&page=3&archived=1&count=exact"
    )
    assert found.sort == ("-a", "b", "c")
    assert (found.columns, found.size, found.page) == (("b",), 200, 3)
    assert (found.text, found.filters, found.archived) == ("x", {"park": "1"}, True)
    assert found.narrows
    assert not read("").narrows


@pytest.mark.parametrize(
    "query",
    ["x=1", "sort=x", "sort=-x", "cols=x", "rows=7", "rows=1e9", "page=0", "page=-1", "page=x",
     "page=1.5", "page=" + "9" * 30, "page=²", "q=%00", "q=%0b", "q=%ED%A0%80", "park=%1f",
     "q=" + "长" * 300],
)  # fmt: skip
def test_what_can_not_be_followed_exactly_is_refused(query):
    with pytest.raises(BadAddress):
        read(query)


def test_a_saved_address_leaves_out_the_place_and_what_is_empty():
    query = QueryDict("q=&park=1&sort=a&sort=-b&page=7&after=xyz&count=exact")
    assert canonical(query) == "park=1&sort=a%2C-b"


def test_a_case_types_rows_are_walked_along_the_index_of_cases(db):
    """Fifty thousand cases of one day: their order comes from one index, nothing is sorted."""
    from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

    rows = EnterpriseRequest.objects.all()
    order = order_of(rows, ["-opened_at"])
    sql = str(rows.order_by(*order.order_by()).query)
    assert sql.endswith('ORDER BY "kernel_case"."opened_at" DESC, "kernel_case"."id" DESC')
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {rows.order_by(*order.order_by()).values('pk').query}")
        plan = " ".join(str(line) for line in cursor.fetchall())
    assert "case_opened_at" in plan
    assert "TEMP B-TREE" not in plan
