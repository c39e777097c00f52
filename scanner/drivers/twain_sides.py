"""Which sheet and face an image is, by what the source says or else by the order of images."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.api import ScanWarning


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an image belongs; `stream` as in ScannedSide."""

    sheet: int
    face: str
    stream: str = "main"


class SideOrder:
    """Places the images of one stream. With `pairs` two faces make a sheet.

    A source that tells the face (TWEI_PAGESIDE) is believed, so that a side it left out does not
    shift all that follow; which face comes first is that of the first image. Without it, front
    and back alternate.
    """

    def __init__(self, *, pairs: bool) -> None:
        self._pairs = pairs
        self._first = ""
        self._faces: list[str] = []
        self._sheet = 0

    @property
    def sheet(self) -> int:
        """The sheet that the next image belongs to, as far as one can know."""
        return self._sheet + 1 if self.complete else self._sheet

    @property
    def last_sheet(self) -> int:
        """The sheet of the last image, 0 before the first."""
        return self._sheet

    @property
    def complete(self) -> bool:
        """Whether all faces of the last sheet have come."""
        return not self._faces or len(self._faces) == (2 if self._pairs else 1)

    @property
    def sheets(self) -> int:
        """How many sheets have come whole."""
        return self._sheet if self.complete else self._sheet - 1

    def place(self, told: str = "") -> Place:
        """The place of the next image; `told` is the face that the source names, or empty."""
        if not self._pairs:
            face = told or "front"
            self._begin()
        elif told:
            face = told
            self._first = self._first or face
            if self.complete or face == self._first or face in self._faces:
                self._begin()
        else:
            if self.complete:
                self._begin()
            face = "back" if "front" in self._faces else "front"
        self._faces.append(face)
        return Place(sheet=self._sheet, face=face)

    def closing_warnings(self) -> list[ScanWarning]:
        """What to say at the end: SCN-211 when the last sheet came without its back."""
        if self._pairs and self._faces == ["front"]:
            return [ScanWarning(code="SCN-211", parameters={"sheet": self._sheet})]
        return []

    def _begin(self) -> None:
        self._sheet += 1
        self._faces = []


class SideCounter:
    """Places the images of a batch. With `dual`, images of two levels are the second stream;
    each stream is counted by itself, whatever the order they arrive in."""

    def __init__(self, *, pairs: bool, dual: bool) -> None:
        self._main = SideOrder(pairs=pairs)
        self._bitonal = SideOrder(pairs=pairs) if dual else None

    @property
    def sheet(self) -> int:
        """The sheet that the next image belongs to."""
        return self._main.sheet

    @property
    def last_sheet(self) -> int:
        """The sheet of the last image, 0 before the first."""
        return self._main.last_sheet

    @property
    def sheets(self) -> int:
        """How many sheets have come with all their images."""
        if self._bitonal is None:
            return self._main.sheets
        return min(self._main.sheets, self._bitonal.sheets)

    def place(self, told: str, *, two_levels: bool) -> Place:
        """The place of the next image."""
        if self._bitonal is not None and two_levels:
            place = self._bitonal.place(told)
            return Place(sheet=place.sheet, face=place.face, stream="bitonal")
        return self._main.place(told)

    def closing_warnings(self) -> list[ScanWarning]:
        """What to say at the end of the batch."""
        return self._main.closing_warnings()
