from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from yuanheng.consultation.actions import (
    add_consultation,
    put_to_units,
    save_answers,
    set_questions,
)
from yuanheng.consultation.models import Reply
from yuanheng.kernel import flow
from yuanheng.ledger.actions import load_catalogue
from yuanheng.supervision.tests.conftest import at, make_offices_world
from yuanheng.supervision.tests.walking import TODAY

QUESTIONS = (
    "请各单位思考：\n一、怎样凝聚发展共识？\n二、怎样提升承载能力？\n三、怎样优化考核导向？"
)


def make_asking_world():
    """The offices; three questions, put to the works bureau and the committee."""
    made = make_offices_world()
    load_catalogue(acting_user=made.root)
    with at(TODAY):
        made.asked = add_consultation(
            acting_user=made.supervisor,
            values={"title": "园区二次创业思考题", "said_by": "王书记",
                    "asked_on": date(2026, 3, 2), "owner_id": made.city.pk},
        )  # fmt: skip
        set_questions(acting_user=made.supervisor, consultation=made.asked, text=QUESTIONS)
        put_to_units(
            acting_user=made.supervisor, whole=made.asked, model=Reply, name="consultation",
            org_unit_ids=[made.works.pk, made.committee.pk],
        )  # fmt: skip
    made.of_works = Reply.objects.get(unit=made.works)
    made.of_committee = Reply.objects.get(unit=made.committee)
    return made


def hand_in(user, reply, *words):
    """A unit's answers, handed in."""
    given = dict(
        enumerate(words or ("凝聚共识。逐级宣讲", "盘活存量用地三百亩；建标准厂房", "少填表"), 1)
    )
    save_answers(acting_user=user, reply=Reply.objects.get(pk=reply.pk), words=given)
    return flow.perform(acting_user=user, case=Reply.objects.get(pk=reply.pk), action="answer")


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_asking_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)
