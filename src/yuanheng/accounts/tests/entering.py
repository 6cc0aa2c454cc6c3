"""Signing in as one of a test's people."""

import pytest

BACKEND = "yuanheng.accounts.backends.PeopleBackend"


@pytest.fixture
def enter(client, world):
    """``enter("analyst")`` gives the client of that person of the test's ``world``."""

    def do(name):
        client.force_login(getattr(world, name), backend=BACKEND)
        return client

    return do
