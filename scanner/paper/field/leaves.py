"""Normal papers of the field family, one function a kind of `spec.LEAF_KINDS`."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from scanner.paper.breaking import break_lines
from scanner.paper.field import seals
from scanner.paper.field.plate import BALLPOINT, GEL, VERMILION, Light, Plate, Tone, wander
from scanner.paper.field.writing import portrait
from scanner.paper.texts import load_texts

_FACES = ("song", "hei", "sans", "kai", "serif", "micro")
SIZES = {"landscape_table": (297.0, 210.0), "a3": (420.0, 297.0)}
_SAMPLES = "本院经审理查明双方于二〇二一年签订书面协议并约定履行期限逾期未付的应当承担违约责任"


def drawn_leaf(kind: str, dpi: int, chance: np.random.Generator) -> Plate:
    """A plate with a leaf of a kind."""
    width, height = SIZES.get(kind, (210.0, 297.0))
    plate = Plate(width, height, dpi, chance)
    LEAVES[kind](plate)
    return plate


def _one_of(plate: Plate, values: tuple[str, ...]) -> str:
    return values[int(plate.chance.integers(0, len(values)))]


def _words(plate: Plate) -> str:
    return _one_of(plate, tuple(load_texts("leaves")["paragraphs"]))


def _column(plate: Plate, x: float, y: float, width: float, low: float, size: float = 0.0) -> float:
    """Paragraphs in one face down to about `low`; gives the y below."""
    face = _one_of(plate, _FACES)
    size = size or float(plate.chance.uniform(3.7, 5.8))
    pitch = size * float(plate.chance.uniform(1.35, 2.0))
    while y < low:
        for row, line in enumerate(break_lines(face, _words(plate), width / size, 2.0)):
            plate.text(x + (2 * size if row == 0 else 0), y, line, face, size)
            y += pitch
    return y


def _grid_paper(plate: Plate) -> None:
    chance = plate.chance
    tone: Tone = (0.62, 0.16, 0.14) if chance.random() < 0.6 else (0.12, 0.4, 0.2)
    cell = float(chance.uniform(7.6, 11.0))
    columns, rows = int(160 / cell), int(225 / (cell + 3))
    left, top = (210 - columns * cell) / 2, 36.0
    for row in range(rows):
        y = top + row * (cell + 3)
        for edge in (y, y + cell):
            plate.line(left, edge, left + columns * cell, edge, 0.2, tone, 0.75)
        for column in range(columns + 1):
            x = left + column * cell
            plate.line(x, y, x, y + cell, 0.2, tone, 0.75)
    plate.line(left - 2.5, 0, left - 2.5, 297, 0.45, tone, 0.8)
    plate.line(left + columns * cell + 2.5, 0, left + columns * cell + 2.5, 297, 0.45, tone, 0.8)
    for row in range(int(chance.integers(5, rows))):
        text = _words(plate)[:columns]
        for column, character in enumerate(text):
            x = left + column * cell + cell * 0.16
            plate.written(x, top + row * (cell + 3) + cell * 0.14, character, cell * 0.68, GEL)
    plate.lines = rows // 2


def _cells(plate: Plate, top: float, rows: int, columns: int, shade: bool) -> None:
    chance = plate.chance
    left, right = 18.0, plate.width - 18.0
    widths = chance.uniform(0.6, 1.6, columns)
    edges = left + np.concatenate([[0], np.cumsum(widths / widths.sum())]) * (right - left)
    height = float(chance.uniform(7.5, 13))
    face = _one_of(plate, _FACES)
    for row in range(rows):
        y = top + row * height
        for column in range(columns):
            x0, x1 = float(edges[column]), float(edges[column + 1])
            if shade and (row == 0 or column == 0 or chance.random() < 0.08):
                plate.fill(x0, y, x1, y + height, (0.58, 0.6, 0.64), float(chance.uniform(0.4, 1)))
            plate.frame(x0, y, x1, y + height, 0.18)
            text = str(int(chance.integers(1, 10 ** int(chance.integers(2, 6)))))
            if row == 0 or column == 1:
                start = int(chance.integers(0, 30))
                text = _SAMPLES[start : start + 4]
            if (x1 - x0) > len(text) * 3.7:
                plate.text(x0 + 1.4, y + height / 2 - 1.8, text, face, 3.6)
    plate.lines = rows


def _shaded_table(plate: Plate) -> None:
    plate.middle(24, "费用结算汇总表", "hei", 7.0)
    rows, columns = (int(value) for value in plate.chance.integers((8, 4), (18, 7)))
    _cells(plate, 42, rows, columns, True)


def _half_seal(plate: Plate) -> None:
    _column(plate, 26, 34, 158, 225)
    cover = seals.round_seal("云麓市东岭区人民法院", "", round(43 * plate.scale), plate.chance)
    edge = (0.0, 210.0)[int(plate.chance.integers(0, 2))]
    y = float(plate.chance.uniform(40, 250))
    plate.lay(cover, edge + float(plate.chance.normal(0, 7)), y, VERMILION)


def photograph(shape: tuple[int, int], chance: np.random.Generator, grey: bool) -> Light:
    """A made-up view: wandering fields of three colours, a horizon, hard-edged things in front."""
    fields = [wander(chance, shape, shape[0] / step) for step in (1.5, 3, 8, 25)]
    rows = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    base = 0.35 + 0.18 * fields[0] + 0.1 * fields[1] + 0.06 * fields[2] + 0.04 * fields[3]
    base = base + np.where(rows < float(chance.uniform(0.3, 0.6)), 0.3, -0.05)
    picture = np.stack([base * float(chance.uniform(0.7, 1.2)) for _ in range(3)], axis=2)
    for _ in range(int(chance.integers(4, 12))):
        x, y = float(chance.uniform(0, shape[1])), float(chance.uniform(shape[0] * 0.3, shape[0]))
        wide, tall = (float(chance.uniform(0.04, 0.22)) * shape[0] for _ in range(2))
        tone = tuple(float(value) for value in chance.uniform(0.02, 0.8, 3))
        corners = np.array(
            [[x, y], [x + wide, y - tall * 0.2], [x + wide, y + tall], [x, y + tall]]
        )
        cv2.fillPoly(picture, [corners.astype(np.int32)], tone)
    picture = np.clip(picture, 0.01, 0.95).astype(np.float32)
    if grey:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    return np.asarray(picture, dtype=np.float32)


def _photograph(plate: Plate) -> None:
    chance = plate.chance
    wide, tall = float(chance.uniform(90, 178)), float(chance.uniform(70, 130))
    shape = (round(tall * plate.scale), round(wide * plate.scale))
    x = float(chance.uniform(14, 196 - wide))
    plate.picture(photograph(shape, chance, chance.random() < 0.4), x, 40)
    plate.text(x + 4, 46 + tall, "图一　现场全貌（由东向西拍摄）", "song", 4.4)
    if chance.random() < 0.6:
        plate.text(x + 4, 54 + tall, "拍摄人：周立军　拍摄时间：2022年6月9日", "song", 4.4)


def _id_copy(plate: Plate) -> None:
    chance = plate.chance
    for index, y in enumerate((42.0, 128.0)):
        x = float(chance.uniform(40, 84))
        plate.fill(x, y, x + 85.6, y + 54, (0.6, 0.63, 0.66), float(chance.uniform(0.3, 0.9)))
        if index:
            plate.text(x + 26, y + 8, "中华人民共和国", "song", 4.4)
            plate.text(x + 22, y + 15, "居民身份证", "hei", 6.6)
            plate.text(x + 12, y + 42, "有效期限  2019.03.11-2039.03.11", "sans", 3.2)
            continue
        for row, text in enumerate(("姓名 吴秀英", "性别 女  民族 汉", "住址 柳泉路六十一号")):
            plate.text(x + 5, y + 6 + row * 9, text, "hei", 3.3)
        plate.text(x + 5, y + 45, "公民身份号码 130302199107080026", "sans", 3.6)
        portrait(plate, x + 58, y + 7, 22, 28)
    plate.written(60, 206, "复印件与原件一致", 6.4, BALLPOINT)
    plate.lines = 6


def till_roll(width: float, rows: int, dpi: int, chance: np.random.Generator) -> Plate:
    """A receipt of thermal paper: grey dots, many short lines."""
    slip = Plate(width, rows * 4.6 + 34, dpi, chance)
    slip.middle(4, "收 费 票 据", "hei", 5.2)
    slip.text(4, 13, "门诊号 " + "".join(map(str, chance.integers(0, 10, 8))), "sans", 3.0)
    for row in range(rows):
        start = int(chance.integers(0, 30))
        slip.text(4, 19 + row * 4.6, _SAMPLES[start : start + 4], "sans", 3.0)
        slip.text(width - 17, 19 + row * 4.6, f"{chance.uniform(1, 900):7.2f}", "sans", 3.0)
    slip.text(4, 22 + rows * 4.6, f"合计 {chance.uniform(100, 9000):.2f} 元", "hei", 3.6)
    return slip


def _receipts(plate: Plate) -> None:
    chance = plate.chance
    x = 16.0
    for _ in range(int(chance.integers(1, 4))):
        width = float(chance.uniform(48, 76))
        if x + width > 204:
            break
        slip = till_roll(width, int(chance.integers(8, 40)), plate.dpi, chance)
        light = slip.finished() * np.array([0.84, 0.85, 0.88], dtype=np.float32)
        y = float(chance.uniform(14, 50))
        light = light[: round((288 - y) * plate.scale)]
        light[:1], light[:, :1] = 0.5, 0.5
        light[-1:], light[:, -2:] = 0.35, 0.4
        plate.picture(light, x, y)
        x += width + float(chance.uniform(3, 12))
    plate.lines = 8


def _barcode(plate: Plate) -> None:
    chance = plate.chance
    x, y = float(chance.uniform(20, 120)), float(chance.uniform(12, 30))
    end, tall = x + float(chance.uniform(40, 75)), float(chance.uniform(8, 16))
    while x < end:
        bar = 0.3 * int(chance.integers(1, 5))
        plate.fill(x, y, x + bar, y + tall, (0.02, 0.02, 0.02))
        x += bar + 0.3 * int(chance.integers(1, 5))
    side = float(chance.uniform(18, 30))
    left, top = float(chance.uniform(20, 160)), 250.0
    for row, column in zip(*np.nonzero(chance.integers(0, 2, (29, 29))), strict=True):
        u, v = left + column * side / 29, top + row * side / 29
        plate.fill(u, v, u + side / 29, v + side / 29, (0.02, 0.02, 0.02))
    _column(plate, 26, 56, 158, 200)


def _watermark(plate: Plate) -> None:
    """A guilloche of fine waves in pale ink, or large pale words, below the text."""
    chance = plate.chance
    tone: Tone = ((0.55, 0.72, 0.62), (0.8, 0.62, 0.6), (0.62, 0.62, 0.66))[
        int(chance.integers(0, 3))
    ]
    rows, columns = np.mgrid[0 : plate.shape[0], 0 : plate.shape[1]].astype(np.float32)
    unit = plate.scale
    wave = np.sin(rows / unit * 1.6 + 2.2 * np.sin(columns / unit * 0.12))
    wave += np.sin(rows / unit * 1.6 - 2.2 * np.sin(columns / unit * 0.1 + 1))
    cover = np.clip(wave - 1.2, 0, 1) * float(chance.uniform(0.15, 0.4))
    plate.light *= 1 - cover[:, :, None] * (1 - np.array(tone, dtype=np.float32))
    _column(plate, 26, 36, 158, 220)


def _letterhead(plate: Plate) -> None:
    red: Tone = (0.6, 0.01, 0.02)
    cover = seals.boxed_words("东篱区人民政府文件", round(12 * plate.scale), plate.chance)
    edge = round(4 * plate.scale)
    plate.lay(cover[edge:-edge, edge:-edge], 105, 40, red)
    plate.middle(62, "东篱政复〔2022〕17号", "song", 4.8)
    plate.line(22, 74, 188, 74, float(plate.chance.uniform(0.6, 1.6)), red, 0.95)
    _column(plate, 28, 84, 156, 215, 5.2)
    seal = seals.round_seal("东篱区人民政府", "", round(41 * plate.scale), plate.chance)
    plate.lay(seal, 150, 238, VERMILION)


def _handwritten(plate: Plate) -> None:
    chance = plate.chance
    size = float(chance.uniform(5.5, 9.5))
    pitch = size * float(chance.uniform(1.3, 1.9))
    tone = BALLPOINT if chance.random() < 0.5 else GEL
    y = float(chance.uniform(18, 50))
    low = float(chance.uniform(90, 265))
    while y < low:
        plate.written(float(chance.uniform(20, 27)), y, _words(plate), size, tone, 160)
        y += pitch


def _vertical(plate: Plate) -> None:
    size = float(plate.chance.uniform(4.4, 6.0))
    face = _one_of(plate, _FACES)
    columns = int(plate.chance.integers(6, 16))
    for column in range(columns):
        for row, character in enumerate(_words(plate)[:36]):
            plate.text(182 - column * size * 1.8, 34 + row * size * 1.1, character, face, size)
    plate.frame(186 - columns * size * 1.8, 28, 194, 38 + 36 * size * 1.1, 0.5)
    plate.lines = columns


def _two_columns(plate: Plate) -> None:
    plate.middle(20, "庭审要点对照", "hei", 6.6)
    for x in (20.0, 110.0):
        _column(plate, x, 36, 80, float(plate.chance.uniform(180, 255)), 3.9)
    if plate.chance.random() < 0.5:
        plate.rule(104, 36, 104, 262)


def _landscape_table(plate: Plate) -> None:
    plate.middle(14, "车辆维修项目及工时明细", "sans-bold", 6.4)
    _cells(plate, 30, int(plate.chance.integers(8, 17)), int(plate.chance.integers(6, 10)), False)


def _a3(plate: Plate) -> None:
    _column(plate, 24, 30, 164, 240, 5.0)
    _column(plate, 232, 30, 164, 200, 5.0)


def _framed(plate: Plate) -> None:
    plate.frame(15, 16, 195, 281, 0.9)
    plate.middle(30, "结案证明书", "kai", 9.5)
    _column(plate, 30, 60, 150, 180, 6.2)


def _lone_number(plate: Plate) -> None:
    chance = plate.chance
    face = _one_of(plate, ("sans", "serif", "mono-bold", "hei-mono"))
    text = str(int(chance.integers(1, 260)))
    cover = seals.digits(text, face, round(float(chance.uniform(4.5, 8)) * plate.scale), chance)
    x = (18.0, 105.0, 190.0)[int(chance.integers(0, 3))]
    y = 14.0 if chance.random() < 0.7 else 284.0
    tones: tuple[Tone, ...] = (GEL, BALLPOINT, VERMILION)
    plate.lay(cover, x, y, tones[int(chance.integers(0, 3))])
    plate.lines = 1


def _lone_seal(plate: Plate) -> None:
    chance = plate.chance
    diameter = round(float(chance.uniform(30, 46)) * plate.scale)
    cover = seals.round_seal("锦渡县人民法院", "", diameter, chance)
    strength = np.float32(chance.uniform(0.5, 1.0))
    x, y = (float(value) for value in chance.uniform(45, 165, 2))
    plate.lay(cover * strength, x, y, VERMILION)


def _lone_signature(plate: Plate) -> None:
    chance = plate.chance
    x, y = float(chance.uniform(20, 130)), float(chance.uniform(30, 260))
    plate.written(x, y, "郑浩然", float(chance.uniform(6, 15)), BALLPOINT)
    plate.lines = 1


LEAVES: dict[str, Callable[[Plate], None]] = {
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
    "framed": _framed,
    "lone_number": _lone_number,
    "lone_seal": _lone_seal,
    "lone_signature": _lone_signature,
}
