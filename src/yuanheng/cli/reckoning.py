"""``yh reckon``: land and tax by the mu, or the units' figures (1+N), by the web's actions."""

from __future__ import annotations

import csv
import io
import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.importing import acting_user
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import remark, show
from yuanheng.cli.progress import progress
from yuanheng.cli.serving import refuse_old_database
from yuanheng.cli.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HELP = explained(
    "核算一年的亩均用地面积和税收（per-mu），或部门、街镇的“1+N”考核数据（units），写入台账。",
    "Reckon a year's land and tax by the mu (per-mu), or the units' 1+N figures (units), into the "
    "ledger.",
    "yh reckon per-mu 2025 --user analyst --out 亩均.csv",
    "yh reckon units 2026 --user analyst",
)
YEARS = range(1990, 2101)
SHOWN = 20


class What(StrEnum):
    """What can be reckoned."""

    PER_MU = "per-mu"
    UNITS = "units"


def reckon(
    what: Annotated[What, typer.Argument(help="per-mu 亩均，units 1+N / what")],
    year: Annotated[int, typer.Argument(help="年度 / the year")],
    user: Annotated[
        str, typer.Option("--user", help="以谁的名义，默认第一个管理员 / in whose name")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="把结果另存为 .csv / keep the result as a table")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> int:
    refuse_old_database()
    from django.utils import translation

    if year not in YEARS:
        raise CallError(
            f"年度 {year} 不对；请写四位年度，例如 2025。",
            f"{year} is no year; write one such as 2025.",
        )
    person = acting_user(user)
    reckoned = _per_mu if what is What.PER_MU else _units
    with translation.override("en" if current() == "en" else "zh-hans"), progress() as step:
        step("核算", "reckoning")
        said, rows, problems = _done(lambda: reckoned(person, year))
    if out is not None:
        write_whole(out, _table(rows))
    if as_json:
        show(json.dumps({"said": said, "rows": rows}, ensure_ascii=False, default=str))
        return PROBLEMS if problems else 0
    show(said)
    for line in problems[:SHOWN]:
        remark(f"  {line}")
    if len(problems) > SHOWN:
        rest = len(problems) - SHOWN
        remark(say(f"另有 {rest} 条。", f"{rest} more."))
    return PROBLEMS if problems else 0


Reckoned = tuple[str, list[dict[str, Any]], list[str]]
"""What is said of it, the rows, and what is missing."""


def _done(reckoned: Callable[[], Reckoned]) -> Reckoned:
    """What is refused in the web is refused here with the same sentence."""
    from django.core.exceptions import ValidationError

    from yuanheng.appraisal.api import NobodyToAppraise
    from yuanheng.estate.api import NothingToReckon
    from yuanheng.kernel.policies import Refused

    try:
        return reckoned()
    except ValidationError as error:
        said = " ".join(error.messages)
    except (Refused, NothingToReckon, NobodyToAppraise) as error:
        said = str(error)
    raise CallError(said, said)


def _per_mu(person: Any, year: int) -> Reckoned:
    from django.db import transaction

    from yuanheng.estate.api import Reckoning, in_words, reckon_year

    with transaction.atomic():
        summary = reckon_year(acting_user=person, year=year)
    found = Reckoning.objects.visible_to(person).filter(year=year, is_current=True)
    english = current() == "en"
    rows, problems = [], []
    for one in found.select_related("enterprise", "head").order_by("enterprise__credit_code"):
        lacks = [pair[english] for pair in one.problems]
        rows.append(
            {
                "code": one.enterprise.credit_code,
                "name": one.enterprise.name,
                "area_mu": one.area_mu,
                "tax_yuan": one.tax_yuan,
                "counted_with": one.head.name if one.head else "",
                "missing": "；".join(lacks),
            }
        )
        problems += [f"{one.enterprise.name}  {text}" for text in lacks]
    return in_words(summary), rows, problems


def _units(person: Any, year: int) -> Reckoned:
    from yuanheng.appraisal.api import reckon_units

    made = reckon_units(acting_user=person, year=year)
    rows = [
        {"code": one.org_unit.code, "name": one.org_unit.name, "as_of": one.as_of, **one.values}
        for one in made
    ]
    said = say(
        f"{len(made)} 个单位 {year} 年的考核数据已写入台账。",
        f"The figures of {len(made)} units of {year} are in the ledger.",
    )
    return said, rows, []


def _table(rows: Iterable[dict[str, Any]]) -> str:
    """As .csv that spreadsheets open as UTF-8; what isn't known stays empty."""
    rows = list(rows)
    heads = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, heads, restval="")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return "\ufeff" + stream.getvalue()
