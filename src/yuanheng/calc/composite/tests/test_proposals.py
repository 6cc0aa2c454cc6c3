"""Weights proposed from a run go back into the scheme and are accepted there."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite.proposals import METHODS, propose_weights
from yuanheng.calc.composite.weights import entropy_weights
from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.tests.little_scheme import SCHEME, faults_of
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme import read_scheme_text

FIGURES = {"x": np.array([5.0, 10.0, 20.0, 7.0]), "y": np.array([10.0, 11.0, 9.0, 30.0])}


def ran():
    program = build_program(read_scheme_text(SCHEME)).program
    given = {wanted.key: FIGURES[wanted.key] for wanted in program.inputs}
    return program, ArrayRun(given, 4).run(program)


@pytest.mark.parametrize("method", METHODS)
def test_proposed_weights_are_accepted_by_the_scheme(method):
    program, columns = ran()
    found = propose_weights(program, columns, "firms", method)
    assert set(found) == {"first", "second"}
    assert sum(found.values()) == pytest.approx(100)
    written = ", ".join(f"{code}: {points}" for code, points in found.items())
    text = SCHEME.replace("    when: true\n", f"    when: true\n    weights: {{{written}}}\n")
    assert [f for f in faults_of(text) if f.severity == "error"] == []


def test_they_are_what_the_method_says():
    program, columns = ran()
    wanted = entropy_weights(np.column_stack([FIGURES["x"], FIGURES["y"]])) * 100
    found = propose_weights(program, columns, "firms", "entropy")
    np.testing.assert_allclose(list(found.values()), wanted, atol=0.01)


def test_an_unknown_method_is_refused():
    program, columns = ran()
    with pytest.raises(FaultyInput, match="none of equal"):
        propose_weights(program, columns, "firms", "magic")
