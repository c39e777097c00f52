"""The dossier (卷宗), its batches, sides (面) and items (件).

Moments are ISO 8601 texts in UTC (`app.kernel.clock.timestamp`), so that they sort as text in
every database.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

MAIN = "main"
RESTRICTED = "restricted"

ROLES = ("cover", "catalogue", "page", "blank", "remarks", "separator")
NUMBERED_ROLES = ("page",)


@frozen(kw_only=True)
class Dossier:
    """All material of one case and instance; `case_no` is the normal form of the 案号.

    `declared` is the catalogue stated with the case (rows of title, first and last page), not
    the one read from paper (`paper_rows`). `paper_pages` is the number of numbered pages stated,
    `end_note_pages` the one read from the end note (备考表); both None when unknown.
    `declared_sheets` is the number of paper sheets handed in, by part; empty when nobody counted.
    `archival_code` is the 档号, empty until one is given. `retention_basis` tells who settled the
    retention and why (`{"code", "by", "at", "remark"}`), `term` what was decided about the term of
    archiving (`{"extended_to", "reason", "by", "at"}`); both empty while nobody did. `doubts` is
    what the last proposal leaves to a person about a part as a whole:
    `{"code", "parameters", "part"}`.
    """

    id: str
    case_no: str
    state: str = "registered"
    court: str = ""
    cause: str = ""
    plaintiff: str = ""
    defendant: str = ""
    judge: str = ""
    clerk: str = ""
    filed_on: str = ""
    closed_on: str = ""
    paper_pages: int | None = None
    declared: tuple[dict[str, Any], ...] = ()
    paper_rows: tuple[dict[str, Any], ...] = ()
    end_note_pages: int | None = None
    declared_sheets: dict[str, int] = field(factory=dict)
    mode: str = "dual"
    retention: str = "长期"
    archival_code: str = ""
    retention_basis: dict[str, Any] = field(factory=dict)
    term: dict[str, Any] = field(factory=dict)
    doubts: tuple[dict[str, Any], ...] = ()
    template: str = ""
    rule_set: str = ""
    created_at: str = ""
    version: int = 1


@frozen(kw_only=True)
class Batch:
    """One sitting at one scanner (扫描批次). `sheets` and `sides` count what was stored.

    `purpose` is "append", "insert" or "replace". The sides of the last two are held back
    (superseded, position 0) until a person accepts the batch; `target` tells where they belong:
    `{"after": side id, empty for the start}` or `{"sides": [ids of the sides to replace]}`.
    """

    id: str
    dossier_id: str
    source: str
    state: str = "open"
    part: str = MAIN
    volume: int = 1
    profile: dict[str, Any] = field(factory=dict)
    operator: str = ""
    station: str = ""
    started_at: str = ""
    closed_at: str = ""
    sheets: int = 0
    sides: int = 0
    warnings: tuple[dict[str, Any], ...] = ()
    purpose: str = "append"
    target: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Master:
    """Bytes as delivered (原始图像), named by their SHA-256. Rows never change."""

    sha256: str
    sm3: str
    size: int
    media_type: str
    stored_at: str


@frozen(kw_only=True)
class Side:
    """One side as captured and what is now held true of it.

    `position` counts from 1 in scanning order over the dossier; 0 when superseded. `turn` is the
    clockwise turn in force; `turned_by` names the person when not the machine chose it.
    `role_by` and `number_by` likewise tell a person's word from the machine's.
    `replaces` is the id of the side that this one was scanned for again; `put_aside` says why a
    superseded side is so ("replaced", "held", "rejected", …). `companion` is the master of the
    bitonal image of a dual stream, `imprint` the text printed on the paper while feeding.
    `marker` is the code of a separator or work slip, as read. `glanced` is "done" once live
    inspection has seen the side.
    `recipe` is the conditioning in force (`app.domain.recipe`), empty for none; `thumbnail` and
    `picture` are made by it, `plain` is the picture without it (empty when there is no recipe).
    `measures` is what inspection measured (`ocr.api.Examination`), empty until it has.
    `number_reason` tells why the page number is the one it is: `{"code", "parameters"}`.
    """

    id: str
    dossier_id: str
    batch_id: str
    master: str
    frame: int
    position: int
    sheet: int
    face: str
    part: str = MAIN
    volume: int = 1
    media_type: str = ""
    source_name: str = ""
    width: int = 0
    height: int = 0
    dpi: int = 0
    fault: str = ""
    captured_at: str = ""
    superseded: bool = False
    turn: int = 0
    turned_by: str = ""
    skew_deg: float = 0.0
    blank: bool = False
    blank_by: str = ""
    role: str = ""
    role_by: str = ""
    page_number: int | None = None
    page_number_confidence: float = 0.0
    number_by: str = ""
    item_number: int | None = None
    fingerprint: str = ""
    thumbnail: str = ""
    picture: str = ""
    examined: str = ""
    recognised: str = ""
    replaces: str = ""
    put_aside: str = ""
    companion: str = ""
    imprint: str = ""
    marker: dict[str, Any] = field(factory=dict)
    glanced: str = ""
    recipe: dict[str, Any] = field(factory=dict)
    plain: str = ""
    measures: dict[str, float] = field(factory=dict)
    number_reason: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Miss:
    """Sheets that are part of the paper and were not scanned, recorded with the reason (缺扫登记).

    `after` is the id of the side behind which they belong, empty for the start.
    """

    id: str
    dossier_id: str
    part: str
    volume: int
    sheets: int
    after: str
    reason: str
    recorded_at: str
    recorded_by: str
    withdrawn: bool = False


@frozen(kw_only=True)
class Finding:
    """A fault that a rule found on a side (问题). `verdict` is a person's, empty while open."""

    id: str
    dossier_id: str
    side_id: str
    code: str
    severity: str
    value: float
    limit: float
    box: tuple[float, ...] | None = None
    verdict: str = ""
    verdict_by: str = ""
    remark: str = ""


