"""Run by ``test_gathering``: many rows enter PostgreSQL's text index together, twice: alone, and
while somebody else holds the right to gather."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

EACH = 5_000


def main() -> None:
    """Two tables of enterprises, each imported in one action; then what is found."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.transaction import atomic
    from django.test.utils import setup_test_environment

    from yuanheng.accounts.models import User
    from yuanheng.kernel.models import SearchEntry
    from yuanheng.kernel.search.finding import matching
    from yuanheng.kernel.search.words import words
    from yuanheng.registry.api import import_file
    from yuanheng.registry.models import Region
    from yuanheng.registry.tests.world import credit_code

    setup_test_environment()
    call_command("migrate", verbosity=0)
    root = User.objects.create(username="gathering", is_superuser=True)
    Region.objects.create(code="431381", name="某市", kind="county")

    def take(first: int, name: str) -> None:
        lines = ["统一社会信用代码,企业名称,所在县区"]
        rows = range(first, first + EACH)
        lines += [f"{credit_code(at)},{name}第{at}精密机械公司,431381" for at in rows]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "enterprises.csv")
            path.write_text("\n".join(lines), "utf-8")
            report = import_file("enterprises", path, root)
        assert report.committed, report.faults[:3]

    def asked(sql: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    options = "SELECT reloptions FROM pg_class WHERE relname = 'kernel_searchgrams'"
    take(1, "瓯江")
    alone = asked(options)
    other = connections.create_connection("default")
    with atomic():
        other.cursor().execute("BEGIN")
        other.cursor().execute("SELECT pg_advisory_xact_lock(hashtext('kernel_searchgrams'))")
        take(EACH + 1, "楠溪")
    other.close()
    found = {
        "vendor": connection.vendor,
        "options": [alone, asked(options)],
        "pending": asked("SELECT gin_clean_pending_list('kernel_searchgrams'::regclass)"),
        "entries": SearchEntry.objects.filter(register="enterprise").count(),
        "hits": {
            text: matching(words(text)).filter(register="enterprise").count()
            for text in ("瓯江", "楠溪", "精密机械", "没有")
        },
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
