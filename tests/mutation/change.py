"""Small fault in a node of Python's syntax tree.

It replaces its node as a whole, so that applying it is a single assignment.
"""

import ast
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

Enums = Mapping[str, tuple[str, ...]]
"""Members of each enumeration by its name, in the order of the source."""

_Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Change:
    """Fault: the operator that makes it, the source before and the source after."""

    operator: str
    before: str
    after: str
    """Empty if the fault is an omission."""
    node: ast.AST


def changed(operator: str, before: ast.AST, after: ast.AST) -> Change:
    """Return the replacement of one node by another, both shown as source."""
    return Change(operator, ast.unparse(before), ast.unparse(after), after)


def without(operator: str, lost: str, node: ast.AST) -> Change:
    """Return the omission of `lost`; `node` is the rest."""
    return Change(operator, lost, "", node)


def with_fields(node: _Node, **fields: object) -> _Node:
    """Return a copy of `node` with other fields."""
    other = copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
