"""The rules that come with the software, as choices (``shipped.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from yuanheng.kernel.lights.rules import Rule, read_rule


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """A published rule, or a proposal, with its source and how certain it is."""

    code: str
    name: str
    purpose: str
    certainty: str
    clause: str
    conditions: str
    applies: str = ""
    note: str = ""
    valid_from: date | None = None

    @property
    def rule(self) -> Rule:
        """Read and checked."""
        return read_rule(self.conditions, self.applies)


@cache
def shipped_rules() -> dict[str, ShippedRule]:
    """By code, in the order of the file."""
    text = (Path(__file__).parent / "shipped.yaml").read_text("utf-8")
    rows = YAML(typ="safe").load(text)
    return {row["code"]: ShippedRule(**row) for row in rows}
