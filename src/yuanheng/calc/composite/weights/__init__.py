"""Step 6, weights: given, out of the data, out of comparisons, for a target, and combined."""

from yuanheng.calc.composite.weights.ahp import Ahp, GroupAhp, ahp_group, ahp_weights, from_upper
from yuanheng.calc.composite.weights.bwm import BestWorst, best_worst_weights
from yuanheng.calc.composite.weights.combination import Game, additive, game, multiplicative
from yuanheng.calc.composite.weights.components import ComponentWeights, component_weights
from yuanheng.calc.composite.weights.doubt import Doubt, benefit_of_the_doubt, weightings
from yuanheng.calc.composite.weights.objective import (
    critic_weights,
    deviation_weights,
    entropy_weights,
    equal_weights,
    gini_weights,
    given_weights,
    merec_weights,
)
from yuanheng.calc.composite.weights.target import (
    TargetWeights,
    correlation_weights,
    regression_weights,
)

__all__ = [
    "Ahp",
    "BestWorst",
    "ComponentWeights",
    "Doubt",
    "Game",
    "GroupAhp",
    "TargetWeights",
    "additive",
    "ahp_group",
    "ahp_weights",
    "benefit_of_the_doubt",
    "best_worst_weights",
    "component_weights",
    "correlation_weights",
    "critic_weights",
    "deviation_weights",
    "entropy_weights",
    "equal_weights",
    "from_upper",
    "game",
    "gini_weights",
    "given_weights",
    "merec_weights",
    "multiplicative",
    "regression_weights",
    "weightings",
]
