"""``yh tick``: take what is due now, for a timer of the system where the server does not tick."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import explained, say
from yuanheng.cli.printing import remark, show
from yuanheng.cli.serving import refuse_old_database

HELP = explained(
    "处理到期事项：提醒、督办单、未送达的通知。服务运行时会自动执行，也可由系统定时调用。",
    "Take what is due: reminders, slips, notices. A running server does it by itself.",
    "yh tick",
    "yh tick --json",
)


def tick(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> int:
    refuse_old_database()
    from yuanheng.kernel.clocks import tick as take_what_is_due

    report = take_what_is_due()
    from yuanheng.kernel.jobs.worker import work_off

    work_off()  # where no server runs, a timer does the long jobs too
    if as_json:
        show(json.dumps(report.to_dict(), ensure_ascii=False, default=str))
    else:
        _show(report)
    return PROBLEMS if report.problems or report.untold else 0


def _show(report: Any) -> None:
    show(
        say(
            f"处理 {report.clocks} 个时限：提醒 {report.reminders} 条，督办单 {report.slips} 张，"
            f"用时 {report.seconds:.1f} 秒。",
            f"{report.clocks} clocks: {report.reminders} reminders, {report.slips} slips, "
            f"{report.seconds:.1f} s.",
        )
    )
    for name, said in report.parts.items():
        if said:
            show(f"{name}: {said}")
    if report.missing_years:
        years = "、".join(map(str, report.missing_years))
        remark(
            say(
                f"注意：{years} 年的放假安排还没有录入，"
                f"{report.provisional} 个时限的到期日是暂定的；"
                "请在“放假与调休”中录入。",
                f"Note: the days off of {years} are not entered; {report.provisional} due dates "
                "are provisional. Enter them under “days off”.",
            )
        )
    for text in report.untold:
        remark(say(f"没有找到通知对象：{text}", f"Nobody to tell: {text}"))
    for text in report.problems:
        remark(say(f"出错：{text}", f"Failed: {text}"))
