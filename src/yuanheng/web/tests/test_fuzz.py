"""Whatever is sent, nobody gets an error page of ours: every address, then the endpoint by its
own description."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from yuanheng.accounts.tokens import create_token
from yuanheng.kernel import clock
from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.rest.reference import document
from yuanheng.registry.tests.world import make_world

HOSTILE = [
    "colour=red&filter[]=1", "page=-1", "page=99999999999999999999999", "page=1e9&rows=0",
    "q=%00&sort=%00", "q=%ED%A0%80&region=%ED%A0%80", "q=%FF%FE", "q=" + "9" * 5000,
    "region=%00&park=%00&rank=%00&kind=%00&archived=%00&user=%00&snapshot=%00",
    "region=1&region=2&park[]=x&rank=..%2F..%2Fetc", "user=99999999999999999999&org_unit=x",
    "sort=__class__&sort=-password", "park=%F0%9F%92%A9&above_scale=maybe&rung=%27%22",
]  # fmt: skip
KEYS = [
    "LSJ",
    "431381",
    "99999999999999999999",
    "0",
    "-1",
    "x%00y",
    "%F0%9F%92%A9",
    "..%2F",
    "new",
]
UUID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def visitor(db):
    world = make_world()
    client = Client(raise_request_exception=False)
    client.force_login(world.root, backend="django.contrib.auth.backends.ModelBackend")
    return client


def routes(patterns=None, prefix=""):
    """Every route of the product but the endpoint's, which has a test of its own."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        elif isinstance(one, URLPattern) and not route.startswith(("api/v1", "static")):
            yield route


def addresses():
    """Each with one of the keys; those of one form get another each time."""
    for at, route in enumerate(dict.fromkeys(routes())):
        filled = re.sub(r"<uuid:\w+>", UUID, route)
        filled = re.sub(r"<int:\w+>", "99999999999999999999", filled)
        yield "/" + re.sub(r"<[^>]+>", KEYS[at % len(KEYS)], filled)


def test_every_address_survives_hostile_questions(visitor):
    wrong = []
    for at, address in enumerate(dict.fromkeys(addresses())):
        query = HOSTILE[at % len(HOSTILE)]  # a list gets them all, below
        code = visitor.get(f"{address}?{query}").status_code
        if code >= 500:
            wrong.append((code, address, query))
    for at, resource in enumerate(all_resources()):
        for query in HOSTILE[at % 3 :: 3]:
            code = visitor.get(f"{resource.url('list')}?{query}").status_code
            if code >= 500:
                wrong.append((code, resource.name, query))
    assert wrong == []


def test_a_megabyte_in_the_address_is_survived(visitor):
    for address in ("/parks/", "/api/v1/parks/"):
        assert visitor.get(address, {"q": "长" * 120_000}).status_code < 500
        assert visitor.get(address, {f"a{n}": "1" for n in range(1100)}).status_code < 500


@pytest.mark.django_db
def test_the_endpoint_keeps_its_own_description():
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    from yuanheng.web.wsgi import application

    world = make_world()
    answers: Counter[int] = Counter()
    day = clock.today() + timedelta(days=1)
    token = create_token(acting_user=world.root, name="fuzz", expires_on=day, is_read_only=False)[
        1
    ]
    headers = {"Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    checks = [
        schemathesis.checks.not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=2,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case):
            answers[case.call_and_validate(headers=headers, checks=checks).status_code] += 1

        one()
    assert answers[200] > 20, answers  # not everything was refused
    assert answers[401] == 0, answers
