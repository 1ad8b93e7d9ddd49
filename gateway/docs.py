"""The contract as a page for people, made once from what programs read. No JavaScript."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.assets import asset
from gateway.door import Endpoint

Part = dict[str, Any]

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(contract: Part) -> Endpoint:
    read = _Reader(contract)
    text = TEMPLATES.get_template("docs.html").render(
        asset=asset,
        contract=contract,
        groups=_groups(contract),
        kind=_kind,
        fields=read.fields,
        found=read.found,
    )

    async def show(_: Request) -> Response:
        return HTMLResponse(text, headers={"Cache-Control": "no-cache"})

    return show


def _groups(contract: Part) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {tag["name"]: [] for tag in contract["tags"]}
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            each = {"method": method.upper(), "path": path, **operation}
            found[operation["tags"][0]].append(each)
    return found


class _Reader:
    def __init__(self, contract: Part) -> None:
        self.contract = contract

    def fields(self, schema: Part, before: str = "") -> Iterable[Part]:
        """The fields of a body, of things in lists as well: "times[].start"."""
        schema = self.found(schema)
        for name, each in schema.get("properties", {}).items():
            known, path = self.found(each), f"{before}{name}"
            required = name in schema.get("required", [])
            yield {"name": path, "required": required, "schema": known}
            if "items" in known:
                yield from self.fields(known["items"], f"{path}[].")

    def found(self, schema: Part) -> Part:
        if "$ref" not in schema:
            return schema
        part = self.contract
        for name in schema["$ref"].split("/")[1:]:
            part = part[name]
        return part


def _kind(schema: Part) -> str:
    """A schema in a few words."""
    types = schema.get("type", "object")
    said = " or ".join(types) if isinstance(types, list) else types
    if "enum" in schema:
        said = " | ".join(str(value) for value in schema["enum"] if value is not None)
    for word in ("format", "pattern", "default"):
        if word in schema:
            said += f", {word} {schema[word]}"
    for low, high, of in (("minimum", "maximum", ""), ("minLength", "maxLength", " characters")):
        if low in schema or high in schema:
            said += f", {schema.get(low, '')}..{schema.get(high, '')}{of}"
    return said
