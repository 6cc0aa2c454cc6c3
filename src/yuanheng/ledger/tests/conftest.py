"""A small world with the shipped catalogue, and a quick way to write figures."""

from __future__ import annotations

from copy import deepcopy

import pytest

from yuanheng.calc.periods import Period
from yuanheng.kernel.models import AuditEvent
from yuanheng.ledger.actions import NewFigure, load_catalogue, subjects_of, write_figures
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.expected import forget_recent_dues
from yuanheng.ledger.models import Indicator
from yuanheng.registry.tests.world import make_world


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_world()


@pytest.fixture(autouse=True)
def _no_due_days_of_another_test():
    forget_recent_dues()


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)


@pytest.fixture
def book(world):
    """``book(park, "firms", "2024-07", 71)`` writes one figure of a park as the analyst;
    several with ``book.many``. The world is ``book.world``."""
    return Book(world)


class Book:
    def __init__(self, world):
        self.world = world
        if not Indicator.objects.exists():
            load_catalogue(acting_user=world.root)
        self.ids = dict(Indicator.objects.values_list("code", "pk"))

    def figure(self, row, code, period, value, **more) -> NewFigure:
        kind, key = ("enterprise", row.credit_code) if hasattr(row, "credit_code") else (
            ("park", row.code) if hasattr(row, "rank") else ("region", row.code)
        )  # fmt: skip
        subject = subjects_of(kind, [key], acting_user=self.world.analyst)[key]
        return NewFigure(subject, self.ids[code], Period.parse(period), value, **more)

    def many(self, *rows, by=None, source=EntrySource.FORM, **options):
        return write_figures(
            acting_user=by or self.world.analyst,
            figures=[self.figure(*row[:4], **(row[4] if len(row) > 4 else {})) for row in rows],
            source=source,
            title=options.pop("title", "七月月报"),
            **options,
        )

    def __call__(self, row, code, period, value, **options):
        return self.many((row, code, period, value), **options)

    @property
    def events(self):
        return AuditEvent.objects.order_by("pk")
