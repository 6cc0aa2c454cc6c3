"""Where a target stands, as its page, the tree and a workbook show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.calc.series import Forecast
from yuanheng.kernel.figures import MISSING, exact, figure, measured
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.choices import CurveKind, TargetKind
from yuanheng.ledger.models import Subject, Target
from yuanheng.ledger.queries.hidden import is_masked
from yuanheng.ledger.queries.target_course import period_of
from yuanheng.ledger.queries.targets import Standing, children_sum, standings
from yuanheng.ledger.tasks import Gap, TaskOffer, task_offers
from yuanheng.ledger.views.target_chart import chart_of

_GREY = {"unknown", "none"}


def shown(standing: Standing, user: Any) -> dict[str, Any]:
    """Everything of a target that is written somewhere, in words and figures."""
    target, one = standing.target, standing.target.indicator
    decimals = one.decimals if one is not None and target.kind == TargetKind.FIGURE else 0
    hides = is_masked(user, target)

    def number(value: float | None) -> str:
        return MASK if hides and value is not None else figure(value, decimals)

    found = standing.forecast
    return {
        "standing": standing,
        "target": target,
        "href": reverse("target-detail", args=[target.code]),
        "whose": str(target.bearer or ""),
        "unit": _unit(target),
        "aim": exact(target.aim) if target.aim is not None else "",
        "actual": number(standing.actual),
        "done": percent(standing.done),
        "due": percent(standing.due),
        "gap": points(standing.gap),
        "tone": _tone(standing),
        "half": half_text(standing),
        "missing": number(standing.missing),
        "is_reached": standing.missing == 0,
        "forecast": number(found.value) if found else MISSING,
        "interval": interval(standing, number),
        "verdict": "" if hides else verdict(standing),
        "light": light_of(standing),
        "as_of": standing.day,
        "basis": basis_text(standing),
        "hides": hides,
    }


def _unit(target: Target) -> str:
    one = target.indicator
    return one.unit_shown if one is not None and target.kind == TargetKind.FIGURE else ""


def percent(share: float | None) -> str:
    """``45.20%``"""
    return MISSING if share is None else f"{figure(share * 100, 1)}%"


def points(gap: float | None) -> str:
    """``−5.0 points``"""
    if gap is None:
        return MISSING
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return _("%(number)s points") % {"number": sign + figure(abs(gap), 1)}


def _tone(standing: Standing) -> str:
    if standing.gap is None:
        return ""
    return "good" if standing.gap >= 0 else "bad"


def half_text(standing: Standing) -> str:
    """双过半 in a word."""
    if standing.is_past_half is None:
        return ""
    return _("past half in time") if standing.is_past_half else _("not past half by June")


def interval(standing: Standing, number: Any) -> str:
    """``98.20–121.40`` of a forecast, in the unit of the aim."""
    found = standing.forecast
    if found is None or found.low is None or found.high is None or len(standing.reached) == 12:
        return ""
    high = number(found.high) if found.high != float("inf") else "∞"
    return f"{number(found.low)}–{high}"


def verdict(standing: Standing) -> str:
    """``reach`` or ``miss``: where the whole interval of the forecast lies on one side of the aim,
    which a light of today's pace doesn't say."""
    found, aim = standing.forecast, standing.target.aim
    if found is None or aim is None or not interval(standing, exact):
        return ""
    assert found.low is not None
    assert found.high is not None
    one = standing.target.indicator
    if standing.target.kind == TargetKind.FIGURE and one is not None and one.direction == "lower":
        return "miss" if found.low > aim else "reach" if found.high <= aim else ""
    return "miss" if found.high < aim else "reach" if found.low >= aim else ""


def light_of(standing: Standing) -> dict[str, Any] | None:
    """What ``kernel/components/light.html`` draws."""
    light = standing.light
    if light is None or standing.target.kind == TargetKind.HEADING:
        return None
    words = {"red": _("Red"), "orange": _("Orange"), "yellow": _("Yellow"), "blue": _("Blue"),
             "green": _("Green")}  # fmt: skip
    colour = "grey" if light.colour in _GREY else light.colour
    clause = _("; ").join(part for part in (light.words, light.clause) if part)
    return {"colour": colour, "words": words.get(colour, _("not known")), "clause": clause}


def basis_text(standing: Standing) -> str:
    """Of whom the actual is."""
    words = {
        "own": _("its own reports"),
        "parks": _("the sum of the parks that report it"),
        "counted": _("counted from the ledger"),
        "listed": _("list kept by hand"),
    }
    return words.get(standing.basis, "")


def forecast_sentence(standing: Standing) -> str:
    """By which method, and how wrong it was last year."""
    found = standing.forecast
    if found is None or len(standing.reached) == 12:
        return ""
    if found.method == "count":
        return _count_sentence(found)
    method = {
        "share": _("what has been reached is the share of the year that the same months were in "
                   "earlier years"),
        "growth": _("the months to come are last year's, grown as the months so far have grown"),
        "change": _("the level moves as it did in the same months of earlier years"),
    }[found.method]  # fmt: skip
    said = {"method": method, "years": found.tried_years}
    if found.error_last_year is None:
        return _("Method: %(method)s. There is no earlier year on which it could be tried.") % said
    missed = figure(abs(found.error_last_year) * 100, 1)
    side = _("too high") if found.error_last_year > 0 else _("too low")
    text = _(
        "Method: %(method)s. At this month of last year it was %(missed)s%% %(side)s; the "
        "interval is made of its errors in %(years)d earlier years and holds four times in five."
    )
    return text % {**said, "missed": missed, "side": side}


def _count_sentence(found: Forecast) -> str:
    text = _(
        "Method: each is forecast by itself from its own earlier years, and those that reach the "
        "level are counted; the interval is from those that surely do to those that may."
    )
    if found.last_year is None:
        never = _("There is no earlier year on which it could be tried.")
        return f"{text} {never}"
    said, came = found.last_year
    told = _("At this month of last year it gave %(said)d; %(came)d came out.")
    return f"{text} {told % {'said': said, 'came': came}}"


def plan_words(standing: Standing) -> str:
    """Which plan was followed, and if it isn't the one that was asked for, why."""
    words = {
        CurveKind.EVEN: _("even: a twelfth each month"),
        CurveKind.LAST_YEAR: _("as last year went"),
        CurveKind.OWN: _("own figures"),
    }
    text = words[CurveKind(standing.plan_is)]
    if standing.plan and standing.plan_is != standing.target.curve:
        text += _(" (what was chosen can't be followed: last year isn't known month by month, or "
                  "the figures don't fit)")  # fmt: skip
    return text


