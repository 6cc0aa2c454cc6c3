"""A run's subject held against others, from its directory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yuanheng.calc.diagnosis import Diagnosis, Gap, Reference, diagnose, reference_in, sentences
from yuanheng.calc.evaluation.program import GROUP
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.engine.loaded import LoadedRun, load_run
from yuanheng.engine.own_moves import OWN_NAMES, own_moves
from yuanheng.engine.run_directory import RunDirectory

WAYS = ("mean", "best", "previous", "ideal")


@dataclass(frozen=True, slots=True)
class DiagnosedSubject:
    """A diagnosis with the subject's id and name; against its own last year also why it moved."""

    id: str
    name: str | None
    found: Diagnosis
    score_by: dict[str, float] = field(default_factory=dict)
    places_by: dict[str, float] = field(default_factory=dict)

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """The diagnosis in words, Chinese and English."""
        written = sentences(self.found, self.name or self.id)
        moved = {p: v for p, v in self.places_by.items() if abs(v) >= 0.005}
        if moved:
            total = sum(moved.values())
            listed = sorted(moved.items(), key=lambda pair: -abs(pair[1]))
            zh = "、".join(f"{OWN_NAMES[p][0]} {v:+.2f} 位" for p, v in listed)
            en = ", ".join(f"{OWN_NAMES[p][1]} {v:+.2f}" for p, v in listed)
            word = f"上升 {total:.0f} 位" if total >= 0 else f"下降 {-total:.0f} 位"
            written.append(
                (f"与上期相比名次{word}:{zh}。", f"Places won since last time {total:+.0f}: {en}.")
            )
        return written

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        it = self.found
        return {
            "id": self.id,
            "name": self.name,
            "against": it.reference.against,
            "reference": {"zh": it.reference.zh, "en": it.reference.en},
            "score": it.score,
            "rank": it.rank,
            "rank_of": it.count,
            "items": [gap_row(gap) for gap in it.gaps],
            "strengths": [gap.item.item for gap in it.strengths],
            "weaknesses": [gap.item.item for gap in it.weaknesses],
            "score_by": {part: round(value, 6) for part, value in self.score_by.items()},
            "places_by": {part: round(value, 6) for part, value in self.places_by.items()},
            "sentences": [{"zh": zh, "en": en} for zh, en in self.sentences],
        }


def gap_row(gap: Gap) -> dict[str, Any]:
    """One item as plain data."""
    return {
        "item": gap.item.item,
        "name": gap.item.name,
        "unit": gap.item.measure,
        "better": gap.item.better,
        "weight": gap.item.weight,
        "value": gap.value,
        "reference": gap.reference,
        "gap": gap.gap,
        "share": gap.share,
        "ahead": gap.ahead,
        "points": gap.points,
        "reference_points": gap.reference_points,
        "points_gap": gap.points_gap,
        "score_if_closed": gap.score_if_closed,
        "rank_if_closed": gap.rank_if_closed,
        "places": gap.places,
    }


def diagnose_run(
    directory: Path | str,
    subject: str,
    against: str = "mean",
    previous: Path | str | None = None,
    loaded: LoadedRun | None = None,
) -> DiagnosedSubject:
    """Diagnose a subject of a run against ``mean``, ``best``, ``ideal``, ``previous`` (its own
    figures in the run directory ``previous``) or another subject's id. ``loaded``: the run, where
    it is in memory already. Raises FaultyInput."""
    with RunDirectory(directory) as run:
        loaded = loaded or load_run(run)
        row = loaded.place(subject)
        if against == "previous":
            return _against_previous(run, loaded, row, previous)
        reference = _reference(loaded, row, against)
        found = diagnose(loaded.built, loaded.columns, loaded.rows, row, reference)
        return DiagnosedSubject(subject, loaded.names[row], found)


def _reference(loaded: LoadedRun, row: int, against: str) -> Reference:
    built, columns = loaded.built, loaded.columns
    if against in ("mean", "ideal"):
        return reference_in(built, columns, row, against)  # type: ignore[arg-type]
    if against == "best":
        found = reference_in(built, columns, row, "best")
        assert found.row is not None
        name = loaded.label(found.row)
        return reference_in(built, columns, row, "best", name=name)
    if against not in loaded.ids:
        raise FaultyInput(
            [
                Fault(
                    "no_such_rival",
                    f"--against 的“{against}”既不是 {'、'.join(WAYS)}，也不是表里的代码。",
                    f"--against “{against}” is neither {', '.join(WAYS)} nor an id of the table.",
                )
            ]
        )
    rival = loaded.place(against)
    return reference_in(built, columns, row, "subject", rival, loaded.label(rival))


def _against_previous(
    run: RunDirectory, loaded: LoadedRun, row: int, previous: Path | str | None
) -> DiagnosedSubject:
    if previous is None:
        raise FaultyInput(
            [
                Fault(
                    "previous_missing",
                    "与本单位上期比，要用 --previous 指定上一期的结果目录。",
                    "To compare with its own previous figures give the earlier run: --previous.",
                )
            ]
        )
    subject = loaded.ids[row]
    with RunDirectory(previous) as before:
        earlier = load_run(before)
        reference = _own(earlier, earlier.place(subject), loaded, row, before)
        found = diagnose(loaded.built, loaded.columns, loaded.rows, row, reference)
        score_by, places_by = own_moves(before, run, subject)
    if earlier.group_of(earlier.place(subject)) != loaded.group_of(row):
        places_by = {}
    return DiagnosedSubject(subject, loaded.names[row], found, score_by, places_by)


def _own(
    earlier: LoadedRun, then: int, loaded: LoadedRun, row: int, before: RunDirectory
) -> Reference:
    """Its own values and points of the earlier run, by the codes of the items."""
    values: dict[str, float | None] = {}
    points: dict[str, float | None] = {}
    units = {i.item: i.measure for i in loaded.built.program.items}
    for item in earlier.built.program.items:
        if item.group != earlier.columns[GROUP][then] or units.get(item.item) != item.measure:
            continue
        value = float(earlier.columns[item.value][then])
        values[item.item] = None if value != value else value
        points[item.item] = float(earlier.columns[item.points][then])
    period = before.record.get("period", "")
    return Reference("previous", f"本单位上期（{period}）", f"itself in {period}", values, points)
