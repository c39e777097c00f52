"""Reads the XML of a network scanner, which is a stranger: no entities, no document type, no size
without limit. Elements are found by their local names, because makers differ in prefixes and in
the two namespaces of eSCL."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from lxml import etree

MAX_XML_BYTES = 4 << 20
SCAN_NAMESPACE = "http://schemas.hp.com/imaging/escl/2011/05/03"
PWG_NAMESPACE = "http://www.pwg.org/schemas/2010/12/sm"
_log = logging.getLogger(__name__)


class NotEscl(Exception):
    """What came is no eSCL document: no XML at all, XML with entities, another root."""


def parse(data: bytes, root: str) -> etree._Element:
    """The root element called `root`. Raises NotEscl."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        element = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotEscl(f"no XML: {error}") from error
    if element.getroottree().docinfo.internalDTD is not None:
        raise NotEscl("a document type is declared")
    if _local(element) != root:
        raise NotEscl(f"{root} expected, {_local(element)} found")
    return element


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The direct children of that local name."""
    return (child for child in element if _local(child) == name)


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """All elements below of that local name, in the order of the document."""
    return (child for child in element.iter() if child is not element and _local(child) == name)


def first(element: etree._Element, name: str) -> etree._Element | None:
    """The first element below of that local name."""
    return next(descendants(element, name), None)


def text(element: etree._Element | None, name: str) -> str:
    """The text of the first element below of that local name, "" without one."""
    found = first(element, name) if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def texts(element: etree._Element, name: str) -> tuple[str, ...]:
    """The texts of all elements below of that local name, each once."""
    found = ((child.text or "").strip() for child in descendants(element, name))
    return tuple(dict.fromkeys(value for value in found if value))


def number(element: etree._Element | None, name: str, default: int = 0) -> int:
    """The whole number in the first element of that local name, `default` when there is none."""
    value = text(element, name)
    try:
        return round(float(value)) if value else default
    except (ValueError, OverflowError):
        _log.info("%s is no number: %r", name, value[:40])
        return default


def _local(element: etree._Element) -> str:
    # Comments and processing instructions have no name.
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
