"""The registers of this room keep what every register promises."""

from __future__ import annotations

from datetime import date

import pytest

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation.actions import (
    add_consultation,
    add_draft,
    add_study_visit,
    put_to_units,
)
from yuanheng.consultation.models import (
    CommentSheet,
    Consultation,
    Draft,
    Edition,
    Question,
    Reply,
)
from yuanheng.kernel.testing import ResourceContract
from yuanheng.supervision.tests.conftest import make_offices_world


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    """Past the actions: these tests count what actions leave in the log."""
    with kept_rows():
        made = make_offices_world()
        made.asked = Consultation.objects.create(code="W2026-001", title="思考题", owner=made.city)
        Question.objects.create(consultation=made.asked, number=1, words="怎样凝聚共识？")
        made.draft = Draft.objects.create(code="Y2026-001", title="意见", owner=made.city)
        edition = Edition.objects.create(draft=made.draft, number=1, added_by=made.supervisor)
        edition.paragraphs.create(position=1, number="1", words="第一段")
        yield made


class TestConsultations(ResourceContract):
    resource_name = "consultation"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"title": "招商方式问策", "said_by": "李市长", "asked_on": "2026-03-02",
             "deadline": "2026-03-20"}  # fmt: skip
    change = {"said_by": "李副市长"}
    invalid = {"title": "", "asked_on": "前天", "deadline": "2026-03-01"}
    text_field = "said_by"

    def make(self, world, number):
        return add_consultation(
            acting_user=world.supervisor,
            values={"title": f"第{number}次问策", "asked_on": date(2026, 2, 1)},
        )


class _OfUnit(ResourceContract):
    """The case of a unit that is asked; ``asked`` is the name of what in the world."""

    editor, viewer, outsider = "supervisor", "", "stranger"
    text_field = "title"
    public = "list"

    def make(self, world, number):
        unit = OrgUnit.objects.create(
            code=f"U{number}", name=f"单位{number}", kind="bureau", parent=world.city
        )
        put_to_units(
            acting_user=world.supervisor, whole=getattr(world, self.asked), model=self.model,
            name=self.field, org_unit_ids=[unit.pk],
        )  # fmt: skip
        return self.model.objects.get(unit=unit)


class TestReplies(_OfUnit):
    resource_name = "reply"
    model, asked, field = Reply, "asked", "consultation"


class TestDrafts(ResourceContract):
    resource_name = "draft"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"title": "园区管理办法", "asked_on": "2026-03-02", "background": "请结合实际研究"}
    change = {"background": "请认真研究"}
    invalid = {"title": "", "asked_on": "前天", "deadline": "2026-03-01"}
    text_field = "background"

    def make(self, world, number):
        return add_draft(
            acting_user=world.supervisor,
            values={"title": f"第{number}稿", "asked_on": date(2026, 2, 1)},
        )


class TestSheets(_OfUnit):
    resource_name = "commentsheet"
    model, asked, field = CommentSheet, "draft", "draft"


class TestStudyVisits(ResourceContract):
    resource_name = "study"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"title": "赴南通考察", "place": "南通市", "began_on": "2026-03-01",
             "ended_on": "2026-03-02", "led_by": "王书记"}  # fmt: skip
    change = {"led_by": "李市长"}
    invalid = {"title": "", "place": "", "ended_on": "2026-02-01"}
    text_field = "led_by"

    def make(self, world, number):
        return add_study_visit(
            acting_user=world.supervisor, values={"title": f"第{number}次考察", "place": "泰州市"}
        )
