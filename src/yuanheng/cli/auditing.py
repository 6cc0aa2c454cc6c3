"""``yh verify-audit``: proves that nobody changed the audit log."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import explained, say
from yuanheng.cli.printing import show
from yuanheng.cli.progress import progress
from yuanheng.cli.serving import refuse_old_database

HELP = explained(
    "核验操作日志：逐条核对哈希链，查出被改动、删除、调换的记录。"
    "把打印的末条序号和哈希抄录到系统之外，下次用 --noted 核对。",
    "Verify the audit log: finds a changed, missing or moved row. Note the printed end of the log "
    "outside the system; --noted checks a later log against it.",
    "yh verify-audit",
    "yh verify-audit --noted 1024:9f86…0a08",
)
# What is wrong, and what to do: by kind of problem.
_SAYS = {
    "changed": (
        "第 {n} 条被改动过：内容与它的哈希不符。",
        "Row {n} was changed: its content doesn't fit its hash.",
    ),
    "rows_changed": (
        "第 {n} 条所附的逐行变更被改动过（增、删或改）。",
        "The changed rows that belong to row {n} were altered.",
    ),
    "missing": ("缺少第 {n} 条。", "Row {n} is missing."),
    "reordered": (
        "第 {n} 条不在它原来的位置上（顺序被调换）。",
        "Row {n} isn't where it was written: rows were moved.",
    ),
    "truncated": (
        "日志末尾被截断：从第 {n} 条起缺失。",
        "The end of the log was cut off: rows from {n} on are missing.",
    ),
    "head": (
        "日志末尾的登记(kernel_audithead)与第 {n} 条不符。",
        "The entry that says where the log ends (kernel_audithead) doesn't fit row {n}.",
    ),
    "unchained": (
        "表中编号 {pk} 的记录不在链上：它是绕过系统写进去的。",
        "The row with id {pk} has no place in the chain: it was put in past the system.",
    ),
    "noted": (
        "第 {n} 条与抄录的哈希不符：整条链被重写过。",
        "Row {n} has another hash than the one noted: the whole log was written anew.",
    ),
}


def verify_audit(
    noted: Annotated[
        str,
        typer.Option(metavar="N:HASH", help="此前抄录的末条序号和哈希 / an end noted earlier"),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> int:
    known = _noted(noted)
    refuse_old_database()
    from yuanheng.kernel.audit import verify_log

    with progress() as step:
        step("核验操作日志", "verifying the audit log")
        verdict = verify_log(known)
    if as_json:
        show(json.dumps(_as_data(verdict), ensure_ascii=False, indent=2))
    elif verdict.problem is None:
        show(
            say(
                f"操作日志完好：共 {verdict.rows} 条，逐条相连。",
                f"The audit log is whole: {verdict.rows} rows, each linked to the one before.",
            )
        )
        show(
            say(
                f"末条 {verdict.sequence}:{verdict.hash}（请抄录保存）",
                f"It ends with {verdict.sequence}:{verdict.hash} (note it down)",
            )
        )
    else:
        _show_problem(verdict)
    return 0 if verdict.holds else 1


def _noted(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if not match:
        raise CallError(
            f"--noted 后面应是“序号:哈希”，现在是“{text}”；请照 yh verify-audit 打印的末条抄写。",
            f"--noted takes NUMBER:HASH, not “{text}”; write what yh verify-audit printed.",
        )
    return int(match[1]), match[2]


def _show_problem(verdict: Any) -> None:
    found = verdict.problem
    words = _SAYS[found.kind]
    show(say(*(text.format(n=found.sequence, pk=found.pk) for text in words)))
    if found.pk is not None and found.kind != "unchained":
        show(say(f"  表中编号：{found.pk}", f"  id in the table: {found.pk}"))
    show(say(f"  前一条：{found.before or '—'}", f"  row before: {found.before or '—'}"))
    show(say(f"  后一条：{found.after or '—'}", f"  row after: {found.after or '—'}"))
    show(
        say(
            "请先停用数据库写入、保留现状，把它与最近的备份（yh backup）逐条比对，"
            "并报告审计人员；不要自行修补日志。",
            "Stop writing to the database and keep it as it is, compare these rows with the last "
            "backup (yh backup) and tell the auditor; don't mend the log.",
        )
    )


def _as_data(verdict: Any) -> dict[str, Any]:
    found = verdict.problem
    problem = None
    if found:
        text = say(*(one.format(n=found.sequence, pk=found.pk) for one in _SAYS[found.kind]))
        problem = {
            "kind": found.kind,
            "sequence": found.sequence,
            "id": found.pk,
            "before": found.before,
            "after": found.after,
            "text": text,
        }
    return {
        "holds": verdict.holds,
        "rows": verdict.rows,
        "head": {"sequence": verdict.sequence, "hash": verdict.hash},
        "problem": problem,
    }
