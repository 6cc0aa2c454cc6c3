import pytest

from yuanheng.accounts.tests.world import make_offices


@pytest.fixture
def world(db):
    return make_offices()
