"""Settings that an office gives through environment variables, read with their kind checked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA cache_size=-64000;PRAGMA temp_store=MEMORY;"
    ),
}

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class WrongEnvironment(ValueError):  # noqa: N818  named for what it says
    """An environment variable holds something that can't be used; the text says what to do."""


def env_text(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> str:
    """The variable's text without blanks around it."""
    return environ.get(name, default).strip()


def env_flag(name: str, default: bool, *, environ: Mapping[str, str] = os.environ) -> bool:
    """A yes or no; any other word is refused."""
    raw = environ.get(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise WrongEnvironment(f"{name}={raw!r}: write 1 (yes) or 0 (no).")


def env_number(name: str, default: int, *, environ: Mapping[str, str] = os.environ) -> int:
    """A whole number above zero."""
    raw = environ.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdecimal() or int(raw) < 1:
        raise WrongEnvironment(f"{name}={raw!r}: write a whole number above zero.")
    return int(raw)


def env_list(
    name: str, default: str = "", *, environ: Mapping[str, str] = os.environ
) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in environ.get(name, default).split(",") if word.strip()]


def home_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the database, the secret key and uploads live: YUANHENG_HOME, or ``var`` here."""
    return Path(environ.get("YUANHENG_HOME") or "var").expanduser().resolve()


def secret_key(home: Path) -> str:
    """The installation's own key, made on first use and readable by its owner only."""
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return path.read_text("ascii").strip()
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(50))
    return path.read_text("ascii").strip()


def database(url: str, home: Path) -> dict[str, object]:
    """Django's database entry for a URL, or for the SQLite file under ``home`` without one."""
    if not url:
        return _sqlite(home / "yuanheng.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path.removeprefix("/")) if parts.path else "yuanheng"))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WrongEnvironment(
            f"YUANHENG_DATABASE_URL begins with {parts.scheme!r}: "
            "write postgresql://user:password@host:5432/name or sqlite:///path."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket directory can be given as ?host=/run/postgresql
        "HOST": options.pop("host", "") or (parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


_MAIL_PORTS = {"imaps": 993, "pops": 995, "imap-plain": 143, "pop-plain": 110}


@dataclass(frozen=True, slots=True)
class MailboxAt:
    """A mailbox that is signed in to, and the folder below the inbox that gets its mails."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    box: str
    folder: str

    @property
    def name(self) -> str:
        """For people: who at which server, without the password."""
        return f"{self.user} @ {self.host}/{self.box}"

    @property
    def is_imap(self) -> bool:
        return self.scheme.startswith("imap")

    @property
    def is_plain(self) -> bool:
        return self.scheme.endswith("plain")


def mailbox(url: str, password_file: str) -> MailboxAt | None:
    """The mailbox of a URL; none without one. The password stands in it, or in a file."""
    if not url:
        return None
    parts = urlsplit(url)
    wanted = "imaps://name@host/INBOX?folder=mail"
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or not parts.username:
        raise WrongEnvironment(
            f"YUANHENG_MAILBOX_URL: write {wanted}, or pops://, imap-plain://, pop-plain://."
        )
    password = unquote(parts.password or "")
    if password_file:
        try:
            password = Path(password_file).expanduser().read_text("utf-8").strip()
        except OSError as error:
            raise WrongEnvironment(
                f"YUANHENG_MAILBOX_PASSWORD_FILE={password_file!r}: {error.strerror}."
            ) from None
    if not password:
        raise WrongEnvironment(
            "YUANHENG_MAILBOX_URL has no password: name a file that holds it in "
            "YUANHENG_MAILBOX_PASSWORD_FILE, or write it after the name, with a colon."
        )
    box = unquote(parts.path.strip("/")) or "INBOX"
    if not box.isascii() or '"' in box or "\\" in box:
        raise WrongEnvironment(f"YUANHENG_MAILBOX_URL: the folder {box!r} of the mailbox.")
    folder = dict(parse_qsl(parts.query)).get("folder", "mail")
    port = parts.port or _MAIL_PORTS[parts.scheme]
    user = unquote(parts.username)
    return MailboxAt(parts.scheme, parts.hostname, port, user, password, box, folder)


def _sqlite(path: Path) -> dict[str, object]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }
