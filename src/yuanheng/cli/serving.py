"""``yh demo``, ``serve``, ``migrate``, ``createadmin``: the web server and its first user."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import current, explained, say
from yuanheng.cli.printing import remark, show
from yuanheng.cli.progress import progress

DEMO_HELP = explained(
    "一条命令看全貌：建好数据库，装入示例城市，完成评价，打开网页。",
    "See it all: a database, a demonstration city, its evaluations, and the web server.",
    "yh demo",
    "yh demo --no-serve --home ~/yuanheng-demo",
)
SERVE_HELP = explained(
    "启动网页服务。",
    "Start the web server.",
    "yh serve --host 0.0.0.0 --port 8000",
)
MIGRATE_HELP = explained(
    "把数据库升级到这个版本（首次使用时建库）。",
    "Bring the database to this version; the first time, make it.",
    "yh migrate",
)
REINDEX_HELP = explained(
    "按各名录重建搜索索引（名称、代码、拼音首字母）。平时自动更新；从别处恢复数据后可执行一次。",
    "Make the search index again from the registers. Every change keeps it up to date; run this "
    "after rows were written past the program.",
    "yh reindex",
)
ADMIN_HELP = explained(
    "建立第一个管理员，或重设其密码。密码从终端或标准输入读取。",
    "Make the first administrator or set a new password, read from the terminal or from input.",
    "yh createadmin --username admin",
)
Port = Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")]


def demo(
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="只准备，不启动网页 / stop before the server")
    ] = False,
    port: Port = 8000,
    home: Annotated[
        Path | None, typer.Option(help="数据放在哪里，默认 var/demo / where its data lies")
    ] = None,
) -> None:
    place = (home or Path(os.environ.get("YUANHENG_HOME") or "var/demo")).expanduser().resolve()
    place.mkdir(parents=True, exist_ok=True)
    # Always the embedded database: a demonstration must not meet anybody's real data.
    os.environ |= {"YUANHENG_HOME": str(place), "YUANHENG_DATABASE_URL": ""}
    if not no_serve:
        refuse_taken_port("127.0.0.1", port)
    with progress() as step:
        passwords = _load_demo(place, step)
    show(say("示例城市已就绪，数据是虚构的。", "The demonstration city is ready; it is made up."))
    for username, password in passwords.items():
        show(
            say(f"登录  {username}  密码 {password}", f"sign in  {username}  password {password}")
        )
    show(say(f"数据在 {place}", f"Its data lies in {place}"))
    if not no_serve:
        _serve("127.0.0.1", port)


def _load_demo(place: Path, step: Callable[[str, str], None]) -> dict[str, str]:
    """The city in its own database, made on the first start; who can sign in."""
    from yuanheng.web import commands

    step("准备数据库", "preparing the database")
    commands.migrate()
    from yuanheng.demo.city import PASSWORDS
    from yuanheng.demo.loading import load_demo

    made = load_demo(place, step).passwords
    kept = place / PASSWORDS
    return made or (json.loads(kept.read_text("utf-8")) if kept.is_file() else {})


def serve(
    host: Annotated[str, typer.Option(help="监听地址 / address to listen on")] = "127.0.0.1",
    port: Port = 8000,
) -> None:
    refuse_taken_port(host, port)
    refuse_old_database()
    _serve(host, port)


def _serve(host: str, port: int) -> None:
    from yuanheng.web import commands

    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  compared only
    address = f"[{shown}]" if ":" in shown else shown
    show(say(f"网址 http://{address}:{port}/", f"Open http://{address}:{port}/"))
    show(say("按 Ctrl-C 停止。", "Stop with Ctrl-C."))
    sys.stdout.flush()
    commands.serve(host, port)


def refuse_taken_port(host: str, port: int) -> None:
    """Say before anything is started that the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CallError(
                    f"端口 {port} 已被占用；请用 --port 换一个，例如 --port {port + 1}。",
                    f"Port {port} is in use; choose another, such as --port {port + 1}.",
                ) from None
            raise CallError(
                f"不能在 {host}:{port} 上监听（{error.strerror or error}）；"
                "请换地址，或换 1024 以上的端口。",
                f"Can't listen on {host}:{port} ({error.strerror or error}); choose another "
                "address, or a port above 1024.",
            ) from None


def refuse_old_database() -> None:
    """A server over a database of another version would fail page by page."""
    pending = pending_migrations()
    if pending:
        raise CallError(
            f"数据库还没有升级到这个版本（差 {pending} 步）；请先执行 yh migrate。",
            f"The database is {pending} steps behind this version; run yh migrate first.",
        )


def pending_migrations() -> int:
    """How many steps the database is behind this version."""
    from yuanheng.web import setup

    setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    from yuanheng.web import commands

    with progress() as step:
        step("升级数据库", "bringing the database to this version")
        commands.migrate()
    show(say("数据库已是这个版本。", "The database is at this version."))


def reindex() -> None:
    refuse_old_database()
    from yuanheng.web import commands

    with progress() as step:
        counts = commands.reindex(
            lambda title, count: step(f"{title} {count}", f"{title} {count}")
        )
    total = f"{sum(counts.values()):,}"
    show(say(f"搜索索引已重建，共 {total} 条。", f"The search index has been made: {total} rows."))


def createadmin(
    username: Annotated[str, typer.Option(help="用户名 / user name")] = "admin",
) -> None:
    refuse_old_database()
    from django.core.exceptions import ValidationError
    from django.utils import translation

    from yuanheng.web import commands

    password = read_password()
    try:
        with translation.override("en" if current() == "en" else "zh-hans"):
            commands.create_admin(username, password)
    except ValidationError as error:
        for message in error.messages:
            remark(message)
        raise CallError(
            "管理员没有建立；请换一个密码。", "Nothing was done; choose another password."
        ) from None
    show(say(f"管理员“{username}”可以登录了。", f"The administrator “{username}” can sign in."))


def read_password() -> str:
    """Asked twice on a terminal; otherwise the first line of standard input."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
        if not password:
            raise CallError(
                "没有读到密码；请在终端里执行，或把密码从标准输入送入。",
                "No password was read; run it on a terminal or give the password on input.",
            )
        return password
    import getpass

    password = getpass.getpass(say("密码：", "Password: "))
    if password != getpass.getpass(say("再输一遍：", "Again: ")):
        raise CallError("两次输入的密码不同。", "The two passwords differ.")
    return password
