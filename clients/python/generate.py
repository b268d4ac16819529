"""Writes qip_feeds/models.py from the reporting service's OpenAPI document: `python clients/python/generate.py openapi.json`.

Unknown fields of an answer are ignored, since within v1 fields are added; code words are plain texts, since words are added too.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

FEEDS: Final = {
    "findings": "Finding", "root-causes": "RootCause", "updates": "Update", "trajectory": "TrajectoryMonth",
    "escalations": "Escalation", "change-requests": "ChangeRequest", "packs": "Pack", "kpis": "Kpi",
    "kpis/{ref}/observations": "Observation",
    "changes": "Change",
}  # fmt: skip
"""Each feed with what the client calls one of its rows."""
FORMATS: Final = {"date": "date", "date-time": "datetime"}
TYPES: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "dict[str, Any]",
}
OPENING: Final = '''"""One class for each feed's row. Written by generate.py from the service's OpenAPI document."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
'''


def models(openapi: Mapping[str, Any]) -> str:
    """The text of models.py."""
    schemas = openapi["components"]["schemas"]
    names = {_item_of(openapi, feed): name for feed, name in FEEDS.items()}
    written: dict[str, str] = {}
    for schema in list(names):
        _write(schema, schemas, names, written)
    feeds = "".join(f'    "{feed}": {name},\n' for feed, name in FEEDS.items())
    return OPENING + "".join(written.values()) + f"\n\nROWS: dict[str, type] = {{\n{feeds}}}\n"


def _item_of(openapi: Mapping[str, Any], feed: str) -> str:
    answer = openapi["paths"][f"/feeds/v1/{feed}"]["get"]["responses"]["200"]["content"]["application/json"]
    envelope = openapi["components"]["schemas"][_named(answer["schema"])]
    return _named(envelope["properties"]["items"]["items"])


def _named(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _write(schema: str, schemas: Mapping[str, Any], names: dict[str, str], written: dict[str, str]) -> None:
    if schema in written:
        return
    described = schemas[schema]
    lines = [
        "", "", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {names.setdefault(schema, schema)}:",
        f'    """{described.get("description", schema).splitlines()[0]}"""', "",
    ]  # fmt: skip
    for field, of in described["properties"].items():
        kind = _type(of, schemas, names, written)
        lines.append(f"    {_attribute(field)}: {kind}")
    written[schema] = "\n".join(lines) + "\n"


def _type(
    of: Mapping[str, Any], schemas: Mapping[str, Any], names: dict[str, str], written: dict[str, str]
) -> str:
    if "anyOf" in of:
        return " | ".join(_type(each, schemas, names, written) for each in of["anyOf"])
    if "$ref" in of:
        schema = _named(of)
        if "properties" not in schemas[schema]:
            return _type(schemas[schema], schemas, names, written)
        _write(schema, schemas, names, written)
        return names[schema]
    if of.get("type") == "null":
        return "None"
    if of.get("type") == "array":
        return f"tuple[{_type(of['items'], schemas, names, written)}, ...]"
    return FORMATS.get(of.get("format", ""), TYPES[of.get("type", "string")])


def _attribute(field: str) -> str:
    return f"{field}_" if field == "class" else field


if __name__ == "__main__":
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    (Path(__file__).parent / "qip_feeds" / "models.py").write_text(models(document), encoding="utf-8")