@frozen(kw_only=True)
class Recognised:
    """The text of one side as an engine read it. `tree` and `fields` are plain records."""

    id: str
    dossier_id: str
    side_id: str
    engine: str
    text: str
    tree: dict[str, Any]
    numbers: tuple[dict[str, Any], ...] = ()
    printed_page: tuple[int, ...] | None = None
    fields: dict[str, Any] = field(factory=dict)
    seconds: float = 0.0


@frozen(kw_only=True)
class Item:
    """One document of the dossier (件), one row of its catalogue. Pages are dossier pages.

    `author` is who made the document (责任者). `confidence` is how sure its beginning is; `fields`
    tells of single fields ("title", "category", "date", "author") how sure the proposal is and why:
    `{field: {"confidence": 0.9, "reason": {"code", "parameters"}}}`; a field that a person wrote is
    `{"by": name}`. `keyed` holds what was typed independently (double keying), see
    `app.domain.keying`.
    """

    id: str
    dossier_id: str
    part: str
    number: int
    title: str
    category: str = ""
    date: str = ""
    first_page: int | None = None
    last_page: int | None = None
    first_position: int = 0
    last_position: int = 0
    confidence: float = 0.0
    confirmed_by: str = ""
    reason: dict[str, Any] = field(factory=dict)
    author: str = ""
    fields: dict[str, Any] = field(factory=dict)
    keyed: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class CourtTemplate:
    """A catalogue template (目录模板) that a court made or changed, as a table of
    `archive_rules.templates`. A published version never changes; `state` is "published" or
    "withdrawn" (existing dossiers keep it, new ones do not get it)."""

    id: str
    name: str
    version: str
    table: dict[str, Any]
    state: str = "published"
    made_at: str = ""
    made_by: str = ""


@frozen(kw_only=True)
class Edit:
    """What a person changed, with the rows before and after, so that it can be undone."""

    id: str
    dossier_id: str
    made_at: str
    made_by: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    undone: bool = False
