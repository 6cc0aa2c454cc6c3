"""The labelled documents are read as well as is promised."""

from __future__ import annotations

import os

import pytest
from benchmarks.reading import OWN, sets, tallies

# What was reached, less a little: a change of rules that loses more than this has to say why.
FLOORS = {
    "tuning": {"facts": 0.99, "facts with context": 0.87, "directives": 0.98, "parties": 0.87},
    "tuning_2": {"facts": 0.98, "facts with context": 0.67, "directives": 0.95, "parties": 0.83},
    "tuning_3": {"facts": 0.97, "facts with context": 0.47, "directives": 0.94, "parties": 0.83},
    "another_hand": {"facts": 0.96, "directives": 0.85, "parties": 0.75},
    "shared": {"facts": 0.99, "facts with context": 0.97, "directives": 0.99, "parties": 0.75},
}
# The held-out sets have no floor: nobody is to look at their faults to get above one.


@pytest.mark.parametrize("name", list(FLOORS))
def test_f1_holds(name):
    files = sets().get(name)
    if files is None:
        pytest.skip("YUANHENG_SHARED names no folder with labelled documents")
    found = tallies(files)
    for what, floor in FLOORS[name].items():
        assert found[what].f1 >= floor, f"{name} {what}: {found[what].f1:.3f}"


def test_there_are_enough_documents():
    assert len(list(OWN.rglob("*.txt"))) >= 130
    assert os.path.isdir(OWN / "held_out")
