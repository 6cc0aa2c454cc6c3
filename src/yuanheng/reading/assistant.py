"""A language model as a second reader: off by default, its answers checked against the text.

The ground floor opens no connection: ``send`` takes the body of a chat completion and gives the
answer's JSON; who calls decides where that goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from yuanheng.reading.deadlines import vague_deadline
from yuanheng.reading.lexicon import shipped_lexicon
from yuanheng.reading.model import Directive, Reading, Responsible
from yuanheng.reading.unit_names import kind_of

Send = Callable[[dict[str, Any]], dict[str, Any]]

MARK = "model"
_PIECE = 6000
_TASK = (
    "从下面的公文中找出工作要求。只输出 JSON 数组,每项含 quote(原文中逐字抄录的整句)、"
    "action(要做的事)、units(责任单位名称数组,必须逐字见于原文)。没有就输出 []。"
)


def assisted(reading: Reading, original: str, send: Send) -> Reading:
    """The reading with directives that the rules missed and the model found.

    Kept only where the quote stands in the original letter by letter and every unit stands in
    the quote; such directives carry ``source: model``. Figures are never taken from a model.
    """
    found: list[Directive] = []
    for at in range(0, len(original), _PIECE):
        piece = original[at : at + _PIECE]
        for answer in _answers(send(_body(piece))):
            made = _checked(answer, piece, at)
            if made and not any(_same(made, one) for one in [*reading.directives, *found]):
                found.append(made)
    reading.directives = sorted([*reading.directives, *found], key=lambda one: one.span)
    return reading


def _body(piece: str) -> dict[str, Any]:
    messages = [{"role": "system", "content": _TASK}, {"role": "user", "content": piece}]
    return {"messages": messages, "temperature": 0}


def _answers(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The array in the model's words; anything else counts as no answer."""
    try:
        words = answer["choices"][0]["message"]["content"]
        match = re.search(r"\[.*\]", words, re.S)
        data = json.loads(match[0]) if match else []
    except (KeyError, IndexError, TypeError, ValueError):
        return []
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _checked(answer: dict[str, Any], piece: str, offset: int) -> Directive | None:
    quote, action, units = answer.get("quote"), answer.get("action"), answer.get("units", [])
    if not (isinstance(quote, str) and isinstance(action, str) and isinstance(units, list)):
        return None
    at = piece.find(quote)
    named = [one for one in units if isinstance(one, str) and one]
    if len(quote) < 6 or at < 0 or any(one not in quote for one in named):
        return None
    vague = vague_deadline(quote, 0, len(quote), shipped_lexicon())
    return Directive(
        action[:120], None, [Responsible(name, "subject", kind_of(name)) for name in named],
        vague.text if vague else None, None, [], None, "specific" if named else "generic",
        (offset + at, offset + at + len(quote)), MARK,
    )  # fmt: skip


def _same(a: Directive, b: Directive) -> bool:
    return a.span[0] < b.span[1] and b.span[0] < a.span[1]
