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


@pytest.fixture
def sign_in(client):
    """``sign_in(user)`` gives the client of that person."""

    def do(user):
        client.force_login(user, backend="yuanheng.accounts.backends.PeopleBackend")
        return client

    return do
