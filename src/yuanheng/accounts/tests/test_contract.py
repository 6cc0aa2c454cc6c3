"""The registers of organisations, users and grants keep the contract of all registers."""

from __future__ import annotations

from yuanheng.accounts.models import Grant, OrgUnit, Post
from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel.actions import create_row
from yuanheng.kernel.models import AuditEvent, Tag
from yuanheng.kernel.testing import ResourceContract


class TestOrganisations(ResourceContract):
    resource_name = "orgunit"
    editor = "chief"
    valid = {"code": "fgj", "name": "发展和改革委员会", "kind": "bureau", "parent": "ld"}
    change = {"name": "发展和改革局", "kind": "bureau"}
    invalid = {"code": "有 空格", "name": "", "kind": "club", "parent": "cs"}

    def make(self, world, number):
        return OrgUnit.objects.create(
            code=f"b{number}", name=f"第{number}局", kind="county", parent=world.city
        )


class TestUsers(ResourceContract):
    resource_name = "user"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"
    text_field = "full_name"
    valid = {"username": "zhang", "full_name": "张三", "org_unit": "ld",
             "new_password": "Beginning-2024"}  # fmt: skip
    change = {"full_name": "张四", "is_active": False}
    invalid = {"username": "", "org_unit": "cs", "new_password": "123"}

    def make(self, world, number):
        user = make_user(f"person{number}", "", world.committee)
        user.set_password("Beginning-2024")
        user.save()
        return user


class TestGrants(ResourceContract):
    resource_name = "grant"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"
    text_field = "role"
    valid = {"user": "reader", "org_unit": "ld", "role": "analyst", "valid_from": "2024-01-01"}
    invalid = {"role": "king", "org_unit": "cs", "user": "stranger", "valid_from": "2024-02-30"}

    def make(self, world, number):
        return Grant.objects.create(user=world.reader, org_unit=world.committee, role="analyst")


class TestPosts(ResourceContract):
    resource_name = "post"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"
    text_field = "title"
    valid = {"user": "reader", "org_unit": "ld", "title": "科长", "valid_from": "2024-01-01"}
    invalid = {"title": "", "org_unit": "cs", "user": "stranger", "valid_from": "2024-02-30"}

    def make(self, world, number):
        return Post.objects.create(user=world.reader, org_unit=world.city, title=f"岗位{number}")


class TestTags(ResourceContract):
    resource_name = "tag"
    text_field = "meaning"
    valid = {"name": "重点", "org_unit": "ld", "tone": "red", "meaning": "重点企业"}
    change = {"meaning": "年度重点企业", "tone": "green"}
    invalid = {"name": "", "org_unit": "cs", "tone": "black"}

    def make(self, world, number):
        return Tag.objects.create(name=f"标签{number}", org_unit=world.city)


class TestAuditEvents(ResourceContract):
    resource_name = "auditevent"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"

    def make(self, world, number):
        values = {"name": f"标签{number}", "org_unit": world.city}
        create_row(acting_user=world.analyst, model=Tag, values=values)
        return AuditEvent.objects.order_by("pk").last()
