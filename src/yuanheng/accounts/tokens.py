"""API tokens: made, shown once, looked up, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from yuanheng.accounts.models import ApiToken
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record, snapshot
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.rest.identity import Bearer

LONGEST = timedelta(days=366)
_MARK = "yh_"
_PREFIX = len(_MARK) + 8
_NOTICED = timedelta(minutes=5)  # "last used" is written at most so often


@action("accounts.create_token")
def create_token(
    *, acting_user: Any, name: str, expires_on: date, is_read_only: bool = True
) -> tuple[ApiToken, str]:
    """A token for the person themselves: the row, and the text that is never shown again.

    Raises ValidationError for a last day that has passed or lies more than a year ahead.
    """
    today = clock.today()
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": _("Choose a day within the next year.")})
    prefix = _MARK + secrets.token_hex(4)
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=acting_user,
        name=name,
        prefix=prefix,
        digest=_digest(text),
        is_read_only=is_read_only,
        expires_on=expires_on,
    )
    token.full_clean()
    token.save()
    record(token, after=snapshot(token))
    return token, text


@action("accounts.revoke_token")
def revoke_token(*, acting_user: Any, token: ApiToken) -> ApiToken:
    """From now on it opens nothing. Its owner may, and who administers its owner."""
    require(acting_user, EDIT, token)
    if token.revoked_at is not None:
        raise ValidationError(_("This token has been revoked already."))
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(token, before={"revoked_at": None}, after={"revoked_at": token.revoked_at})
    return token


def bearer_of(text: str) -> Bearer | None:
    """The person of a token that is valid today and may sign in; otherwise nobody."""
    if not text.isascii() or not text.startswith(_MARK) or len(text) > 200:
        return None
    found = ApiToken.objects.filter(prefix=text[:_PREFIX]).select_related("user").first()
    # A comparison in any case, so that the time taken tells nothing about known prefixes.
    is_right = constant_time_compare(_digest(text), found.digest if found else "")
    if found is None or not is_right or not found.is_valid or not found.user.is_active:
        return None
    _notice(found)
    return Bearer(found.user, found.is_read_only)


def _notice(token: ApiToken) -> None:
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > _NOTICED:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
