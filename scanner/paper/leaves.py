"""Normal papers of other kinds than the forms of a case: what inspection has to leave alone.

Grid paper, shaded tables, half seals across the edge, photographs, card copies, receipts,
barcodes, watermarks, letterheads, handwriting, vertical text, columns, wide tables, and sides that
bear a single mark. `wild` draws the variants of the check family.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from scanner.paper import lone, stamps
from scanner.paper.canvas import BLACK, Canvas, Colour
from scanner.paper.chance import pixels
from scanner.paper.fonts import load_font, text_width
from scanner.paper.render import SEAL_RED, Pixels
from scanner.paper.scenes import scene
from scanner.paper.sheets import receipt_ink
from scanner.paper.texts import load_texts

LEFT, RIGHT, TOP, BOTTOM = 27.0, 186.0, 32.0, 268.0
BLUE: Colour = (38, 44, 110)


@dataclass(frozen=True, kw_only=True)
class DrawnLeaf:
    """The ink of a leaf and how many lines of text it bears."""

    ink: Pixels
    lines: int


def draw_leaf(kind: str, seed: int, name: str, dpi: int, wild: bool) -> DrawnLeaf:
    """Draws a leaf of a kind of `LEAVES`; `name` tells it from others of its dossier."""
    chance = pixels(seed, "leaf", kind, name)
    width, height = SIZES.get(kind, (210.0, 297.0))
    canvas = Canvas(width, height, dpi)
    LEAVES[kind](canvas, chance, wild)
    return DrawnLeaf(ink=canvas.pixels(), lines=canvas.lines)


def _pick(chance: np.random.Generator, values: list[str]) -> str:
    return values[int(chance.integers(0, len(values)))]


def _face(chance: np.random.Generator, wild: bool) -> str:
    return _pick(chance, ["kai", "micro", "serif"] if wild else ["song", "serif"])


def _text(chance: np.random.Generator) -> str:
    return _pick(chance, load_texts("leaves")["paragraphs"])


def _filled(canvas: Canvas, chance: np.random.Generator, wild: bool, top: float) -> float:
    """Paragraphs from `top` down to somewhere on the lower half; gives the y below them."""
    face, size = _face(chance, wild), float(chance.uniform(4.6, 5.6))
    low = float(chance.uniform(170, 240))
    y = top
    while y < low:
        y = canvas.paragraph(LEFT, y, RIGHT - LEFT, _text(chance), face, size)
    return y


def _headed(canvas: Canvas, chance: np.random.Generator, wild: bool) -> float:
    face = "serif-bold" if wild else "sans-bold"
    canvas.centred(TOP, _pick(chance, load_texts("leaves")["headings"]), face, 7.6)
    return TOP + 18


def _grid_paper(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Manuscript paper with margin lines of full height and lines or squares, in red or green."""
    colour: Colour = (214, 96, 92) if chance.random() < 0.5 else (90, 160, 110)
    pitch = float(chance.uniform(8.5, 10.5))
    thick = float(chance.uniform(0.15, 0.4))
    squares = wild and chance.random() < 0.5
    y = TOP
    rows = 0
    while y < BOTTOM:
        canvas.rule(LEFT - 3, y, RIGHT + 3, y, thick, colour)
        y += pitch
        rows += 1
    if squares:
        x = LEFT - 3
        while x <= RIGHT + 3:
            canvas.rule(x, TOP, x, y - pitch, thick, colour)
            x += pitch
    margin = LEFT - float(chance.uniform(3, 9))
    canvas.rule(margin, 0, margin, canvas.height, thick * 1.6, colour)
    if chance.random() < 0.5:
        canvas.rule(margin + 1.2, 0, margin + 1.2, canvas.height, thick, colour)
    if chance.random() < 0.5:
        canvas.rule(canvas.width - 16, 0, canvas.width - 16, canvas.height, thick, colour)
    _write_rows(canvas, chance, TOP + 1.6, pitch, min(rows - 1, int(chance.integers(9, 22))))


