"""The texts of the shipped rules in the reader's language (``shipped_en.yaml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from yuanheng.kernel.figures import in_english


def shipped_words(text: str) -> str:
    """A text of a shipped rule in the reader's language, wherever the rule has been copied to:
    into an office's own rules, into a running clock. What an office has worded itself stays as it
    is."""
    return _english().get(" ".join(text.split()), text) if in_english() else text


@cache
def _english() -> dict[str, str]:
    text = (Path(__file__).parent / "shipped_en.yaml").read_text("utf-8")
    return dict(YAML(typ="safe").load(text))
