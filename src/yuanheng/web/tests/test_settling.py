"""What a server does when it has started."""

import gc

from django.urls import get_resolver

from yuanheng.web.settling import settle


def test_what_is_loaded_is_out_of_the_collectors_sight_and_rings_are_still_found():
    before = gc.get_threshold()
    try:
        settle()
        assert gc.get_freeze_count() > 50_000
        assert gc.isenabled()
        assert gc.get_threshold()[0] == 50_000
        assert get_resolver()._populated
        ring = []
        ring.append(ring)
        del ring
        assert gc.collect() >= 1
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
