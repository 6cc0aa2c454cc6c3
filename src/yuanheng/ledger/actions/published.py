"""Figures that places have published, word for word, as observations of the ledger."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from yuanheng.calc.periods import Period
from yuanheng.calc.units import UnknownUnitError, exact_factor, parse_unit
from yuanheng.kernel.actions import action, record
from yuanheng.ledger.actions.entries import NewFigure, write_figures
from yuanheng.ledger.actions.subjects import add_public_subject
from yuanheng.ledger.choices import BearerKind, EntrySource, Standing
from yuanheng.ledger.models import Entry, Indicator, PublishedFigure
from yuanheng.ledger.queries.catalogue import Catalogue

_PERIOD = re.compile(r"(\d{4})年(?:(\d{1,2})月)?")
_WHOLE_PLACE = ("全市", "全县", "全区", "全省")


@action("ledger.enter_published_figures")
def enter_published(*, acting_user: Any) -> int:
    """Write the published figures that the catalogue has an indicator for into the ledger, one
    entry a document; how many were new. A stated growth is a figure of its own."""
    catalogue = Catalogue()
    documents: dict[tuple[str, str], list[PublishedFigure]] = defaultdict(list)
    for one in PublishedFigure.objects.order_by("position", "pk"):
        documents[one.place, one.document].append(one)
    written = 0
    for (place, document), rows in documents.items():
        key = hashlib.sha256(f"{place}\n{document}".encode()).hexdigest()
        if Entry.objects.filter(source=EntrySource.DOCUMENT, source_key=key).exists():
            continue
        figures = [figure for row in rows for figure in _figures(row, catalogue, acting_user)]
        if figures:
            entry = write_figures(
                acting_user=acting_user,
                figures=figures,
                source=EntrySource.DOCUMENT,
                title=f"{place} · {document}",
                source_name="，".join(part for part in (document, rows[0].outlet) if part),
                source_key=key,
                standing=Standing.ACCEPTED,
            )
            written += entry.rows
    record(label="published figures", after={"written": written})
    return written


def _figures(row: PublishedFigure, catalogue: Catalogue, acting_user: Any) -> list[NewFigure]:
    indicator, period = catalogue.find(row.indicator), _period(row.period)
    if indicator is None or period is None or indicator.is_derived:
        return []
    kind = BearerKind.REGION if row.subject.startswith(_WHOLE_PLACE) else BearerKind.PARK
    subject = add_public_subject(
        acting_user=acting_user,
        kind=kind,
        code=f"{row.place}·{row.subject}"[:60],
        name=f"{row.place}{row.subject}" if kind == BearerKind.REGION else row.subject,
    )
    value = in_measure(row.value, row.measure, indicator)
    found = [NewFigure(subject.pk, indicator.pk, period, value, place=row.note)]
    rate = catalogue.growth_by_level.get(indicator.pk)
    if row.growth_percent and rate is not None:
        grown = float(Decimal(row.growth_percent))
        found.append(NewFigure(subject.pk, rate.pk, period, grown, place="同比"))
    return [one for one in found if one.value is not None]


def _period(text: str) -> Period | None:
    found = _PERIOD.fullmatch(text)
    if not found:
        return None
    year, month = found.groups()
    return Period.parse(f"{year}-{int(month):02d}" if month else year)


def in_measure(text: str, unit: str, indicator: Indicator) -> float | None:
    """A printed number in the indicator's own measure, exactly: 3923.37亿元 is 392337000000 yuan.

    None for what is no number or measures something else."""
    try:
        number = Fraction(Decimal(text.replace(",", "")))
        factor = exact_factor(parse_unit(unit), parse_unit(indicator.measure))
    except (InvalidOperation, UnknownUnitError):
        return None
    return None if factor is None else float(number * factor)
