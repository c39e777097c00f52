"""Lines of an invented document set on pages, and what recognition makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from archive_rules.api import TextLine
from catalogue_cases import Case

EM = 1.38  # the width of a character per its height, both as fractions of the page
LEFT, RIGHT, BOTTOM = 0.12, 0.86, 0.9
TEXT_WIDTH = 0.76
MISREAD_AS = (
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事"
    "其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主"
)
SEAL_TEXTS = ("人民法", "院★", "专用章", "法院民")
Cells = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line, or a row of cells (text, left edge). `at` is left, right, centre, text (a paragraph
    that is wrapped) or a left edge; `size` and `gap` count in heights of the text."""

    text: str = ""
    at: str | float = "left"
    size: float = 1.0
    gap: float = 1.0
    cells: Cells = ()


@dataclass(frozen=True, kw_only=True)
class Fill:
    """Paragraphs until the document has about as many pages."""

    pages: int
    paragraph: Callable[[], str]


@dataclass(frozen=True)
class NewPage:
    """The next line stands on a new page."""


Piece = Line | Fill | NewPage


@dataclass(kw_only=True)
class Draft:
    """A document before it is set. `authors` are the answers taken for right, none when not asked;
    `titles` likewise; `printed` tells whether a title stands on it at all."""

    pieces: list[Piece]
    titles: set[str]
    authors: tuple[str, ...] = ()
    date: str | None = None
    date_asked: bool = False
    printed: bool = True
    head: bool = False
    foot: str = ""
    scale: float = 1.0


@dataclass(kw_only=True)
class SetPage:
    """A page as printed; `printed_page` is (x, y) of 第 x 页 共 y 页."""

    lines: list[TextLine]
    printed_page: tuple[int, int] | None = None


@dataclass(kw_only=True)
class _Setter:
    case: Case
    size: float
    leading: float
    top: float
    pages: list[list[TextLine]] = field(default_factory=lambda: [[]])
    y: float = 0.0

    def new_page(self) -> None:
        self.pages.append([])
        self.y = self.top * 0.9

    def paragraph(self, text: str) -> None:
        text = text.replace("　", "  ")
        per_row = max(8, int(TEXT_WIDTH / (self.size * EM)))
        for start in range(0, len(text), per_row):
            self.line(Line(text=text[start : start + per_row]))

    def line(self, line: Line) -> None:
        height = self.size * line.size
        self.y += height * (line.gap - 1) if line.gap > 1 else 0
        if self.y + height * max(1.0, self.leading * line.gap) > BOTTOM:
            self.new_page()
        if line.cells:
            self._cells(line.cells, height)
        elif line.text.strip():
            self._text(line, height)
        self.y += height * self.leading

    def _text(self, line: Line, height: float) -> None:
        text = line.text.strip("　")
        width = sum(0.5 if char == " " or char.isascii() else 1 for char in text) * height * EM
        width = min(width, 0.84)
        places = {"centre": 0.5 - width / 2, "right": RIGHT - width}
        left = line.at if isinstance(line.at, float) else places.get(line.at, LEFT)
        if left == LEFT and line.text.startswith("　"):
            left += 2 * height * EM
        self._put(text, max(0.04, left), max(0.04, left) + width, height)

    def _cells(self, cells: Cells, height: float) -> None:
        edges = [*(left - 0.012 for _, left in cells[1:]), 0.97]
        for (text, left), edge in zip(cells, edges, strict=True):
            if text:
                right = min(edge, left + len(text) * self.size * 1.2)
                self._put(text, left, max(left + 0.01, right), height)

    def _put(self, text: str, left: float, right: float, height: float) -> None:
        self.pages[-1].append(text_line(text, left, self.y, min(0.97, right), self.y + height))

    def fill(self, fill: Fill) -> None:
        chance = self.case.chance
        if fill.pages <= 1:
            for _ in range(chance.randint(1, 4)):
                self.paragraph(fill.paragraph())
            return
        while len(self.pages) < fill.pages or (
            len(self.pages) == fill.pages and self.y < chance.uniform(0.2, 0.55)
        ):
            self.paragraph(fill.paragraph())


def text_line(text: str, x0: float, y0: float, x1: float, y1: float) -> TextLine:
    """A line surely read."""
    return TextLine(text=text, confidence=0.98, x0=x0, y0=y0, x1=x1, y1=y1)


