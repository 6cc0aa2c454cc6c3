"""A diagnosis as an official would write it: where it stands, what holds it back, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from yuanheng.calc.diagnosis.diagnosing import Diagnosis, Gap
from yuanheng.calc.evaluation.explaining_words import number

Sentence = tuple[str, str]
NAMED = 3


def sentences(found: Diagnosis, name: str) -> list[Sentence]:
    """The diagnosis in sentences, Chinese and English."""
    return list(_sentences(found, name))


def _sentences(found: Diagnosis, name: str) -> Iterator[Sentence]:
    if found.score is not None:
        rank_zh = f"，在 {found.count} 家中列第 {found.rank} 位" if found.rank else ""
        rank_en = f", rank {found.rank} of {found.count}" if found.rank else ""
        score = number(found.score)
        yield f"{name}得分 {score}{rank_zh}。", f"{name} scores {score}{rank_en}."
    zh, en = found.reference.zh, found.reference.en
    strong, weak = found.strengths, found.weaknesses
    yield (
        f"与{zh}逐项比对：{len(strong)} 项领先，{len(weak)} 项落后，"
        f"{len(found.gaps) - len(strong) - len(weak)} 项持平或无可比数据。",
        f"Against {en}: ahead in {len(strong)} items, behind in {len(weak)}, level or not "
        f"comparable in {len(found.gaps) - len(strong) - len(weak)}.",
    )
    if strong:
        yield (
            "优势：" + "；".join(_lead_zh(gap) for gap in strong[:NAMED]) + "。",
            "Strengths: " + "; ".join(_lead_en(gap) for gap in strong[:NAMED]) + ".",
        )
    if weak:
        yield (
            "短板：" + "；".join(_lag_zh(gap) for gap in weak[:NAMED]) + "。",
            "Weaknesses: " + "; ".join(_lag_en(gap) for gap in weak[:NAMED]) + ".",
        )
        yield from _first_to_close(found, weak)
    missing = [gap.item.name for gap in found.gaps if gap.value is None]
    if missing:
        yield (
            f"缺数：{'、'.join(missing)}，请核实补报。",
            f"No figure: {', '.join(missing)}; check and report it.",
        )


def _first_to_close(found: Diagnosis, weak: list[Gap]) -> Iterator[Sentence]:
    """The gap whose closing wins most places, and what that comes to."""
    gains = [gap for gap in weak if gap.places and gap.places > 0]
    if not gains:
        if found.rank and found.rank > 1:
            yield (
                "单独补齐任何一项短板，名次都不会上升，需要几项一起提高。",
                "No single gap wins a place when it is closed: several have to move together.",
            )
        return
    best = max(gains, key=lambda gap: (gap.places or 0, gap.score_if_closed or 0))
    target = _figure(best.reference, best)
    yield (
        f"应先补“{best.item.name}”：达到 {target}，总分升至 {number(best.score_if_closed)}，"
        f"名次由第 {found.rank} 位升至第 {best.rank_if_closed} 位（其他不变）。",
        f"Close {best.item.name} first: at {target} the score is "
        f"{number(best.score_if_closed)} and the rank goes from {found.rank} to "
        f"{best.rank_if_closed}, all else unchanged.",
    )


def _figure(value: float | None, gap: Gap) -> str:
    return f"{number(value)}{gap.item.measure}"


def _against(gap: Gap, zh: bool) -> str:
    if gap.gap is None or gap.gap == 0:
        return _figure(gap.value, gap)
    more = gap.gap > 0
    word = ("高" if more else "低") if zh else ("above" if more else "below")
    share = "" if gap.share is None else f"{abs(gap.share):.1%}"
    share = share and (f"（{share}）" if zh else f"({share})")
    size = _figure(abs(gap.gap), gap)
    if zh:
        return f"{_figure(gap.value, gap)}，{word} {size}{share}"
    return f"{_figure(gap.value, gap)}, {size} {word} {share}".rstrip()


def _lead_zh(gap: Gap) -> str:
    return f"{gap.item.name} {_against(gap, True)}，多得 {number(gap.points_gap)} 分"


def _lead_en(gap: Gap) -> str:
    return f"{gap.item.name} {_against(gap, False)}, {number(gap.points_gap)} points more"


def _lag_zh(gap: Gap) -> str:
    return f"{gap.item.name} {_against(gap, True)}，少得 {number(-(gap.points_gap or 0))} 分"


def _lag_en(gap: Gap) -> str:
    lost = number(-(gap.points_gap or 0))
    return f"{gap.item.name} {_against(gap, False)}, {lost} points less"
