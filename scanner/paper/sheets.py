"""Sheets of other sizes among the A4 pages: receipts, A5, A3 unfolded, short pages."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from scanner.paper.edges import ink_box
from scanner.paper.fonts import load_font
from scanner.paper.render import Pixels


def resized_ink(
    ink: Pixels, mode: str, dpi: int, chance: np.random.Generator, wild: bool
) -> Pixels:
    """The ink of an A4 side on a sheet of another size: "a5", "a3", "short" or "receipt"."""
    height, width = ink.shape[:2]
    if mode == "a5":
        share = 148 / 210 if not wild else float(chance.uniform(0.6, 0.75))
        size = (round(width * share), round(height * share))
        return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if mode == "a3":
        other = np.full_like(ink, 255)
        halves = [ink, ink if chance.random() < 0.5 else other]
        return np.ascontiguousarray(np.hstack(halves if not wild else halves[::-1]))
    if mode == "short":
        return _shortened(ink, dpi, chance)
    return receipt_ink(dpi, chance, wild)


def _shortened(ink: Pixels, dpi: int, chance: np.random.Generator) -> Pixels:
    """Cut between two lines of text, 45 to 75 % down."""
    height = ink.shape[0]
    free = ink.min(axis=(1, 2)) > 200
    wanted = int(height * float(chance.uniform(0.45, 0.72)))
    gap = round(1.2 * dpi / 25.4)
    for row in range(wanted, height // 4, -1):
        if free[row : row + gap].all():
            return np.ascontiguousarray(ink[: row + gap])
    box = ink_box(ink)
    return np.ascontiguousarray(ink[: height * 3 // 4 if box is None else min(height, box[3] + 9)])


def receipt_ink(dpi: int, chance: np.random.Generator, wild: bool) -> Pixels:
    """A till receipt of thermal paper: narrow, grey print, rows of names and prices."""
    scale = dpi / 25.4
    width = round((80 if not wild else float(chance.choice([58, 76, 110]))) * scale)
    rows = int(chance.integers(9, 22))
    em = round((3.4 if width > 60 * scale else 2.8) * scale)
    height = round(em * 1.6 * (rows + 11))
    grey = int(chance.integers(40, 90))
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    font = load_font("hei" if not wild else "sans", em)
    large = load_font("hei" if not wild else "sans-bold", round(em * 1.5))
    shops = ("望河路便民超市", "东岭医院收费处", "锦屏加油站", "南塘文印社")
    draw.text(
        (width / 2, em), shops[int(chance.integers(0, 4))], font=large, fill=grey, anchor="ma"
    )
    y = em * 3.6
    left, right = round(4 * scale), width - round(4 * scale)
    number = "".join(str(digit) for digit in chance.integers(0, 10, 10))
    for text in (f"单号：{number}", "收银员：03  机号：2", "-" * 26):
        draw.text((left, y), text, font=font, fill=grey)
        y += em * 1.6
    goods = ("复印纸", "矿泉水", "挂号费", "检查费", "汽油92号", "文件袋", "停车费", "西药费")
    total = 0.0
    for _ in range(rows):
        price = round(float(chance.uniform(2, 280)), 2)
        total += price
        draw.text((left, y), goods[int(chance.integers(0, 8))], font=font, fill=grey)
        draw.text((right, y), f"{price:.2f}", font=font, fill=grey, anchor="ra")
        y += em * 1.6
    for text in ("-" * 26, f"合计：{total:.2f}", "谢谢惠顾 请妥善保管"):
        draw.text((left, y), text, font=font, fill=grey)
        y += em * 1.6
    return np.repeat(np.asarray(image, dtype=np.uint8)[:, :, None], 3, axis=2)