def _write_rows(
    canvas: Canvas, chance: np.random.Generator, top: float, pitch: float, rows: int
) -> None:
    """Handwriting: every character a little off its place."""
    ink: Colour = BLUE if chance.random() < 0.6 else (36, 36, 40)
    size = pitch * float(chance.uniform(0.58, 0.72))
    for row in range(rows):
        x = LEFT + (size * 2 if row % 5 == 0 else 0)
        text = _text(chance) + _text(chance)
        end = RIGHT - (60 if row % 5 == 4 else 3)
        for character in text:
            if x > end:
                break
            own = size * float(chance.uniform(0.86, 1.1))
            canvas.text(
                x + float(chance.normal(0, 0.2)),
                top + row * pitch + float(chance.normal(0, 0.4)),
                character,
                "kai",
                own,
                ink,
            )
            x += text_width("kai", character) * own * 1.02
    canvas.lines = rows


def _shaded_table(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    y = _headed(canvas, chance, wild)
    _table(canvas, chance, wild, y, rows=int(chance.integers(9, 16)))


def _table(canvas: Canvas, chance: np.random.Generator, wild: bool, top: float, rows: int) -> None:
    """A table whose head, and now and then every second row, is shaded."""
    texts = load_texts("leaves")
    face = _face(chance, wild)
    left, right = LEFT - 6, canvas.width - LEFT + 8
    columns = int(chance.integers(4, 7)) + (3 if canvas.width > 250 else 0)
    height = float(chance.uniform(9, 12.5))
    grey = int(chance.integers(165, 225))
    tint: Colour = (grey, grey, grey)
    if wild and chance.random() < 0.6:
        tint = (grey - 20, grey, min(255, grey + 28))
    banded = chance.random() < 0.5
    step = (right - left) / columns
    for row in range(rows):
        y = top + row * height
        shade = tint if row == 0 or (banded and row % 2 == 0) else None
        for column in range(columns):
            x = left + column * step
            canvas.box(x, y, x + step, y + height, 0.25, BLACK, shade)
            cell = f"{int(chance.integers(10, 99999))}"
            if row == 0:
                cell = ["序号", "名称", "数量", "单价", "金额", "日期", "备注", "经办", "核对"][
                    column
                ]
            elif column == 1:
                cell = _pick(chance, texts["goods"])
            elif column == 0:
                cell = str(row)
            canvas.text(x + 1.6, y + height / 2 - 2, cell, face, 4.0)
    canvas.lines = rows


def _half_seal(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """A seal across the edges of the sheets: half or less of it is on this one."""
    _filled(canvas, chance, wild, _headed(canvas, chance, wild))
    mask = stamps.round_seal(
        _pick(chance, load_texts("leaves")["offices"]), "", round(42 * canvas.scale)
    )
    mask = stamps.uneven(stamps.turned(mask, float(chance.uniform(-180, 180))), chance, 0.85)
    y = float(chance.uniform(60, 230))
    x = canvas.width + float(chance.uniform(-12, 14))
    canvas.press(mask, x if not wild or chance.random() < 0.6 else canvas.width - x, y, SEAL_RED)


def _place(canvas: Canvas, picture: Pixels, x: float, y: float) -> None:
    page = canvas.pixels()
    left, top = round(x * canvas.scale), round(y * canvas.scale)
    height, width = picture.shape[:2]
    area = page[top : top + height, left : left + width]
    area[:] = picture[: area.shape[0], : area.shape[1]]
    canvas.paste(page)


def _photograph(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """One or two photographs with captions."""
    count = int(chance.integers(1, 3))
    for index in range(count):
        width = float(chance.uniform(110, 150))
        height = float(chance.uniform(70, 95))
        x, y = (canvas.width - width) / 2, 36 + index * 118.0
        colour = not wild or chance.random() < 0.5
        shape = (round(height * canvas.scale), round(width * canvas.scale))
        _place(canvas, scene(*shape, chance, colour), x, y)
        face = _face(chance, wild)
        canvas.centred(y + height + 5, f"照片{index + 1}　{_text(chance)[:14]}", face, 4.6)


def _id_copy(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Both faces of a card, copied onto one side."""
    for index, y in enumerate((60.0, 150.0)):
        x = 62.0 + float(chance.uniform(-8, 8))
        grey = int(chance.integers(205, 240))
        canvas.box(x, y, x + 85.6, y + 54, 0.3, (120, 120, 124), (grey, grey, grey + 4))
        if index == 0:
            name = _pick(chance, load_texts("leaves")["names"])
            rows = [
                f"姓名　{name}",
                "性别　女　民族　汉",
                "出生　1986年4月12日",
                "住址　望河路27号",
            ]
            for row, text in enumerate(rows):
                canvas.text(x + 6, y + 6 + row * 7.5, text, "hei", 3.4)
            canvas.text(x + 6, y + 44, "公民身份号码　110101198604120027", "hei", 3.6)
            shape = (round(30 * canvas.scale), round(24 * canvas.scale))
            _place(canvas, scene(*shape, chance, not wild), x + 57, y + 8)
        else:
            canvas.text(x + 30, y + 10, "居民身份证", "kai", 6.4)
            canvas.text(x + 20, y + 36, "签发机关　锦渡县公安局", "hei", 3.4)
            canvas.text(x + 20, y + 43, "有效期限　2016.05.03－2036.05.03", "hei", 3.4)
    canvas.text(60, 226, "与原件核对无异", "kai", 5.2, BLUE)


def _receipts(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Receipts pasted onto a sheet of their own."""
    x = 24.0
    dpi = round(canvas.scale * 25.4)
    for _ in range(2):
        piece = receipt_ink(dpi, chance, wild)
        tone = np.array([246, 246, 250] if not wild else [250, 247, 240], dtype=np.float32) / 255
        piece = (piece * tone).astype(np.uint8)
        piece = piece[: round(230 * canvas.scale), : round((canvas.width - x - 8) * canvas.scale)]
        border = np.array([176, 176, 178], dtype=np.uint8)
        piece[:2], piece[-2:], piece[:, :2], piece[:, -2:] = (border,) * 4
        _place(canvas, piece, x, 30 + float(chance.uniform(0, 14)))
        x += piece.shape[1] / canvas.scale + 8
        if x > 130:
            break
    canvas.lines = 9


def _barcode(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """A delivery note with a barcode and a square code."""
    x, y = float(chance.uniform(30, 110)), float(chance.uniform(14, 26))
    place = x
    while place < x + 62:
        wide = float(chance.choice([0.33, 0.66, 1.0]))
        canvas.box(place, y, place + wide, y + 13, 0, BLACK, BLACK)
        place += wide + float(chance.choice([0.33, 0.66, 1.0]))
    canvas.text(x + 12, y + 14.5, "EMS 1098 4471 2260 3", "sans", 3.6)
    if wild or chance.random() < 0.5:
        cells = chance.integers(0, 2, (25, 25))
        for row, column in zip(*np.nonzero(cells), strict=True):
            left, top = 150 + column * 1.0, 240 + row * 1.0
            canvas.box(left, top, left + 1, top + 1, 0, BLACK, BLACK)
    _filled(canvas, chance, wild, 56)


def _watermark(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Text over a large pale pattern of words or a guilloche."""
    tone = int(chance.integers(214, 238))
    words = _pick(chance, ["复印无效", "内部资料", "诉讼专用", "档案馆藏"])
    page = canvas.pixels()
    step = round(float(chance.uniform(46, 70)) * canvas.scale)
    em = round(13 * canvas.scale)
    mask = np.zeros((em * 2, em * 6), dtype=np.uint8)
    image = Image.fromarray(mask)
    ImageDraw.Draw(image).text((em, em * 0.4), words, font=load_font("sans-bold", em), fill=255)
    tilted = stamps.turned(np.asarray(image, dtype=np.uint8), -30)
    colour: Colour = (tone, tone, tone) if not wild else (tone, tone - 14, tone - 10)
    for top in range(0, page.shape[0] - tilted.shape[0] // 2, step):
        for left in range(0, page.shape[1] - tilted.shape[1] // 2, step * 2):
            area = page[top : top + tilted.shape[0], left : left + tilted.shape[1]]
            part = tilted[: area.shape[0], : area.shape[1], None] > 100
            area[:] = np.where(part, np.minimum(area, np.array(colour, dtype=np.uint8)), area)
    canvas.paste(page)
    _filled(canvas, chance, wild, _headed(canvas, chance, wild))


def _letterhead(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """A letter with a red head and a red double rule."""
    office = _pick(chance, load_texts("leaves")["offices"])
    red: Colour = (206, 28, 36) if not wild else (176, 40, 30)
    size = min(13.0, 150 / len(office))
    canvas.centred(26, office, "serif-bold" if wild else "sans-bold", size, red)
    canvas.rule(24, 48, canvas.width - 24, 48, 0.9, red)
    canvas.rule(24, 49.6, canvas.width - 24, 49.6, 0.3, red)
    y = _filled(canvas, chance, wild, 62)
    canvas.text(120, y + 8, office, _face(chance, wild), 4.8)
    mask = stamps.uneven(stamps.round_seal(office, "", round(42 * canvas.scale)), chance, 0.85)
    canvas.press(mask, 146, y + 10, SEAL_RED)


def _handwritten(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """A page written by hand on plain paper."""
    pitch = float(chance.uniform(9, 13) if not wild else chance.uniform(7.5, 16))
    _write_rows(canvas, chance, float(chance.uniform(24, 44)), pitch, int(chance.integers(7, 18)))


def _vertical(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Columns from right to left, as on old papers and couplets."""
    face, size = _face(chance, wild), float(chance.uniform(5.0, 6.4))
    columns = int(chance.integers(7, 13))
    for column in range(columns):
        text = (_text(chance) * 2)[:34]
        x = RIGHT - 8 - column * size * 2.1
        for row, character in enumerate(text):
            if TOP + row * size * 1.12 > BOTTOM:
                break
            canvas.text(x, TOP + row * size * 1.12, character, face, size)
        if chance.random() < 0.5:
            canvas.rule(x - size * 0.5, TOP - 3, x - size * 0.5, BOTTOM + 3, 0.2, (150, 60, 60))
    canvas.lines = columns


def _two_columns(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    y = _headed(canvas, chance, wild)
    face = _face(chance, wild)
    column = 74.0
    for x in (24.0, 24.0 + column + 12):
        place = y
        while place < 250:
            place = canvas.paragraph(x, place, column, _text(chance), face, 4.2)


def _landscape_table(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    canvas.centred(16, "往来账目明细表", "sans-bold", 6.6)
    _table(canvas, chance, wild, 32, rows=int(chance.integers(9, 14)))


def _a3(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Two pages side by side on one sheet that is folded in the dossier."""
    for x in (24.0, 234.0):
        face, y = _face(chance, wild), TOP
        while y < 230:
            y = canvas.paragraph(x, y, 160, _text(chance), face, 5.2)


def _lined(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """A page of text that ends with a signature line, framed by a border of rules."""
    canvas.box(18, 22, canvas.width - 18, canvas.height - 22, 0.5)
    canvas.box(19.4, 23.4, canvas.width - 19.4, canvas.height - 23.4, 0.2)
    _filled(canvas, chance, wild, _headed(canvas, chance, wild) + 6)


SIZES = {"landscape_table": (297.0, 210.0), "a3": (420.0, 297.0)}
LEAVES: dict[str, Callable[[Canvas, np.random.Generator, bool], None]] = {
    "grid_paper": _grid_paper,
    "shaded_table": _shaded_table,
    "half_seal": _half_seal,
    "photograph": _photograph,
    "id_copy": _id_copy,
    "receipts": _receipts,
    "barcode": _barcode,
    "watermark": _watermark,
    "letterhead": _letterhead,
    "handwritten": _handwritten,
    "vertical": _vertical,
    "two_columns": _two_columns,
    "landscape_table": _landscape_table,
    "a3": _a3,
    "framed": _lined,
    "lone_number": lone.number,
    "lone_seal": lone.seal,
    "lone_signature": lone.signature,
}
