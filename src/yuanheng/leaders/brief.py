"""The page before a visit: the same sentences on paper and as a Word file, each one A4 page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.figures import figure, official_day
from yuanheng.kernel.official_word import (
    LINES,
    OfficialDocument,
    Text,
    estimated_lines,
)
from yuanheng.leaders.pictures import Picture, chain_members, last_seen_words
from yuanheng.leaders.questions import Question, three_questions
from yuanheng.ledger.api import TargetPosition

_LONGEST = 60  # characters of a sentence that quotes somebody
ON_PAPER = (5, 5)  # targets and late matters on the printed page
_STEPS = ((4, 4), (3, 3), (2, 3), (2, 2), (1, 2), (1, 1))  # for the Word page, until it fits


@dataclass(frozen=True, slots=True)
class Brief:
    """What stands on the page; sentences in the language of the page."""

    picture: Picture
    title: str
    last: str
    moved: list[str]
    late: list[str]
    questions: list[Question]


def brief_of(picture: Picture, user: Any, limits: tuple[int, int] = ON_PAPER) -> Brief:
    """At most so many targets and late matters; what is left out is counted."""
    targets, late = limits
    if not picture.members:
        picture.members = chain_members(picture.link, user)
    return Brief(
        picture,
        _("Before a visit: %(target)s") % {"target": picture.link.target},
        _last(picture),
        [*_of_list(picture), _moved(picture), *_targets(picture, targets)],
        _late(picture, late),
        three_questions([picture], user),
    )


def _last(picture: Picture) -> str:
    if not picture.visits:
        return _("No visit has been recorded.")
    seen = picture.visits[0]
    ago = last_seen_words(picture)
    said = {"day": official_day(seen.on), "ago": ago, "saw": _cut(seen.saw)}
    text = _("Last visit %(day)s, %(ago)s: %(saw)s")
    open_tasks = [one for one in picture.tasks if one.source_code in picture.about.sources]
    if not open_tasks:
        return text % said
    left = _(" Of the problems found, tasks still open: %(count)d.")
    return text % said + left % {"count": len(open_tasks)}


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _of_list(picture: Picture) -> list[str]:
    """Where a project of the list stands; whom the register puts in a chain."""
    project = picture.link.project
    if project is not None:
        return [project_words(project)]
    if picture.members:
        names = _(", ").join(name for name, _page in picture.members[:5])
        return [_("Enterprises of the chain: %(names)s%(more)s") % {
            "names": names, "more": _(" and others") if len(picture.members) > 5 else ""
        }]  # fmt: skip
    return []


def project_words(project: Any) -> str:
    """Progress, day, who is responsible and where it stands."""
    said = {
        "stage": project.get_stage_display(), "share": project.progress,
        "due": official_day(project.deadline), "lead": project.lead or _("nobody yet"),
    }  # fmt: skip
    text = _("%(stage)s, progress %(share)d%%, due %(due)s, responsible: %(lead)s") % said
    return f"{text}；{project.words}" if project.words else text


def _moved(picture: Picture) -> str:
    now = picture.position
    if now is None:
        return _("No published evaluation holds it.")
    said = {
        "scheme": now.scheme, "period": now.period, "rank": now.rank, "score": figure(now.score),
    }  # fmt: skip
    text = _("%(scheme)s, %(period)s: rank %(rank)s, %(score)s points")
    return text % said + places_words(picture)


def places_words(picture: Picture) -> str:
    """`` (up 2 since the last visit)``: against the result that stood on that day, and without a
    visit against the run before."""
    places = picture.places
    if picture.last_visit is not None and not picture.is_evaluated_since:
        return _(" (nothing newer since the last visit)")
    if places is None:
        return ""
    words = (
        _("up %(count)d") if places > 0 else _("down %(count)d") if places < 0 else _("no change")
    )
    words = words % {"count": abs(places)} if places else words
    if picture.position_then is not None:
        return _(" (%(moved)s since the last visit)") % {"moved": words}
    return _(" (%(moved)s against the evaluation before)") % {"moved": words}


def _targets(picture: Picture, limit: int) -> list[str]:
    rows = sorted(picture.targets, key=lambda one: one.gap if one.gap is not None else 1e9)
    return [target_words(one) for one in rows[:limit]]


def target_words(one: TargetPosition) -> str:
    """What was reached, of what, and where it stood on the last visit."""
    said = {
        "name": one.name, "months": one.months, "actual": one.actual, "aim": one.aim,
        "done": one.done, "due": one.due, "then": one.then, "then_months": one.then_months,
        "year": one.year,
    }  # fmt: skip
    text = _("%(name)s: %(actual)s in %(months)d months of %(year)d, aim %(aim)s, "
             "%(done)s done where %(due)s was due")  # fmt: skip
    if one.then and one.then_months < one.months:
        text += _("; %(then)s on the last visit")
    return text % said


def _late(picture: Picture, limit: int) -> list[str]:
    task = _("Task “%(title)s”, due %(due)s, progress %(share)d%%, led by %(lead)s")
    lines = [
        task % {"title": _cut(one.title), "due": official_day(one.due_on), "share": one.progress,
                "lead": one.lead}
        for one in picture.late
    ]  # fmt: skip
    form = _("Form “%(title)s”, due %(due)s, not reported")
    lines += [
        form % {"title": one.title, "due": official_day(one.due_on)} for one in picture.submissions
    ]
    if picture.is_project_late:
        project = picture.link.project
        said = {"name": project, "due": official_day(project.deadline), "share": project.progress}
        lines.insert(0, _("Project “%(name)s”, due %(due)s, progress %(share)d%%") % said)
    if not lines:
        return [_("Nothing is late.")]
    left = len(lines) - limit
    return lines[:limit] + ([_("and %(count)d more") % {"count": left}] if left > 0 else [])


def word_of(picture: Picture, user: Any) -> OfficialDocument:
    """The same in the official layout, as much as fits on one page of 22 lines."""
    for limits in _STEPS:
        found = _word(brief_of(picture, user, limits))
        if estimated_lines(found) <= LINES:
            return found
    return found


def _word(brief: Brief) -> OfficialDocument:
    link = brief.picture.link
    duties = _("Linked to %(leader)s. ") % {"leader": link.leader}
    parts = [Text(duties + brief.last), Text(_("1. What moved"), 1)]
    sentence = _("%(words)s.")
    parts += [Text(sentence % {"words": one.rstrip("。.")}) for one in brief.moved]
    parts.append(Text(_("2. What is late"), 1))
    parts += [Text(sentence % {"words": one.rstrip("。.")}) for one in brief.late]
    parts.append(Text(_("3. Three questions"), 1))
    for one in brief.questions:
        words = f"{one.text}" + (_(" (%(figure)s)") % {"figure": one.figure} if one.figure else "")
        parts.append(Text(words))
    today = clock.today()
    return OfficialDocument(
        title=brief.title, parts=parts, number=_("As of %(day)s") % {"day": official_day(today)}
    )
