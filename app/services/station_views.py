"""Read models of the scanning station: frozen rows for the screen and the command line."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from app.services.views import SideRow


@frozen(kw_only=True)
class SheetSum:
    """The sheet arithmetic of one part of a dossier; all figures but `sheets` count sides.

    declared sheets x 2 = captured + blank + inserted + missed + single_backs, else `difference`
    (positive: sides are missing; negative: too many). `captured` and `inserted` are sides with
    content from appended and inserted batches, `blank` sides marked blank (wherever they came
    from), `missed` recorded misses, `single_backs` backs that a one-sided scan leaves out.
    Separator sheets and work slips count nowhere. `expected` and `difference` are None while
    nobody has declared the sheets. `reasons` names what keeps the sum from balancing, as records
    with a `code`: "sides_missing", "sides_too_many" (with `count`), "sheet_without_back" (with
    `position`), "batch_paused", "batch_held", "rescan_asked" (with `count`).
    """

    part: str
    declared_sheets: int | None
    sheets: int
    expected: int | None
    captured: int
    blank: int
    inserted: int
    missed: int
    single_backs: int
    difference: int | None
    balanced: bool
    reasons: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class MissRow:
    """Sheets recorded as not scanned. `after_position` is 0 for the start."""

    id: str
    part: str
    volume: int
    sheets: int
    after_position: int
    reason: str
    recorded_at: str
    recorded_by: str


@frozen(kw_only=True)
class HeldPair:
    """An old side and the new one scanned for it. `verdict` is "same", "different", "unsure" or
    "waiting" (not examined yet); `likeness` from 0 to 1. `reasons` are records with a `code`:
    "number_equal", "number_differs" (with `old`, `new`), "picture_alike", "picture_differs",
    "text_alike", "text_differs", "both_blank", "one_blank"."""

    old: SideRow | None
    new: SideRow | None
    verdict: str
    likeness: float
    reasons: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class HeldBatch:
    """An insertion or replacement that waits for a person's word. `after_position` is where an
    insertion goes (0: before everything). `verdict` sums up the pairs: the worst of them."""

    batch: str
    case_no: str
    purpose: str
    source: str
    operator: str
    started_at: str
    after_position: int
    pairs: tuple[HeldPair, ...]
    verdict: str


@frozen(kw_only=True)
class Resumption:
    """Where an interrupted batch goes on. `sheet` is the sheet to put back on top of the stack,
    counted in the batch; `certain` is False when somebody has to look which sheet came out last.
    `code` and `parameters` are the fault that stopped it (empty after a kill), `drawing` the
    picture of what to do at the scanner (see `scanner.faults`), `last` the last side stored."""

    batch: str
    source: str
    profile: str
    part: str
    volume: int
    purpose: str
    sheet: int
    certain: bool
    code: str
    parameters: dict[str, Any]
    drawing: str
    last: SideRow | None


@frozen(kw_only=True)
class ProfileRow:
    """One scan profile. `settings` and `options` as in `app.domain.station.ScanProfile`."""

    name: str
    settings: dict[str, Any]
    options: dict[str, Any]
    locked: bool
    built_in: bool
    changed_at: str
    changed_by: str


@frozen(kw_only=True)
class OptionRow:
    """One setting of a device for the form; the fields are those of
    `scanner.api.OptionDescription`, `stored` is the value kept for this device or None."""

    name: str
    title: str
    description: str
    group: str
    type: str
    unit: str
    value: bool | int | float | str | None
    choices: tuple[int | float | str, ...]
    minimum: float | None
    maximum: float | None
    step: float | None
    settable: bool
    active: bool
    advanced: bool
    stored: bool | int | float | str | None = None


@frozen(kw_only=True)
class DeviceView:
    """What a device can do: `sources` and the flags as records of `scanner.api.Capabilities`."""

    source: str
    maker: str
    model: str
    seen_at: str
    sources: tuple[dict[str, Any], ...]
    flags: dict[str, bool]
    options: tuple[OptionRow, ...]


@frozen(kw_only=True)
class OperatorFigures:
    """One operator's work of one local day, for piece-work.

    `hours` is the time from the first to the last stored side less pauses over 15 minutes.
    `rescans` counts sides scanned again, `rejects` findings that somebody sent back ("rescan").
    """

    operator: str
    day: str
    dossiers: int
    batches: int
    sheets: int
    sides: int
    blanks: int
    rescans: int
    inserts: int
    rejects: int
    hours: float
    sheets_per_hour: float
    rescans_per_hour: float
    rejects_per_hour: float


@frozen(kw_only=True)
class SlipTarget:
    """The dossier that a work slip opens."""

    case_no: str
    part: str
    volume: int
    details: dict[str, Any] = field(factory=dict)
