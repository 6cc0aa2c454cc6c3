"""A scheme as text: reading with line numbers, canonical formatting with comments kept, hash."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.model import Scheme
from yuanheng.calc.scheme.reading_faults import model_faults

MAX_CHARACTERS = 1_000_000
MAX_NODES = 200_000
MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class SchemeText:
    """A scheme file that could be read: the model, the text as given, its hash, and the lines."""

    scheme: Scheme
    text: str
    hash: str
    lines: dict[str, int]

    def place(self, fault: Fault) -> Fault:
        """The fault with the line of its path, or of the nearest part above it."""
        path = fault.path
        while path:
            if path in self.lines:
                return fault.at(fault.path, self.lines[path])
            cut = max(path.rfind("."), path.rfind("["))
            path = path[: max(cut, 0)]
        return fault


def yaml_reader() -> YAML:
    """The one way in which scheme files are read and written."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_duplicate_keys = False
    return yaml


def _plain(node: Any, path: str, lines: dict[str, int], budget: list[int]) -> Any:
    """Python data without YAML's wrappers, noting the line of each part."""
    budget[0] -= 1
    if budget[0] < 0:
        raise FaultyInput(
            [
                Fault(
                    "too_large",
                    f"方案展开后超过 {MAX_NODES} 个节点，可能重复引用了锚点；请拆分或删减。",
                    f"The scheme unfolds to more than {MAX_NODES} nodes; split or shorten it.",
                )
            ]
        )
    if isinstance(node, dict):
        result = {}
        for key, value in node.items():
            name = str(key)
            below = f"{path}.{name}" if path else name
            if hasattr(node, "lc") and node.lc.data and key in node.lc.data:
                lines[below] = node.lc.data[key][0] + 1
            result[name] = _plain(value, below, lines, budget)
        return result
    if isinstance(node, list):
        items = []
        for index, value in enumerate(node):
            below = f"{path}[{index}]"
            if hasattr(node, "lc") and node.lc.data and index in node.lc.data:
                lines[below] = node.lc.data[index][0] + 1
            items.append(_plain(value, below, lines, budget))
        return items
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node if node is None else str(node)


def _bracket_depth(text: str) -> int:
    """How deep brackets are nested, wherever they stand: reading takes long where it is deep."""
    depth = deepest = 0
    for found in re.finditer(r"[\[{\]}]", text):
        depth += 1 if found[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def load_tree(text: str) -> Any:
    """The YAML tree, or the fault of the YAML itself."""
    if len(text) > MAX_CHARACTERS:
        raise FaultyInput(
            [
                Fault(
                    "too_large",
                    f"方案文件有 {len(text)} 个字符，上限为 {MAX_CHARACTERS}。",
                    f"The scheme file has {len(text)} characters; at most {MAX_CHARACTERS}.",
                )
            ]
        )
    if _bracket_depth(text) > MAX_DEPTH:
        raise FaultyInput(
            [
                Fault(
                    "not_yaml",
                    f"括号嵌套超过 {MAX_DEPTH} 层；请检查是否漏写了右括号。",
                    f"Brackets are nested more than {MAX_DEPTH} deep; is one not closed?",
                )
            ]
        )
    try:
        tree = yaml_reader().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        column = mark.column + 1 if mark else 1
        raise FaultyInput(
            [
                Fault(
                    "not_yaml",
                    f"第 {line} 行第 {column} 列不符合 YAML 写法：{error.problem}。"
                    "请检查缩进、冒号后的空格和引号。",
                    f"Line {line}, column {column} is not valid YAML: {error.problem}. "
                    "Check the indentation, the space after colons, and quotes.",
                    line=line,
                )
            ]
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise FaultyInput(
            [
                Fault(
                    "not_yaml",
                    f"文件不是可读的 YAML 文本：{error}。",
                    f"The file is not readable as YAML: {error}.",
                )
            ]
        ) from None
    if not isinstance(tree, dict):
        raise FaultyInput(
            [
                Fault(
                    "not_a_scheme",
                    "文件最外层应是“键: 值”的形式，例如以 format: yuanheng-scheme/1 开头。",
                    "The file must be a mapping, starting with format: yuanheng-scheme/1.",
                )
            ]
        )
    return tree


def read_scheme_text(text: str) -> SchemeText:
    """Read a scheme's text.

    Raises FaultyInput with every fault of form at once, each with its path and line. Faults of
    meaning (formulas, weights, names) are found when it is built
    (:func:`yuanheng.calc.evaluation.build_program`).
    """
    return _read(text)


# The same few schemes are read again and again, and none of what they become can be changed.
@lru_cache(maxsize=32)
def _read(text: str) -> SchemeText:
    lines: dict[str, int] = {}
    data = _plain(load_tree(text), "", lines, [MAX_NODES])
    try:
        scheme = Scheme.model_validate(data)
    except ValidationError as error:
        faults = model_faults(error, data)
        placed = SchemeText.__new__(SchemeText)
        object.__setattr__(placed, "lines", lines)
        raise FaultyInput([placed.place(fault) for fault in faults]) from None
    return SchemeText(scheme, text, content_hash(data), lines)


def _canonical(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return value


def content_hash(data: Any) -> str:
    """SHA-256 over the content: layout, quoting and comments do not change it."""
    text = json.dumps(_canonical(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def format_scheme_text(text: str) -> str:
    """The same scheme in canonical layout; comments stay where they are.

    Formatting twice changes nothing more, and the hash stays the same.
    """
    buffer = io.StringIO()
    yaml_reader().dump(load_tree(text), buffer)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
