"""The critical path by hand-made examples, and what holds for any plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.supervision.planning import (
    Step,
    critical,
    forecast_days,
    in_order,
    placed,
    plan_faults,
    slips_with,
)

# A textbook network: 1 → 2 → 4, 1 → 3 → 4; the longer way is critical.
STEPS = [Step(1, 3), Step(2, 4, (1,)), Step(3, 2, (1,)), Step(4, 1, (2, 3))]


def test_forward_and_backward():
    found = {one.number: one for one in placed(STEPS, 10)}
    assert (found[1].early_start, found[1].early_end) == (0, 3)
    assert (found[4].early_start, found[4].early_end) == (7, 8)
    assert (found[4].late_start, found[4].late_end) == (9, 10)
    assert (found[3].late_start, found[3].slack) == (7, 4)
    assert critical(placed(STEPS, 8), ()) == {1, 2, 4}
    assert critical(placed(STEPS, 10), ()) == {1, 2, 4}  # also with time to spare


def test_what_is_not_done_ends_today_at_the_earliest():
    # Day 6 of 8: step 1 (3 days) should long be done, and nothing is.
    found = {one.number: one for one in placed(STEPS, 8, {}, 6)}
    assert (found[1].early_end, found[1].slack) == (6, -3)
    assert found[4].early_end == 11
    # Done on day 4, a day late: the rest has slipped by that day.
    late = {one.number: one for one in placed(STEPS, 8, {1: 4}, 4)}
    assert late[4].early_end == 9
    assert critical(list(late.values()), {1}) == {2, 4}
    assert slips_with(STEPS, 2, 1, 8, {1: 4}, 4) == [2, 4]


def test_what_slips_if_a_step_slips():
    assert slips_with(STEPS, 3, 2, 8) == []
    assert slips_with(STEPS, 3, 5, 8) == [3, 4]
    assert slips_with(STEPS, 1, 1, 8) == [1, 2, 4]


def test_a_circle_and_an_unknown_step_are_named():
    assert "2、3" in plan_faults([Step(1, 1), Step(2, 1, (3,)), Step(3, 1, (2,))])[0]
    assert "9" in plan_faults([Step(1, 1, (9,))])[0]
    with pytest.raises(ValueError, match="circle"):
        placed([Step(1, 1, (2,)), Step(2, 1, (1,))], 5)


def test_forecast_from_the_pace():
    assert forecast_days([(10, 20.0)], 10) == pytest.approx(50)
    assert forecast_days([], 10) is None
    assert forecast_days([(5, 0.0)], 10) is None
    assert forecast_days([(5, 100.0)], 10) == 5
    assert forecast_days([(10, 10.0), (20, 40.0)], 20) > 40  # the early slowness counts a little


@st.composite
def plans(draw):
    count = draw(st.integers(1, 8))
    steps = []
    for number in range(1, count + 1):
        before = st.sets(st.integers(1, number - 1), max_size=3) if number > 1 else st.just(set())
        steps.append(Step(number, draw(st.integers(1, 20)), tuple(sorted(draw(before)))))
    return steps


@given(plans(), st.integers(0, 120))
def test_in_any_plan_slack_is_what_the_room_leaves(steps, room):
    found = placed(steps, room)
    length = max(one.early_end for one in found)
    assert min(one.slack for one in found) == room - length
    for one, step in zip(found, steps, strict=True):
        assert one.late_end - one.late_start == step.days
        assert all(found[other - 1].early_end <= one.early_start for other in step.after)
        assert all(found[other - 1].late_end <= one.late_start for other in step.after)
    assert len(in_order(steps)) == len(steps)
