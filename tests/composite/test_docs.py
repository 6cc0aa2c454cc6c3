"""The examples of docs/methods/composite.md hold."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "composite.md"


def test_the_page_of_methods():
    pytest.importorskip("highspy")
    text = PAGE.read_text(encoding="utf-8")
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
        lines.append(line if inside and not line.startswith("```") else "")
    example = doctest.DocTestParser().get_doctest("\n".join(lines), {}, PAGE.name, None, 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0
