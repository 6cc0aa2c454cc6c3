"""Finding rows: in one register, for its list, and over all of them, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.urls import reverse

from yuanheng.kernel.lists.prefixes import begins_with
from yuanheng.kernel.models import SearchEntry
from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.search.databases import text_index
from yuanheng.kernel.search.words import Word, words

# With more hits than this the database joins the index instead of being told the rows.
FEW = 5_000
_SAMPLE = 2_000
# A word that so many of a sample have is met soon on any walk: the index is no help then.
_COMMON = 0.1
_CODE_LENGTH = 8


@dataclass(frozen=True)
class Found:
    """How a list is to be searched.

    ``rows``: the few that fit. Where there are many (``has_many``), Chinese words are compared in
    each row that the list comes by; of others the index is joined or, for common ones
    (``is_common``), each row's entry compared. ``code``: the words are the beginning of a code,
    and need no index but the code's own.
    """

    words: Sequence[Word]
    rows: list[int] | None = None
    is_common: bool = False
    code: str = ""

    @property
    def has_many(self) -> bool:
        """Whether more than ``FEW`` rows of the register have the words."""
        return self.rows is None and not self.code and bool(self.words)

    @property
    def in_row(self) -> bool:
        """Whether the words are compared in the row itself."""
        return self.has_many and all(word.is_han for word in self.words)

    def narrow(self, resource: Any, queryset: models.QuerySet) -> models.QuerySet:
        """``queryset``, rows of ``resource``, without those that don't fit."""
        register, lookup = resource.name, resource.lookup
        if self.code:
            upper, typed = begins_with(lookup, self.code.upper()), begins_with(lookup, self.code)
            return queryset.filter(Q(**upper) if upper == typed else Q(**upper) | Q(**typed))
        if not self.words:
            return queryset.none()
        if self.rows is not None:
            return queryset.filter(pk__in=self.rows) if self.rows else queryset.none()
        if self.in_row:
            return queryset.filter(_in_the_row(self.words, resource))
        if self.is_common:
            entries = SearchEntry.objects.filter(register=register, row_id=OuterRef("pk"))
            return queryset.filter(Exists(entries.filter(compared(self.words))))
        entries = matching(self.words).filter(register=register)
        return queryset.filter(pk__in=entries.order_by().values("row_id"))


def _in_the_row(wanted: Sequence[Word], resource: Any) -> Q:
    """Chinese is written in the row as it is in the index: no need to look there."""
    fits = Q()
    for word in wanted:
        somewhere = Q()
        for path in dict.fromkeys((resource.search_title, *resource.searched_fields)):
            somewhere |= Q(**{f"{path}__contains": word.text})
        fits &= somewhere
    return fits


def look_up(register: str, text: str) -> Found:
    """How the rows of a register that fit ``text`` are found: one query at most."""
    wanted = words(text)
    if len(wanted) == 1 and _is_code(wanted[0]):
        return Found(wanted, code=wanted[0].text)
    if not wanted or not any(one.is_lookup for one in wanted):
        return Found(wanted, is_common=True)
    entries = matching(wanted).filter(register=register).order_by()
    if all(one.is_han for one in wanted):
        rows = list(entries.values_list("row_id", flat=True)[: FEW + 1])
        return Found(wanted, rows if len(rows) <= FEW else None)
    some = (
        SearchEntry.objects.filter(register=register).order_by().values("pk", "text", "initials")
    )
    fits = _counted(SearchEntry.objects.filter(pk__in=some.values("pk")[:_SAMPLE]), wanted)
    found = list(
        entries.annotate(common=Subquery(fits)).values_list("row_id", "common")[: FEW + 1]
    )
    if len(found) <= FEW:
        return Found(wanted, [row for row, _common in found])
    return Found(wanted, is_common=found[0][1] >= _SAMPLE * _COMMON)


def _counted(entries: models.QuerySet, wanted: Sequence[Word]) -> models.QuerySet:
    """How many of ``entries`` fit, as a subquery that stands for itself."""
    fitting = entries.filter(compared(wanted)).order_by().annotate(one=Value(1))
    return fitting.values("one").annotate(count=Count("pk")).values("count")


def _is_code(word: Word) -> bool:
    has_digit = any(one.isdigit() for one in word.text)
    return not word.is_han and has_digit and len(word.text) >= _CODE_LENGTH


class _HasGrams(Func):
    """True for an entry with the words' grams, in the database's own way of asking."""

    output_field = BooleanField()

    def __init__(self, key: Any, wanted: Sequence[Word]) -> None:
        super().__init__(key)
        self.wanted = wanted

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:
        alias = compiler.quote_name_unless_alias(self.source_expressions[0].alias)
        sql, parameters = text_index(connection.alias).condition(self.wanted, alias) or ("1=1", [])
        return sql, parameters


def matching(wanted: Sequence[Word]) -> models.QuerySet:
    """The entries that fit all words, found by the text index."""
    entries = SearchEntry.objects.get_queryset()
    if text_index().condition(wanted, "") is None:
        return entries.filter(compared(wanted))
    entries = entries.filter(_HasGrams(F("pk"), wanted))
    left = [one for one in wanted if one.checked]
    return entries.filter(compared(left)) if left else entries


def compared(wanted: Sequence[Word]) -> Q:
    """True for entries that fit all words, letter by letter."""
    found = Q()
    for word in wanted:
        if word.is_han:
            found &= Q(text__contains=word.text)
            continue
        fits = Q(text__contains=f" {word.text}")
        if word.text.isalpha():
            fits |= Q(initials__contains=word.text)
        found &= fits
    return found


