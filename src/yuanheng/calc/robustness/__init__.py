"""How sure a rank is: copies of a run under every reasonable choice, and which choice matters."""

from yuanheng.calc.robustness.choices import CHOICE_NAMES, CHOICES, Choice, Uncertainty
from yuanheng.calc.robustness.sensitivity import Index, sensitivity
from yuanheng.calc.robustness.simulating import Robustness, assess
from yuanheng.calc.robustness.together import groups_together, told_apart

__all__ = [
    "CHOICES",
    "CHOICE_NAMES",
    "Choice",
    "Index",
    "Robustness",
    "Uncertainty",
    "assess",
    "groups_together",
    "sensitivity",
    "told_apart",
]
