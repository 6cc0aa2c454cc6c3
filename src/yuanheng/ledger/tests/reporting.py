"""A form that has been issued in the small world, for the tests of reporting."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from yuanheng.accounts.models import Grant
from yuanheng.kernel import clock
from yuanheng.kernel.flow import flow_for, open_case, perform
from yuanheng.ledger.actions import load_catalogue
from yuanheng.ledger.actions.drafts import Draft, save_drafts
from yuanheng.ledger.models import Form, FormPeriod, Submission
from yuanheng.registry.tests.world import make_world

NAMES = "firms\nscale_firms\nrevenue\nrd_spend\nrd_intensity"
AUGUST = datetime(2024, 8, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def at(day: str):
    """Stop the clock at nine o'clock of a day."""
    moment = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return clock.stopped_at(moment)


def grants_since(world, day="2020-01-01"):
    """The tests go back in time; the grants must have been given before."""
    Grant.objects.filter(valid_from__lte=clock.today(), valid_until=None).update(valid_from=day)


def make_reporting_world():
    """The small world with the catalogue and one form issued on 2 August 2024."""
    made = make_world()
    load_catalogue(acting_user=made.root)
    grants_since(made)
    with at("2024-08-02"):
        made.form = issue_form(made)
    return made


def draft_form(world, by=None, **values):
    given = {
        "title": "园区月报", "form_code": "YB01", "frequency": "month", "rank": "",
        "region": None, "due_days": 5, "first_period": "", "indicator_names": NAMES, "note": "",
    }  # fmt: skip
    return open_case(
        acting_user=by or world.analyst, flow=flow_for(Form), values={**given, **values}
    )


def issue_form(world, by=None, **values):
    """Drafted and asked for by the analyst, issued by the administrator."""
    form = draft_form(world, by, **values)
    form = perform(acting_user=by or world.analyst, case=form, action="ask")
    return perform(acting_user=world.chief, case=form, action="issue")


def submission_of(form, world=None) -> Submission:
    row = FormPeriod.objects.get(form=form)
    return Submission.objects.get(form_period=row)


def fill(submission, user, values, **more):
    """{indicator: text} for the park LSJ."""
    drafts = [Draft("LSJ", code, text=text, **more) for code, text in values.items()]
    return save_drafts(acting_user=user, submission=submission, drafts=drafts)


FILLED = {"firms": "71", "scale_firms": "49", "revenue": "1,234.5", "rd_spend": "２３.4"}


def do(submission, user, action, reason="", **values):
    return perform(
        acting_user=user,
        case=Submission.objects.get(pk=submission.pk),
        action=action,
        reason=reason,
        values=values,
    )


def messages_of(call):
    """What a ValidationError says."""
    try:
        call()
    except ValidationError as error:
        return " ".join(error.messages)
    raise AssertionError("nothing was refused")
