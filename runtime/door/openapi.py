"""Put the schemas of all kinds into an OpenAPI document, with the parts that they share once."""

from typing import Any, Final

from states.events.register import KINDS
from states.events.schemas import schema_of

_DEFS: Final = "#/$defs/"
_PARTS: Final = "#/components/schemas/"
_OWN: Final = ("$id", "$schema", "$defs")


def body_of(kind: str) -> dict[str, Any]:
    """Return the request body of an event of `kind`, for its operation."""
    schema = {"$ref": f"{_PARTS}{kind}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def parts() -> dict[str, Any]:
    """Return the schema of each kind by its name, and of each part that they are made of."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        schema = schema_of(kind)
        for name, part in schema.get("$defs", {}).items():
            found[name] = _pointed(part)
        found[kind] = _pointed({key: item for key, item in schema.items() if key not in _OWN})
    return found


def _pointed(schema: Any) -> Any:
    """Return the schema with its references leading to where the parts are now."""
    if isinstance(schema, list):
        return [_pointed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: item.replace(_DEFS, _PARTS) if key == "$ref" else _pointed(item)
        for key, item in schema.items()
    }
