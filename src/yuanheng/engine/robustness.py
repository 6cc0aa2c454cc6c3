"""How sure the ranks of a run are, subject by subject, in words and as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yuanheng.calc.robustness import CHOICE_NAMES, Robustness, Uncertainty, assess
from yuanheng.engine.loaded import LoadedRun, load_run
from yuanheng.engine.run_directory import RunDirectory


@dataclass(frozen=True, slots=True)
class RobustRun:
    """The assessment of a run with the names of its subjects."""

    found: Robustness
    loaded: LoadedRun
    record: dict[str, Any]

    @property
    def order(self) -> list[int]:
        """The subjects' places by ranking and rank."""
        return [int(n) for n in np.lexsort([self.found.rank, self.found.scopes])]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One flat row a subject, by ranking and rank."""
        it, groups = self.found, self._groups()
        found = []
        for at in self.order:
            row = int(it.rows[at])
            found.append(
                {
                    "id": self.loaded.ids[row],
                    "name": self.loaded.names[row],
                    "group": self.loaded.group_of(row),
                    "score": float(it.score[at]),
                    "rank": int(it.rank[at]),
                    "rank_low": int(it.low[at]),
                    "rank_median": int(it.median[at]),
                    "rank_high": int(it.high[at]),
                    "rank_mean": round(float(it.mean[at]), 4),
                    "same_rank": round(float(it.share_same[at]), 4),
                    "together": groups.get(at),
                    "grades": {
                        grade: round(float(share), 4)
                        for grade, share in zip(it.scale, it.grades[at], strict=True)
                    },
                }
            )
        return found

    def _groups(self) -> dict[int, int]:
        together = self.found.together or []
        return {member: number for number, group in enumerate(together, 1) for member in group}

    @property
    def together(self) -> list[list[str]] | None:
        """The ids of those who cannot be told apart, groups of two and more."""
        if self.found.together is None:
            return None
        ids = self.loaded.ids
        return [
            [ids[int(self.found.rows[at])] for at in group]
            for group in self.found.together
            if len(group) > 1
        ]

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """What it comes to, Chinese and English."""
        it = self.found
        zh = "、".join(CHOICE_NAMES[c][0] for c in it.active)
        en = ", ".join(CHOICE_NAMES[c][1] for c in it.active)
        width = it.high - it.low
        sentences = [
            (
                f"同时变动{zh}，重算 {it.replicates} 次（随机种子 {it.seed}）。",
                f"{it.replicates} replicates (seed {it.seed}), moving {en} together.",
            ),
            (
                f"参加排名的 {len(it.rows)} 家，名次区间（5%~95%）宽度的中位数是 "
                f"{int(np.median(width))} 位，最宽 {int(width.max())} 位。",
                f"Of {len(it.rows)} rated the median width of the 5–95 % rank interval is "
                f"{int(np.median(width))} places, the widest {int(width.max())}.",
            ),
        ]
        sentences += self._about_groups()
        if it.indices:
            sentences.append(self._what_matters())
        return sentences

    def _about_groups(self) -> list[tuple[str, str]]:
        groups = self.together
        if groups is None:
            return [
                (
                    "参评家数较多，不逐对比较相邻名次。",
                    "There are too many subjects to compare neighbours pair by pair.",
                )
            ]
        if not groups:
            return [("每一个名次都分得开。", "Every rank can be told from the next.")]
        sizes = max(len(group) for group in groups)
        return [
            (
                f"有 {len(groups)} 组名次分不出先后（任何两家之间，没有一家在 95% 以上的情形中"
                f"领先），最大的一组 {sizes} 家。",
                f"{len(groups)} groups cannot be told apart (of no two is one ahead in 95 % of "
                f"the replicates); the largest has {sizes}.",
            )
        ]

    def _what_matters(self) -> tuple[str, str]:
        first = max(self.found.indices, key=lambda index: index.total)
        zh, en = CHOICE_NAMES[first.choice]
        share = f"{first.total:.0%}"
        return (
            f"对名次影响最大的是“{zh}”：名次变动的 {share} 与它有关"
            f"(单独作用 {max(first.first, 0):.0%})。",
            f"What moves the ranks most is {en}: {share} of their variance involves it "
            f"({max(first.first, 0):.0%} by itself).",
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        it = self.found
        return {
            "run_hash": self.record.get("run_hash"),
            "scheme_hash": self.record.get("scheme_hash"),
            "data_hash": self.record.get("data_hash"),
            "replicates": it.replicates,
            "evaluations": it.evaluations,
            "seed": it.seed,
            "interval": [0.05, 0.95],
            "choices": self._choices(),
            "subjects": self.rows,
            "together": self.together,
            "sensitivity": [
                {
                    "choice": index.choice,
                    "first": round(index.first, 6),
                    "first_error": round(index.first_error, 6),
                    "total": round(index.total, 6),
                    "total_error": round(index.total_error, 6),
                }
                for index in it.indices
            ],
            "sentences": [{"zh": zh, "en": en} for zh, en in self.sentences],
        }

    def _choices(self) -> dict[str, Any]:
        it = self.found.uncertainty
        weights: Any = {"share": it.weights}
        if it.concentration is not None:
            weights = {"dirichlet": it.concentration}
        said: dict[str, Any] = {
            "weights": weights,
            "normalisation": list(it.normalisations),
            "imputation": list(it.imputations),
            "aggregation": list(it.aggregations),
            "benchmarks": {"share": it.benchmarks},
            "error": {"deviation": it.error},
            "left_out": {"at_a_time": 1},
        }
        return {choice: said[choice] for choice in self.found.active}


def assess_run(
    directory: Path | str,
    *,
    replicates: int = 1000,
    seed: int = 0,
    uncertainty: Uncertainty | None = None,
    with_sensitivity: bool = True,
    told: Callable[[int, int], None] | None = None,
) -> RobustRun:
    """Assess an existing run directory. The same seed gives the same figures.

    Raises FaultyInput if it is no run, or if fewer than two subjects are rated.
    """
    with RunDirectory(directory) as run:
        loaded = load_run(run)
        found = assess(
            loaded.built,
            loaded.columns,
            loaded.rows,
            replicates=replicates,
            seed=seed,
            uncertainty=uncertainty,
            with_sensitivity=with_sensitivity,
            told=told,
        )
        return RobustRun(found, loaded, run.record)
