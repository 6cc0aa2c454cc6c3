"""Run by ``test_flow_race``: two people press at once, on the database of the environment.

Each of several rounds has two threads perform on one case: different actions, then the same button
twice. What happened is printed as JSON.
"""

from __future__ import annotations

import json
import threading
import uuid

import django


def main() -> None:
    """Migrate, build the world, race."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    from yuanheng.kernel.flow import Outdated, perform
    from yuanheng.kernel.tests import flow_world
    from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

    call_command("migrate", verbosity=0)
    world = flow_world.make_world()

    def race(calls: list[dict], case: object) -> dict:
        heard: list[str] = []
        gate = threading.Barrier(len(calls))

        def run(call: dict) -> None:
            row = EnterpriseRequest.objects.get(pk=case.pk)
            gate.wait()
            try:
                heard.append(perform(case=row, **call).state)
            except Outdated as error:
                heard.append(f"outdated: {error}")
            except Exception as error:
                heard.append(f"{type(error).__name__}: {error}")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        now = EnterpriseRequest.objects.get(pk=case.pk)
        return {"heard": sorted(heard), "moves": now.moves.count(), "state": now.state}

    accept = {"acting_user": world.lead, "action": "accept", "values": {"measure": "m"}}
    withdraw = {"acting_user": world.reporter, "action": "withdraw", "reason": "不办了"}
    rounds = []
    for _ in range(5):
        rounds.append(race([accept, withdraw], flow_world.opened(world)))
    for _ in range(3):
        twice = {**accept, "token": uuid.uuid4()}
        rounds.append(race([twice, dict(twice)], flow_world.opened(world)))
    serials: list[int] = []

    def open_one() -> None:
        serials.append(flow_world.opened(world).serial)
        connections.close_all()

    openers = [threading.Thread(target=open_one) for _ in range(4)]
    for one in openers:
        one.start()
    for one in openers:
        one.join()
    print(json.dumps({"vendor": connection.vendor, "rounds": rounds, "serials": serials}))  # noqa: T201


if __name__ == "__main__":
    main()
