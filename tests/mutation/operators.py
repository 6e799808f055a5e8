"""Operators that change a node: its comparison, logic, arithmetic, constant or result."""

import ast
import re
from collections.abc import Iterator

from tests.mutation.change import Change, Enums, changed, with_fields
from tests.mutation.omissions import omissions
from tests.mutation.sites import is_rank

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
