"""What a person has to decide before a file is imported, and what they decided before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.importing.batch import Batch
from yuanheng.kernel.importing.matching.blocks import Blocks
from yuanheng.kernel.importing.matching.names import (
    core_of,
    grams,
    likeness,
    plain_address,
    score,
)
from yuanheng.kernel.models import MatchDecision
from yuanheng.kernel.models.exchange import Decision

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import TableImporter

ASKED_FROM = 0.8
"""From this score on a person is asked; below it a row is new without a question."""
_SHOWN = 3
_CHUNK = 900


@dataclass(slots=True)
class Answers:
    """``open`` are the questions without an answer, as the preview tells them."""

    open: dict[int, dict[str, Any]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)
    subjects: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Register:
    """Names and addresses of the rows that the person sees."""

    pks: list[Any]
    keys: list[str]
    names: list[str]
    addresses: list[frozenset[str]]
    blocks: Blocks


def ask(importer: TableImporter, batch: Batch) -> Answers:
    """Looks for rows that the register may have under another code; what was decided before is
    done, the rest is asked. Nothing is ever put together in silence."""
    answers = Answers()
    if not importer.match_by:
        return answers
    unknown = _unknown(importer, batch)
    register = _register(importer, batch) if unknown else None
    if register is not None and register.pks:
        _compare(importer, batch, unknown, register, answers)
    for at in unknown:
        if batch.keys[at] is None and at not in answers.open and at not in answers.skipped:
            said = _(
                "No code is given, and no row of the register is like this one. Write the code."
            )
            batch.fault(at, importer.key_name, said)
    return answers


def _unknown(importer: TableImporter, batch: Batch) -> list[int]:
    """Positions of the rows whose code the register doesn't have."""
    keys = [key for key in dict.fromkeys(batch.keys) if key]
    rows = models.QuerySet(importer.model).order_by()
    name = importer.key_name
    known: set[str] = set()
    if rows.exists():
        for start in range(0, len(keys), _CHUNK):
            some = rows.filter(**{f"{name}__in": keys[start : start + _CHUNK]})
            known.update(some.values_list(name, flat=True))
    return [at for at, key in enumerate(batch.keys) if key not in known]


def _register(importer: TableImporter, batch: Batch) -> _Register:
    name, address = importer.match_by
    rows = importer.model._default_manager.visible_to(batch.user)  # type: ignore[attr-defined]
    found = list(rows.order_by().values_list("pk", importer.key_name, name, address))
    return _Register(
        [row[0] for row in found],
        [str(row[1]) for row in found],
        [row[2] for row in found],
        [grams(plain_address(row[3] or "")) for row in found],
        Blocks([core_of(row[2]) for row in found]),
    )


def _compare(
    importer: TableImporter,
    batch: Batch,
    unknown: list[int],
    register: _Register,
    answers: Answers,
) -> None:
    address_column = batch.column(importer.match_by[1])
    asked: dict[int, list[dict[str, Any]]] = {}
    in_file = {key for key in batch.keys if key}
    for at in unknown:
        core = core_of(batch.labels[at])
        places = register.blocks.candidates(core) if core else []
        if not places:
            continue
        address = address_column[at]
        plain = plain_address(address) if isinstance(address, str) else ""
        found = _scored(register, places, core, plain, batch.keys[at])
        # Who stands in the file under their own code is somebody else.
        found = [one for one in found if one["key"] not in in_file]
        if found:
            asked[at] = found
            answers.subjects[at] = subject_of(batch.keys[at], core, plain)
    decisions = _decisions(importer.model, set(answers.subjects.values()))
    for at, candidates in asked.items():
        decision = decisions.get(answers.subjects[at])
        if decision is None:
            answers.open[at] = {"candidates": candidates, "subject": answers.subjects[at]}
            continue
        answers.decided.add(at)
        _follow(importer, batch, at, decision, register, answers)


def _scored(
    register: _Register, places: list[int], core: str, address: str, key: str | None
) -> list[dict[str, Any]]:
    own, own_address = grams(core), grams(address)
    found = []
    for place in places:
        names = likeness(own, register.blocks.grams[place])
        theirs = register.addresses[place]
        addresses = likeness(own_address, theirs) if own_address and theirs else None
        result = score(names, addresses, codes_differ=key is not None)
        if result.value >= ASKED_FROM:
            found.append(
                {
                    "pk": register.pks[place],
                    "key": register.keys[place],
                    "label": register.names[place],
                    "score": result.value,
                    "reasons": list(result.reasons),
                }
            )
    found.sort(key=lambda one: (-one["score"], one["key"]))
    return found[:_SHOWN]


def subject_of(key: str | None, core: str, address: str) -> str:
    """Under which a decision is remembered: the same code, name and address ask no second time."""
    return hashlib.sha256("\n".join((key or "", core, address)).encode()).hexdigest()[:40]


def _decisions(model: type[models.Model], subjects: set[str]) -> dict[str, MatchDecision]:
    wanted = sorted(subjects)
    found: dict[str, MatchDecision] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = MatchDecision.objects.filter(
            model=model._meta.label, subject__in=wanted[start : start + _CHUNK]
        )
        found.update({row.subject: row for row in rows})
    return found


def _follow(
    importer: TableImporter,
    batch: Batch,
    at: int,
    decision: MatchDecision,
    register: _Register,
    answers: Answers,
) -> None:
    """Do what was decided before."""
    if decision.answer == Decision.SKIP:
        answers.skipped.add(at)
        return
    if decision.answer == Decision.NEW:
        return
    places = {str(pk): place for place, pk in enumerate(register.pks)}
    place = places.get(decision.target_pk)
    if place is None:
        batch.fault(at, importer.key_name, _("The record that this was said to be is gone."))
        return
    name = importer.model._meta.get_field(importer.key_name).attname
    batch.values[name][at] = batch.keys[at]  # their new code, or none: keep the old one
    batch.keys[at] = register.keys[place]
