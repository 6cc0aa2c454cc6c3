"""The loop: a gap of an evaluation became a task; the task's page says what the next one found."""

from __future__ import annotations

import re

import pytest

from yuanheng.evaluation.actions import publish_run
from yuanheng.evaluation.models import Assessment, RankInterval, Result
from yuanheng.registry.tests.world import credit_code
from yuanheng.supervision.models import Task


def plain(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def task(evaluated, sign_in):
    """Made of a gap of the run of 2023, before that of 2024 is published."""
    gap = f"/runs/{evaluated.before.code}/subjects/{credit_code(5)}/diagnosis/?against=best"
    made = sign_in(evaluated.world.analyst).post(
        "/tasks/from-gap/",
        {"title": "补齐亩均税收的差距", "frequency": "once", "weight": 1, "made_of": gap},
    )
    assert made.status_code == 302, made.content.decode()
    return Task.objects.get()


def page(task, client):
    return plain(client.get(f"/tasks/{task.code}/"))


def ranked(run, low, high, user):
    """As if the ranks of the run had been assessed."""
    made = Assessment.objects.create(run=run, replicates=60, seed=1, created_by=user)
    result = Result.objects.get(run=run, subject_id=credit_code(5))
    RankInterval.objects.update_or_create(
        result=result,
        defaults={"assessment": made, "low": low, "median": low, "high": high, "same": 0.5},
    )


def test_the_next_evaluation_is_told_with_what_it_proves(evaluated, task, sign_in):
    user = evaluated.world.analyst
    text = page(task, sign_in(user))
    assert "立项以来的评价" in text
    assert "2023 立项时" in text
    assert "此后还没有发布新的评价，下次评价发布后再看" in text
    publish_run(acting_user=user, run=evaluated.run)
    then, now = (
        Result.objects.get(run=run, subject_id=credit_code(5))
        for run in (evaluated.before, evaluated.run)
    )
    text = page(task, sign_in(user))
    assert "2024 立项以后" in text
    assert f"{now.score:.2f}" in text
    assert f"{'+' if now.score >= then.score else '−'}{abs(now.score - then.score):.2f}" in text
    assert "可信区间不全，无法判断变化是否超出噪声" in text
    ranked(evaluated.before, 4, 8, user)
    ranked(evaluated.run, 1, 4, user)
    assert "分别为 4–8 和 1–4，互有重叠：变化不能与噪声区分开" in page(task, sign_in(user))
    ranked(evaluated.run, 1, 3, user)
    text = page(task, sign_in(user))
    assert "没有重叠：变化超出噪声。但这不能证明是本任务带来的" in text


def test_a_result_that_one_may_not_see_is_not_on_the_task(evaluated, task, sign_in):
    """A draft is nobody's news, and an address that is none of an evaluation opens nothing."""
    assert "立项以后" not in page(task, sign_in(evaluated.world.analyst))
    Result.objects.filter(subject_id=credit_code(5)).delete()
    assert "立项以来的评价" not in page(task, sign_in(evaluated.world.analyst))
    Task.objects.update(made_of="/nowhere/at/all/")
    assert "立项以来的评价" not in page(task, sign_in(evaluated.world.analyst))
