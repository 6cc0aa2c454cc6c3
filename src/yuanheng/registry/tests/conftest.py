from copy import deepcopy

import pytest

from yuanheng.registry.tests.world import make_world


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_world()


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)
