from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from yuanheng.accounts.actions import create_user, end_grant, grant_role, update_user
from yuanheng.accounts.choices import Role
from yuanheng.accounts.first_user import create_first_user
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import place_of
from yuanheng.kernel import clock
from yuanheng.kernel.actions import archive_row
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    city = OrgUnit.objects.create(code="c", name="娄底市", kind="city", division_code="4313")
    county = OrgUnit.objects.create(
        code="lsj", name="冷水江市", kind="county", division_code="431381", parent=city
    )
    committee = OrgUnit.objects.create(
        code="gwh", name="冷水江经开区管委会", kind="committee", parent=county
    )
    other = OrgUnit.objects.create(code="o", name="长沙市", kind="city", division_code="4301")
    return {"city": city, "county": county, "committee": committee, "other": other}


@pytest.fixture
def root():
    return User.objects.create(username="root", is_superuser=True)


@pytest.fixture
def person(tree):
    return User.objects.create(username="wang", org_unit=tree["county"])


def test_a_role_counts_for_everything_under_its_organisation(tree, person, root):
    grant_role(acting_user=root, user=person, org_unit=tree["city"], role="analyst")
    place = place_of(person)
    assert place.org_unit_ids == {tree["city"].pk, tree["county"].pk, tree["committee"].pk}
    assert place.covers(division_code="431322")
    assert not place.covers(division_code="430102")
    assert place.shortest_prefixes == {"4313"}
    assert place_of(person, {Role.ADMINISTRATOR}) == place_of(person, set())


def test_a_committee_has_no_territory_but_knows_where_it_lies(tree, person, root):
    grant_role(acting_user=root, user=person, org_unit=tree["committee"], role="park_reporter")
    place = place_of(person)
    assert not place.prefixes
    assert place.codes_above == {"43", "4313", "431381"}
    assert not place.covers(division_code="431381")
    assert place.covers(org_unit_id=tree["committee"].pk)


@pytest.mark.parametrize(
    ("today", "counts"), [("2024-02-29", False), ("2024-03-01", True), ("2024-03-31", True)]
)
def test_a_grant_counts_from_its_first_day_to_its_last(tree, person, root, today, counts):
    grant_role(
        acting_user=root,
        user=person,
        org_unit=tree["city"],
        role="leader",
        valid_from=date(2024, 3, 1),
        valid_until=date(2024, 3, 31),
    )
    with clock.stopped_at(datetime.fromisoformat(today).replace(tzinfo=UTC)):
        assert bool(place_of(person)) is counts


def test_a_grant_is_ended_not_erased(tree, person, root):
    grant = grant_role(acting_user=root, user=person, org_unit=tree["city"], role="leader")
    assert place_of(person)
    with pytest.raises(ValidationError, match="不能早于生效日期"):
        end_grant(acting_user=root, grant=grant, last_day=date(2000, 1, 1))
    end_grant(acting_user=root, grant=Grant.objects.get())
    assert Grant.objects.count() == 1
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert codes == {"accounts.grant_role", "accounts.end_grant"}


def test_an_administrator_gives_roles_only_at_home(tree, person, root):
    chief = User.objects.create(username="chief", org_unit=tree["city"])
    grant_role(acting_user=root, user=chief, org_unit=tree["city"], role="administrator")
    grant_role(acting_user=chief, user=person, org_unit=tree["county"], role="analyst")
    with pytest.raises(Refused, match="不能修改"):
        grant_role(acting_user=chief, user=person, org_unit=tree["other"], role="analyst")
    with pytest.raises(Refused):
        grant_role(acting_user=person, user=person, org_unit=tree["city"], role="administrator")


def test_an_administrator_cannot_touch_a_superuser(tree, root):
    chief = User.objects.create(username="chief", org_unit=tree["city"])
    grant_role(acting_user=root, user=chief, org_unit=tree["city"], role="administrator")
    root.org_unit = tree["city"]
    root.save()
    with pytest.raises(Refused, match="超级管理员"):
        update_user(acting_user=chief, user=root, values={}, new_password="long-enough-1")


def test_passwords_never_reach_the_audit(tree, root):
    user = create_user(
        acting_user=root, username="li", password="Quite-long-1", org_unit=tree["city"]
    )
    assert user.check_password("Quite-long-1")
    event = AuditEvent.objects.get()
    assert "password" not in event.after


def test_the_first_user_comes_from_a_command():
    user = create_first_user(username="first", password="Long-enough-99")
    assert user.is_superuser
    assert AuditEvent.objects.get().acting_user is None
    with pytest.raises(ValidationError):
        create_first_user(username="first", password="123")


def test_an_archived_organisation_gives_no_rights(tree, person, root):
    grant_role(acting_user=root, user=person, org_unit=tree["other"], role="leader")
    archive_row(acting_user=root, row=tree["other"], reason="机构撤销")
    assert not place_of(User.objects.get(pk=person.pk))


def test_an_inactive_user_sees_nothing(tree, person, root):
    grant_role(acting_user=root, user=person, org_unit=tree["city"], role="leader")
    person.is_active = False
    assert not place_of(person)
    assert not OrgUnit.objects.visible_to(person).exists()
