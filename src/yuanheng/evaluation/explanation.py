"""One subject's result as a page shows it, from the files of the run."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.evaluation.files import RunFiles
from yuanheng.evaluation.models import Result
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.figures import MISSING, exact, measure_words
from yuanheng.kernel.importing.reading import language


def explain_subject(row: Result) -> dict[str, Any]:
    """Sentences, items with their trees and cells, dimensions, adjustments, medians."""
    with RunFiles(row.run.directory) as files:
        told = files.explain(row.subject_id)
        medians = files.medians(row.group_code) if row.group_code else {}
        formulas = _formulas(files)
    file_name = row.run.snapshot.file_name
    dimensions = {one["code"]: one["name"] for one in told.dimensions}
    items = [
        {
            "code": item.code,
            "name": item.name,
            "dimension": dimensions.get(item.dimension, ""),
            "measure": item.measure,
            "lower": item.better == "lower",
            "weight": item.weight,
            "value": item.value,
            "benchmark": item.benchmark,
            "points": item.points,
            "percent": 100 * item.points / item.weight if item.weight else None,
            "median_points": medians.get(item.code, {}).get("points"),
            "median_value": medians.get(item.code, {}).get("value"),
            "formula": formulas.get(item.code, item.tree.text),
            "sentence": _said(item.zh, item.en),
            "state": item.state,
            "tree": _node(item.tree, _places(item.sources, file_name)),
            "sources": _sources(item.sources, file_name),
        }
        for item in told.items
    ]
    return {
        "told": told,
        "sentences": [_said(*pair) for pair in told.sentences],
        "items": items,
        "dimensions": [
            {
                **one,
                "percent": 100 * (one["points"] or 0) / one["weight"] if one["weight"] else None,
            }
            for one in told.dimensions
        ],
        "adjustments": [_adjustment(one, file_name) for one in told.adjustments],
    }


def _said(zh: str, en: str) -> str:
    return en if language() == "en" else full_width(zh)


def _formulas(files: RunFiles) -> dict[str, str]:
    """The formula of each item as the scheme writes it."""
    found: dict[str, str] = {}

    def walk(nodes: Any) -> None:
        for node in nodes:
            if hasattr(node, "formula"):
                found.setdefault(node.code, node.formula)
            else:
                walk(node.items)

    for group in files.built.scheme.groups:
        walk(group.items)
    return found


def _adjustment(one: Any, file_name: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "applied": one.applied,
        "points": one.points,
        "tree": _node(one.tree, _places(one.sources, file_name)) if one.tree else None,
        "sources": _sources(one.sources, file_name),
    }


def _sources(sources: list[Any], file_name: str) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "value": _written(one.value, one.measure),
            "place": place_of_cell(one.cell, file_name),
        }
        for one in sources
    ]


def _places(sources: list[Any], file_name: str) -> dict[str, dict[str, str]]:
    """By field: what the leaf of a tree is called and where it stands."""
    return {
        one.field: {"name": one.name, "place": place_of_cell(one.cell, file_name)}
        for one in sources
    }


def place_of_cell(cell: str, file_name: str) -> str:
    """``园区指标!F48`` in a workbook; column and row in words in a table that has no cells."""
    place = cell.removeprefix(f"{file_name}:").removeprefix(f"{file_name}!")
    column, colon, row = place.rpartition(":")
    if colon and row.isdecimal() and "!" not in place:
        return _("column “%(column)s”, row %(row)s") % {"column": column, "row": row}
    return place


def _node(tree: Any, places: dict[str, dict[str, str]]) -> dict[str, Any]:
    source = places.get(tree.field, {}) if tree.field else {}
    return {
        "text": tree.text,
        "value": _written(tree.value, tree.unit),
        "is_constant": not tree.field and not tree.children,
        "place": source.get("place", ""),
        "children": [
            _node(child, places)
            for child in tree.children
            if child.field or child.children  # a bare number explains itself in the line above
        ],
    }


def _written(value: Any, measure: str) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return f"{exact(value)} {measure_words(measure)}".strip()
    return str(value)
