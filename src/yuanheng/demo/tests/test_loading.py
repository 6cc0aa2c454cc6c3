from __future__ import annotations

import json
import shutil
import stat

import pytest
from django.conf import settings

from yuanheng.accounts.models import User
from yuanheng.demo.loading import load_demo
from yuanheng.evaluation.models import Result, Run
from yuanheng.ledger.models import PublishedFigure
from yuanheng.registry.models import Enterprise, Park
from yuanheng.rounds.models import UtilityAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    for name in ("runs", "store", "work"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def test_a_small_city_is_loaded_once_published_and_shown(home, client):
    said = []
    report = load_demo(home, lambda zh, en: said.append(zh), enterprises=500)
    assert (Park.objects.count(), Enterprise.objects.count()) == (14, 500)
    assert Run.objects.filter(stage="published").count() == 7
    assert PublishedFigure.objects.count() == 13
    people = {"admin", "analyst", "leader", "park", "approver", "county", "reporting"}
    people |= {"supervisor", "bureau", "enterprise"}
    assert set(report.passwords) == people
    kept = home / "demo_passwords.json"
    assert json.loads(kept.read_text("utf-8")) == report.passwords
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert said

    parks = Run.objects.get(
        scheme_version__scheme__code="five_good_sample", period="2024", stage="published"
    )
    assert parks.record["rated"] == 10
    client.force_login(
        User.objects.get(username="leader"), "django.contrib.auth.backends.ModelBackend"
    )
    assert "珞栖经济开发区" in client.get("/").content.decode()
    page = client.get(f"/runs/{parks.code}/subjects/YZ05/").content.decode()
    assert "园区指标!F48" in page
    reporter = User.objects.get(username="park")
    names = {row.name for row in Result.objects.visible_to(reporter).filter(run=parks)}
    assert names == {"沅棠高新技术产业开发区"}

    graded = Run.objects.get(scheme_version__scheme__code="huaian_2024", period="2024")
    client.force_login(
        User.objects.get(username="analyst"), "django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/measures/{graded.code}/").content.decode()
    assert "D类用电加价（示例）" in page
    assert UtilityAccount.objects.filter(account__startswith="3").exists()
    assert "300000" in page  # the account number of the first of them

    runs = Run.objects.count()
    again = load_demo(home, enterprises=500)
    assert again.was_there
    assert again.passwords == {}
    assert again.imported == {}
    assert Run.objects.count() == runs
    assert again.seconds < max(report.seconds / 2, 1)
