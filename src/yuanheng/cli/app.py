"""All commands of ``yh``, in the order in which the help lists them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import typer

from yuanheng.cli import (
    auditing,
    backups,
    checking,
    comparing,
    diagnosing,
    evaluating,
    explaining,
    importing,
    improving,
    installation,
    quality,
    reading,
    reckoning,
    robustness,
    serving,
    ticking,
    verifying,
    working,
)
from yuanheng.cli.language import explained
from yuanheng.cli.printing import show

HELP = """园衡:按公开的方案评价园区和企业,每个分数都能说到源表的单元格。

Yuanheng evaluates industrial parks and enterprises by published schemes.

--lang en(或 YUANHENG_LANG=en)用英文 / speaks English.
退出码 / exit codes: 0 完成 done · 1 发现问题 problems found · 2 用法或输入有误 wrong call or input
"""
HELP_HELP = explained("列出全部命令。", "List all commands.", "yh help", "yh help evaluate")
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def help_(context: typer.Context, name: str = typer.Argument("", metavar="[COMMAND]")) -> int:
    group = command()
    if not name:
        show(context.parent.get_help() if context.parent else "")
        return 0
    result = group.main(args=[name, "--help"], prog_name="yh", standalone_mode=False)
    return result if isinstance(result, int) else 0


# Name, one line for the list, help, function.
COMMANDS: list[tuple[str, str, str, Callable[..., Any]]] = [
    ("demo", "示例城市 / demonstration", serving.DEMO_HELP, serving.demo),
    ("evaluate", "评价 / evaluate a table", evaluating.HELP, evaluating.evaluate),
    ("explain", "说明得分 / explain a score", explaining.HELP, explaining.explain),
    ("compare", "比较两次评价 / compare two runs", comparing.HELP, comparing.compare),
    ("verify", "核验评价 / verify runs", verifying.HELP, verifying.verify),
    ("robustness", "名次有多可靠 / sure ranks", robustness.HELP, robustness.robustness),
    ("diagnose", "逐项比对 / gaps to others", diagnosing.HELP, diagnosing.diagnose),
    ("improve", "最省力的提升 / shortest way up", improving.HELP, improving.improve),
    ("read", "读文件 / read documents", reading.HELP, reading.read),
    ("check", "检查方案 / check a scheme", checking.CHECK_HELP, checking.check),
    ("schemes", "自带的方案 / shipped schemes", checking.SCHEMES_HELP, checking.schemes),
    ("schema", "方案的 JSON Schema", checking.SCHEMA_HELP, checking.schema),
    ("serve", "启动网页 / start the web server", serving.SERVE_HELP, serving.serve),
    ("migrate", "升级数据库 / migrate", serving.MIGRATE_HELP, serving.migrate),
    ("reindex", "重建搜索 / search index", serving.REINDEX_HELP, serving.reindex),
    ("createadmin", "建管理员 / administrator", serving.ADMIN_HELP, serving.createadmin),
    ("tick", "处理到期事项 / take what is due", ticking.HELP, ticking.tick),
    ("work", "执行后台任务 / do long jobs", working.HELP, working.work),
    ("import", "导入表 / import a table", importing.HELP, importing.import_table),
    ("reckon", "核算亩均和1+N / land by the mu, 1+N", reckoning.HELP, reckoning.reckon),
    ("verify-audit", "核验操作日志 / the audit log", auditing.HELP, auditing.verify_audit),
    ("backup", "备份 / back up", backups.BACKUP_HELP, backups.backup),
    ("restore", "恢复 / restore", backups.RESTORE_HELP, backups.restore),
    ("check-install", "检查安装 / the machine", installation.HELP, installation.check_install),
    ("test", "检查和测试 / checks and tests", quality.TEST_HELP, quality.test),
    ("bench", "性能测试 / benchmarks", quality.BENCH_HELP, quality.bench),
    ("help", "帮助 / help", HELP_HELP, help_),
]


def _build() -> typer.Typer:
    app = typer.Typer(
        help=HELP,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    for name, short, text, function in COMMANDS:
        words = PASS_ON if function in (quality.test, quality.bench) else None
        app.command(name, short_help=short, help=text, context_settings=words)(function)
    return app


@functools.cache
def command() -> Any:
    """The command group, ready to parse words."""
    return typer.main.get_command(_build())
