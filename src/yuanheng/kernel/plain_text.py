"""What can be kept as text, and the sentence for what can't."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

# Control characters besides tab and the ends of lines; halves of a character (lone surrogates);
# marks that turn the direction of writing round, with which a name can be made to look like
# another; and the mark of what could not be read.
UNKEPT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
LONGEST = 20_000  # characters of a field that says nothing of its length


def unkept(text: str) -> str | None:
    """The first character of ``text`` that can't be kept, as U+0000; ``None`` for plain text."""
    found = UNKEPT.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def sentence(code: str) -> str:
    """What is wrong and what to do."""
    return _(
        "This holds an invisible control character (%(code)s) that can't be kept. Type the text "
        "again instead of pasting it, or paste it as plain text."
    ) % {"code": code}


def refuse_unkept(value: Any) -> None:
    """ValidationError if ``value``, or a text in it, holds what can't be kept."""
    for text in _texts(value):
        code = unkept(text)
        if code:
            raise ValidationError(sentence(code), code="unkept")


def check_row(row: models.Model, names: Iterable[str] | None = None) -> None:
    """The same for the texts of a row; the error names the field."""
    wanted = None if names is None else set(names)
    wrong = {}
    for field in row._meta.concrete_fields:
        if wanted is not None and field.name not in wanted:
            continue
        value = field.value_from_object(row)
        code = unkept(value) if isinstance(value, str) else None
        if code:
            wrong[field.name] = sentence(code)
    if wrong:
        raise ValidationError(wrong)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
