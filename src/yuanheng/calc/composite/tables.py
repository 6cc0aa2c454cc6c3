"""Tables and names: every step takes what people hold their figures in, and says what is whose.

A table is a mapping of columns, a pandas or Polars frame, an Arrow table, a DuckDB relation or a
structured array; none of these packages is needed here. With a table, what belongs to an indicator
(weights, directions, targets) may be written by name, and a column that says something about the
units (``groups="类别"``) is named and no longer counts among the figures. Results are arrays in
the order of the table's columns; `by_name` gives them their names back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from yuanheng.calc.composite.inputs import Floats, figures, refusal

Step = TypeVar("Step", bound=Callable[..., Any])
BY_INDICATOR = ("weights", "direction", "target", "importance", "worst", "best", "belongs",
                "least_share", "largest_share", "least_weight", "largest_weight")  # fmt: skip
"""Arguments with a figure for each indicator."""
BY_UNIT = ("groups", "units", "times", "yardstick")
"""Arguments with something for each unit, which may be a column of the table."""


def columns_of(values: Any) -> dict[str, Any] | None:
    """A table's columns by name; None where ``values`` is no table.

    >>> columns_of({"a": [1, 2]}), columns_of([[1, 2]])
    ({'a': [1, 2]}, None)
    """
    if isinstance(values, Mapping):
        return {str(name): column for name, column in values.items()}
    if isinstance(values, np.ndarray):
        return {name: values[name] for name in values.dtype.names or ()} or None
    for way in ("fetchnumpy", "to_pydict"):  # a DuckDB relation, an Arrow table
        if hasattr(values, way):
            return dict(getattr(values, way)())
    names = getattr(values, "columns", None)
    if names is None or not hasattr(values, "__getitem__"):
        return None
    listed = [str(name) for name in names]
    twice = sorted({name for name in listed if listed.count(name) > 1})
    if twice:
        raise refusal(
            "column_twice",
            f"表里有重名的列：{'、'.join(twice)}；请改名，每列一个名字。",
            f"The table has columns of one name: {', '.join(twice)}; give each its own.",
        )
    return {str(name): values[name] for name in names}


def by_name(values: Any, found: Any) -> dict[str, Any]:
    """What a step gave for a table, by the names of its columns: one figure each for a result of
    shape (m,), a column each for one of shape (n, m).

    >>> by_name({"a": [1, 2], "b": [1, 4]}, np.array([0.25, 0.75]))
    {'a': 0.25, 'b': 0.75}
    """
    names, array = list(columns_of(values) or ()), np.asarray(found)
    if not names or array.shape[-1:] != (len(names),):
        raise refusal(
            "names_length",
            f"表有 {len(names)} 列，结果的形状是 {array.shape}，对不上。",
            f"The table has {len(names)} columns and the result the shape {array.shape}.",
        )
    if array.ndim == 1:
        return dict(zip(names, array.tolist(), strict=True))
    return {name: array[:, j] for j, name in enumerate(names)}


def takes_tables(step: Step) -> Step:
    """Let a step, whose first argument is a matrix, take a table as well, with names."""
    signature = inspect.signature(step)
    first = next(iter(signature.parameters))

    @wraps(step)
    def with_names(*args: Any, **kwargs: Any) -> Any:
        given = args[0] if args else kwargs.get(first)
        table = None if type(given) is np.ndarray and not given.dtype.names else columns_of(given)
        if table is None and not any(isinstance(one, Mapping) for one in kwargs.values()):
            return step(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        if table is not None:
            _take_columns(bound.arguments, table)
            bound.arguments[first] = _matrix(table)
            if "names" in signature.parameters:
                bound.arguments.setdefault("names", list(table))
        _by_place(bound.arguments, list(table or bound.arguments.get("names") or ()))
        return step(*bound.args, **bound.kwargs)

    return with_names  # type: ignore[return-value]


def _take_columns(arguments: dict[str, Any], table: dict[str, Any]) -> None:
    """Put in the columns that arguments name, and take them out of the figures."""
    named = {key: arguments[key] for key in BY_UNIT if isinstance(arguments.get(key), str)}
    _known(named.values(), list(table), " ".join(named))
    for key, name in named.items():
        arguments[key] = np.asarray(table[name], dtype=None if key == "times" else object)
    if "yardstick" in named:
        arguments["yardstick"] = figures(table[named["yardstick"]], named["yardstick"])
    for name in set(named.values()):
        del table[name]


def _matrix(table: Mapping[str, Any]) -> Floats:
    columns = [figures(column, name) for name, column in table.items()]
    long = {name: len(column) for name, column in zip(table, columns, strict=True)}
    if len(set(long.values())) != 1:
        raise refusal(
            "columns_differ",
            f"各列的行数不同或没有列：{'、'.join(f'{k} {v} 行' for k, v in long.items())}。",
            "The columns differ in length, or there is none: "
            f"{', '.join(f'{k} {v}' for k, v in long.items())}.",
        )
    return np.column_stack(columns)


def _by_place(arguments: dict[str, Any], names: Sequence[str]) -> None:
    """What is written by name, in the order of the columns."""
    place = {name: at for at, name in enumerate(names)}
    for key in BY_INDICATOR:
        given = arguments.get(key)
        if isinstance(given, Mapping):
            _known(given, names, key)
            lacking = [name for name in names if name not in given]
            if lacking:
                raise refusal(
                    "name_lacking",
                    f"{key} 没有写 {'、'.join(lacking)}；每个指标都要写。",
                    f"{key} lacks {', '.join(lacking)}; write one for every indicator.",
                    key,
                )
            arguments[key] = [given[name] for name in names]
    for key in ("by", "scale"):
        given = arguments.get(key)
        if isinstance(given, Mapping) and any(isinstance(name, str) for name in given):
            _known(given, names, key)
            arguments[key] = {place[name]: value for name, value in given.items()}
    predictors = arguments.get("predictors")
    if predictors is not None and any(isinstance(name, str) for name in predictors):
        _known(predictors, names, "predictors")
        arguments["predictors"] = [place[name] for name in predictors]


def _known(given: Any, names: Sequence[str], what: str) -> None:
    strange = [str(name) for name in given if name not in names]
    if strange:
        listed_zh, listed_en = "、".join(names) or "（没有列名）", ", ".join(names) or "(no names)"
        raise refusal(
            "no_such_column",
            f"{what} 写的 {'、'.join(strange)} 不在表的列里；有的列：{listed_zh}。",
            f"{what} names {', '.join(strange)}, which the table lacks; it has {listed_en}.",
            what,
        )
