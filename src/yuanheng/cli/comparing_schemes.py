"""``yh compare SCHEME SCHEME``: two schemes item by item, and on one table who stands where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yuanheng.cli.language import current, say
from yuanheng.cli.printing import columns, figure, json_text, show
from yuanheng.cli.progress import progress
from yuanheng.cli.whole_files import write_whole

if TYPE_CHECKING:
    from yuanheng.engine import SchemesCompared

SHOWN = 20


def compare_texts(
    one: Path,
    other: Path,
    data: Path | None,
    period: str | None,
    *,
    json_: bool,
    out: Path | None,
) -> None:
    """Print the comparison, and write it whole where asked."""
    from yuanheng.engine import compare_scheme_files

    with progress() as step:
        step("比较两个方案", "comparing the schemes")
        found = compare_scheme_files(one, other, data, period=period)
    text = json_text(found.to_dict())
    if out is not None:
        write_whole(out, text + "\n")
    if json_:
        show(text)
        return
    show(say(f"前：{found.titles[0]}", f"First: {found.titles[0]}"))
    show(say(f"后：{found.titles[1]}", f"Second: {found.titles[1]}"))
    for zh, en in found.sentences:
        show(en if current() == "en" else zh)
    for line in [*_items(found), *_moves(found)]:
        show(line)


def _items(found: SchemesCompared) -> list[str]:
    from yuanheng.calc.scheme.comparing import ASPECTS

    at = 1 if current() == "en" else 0
    rows = []
    for one in found.items:
        if one.same:
            continue
        notes = "; ".join(
            f"{ASPECTS[key][at]} {mine or '—'} → {theirs or '—'}"
            for key, mine, theirs in one.differences
        )
        rows.append([one.name, _share(one.weight_one), _share(one.weight_other), notes])
    if not rows:
        return []
    zh, en = ["指标", "前", "后", "不同之处"], ["item", "first", "second", "what differs"]
    return ["", *columns(en if at else zh, rows, " rr ")]


def _share(weight: float | None) -> str:
    return "—" if weight is None else f"{weight:.2%}"


def _moves(found: SchemesCompared) -> list[str]:
    moved = [one for one in found.ranked if one.places][:SHOWN]
    if not moved:
        return []
    rows = [
        [
            one.name,
            figure(one.rank_one),
            figure(one.rank_other),
            f"{one.places:+d}",
            f"{one.grade_one or '—'} → {one.grade_other or '—'}",
        ]
        for one in moved
    ]
    zh = ["名称", "前名次", "后名次", "进退", "等级"]
    en = ["name", "rank, first", "rank, second", "places", "grade"]
    return ["", *columns(en if current() == "en" else zh, rows, " rrr ")]
