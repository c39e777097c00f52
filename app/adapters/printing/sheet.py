"""Sheets of paper drawn in millimetres, written as a PDF of vectors and embedded letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from app.adapters.packaging.pdf_objects import (
    PdfFile,
    number,
    numbers,
    reference,
    references,
    text_string,
)
from app.adapters.printing.codes import code128_widths, qr_modules
from app.adapters.printing.letters import SheetFont

_POINTS_PER_MM = 72 / 25.4
_SMALLEST = 0.62
_LINE = 1.25
_PARAGRAPH_LINE = 1.7
_BOLD = 0.035

# What is not parted at the end of a row: a word or number, or one sign, with the signs that open
# and close it.
_UNITS = re.compile(
    r"[（《〔“]*(?:[0-9A-Za-z]+(?:[-:./][0-9A-Za-z]+)*|.)[，。；：、！？）》〕”…]*", re.DOTALL
)

Rectangle = tuple[float, float, float, float]
Align = Literal["left", "middle", "right"]


class Sheet:
    """A page under construction. Places are millimetres from the upper left corner; sizes of
    letters are the em in millimetres."""

    def __init__(self, *, width: float, height: float, font: SheetFont) -> None:
        self.width, self.height = width, height
        self._font = font
        self._operators: list[bytes] = []

    def text(
        self,
        x: float,
        y: float,
        size: float,
        text: str,
        *,
        align: Align = "left",
        bold: bool = False,
        gray: float = 0.0,
    ) -> None:
        """One line on the base line `y`, at or about or before `x`."""
        if not text.strip():
            return
        run = self._font.width(text) * size
        left = x - {"left": 0.0, "middle": run / 2, "right": run}[align]
        points = size * _POINTS_PER_MM
        weight = b"2 Tr %s w" % number(points * _BOLD) if bold else b"0 Tr"
        self._operators.append(
            b"BT %s %s g %s G /F %s Tf 1 0 0 1 %s Tm %s Tj ET"
            % (
                weight,
                number(gray),
                number(gray),
                number(points),
                numbers(self._point(left, y)),
                self._font.encode(text),
            )
        )

    def fitted(
        self,
        x: float,
        y: float,
        size: float,
        text: str,
        *,
        width: float,
        lines: int = 1,
        bold: bool = False,
    ) -> None:
        """Text within `width`, on the base line `y` as the middle of up to `lines` lines: made
        smaller where needed, and cut with … only when it would become unreadable."""
        chosen, rows = size, self._broken(text, width / size)
        while len(rows) > lines and chosen > size * _SMALLEST:
            chosen *= 0.94
            rows = self._broken(text, width / chosen)
        if len(rows) > lines:
            rows = [*rows[: lines - 1], rows[lines - 1][:-1] + "…"]
        first = y - (len(rows) - 1) * chosen * _LINE / 2
        for place, row in enumerate(rows):
            self.text(x, first + place * chosen * _LINE, chosen, row, bold=bold)

    def fitted_middle(self, x: float, y: float, size: float, text: str, *, width: float) -> None:
        """One line about `x` on the base line `y`, made smaller until it is within `width`."""
        run = self._font.width(text)
        self.text(x, y, min(size, width / run) if run else size, text, align="middle")

    def paragraph(self, x: float, y: float, size: float, text: str, *, width: float) -> float:
        """Text in as many lines as it takes, the first on the base line `y`; gives its height."""
        rows = self._broken(text, width / size)
        for place, row in enumerate(rows):
            self.text(x, y + place * size * _PARAGRAPH_LINE, size, row)
        return len(rows) * size * _PARAGRAPH_LINE

    def broken(self, size: float, text: str, *, width: float) -> list[str]:
        """The lines that text takes within `width`."""
        return self._broken(text, width / size)

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.25) -> None:
        """A black line."""
        start, end = numbers(self._point(x0, y0)), numbers(self._point(x1, y1))
        self._operators.append(
            b"0 G %s w %s m %s l S" % (number(width * _POINTS_PER_MM), start, end)
        )

    def fill(self, rectangles: Iterable[Rectangle]) -> None:
        """Black rectangles (x, y, width, height) as one path, so that those that touch show no
        seam between them."""
        path = [
            b"%s %s re"
            % (
                numbers(self._point(x, y + height)),
                numbers((width * _POINTS_PER_MM, height * _POINTS_PER_MM)),
            )
            for x, y, width, height in rectangles
        ]
        self._operators.append(b"0 g " + b"\n".join(path) + b" f")

    def qr(self, x: float, y: float, text: str, *, side: float) -> None:
        """A QR code with its upper left corner at (x, y) and `side` long, without quiet zone."""
        grid = qr_modules(text)
        module = side / len(grid)
        self.fill(
            (x + begin * module, y + row * module, (end - begin) * module, module)
            for row, line in enumerate(grid)
            for begin, end in _runs(line)
        )

    def code128(self, x: float, y: float, text: str, *, module: float, height: float) -> float:
        """A Code 128 with its first bar at (x, y); gives its length."""
        bars, place = [], 0.0
        for index, width in enumerate(code128_widths(text)):
            if index % 2 == 0:
                bars.append((x + place, y, width * module, height))
            place += width * module
        self.fill(bars)
        return place

    def write(self, file: PdfFile, *, pages: int, font: int) -> int:
        """Write the sheet as a page of the tree `pages` with the letters of `font`; gives its
        object number."""
        contents = self.contents(file)
        size = (self.width * _POINTS_PER_MM, self.height * _POINTS_PER_MM)
        return file.write(
            b"<</Type /Page /Parent %s /MediaBox [0 0 %s] /Contents %s"
            b" /Resources <</Font <</F %s>>>>>>"
            % (reference(pages), numbers(size), reference(contents), reference(font))
        )

    def contents(self, file: PdfFile) -> int:
        """Write what was drawn, for a page that holds more than the sheet; gives its object
        number. The letters of this font are /F there."""
        return file.write_deflated(b"", b"\n".join(self._operators) + b"\n")

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return x * _POINTS_PER_MM, (self.height - y) * _POINTS_PER_MM

    def _broken(self, text: str, ems: float) -> list[str]:
        """Figures and Latin words stay whole; no row begins with a closing sign or ends with an
        opening one, as long as a row can hold what belongs together."""
        rows = [""]
        for unit in _UNITS.findall(text):
            if self._font.width(rows[-1] + unit) <= ems:
                rows[-1] += unit
                continue
            whole = self._font.width(unit) <= ems
            for part in [unit] if whole else unit:
                if rows[-1] and (whole or self._font.width(rows[-1] + part) > ems):
                    rows.append("")
                rows[-1] += part
        return rows


class Booklet:
    """Sheets that are printed together, with one font. Raises OSError when it cannot be read."""

    def __init__(self, font: Path) -> None:
        self._font = SheetFont(font)
        self._sheets: list[Sheet] = []

    def sheet(self, *, width: float, height: float) -> Sheet:
        """A new sheet behind the others."""
        self._sheets.append(Sheet(width=width, height=height, font=self._font))
        return self._sheets[-1]

    def save(self, path: Path, *, title: str) -> None:
        """Write the sheets; the booklet is closed then. Raises OSError when `path` cannot be
        written."""
        try:
            with path.open("wb") as stream:
                file = PdfFile(stream)
                catalog, pages, font = file.reserve(), file.reserve(), file.reserve()
                information = file.write(b"<</Title %s>>" % text_string(title))
                self._font.write(file, font)
                kids = [sheet.write(file, pages=pages, font=font) for sheet in self._sheets]
                file.write(
                    b"<</Type /Pages /Kids %s /Count %d>>" % (references(kids), len(kids)), pages
                )
                # Codes have their size: the print dialogue shall not fit the sheet to the printer.
                file.write(
                    b"<</Type /Catalog /Pages %s /Lang (zh-CN)"
                    b" /ViewerPreferences <</PrintScaling /None /DisplayDocTitle true>>>>"
                    % reference(pages),
                    catalog,
                )
                file.close(catalog=catalog, information=information)
        finally:
            self._font.close()


def _runs(line: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Begin and end of every run of black modules."""
    begin = -1
    for place, black in enumerate((*line, False)):
        if black and begin < 0:
            begin = place
        elif not black and begin >= 0:
            yield begin, place
            begin = -1
