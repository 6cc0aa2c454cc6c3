"""Writes of the room: meetings, who is asked, who came, minutes put on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit, User
from yuanheng.documents.api import put_on_desk
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, create_row, record
from yuanheng.kernel.directory import directory
from yuanheng.kernel.figures import moment
from yuanheng.kernel.notices import notify
from yuanheng.kernel.policies import EDIT, Refused, can, policy_for, require
from yuanheng.meetings.authz import KEEPERS, own_units
from yuanheng.meetings.models import AskedUnit, Meeting, SignIn
from yuanheng.supervision.api import SourceKind, register_source


def add_meeting(*, acting_user: Any, values: Mapping[str, Any]) -> Meeting:
    """A meeting of the person's office, with the next code of the year."""
    given = {**values, "code": _next_code()}
    if "owner_id" not in given:
        given["owner_id"] = _office(acting_user)
    row: Any = create_row(acting_user=acting_user, model=Meeting, values=given)
    return row


def _office(user: Any) -> int:
    held = [org for role, org in directory().posts(user) if role in KEEPERS]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    if not held:
        raise Refused(policy_for(Meeting).refusal(EDIT))
    return min(held)


def _next_code() -> str:
    begin = f"M{clock.today().year}-"
    codes = Meeting.objects.filter(code__startswith=begin).values_list("code", flat=True)
    return f"{begin}{max((int(one[len(begin) :]) for one in codes), default=0) + 1:03d}"


@action("meetings.ask_units")
def ask_units(
    *, acting_user: Any, meeting: Meeting, org_unit_ids: Iterable[int], venue: str = "",
    who: str = "",
) -> int:  # fmt: skip
    """Ask units to a venue and tell their people; one that was asked already moves there.

    ValidationError for a venue that the meeting hasn't, or without any unit.
    """
    require(acting_user, EDIT, meeting)
    keys = sorted(set(org_unit_ids))
    if not keys:
        raise ValidationError({"units": _("Choose at least one unit.")})
    if venue not in {one["key"] for one in meeting.venues}:
        raise ValidationError({"venue": _("The meeting has no such venue.")})
    for pk in keys:
        AskedUnit.objects.update_or_create(
            meeting=meeting, org_unit_id=pk, defaults={"venue": venue, "who": who}
        )
    people: Any = User.objects.filter(org_unit__in=keys, is_active=True)
    text = _("You are asked to “%(title)s”, %(at)s.")
    said = {"title": meeting.title, "at": moment(meeting.held_at)}
    link = reverse("meeting-detail", args=[meeting.code])
    notify(people=people, code="meetings.asked", text=text % said, link=link)
    names = _(", ").join(OrgUnit.objects.filter(pk__in=keys).values_list("name", flat=True))
    record(meeting, after={"units_asked": names, "to_venue": venue, "to_come": who})
    return len(keys)


@action("meetings.sign_in")
def sign_in(
    *, acting_user: Any, meeting: Meeting, org_unit_id: int, name: str, title: str = ""
) -> SignIn:
    """Somebody of an asked unit has come. Written down on the day, by somebody of the unit or by
    the organisers. Raises Refused, and ValidationError on another day or for a unit not asked."""
    asked = AskedUnit.objects.filter(meeting=meeting, org_unit=org_unit_id).first()
    if asked is None:
        raise ValidationError(_("This unit isn't asked to the meeting."))
    if org_unit_id not in own_units(acting_user) and not can(acting_user, EDIT, meeting):
        raise Refused(_("You sign in for your own unit only; the organisers may for others."))
    if not meeting.is_today:
        said = {"at": moment(meeting.held_at)}
        raise ValidationError(_("People sign in on the day of the meeting: %(at)s.") % said)
    if SignIn.objects.filter(asked=asked, name=name).exists():
        raise ValidationError({"name": _("%(name)s has signed in already.") % {"name": name}})
    row = SignIn(asked=asked, name=name, title=title, made_by=acting_user)
    row.full_clean()
    row.save()
    record(meeting, after={"signed_in": f"{asked.org_unit} {name}"})
    return row


@action("meetings.add_minutes")
def add_minutes(*, acting_user: Any, meeting: Meeting, file_name: str, data: bytes) -> str:
    """The minutes onto the desk, where a worker reads them; what is accepted there becomes tasks
    with the meeting as their source. The code of the document. Raises Refused, ValidationError."""
    require(acting_user, EDIT, meeting)
    if not meeting.source_link:
        meeting.source_link = register_source(
            acting_user=acting_user, kind=SourceKind.MEETING, title=meeting.title,
            said_by=meeting.chair, held_on=meeting.day,
            link=reverse("meeting-detail", args=[meeting.code]),
        )  # fmt: skip
    code = put_on_desk(
        acting_user=acting_user, file_name=file_name, data=data,
        source_link=meeting.source_link,
    )  # fmt: skip
    meeting.minutes_link = reverse("document-detail", args=[code])
    meeting.save(update_fields=["minutes_link", "source_link"])
    record(meeting, after={"minutes": code, "source": meeting.source_link})
    return code
