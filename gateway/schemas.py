"""What marshmallow checks, in the words of JSON Schema 2020-12."""

from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

Part = dict[str, Any]


class Schemas:
    def __init__(self, converter: OpenAPIConverter) -> None:
        self.converter: Any = converter  # parts of it have no types

    def of(self, kind: type[Schema], **part: Any) -> Part:
        return mended(dict(self.converter.schema2jsonschema(kind(**part))))

    def parameters(self, kind: type[Schema], where: str, names: list[str]) -> list[Part]:
        """Of an address. What stands there is text, and is never null."""
        if not names:
            return []
        schema, found = self.of(kind, only=names), []
        for name, each in schema["properties"].items():
            if isinstance(each.get("type"), list):
                each["type"] = next(one for one in each["type"] if one != "null")
            about = each.pop("description", None)
            required = name in schema.get("required", [])
            parameter = {"in": where, "name": name, "required": required, "schema": _valued(each)}
            found.append({**parameter, **({"description": about} if about else {})})
        return found


def mended(schema: Part) -> Part:
    """Changes the schema in its place, and returns it."""
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    for each in schema.get("properties", {}).values():
        _mend(each)
    return schema


def _mend(field: Part) -> None:
    if "example" in field:
        field["examples"] = [field.pop("example")]
        if field["examples"] == [None]:
            del field["examples"]
    if "null" not in field.get("type", ()):
        _valued(field)
    if "pattern" in field:
        field["pattern"] = _ecma(field["pattern"])
    if field.get("type") == "string":  # the limits of a time of day count minutes
        for word in ("minimum", "maximum"):
            field.pop(word, None)
    if "items" in field:
        _mend(field["items"])


def _valued(field: Part) -> Part:
    if field.get("default", ...) is None:
        del field["default"]
    return field


def _ecma(pattern: str) -> str:
    """Python matches from the start, has its own word for the end, and knows half characters."""
    pattern = pattern.replace(r"\Z", "$").replace(r"\ud800-\udfff", "")
    return pattern if pattern.startswith("^") else f"^{pattern}"
