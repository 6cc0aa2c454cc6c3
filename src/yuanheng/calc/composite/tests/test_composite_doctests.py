"""The examples in the docstrings hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import yuanheng.calc.composite as package

MODULES = [
    module.name
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".tests" not in module.name
]
NEEDS_HIGHS = ("bwm", "doubt")


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    if name.rsplit(".", 1)[-1] in NEEDS_HIGHS:
        pytest.importorskip("highspy")
    assert doctest.testmod(importlib.import_module(name)).failed == 0
