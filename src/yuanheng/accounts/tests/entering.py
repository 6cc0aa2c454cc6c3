"""Signing in as one of a test's people."""

import pytest

BACKEND = "yuanheng.accounts.backends.PeopleBackend"


@pytest.fixture
def sign_in(client):
    """``sign_in(user)`` gives the client of that person."""

    def do(user):
        client.force_login(user, backend=BACKEND)
        return client

    return do


@pytest.fixture
def enter(sign_in, world):
    """``enter("analyst")`` gives the client of that person of the test's ``world``."""
    return lambda name: sign_in(getattr(world, name))
