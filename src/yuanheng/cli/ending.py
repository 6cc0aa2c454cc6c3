"""How every call ends: an exit code, a sentence, and never a traceback for a wrong input.

0 done · 1 the work found problems · 2 the call or its input is wrong · 3 a fault of the program
(its traceback goes to a file) · 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import say, take_language
from yuanheng.cli.printing import fault_line, remark

PROBLEMS, WRONG, BROKEN, INTERRUPTED = 1, 2, 3, 130


def run(words: Sequence[str]) -> int:
    """Carry out a call and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = _guarded(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; nothing more may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _guarded(words: Sequence[str]) -> int:
    from typer.exceptions import Abort, TyperException

    try:
        kept = take_language(words)
    except ValueError as error:
        remark(
            say(
                f"没有语言“{error}”：--lang 可写 zh 或 en。", f"--lang is zh or en, not “{error}”."
            )
        )
        return WRONG
    try:
        return _carry_out(kept)
    except BrokenPipeError:
        raise
    except TyperException as error:
        return _wrong_call(error, kept)
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except CallError as error:
        remark(error.text())
        return WRONG
    except Exception as error:
        return _failed(error, words)


def _carry_out(words: list[str]) -> int:
    from yuanheng.cli.app import command

    try:
        result = command().main(args=words or ["--help"], prog_name="yh", standalone_mode=False)
    except SystemExit as error:
        # The parser's own way of ending when the reader of a pipe has gone.
        raise BrokenPipeError from error
    return result if isinstance(result, int) else 0


def _wrong_call(error: Any, words: list[str]) -> int:
    from yuanheng.cli.app import command
    from yuanheng.cli.usage import usage_text

    remark(usage_text(error, list(command().commands), words))
    return WRONG


def _failed(error: Exception, words: Sequence[str]) -> int:
    """A wrong input said with its faults; anything else is a fault of ours."""
    from yuanheng.calc.faults import FaultyInput
    from yuanheng.cli.usage import system_text

    if isinstance(error, FaultyInput):
        for fault in error.faults:
            remark(fault_line(fault))
        return WRONG
    if type(error).__name__ == "WrongEnvironment":
        remark(str(error))
        return WRONG
    text = system_text(error) if isinstance(error, OSError) else None
    if text is not None:
        remark(text)
        return WRONG
    handle, path = tempfile.mkstemp(prefix="yuanheng-error-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as report:
        report.write(f"yh {' '.join(words)}\n\n{traceback.format_exc()}")
    remark(
        say(
            f"程序出错（{type(error).__name__}），这不是您的数据的问题。详情已写入 {path}，"
            "请把它附在问题报告里。",
            f"The program failed ({type(error).__name__}); this is not your data's fault. "
            f"Details are in {path}; please attach them to a report.",
        )
    )
    return BROKEN