@dataclass(frozen=True)
class Hit:
    """One row that was found, as the search page shows it."""

    title: str
    code: str
    context: str
    href: str
    is_archived: bool = False


@dataclass
class Group:
    """The hits of one register, best first."""

    title: Any
    icon: str
    href: str  # the register's list with the same search
    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False


_TIER = 60  # candidates of one kind that are looked at
_SHOWN = 6
_WALKED = 1


def search_everything(user: Any, text: str, limit: int = _SHOWN) -> list[Group]:
    """What ``user`` may see that fits ``text``, grouped by register, best first.

    Best is the row with exactly this code, then codes that begin so, titles that begin so,
    initials that begin so, then the rest. At most eight queries, whatever there is.
    """
    resources = {one.name: one for one in _searchable(user)}
    wanted = words(text)
    if not wanted or not resources:
        return []
    candidates, cut = _candidates(text, wanted, list(resources))
    visible = _visible(user, resources, candidates)
    groups: dict[str, Group] = {}
    for entry in candidates:
        if (entry.register, entry.row_id) in visible:
            _add(groups, resources[entry.register], entry, text, limit)
    # Where candidates were left out, a person with a small area may see one of those.
    seen = Counter(entry.register for entry in candidates)
    for name, _count in seen.most_common(_WALKED) if cut else ():
        if name not in groups:
            _walk(groups, resources[name], user, text, limit)
    order = list(resources)
    return sorted(groups.values(), key=lambda one: _rank(one, text, order))


def _searchable(user: Any) -> list[Any]:
    from yuanheng.kernel.resources import all_resources

    return [one for one in all_resources() if one.is_indexed and can(user, VIEW, one.model)]


def _candidates(
    text: str, wanted: Sequence[Word], registers: list[str]
) -> tuple[list[SearchEntry], bool]:
    """Entries that fit, best first, and whether there are more."""
    # Which registers count is asked afterwards: in the query it would lead a database astray.
    entries = SearchEntry.objects.filter(is_current=True)
    only = "register", "row_id", "code", "title", "context", "initials"
    typed, known = text.strip(), set(registers)
    tiers = []
    if len(wanted) == 1 and not wanted[0].is_han:
        upper = begins_with("code", typed.upper())
        codes = (
            Q(**upper) | Q(**begins_with("code", typed)) if typed != typed.upper() else Q(**upper)
        )
        tiers.append(entries.filter(codes).order_by("code"))
    if not (len(wanted) == 1 and _is_code(wanted[0])):
        tiers.append(entries.filter(**begins_with("title", typed)).order_by("title"))
        tiers.append(matching(wanted).filter(is_current=True).order_by())
    found: dict[tuple[str, int], SearchEntry] = {}
    cut = False
    for tier in tiers:
        part = list(tier.only(*only)[: _TIER + 1])
        cut = cut or len(part) > _TIER
        for one in part[:_TIER]:
            if one.register in known:
                found.setdefault((one.register, one.row_id), one)
    return sorted(found.values(), key=lambda one: _worth(one, typed)), cut


def _worth(entry: SearchEntry, typed: str) -> tuple[Any, ...]:
    low = typed.lower()
    code, title = entry.code.lower(), entry.title.lower()
    ranks = (
        code != low,
        not code.startswith(low),
        title != low,
        not title.startswith(low),
        not any(one.startswith(low) for one in entry.initials.split()),
    )
    return (*ranks, len(entry.title), entry.title, entry.code)


def _visible(
    user: Any, resources: dict[str, Any], candidates: Sequence[SearchEntry]
) -> set[tuple[str, int]]:
    """Those that ``user`` may see: one query over all registers."""
    wanted: dict[str, list[int]] = {}
    for one in candidates:
        wanted.setdefault(one.register, []).append(one.row_id)
    parts = [
        resources[name]
        .queryset(user)
        .filter(pk__in=keys)
        .order_by()
        .annotate(found_in=Value(name, CharField()))
        .values_list("found_in", "pk")
        for name, keys in wanted.items()
    ]
    if not parts:
        return set()
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(name, key) for name, key in rows}


def _walk(groups: dict[str, Group], resource: Any, user: Any, text: str, limit: int) -> None:
    visible = resource.queryset(user, many=True)
    rows = look_up(resource.name, text).narrow(resource, visible)
    keys = rows.order_by("pk").values("pk")[: limit + 1]
    entries = SearchEntry.objects.filter(register=resource.name, row_id__in=keys, is_current=True)
    for entry in sorted(entries, key=lambda one: _worth(one, text)):
        _add(groups, resource, entry, text, limit)


def _add(
    groups: dict[str, Group], resource: Any, entry: SearchEntry, text: str, limit: int
) -> None:
    group = groups.get(resource.name)
    if group is None:
        href = f"{resource.url('list')}?{_query(text)}"
        group = groups[resource.name] = Group(resource.title, resource.icon, href)
    if len(group.hits) >= limit:
        group.has_more = True
        return
    href = reverse(f"{resource.name}-detail", args=[entry.code])
    group.hits.append(Hit(entry.title, entry.code, entry.context, href))


def _query(text: str) -> str:
    from django.utils.http import urlencode

    return urlencode({"q": text})


def _rank(group: Group, text: str, order: list[str]) -> tuple[Any, ...]:
    low = text.strip().lower()
    best = group.hits[0]
    return (
        best.code.lower() != low,
        best.title.lower() != low,
        not best.title.lower().startswith(low),
    )
