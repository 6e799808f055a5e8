"""Omissions: faults that leave out an entry of a table, a case, a condition or a statement."""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeVar

from tests.mutation.change import Change, with_fields, without

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
