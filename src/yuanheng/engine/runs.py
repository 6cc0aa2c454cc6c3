"""Evaluate a scheme on a table, from files to files: one call for command line and web."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from yuanheng import __version__
from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.periods import previous_period
from yuanheng.calc.scheme import SchemeText, read_scheme_text
from yuanheng.engine.execute import RESULT, execute, result_outputs, trace_outputs
from yuanheng.engine.movement import write_movement
from yuanheng.engine.preparing import prepared_on
from yuanheng.engine.table import LoadedTable, load_table
from yuanheng.engine.warnings import result_warnings
from yuanheng.engine.writing import ResultFiles, quote
from yuanheng.tabular import whole_directory

BACKENDS = ("duckdb",)
Progress = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run found; ``directory`` holds its files."""

    directory: Path
    record: dict[str, Any]
    warnings: list[Fault] = field(default_factory=list)


def read_scheme_file(path: Path) -> SchemeText:
    """A scheme file as text with its faults of form; FaultyInput if it can't be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FaultyInput(
            [
                Fault(
                    "no_such_file",
                    f"找不到方案文件“{path}”。请检查路径；自带的方案在 schemes/ 目录下。",
                    f"There is no scheme file “{path}”; shipped schemes lie under schemes/.",
                )
            ]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyInput(
            [
                Fault(
                    "unreadable_scheme",
                    f"方案文件“{path}”读不出来（{error}）；应是 UTF-8 编码的文本文件。",
                    f"The scheme file “{path}” can't be read ({error}); it must be UTF-8 text.",
                )
            ]
        ) from None
    return read_scheme_text(text)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def connect(threads: int | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that never reaches for the network."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if threads:
        settings["threads"] = str(int(threads))
    if memory:
        settings["memory_limit"] = memory
    return duckdb.connect(":memory:", config=settings)


def evaluate_files(
    scheme_path: Path | str,
    data_path: Path | str,
    out: Path | str,
    *,
    backend: str = "duckdb",
    previous: Path | str | None = None,
    sheet: str | None = None,
    period: str | None = None,
    trace: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> RunSummary:
    """Evaluate a scheme on a table and write the run's directory, whole or not at all.

    ``period`` evaluates another period than the scheme's own; the record says so.
    ``previous`` is the directory of an earlier run: its input serves as the earlier period where
    this table has none, and movement.csv says who moved. ``trace`` also keeps every intermediate
    figure (trace.parquet). Raises FaultyInput with everything that is wrong.
    """
    started = time.perf_counter()
    say = progress or (lambda zh, en: None)
    if backend not in BACKENDS:
        raise FaultyInput([_no_backend(backend)])
    built = build_program(of_period(read_scheme_file(Path(scheme_path)), period))
    data, earlier = Path(data_path), Path(previous) if previous else None
    before = previous_input(earlier) if earlier else None
    con = connect(threads)
    try:
        say("读取数据表", "reading the table")
        loaded = load_table(con, built, data, previous=before, sheet=sheet)
        built, prepared = prepared_on(con, built)
        say("计算", "computing")
        outputs = trace_outputs(built.program) if trace else result_outputs(built.program)
        executed = execute(con, built, outputs)
        files = ResultFiles(con, built, executed, loaded.merged)
        with whole_directory(Path(out)) as directory:
            say("写出结果", "writing the results")
            files.make_results()
            files.write_results(directory)
            files.write_items(directory)
            files.make_rejected(loaded.rejected)
            files.write_rejected(directory)
            files.write_ranks(directory)
            if trace:
                _write_trace(con, executed.columns, directory)
            if earlier is not None:
                write_movement(con, earlier, directory)
            record = _record(con, built, loaded, data, backend)
            record["warnings"] += result_warnings(con, built, executed)
            if prepared:
                record["prepared"] = prepared
            if earlier is not None:
                record["previous"] = record_of(earlier)["run_hash"]
                record["run_hash"] = _run_hash(record)
            _keep_inputs(built.text, data, directory, loaded, before)
            record["seconds"] = round(time.perf_counter() - started, 3)
            _write_json(directory / "run.json", record)
    finally:
        con.close()
    return RunSummary(Path(out), record, [*built.warnings, *loaded.notes])


def of_period(text: SchemeText, period: str | None) -> SchemeText:
    """The scheme on another period's figures."""
    if period is None or period == text.scheme.period:
        return text
    try:
        previous_period(period)
    except ValueError:
        raise FaultyInput(
            [
                Fault(
                    "bad_period",
                    f"期别“{period}”写法不对；应为 2024、2024H1、2024Q3、2024-07 或 2024-01..07。",
                    f"“{period}” is no period; write 2024, 2024H1, 2024Q3, 2024-07 or "
                    "2024-01..07.",
                )
            ]
        ) from None
    return replace(text, scheme=text.scheme.model_copy(update={"period": period}))


