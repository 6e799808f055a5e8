"""Sites of a module that mutants may change: all whose change could affect the rules.

Excluded are texts for people (docstrings, arguments of errors, any text with a space), types
(annotations but for the bounds in `Annotated`, type variables, casts), decorators, bases, imports,
`__all__`, assertions, and the flags of `field` that only affect how a record is shown. The rank of
an event is changed as a whole, since only the order of ranks matters.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

MODULE = "<module>"
"""Place of code outside functions."""

NO_RULES = (ast.Import, ast.ImportFrom, ast.Assert, ast.Delete, ast.JoinedStr)
TYPING = {"TypeVar", "ParamSpec", "NewType", "cast", "assert_never", "field"}
TYPE_FIELDS = {"annotation", "returns", "decorator_list", "bases", "type_params"}


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a node: the innermost named definition, the statement, the return annotation."""

    name: str = MODULE
    statement: int = 0
    """The line of the innermost statement that runs when a function is called; 0 outside of one."""
    returns: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Node that may be changed, with the slot of its parent that holds it."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    place: Place

    def put(self, other: ast.AST) -> None:
        """Put another node into the slot."""
        if self.index is None:
            setattr(self.parent, self.field, other)
        else:
            getattr(self.parent, self.field)[self.index] = other


def sites(parent: ast.AST, place: Place = Place()) -> Iterator[Site]:
    """Yield every site below `parent`, each parent before its parts, in the order of the text."""
    for field, value in ast.iter_fields(parent):
        if _is_type(parent, field):
            yield from _bounds(value, place)
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not _is_exempt(node):
                here = _inside(node, place)
                if not _is_generic(parent, field):
                    yield Site(node, parent, field, index, here)
                if not is_rank(node):
                    yield from sites(node, here)


def is_rank(node: ast.AST) -> bool:
    """Return whether the keyword of a class gives the rank of a kind of event."""
    match node:
        case ast.keyword(arg="rank", value=ast.Constant(value=int())):
            return True
    return False


def _inside(node: ast.AST, place: Place) -> Place:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        name = node.name if place.name == MODULE else f"{place.name}.{node.name}"
        return Place(name, node.lineno, ast.unparse(node.returns) if node.returns else "")
    if isinstance(node, ast.ClassDef):
        return Place(node.name if place.name == MODULE else f"{place.name}.{node.name}")
    if isinstance(node, ast.stmt) and place.statement:
        return replace(place, statement=node.lineno)
    return place


def _is_type(parent: ast.AST, field: str) -> bool:
    return field in TYPE_FIELDS and not isinstance(parent, ast.Call)


def _bounds(annotation: object, place: Place) -> Iterator[Site]:
    """Yield the sites of what follows the type in each `Annotated` of an annotation."""
    for node in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
        match node:
            case ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple(elts=[_, *bounds])):
                for bound in bounds:
                    yield from sites(bound, place)


def _is_generic(parent: ast.AST, field: str) -> bool:
    """Return whether it is the slice of a generic type such as `dict[str, int]`."""
    return isinstance(parent, ast.Subscript) and field == "slice"


def _is_exempt(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id=name)) if name in TYPING:
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name("super"))))):
            return True
        case ast.Assign(targets=[ast.Name("__all__")]):
            return True
    return isinstance(node, NO_RULES)
