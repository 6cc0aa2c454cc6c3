"""``yh check-install``: what of this machine works, what is degraded, and what to do."""

from __future__ import annotations

import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yuanheng.cli.ending import PROBLEMS
from yuanheng.cli.language import explained, say
from yuanheng.cli.printing import padded, show
from yuanheng.cli.printing import width as printed_width

HELP = explained(
    "检查安装：Python、DuckDB、磁盘、数据库、字体、密钥文件等，缺什么、怎么办。",
    "Check the installation: what works, what is degraded, and what to do.",
    "yh check-install",
)
ROOM = 1 << 30
State = Literal["ok", "degraded", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and what to do where it is not well."""

    name: str
    state: State
    found: str
    advice: str = ""


def check_install() -> int:
    found = [finding for look in looks() for finding in look()]
    words = {
        "ok": say("正常", "ok"),
        "degraded": say("可缺", "degraded"),
        "wrong": say("有误", "wrong"),
    }
    width = max(map(printed_width, words.values())) + 2
    for finding in found:
        show(f"{padded(words[finding.state], width)}{padded(finding.name, 22)}{finding.found}")
        if finding.advice:
            show(f"{' ' * width}→ {finding.advice}")
    return PROBLEMS if any(finding.state == "wrong" for finding in found) else 0


def looks() -> list[Callable[[], list[Finding]]]:
    return [_python, _duckdb, _home, _database, _calendar, _fonts, _programs]


def _python() -> list[Finding]:
    good = sys.version_info >= (3, 11)
    advice = "" if good else say("需要 Python 3.11 或更高版本", "Python 3.11 or newer is needed")
    return [Finding("Python", "ok" if good else "wrong", platform.python_version(), advice)]


def _duckdb() -> list[Finding]:
    try:
        import duckdb

        answer = duckdb.connect(":memory:").execute("SELECT 6 * 7").fetchone()
    except Exception as error:
        advice = say("请删除 .venv 后重新执行 ./yh", "delete .venv and run ./yh again")
        return [Finding("DuckDB", "wrong", str(error), advice)]
    return [Finding("DuckDB", "ok" if answer == (42,) else "wrong", duckdb.__version__)]


def _home() -> list[Finding]:
    from yuanheng.web.environment import home_directory

    home = home_directory()
    place = home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    found = [
        Finding(
            say("磁盘", "disk"),
            "ok" if free >= ROOM else "degraded",
            say(f"{place} 剩余 {free / ROOM:.1f} GB", f"{free / ROOM:.1f} GB free at {place}"),
            "" if free >= ROOM else say("请腾出至少 1 GB", "free at least 1 GB"),
        )
    ]
    key = home / "secret_key"
    if not key.is_file():
        text = say("尚未生成，首次启动时生成", "not made yet; the first start makes it")
        return [*found, Finding(say("密钥文件", "secret key file"), "ok", text)]
    mode = stat.S_IMODE(key.stat().st_mode)
    private = not mode & 0o077
    return [
        *found,
        Finding(
            say("密钥文件", "secret key file"),
            "ok" if private else "wrong",
            f"{key} {mode:04o}",
            "" if private else say(f"别人可读；请执行 chmod 600 {key}", f"run chmod 600 {key}"),
        ),
    ]


def _database() -> list[Finding]:
    from yuanheng.cli.serving import pending_migrations
    from yuanheng.web.environment import database, env_text, home_directory

    name = say("数据库", "database")
    url, home = env_text("YUANHENG_DATABASE_URL"), home_directory()
    if not url and not (home / "yuanheng.sqlite3").is_file():
        text = say(f"{home} 里还没有数据库", f"none in {home} yet")
        return [Finding(name, "degraded", text, say("请执行 yh migrate", "run yh migrate"))]
    try:
        kind = str(database(url, home)["ENGINE"]).rsplit(".", 1)[-1]
        pending = pending_migrations()
    except Exception as error:
        advice = say("请检查 YUANHENG_DATABASE_URL 和数据库服务", "check YUANHENG_DATABASE_URL")
        return [Finding(name, "wrong", f"{type(error).__name__}: {error}".strip(), advice)]
    if pending:
        text = say(f"{kind}，差 {pending} 步升级", f"{kind}, {pending} steps behind")
        return [Finding(name, "wrong", text, say("请执行 yh migrate", "run yh migrate"))]
    return [Finding(name, "ok", kind)]


def _calendar() -> list[Finding]:
    """Whether the days off of this year and, late in the year, of the next are known."""
    from yuanheng.cli.serving import pending_migrations

    if any(one.state != "ok" for one in _database()) or pending_migrations():
        return []
    from yuanheng.kernel.clocks.provisional import missing_years, year_is_due

    name, found, coming = say("工作日历", "calendar"), missing_years(), year_is_due()
    years = sorted({*found.years, *([coming] if coming else [])})
    if not years:
        return [Finding(name, "ok", say("放假安排齐全", "days off are known"))]
    listed = "、".join(map(str, years))
    text = say(
        f"{listed} 年的放假安排没有录入，{found.clocks} 个时限的到期日是暂定的",
        f"days off of {listed} are not entered; {found.clocks} due dates are provisional",
    )
    advice = say("国务院公布后请在“放假与调休”中录入", "enter them when they are published")
    return [Finding(name, "degraded", text, advice)]


def _fonts() -> list[Finding]:
    name = say("中文字体", "Chinese fonts")
    program = shutil.which("fc-list")
    advice = say(
        "截图、打印会缺字；请安装 fonts-noto-cjk", "needed for pictures: install fonts-noto-cjk"
    )
    if program is None:
        return [Finding(name, "degraded", say("没有 fontconfig", "no fontconfig"), advice)]
    listed = subprocess.run(  # noqa: S603  a found program, fixed words
        [program, ":lang=zh", "family"], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        return [Finding(name, "degraded", say("没有找到", "none found"), advice)]
    return [Finding(name, "ok", sorted(listed)[0])]


def _programs() -> list[Finding]:
    wanted = [
        (
            "Chromium",
            ("chromium", "chromium-browser", "google-chrome"),
            say("只有浏览器测试需要", "only the browser tests need it"),
        ),
        (
            "LibreOffice",
            ("soffice", "libreoffice"),
            say("目前的功能不需要", "nothing in this version needs it"),
        ),
    ]
    found = []
    for name, programs, use in wanted:
        path = next((p for p in map(shutil.which, programs) if p), None)
        if path:
            found.append(Finding(name, "ok", str(Path(path))))
        else:
            found.append(Finding(name, "degraded", say("没有", "not there"), use))
    return found
