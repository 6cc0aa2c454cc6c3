"""What is checked of the source before its tests run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

# None where all is well, ``skipped: why``, or what is wrong.
Check = Callable[[Path], str | None]

_IMPORT_LINTER = "from importlinter.cli import lint_imports_command as c; c()"
_MIGRATIONS = (
    "from yuanheng.web import setup; setup();"
    "from django.core.management import call_command;"
    "call_command('makemigrations', check=True, dry_run=True)"
)


def checks() -> list[tuple[str, Check]]:
    """All of them, the quickest first."""
    return [
        ("no address in requirements", addresses),
        (
            "ruff check",
            _python("-m", "ruff", "check", "--no-cache", "--output-format=concise", "."),
        ),
        (
            "ruff format",
            _python(
                "-m", "ruff", "format", "--no-cache", "--check", "--output-format=concise", "."
            ),
        ),
        ("import-linter", _python("-c", _IMPORT_LINTER, "--no-cache")),
        ("migrations current", _python("-c", _MIGRATIONS)),
        ("catalogue current", catalogue),
        ("mypy", _python("-m", "mypy", "--cache-dir", os.devnull)),
    ]


def run_python(
    words: Sequence[str],
    root: Path,
    *,
    cwd: Path | None = None,
    home: str = "",
    capture: bool = False,
) -> subprocess.CompletedProcess[str]:
    """This Python with other words, on the sources under ``root``."""
    path = os.pathsep.join([str(root / "src"), str(root)])
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    if home:
        environ |= {"YUANHENG_HOME": home, "YUANHENG_DATABASE_URL": ""}
    return subprocess.run(  # noqa: S603  our own words, no shell
        [sys.executable, *words],
        cwd=cwd,
        env=environ,
        capture_output=capture,
        text=True,
        check=False,
    )


def _python(*words: str) -> Check:
    def check(root: Path) -> str | None:
        with tempfile.TemporaryDirectory(prefix="yuanheng-") as home:
            done = run_python(words, root, cwd=root, home=home, capture=True)
        if done.returncode == 0:
            return None
        return (done.stdout + done.stderr).strip() or f"ended with {done.returncode}"

    return check


def addresses(root: Path) -> str | None:
    """A lock must install from whatever registry a person has configured."""
    found = [
        f"{path.relative_to(root)}:{number}: {line}"
        for path in sorted((root / "requirements").glob("*"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"https?://|--(extra-)?index-url|--find-links", line)
    ]
    return "\n".join(found) or None


def catalogue(root: Path) -> str | None:
    """Every text has its Chinese, and collecting the texts again changes nothing."""
    files = sorted((root / "src").glob("yuanheng/**/locale/**/*.po"))
    empty = [
        str(path.relative_to(root)) for path in files if untranslated(path.read_text("utf-8"))
    ]
    if empty:
        return "untranslated or fuzzy texts in " + ", ".join(empty)
    if not (root / "src/yuanheng/web/catalogue.py").is_file():
        return "skipped: this version has no catalogue"
    if shutil.which("xgettext") is None:
        return "skipped: GNU gettext is not installed"
    with tempfile.TemporaryDirectory(prefix="yuanheng-") as work:
        copy = Path(work)
        shutil.copytree(
            root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "tests")
        )
        done = run_python(["-m", "yuanheng.web.catalogue"], copy, home=work, capture=True)
        if done.returncode:
            return done.stdout + done.stderr
        found = sorted((copy / "src").glob("yuanheng/**/locale/**/*.po"))
        names = [path.relative_to(copy) for path in found]
        old = [str(name) for name in names if not _same(copy / name, root / name)]
    return f"run python -m yuanheng.web.catalogue; out of date: {', '.join(old)}" if old else None


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def untranslated(text: str) -> bool:
    """Whether a catalogue holds a fuzzy entry or one without text.

    >>> untranslated('msgid ""\\nmsgstr ""\\n"Language: zh"\\n\\nmsgid "a"\\nmsgstr ""\\n')
    True
    """
    # The header, the entry of the empty text, carries no text and may be called fuzzy.
    return bool(re.search(r'^#, .*fuzzy.*\n(?!msgid ""\n)|^msgstr(\[\d\])? ""\n(?!")', text, re.M))
