"""Twelve clicks at one moment, over a database that several connections can share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from yuanheng.accounts.models import User
from yuanheng.kernel.models import AuditEvent
from yuanheng.registry.models import Park, Region


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_form_sent_many_times_at_once_has_one_effect():
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory can't be shared by connections")
    root = User.objects.create(username="clicks", is_superuser=True)
    region = Region.objects.create(code="99", name="某省", kind="province")
    sent = {
        "code": "ONCE",
        "name": "一次",
        "rank": "other",
        "region": region.pk,
        "_once": "a" * 32,
    }

    def click(_number: int) -> tuple[int, str]:
        client = Client()
        client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
        response = client.post(reverse("park-create"), sent)
        connections.close_all()
        return response.status_code, response.url

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(click, range(12)))
    assert set(answers) == {(302, reverse("park-detail", args=["ONCE"]))}
    assert Park.objects.filter(code="ONCE").count() == 1
    assert AuditEvent.objects.filter(action_code="registry.create_park").count() == 1
