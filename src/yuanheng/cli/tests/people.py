"""A person at a terminal: ``yh`` in a process of its own, again and again.

Python reads the libraries that ``yh`` stands on for two seconds each time. Here one process has
read them and is forked for each call; what the program itself does in a call, from its settings to
its exit code, it does in the call.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

# Neither settings nor models nor anything of the program that could know where it runs.
LIBRARIES = [
    "duckdb", "numpy", "pydantic", "sqlparse", "typer", "xlsxwriter",
    "django.core.management", "django.core.serializers.json", "django.db.models",
    "django.forms", "django.http", "django.template.engine", "django.urls",
    "django.views.generic",
    "yuanheng.calc.evaluation", "yuanheng.cli.app", "yuanheng.engine", "yuanheng.tabular",
]  # fmt: skip

PROGRAM = f"""
import importlib, json, os, sys
for library in {LIBRARIES!r}:
    importlib.import_module(library)
if sys.dont_write_bytecode:  # at least the second call need not compile again
    sys.dont_write_bytecode, sys.pycache_prefix = False, sys.argv[1]
print("ready", flush=True)
for line in sys.stdin:
    call = json.loads(line)
    child = os.fork()
    if not child:
        for number, name in enumerate(("in", "out", "err")):
            mode = os.O_RDONLY if number == 0 else os.O_WRONLY
            os.dup2(os.open(os.path.join(call["folder"], name), mode), number)
        os.environ.clear()
        os.environ.update(call["environ"])
        sys.stdin = open(0, encoding="utf-8", closefd=False)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
        sys.argv = ["yuanheng", *call["words"]]
        from yuanheng.__main__ import main
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1 if code else 0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Terminal:
    """Answers ``call`` as ``subprocess.run`` does; one for as long as its ``with`` lasts."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ

    def __enter__(self) -> Terminal:
        self.compiled = tempfile.TemporaryDirectory(prefix="yuanheng-compiled-")
        self.program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, self.compiled.name],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.program.communicate(timeout=60)
        self.compiled.cleanup()

    def _answer(self) -> str:
        assert self.program.stdout is not None
        return self.program.stdout.readline().strip()

    def call(
        self, words: Sequence[str], environ: dict[str, str], text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """``yh`` with these words in this environment, ``text`` coming in."""
        assert self.program.stdin is not None
        with tempfile.TemporaryDirectory(prefix="yuanheng-call-") as name:
            folder = Path(name)
            (folder / "in").write_text(text, "utf-8")
            (folder / "out").touch()
            (folder / "err").touch()
            call = {"folder": name, "words": list(words), "environ": environ}
            print(json.dumps(call), file=self.program.stdin, flush=True)
            code = int(self._answer())
            out, err = ((folder / one).read_text("utf-8", "replace") for one in ("out", "err"))
        return subprocess.CompletedProcess(list(words), code, out, err)
