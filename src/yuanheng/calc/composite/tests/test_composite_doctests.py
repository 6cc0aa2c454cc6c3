"""The examples in the docstrings hold."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

import yuanheng.calc.composite as package

MODULES = [
    module.name
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".tests" not in module.name
]
NEEDS_HIGHS = ("bwm", "doubt")


class Finder(doctest.DocTestFinder):
    """Finds the examples of decorated functions too."""

    def _from_module(self, module, object):
        return super()._from_module(module, inspect.unwrap(object))


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    if name.rsplit(".", 1)[-1] in NEEDS_HIGHS:
        pytest.importorskip("highspy")
    module, runner = importlib.import_module(name), doctest.DocTestRunner()
    for example in Finder().find(module, name):
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_a_step_that_takes_tables_keeps_its_example():
    module = importlib.import_module(f"{package.__name__}.weights.objective")
    found = {example.name for example in Finder().find(module, "o") if example.examples}
    assert {"o.entropy_weights", "o.critic_weights"} <= found
