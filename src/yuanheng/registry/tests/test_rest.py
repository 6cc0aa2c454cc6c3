"""The endpoint by its registers: what a program reads and writes, and how it is refused."""

from __future__ import annotations

import json

import pytest

from yuanheng.kernel.models import AuditEvent
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

PARKS = "/api/v1/parks/"
FIRMS = "/api/v1/enterprises/"


@pytest.fixture
def call(client):
    """``call(user, "POST", address, body)`` as a program with that person's token does."""
    from datetime import timedelta

    from yuanheng.accounts.tokens import create_token
    from yuanheng.kernel import clock

    tokens: dict = {}

    def do(user, method, address, body=None, *, read_only=False, **headers):
        if user is not None and (user, read_only) not in tokens:
            day = clock.today() + timedelta(days=30)
            made = create_token(
                acting_user=user, name="test", expires_on=day, is_read_only=read_only
            )
            tokens[user, read_only] = made[1]
        if user is not None:
            headers.setdefault("Authorization", f"Bearer {tokens[user, read_only]}")
        data = json.dumps(body) if isinstance(body, dict | list) else body
        return client.generic(
            method, address, data or b"", content_type="application/json", headers=headers
        )

    return do


def errors(response):
    return response.json()["errors"]


def test_a_list_holds_the_area_with_keys_and_names(world, call):
    answer = call(world.analyst, "GET", PARKS + "?total=1")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [row["code"] for row in found["rows"]] == ["LSJ", "LSJ-2"]
    assert (found["total"], found["next"]) == (2, None)
    zone, part = found["rows"]
    assert zone["region"] == "431381"
    assert zone["region_name"] == "冷水江市"
    assert zone["land_area_mu"] == "12345.50"
    assert zone["rank"] == "provincial"
    assert zone["enterprise_count"] == 1
    assert part["parent_zone"] == "LSJ"
    assert part["land_area_mu"] is None
    assert answer.headers["Content-Language"] == "zh-hans"


def test_search_filter_sort_as_on_the_page(world, call):
    def codes(query):
        return [row["code"] for row in call(world.root, "GET", PARKS + query).json()["rows"]]

    assert codes("?region=4301") == ["LPG"]
    assert codes("?q=北区") == ["LSJ-2"]
    assert codes("?rank=national") == ["LPG"]
    assert codes("?sort=-code") == ["LSJ-2", "LSJ", "LPG"]
    assert codes("?archived=1") == []


