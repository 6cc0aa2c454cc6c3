"""``yh work``: do the long jobs that people have asked for, beside the server or instead of it."""

from __future__ import annotations

import signal
import threading
from typing import Annotated, Any

import typer

from yuanheng.cli.language import explained, say
from yuanheng.cli.printing import show
from yuanheng.cli.serving import refuse_old_database

HELP = explained(
    "执行后台任务（大的导入、导出）。服务运行时会自动执行；任务多时可另开几个。",
    "Do long jobs (large imports and exports). A running server does them by itself.",
    "yh work",
    "yh work --once",
)


def work(
    once: Annotated[
        bool, typer.Option("--once", help="做完现有任务即退出 / stop when none is left")
    ] = False,
) -> int:
    refuse_old_database()
    from yuanheng.kernel.jobs.kinds import Lane
    from yuanheng.kernel.jobs.worker import work_off, work_until, working

    if once:
        done = work_off()
        show(say(f"完成 {done} 个任务。", f"{done} jobs done."))
        return 0
    over = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    show(say("等待任务，按 Ctrl-C 停止。", "Waiting for jobs; stop with Ctrl-C."))
    with working([Lane.QUICK, Lane.HEAVY]):
        work_until(over)
    return 0
