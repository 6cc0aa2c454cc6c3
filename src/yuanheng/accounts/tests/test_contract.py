"""The registers of organisations, users and grants keep the contract of all registers."""

from __future__ import annotations

from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.accounts.tests.world import make_user
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
