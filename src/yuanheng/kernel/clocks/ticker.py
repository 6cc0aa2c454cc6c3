"""The tick inside ``yh serve``: a thread that ticks every minute where it is the leader."""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connections
from django.db.models import Q
from django.utils import timezone

from yuanheng.kernel.clocks.tick import tick
from yuanheng.kernel.models import TickLease

log = logging.getLogger(__name__)
EVERY = 60.0
LEASE = timedelta(seconds=150)
_NAME = "tick"


def take_lease(holder: str) -> bool:
    """Whether ``holder`` is the leader for the next two and a half minutes.

    One conditional UPDATE decides. A lease that ends later than any lease can was written before
    the machine's clock was set back; it does not count.
    """
    now = timezone.now()
    TickLease.objects.get_or_create(name=_NAME, defaults={"holder": "", "until": now})
    free = Q(holder=holder) | Q(until__lte=now) | Q(until__gt=now + 2 * LEASE)
    rows = TickLease.objects.filter(free, name=_NAME)
    return bool(rows.update(holder=holder, until=now + LEASE))


def give_back_lease(holder: str) -> None:
    """Let another process lead at once."""
    TickLease.objects.filter(name=_NAME, holder=holder).update(until=timezone.now())


class Ticker:
    """Ticks in a daemon thread until it is stopped."""

    def __init__(self, every: float = EVERY) -> None:
        self.every = every
        self.holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{id(self):x}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="yuanheng-tick", daemon=True)

    def start(self) -> None:
        """Begin; the first tick comes at once."""
        self._thread.start()

    def stop(self, wait: float = 5.0) -> None:
        """End after the clock that is being worked on, and give the lead back."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._once()
                self._stop.wait(self.every)
            give_back_lease(self.holder)
        except DatabaseError:
            log.warning("the lease could not be given back; it ends by itself")
        finally:
            connections.close_all()

    def _once(self) -> None:
        try:
            close_old_connections()
            if take_lease(self.holder):
                report = tick(until=self._stop.is_set)
                for problem in (*report.problems, *report.untold):
                    log.warning("tick: %s", problem)
        except Exception:  # a database that is away must not end the thread
            log.exception("tick failed; the next one is in %s seconds", self.every)


def start_ticker() -> Ticker | None:
    """A running ticker, or nothing where YUANHENG_TICK=0 says that ``yh tick`` is called from
    outside."""
    from django.conf import settings

    if not settings.TICK_IN_PROCESS:
        return None
    ticker = Ticker()
    ticker.start()
    return ticker
