"""One small fault in a node of Python's syntax tree.

It is a whole replacement for its node, so that applying it is a single assignment.
"""

import ast
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

Enums = Mapping[str, tuple[str, ...]]
"""The members of each enumeration by its name, in the order in which they stand."""

_Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Change:
    """One fault: the operator that makes it, what stood there, what stands there instead."""

    operator: str
    before: str
    after: str
    """Empty where something was left out."""
    node: ast.AST


def changed(operator: str, before: ast.AST, after: ast.AST) -> Change:
    """Return the change of one node for another, both shown as source."""
    return Change(operator, ast.unparse(before), ast.unparse(after), after)


def without(operator: str, lost: str, node: ast.AST) -> Change:
    """Return the change that leaves out `lost`; `node` is what remains."""
    return Change(operator, lost, "", node)


def with_fields(node: _Node, **fields: object) -> _Node:
    """Return a copy of `node` with other fields."""
    other = copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
