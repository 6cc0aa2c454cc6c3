"""A register in one file of 40 lines keeps every promise of a register."""

from __future__ import annotations

from pathlib import Path

import pytest

import yuanheng
from yuanheng.kernel.testing import ResourceContract
from yuanheng.kernel.tests.example_room import models as case_type
from yuanheng.registry.tests.example_register import models as example

PAGE = Path(yuanheng.__file__).parents[2] / "docs" / "develop" / "adding.md"


class TestBuildings(ResourceContract):
    resource_name = "building"
    valid = {"code": "B9", "name": "九号厂房", "park": "LSJ", "floor_area_m2": "3200.00"}
    change = {"name": "九号标准厂房", "is_vacant": False}
    invalid = {"code": "", "name": "", "park": "LPG", "floor_area_m2": "很大"}

    def make(self, world, number):
        return example.Building.objects.create(
            code=f"C{number}", name=f"{number}号厂房", park=world.zone, floor_area_m2=1000
        )


@pytest.mark.parametrize(("module", "most"), [(example, 40), (case_type, 80)])
def test_the_examples_stay_short_and_stand_in_the_documentation(module, most):
    text = Path(module.__file__).read_text("utf-8")
    assert len(text.splitlines()) <= most
    assert text.strip() in PAGE.read_text("utf-8"), "copy the file into docs/develop/adding.md"
