"""Bookkeeping of a feeder: which sheet and face a side is, whether a page came whole, counts."""

from __future__ import annotations

from app.kernel.errors import Transient
from scanner.api import ScanEvent, ScannedSide, ScanWarning


class FeederCount:
    """Numbers the sides of a batch in the order the device delivers them.

    With `pairs` two sides make one sheet, front before back; without, every side is the front of
    its own sheet. `first_sheet` lets a batch go on where an earlier one stopped.
    """

    def __init__(self, *, pairs: bool, first_sheet: int = 1) -> None:
        self._pairs = pairs
        self._first_sheet = first_sheet
        self.sides = 0

    @property
    def sheet(self) -> int:
        """The number of the sheet that the next side belongs to."""
        return self._first_sheet + (self.sides // 2 if self._pairs else self.sides)

    @property
    def face(self) -> str:
        """The face of the next side."""
        return "back" if self._pairs and self.sides % 2 else "front"

    def advance(self) -> tuple[int, str]:
        """Sheet and face of the side that just came complete."""
        sheet, face = self.sheet, self.face
        self.sides += 1
        return sheet, face

    def closing_warnings(self) -> list[ScanWarning]:
        """What to say at the end: SCN-211 when the last sheet came without its back."""
        if self.face == "back":
            return [ScanWarning(code="SCN-211", parameters={"sheet": self.sheet})]
        return []


def check_complete(*, received: int, bytes_per_line: int, lines: int, sheet: int) -> int:
    """How many lines a page has whose device sent `received` bytes.

    A page that was cut off looks like a good one to every library: it ends early and no error is
    given. So the length is counted. `lines` is negative when the device does not know the height
    before the end. Raises Transient SCN-111 when bytes are missing.
    """
    whole, rest = divmod(received, bytes_per_line) if bytes_per_line > 0 else (0, received)
    if rest or whole < 1 or (lines >= 0 and whole != lines):
        raise Transient("SCN-111", sheet=sheet, received=received, lines=lines)
    return whole


class BatchTally:
    """Counts the events of a batch as they pass."""

    def __init__(self) -> None:
        self.sides = 0
        self.faulty = 0
        self.warnings: list[ScanWarning] = []
        self._sheets: set[int] = set()

    def add(self, event: ScanEvent) -> None:
        """Count one event."""
        if isinstance(event, ScannedSide):
            self.sides += 1
            self.faulty += bool(event.fault)
            self._sheets.add(event.sheet)
        else:
            self.warnings.append(event)

    @property
    def sheets(self) -> int:
        """How many different sheets were seen."""
        return len(self._sheets)
