"""The rows of one file, by column: what was read, what it means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from yuanheng.kernel.importing.fields import ExchangeField


class _Clear:
    """The value of a cell that says 〈清空〉: what is there is to be cleared."""

    def __repr__(self) -> str:
        return "CLEAR"

    def __bool__(self) -> bool:
        return False


CLEAR = _Clear()

# A value of a column is a text, a number, a bool, ``CLEAR``, or None: leave what is there.
Values = list[Any]


@dataclass(slots=True)
class Batch:
    """``lines`` are the row numbers in the file; every list has one entry for each of them.

    ``keys`` are the natural keys (``None`` where the file has none), ``cells`` the values as read
    by code of the column, ``values`` what they are in the database, by its column.
    ``late`` are references to rows of the same register, by their natural key: some of them may be
    made by this very file.
    """

    user: Any
    lines: list[int]
    keys: list[str | None]
    labels: list[str]
    fields: dict[str, ExchangeField]
    cells: dict[str, Values]
    values: dict[str, Values] = field(default_factory=dict)
    late: dict[str, Values] = field(default_factory=dict)
    faults: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)  # a person has to decide, or has left them out
    # position → (primary key, position in ``known``), of rows that are in the register
    found: dict[int, tuple[Any, int]] = field(default_factory=dict)
    # the rows of the register that the file speaks of, by column
    known: dict[str, Values] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def fault(self, at: int, code: str, text: str) -> None:
        """The row at position ``at`` can't be used; ``code`` names the column at fault."""
        self.faults.setdefault(at, []).append((code, text))

    def is_at_fault(self, at: int, code: str) -> bool:
        """Whether something is wrong with this very cell."""
        return any(one == code for one, _text in self.faults.get(at, ()))

    def column(self, code: str) -> Values:
        """The cells of a column; nothing, if the file doesn't have it."""
        return self.cells.get(code) or [None] * len(self)

    def value(self, name: str, at: int) -> Any:
        """What the register will hold in column ``name`` of a row, as far as it is known."""
        column = self.values.get(name)
        wanted = column[at] if column is not None else None
        if wanted is None and at in self.found and name in self.known:
            return self.known[name][self.found[at][1]]
        return None if wanted is CLEAR else wanted

    def places(self) -> Iterable[int]:
        """Positions of the rows that can be used so far."""
        out = self.faults.keys() | self.aside
        return (at for at in range(len(self.lines)) if at not in out)
