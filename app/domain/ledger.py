"""The words of the ledger (核对台账): what reconciliation is told, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, field, frozen

MATCHED, MISSING, DOUBLE, STRANGER, UNNUMBERED = (
    "matched",
    "missing",
    "double",
    "stranger",
    "unnumbered",
)


@frozen(kw_only=True)
class LedgerEntry:
    """One discrepancy (差异) as stored. `verdict` is a person's: "", "same", "differs", "ask".

    `reason` is {"code", "parameters"} of a sentence in `resources/faults`, so that each reader
    gets it in her language.
    """

    id: str
    dossier_id: str
    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    reason: dict[str, Any] = field(factory=dict)
    verdict: str = ""
    verdict_by: str = ""
    verdict_at: str = ""
    remark: str = ""

    def judged_as(self, earlier: LedgerEntry) -> LedgerEntry:
        """This entry with the verdict a person gave on `earlier`, which told of the same cause."""
        return evolve(
            self,
            verdict=earlier.verdict,
            verdict_by=earlier.verdict_by,
            verdict_at=earlier.verdict_at,
            remark=earlier.remark,
        )


@frozen(kw_only=True)
class CapturedSide:
    """What is known of one captured side.

    `candidates` are all readings of its number, also those too weak to be its `page_number`;
    `proposed` tells that the number is what its neighbours leave to it, and another was read.
    `foreign_case` is another case's number standing where a page names its own case, `near_case`
    tells that it differs from this case's number by one character. `own_case` and `own_party`
    tell that this case's number or a party of it stands in the text, `other_party` that it names
    parties and none of this case, `other_court` that its head names another court. `procedural`
    is a notice, summons, proxy or pleading, `ruling` a judgment, ruling or mediation. `twin` is
    the position of another picture of the same sheet.
    `printed_page` is (x, y) of a printed "第 x 页 共 y 页" of the document itself, `open_end` tells
    that a sentence is cut at the foot, `title` the title by which a document begins here.
    """

    position: int
    role: str
    page_number: int | None = None
    confidence: float = 0.0
    candidates: tuple[int, ...] = ()
    proposed: bool = False
    readable: bool = True
    has_text: bool = True
    foreign_case: str = ""
    near_case: bool = False
    own_case: bool = False
    own_party: bool = False
    other_party: bool = False
    other_court: bool = False
    procedural: bool = False
    ruling: bool = False
    twin: int | None = None
    printed_page: tuple[int, int] | None = None
    open_end: bool = False
    title: str = ""


@frozen(kw_only=True)
class Row:
    """One row of a catalogue: stated with the case, read from paper, or found in the images.

    For rows from the images `certain` tells that the first page was found by its title, and
    `position` is the side it begins on.
    """

    title: str
    first_page: int | None
    last_page: int | None = None
    certain: bool = True
    position: int = 0


@frozen(kw_only=True)
class Expected:
    """What is known of the paper. None and empty where nothing is known."""

    case_no: str
    stated_pages: int | None = None
    end_note_pages: int | None = None
    stated_rows: tuple[Row, ...] = ()
    paper_rows: tuple[Row, ...] = ()
    found_rows: tuple[Row, ...] = ()


@frozen(kw_only=True)
class Discrepancy:
    """One difference between paper and image, and the sentence that explains it."""

    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    code: str
    parameters: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Tile:
    """One place of the two aligned tracks: a paper page and the sides that stand for it."""

    page_number: int | None
    positions: tuple[int, ...]
    state: str


@frozen(kw_only=True)
class Reconciliation:
    """The whole answer."""

    consistent: bool
    counts: dict[str, int | None]
    discrepancies: tuple[Discrepancy, ...]
    tiles: tuple[Tile, ...]


class Report:
    """What is found while the ledger is settled.

    `explained` are page numbers whose absence another discrepancy accounts for, `gone` those that
    are missing, `taken` numbers of sides by position where they show none that could be read.
    """

    def __init__(self) -> None:
        self.discrepancies: list[Discrepancy] = []
        self.states: dict[int, str] = {}
        self.explained: set[int] = set()
        self.gone: set[int] = set()
        self.taken: dict[int, int] = {}

    def add(
        self,
        kind: str,
        sides: Iterable[CapturedSide],
        numbers: Iterable[int],
        confidence: float,
        code: str,
        *,
        state: str = "",
        **parameters: Any,
    ) -> None:
        """Write one discrepancy down; `state` becomes that of its sides."""
        positions = tuple(side.position for side in sides)
        numbers = tuple(numbers)
        shown = {"positions": joined(positions), "numbers": joined(numbers)}
        self.discrepancies.append(
            Discrepancy(
                kind=kind,
                positions=positions,
                page_numbers=numbers,
                confidence=round(confidence, 2),
                code=code,
                parameters=shown | parameters,
            )
        )
        if state:
            self.states.update(dict.fromkeys(positions, state))

    def disturbed(self) -> set[int]:
        """Page numbers that some discrepancy already speaks of."""
        named = {number for found in self.discrepancies for number in found.page_numbers}
        return self.gone | self.explained | named


def joined(numbers: Iterable[int]) -> str:
    """Numbers as they stand in a Chinese sentence; also read well elsewhere."""
    return "、".join(str(number) for number in numbers)


def adjacent_runs(
    sides: Iterable[CapturedSide], pages: Sequence[CapturedSide]
) -> list[list[CapturedSide]]:
    """Sides that follow each other among `pages` (blank backs do not part them) put together."""
    place = {side.position: index for index, side in enumerate(pages)}
    runs: list[list[CapturedSide]] = []
    for side in sides:
        if runs and place[runs[-1][-1].position] + 1 == place[side.position]:
            runs[-1].append(side)
        else:
            runs.append([side])
    return runs
