"""What the command line does with the server: migrate, first user, serve."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yuanheng.web import setup

_ANY_HOST = {"0.0.0.0", "::", ""}  # noqa: S104  compared, not bound


def migrate() -> None:
    """Bring the database to this version, and the static files beside it."""
    setup()
    from django.core.management import call_command
    from django.db import connection

    from yuanheng.kernel.audit import install_guards
    from yuanheng.kernel.final_tables import guard_tables

    call_command("migrate", interactive=False, verbosity=0)
    # SQLite loses triggers when a migration rebuilds a table.
    install_guards(connection)
    guard_tables(connection)
    _fill_search()
    _collect_static()


def reindex(progress: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Make the search index again from the registers; how many rows of each it holds."""
    setup()
    from yuanheng.kernel.search.index import reindex as make_again

    return make_again(progress)


def _fill_search() -> None:
    """A database from before the search had an index gets one."""
    from yuanheng.kernel.search.index import index_if_empty

    index_if_empty()


def create_admin(username: str, password: str) -> Any:
    """The first person, who may do everything; an existing one gets this password."""
    setup()
    from yuanheng.accounts.first_user import create_first_user

    return create_first_user(username=username, password=password)


def serve(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted: gunicorn with two threads, or waitress on Windows."""
    os.environ.setdefault("YUANHENG_HOSTS", ",".join(_names_of(host)))
    setup()
    _collect_static()
    if sys.platform == "win32":
        from waitress import serve as serve_waitress

        from yuanheng.web.wsgi import application

        with _ticking():
            serve_waitress(application, host=host, port=port, threads=2)
    else:
        _gunicorn(host, port)


def _gunicorn(host: str, port: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            chosen = {
                "bind": bind,
                "worker_class": "gthread",
                "workers": 1,
                "threads": 2,
                "timeout": 300,
                "loglevel": "warning",
                "proc_name": "yuanheng",
            }
            for name, value in chosen.items():
                self.cfg.set(name, value)
            # A thread does not survive the fork of a worker: each worker has its own ticker, and
            # one of them leads.
            ticking = contextlib.ExitStack()
            self.cfg.set("post_worker_init", lambda worker: ticking.enter_context(_ticking()))
            self.cfg.set("worker_exit", lambda server, worker: ticking.close())

        def load(self) -> Any:
            from yuanheng.web.wsgi import application

            return application

    Server().run()


@contextlib.contextmanager
def _ticking() -> Iterator[None]:
    """What runs beside the pages of a server: the clocks, and a worker for long jobs."""
    from yuanheng.kernel.clocks.ticker import start_ticker
    from yuanheng.kernel.jobs.worker import working

    ticker = start_ticker()
    try:
        with working():
            yield
    finally:
        if ticker:
            ticker.stop()


def _names_of(host: str) -> list[str]:
    """Names under which a browser may call a server that listens on ``host``."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in _ANY_HOST:
        return [*names, host]
    names.append(socket.gethostname())
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
        names += [f"[{a[4][0]}]" if ":" in str(a[4][0]) else str(a[4][0]) for a in found]
    except OSError:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:  # sends nothing; asks which own address would be used
            probe.connect(("192.0.2.1", 9))
            names.append(probe.getsockname()[0])
        except OSError:
            pass
    return list(dict.fromkeys(names))


def _collect_static() -> None:
    """Compressed copies of the static files, made again when the package has changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    listed = sorted(
        (path, os.stat(storage.path(path)).st_size, os.stat(storage.path(path)).st_mtime_ns)
        for finder in get_finders()
        for path, storage in finder.list(None)
    )
    stamp, present = Path(settings.STATIC_ROOT) / ".stamp", repr(listed)
    if stamp.exists() and stamp.read_text("utf-8") == present:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(present, "utf-8")
