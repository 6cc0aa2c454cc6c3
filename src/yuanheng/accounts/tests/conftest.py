from copy import deepcopy

import pytest

from yuanheng.accounts.tests.world import make_offices


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_offices()


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)
