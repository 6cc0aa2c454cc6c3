"""``yh check``, ``yh schema``, ``yh schemes``: scheme files before they are used."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.places import scheme_file, schemes_directory
from yuanheng.cli.printing import columns, fault_line, json_text, show

if TYPE_CHECKING:
    from yuanheng.calc.faults import Fault

CHECK_HELP = explained(
    "检查方案文件，一次列出全部问题：严重程度、行号、位置、说明。",
    "Check a scheme file; every fault at once: severity, line, path, sentence.",
    "yh check 我的方案.yaml",
    "yh check 我的方案.yaml --format",
)
SCHEMA_HELP = explained(
    "打印方案文件的 JSON Schema，供编辑器和其他程序使用。",
    "Print the JSON Schema of scheme files, for editors and other programs.",
    "yh schema > scheme.schema.json",
)
SCHEMES_HELP = explained(
    "列出自带的方案。",
    "List the schemes that come with the program.",
    "yh schemes",
)
UNREADABLE = {"no_such_file", "unreadable_scheme"}


def check(
    scheme: Annotated[str, typer.Argument(help="方案文件 / scheme file", metavar="SCHEME")],
    format_: Annotated[
        bool,
        typer.Option("--format", help="改写成规范版式，保留注释 / write the canonical layout"),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> int:
    path = scheme_file(scheme)
    if format_ and path != Path(scheme):
        raise CallError(
            f"--format 要改写文件，请给出路径而不是名字：{path}",
            f"--format rewrites the file; give its path, not its name: {path}",
        )
    faults, content = found_faults(path)
    errors = sum(fault.severity == "error" for fault in faults)
    formatted = format_file(path) if format_ and content else None
    if json_:
        show(json_text(_report(path, content, formatted, faults)))
        return PROBLEMS if errors else 0
    for fault in faults:
        show(fault_line(fault))
    if formatted is not None:
        done = ("已改写为规范版式", "rewritten in the canonical layout")
        show(say(*(done if formatted else ("已是规范版式", "already in the canonical layout"))))
    show(
        say(
            f"{path}：{errors} 个错误，{len(faults) - errors} 个警告。",
            f"{path}: {errors} errors, {len(faults) - errors} warnings.",
        )
    )
    return PROBLEMS if errors else 0


def found_faults(path: Path) -> tuple[list[Fault], str]:
    """Every fault, and the content's hash, empty where the form itself is wrong."""
    from yuanheng.calc.evaluation import check_scheme
    from yuanheng.calc.faults import FaultyInput
    from yuanheng.engine import read_scheme_file

    try:
        text = read_scheme_file(path)
    except FaultyInput as error:
        if any(fault.code in UNREADABLE for fault in error.faults):
            raise
        return error.faults, ""
    return check_scheme(text), text.hash


def format_file(path: Path) -> bool:
    """Write the canonical layout in place, whole or not at all; whether anything changed."""
    from yuanheng.calc.scheme import format_scheme_text, read_scheme_text

    before = path.read_text(encoding="utf-8-sig")
    after = format_scheme_text(before)
    if read_scheme_text(after).hash != read_scheme_text(before).hash:
        raise AssertionError("formatting changed the content")
    if after.encode() == path.read_bytes():
        return False
    handle, work = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(after)
        Path(work).chmod(path.stat().st_mode & 0o777)
        Path(work).replace(path)
    except BaseException:
        Path(work).unlink(missing_ok=True)
        raise
    return True


def _report(
    path: Path, content: str, formatted: bool | None, faults: list[Fault]
) -> dict[str, Any]:
    errors = sum(fault.severity == "error" for fault in faults)
    report: dict[str, Any] = {
        "file": str(path),
        "scheme_hash": content or None,
        "errors": errors,
        "warnings": len(faults) - errors,
        "faults": [
            {
                "severity": fault.severity,
                "code": fault.code,
                "line": fault.line,
                "path": fault.path,
                "start": fault.start,
                "end": fault.end,
                "zh": fault.zh,
                "en": fault.en,
            }
            for fault in faults
        ],
    }
    if formatted is not None:
        report["formatted"] = formatted
    return report


def schema() -> None:
    from yuanheng.calc.scheme import json_schema

    show(json_text(json_schema()))


def schemes(
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    found = [head_of(path) for path in sorted(schemes_directory().glob("*.yaml"))]
    if json_:
        show(json_text(found))
        return
    sample, published = say("示例", "sample"), say("公开", "published")
    rows = [
        [
            one["id"],
            one["period"],
            sample if one["nature"] == "sample" else published,
            (one["title_en"] if current() == "en" else "") or one["title"],
        ]
        for one in found
    ]
    zh, en = ["名字", "评价期", "性质", "标题"], ["name", "period", "nature", "title"]
    for line in columns(en if current() == "en" else zh, rows):
        show(line)
    show(say(f"目录：{schemes_directory()}", f"They lie in {schemes_directory()}"))


def head_of(path: Path) -> dict[str, str]:
    """The plain lines at the head of a scheme file, read without the whole of it."""
    head = {"id": path.stem, "title": "", "title_en": "", "period": "", "nature": "", "place": ""}
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        match = re.match(r"([a-z_]+): +(.+)$", line)
        if match and match[1] in head:
            head[match[1]] = re.sub(r"\s+#.*$", "", match[2]).strip().strip("\"'")
    return {**head, "file": str(path)}
