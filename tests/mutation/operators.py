"""Operators: small faults in a node of the syntax tree, such as another comparison or an omission.

A fault replaces its node as a whole, so that applying it is a single assignment.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from tests.mutation.sites import is_rank

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


_Item = TypeVar("_Item")


def omissions(node: ast.AST) -> Iterator[Change]:
    """Yield every way to leave out one part of `node`, or `node` itself."""
    match node:
        case ast.comprehension(ifs=[_, *_]):
            yield from _filters(node)
        case ast.Dict(keys=[_, _, *_]):
            yield from _pairs(node)
        case ast.Tuple(ctx=ast.Load(), elts=[_, _, *_]) | ast.Set(elts=[_, _, *_]):
            yield from _entries(node)
        case ast.List(ctx=ast.Load(), elts=[_, _, *_]):
            yield from _entries(node)
        case ast.Match(cases=[_, _, *_]):
            yield from _cases(node)
    if _can_go(node):
        yield without("remove", ast.unparse(node), ast.Pass())


def _filters(node: ast.comprehension) -> Iterator[Change]:
    for n, test in enumerate(node.ifs):
        yield without("filter", ast.unparse(test), with_fields(node, ifs=_less(node.ifs, n)))


def _pairs(node: ast.Dict) -> Iterator[Change]:
    for n, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
        shown = ast.unparse(key) if key else f"**{ast.unparse(value)}"
        fields = {"keys": _less(node.keys, n), "values": _less(node.values, n)}
        yield without("entry", shown, with_fields(node, **fields))


def _entries(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Change]:
    for n, item in enumerate(node.elts):
        yield without("entry", ast.unparse(item), with_fields(node, elts=_less(node.elts, n)))


def _cases(node: ast.Match) -> Iterator[Change]:
    for n, case in enumerate(node.cases):
        shown = ast.unparse(case.pattern)
        yield without("case", shown, with_fields(node, cases=_less(node.cases, n)))


def _can_go(node: ast.AST) -> bool:
    """Return whether the module still works without the statement, with no name missing."""
    match node:
        case ast.AugAssign() | ast.Raise():
            return True
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return True
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            return True
    return False


def _less(items: Sequence[_Item], n: int) -> list[_Item]:
    return [*items[:n], *items[n + 1 :]]


COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
BOUNDS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
CODE = re.compile(r"[\w.:/#-]+")
"""Text for programs. A text with a space, a bracket or a comma is for people and is not changed."""
TYPE = re.compile(r"(str|int|bool|float|bytes|date|datetime|[A-Z]+[a-z]\w*)\b|None$")
"""Operand that makes `|` a union of types."""
EMPTY = {"list": "[]", "dict": "{}", "tuple": "()", "frozenset": "frozenset()", "set": "set()"}
"""Result that a function of that type returns instead; `None` for any other type."""

LATER = 100
"""Number by which the rank of an event is changed, past some of those that follow it."""


def changes(node: ast.AST, enums: Enums, returns: str) -> Iterator[Change]:
    """Yield every change of `node` itself, in a fixed order.

    `returns` is the return annotation of the function around it, "" outside a function.
    """
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp() | ast.UnaryOp() | ast.BinOp() | ast.AugAssign():
            yield from _operations(node)
        case ast.Constant():
            yield from _constants(node)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            other = ast.Name(CALLED[name], ast.Load())
            yield changed("call", node, with_fields(node, func=other))
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name)) if name in enums:
            yield from _members(node, enums[name])
        case ast.Return(value=ast.expr()):
            yield from _returns(node, returns)
        case ast.If() | ast.While() | ast.IfExp():
            yield from _conditions(node)
        case ast.stmt() | ast.keyword():
            yield from _statements(node)
    yield from omissions(node)


def _comparisons(node: ast.Compare) -> Iterator[Change]:
    for n, op in enumerate(node.ops):
        ops = [*node.ops[:n], COMPARED[type(op)](), *node.ops[n + 1 :]]
        yield changed("compare", node, with_fields(node, ops=ops))


def _operations(node: ast.BoolOp | ast.UnaryOp | ast.BinOp | ast.AugAssign) -> Iterator[Change]:
    match node:
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield changed("and/or", node, with_fields(node, op=other))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield changed("sign", node, node.operand)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in ARITHMETIC and not _is_union(node):
            yield changed("arithmetic", node, with_fields(node, op=ARITHMETIC[type(node.op)]()))


def _is_union(node: ast.BinOp | ast.AugAssign) -> bool:
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else ()
    return isinstance(node.op, ast.BitOr) and any(TYPE.match(ast.unparse(side)) for side in sides)


def _constants(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool():
            yield changed("constant", node, ast.Constant(not node.value))
        case int() | float():
            yield changed("constant", node, ast.Constant(node.value + 1))
        case str() if CODE.fullmatch(node.value):
            yield changed("code", node, ast.Constant(f"{node.value}x"))


def _members(node: ast.Attribute, members: tuple[str, ...]) -> Iterator[Change]:
    if node.attr in members and len(members) > 1:
        other = members[(members.index(node.attr) + 1) % len(members)]
        yield changed("member", node, with_fields(node, attr=other))


def _returns(node: ast.Return, returns: str) -> Iterator[Change]:
    match node.value:
        case ast.Constant(value=bool() | int() | None):
            return  # a constant of its own, or already nothing
        case ast.expr() if returns == "bool":
            other = ast.Return(ast.UnaryOp(ast.Not(), node.value))
        case _:
            empty = EMPTY.get(re.split(r"\W", returns)[0], "None")
            other = ast.Return(ast.parse(empty, mode="eval").body)
    if ast.unparse(other) != ast.unparse(node):
        yield changed("return", node, other)


def _statements(node: ast.stmt | ast.keyword) -> Iterator[Change]:
    match node:
        case ast.keyword(value=ast.Constant(value=int(rank))) if is_rank(node):
            yield changed("rank", node, with_fields(node, value=ast.Constant(rank + LATER)))
        case ast.Continue():
            yield changed("loop", node, ast.Break())
        case ast.Break():
            yield changed("loop", node, ast.Continue())


def _conditions(node: ast.If | ast.While | ast.IfExp) -> Iterator[Change]:
    # A negated equality, membership or identity is a change of the comparison already.
    test = node.test
    is_twin = isinstance(test, ast.Compare) and not isinstance(test.ops[0], BOUNDS)
    if not is_twin and not isinstance(test, ast.UnaryOp):
        negated = ast.UnaryOp(ast.Not(), test)
        shown = (ast.unparse(test), ast.unparse(negated))
        yield Change("condition", *shown, with_fields(node, test=negated))