def test_cursors_go_through_every_row_once_in_every_order(world, call):
    Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(n),
            name=f"企业{n % 3}",
            region=world.zone.region,
            park=world.zone if n % 2 else None,
            founded_on="2020-01-01" if n % 4 else None,
        )
        for n in range(100, 117)
    )
    for order in ("", "name", "-name", "founded_on", "-founded_on", "park.name", "-region.name"):
        seen, cursor = [], ""
        for _page in range(20):
            query = f"?limit=4&sort={order}&cursor={cursor}"
            found = call(world.root, "GET", FIRMS + query).json()
            seen += [row["credit_code"] for row in found["rows"]]
            cursor = found["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 19, order


@pytest.mark.parametrize(
    ("query", "where", "told"),
    [
        ("?colour=red", "colour", "没有这个参数"),
        ("?rank=super", "rank", "没有这个取值"),
        ("?sort=nonsense", "sort", "没有这个取值"),
        ("?limit=0", "limit", "1 至 200"),
        ("?limit=-1", "limit", "1 至 200"),
        ("?limit=x", "limit", "1 至 200"),
        ("?cursor=made-up", "cursor", "游标"),
        ("?q=%00", "q", "控制字符"),
    ],
)
def test_a_wrong_parameter_is_named(world, call, query, where, told):
    answer = call(world.analyst, "GET", PARKS + query)
    assert answer.status_code == 400
    assert errors(answer)[0]["where"] == where
    assert told in errors(answer)[0]["what"]


def test_errors_are_english_when_asked(world, call):
    answer = call(world.analyst, "GET", PARKS + "?colour=red", **{"Accept-Language": "en-GB,zh"})
    assert errors(answer)[0]["what"] == "There is no such parameter."
    assert "region" in errors(answer)[0]["do"]
    assert answer.headers["Content-Language"] == "en"


def test_without_a_token_nothing_is_told(world, client):
    answer = client.get(PARKS)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "登录" in errors(answer)[0]["what"]
    wrong = client.get(PARKS, headers={"Authorization": "Bearer yh_wrong"})
    assert wrong.status_code == 401
    assert "已过期或已被撤销" in errors(wrong)[0]["what"]


def test_a_row_is_created_changed_archived_and_restored(world, call):
    body = {"code": "XH", "name": "新化经济开发区", "region": "431322", "land_area_mu": "10.50"}
    made = call(world.analyst, "POST", PARKS, body)
    assert made.status_code == 201, made.text
    assert made.json()["region_name"] == "新化县"
    event = AuditEvent.objects.get(action_code="registry.create_park")
    assert (event.acting_user, event.after["name"]) == (world.analyst, "新化经济开发区")
    assert event.address.startswith("API 127.0.0.1")
    changed = call(world.analyst, "PATCH", PARKS + "XH/", {"name": "新化高新区"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["land_area_mu"] == "10.50"
    event = AuditEvent.objects.get(action_code="registry.update_park")
    assert (event.before, event.after) == ({"name": "新化经济开发区"}, {"name": "新化高新区"})
    assert call(world.analyst, "POST", PARKS + "XH/archive/", {}).status_code == 422
    gone = call(world.analyst, "POST", PARKS + "XH/archive", {"reason": "撤销"})
    assert gone.json()["archive_reason"] == "撤销"
    assert call(world.analyst, "POST", PARKS + "XH/archive/", {"reason": "x"}).status_code == 409
    back = call(world.analyst, "POST", PARKS + "XH/restore/", {"reason": "误撤"})
    assert back.json()["archived_at"] is None
    events = call(world.reader, "GET", PARKS + "XH/history/").json()["events"]
    assert [one["action"] for one in events] == [
        "registry.restore_park", "registry.archive_park",
        "registry.update_park", "registry.create_park",
    ]  # fmt: skip
    assert events[2]["before"] == {"name": "新化经济开发区"}
    assert events[3]["after"]["region"] == "431322"
    assert events[0]["reason"] == "误撤"


def test_a_stale_change_overwrites_nothing(world, call):
    read = call(world.analyst, "GET", PARKS + "LSJ/")
    stamp = read.json()["stamp"]
    assert read.headers["ETag"] == f'"{stamp}"'
    assert call(world.analyst, "PATCH", PARKS + "LSJ/", {"name": "甲"}).status_code == 200
    late = call(world.analyst, "PATCH", PARKS + "LSJ/", {"name": "乙", "stamp": stamp})
    assert late.status_code == 409
    assert late.json()["difference"] == {"name": {"sent": "乙", "now": "甲"}}
    assert "已被修改" in errors(late)[0]["what"]
    match = {"If-Match": f'"{stamp}"'}
    late = call(world.analyst, "PATCH", PARKS + "LSJ/", {"name": "乙"}, **match)
    assert late.status_code == 412
    assert late.json()["current"]["name"] == "甲"
    fresh = {"name": "乙", "stamp": late.json()["current"]["stamp"]}
    assert call(world.analyst, "PATCH", PARKS + "LSJ/", fresh).json()["name"] == "乙"


@pytest.mark.parametrize(
    ("body", "where", "told"),
    [
        ({"code": "X"}, "name", "必填"),
        ({"code": "X", "name": "x", "region": "999999"}, "region", "超出您的管理范围"),
        ({"code": "X", "name": "x", "region": "430102"}, "region", "超出您的管理范围"),
        ({"code": "X", "name": 5, "region": "431322"}, "name", "文本"),
        ({"code": "X", "name": "x", "region": "431322", "colour": 1}, "colour", "没有这个字段"),
        ({"code": "X", "name": "x", "region": "431322", "rank": "top"}, "rank", "下列取值之一"),
        ({"code": "?", "name": "x", "region": "431322"}, "code", "字母"),
        ({"code": "LSJ", "name": "x", "region": "431322"}, "code", "已存在"),
        ({"code": "X", "name": "x", "region": "431322", "land_area_mu": -1}, "land_area_mu", "0"),
    ],
)
def test_a_wrong_body_names_the_field(world, call, body, where, told):
    answer = call(world.analyst, "POST", PARKS, body)
    assert answer.status_code == 422, answer.text
    found = {one["where"]: one["what"] for one in errors(answer)}
    assert told in found[where]
    assert not Park.objects.filter(code="X").exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"\xff\xfe", b"[" * 100_000, b'{"name": NaN}', b'{"land_area_mu": 1e999999}',
        b'{"land_area_mu": ' + b"9" * 5000 + b"}", b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}', b"[]", b'"x"', b"null",
        b'{"a":' * 50 + b"1" + b"}" * 50, b'{"name": "' + b"x" * 10_000_000 + b'"}',
    ],
)  # fmt: skip
def test_rubbish_is_refused_and_nothing_is_written(world, call, body):
    for method, path in (("POST", ""), ("PATCH", "LSJ/"), ("POST", "bulk/")):
        answer = call(world.analyst, method, PARKS + path, body)
        assert 400 <= answer.status_code < 500, answer.text
        assert errors(answer)[0]["what"]
    assert not AuditEvent.objects.exclude(action_code="accounts.create_token").exists()


