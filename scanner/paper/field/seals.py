"""Seals, fingerprints and numbers as ink covers: text is printed straight and bent round."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from scanner.paper.field.plate import Cover, rough, wander
from scanner.paper.fonts import load_font


def round_seal(text: str, lower: str, diameter: int, chance: np.random.Generator) -> Cover:
    """A round seal: a strip with its text is bent into a ring, round a star."""
    size = diameter | 1
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    x, y = columns - size / 2, rows - size / 2
    radius = np.hypot(x, y) / (size / 2)
    ring = _soft(np.abs(radius - 0.955) - 0.026, 60)
    strip_height = max(12, round(size * 0.17))
    strip_width = round(size * math.pi * 0.78)
    strip = Image.new("L", (strip_width, strip_height), 0)
    draw = ImageDraw.Draw(strip)
    span = min(0.74, 0.056 * len(text))
    em = round(strip_height * 0.94)
    font = load_font("serif-bold", em)
    for index, character in enumerate(text):
        share = 0.5 + span * ((index + 0.5) / len(text) - 0.5)
        place = (share * strip_width, strip_height / 2)
        draw.text(place, character, font=font, fill=255, anchor="mm")
    angle = (np.arctan2(x, -y) / (2 * math.pi) + 0.5).astype(np.float32)
    across = angle * strip_width
    along = (0.9 - radius) / 0.25 * strip_height
    bent = cv2.remap(
        np.asarray(strip, dtype=np.float32) / 255, across, along, cv2.INTER_LINEAR, borderValue=0
    )
    theta = np.arctan2(x, -y)
    wedge = np.abs(np.mod(theta + math.pi / 5, 2 * math.pi / 5) - math.pi / 5)
    edge = 0.115 / (np.cos(wedge) + 1.376 * np.sin(wedge) * 1.25)
    star = _soft(radius - edge * 2.4, 60)
    cover: Cover = np.maximum(np.maximum(ring, star), bent).astype(np.float32)
    if lower:
        image = Image.new("L", (size, size), 0)
        place = (size / 2, size * 0.77)
        small = load_font("hei", max(8, round(size * 0.085)))
        ImageDraw.Draw(image).text(place, lower, font=small, fill=255, anchor="mm")
        cover = np.maximum(cover, np.asarray(image, dtype=np.float32) / np.float32(255))
    return pressed(turned(cover, float(chance.uniform(-14, 14))), chance)


def name_seal(text: str, side: int, chance: np.random.Generator) -> Cover:
    """A square name seal, cut in relief (red characters) or in intaglio (white characters)."""
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    shown = (text + "印")[:4] if len(text) > 2 else (text + "之印")[:4]
    font = load_font("kai", round(side * 0.44))
    for index, character in enumerate(shown):
        place = (side * (0.74 if index < 2 else 0.26), side * (0.27 if index % 2 == 0 else 0.73))
        draw.text(place, character, font=font, fill=255, anchor="mm")
    cover = np.asarray(image, dtype=np.float32) / np.float32(255)
    if chance.random() < 0.4:
        cover = np.asarray(1 - cover, dtype=np.float32)
    else:
        edge = max(2, side // 18)
        cover = cover.copy()
        cover[:edge], cover[-edge:], cover[:, :edge], cover[:, -edge:] = (1.0,) * 4
    return pressed(turned(cover, float(chance.uniform(-8, 8))), chance)


def finger_print(height: int, chance: np.random.Generator) -> Cover:
    """Ridges as the level lines of a wandering field inside an oval."""
    width = round(height * 0.76)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (columns - width / 2) / width * 2, (rows - height / 2) / height * 2
    bend = 0.16 * wander(chance, (height, width), height / 3)
    ridges = np.sin((np.hypot(x * 0.9, y * 0.7 - 0.25) + bend) * 46)
    inside = _soft(np.hypot(x, y) - 0.94, 9)
    return pressed((np.clip(ridges * 1.6, 0, 1) * inside).astype(np.float32), chance)


def boxed_words(text: str, em: int, chance: np.random.Generator) -> Cover:
    """A rubber stamp with a double frame."""
    font = load_font("hei", em)
    width, height = round(font.getlength(text) + em * 1.2), round(em * 1.9)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline=255, width=max(2, em // 10))
    inset = max(4, em // 5)
    draw.rectangle((inset, inset, width - 1 - inset, height - 1 - inset), outline=255)
    draw.text((width / 2, height / 2), text, font=font, fill=255, anchor="mm")
    return pressed(np.asarray(image, dtype=np.float32) / np.float32(255), chance)


def digits(text: str, face: str, em: int, chance: np.random.Generator) -> Cover:
    """A number from a machine or a stamp set; each digit stands a little higher or lower."""
    font = load_font(face, em)
    step = font.getlength("8") * 1.06
    image = Image.new("L", (round(step * len(text)) + 8, round(em * 1.5)), 0)
    draw = ImageDraw.Draw(image)
    for index, digit in enumerate(text):
        rise = em * 0.72 + float(chance.normal(0, 0.02)) * em
        draw.text((4 + step * (index + 0.5), rise), digit, font=font, fill=255, anchor="mm")
    cut = np.asarray(image.crop(image.getbbox() or (0, 0, em, em)), dtype=np.float32) / 255
    return pressed(np.pad(cut, 2), chance, 0.12)


def pressed(cover: Cover, chance: np.random.Generator, dry: float = 0.3) -> Cover:
    """The ink as it was taken: paler where the pressure was less, with small dry spots."""
    shape = (cover.shape[0], cover.shape[1])
    pressure = 1 - dry * np.clip(0.5 + 0.5 * wander(chance, shape, max(shape) / 2.5), 0, 1)
    spots = rough(chance, shape, 6.0) > 1.9 - dry
    inked = cover * pressure * np.where(spots, 0.45, 1.0)
    return np.asarray(cv2.GaussianBlur(inked.astype(np.float32), (0, 0), 0.7), dtype=np.float32)


def turned(cover: Cover, degrees: float) -> Cover:
    """The cover turned clockwise, grown so that nothing is cut."""
    height, width = cover.shape
    size = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    matrix[:, 2] += ((size - width) / 2, (size - height) / 2)
    return np.asarray(cv2.warpAffine(cover, matrix, (size, size)), dtype=np.float32)


def _soft(distance: Cover, steep: float) -> Cover:
    """1 inside (negative distance), 0 outside, with a soft step."""
    return np.asarray(np.clip(0.5 - distance * steep, 0, 1), dtype=np.float32)
