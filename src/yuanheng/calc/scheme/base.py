"""What every part of a scheme file shares: strict models, percentages, formulas."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

PERCENT = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*[%％]\s*$")


class Part(BaseModel):
    """A part of a scheme: unknown keys are faults, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


def read_share(value: Any) -> Any:
    """``20%`` and ``0.2`` both are 0.2."""
    if isinstance(value, str) and (found := PERCENT.match(value)):
        return round(float(found[1]) / 100, 12)
    return value


def read_formula(value: Any) -> Any:
    """A formula may be a bare number or truth value in the file; it is kept as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return value


def read_year(value: Any) -> Any:
    """YAML reads 2022 as a number; periods are text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Share = Annotated[
    float,
    BeforeValidator(read_share),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?[%％]$"}]}
    ),
]
Formula = Annotated[
    str,
    BeforeValidator(read_formula),
    Field(min_length=1, max_length=4000),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
Period = Annotated[
    str,
    BeforeValidator(read_year),
    Field(pattern=r"^\d{4}(H[12]|Q[1-4]|-\d{2}|-\d{2}\.\.\d{2})?$"),
    WithJsonSchema({"type": ["string", "integer"]}),
]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e18, le=1e18)]
Direction = Literal["higher", "lower"]
Order = Literal["desc", "asc"]
Rounding = Literal["down", "up", "nearest"]
