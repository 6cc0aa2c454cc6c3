"""``yh import``: regions, parks and enterprises from a table, by the path that the web takes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import remark, show
from yuanheng.cli.progress import progress
from yuanheng.cli.serving import refuse_old_database

if TYPE_CHECKING:
    from yuanheng.kernel.actions.imports import ImportReport

HELP = explained(
    "把地区、园区或企业的表导入登记库：有错误的行时一行也不写。",
    "Import a table of regions, parks or enterprises; where a row is faulty nothing is written.",
    "yh import enterprises 企业名录.xlsx",
)
SHOWN = 20


class Register(StrEnum):
    """The registers that take a table, in the order in which an empty system needs them."""

    REGIONS = "regions"
    PARKS = "parks"
    ENTERPRISES = "enterprises"


def import_table(
    register: Annotated[Register, typer.Argument(help="导入到哪里 / which register")],
    file: Annotated[Path, typer.Argument(help="数据表 / the table", metavar="FILE")],
    user: Annotated[
        str, typer.Option("--user", help="以谁的名义，默认第一个管理员 / in whose name")
    ] = "",
    leave_out_faulty: Annotated[
        bool, typer.Option("--leave-out-faulty", help="略过有错误的行 / leave out faulty rows")
    ] = False,
) -> int:
    refuse_old_database()
    from django.utils import translation

    from yuanheng.kernel.actions.imports import import_path
    from yuanheng.kernel.importing import importer_for

    importer = importer_for(register.value)
    if importer is None:
        raise CallError(f"还不能导入“{register}”。", f"“{register}” can't be imported yet.")
    with translation.override("en" if current() == "en" else "zh-hans"), progress() as step:
        step("导入", "importing")
        report = import_path(
            acting_user=acting_user(user),
            importer=importer,
            path=file,
            leave_out_faulty=leave_out_faulty,
        )
        return _report(report)


def acting_user(name: str) -> Any:
    """The person in whose name it is written down."""
    from yuanheng.accounts.models import User

    people = User.objects.filter(is_active=True)
    chosen = people.filter(username=name) if name else people.filter(is_superuser=True)
    found = chosen.order_by("pk").first()
    if found is None:
        who = f"用户“{name}”" if name else "管理员"
        raise CallError(
            f"没有{who}；请先执行 yh createadmin。",
            f"There is no {f'user “{name}”' if name else 'administrator'}; run yh createadmin.",
        )
    return found


def _report(report: ImportReport) -> int:
    counts = report.counts
    for note in report.notes:
        remark(say("提示  ", "note  ") + note)
    for line, key, message in report.faults[:SHOWN]:
        remark(say(f"  第 {line} 行  {key}  {message}", f"  row {line}  {key}  {message}"))
    if len(report.faults) > SHOWN:
        rest = len(report.faults) - SHOWN
        remark(say(f"另有 {rest} 行有错误。", f"{rest} more rows are faulty."))
    if not report.committed:
        remark(
            say(
                f"{len(report.faults)} 行有错误，什么也没有写入；"
                "请改正，或加 --leave-out-faulty。",
                f"{len(report.faults)} rows are faulty and nothing was written; mend them, or "
                "add --leave-out-faulty.",
            )
        )
        return PROBLEMS
    show(
        say(
            f"新增 {counts['new']}，更改 {counts['changed']}，"
            f"不变 {counts['unchanged']}，略过 {counts['faulty']}。",
            f"{counts['new']} new, {counts['changed']} changed, "
            f"{counts['unchanged']} unchanged, {counts['faulty']} left out.",
        )
    )
    return PROBLEMS if report.faults else 0
