"""Single places of a scheme's text changed, everything else left as it was written.

A form that edits a scheme must not touch comments, order or layout. So a place is found in the
text by the marks of the YAML reader, and only its own characters are replaced; a part that is
copied or taken out takes its own lines with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.document import load_tree, yaml_reader
from yuanheng.calc.scheme.items import METHODS

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_PLAIN_FLOW = re.compile(r"[,\[\]{}]")


@dataclass(frozen=True, slots=True)
class Place:
    """A single value of the text: what it says, and from where to where it stands."""

    path: str
    value: str
    start: int
    end: int


def places(text: str) -> dict[str, Place]:
    """Every single value of a scheme's text by its path (``groups[0].items[2].weight``).

    Raises FaultyInput where the text is no YAML."""
    found: dict[str, Place] = {}

    def walk(node: Node, path: str) -> None:
        if isinstance(node, MappingNode):
            for key, value in node.value:
                walk(value, f"{path}.{key.value}" if path else str(key.value))
        elif isinstance(node, SequenceNode):
            for number, value in enumerate(node.value):
                walk(value, f"{path}[{number}]")
        else:
            start, end = node.start_mark.index, node.end_mark.index
            # The reader marks where a folded text (``>``) was folded; nobody wrote that.
            found[path] = Place(path, str(node.value).replace("\a", ""), start, end)

    walk(_root(text), "")
    return found


def set_values(text: str, values: Mapping[str, str]) -> str:
    """The text with these values in these places; a place whose part is there but which is not is
    added to it. An empty value takes an optional place out.

    Raises FaultyInput for a place that is not there, and for a text that is no YAML."""
    known = places(text)
    standing = [known[path] for path, value in values.items() if value and path in known]
    for place in sorted(standing, key=lambda one: one.start, reverse=True):
        text = _replaced(text, place, values[place.path])  # from the end: the others stay in place
    for path, value in values.items():
        if not value:
            text = _without(text, path)
        elif path not in known:
            text = _added(text, path, value)
    load_tree(text)
    return text


def copy_part(text: str, path: str) -> str:
    """The text with a part of a list once more below itself. Its code gets a number that makes it
    another one. Raises FaultyInput where the list is written in one line."""
    node, siblings = _in_block_list(text, path)
    first, last = _lines_of(text, node)
    lines = text.splitlines(keepends=True)
    copied = lines[first : last + 1]
    if not copied[-1].endswith("\n"):
        lines[last] += "\n"
        copied[-1] += "\n"
    for key in ("code", "dimension"):
        taken = {_scalar(one, key) for one in siblings}
        own = _scalar(node, key)
        if own:
            copied = _renamed(copied, key, own, taken)
    return "".join([*lines[: last + 1], *copied, *lines[last + 1 :]])


def remove_part(text: str, path: str) -> str:
    """The text without a part of a list. The last one of a list stays.

    Raises FaultyInput where the list is written in one line or would be empty."""
    node, siblings = _in_block_list(text, path)
    if len(siblings) == 1:
        raise _refused(
            path,
            "这是最后一项，不能删除；请先加一项，或在文本里改。",
            "This is the last one of its list; add another first, or change the text.",
        )
    first, last = _lines_of(text, node)
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:first], *lines[last + 1 :]])


def set_method(text: str, path: str, method: str) -> str:
    """The text with another way to earn points; what the former one needed and this one has no
    use for goes. ``path``: that of ``method``."""
    text = set_values(text, {path: method})
    above, _ = _above(path)
    node, wanted = _at(_root(text), above), METHODS.get(method)
    if wanted is None or not isinstance(node, MappingNode):
        return text
    keys = [str(key.value) for key, _ in node.value]
    for key in keys:
        if key not in wanted.model_fields:
            text = _without(text, f"{above}.{key}")
    return text


# --- finding ---------------------------------------------------------------------------------


def _root(text: str) -> Node:
    load_tree(text)
    node: Node = yaml_reader().compose(text)
    return node


def _at(root: Node, path: str) -> Node | None:
    node: Any = root
    for number, name in _STEP.findall(path):
        if number and isinstance(node, SequenceNode) and int(number) < len(node.value):
            node = node.value[int(number)]
        elif name and isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == name), None)
        else:
            return None
        if node is None:
            return None
    return node  # type: ignore[no-any-return]


def _above(path: str) -> tuple[str, str]:
    cut = max(path.rfind("."), 0)
    return path[:cut], path[cut:].lstrip(".")


def _scalar(node: Node, key: str) -> str:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if name.value == key and isinstance(value, ScalarNode):
                return str(value.value)
    return ""


def _in_block_list(text: str, path: str) -> tuple[Node, list[Node]]:
    root = _root(text)
    node, whole = _at(root, path), _at(root, path[: path.rfind("[")])
    if node is None or not isinstance(whole, SequenceNode) or not path.endswith("]"):
        raise _refused(path, "文本里没有这一处。", "The text has no such place.")
    if whole.flow_style:
        raise _refused(
            path,
            "这一组写在一行的方括号里，请在文本里改。",
            "This list is written in one line with brackets; change it in the text.",
        )
    return node, whole.value


def _lines_of(text: str, node: Node) -> tuple[int, int]:
    """The first and the last line of a part of a list, its dash included."""
    return node.start_mark.line, _last_line(node)


def _last_line(node: Node) -> int:
    """The line on which the last value of a part ends: the part's own mark stands at the next."""
    is_list = isinstance(node, MappingNode | SequenceNode)
    if not is_list or node.flow_style or not node.value:  # type: ignore[attr-defined]
        mark = node.end_mark
        return int(mark.line if mark.column else max(mark.line - 1, node.start_mark.line))
    last = node.value[-1]
    return _last_line(last[1] if isinstance(node, MappingNode) else last)


