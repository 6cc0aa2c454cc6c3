"""Which columns of figures are tax or energy data today."""

from __future__ import annotations

from collections.abc import Iterable

from yuanheng.ledger.models import SensitiveWord


def words_by_group() -> dict[str, frozenset[str]]:
    """The words in force today, by group: one query."""
    found: dict[str, set[str]] = {}
    for group, word in SensitiveWord.objects.in_force().values_list("group", "word"):
        found.setdefault(group, set()).add(word)
    return {group: frozenset(words) for group, words in found.items()}


def is_named(names: Iterable[str], words: Iterable[str]) -> bool:
    """Whether one of the columns' names contains one of the words."""
    words = list(words)
    return any(word in name for name in names for word in words)
