"""评价税收: which kinds of tax count, each included or not, plus additions made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaxRule:
    """Whether a kind of tax counts, and by which share (0.5: half of it)."""

    kind: str
    counts: bool = True
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class TaxItem:
    """An amount of one kind. ``is_addition``: put in by hand (exemption credit of an exporter,
    policy relief), with a note."""

    kind: str
    amount: float | None
    is_addition: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatedTax:
    """The sum in the unit given; ``parts`` are (kind, amount, what counts of it, zh, en)."""

    amount: float | None
    parts: tuple[tuple[str, float | None, float | None, str, str], ...]
    problems: tuple[tuple[str, str], ...] = ()


def evaluated_tax(items: Iterable[TaxItem], rules: Iterable[TaxRule]) -> EvaluatedTax:
    """What counts of the taxes by the list of kinds.

    A kind that the list doesn't name is a problem and makes the sum unknown: nothing is silently
    counted or left out. So does an amount that isn't known of a kind that counts.

    >>> rules = [TaxRule("增值税"), TaxRule("海关代征", counts=False)]
    >>> evaluated_tax([TaxItem("增值税", 80.0), TaxItem("海关代征", 30.0)], rules).amount
    80.0
    """
    known = {one.kind: one for one in rules}
    parts: list[tuple[str, float | None, float | None, str, str]] = []
    problems: list[tuple[str, str]] = []
    total = 0.0
    for item in items:
        rule = TaxRule(item.kind) if item.is_addition else known.get(item.kind)
        if rule is None:
            problems.append(
                (
                    f"税种清单里没有“{item.kind}”，请先写明是否计入",
                    f"the list of tax kinds doesn't name “{item.kind}”; say whether it counts",
                )
            )
            parts.append((item.kind, item.amount, None, "清单未列", "not in the list"))
            continue
        if not rule.counts:
            parts.append((item.kind, item.amount, 0.0, "不计入", "doesn't count"))
            continue
        if item.amount is None:
            problems.append((f"“{item.kind}”没有数", f"“{item.kind}” has no figure"))
            parts.append((item.kind, None, None, "缺数", "missing"))
            continue
        counted = item.amount * rule.share
        total += counted
        how = ("人工加计", "added by hand") if item.is_addition else ("计入", "counts")
        share = "" if rule.share == 1 else f" × {rule.share:g}"
        parts.append((item.kind, item.amount, counted, how[0] + share, how[1] + share))
    amount = None if problems else round(total, 6) + 0.0
    return EvaluatedTax(amount, tuple(parts), tuple(problems))