def gap_sentence(standing: Standing, words: dict[str, Any]) -> str:
    """What a task would be made of."""
    said = {"name": standing.target.shown_name, "actual": measured(words["actual"], words["unit"]),
            "aim": measured(words["aim"], words["unit"]),
            "missing": measured(words["missing"], words["unit"]), "gap": words["gap"]}  # fmt: skip
    text = _("%(name)s: %(actual)s of %(aim)s, %(missing)s still missing, "
             "%(gap)s against the plan.")  # fmt: skip
    return text % said


def standing_panel(row: Target, request: HttpRequest) -> dict[str, Any] | None:
    """The card on a target's page."""
    if row.kind == TargetKind.HEADING:
        return None
    standing = standings_of(row, request.user)[row.pk]
    words = shown(standing, request.user)
    behind = standing.gap is not None and standing.gap < 0 and not words["is_reached"]
    offers = _offers(request.user, standing, words) if behind else []
    hides = words["hides"]
    return {
        **words,
        "chart": None if hides else chart_of(standing),
        "plan_words": plan_words(standing),
        "how": forecast_sentence(standing),
        "will_reach": standing.will_reach,
        "is_over": len(standing.reached) == 12,
        "offers": offers,
        "months": [] if hides else _months(standing),
        "rows": names_on_list(row),
    }


