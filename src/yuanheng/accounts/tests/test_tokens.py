"""API tokens: made by their person, shown once, revoked, never worth more than the person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from yuanheng.accounts.models import ApiToken, Grant
from yuanheng.accounts.tokens import bearer_of, create_token, revoke_token
from yuanheng.kernel import clock
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.testing.forms import form_values

ADDRESS = "/api/v1/organisations/"


def token_of(user, days=30, **options):
    day = clock.today() + timedelta(days=days)
    return create_token(acting_user=user, name="对接", expires_on=day, **options)


def ask(text, address=ADDRESS):
    return Client().get(address, headers={"Authorization": f"Bearer {text}"})


@pytest.fixture
def sign_in(client):
    def do(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return do


def test_a_token_is_made_on_a_page_and_shown_once(world, sign_in):
    client = sign_in(world.analyst)
    day = clock.today() + timedelta(days=30)
    shown = form_values(client.get(reverse("token-create")).text)
    values = shown | {"name": "每晚同步", "expires_on": day.isoformat(), "is_read_only": "on"}
    page = client.post(reverse("token-create"), values)
    again = client.post(reverse("token-create"), values)
    assert (again.status_code, again.url) == (302, reverse("token-list"))
    text = re.search(r"yh_[0-9a-f]{8}_[\w-]{43}", page.text).group()
    assert "no-store" in page.headers["Cache-Control"]
    assert ask(text).status_code == 200
    listed = client.get(reverse("token-list")).text
    assert text not in listed
    assert text[:11] in listed
    kept = ApiToken.objects.get()
    assert text not in str(vars(kept))
    event = AuditEvent.objects.get(action_code="accounts.create_token")
    assert text not in str(event.after)
    assert kept.digest not in str(event.after)
    assert ApiToken.objects.get().last_used_at is not None


def test_a_wrong_day_is_refused(world, sign_in):
    for days in (-1, 400):
        with pytest.raises(ValidationError, match="一年以内"):
            token_of(world.analyst, days)
    day = clock.today() + timedelta(days=400)
    values = {"name": "x", "expires_on": day.isoformat()}
    page = sign_in(world.analyst).post(reverse("token-create"), values)
    assert page.status_code == 422
    assert "一年以内" in page.text


def test_revoked_expired_and_wrong_tokens_open_nothing(world):
    token, text = token_of(world.analyst, 1)
    assert ask(text).status_code == 200
    for wrong in (text[:-1], text + "x", text[:11], "yh_", "", "名", text[:12] + "x" * 43):
        assert bearer_of(wrong) is None
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        assert ask(text).status_code == 401
    revoke_token(acting_user=world.analyst, token=token)
    answer = ask(text)
    assert answer.status_code == 401
    assert "已被撤销" in answer.json()["errors"][0]["what"]
    with pytest.raises(ValidationError, match="已被撤销"):
        revoke_token(acting_user=world.analyst, token=token)
    _token, text = token_of(world.reader)
    world.reader.is_active = False
    world.reader.save()
    assert ask(text).status_code == 401


def test_when_the_grant_ends_the_token_is_worth_nothing(world):
    _token, text = token_of(world.analyst)
    assert ask(text).status_code == 200
    grant = Grant.objects.get(user=world.analyst)
    with clock.stopped_at(clock.now() - timedelta(days=2)):
        yesterday = clock.today()
    Grant.objects.filter(pk=grant.pk).update(valid_from=yesterday, valid_until=yesterday)
    assert ask(text).status_code == 403


def test_administrators_revoke_for_their_people_and_nobody_else(world, sign_in):
    token, text = token_of(world.reporter)
    assert "reporter" in sign_in(world.chief).get(reverse("token-list")).text
    for stranger in (world.analyst, world.strange_chief):
        page = sign_in(stranger).post(reverse("token-revoke", args=[token.pk]))
        assert page.status_code == 404
        with pytest.raises(Refused):
            revoke_token(acting_user=stranger, token=token)
    assert ask(text).status_code == 200
    sign_in(world.chief).post(reverse("token-revoke", args=[token.pk]))
    assert ask(text).status_code == 401
    event = AuditEvent.objects.get(action_code="accounts.revoke_token")
    assert event.acting_user == world.chief


def test_the_reference_is_in_chinese_and_shows_what_one_may_see(world, sign_in):
    page = sign_in(world.reader).get(reverse("api-reference"))
    assert page.status_code == 200
    assert "程序接口" in page.text
    assert "/api/v1/organisations/" in page.text
    assert "/api/v1/users/" not in page.text
    assert Client().get(reverse("api-reference")).status_code == 302
    described = sign_in(world.reader).get(reverse("api-openapi"))
    assert described.json()["openapi"] == "3.1.0"
    assert "组织机构" in described.text
    assert Client().get(reverse("api-openapi")).status_code == 401