def test_many_rows_are_written_all_or_none(world, call):
    rows = [
        {"credit_code": credit_code(n), "name": f"企业{n}", "region": "431381", "park": "LSJ"}
        for n in range(100, 105)
    ]
    rows.append({"credit_code": world.steel.credit_code, "name": "冷钢"})
    done = call(world.analyst, "POST", FIRMS + "bulk/", {"rows": rows})
    assert done.status_code == 200, done.text
    assert (done.json()["created"], done.json()["changed"]) == (5, 1)
    assert Enterprise.objects.get(pk=world.steel.pk).name == "冷钢"
    correlations = AuditEvent.objects.filter(action_code__startswith="registry.")
    assert correlations.count() == 6
    assert correlations.values("correlation").distinct().count() == 1
    rows[2]["region"] = "430102"
    rows[3]["name"] = ""
    rows[4]["name"] = "新名"
    rows.append(rows[0])
    wrong = call(world.analyst, "POST", FIRMS + "bulk/", {"rows": rows})
    assert wrong.status_code == 422
    places = [one["where"] for one in errors(wrong)]
    assert places == ["rows[2].region", "rows[3].name", "rows[6].credit_code"]
    assert not Enterprise.objects.filter(name="新名").exists()
    many = {"rows": rows[:1] * 1001}
    assert call(world.analyst, "POST", FIRMS + "bulk/", many).status_code == 422


def test_the_same_key_has_one_effect(world, call):
    body = {"code": "XH", "name": "新化经济开发区", "region": "431322"}
    once = {"Idempotency-Key": "abc-1"}
    first = call(world.analyst, "POST", PARKS, body, **once)
    again = call(world.analyst, "POST", PARKS, body, **once)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert AuditEvent.objects.filter(action_code="registry.create_park").count() == 1
    other = call(world.analyst, "POST", PARKS, body | {"code": "XH2"}, **once)
    assert other.status_code == 422
    assert "其他请求" in errors(other)[0]["what"]
    failed = call(world.analyst, "POST", PARKS, {"code": "?"}, **{"Idempotency-Key": "abc-2"})
    assert failed.status_code == 422
    body = {"code": "XH3", "name": "x", "region": "431322"}
    better = call(world.analyst, "POST", PARKS, body, **{"Idempotency-Key": "abc-2"})
    assert better.status_code == 201


def test_a_token_may_never_more_than_its_person(world, call):
    body = {"name": "甲"}
    refused = call(world.reader, "PATCH", PARKS + "LSJ/", body)
    assert refused.status_code == 403
    assert "您可以查看，但不能" in errors(refused)[0]["what"]
    assert call(world.stranger, "PATCH", PARKS + "LSJ/", body).status_code == 404
    assert call(world.former, "GET", PARKS).status_code == 403
    reading = call(world.analyst, "PATCH", PARKS + "LSJ/", body, read_only=True)
    assert reading.status_code == 403
    assert "只能读取" in errors(reading)[0]["what"]
    assert call(world.analyst, "GET", PARKS, read_only=True).status_code == 200


def test_a_browser_needs_the_csrf_token_to_write(world, client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.analyst, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.get(PARKS).status_code == 200
    answer = strict.post(PARKS, {"code": "X"}, content_type="application/json")
    assert answer.status_code == 403
    assert "X-CSRFToken" in errors(answer)[0]["what"]


def test_other_addresses_and_methods_are_json_too(world, call):
    assert errors(call(world.analyst, "GET", "/api/v1/nothing/"))[0]["what"]
    answer = call(world.analyst, "DELETE", PARKS + "LSJ/")
    assert answer.status_code == 405
    assert errors(answer)[0]["found"] == "DELETE"
    assert call(world.analyst, "POST", "/api/v1/regions/", {}).status_code == 405


def test_a_user_is_made_by_a_program_and_the_password_is_never_read(world, call):
    body = {"username": "li", "org_unit": "ld", "new_password": "Beginning-2024"}
    made = call(world.root, "POST", "/api/v1/users/", body)
    assert made.status_code == 201, made.text
    assert "password" not in made.text
    assert made.json()["is_active"] is True
    changed = call(world.root, "PATCH", "/api/v1/users/li/", {"phone": "123"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["full_name"] == ""
    moved = call(world.root, "PATCH", "/api/v1/organisations/lsj-gwh/", {"name": "管委会"})
    assert moved.json()["parent"] == "ld"
    grant = {"user": "li", "org_unit": "ld", "role": "leader"}
    given = call(world.root, "POST", "/api/v1/grants/", grant)
    assert given.status_code == 201, given.text
    assert given.json()["valid_from"]