def _offers(user: Any, standing: Standing, words: dict[str, Any]) -> list[TaskOffer]:
    """A task made of the gap of a target, filled in with what is known of it."""
    row = standing.target
    own = row.kind == TargetKind.FIGURE and row.indicator is not None
    subject = _subject_of(row) if own else None
    title = _("%(subject)s: close the gap of “%(name)s”") if row.bearer else ""
    gap = Gap(
        title=(title or _("Close the gap of “%(name)s”"))
        % {"name": row.shown_name, "subject": row.bearer},
        words=gap_sentence(standing, words),
        indicator_id=row.indicator_id if own else None,
        subject_id=subject,
        value=None if words["hides"] else standing.actual,
        period=_reached_in(standing),
        aim=row.aim,
        href=reverse("target-detail", args=[row.code]),
    )
    return task_offers(user, gap)


def _reached_in(standing: Standing) -> str:
    """Of what is added up, what was reached from January to the last month that is known; of a
    level or a count, that month."""
    if standing.day is None:
        return ""
    return period_of(standing.target, standing.day.year, standing.day.month).label


def _subject_of(row: Target) -> int | None:
    for name in ("enterprise", "park", "region"):
        key = getattr(row, f"{name}_id")
        if key is not None:
            found = Subject.objects.filter(kind=name, **{name: key})
            return found.values_list("pk", flat=True).first()
    return None


def _months(standing: Standing) -> list[dict[str, Any]]:
    one = standing.target.indicator
    decimals = one.decimals if one is not None and standing.target.kind == "figure" else 1
    return [
        {
            "month": month + 1,
            "plan": figure(standing.plan[month], decimals) if standing.plan else MISSING,
            "actual": figure(standing.reached[month], decimals)
            if month < len(standing.reached) and month not in standing.silent
            else MISSING,
        }
        for month in range(12)
    ]


def names_on_list(row: Target) -> list[tuple[str, bool]]:
    """Names of a list with whether they count."""
    if row.kind != TargetKind.LISTED:
        return []
    lines = [line.strip() for line in row.members.splitlines() if line.strip()]
    return [(line.lstrip("○").strip(), not line.startswith("○")) for line in lines]


def children_panel(row: Target, request: HttpRequest) -> dict[str, Any] | None:
    """The targets below, and whether they add up."""
    found = standings_of(row, request.user)
    below = [one.target for one in found.values() if one.target.pk != row.pk]
    if not below:
        return None
    return {
        "rows": [shown(found[one.pk], request.user) for one in below],
        "sum": sum_sentence(row, below),
    }


def standings_of(row: Target, user: Any) -> dict[int, Standing]:
    """Where a target and those below it stand; read once for a page."""
    kept = row.__dict__.get("_standings")
    if kept is None or kept[0] != user.pk:
        below = (
            Target.objects.visible_to(user)
            .current()
            .filter(parent=row)
            .select_related("indicator", "region", "park__region", "enterprise", "parent")
            .order_by("position", "code")
        )
        kept = (user.pk, standings([row, *below], user))
        row.__dict__["_standings"] = kept
    found: dict[int, Standing] = kept[1]
    return found


def sum_sentence(row: Target, below: Sequence[Target]) -> str:
    """Whether the parts of a target come to it."""
    together = children_sum(row, below)
    if together is None or row.aim is None:
        return ""
    figures = {"sum": together, "aim": row.aim, "gap": abs(together - row.aim)}
    said = {name: measured(exact(value), _unit(row)) for name, value in figures.items()}
    if together + 1e-9 * abs(row.aim) < row.aim:
        text = _("The targets below add up to %(sum)s, %(gap)s less than the %(aim)s of this one.")
    elif together > row.aim:
        text = _("The targets below add up to %(sum)s, %(gap)s more than this one asks.")
    else:
        text = _("The targets below add up to this one.")
    return text % said
