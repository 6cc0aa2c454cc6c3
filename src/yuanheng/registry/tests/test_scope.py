"""Who may do what to which record: three answers that agree, and the roles one by one."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.choices import OrgKind, Role
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel.actions import create_row, update_row
from yuanheng.kernel.masking import MASK, hidden_anywhere, hidden_fields, may_search
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import (
    ADMINISTER,
    ARCHIVE,
    CREATE,
    EDIT,
    EXPORT,
    IMPORT,
    VIEW,
    Refused,
    all_policies,
    can,
    instances,
    who_can,
)
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.tests.world import credit_code

ACTIONS = (VIEW, CREATE, EDIT, ARCHIVE, IMPORT, EXPORT, ADMINISTER)


def unit(code: str, name: str, kind: str, parent: OrgUnit, division_code: str = "") -> OrgUnit:
    return OrgUnit.objects.create(
        code=code, name=name, kind=kind, parent=parent, division_code=division_code
    )


@pytest.fixture
def offices(world):
    """Organisations of every kind, and in each somebody with each role that suits it."""
    county = world.county
    world.committee.parent = county
    world.committee.save()
    world.units = {
        "city": world.city,
        "county": county,
        "committee": world.committee,
        "bureau": unit("gxj", "市工信局", OrgKind.BUREAU, world.city),
        "county_bureau": unit("xgxj", "县工信局", OrgKind.BUREAU, county),
        "platform": unit("ptgs", "园区平台公司", OrgKind.PLATFORM, world.committee),
        "city_platform": unit("stgs", "市属平台公司", OrgKind.PLATFORM, world.city),
        "street": unit("jd", "布溪街道", OrgKind.STREET, county, "431381001"),
        "enterprise": unit(
            world.steel.credit_code, "钢铁公司", OrgKind.ENTERPRISE, world.committee
        ),
        "stray": unit(world.seed.credit_code, "种业", OrgKind.ENTERPRISE, world.committee),
    }
    world.people = {}
    for where, org_unit in world.units.items():
        of_enterprise = org_unit.kind == OrgKind.ENTERPRISE
        for role in Role:
            if of_enterprise == (role == Role.ENTERPRISE_USER):
                name = f"{where}-{role}"
                world.people[where, role] = make_user(name, role, org_unit)
    return world


_SAMPLE = ("county", "committee", "bureau", "enterprise")


def rows_of(world) -> list:
    # Whose policy has rules of its own is asked person by person: of these, a few.
    found = [
        *Region.objects.filter(code="431381"),
        *Park.objects.all(),
        *Enterprise.objects.all()[:3],
    ]
    return [*found, *OrgUnit.objects.all()[:4], *User.objects.all()[:3], *Grant.objects.all()[:3]]


def test_the_three_answers_agree(offices):
    people = [
        *User.objects.filter(username__in=("root", "stranger", "nobody", "former", "analyst")),
        *(user for (where, _r), user in offices.people.items() if where in _SAMPLE),
        *(user for (_w, role), user in offices.people.items() if role == "platform_company"),
    ]
    rows = rows_of(offices)
    for action in ACTIONS:
        found = {
            user.pk: {
                model: set(instances(user, action, model).values_list("pk", flat=True))
                for model in {type(row) for row in rows}
            }
            for user in people
        }
        for row in rows:
            able = set(who_can(action, row).values_list("pk", flat=True))
            for user in people:
                answer = row.pk in found[user.pk][type(row)]
                assert (user.pk in able) is answer, (action, row, user)
    # one by one is slow, so a sample of it
    for row in rows[:20:3]:
        able = set(who_can(VIEW, row).values_list("pk", flat=True))
        for user in people[:12]:
            assert can(user, VIEW, row) is (user.pk in able), (user, row)


def test_a_former_and_an_inactive_user_can_nothing(offices):
    assert offices.former not in who_can(VIEW, offices.zone)
    User.objects.filter(pk=offices.analyst.pk).update(is_active=False)
    assert offices.analyst not in who_can(VIEW, offices.zone)
    assert offices.root in who_can(EDIT, offices.zone)


@pytest.mark.parametrize(
    ("where", "role", "seen"),
    [
        ("county", "leader", True),
        ("bureau", "bureau_officer", True),  # over its city's area
        ("bureau", "leader", False),  # a bureau's own leader: the bureau
        ("county_bureau", "supervision_officer", True),
        ("platform", "platform_company", True),  # the committee's
        ("city_platform", "platform_company", False),
        ("street", "analyst", False),  # another territory
        ("enterprise", "enterprise_user", True),  # itself
        ("stray", "enterprise_user", False),
        ("committee", "auditor", True),
    ],
)
def test_who_sees_the_steel_works(offices, where, role, seen):
    user = offices.people[where, role]
    assert can(user, VIEW, offices.steel) is seen
    assert can(user, VIEW, offices.seed) is False


def test_an_enterprise_listed_under_a_foreign_committee_opens_nothing(offices):
    # its code is right, but it doesn't lie in the area of the committee that lists it
    assert not can(offices.people["stray", "enterprise_user"], VIEW, offices.seed)


def test_an_enterprise_keeps_its_contacts_and_nothing_else(offices, sign_in):
    user = offices.people["enterprise", "enterprise_user"]
    changed = update_row(
        acting_user=user, row=offices.steel, values={"contact_phone": "0738-5551234"}
    )
    assert changed.contact_phone == "0738-5551234"
    with pytest.raises(ValidationError, match="您不能修改：企业名称"):
        update_row(acting_user=user, row=offices.steel, values={"name": "改名"})
    with pytest.raises(Refused):
        update_row(acting_user=user, row=offices.seed, values={"contact_phone": "1"})
    values = {"credit_code": credit_code(9), "name": "新", "region": offices.steel.region}
    with pytest.raises(Refused, match="没有新增"):
        create_row(acting_user=user, model=Enterprise, values=values)
    page = sign_in(user).get(reverse("enterprise-edit", args=[offices.steel.credit_code])).text
    assert 'name="contact_phone"' in page
    assert 'name="name"' not in page
    assert sign_in(user).get(reverse("park-list")).status_code == 403


def test_an_auditor_sees_everything_and_changes_nothing(offices):
    auditor = offices.people["city", "auditor"]
    for model, policy in all_policies().items():
        for action in (CREATE, EDIT, ARCHIVE, IMPORT, ADMINISTER):
            assert not policy.can(auditor, action) or model._meta.label in _OWN, model
    for row in (offices.steel, offices.zone, offices.analyst, offices.committee):
        assert can(auditor, VIEW, row)
        assert not can(auditor, EDIT, row)
    assert can(auditor, VIEW, AuditEvent)


# What everybody keeps for themselves: a file that one uploads leads nowhere without the right to
# import it, a token opens no more than its owner may, a notice is marked as read.
_OWN = {"kernel.Upload", "kernel.Job", "kernel.Notice", "kernel.SavedList", "accounts.ApiToken"}


@pytest.mark.parametrize(
    ("where", "role", "hidden"),
    [
        ("bureau", "bureau_officer", True),
        ("platform", "platform_company", True),
        ("county", "analyst", False),
        ("committee", "park_reporter", False),
        ("enterprise", "enterprise_user", False),
        ("city", "investment_officer", False),
    ],
)
def test_personal_data_are_masked_by_role(offices, sign_in, where, role, hidden):
    Enterprise.objects.filter(pk=offices.steel.pk).update(
        contact_name="欧阳联系", contact_phone="13900001111", legal_representative="司马法人"
    )
    user = offices.people[where, role]
    page = sign_in(user).get(reverse("enterprise-detail", args=[offices.steel.credit_code])).text
    assert ("欧阳联系" in page) is not hidden
    assert ("13900001111" in page) is not hidden
    assert (MASK in page) is hidden
    assert bool(hidden_fields(user, Enterprise, [offices.steel])) is hidden
    assert may_search(user, Enterprise, "contact_phone") is not hidden
    assert may_search(user, Enterprise, "name")


def test_history_masks_what_the_page_masks(offices, sign_in):
    update_row(
        acting_user=offices.analyst, row=offices.steel, values={"contact_phone": "13900002222"}
    )
    update_row(
        acting_user=offices.analyst, row=offices.steel, values={"contact_phone": "13900003333"}
    )
    address = reverse("enterprise-detail", args=[offices.steel.credit_code])
    assert "13900002222" in sign_in(offices.analyst).get(address).text
    page = sign_in(offices.people["bureau", "bureau_officer"]).get(address).text
    assert "13900002222" not in page
    assert "13900003333" not in page


def test_masks_take_no_query_where_ones_place_covers_all(offices, django_assert_num_queries):
    rows = list(Enterprise.objects.all())
    for user in (offices.root, offices.people["city", "analyst"]):
        can(user, VIEW, Enterprise)  # the grants are read once a request
        with django_assert_num_queries(0):
            assert hidden_fields(user, Enterprise, rows) == {}
            assert hidden_anywhere(user, Enterprise) == frozenset()


def test_two_roles_open_each_in_its_place(offices):
    user = offices.people["bureau", "bureau_officer"]
    other = Enterprise.objects.create(
        credit_code=credit_code(7, "431322"), name="新化厂", region=offices.regions["431322"]
    )
    Grant.objects.create(user=user, role="park_reporter", org_unit=offices.committee)
    user = get_user_model().objects.get(pk=user.pk)
    hidden = hidden_fields(user, Enterprise, [offices.steel, other])
    assert set(hidden) == {other.pk}
    assert "contact_phone" in hidden[other.pk]


def test_a_post_gives_no_right(offices):
    user = offices.nobody
    Post.objects.create(user=user, org_unit=offices.city, title="科长")
    assert not can(user, VIEW, Park)
