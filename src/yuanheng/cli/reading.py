"""``yh read``: figures, directives and parties of documents."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import columns, figure, json_text, remark, show
from yuanheng.cli.progress import progress

if TYPE_CHECKING:
    from yuanheng.reading import Lexicon, UnreadableDocument

HELP = explained(
    "读文件：列出数据、工作要求、单位和人名，每条都说明在原文的位置。"
    "可读 .txt .html .docx .pdf（有文字层）、.xlsx、.eml，各种中文编码。",
    "Read documents: figures, directives and parties, each with its place in the text.",
    "yh read 讲话.docx 通报.pdf --json 结果.json",
    "yh read 通知.txt --today 2026-03-01",
)


def read(
    files: Annotated[list[str], typer.Argument(help="文件 / files", metavar="FILE...")],
    json_: Annotated[
        str | None,
        typer.Option(
            "--json", help="写入这个 JSON 文件，- 为屏幕 / write JSON here", metavar="OUT"
        ),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(
            "--today", help="原文没有日期时按这一天 / date of undated texts", metavar="DATE"
        ),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option("--words", help="本单位的词表(YAML)/ own word list", metavar="FILE"),
    ] = None,
) -> int:
    from yuanheng.cli.model_address import chosen_model

    day = _day(today)
    lexicon = _lexicon(words or [])
    model = chosen_model()
    documents: list[dict[str, Any]] = []
    refused: list[tuple[str, UnreadableDocument]] = []
    with progress() as step:
        for number, name in enumerate(files, 1):
            step(f"正在读 {number}/{len(files)}:{name}", f"reading {number}/{len(files)}: {name}")
            _one(name, day, lexicon, model, documents, refused)
    for name, error in refused:
        remark(f"{name}:{error.zh}" if current() == "zh" else f"{name}: {error.en}")
    if not documents:
        return 2
    _put_out({"documents": documents}, json_)
    return PROBLEMS if refused else 0


def _one(
    name: str,
    day: dt.date,
    lexicon: Lexicon,
    model: Any,
    documents: list[dict[str, Any]],
    refused: list[tuple[str, UnreadableDocument]],
) -> None:
    from yuanheng.reading import UnreadableDocument, read_file
    from yuanheng.reading.assistant import assisted

    path = Path(name)
    try:
        data = _bytes(path)
        loaded, reading = read_file(data, path.name, day, lexicon)
    except UnreadableDocument as error:
        refused.append((name, error))
        return
    if model is not None:
        reading = assisted(reading, loaded.text, model)
    document = {"file": name, "sha256": hashlib.sha256(data).hexdigest(), **reading.as_json()}
    if loaded.is_extracted:
        document["extracted_text"] = loaded.text
    documents.append(document)


def _bytes(path: Path) -> bytes:
    """The content of a file that isn't too large to be read at all."""
    from yuanheng.reading.faults import UnreadableDocument
    from yuanheng.reading.loading import LARGEST

    if path.is_dir():
        raise CallError(f"“{path}”是目录；请给出文件。", f"“{path}” is a directory; give files.")
    if not path.exists():
        raise CallError(
            f"没有文件“{path}”；请检查路径。", f"There is no file “{path}”; check the path."
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise UnreadableDocument(
            "too_large",
            f"文件有 {size / 2**20:.0f} MB，超过上限 {LARGEST >> 20} MB。请拆成几个文件后再读。",
            f"The file has {size / 2**20:.0f} MB, more than {LARGEST >> 20} MB. Split it.",
        )
    return path.read_bytes()


def _day(text: str | None) -> dt.date:
    if text is None:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CallError(
            f"--today 的日期“{text}”不对，应写作 2026-03-01。",
            f"--today “{text}” is no date; write it as 2026-03-01.",
        ) from error


def _lexicon(paths: list[str]) -> Lexicon:
    from yuanheng.reading import UnreadableDocument, lexicon_with

    try:
        return lexicon_with([Path(path).read_text("utf-8-sig") for path in paths])
    except UnreadableDocument as error:
        raise CallError(error.zh, error.en) from error
    except UnicodeDecodeError as error:
        raise CallError("词表文件应为 UTF-8 编码。", "A word list must be in UTF-8.") from error


def _put_out(data: dict[str, Any], target: str | None) -> None:
    if target is None:
        for document in data["documents"]:
            _print(document)
    elif target == "-":
        show(json_text(data))
    else:
        _write_whole(Path(target), json_text(data) + "\n")
        show(say(f"已写入 {target}", f"written to {target}"))


def _write_whole(path: Path, text: str) -> None:
    """The file appears whole or not at all."""
    handle, work = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(work).chmod(0o644)
        Path(work).replace(path)
    except BaseException:
        Path(work).unlink(missing_ok=True)
        raise


def _print(document: dict[str, Any]) -> None:
    head = " · ".join(
        filter(None, (document["title"], document["publisher"], document["published"]))
    )
    show(f"{document['file']}  {head}")
    rows = [
        [
            fact["subject"]["name"] or "—", fact["period"]["label"], fact["indicator"]["canonical"],
            f"{figure(fact['value'])} {fact['unit']}", fact["measure"], f"{fact['span'][0]}–{fact['span'][1]}",
        ]
        for fact in document["facts"]
    ]  # fmt: skip
    zh, en = (
        ["主体", "时间", "指标", "数值", "性质", "位置"],
        ["subject", "period", "indicator", "value", "measure", "place"],
    )
    for line in columns(en if current() == "en" else zh, rows):
        show("  " + line)
    for one in document["directives"]:
        units = "、".join(unit["name"] for unit in one["responsible"]) or "—"
        deadline = (
            (one["deadline"] or {}).get("date") or (one["deadline"] or {}).get("text") or "—"
        )
        show(f"  [{units}] {deadline}  {one['action']}")
    show(
        say(
            f"  {len(document['facts'])} 个数据，{len(document['directives'])} 项要求，"
            f"{len(document['parties'])} 个单位和人名。",
            f"  {len(document['facts'])} figures, {len(document['directives'])} directives, "
            f"{len(document['parties'])} parties.",
        )
    )
