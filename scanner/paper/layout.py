"""Setting marked-up text as pages.

The markup, one block a line: `# ` title, `## ` line above the title, `### ` heading, `= ` centred,
`> ` right, `< ` flush left, `~ ` and `~> ` handwriting, `& label|hand` and `&> label|hand` a
printed label with handwriting, `|= widths ; h=mm` begins a table and `| a | ~b |` is its row (`~`
marks a cell filled in by hand, `*` one in bold), `@gap mm`, `@keep mm` (room or a new page),
`@page`, `@rule`, `@seal text`, `@square name`, `@finger`, `@banner text`, `@portrait`,
`@picture mm` (a photograph so high), `@card mm` (the outline of a copied card). Anything else is an
indented paragraph.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from scanner.paper.breaking import break_lines
from scanner.paper.fonts import text_width
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    Mark,
    PageDraft,
    Picture,
    Portrait,
    Print,
    RoundSeal,
    Rule,
    SquareSeal,
)
from scanner.paper.table import RowStyle, set_row
from scanner.paper.typography import Typography

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
CARD_WIDTH = 150.0
HAND_FACE = "kai"
FIT_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
INKS = ((38, 44, 92), (30, 30, 36), (24, 36, 110))
BANNERS = ((188, 36, 40), (40, 56, 150))


def set_pages(
    markup: str,
    typography: Typography,
    chance: random.Random,
    *,
    body: str = "",
    scale: float = 1.0,
    fit: int = 0,
    footer: bool = False,
    header: str = "",
    signers: tuple[str, ...] = (),
) -> list[PageDraft]:
    """The pages of one document, at least one.

    `body` overrides the body face, `scale` the body size; with `fit` the text is set smaller until
    it takes no more than that many pages, as clerks do with forms. `footer` prints a line like
    "第1页 共4页" below, `header` a line above the rule, `signers` sign at the foot of every page.
    """
    for shrunk in FIT_SCALES if fit else (1.0,):
        setter = _Typesetter(
            typography, chance, body or typography.body, scale * shrunk, bool(signers)
        )
        for line in markup.strip("\n").split("\n"):
            setter.block(line)
        drafts = setter.finish(footer=footer, header=header, signers=signers)
        if len(drafts) <= fit:
            break
    return drafts


class _Typesetter:
    def __init__(
        self,
        typography: Typography,
        chance: random.Random,
        body: str,
        scale: float,
        signed: bool,
    ) -> None:
        self.style = typography
        self.chance = chance
        self.body = body
        self.size = typography.body_size * scale
        self.scale = min(1.0, scale)
        self.ink = chance.randint(20, 44)
        self.hand = chance.choice(INKS)
        self.bottom = PAGE_HEIGHT - typography.bottom - (16 if signed else 0)
        self.pages: list[tuple[list[Mark], list[str]]] = []
        self.marks: list[Mark] = []
        self.lines: list[str] = []
        self.y = typography.top
        self.end_x = PAGE_WIDTH / 2
        self.row = RowStyle(weights=(1.0,), height=0.0)
        self.in_table = False
        self.blocks: tuple[tuple[str, Callable[[str], None]], ...] = (
            ("### ", self._heading),
            ("## ", self._above),
            ("# ", self._title),
            ("= ", lambda text: self._aligned(text, 0.5)),
            ("> ", lambda text: self._aligned(text, 1.0)),
            ("< ", lambda text: self._paragraph(text, 0.0)),
            ("~> ", lambda text: self._handwriting(text, 1.0)),
            ("~ ", lambda text: self._handwriting(text, 0.0)),
            ("&> ", lambda text: self._signature(text, 0.52)),
            ("& ", lambda text: self._signature(text, 0.0)),
            ("|= ", self._table),
            ("|", self._table_row),
            ("@", self._command),
        )

    @property
    def width(self) -> float:
        return PAGE_WIDTH - self.style.left - self.style.right

    def block(self, line: str) -> None:
        if not line.startswith("|"):
            self.in_table = False
        for prefix, action in self.blocks:
            if line.startswith(prefix):
                action(line[len(prefix) :])
                return
        self._paragraph(line, 2.0)

    def finish(self, *, footer: bool, header: str, signers: tuple[str, ...]) -> list[PageDraft]:
        self._turn_page()
        total = len(self.pages)
        drafts = []
        for number, (marks, lines) in enumerate(self.pages, start=1):
            if header:
                self._header(marks, lines, header)
            if signers:
                self._foot_signatures(marks, lines, signers)
            if footer:
                text = self.style.page_footer.format(page=number, pages=total)
                size = 3.7
                x = (PAGE_WIDTH - text_width(self.body, text) * size) / 2
                y = PAGE_HEIGHT - 18
                marks.append(Print(x=x, y=y, text=text, face=self.body, size=size, ink=self.ink))
                lines.append(text)
            drafts.append(PageDraft(marks=tuple(marks), text_lines=tuple(lines)))
        return drafts

    def _header(self, marks: list[Mark], lines: list[str], header: str) -> None:
        size = 3.6
        y = 17.0
        x = (PAGE_WIDTH - text_width(self.body, header) * size) / 2
        marks.append(Print(x=x, y=y, text=header, face=self.body, size=size, ink=self.ink))
        right = PAGE_WIDTH - self.style.right
        marks.append(Rule(x0=self.style.left, y0=y + 5.2, x1=right, y1=y + 5.2, width=0.2))
        lines.insert(0, header)

    def _foot_signatures(
        self, marks: list[Mark], lines: list[str], signers: tuple[str, ...]
    ) -> None:
        step = self.width / len(signers)
        for index, name in enumerate(signers):
            x = self.style.left + index * step + self.chance.uniform(0, step * 0.25)
            y = PAGE_HEIGHT - self.style.bottom - 7 + self.chance.uniform(-3, 3)
            size = self.chance.uniform(6.0, 8.0)
            marks.append(Hand(x=x, y=y, text=name, size=size, colour=self.chance.choice(INKS)))
            lines.append(name)

    def _turn_page(self) -> None:
        if self.marks or not self.pages:
            self.pages.append((self.marks, self.lines))
        self.marks, self.lines = [], []
        self.y = self.style.top

    def _room(self, height: float) -> None:
        if self.y + height > self.bottom and self.marks:
            self._turn_page()

    def _print(self, text: str, x: float, face: str, size: float, spacing: float = 0.0) -> None:
        self.marks.append(
            Print(x=x, y=self.y, text=text, face=face, size=size, ink=self.ink, spacing=spacing)
        )
        if text.strip():
            self.lines.append(text)
        self.end_x = x + text_width(face, text) * size + spacing * max(0, len(text) - 1)

    def _centred(self, text: str, face: str, size: float, gap: float, spacing: float) -> None:
        for line in break_lines(face, text, self.width / (size * (1 + spacing))):
            self._room(size * 1.5)
            extra = spacing * size
            width = text_width(face, line) * size + extra * (len(line) - 1)
            self._print(line, self.style.left + (self.width - width) / 2, face, size, extra)
            self.y += size * 1.45
        self.y += gap

    def _title(self, text: str) -> None:
        spacing = self.style.title_spacing if len(text) <= 8 else 0.0
        self._centred(text, self.style.title, self.style.title_size, self.size, spacing)

    def _above(self, text: str) -> None:
        self._centred(text, self.style.heading, self.style.title_size * 0.86, 1.0, 0.08)

    def _heading(self, text: str) -> None:
        self._room(self.size * 3)
        self._print(text, self.style.left, self.style.heading, self.size)
        self.y += self.size * self.style.pitch

    def _aligned(self, text: str, share: float) -> None:
        for line in break_lines(self.body, text, self.width / self.size):
            self._room(self.size * 1.3)
            free = self.width - text_width(self.body, line) * self.size
            inset = self.size * 1.5 if share == 1.0 else 0.0
            self._print(
                line, self.style.left + max(0.0, free * share - inset), self.body, self.size
            )
            self.y += self.size * self.style.pitch

    def _paragraph(self, text: str, indent: float) -> None:
        for index, line in enumerate(break_lines(self.body, text, self.width / self.size, indent)):
            self._room(self.size * 1.3)
            x = self.style.left + (indent * self.size if index == 0 else 0.0)
            self._print(line, x, self.body, self.size)
            self.y += self.size * self.style.pitch

    def _handwriting(self, text: str, share: float) -> None:
        size = self.size * 1.15
        for line in break_lines(HAND_FACE, text, self.width / (size * 1.1)):
            self._room(size * 1.3)
            free = self.width - text_width(HAND_FACE, line) * size * 1.06
            x = self.style.left + max(0.0, free * share - (10 if share else 0))
            self.marks.append(Hand(x=x, y=self.y, text=line, size=size, colour=self.hand))
            self.lines.append(line)
            self.end_x = x + text_width(HAND_FACE, line) * size
            self.y += size * self.style.pitch

    def _signature(self, text: str, share: float) -> None:
        label, _, hand = text.partition("|")
        self._room(self.size * 1.6)
        x = self.style.left + self.width * share + (0 if share else 2 * self.size)
        self._print(label, x, self.body, self.size)
        if hand:
            size = self.size * self.chance.uniform(1.15, 1.45)
            y = self.y - (size - self.size) * 0.7
            self.marks.append(Hand(x=self.end_x + 1.5, y=y, text=hand, size=size, colour=self.hand))
            self.lines[-1] = label + hand
            self.end_x += text_width(HAND_FACE, hand) * size * 1.05
        self.y += self.size * self.style.pitch

    def _table(self, text: str) -> None:
        weights, _, options = text.partition(";")
        height = 0.0
        for option in options.split():
            if option.startswith("h="):
                height = float(option[2:]) * self.scale
        self.row = RowStyle(weights=tuple(float(part) for part in weights.split()), height=height)
        if not self.in_table:
            self.y += 1.5
        self.in_table = True

    def _table_row(self, text: str) -> None:
        cells = [cell.strip() for cell in text.rstrip().removesuffix("|").split("|")]
        row = set_row(
            cells,
            style=self.row,
            left=self.style.left,
            width=self.width,
            face=self.style.form,
            bold=self.style.heading,
            size=self.style.form_size * self.scale,
            ink=self.ink,
            hand=self.hand,
        )
        self._room(row.height)
        for mark in row.at(self.y):
            self.marks.append(mark)
        self.lines.extend(row.text_lines)
        self.y += row.height
        self.end_x = PAGE_WIDTH / 2

    def _command(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        line_y = self.y - self.size * self.style.pitch
        if name == "gap":
            self.y += float(rest) * self.scale
        elif name == "page":
            self._turn_page()
        elif name == "keep":
            self._room(float(rest))
        elif name == "rule":
            right = PAGE_WIDTH - self.style.right
            self.marks.append(Rule(x0=self.style.left, y0=self.y, x1=right, y1=self.y))
            self.y += 3
        elif name == "seal":
            ring, _, lower = rest.partition("|")
            diameter = 42.0 if not lower else 40.0
            x = min(self.end_x, PAGE_WIDTH - 24) - self.chance.uniform(14, 22)
            x = min(max(x, 40.0), PAGE_WIDTH - 32)
            y = line_y - self.chance.uniform(-1, 5)
            y = min(max(y, 40.0), PAGE_HEIGHT - 32)
            self.marks.append(RoundSeal(x=x, y=y, text=ring, lower=lower, diameter=diameter))
        elif name == "square":
            x = min(self.end_x + 2, PAGE_WIDTH - 24)
            self.marks.append(SquareSeal(x=x, y=line_y - 4, text=rest))
        elif name == "finger":
            self.marks.append(Fingerprint(x=self.end_x - self.chance.uniform(2, 9), y=line_y + 2.5))
        elif name == "banner":
            self.marks.append(
                Banner(
                    x=self.style.left + self.chance.uniform(30, 45),
                    y=max(30.0, self.y - self.chance.uniform(4, 16)),
                    text=rest,
                    colour=self.chance.choice(BANNERS),
                    turn=self.chance.uniform(-6, 6),
                )
            )
            self.lines.append(rest)
        elif name == "picture":
            width, height = 132.0, float(rest)
            x = (PAGE_WIDTH - width) / 2
            self.marks.append(Picture(x=x, y=self.y, width=width, height=height))
            self.y += height + 5
        elif name == "portrait":
            x = self.style.left + CARD_WIDTH - 36
            self.marks.append(Portrait(x=x, y=self.y, width=29, height=36))
        elif name == "card":
            self._card(float(rest))
        else:
            raise ValueError(f"unknown markup command: @{text}")

    def _card(self, height: float) -> None:
        left, right = self.style.left, self.style.left + CARD_WIDTH
        top, bottom = self.y, self.y + height
        for x0, y0, x1, y1 in (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ):
            self.marks.append(Rule(x0=x0, y0=y0, x1=x1, y1=y1, width=0.35))