def set_pages(case: Case, draft: Draft, *, is_record: bool) -> list[SetPage]:
    """The pages of a document, with head and foot."""
    top = case.top + (0.03 if draft.head else 0)
    leading = 1.6 if is_record else case.leading
    setter = _Setter(case=case, size=case.text_size * draft.scale, leading=leading, top=top, y=top)
    for piece in draft.pieces:
        if isinstance(piece, NewPage):
            setter.new_page()
        elif isinstance(piece, Fill):
            setter.fill(piece)
        elif piece.at == "text":
            setter.paragraph(piece.text)
        else:
            setter.line(piece)
    pages = [SetPage(lines=lines) for lines in setter.pages if lines]
    for number, page in enumerate(pages, start=1):
        if draft.head:
            right = LEFT + len(case.court) * 0.009
            page.lines.insert(0, text_line(case.court, LEFT, 0.045, right, 0.055))
        _foot(page, draft.foot, number, len(pages))
    return pages


def _foot(page: SetPage, foot: str, number: int, total: int) -> None:
    text = {
        "dashes": f"- {number} -",
        "page": f"第{number}页",
        "page_of": f"第{number}页 共{total}页",
        "slash": f"{number}/{total}",
    }.get(foot, "")
    if text and total > 1:
        page.lines.append(text_line(text, 0.46, 0.945, 0.54, 0.957))
        page.printed_page = (number, total) if foot == "page_of" else None


def misread(case: Case, lines: Sequence[TextLine], rate: float) -> tuple[TextLine, ...]:
    """What recognition makes of a page: wrong, lost and torn characters, a line missed, letters
    of a seal. `rate` 1 is a good scan (1.2 % of small characters wrong)."""
    chance = case.chance
    found: list[TextLine] = []
    for line in lines:
        if chance.random() < 0.008 * rate:
            continue
        share = (0.003 if line.y1 - line.y0 > 0.0195 else 0.012) * rate
        text = "".join(
            (chance.choice(MISREAD_AS) if chance.random() < 0.7 else "")
            if char != " " and chance.random() < share
            else char
            for char in line.text
        )
        if chance.random() < 0.3:
            text = text.replace(" ", "")
        if text:
            found += _torn(case, _moved(case, replace(line, text=text)), rate)
    if chance.random() < 0.1 * rate:
        seal = text_line(chance.choice(SEAL_TEXTS), 0.6, 0.7, 0.7, 0.73)
        found.append(replace(seal, confidence=0.5))
    return tuple(found)


def _moved(case: Case, line: TextLine) -> TextLine:
    chance = case.chance
    left, top, right, foot = (
        min(1.0, max(0.0, edge + chance.gauss(0, 0.0012)))
        for edge in (line.x0, line.y0, line.x1, line.y0)
    )
    height = max(0.004, (line.y1 - line.y0) * chance.uniform(0.94, 1.1) + foot - top)
    return replace(line, x0=left, y0=top, x1=right, y1=min(1.0, top + height))


def _torn(case: Case, line: TextLine, rate: float) -> list[TextLine]:
    """A line as the pieces it is read in: torn by chance, or where a title is set wide."""
    chance = case.chance
    text = line.text
    step = (line.x1 - line.x0) / len(text)
    if len(text) > 14 and chance.random() < 0.03 * rate:
        cut = chance.randint(5, len(text) - 5)
        middle = line.x0 + step * cut
        return [
            replace(line, text=text[:cut], x1=middle - 0.004),
            replace(line, text=text[cut:], x0=middle + 0.004),
        ]
    wide = "  " in text and line.y1 - line.y0 > 0.0195
    if not wide or chance.random() < 0.5:
        return [line]
    pieces = [
        (match.group(), line.x0 + match.start() * step, line.x0 + match.end() * step)
        for match in re.finditer(r"\S+", text)
    ]
    if len(pieces) > 3:
        pairs = [pieces[index : index + 2] for index in range(0, len(pieces), 2)]
        pieces = [("".join(p[0] for p in pair), pair[0][1], pair[-1][2]) for pair in pairs]
    return [replace(line, text=text, x0=x0, x1=max(x1, x0 + 0.01)) for text, x0, x1 in pieces]
