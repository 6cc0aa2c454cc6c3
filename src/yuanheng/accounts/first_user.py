"""The first person, made from a command because nobody is there yet who could allow it."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password

from yuanheng.accounts.models import User
from yuanheng.kernel.actions import action, record


@action("accounts.create_first_user")
def _write(*, acting_user: None, username: str, password: str) -> User:
    user, _created = User.objects.get_or_create(username=username)
    user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    record(user, after={"username": username, "is_superuser": True})
    return user


def create_first_user(*, username: str, password: str) -> User:
    """A superuser; one who exists gets this password. A weak one is a ``ValidationError``."""
    validate_password(password, User(username=username))
    return _write(acting_user=None, username=username, password=password)
