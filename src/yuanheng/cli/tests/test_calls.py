"""What every call promises: help with an example, exit codes, quiet endings."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from yuanheng.cli.app import COMMANDS
from yuanheng.cli.tests.conftest import surroundings

NAMES = [name for name, *_ in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example(yh, name):
    answer = yh(name, "--help")
    assert answer.code == 0
    assert "例 / Example:" in answer.out
    example = answer.out.split("例 / Example:")[1].strip().splitlines()[0]
    assert f"yh {name}" in example


def test_help_lists_every_command(yh):
    for words in ([], ["help"], ["--help"]):
        answer = yh(*words)
        assert answer.code == 0
        for name in NAMES:
            assert re.search(rf"^  {name} ", answer.out, flags=re.M), name


def test_help_of_one_command(yh):
    assert yh("help", "evaluate").out == yh("evaluate", "--help").out


def test_examples_of_help_name_options_that_exist(yh):
    for name in NAMES:
        text = yh(name, "--help").out
        examples = text.split("例 / Example:")[1].split("\n\n")[0]
        options = text.split("Options:")[1]
        for option in re.findall(r" (--[a-z-]+)", examples):
            assert option in options or name in ("test", "bench"), (name, option)


WRONG = [
    (["evalute"], "没有命令“evalute”。是否想写：evaluate"),
    (["evaluate"], "缺少 'SCHEME'"),
    (["evaluate", "a", "b"], "缺少 '--out'"),
    (["evaluate", "a", "b", "--ot", "c"], "没有选项 --ot。是否想写 --out"),
    (["evaluate", "a", "b", "c", "--out", "d"], "多出了参数：c。"),
    (["evaluate", "a", "b", "--out"], "选项 --out 后面缺少值"),
    (["evaluate", "a", "b", "--out", "d", "--seed", "x"], "应为整数"),
    (["demo", "--port", "0"], "数字太小"),
    (["import", "towns", "a.csv"], "只能是 'regions', 'parks', 'enterprises'"),
    (["--lang", "fr", "schemes"], "--lang 可写 zh 或 en"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_calls(yh, words, said):
    answer = yh(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_wrong_call_in_english(yh):
    assert "There is no command “evalute”. Did you mean evaluate" in yh("evalute", "--lang=en").err


@pytest.mark.parametrize("name", ["robustness", "improve", "verify", "land", "read"])
def test_commands_of_later_versions_are_not_there(yh, name):
    assert yh(name).code == 2


def test_fault_of_the_program_goes_to_a_file(yh, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no such thing")

    monkeypatch.setattr("yuanheng.cli.checking.schemes_directory", broken)
    answer = yh("schemes")
    assert answer.code == 3
    assert "Traceback" not in answer.err
    path = Path(re.search(r"已写入 (\S+\.txt)", answer.err)[1])
    assert "ZeroDivisionError: no such thing" in path.read_text("utf-8")
    path.unlink()


def test_interruption_is_quiet(yh, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yuanheng.cli.checking.schemes_directory", interrupted)
    answer = yh("schemes")
    assert (answer.code, answer.err) == (130, "")


def test_closed_pipe_is_quiet():
    words = f"{sys.executable} -m yuanheng schema | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {words}"],
        env=surroundings(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


def test_help_is_quick_and_imports_nothing_heavy():
    code = (
        "import sys; from yuanheng.cli.ending import run; run(['--help']);"
        "heavy = {'django', 'duckdb', 'numpy', 'pydantic', 'rich'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    # Half a second on a quiet machine. Time of the processor: a busy machine makes all wait.
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


def test_interrupt_ends_the_process_with_130():
    code = (
        "import os, signal, sys; sys.argv = ['yh', 'schemes'];"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # a shell's & ignores it
        "from yuanheng.cli import checking; from yuanheng.__main__ import main;"
        "checking.schemes_directory = lambda: eval('os.kill(os.getpid(), signal.SIGINT)'); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings(), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
