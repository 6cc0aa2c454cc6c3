"""Traffic lights: dated rules over facts, computed when they are looked at and never stored."""

from yuanheng.kernel.lights.rules import Light
from yuanheng.kernel.lights.settings import light_for, rule_in_force, rules_in_force

__all__ = ["Light", "light_for", "rule_in_force", "rules_in_force"]