def _no_backend(backend: str) -> Fault:
    return Fault(
        "no_backend",
        f"这个版本还不能在“{backend}”上计算，可用：{'、'.join(BACKENDS)}。",
        f"This version can't compute on “{backend}”; available: {', '.join(BACKENDS)}.",
    )


def _record(
    con: duckdb.DuckDBPyConnection,
    built: BuiltScheme,
    loaded: LoadedTable,
    data: Path,
    backend: str,
) -> dict[str, Any]:
    """The run record of contract 2; only ``seconds`` may differ between two runs."""
    counts = con.execute("SELECT count(*), count(*) FILTER (WHERE rated) FROM results_out")
    subjects, rated = counts.fetchone() or (0, 0)
    rejected = con.execute("SELECT count(*) FROM rejected_out").fetchone() or (0,)
    by_reason = con.execute(
        "SELECT code, count(*) FROM rejected_out GROUP BY code ORDER BY code"
    ).fetchall()
    data_hash = loaded.source.sha256 or file_hash(data)
    record: dict[str, Any] = {
        "scheme_id": built.scheme.id,
        "scheme_title": built.scheme.title,
        "period": built.scheme.period,
        "scheme_hash": built.text.hash,
        "data_hash": data_hash,
        "engine_version": __version__,
        "backend": backend,
        "subjects": int(subjects) + int(rejected[0]),
        "rated": int(rated),
        "unrated": int(subjects) - int(rated),
        "excluded": int(rejected[0]),
        "excluded_by_reason": {str(code): int(count) for code, count in by_reason},
        "assumptions": list(built.scheme.assumptions),
        "warnings": [_warning(f) for f in (*built.warnings, *loaded.notes)],
    }
    record["run_hash"] = _run_hash(record)
    return record


def _run_hash(record: dict[str, Any]) -> str:
    """What makes a run this run: scheme, period, table, engine, and the earlier run, if any."""
    keys = ("scheme_hash", "period", "data_hash", "engine_version", "previous")
    parts = ":".join(str(record.get(key, "")) for key in keys)
    return hashlib.sha256(parts.encode()).hexdigest()


def _warning(fault: Fault) -> dict[str, str]:
    entry = {"code": fault.code, "zh": fault.zh, "en": fault.en}
    if fault.path:
        entry["path"] = fault.path
    return entry


def _keep_inputs(
    text: SchemeText, data: Path, directory: Path, loaded: LoadedTable, before: Path | None
) -> None:
    """The scheme and the table as given, and where each column was: the evidence of the run."""
    (directory / "scheme.yaml").write_text(text.text, encoding="utf-8")
    shutil.copyfile(data, directory / f"input{data.suffix.lower()}")
    if before is not None:
        (directory / "previous_input").mkdir()
        shutil.copyfile(before, directory / "previous_input" / before.name)
    source = loaded.source
    _write_json(
        directory / "source.json",
        {
            "file": source.file,
            "sheet": source.sheet,
            "format": source.format,
            "letters": source.letters,
            "headers": source.headers,
            "units": source.units,
            "header_rows": list(source.header_rows),
        },
    )


def _write_trace(con: duckdb.DuckDBPyConnection, columns: dict[str, str], directory: Path) -> None:
    listed = ", ".join(f'{column} AS "{name}"' for name, column in columns.items())
    path = quote(str(directory / "trace.parquet"))
    con.execute(
        f"COPY (SELECT subject_id, subject_name, row_no, {listed} FROM {RESULT} "
        f"ORDER BY subject_id) TO {path} (FORMAT parquet)"
    )


def _write_json(path: Path, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def previous_input(directory: Path) -> Path:
    """The input that an earlier run kept."""
    found = sorted(directory.glob("input.*"))
    if not found or not (directory / "run.json").is_file():
        raise FaultyInput([not_a_run(directory)])
    return found[0]


def not_a_run(directory: Path) -> Fault:
    """The fault of a directory that holds no run."""
    return Fault(
        "not_a_run",
        f"“{directory}”不是评价结果目录（里面应有 run.json 和 input 文件）。"
        "请给出 yh evaluate --out 写出的目录。",
        f"“{directory}” is not the directory of a run (run.json and the input are missing); "
        "give a directory that yh evaluate --out wrote.",
    )


def record_of(directory: Path) -> dict[str, Any]:
    try:
        record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise FaultyInput([not_a_run(directory)]) from None
    return dict(record)
