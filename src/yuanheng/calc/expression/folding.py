"""Computes the parts of a tree that have no field, so that SQL holds no operation on literals."""

from __future__ import annotations

from dataclasses import replace

from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    If,
    In,
    Kind,
    Ref,
    Unary,
)
from yuanheng.calc.expression.scalar import combine_values

_LOOKS_AT_UNKNOWN = ("coalesce", "is_known")


def kind_of(expr: Expr) -> Kind:
    """The kind of a checked tree as its nodes tell; ``unknown`` for a bare reference."""
    match expr:
        case Const():
            return expr.kind
        case Unary(op="neg") | Binary(op="+" | "-" | "*" | "/"):
            return "number"
        case Unary() | Binary() | In() | Call(function="is_known" | "starts_with"):
            return "boolean"
        case If():
            kinds = (kind_of(expr.then), kind_of(expr.otherwise))
            return next((kind for kind in kinds if kind != "unknown"), "unknown")
        case Call(function="coalesce" | "min" | "max"):
            found = (kind_of(arg) for arg in expr.args)
            return next((kind for kind in found if kind != "unknown"), "unknown")
        case Call():
            return "number"
        case _:
            return "unknown"


def fold(expr: Expr) -> Expr:
    """The same tree with every part that holds no reference replaced by its value."""
    match expr:
        case Const() | Ref():
            return expr
        case Unary():
            node: Expr = replace(expr, operand=fold(expr.operand))
        case Binary():
            node = replace(expr, left=fold(expr.left), right=fold(expr.right))
        case If():
            node = If(fold(expr.condition), fold(expr.then), fold(expr.otherwise))
            if isinstance(node.condition, Const):
                return _branch(node)
        case In():
            node = replace(expr, operand=fold(expr.operand))
        case Call():
            node = replace(expr, args=tuple(map(fold, expr.args)))
        case _:
            raise TypeError(f"{type(expr).__name__} must be resolved before evaluation")
    return _folded(node)


def _branch(node: If) -> Expr:
    condition = node.condition.value if isinstance(node.condition, Const) else None
    if condition is None:
        return Const(None, kind_of(node))
    return node.then if condition else node.otherwise


def _folded(node: Expr) -> Expr:
    consts = [child for child in node.children if isinstance(child, Const)]
    if len(consts) == len(node.children):
        value = combine_values(node, [const.value for const in consts])
        return Const(value, kind_of(node))
    strict = not isinstance(node, If | Binary | Call) or (
        (isinstance(node, Binary) and node.op not in ("and", "or"))
        or (isinstance(node, Call) and node.function not in _LOOKS_AT_UNKNOWN)
    )
    if strict and any(const.value is None for const in consts):
        return Const(None, kind_of(node))
    if isinstance(node, Binary) and node.op == "/" and _is_zero(node.right):
        return Const(None, "number")
    return node


def _is_zero(expr: Expr) -> bool:
    return isinstance(expr, Const) and expr.value == 0.0
