"""The columns of a register's table: one description for what goes out and what comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import get_language

from yuanheng.tabular import FieldSpec
from yuanheng.tabular.units import looks_like_unit

Kind = Literal["text", "number", "whole", "flag", "date", "moment", "choice", "relation"]

_SPEC_KINDS: Mapping[str, Any] = {
    "number": "number",
    "whole": "number",
    "flag": "boolean",
    "date": "date",
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNIT = re.compile(r"(.+?)\s*[（(]([^（）()]+)[）)]")
_NO_TABLE = (models.JSONField, models.BinaryField, models.FileField, models.AutoField)


@dataclass(frozen=True, eq=False)
class ExchangeField:
    """One column of a table that goes out and comes back.

    ``code`` is the model's field, or the name of a column that the importer writes by itself
    (``is_extra``). Of ``headings`` the first in the reader's language is written, all are read.
    """

    code: str
    kind: Kind
    headings: tuple[str, ...]
    unit: str = ""
    required: bool = False
    check: str = ""
    low: float | None = None
    high: float | None = None
    note: Any = ""
    model_field: Any = None
    words: Mapping[str, str] = field(default_factory=dict)  # choices: any accepted word → code
    labels: Mapping[str, str] = field(default_factory=dict)  # choices: code → word written
    clearable: bool = True  # whether there is a value to be left or cleared

    @property
    def is_extra(self) -> bool:
        return self.model_field is None

    @property
    def attname(self) -> str:
        """The column in the database; the code, for a column of the importer's own."""
        return self.model_field.attname if self.model_field is not None else self.code

    @property
    def title(self) -> str:
        """The heading as it is written, with its unit."""
        return f"{self.heading}({self.unit})" if self.unit else self.heading

    @property
    def heading(self) -> str:
        """The first heading of the reader's language, so that no table mixes two."""
        chinese = (get_language() or "zh").startswith("zh")
        own = (one for one in self.headings if bool(_CHINESE.search(one)) == chinese)
        return next(own, self.headings[0])

    @property
    def spec(self) -> FieldSpec:
        """What the reader of tables is asked for."""
        return FieldSpec(
            self.code,
            _SPEC_KINDS.get(self.kind, "text"),
            tuple(dict.fromkeys((*self.headings, self.code))),
            unit=self.unit,
            required=self.required,
            low=self.low,
            high=self.high,
            check=self.check,
            clearable=self.clearable,
        )


def exchange_names(model: type[models.Model], first: str, wanted: Sequence[str]) -> list[str]:
    """The fields of a model that a table can hold: the natural key, then those wanted."""
    hidden = getattr(model, "audit_hidden", ())
    able = [
        one.name
        for one in model._meta.concrete_fields
        if one.editable
        and not one.primary_key
        and one.name not in hidden
        and not isinstance(one, _NO_TABLE)
    ]
    names = [name for name in wanted if name in able] if wanted else able
    return list(dict.fromkeys((first, *names)))


def exchange_field(
    model: type[models.Model], name: str, headings: Sequence[str] = (), **more: Any
) -> ExchangeField:
    """The column of one field of a model; ``headings`` come before its own names."""
    one = model._meta.pk if name == "pk" else model._meta.get_field(name)
    local, unit, others = _names(one)
    kind = _kind(one)
    low, high = _bounds(one) if kind in ("number", "whole") else (None, None)
    words, labels = _words(one) if kind == "choice" else ({}, {})
    values = {
        "unit": unit if kind in ("number", "whole") else "",
        "low": low,
        "high": high,
        "note": one.help_text,
        "model_field": one,
        "words": words,
        "labels": labels,
    }
    found = tuple(dict.fromkeys((*headings, local, *others)))
    return ExchangeField(name, kind, found, **(values | more))


def _kind(one: Any) -> Kind:
    if one.is_relation:
        return "relation"
    if one.choices:
        return "choice"
    kinds: tuple[tuple[type, Kind], ...] = (
        (models.BooleanField, "flag"),
        (models.DateTimeField, "moment"),
        (models.DateField, "date"),
        (models.IntegerField, "whole"),
        (models.DecimalField, "number"),
        (models.FloatField, "number"),
    )
    return next((kind for of, kind in kinds if isinstance(one, of)), "text")


def _names(one: Any) -> tuple[str, str, list[str]]:
    """The field's name in the reader's language, its unit, and its names in every language."""
    own, unit = _split(str(one.verbose_name))
    names: list[str] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            whole = str(one.verbose_name)
            name, found = _split(whole)
            names += [name, whole]
            if code == settings.LANGUAGE_CODE:  # units are understood in Chinese
                unit = found
    return own, unit, [name for name in names if name != own]


def _split(name: str) -> tuple[str, str]:
    """``注册资本（元）`` → ``注册资本``, ``元``."""
    match = _UNIT.fullmatch(name)
    if match and looks_like_unit(match[2]):
        return match[1], match[2]
    return (match[1], "") if match and match[2] in ("mu", "m²", "yuan") else (name, "")


def _bounds(one: Any) -> tuple[float | None, float | None]:
    def limits(kind: type) -> list[Any]:
        found = [v.limit_value for v in one.validators if isinstance(v, kind)]
        return [v() if callable(v) else v for v in found]

    low, high = limits(MinValueValidator), limits(MaxValueValidator)
    if isinstance(one, models.DecimalField):
        most = float(10 ** (one.max_digits - one.decimal_places)) - 10.0**-one.decimal_places
        low, high = [*low, -most], [*high, most]
    return (
        float(max(low)) if low else None,
        float(min(high)) if high else None,
    )


def _words(one: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Accepted words → code, in every language; and code → the word that is written."""
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for value, label in one.flatchoices:
                words.setdefault(str(label).casefold(), str(value))
    for value, _label in one.flatchoices:
        words.setdefault(str(value).casefold(), str(value))
    return words, {str(value): str(label) for value, label in one.flatchoices}
