"""The bulletin (督查通报) as a Word file in the official layout: the same figures as its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.figures import MISSING, figure, official_day
from yuanheng.kernel.official_word import OfficialDocument, Table, Text

_TASKS = (3, 1.6, 2.1, 1)


def bulletin_word(told: Mapping[str, Any], *, sender: str, number: str) -> OfficialDocument:
    """``told`` is the context of the bulletin's page; ``sender`` the office that circulates it,
    which signs it too. ``number`` (发文字号) may be empty."""
    said = {name: told[name] for name in ("issued", "running", "closed", "in_time")}
    said |= {"late": len(told["late"]), "first": official_day(told["first"])}
    said |= {"last": official_day(told["last"])}
    overall = _(
        "From %(first)s to %(last)s %(issued)d tasks were issued, %(closed)d closed, %(in_time)d "
        "of these in time; %(running)d are running, %(late)d of them overdue."
    )
    parts: list[Text | Table] = [Text(_("I. Overall"), 1), Text(overall % said)]
    parts += [Text(_("II. Overdue"), 1), *_tasks(told["late"])]
    parts += [Text(_("III. Red and yellow lights"), 1)]
    parts += _tasks([*told["red"], *told["yellow"]])
    parts += [Text(_("IV. Supervision slips"), 1), *_slips(told["slips"])]
    parts += [Text(_("V. Units"), 1), *_units(told["units"])]
    return OfficialDocument(
        title=_("Supervision bulletin on the tasks of the parks"),
        parts=parts,
        sender=sender,
        number=number,
        signed_by=sender,
        signed_on=told["last"],
    )


def _none() -> list[Text | Table]:
    return [Text(_("None."))]


def _tasks(lines: Sequence[Mapping[str, Any]]) -> list[Text | Table]:
    if not lines:
        return _none()
    headers = [_("Task"), _("lead unit"), _("deadline"), _("Progress")]
    rows = [
        [one["task"].title, one["task"].lead or MISSING,
         official_day(one["finish_on"]),
         f"{one['task'].progress}%"]
        for one in lines
    ]  # fmt: skip
    return [Table(headers, rows, _TASKS)]


def _slips(rows: Sequence[Any]) -> list[Text | Table]:
    if not rows:
        return _none()
    headers = [_("Number"), _("Colour"), _("Unit"), _("Matter")]
    found = [
        [one, one.get_colour_display(), one.responsible or MISSING, one.clock.subject_label]
        for one in rows
    ]
    return [Table(headers, found, (1.8, 0.7, 1.5, 3))]


def _units(units: Sequence[Mapping[str, Any]]) -> list[Text | Table]:
    if not units:
        return _none()
    headers = [
        _("No."), _("Unit"), _("Score"), _("Closed tasks"), _("In time"), _("Running tasks"),
        _("Overdue tasks"),
    ]  # fmt: skip
    rows = [
        [number, one["unit"], figure(one["score"]), one["closed"], one["in_time"], one["running"],
         one["late"]]
        for number, one in enumerate(units, 1)
    ]  # fmt: skip
    return [Table(headers, rows, (0.6, 2, 1, 0.9, 0.9, 0.9, 0.9))]
