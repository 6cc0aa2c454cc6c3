"""Who is signed in: the person with organisation and posts, which every page asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from yuanheng.accounts.models import User
from yuanheng.accounts.scope import person_with_grants


class PeopleBackend(ModelBackend):
    """Django's own, in one query where the page would ask three: the grants come with them."""

    def get_user(self, user_id: Any) -> User | None:
        found = person_with_grants(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
