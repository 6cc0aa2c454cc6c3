from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from yuanheng.kernel.clocks import on_tick, tick
from yuanheng.kernel.clocks.tests.conftest import at
from yuanheng.kernel.clocks.tick import _parts
from yuanheng.kernel.clocks.ticker import LEASE, Ticker, give_back_lease, start_ticker, take_lease
from yuanheng.kernel.models import TickLease


@pytest.mark.django_db
def test_one_process_leads_until_its_lease_ends():
    assert take_lease("a")
    assert not take_lease("b")
    assert take_lease("a")
    TickLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert take_lease("b")
    assert not take_lease("a")
    give_back_lease("b")
    assert take_lease("a")


@pytest.mark.django_db
def test_a_lease_from_before_the_clock_was_set_back_does_not_count():
    assert take_lease("a")
    TickLease.objects.update(until=timezone.now() + timedelta(days=3))
    assert take_lease("b")
    assert TickLease.objects.get().until < timezone.now() + 2 * LEASE


@pytest.mark.django_db
def test_other_parts_are_called_and_one_that_fails_is_a_problem(caplog):
    def broken(now):
        raise ValueError("no way")

    on_tick("sample", lambda now: {"sent": 2})
    on_tick("broken", broken)
    try:
        report = tick(at("2026-10-12 09:30"))
    finally:
        del _parts["sample"], _parts["broken"]
    assert report.parts["sample"] == {"sent": 2}
    assert report.problems == ["broken: no way"]


@pytest.mark.django_db(transaction=True)
def test_the_thread_ticks_and_stops_cleanly():
    seen = []
    on_tick("seen", seen.append)
    ticker = Ticker(every=0.05)
    try:
        ticker.start()
        for _ in range(100):
            if len(seen) > 1:
                break
            time.sleep(0.05)
        ticker.stop()
    finally:
        del _parts["seen"]
    assert len(seen) > 1
    assert not ticker._thread.is_alive()
    assert TickLease.objects.get().until <= timezone.now()


def test_it_can_be_switched_off(settings):
    settings.TICK_IN_PROCESS = False
    assert start_ticker() is None
