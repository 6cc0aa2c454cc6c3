"""Step 6, aggregation: means, OWA, outranking, distance to the ideal, and trees of them."""

from yuanheng.calc.composite.aggregation.ideal import Vikor, topsis, vikor
from yuanheng.calc.composite.aggregation.means import (
    arithmetic,
    geometric,
    harmonic,
    median,
    power_mean,
)
from yuanheng.calc.composite.aggregation.outranking import copeland, outranking
from yuanheng.calc.composite.aggregation.owa import orness, owa, places_from_quantifier
from yuanheng.calc.composite.aggregation.tree import Node, TreeScores, aggregate_tree

__all__ = [
    "Node",
    "TreeScores",
    "Vikor",
    "aggregate_tree",
    "arithmetic",
    "copeland",
    "geometric",
    "harmonic",
    "median",
    "orness",
    "outranking",
    "owa",
    "places_from_quantifier",
    "power_mean",
    "topsis",
    "vikor",
]
