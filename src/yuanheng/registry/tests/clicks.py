"""Run by ``test_once_at_one_time``: twelve clicks at once, on the database of the environment.

What each was answered, and what there is afterwards, is printed as JSON.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import django

CLICKS = 12


def main() -> None:
    """Send the same form from several threads at once."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import reverse

    from yuanheng.accounts.models import User
    from yuanheng.kernel.models import AuditEvent
    from yuanheng.registry.models import Park, Region

    setup_test_environment()
    call_command("migrate", verbosity=0)
    root = User.objects.create(username="clicks", is_superuser=True)
    region = Region.objects.create(code="99", name="某省", kind="province")
    sent = {
        "code": "ONCE", "name": "一次", "rank": "other", "region": region.pk, "_once": "a" * 32,
    }  # fmt: skip

    def click(_number: int) -> list[object]:
        client = Client()
        client.force_login(root, backend="yuanheng.accounts.backends.PeopleBackend")
        answer = client.post(reverse("park-create"), sent)
        connections.close_all()
        return [answer.status_code, answer.headers.get("Location", "")]

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(click, range(CLICKS)))
    found = {
        "vendor": connection.vendor,
        "answers": answers,
        "expected": [302, reverse("park-detail", args=["ONCE"])],
        "parks": Park.objects.filter(code="ONCE").count(),
        "events": AuditEvent.objects.filter(action_code="registry.create_park").count(),
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
