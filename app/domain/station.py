"""What belongs to a scanning station: profiles, devices and the preferences of people."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class ScanProfile:
    """Named settings of a scan (扫描方案). A locked one only administrators change.

    `settings` holds the fields of `scanner.api.ScanRequest` that concern the device (resolution,
    mode, duplex, way, paper, brightness, contrast, multifeed, imprint, imprint_start, long_paper,
    dual_stream), `options` the driver's own options by name, and how a stack is cut:
    `separators` ("none", "patch", "barcode" or "count") with `count`, `mark_blank`, and
    `engine` ("auto" or the engine that reads the text).
    """

    id: str
    name: str
    settings: dict[str, Any]
    options: dict[str, Any] = field(factory=dict)
    locked: bool = False
    retired: bool = False
    changed_at: str = ""
    changed_by: str = ""


@frozen(kw_only=True)
class Device:
    """A scanner as it was last seen: its capabilities as a record and its own options as set."""

    id: str
    source: str
    maker: str = ""
    model: str = ""
    capabilities: dict[str, Any] = field(factory=dict)
    options: dict[str, Any] = field(factory=dict)
    seen_at: str = ""


@frozen(kw_only=True)
class Preference:
    """One setting of one person (hot keys, the last source)."""

    id: str
    person: str
    name: str
    value: dict[str, Any]
