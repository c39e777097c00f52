"""Holds the XML of a package against the schemas that the program carries for it."""

from __future__ import annotations

from importlib import resources
from typing import Any

from lxml import etree

_MOST_NAMED = 5


def schema_faults(root: etree._Element, name: str) -> list[str]:
    """What in the document contradicts the schema `name` ("eep", "catalogue"), with the line; the
    first few, none when it is valid."""
    with resources.as_file(resources.files("resources") / "schemas" / f"{name}.xsd") as path:
        schema = etree.XMLSchema(etree.parse(path))
    if schema.validate(root):
        return []
    log: Any = schema.error_log
    return [f"第 {entry.line} 行：{entry.message}"[:200] for entry in list(log)[:_MOST_NAMED]]
