"""A small city whose firms have land, floors, tax and a tenant."""

from __future__ import annotations

from copy import deepcopy

import pytest

from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.ledger.api import load_catalogue
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code, make_world


@pytest.fixture(scope="module")
def kept(kept_rows):
    with kept_rows():
        world = make_world()
        world.tenant = Enterprise.objects.create(
            credit_code=credit_code(3), name="冷水江轧钢有限公司", park=world.zone,
            region=world.regions["431381"],
        )  # fmt: skip
        firm = OrgUnit.objects.create(
            code=credit_code(1), name="冷水江钢铁有限公司", kind="enterprise",
            parent=world.county,
        )  # fmt: skip
        world.firm = make_user("firm", "enterprise_user", firm)
        load_catalogue(acting_user=world.root)
    return world


@pytest.fixture
def world(db, kept):
    return deepcopy(kept)
