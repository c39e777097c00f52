"""The port of archive rules: what cataloguing is told of each side and what it proposes.

Plain data without pixels: positions count from 1 in scanning order, boxes are fractions (0 to 1)
of the upright page, (x0, y0) upper left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["cover", "catalogue", "page", "blank", "remarks", "separator"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextLine:
    """One recognised line of text. `confidence` runs from 0 to 1."""

    text: str
    confidence: float
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberCandidate:
    """A possible reading of the number stamped on the page. `corner` is "top_right", "top_left",
    "bottom_right", "bottom_left" or "bottom_center". `rewritten`: a struck number stands beside
    it."""

    value: int
    confidence: float
    corner: str
    rewritten: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SideEvidence:
    """What was seen on one side. `numbers` are best first; `printed_page` is (x, y) of a printed
    "第 x 页 共 y 页"; `readable` is false when the image cannot be decoded. `marker` is
    "separator" for a separator sheet known by its code, "starts_item" for a side at which the
    operator's settings cut the stack."""

    position: int
    readable: bool = True
    blank: bool = False
    lines: tuple[TextLine, ...] = ()
    numbers: tuple[NumberCandidate, ...] = ()
    printed_page: tuple[int, int] | None = None
    marker: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredRow:
    """A row of a catalogue made by people: title and page range, as far as they wrote it."""

    title: str
    first_page: int | None
    last_page: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why something was proposed or doubted: a code and its parameters, worded by the faces."""

    code: str
    parameters: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SideProposal:
    """What one side is. `item` is the number of its item; `page_number` None with confidence 0
    when the side carries no number that could be read, see `number_reason`."""

    position: int
    role: Role
    page_number: int | None
    page_number_confidence: float
    item: int | None
    reason: Reason
    number_reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldProposal:
    """How sure a single field is (0 to 1) and why."""

    confidence: float
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemProposal:
    """One document (件). Pages are dossier page numbers, None when its pages carry none; positions
    include blank backs. `category` is the title of its template row, `date` is YYYY-MM-DD,
    `author` who made it (责任者), empty when unknown. `confidence` is that of its beginning;
    `fields` tells of "title", "category", "date" and "author" (those that have a value)."""

    number: int
    title: str
    category: str
    first_page: int | None
    last_page: int | None
    date: str | None
    confidence: float
    first_position: int
    last_position: int
    reason: Reason
    author: str = ""
    fields: dict[str, FieldProposal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueProposal:
    """The proposal for a whole dossier. `paper_catalogue` is what stands on the 卷内目录 itself,
    `declared_page_count` what the 备考表 says; `doubts` are for a person to look at."""

    sides: tuple[SideProposal, ...]
    items: tuple[ItemProposal, ...]
    paper_catalogue: tuple[DeclaredRow, ...]
    declared_page_count: int | None
    doubts: tuple[Reason, ...]