def _refused(path: str, zh: str, en: str) -> FaultyInput:
    return FaultyInput([Fault("place_not_editable", zh, en, path=path)])


# --- writing ---------------------------------------------------------------------------------


def _replaced(text: str, place: Place, value: str) -> str:
    raw = text[place.start : place.end]
    written = _written(value, place.value, quoted=raw[:1] in ("'", '"'), flow=True)
    if not raw.strip() and text[place.start - 1 : place.start] == ":":
        written = f" {written}"
    tail = "\n" if raw.endswith("\n") and not written.endswith("\n") else ""
    return text[: place.start] + written + tail + text[place.end :]


def _written(value: str, before: str = "", *, quoted: bool = False, flow: bool = False) -> str:
    """A value as YAML. A text that reads as something else without quotes gets them."""
    value = value.strip()
    if "\n" in value or (quoted and '"' not in value and "\\" not in value):
        return json.dumps(value, ensure_ascii=False)
    if flow and _PLAIN_FLOW.search(value):
        return json.dumps(value, ensure_ascii=False)
    try:
        read = yaml_reader().load(f"- {value}\n")[0]
    except Exception:
        return json.dumps(value, ensure_ascii=False)
    as_said = read is not None and not isinstance(read, dict | list) and _same(read, value)
    return value if as_said else json.dumps(value, ensure_ascii=False)


def _same(read: Any, value: str) -> bool:
    if isinstance(read, bool):
        return value in ("true", "false")
    return isinstance(read, int | float) or str(read) == value


def _added(text: str, path: str, value: str) -> str:
    above, key = _above(path)
    root = _root(text)
    node = _at(root, above) if above else root
    if not isinstance(node, MappingNode) or not key or "[" in key:
        raise _refused(path, "文本里没有这一处。", "The text has no such place.")
    entry = f"{key}: {_written(value, flow=bool(node.flow_style))}"
    if node.flow_style:
        end = node.end_mark.index - 1
        inside = text[: node.end_mark.index - 1].rstrip()
        comma = "" if inside.endswith(("{", ",")) else ", "
        return inside + comma + entry + text[end:]
    last = _last_line(node)
    lines = text.splitlines(keepends=True)
    if lines and not lines[last].endswith("\n"):
        lines[last] += "\n"
    indent = " " * node.value[0][0].start_mark.column
    return "".join([*lines[: last + 1], f"{indent}{entry}\n", *lines[last + 1 :]])


def _without(text: str, path: str) -> str:
    """The text without one key of a mapping."""
    above, name = _above(path)
    root = _root(text)
    node = _at(root, above) if above else root
    if not isinstance(node, MappingNode):
        return text
    at = next((n for n, (key, _) in enumerate(node.value) if key.value == name), None)
    if at is None:
        return text
    key, value = node.value[at]
    if not node.flow_style:
        lines = text.splitlines(keepends=True)
        first, last = key.start_mark.line, _last_line(value)
        beside = text[: key.start_mark.index].rpartition("\n")[2].strip()
        if beside:
            # The first key stands behind a dash: only its value goes, and the reader says so.
            return text[: value.start_mark.index] + text[value.end_mark.index :]
        return "".join([*lines[:first], *lines[last + 1 :]])
    start, end = key.start_mark.index, value.end_mark.index
    if at + 1 < len(node.value):
        end = node.value[at + 1][0].start_mark.index
    elif at:
        start = node.value[at - 1][1].end_mark.index
    return text[:start] + text[end:]


def _renamed(lines: list[str], key: str, own: str, taken: set[str]) -> list[str]:
    """The first line that gives the code, with a code that is not taken."""
    base, number = re.sub(r"_\d+$", "", own), 2
    while f"{base}_{number}" in taken:
        number += 1
    pattern = re.compile(rf"\b{key}:(\s*)(['\"]?){re.escape(own)}\b")
    found = list(lines)
    for at, line in enumerate(found):
        if pattern.search(line):
            found[at] = pattern.sub(rf"{key}:\g<1>\g<2>{base}_{number}", line, count=1)
            break
    return found
