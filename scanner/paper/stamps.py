"""Coloured marks as masks of ink: round seals, name seals, fingerprints, numbering machine."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font

Mask = NDArray[np.uint8]
"""Ink per pixel: 0 none, 255 full."""


def round_seal(text: str, lower: str, diameter: int) -> Mask:
    """A round seal, `diameter` pixels across: ring, star, `text` on the arc, `lower` below."""
    image = Image.new("L", (diameter, diameter), 0)
    draw = ImageDraw.Draw(image)
    ring = max(2, diameter // 34)
    draw.ellipse((ring, ring, diameter - ring, diameter - ring), outline=255, width=ring)
    centre = diameter / 2
    draw.polygon(_star(centre, centre * 0.96, diameter * 0.145), fill=255)
    em = int(diameter * (0.135 if len(text) <= 12 else 0.112))
    radius = diameter / 2 - ring * 2.1 - em * 0.62
    span = min(math.radians(265), math.radians(21) * (len(text) - 1))
    for index, character in enumerate(text):
        share = index / (len(text) - 1) if len(text) > 1 else 0.5
        angle = -math.pi / 2 - span / 2 + span * share
        glyph = Image.new("L", (em * 2, em * 2), 0)
        ImageDraw.Draw(glyph).text(
            (em, em), character, font=load_font("serif-bold", em), fill=255, anchor="mm"
        )
        turned = glyph.rotate(-math.degrees(angle + math.pi / 2), Image.Resampling.BICUBIC)
        left = int(centre + radius * math.cos(angle) - em)
        top = int(centre + radius * math.sin(angle) - em)
        image.paste(255, (left, top), turned)
    if lower:
        font = load_font("serif-bold", int(diameter * 0.1))
        draw.text((centre, diameter * 0.76), lower, font=font, fill=255, anchor="mm")
    return np.asarray(image, dtype=np.uint8)


def square_seal(text: str, side: int) -> Mask:
    """A name seal, `side` pixels: characters in two columns from the right."""
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    border = max(2, side // 22)
    draw.rectangle((0, 0, side - 1, side - 1), outline=255, width=border)
    shown = (text + "之印")[:4] if len(text) < 3 else (text + "印")[:4]
    em = int(side * 0.42)
    font = load_font("serif-bold", em)
    for index, character in enumerate(shown):
        x = side * (0.73 if index < 2 else 0.27)
        y = side * (0.28 if index % 2 == 0 else 0.72)
        draw.text((x, y), character, font=font, fill=255, anchor="mm")
    return np.asarray(image, dtype=np.uint8)


def fingerprint(height: int, chance: np.random.Generator) -> Mask:
    """A fingerprint: an oval of curved ridges, fading at the edge."""
    width = int(height * 0.74)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (x - width / 2) / (width / 2)
    along = (y - height / 2) / (height / 2)
    core_x = float(chance.uniform(-0.15, 0.15))
    core_y = float(chance.uniform(0.05, 0.3))
    distance = np.hypot((across - core_x) * 1.1, (along - core_y) * 0.9)
    wave = cv2.resize(
        chance.normal(0, 0.06, (5, 4)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    ridges = 0.5 + 0.5 * np.sin((distance + wave) * height * 0.42)
    inside = np.clip((1.0 - np.hypot(across, along)) * 6, 0, 1)
    patchy = cv2.resize(
        chance.uniform(0.5, 1.1, (6, 5)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    ink: Mask = np.clip(ridges * inside * patchy * 235, 0, 255).astype(np.uint8)
    return ink


def framed_text(text: str, em: int) -> Mask:
    """A rubber stamp: the text in a frame."""
    font = load_font("sans-bold", em)
    width = int(font.getlength(text)) + em
    height = int(em * 1.7)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    border = max(2, em // 12)
    draw.rectangle((0, 0, width - 1, height - 1), outline=255, width=border)
    draw.text((width / 2, height / 2), text, font=font, fill=255, anchor="mm")
    return np.asarray(image, dtype=np.uint8)


def stamped_number(text: str, face: str, em: int, chance: np.random.Generator) -> Mask:
    """Digits of a numbering machine: each wheel a little off, cut close to the digits."""
    font = load_font(face, em)
    step = font.getlength("0") * 1.1
    image = Image.new("L", (int(step * len(text)) + em, em * 2), 0)
    draw = ImageDraw.Draw(image)
    for index, digit in enumerate(text):
        x = em / 2 + step * (index + 0.5) + chance.uniform(-0.02, 0.02) * em
        y = em + chance.uniform(-0.035, 0.035) * em
        draw.text((x, y), digit, font=font, fill=int(chance.integers(215, 256)), anchor="mm")
    box = image.getbbox() or (0, 0, em, em)
    return np.asarray(image.crop(box), dtype=np.uint8)


def written_number(text: str, em: int, chance: np.random.Generator) -> Mask:
    """Figures written by hand: each leans, stands and is sized a little differently."""
    image = Image.new("L", (em * (len(text) + 2), em * 3), 0)
    x = float(em)
    for digit in text:
        own = max(8, round(em * float(chance.uniform(0.85, 1.15))))
        font = load_font("kai", own)
        glyph = Image.new("L", (own * 2, own * 2), 0)
        ImageDraw.Draw(glyph).text((own, own), digit, font=font, fill=255, anchor="mm")
        glyph = glyph.rotate(float(chance.uniform(-14, 8)), Image.Resampling.BICUBIC)
        y = em * 1.5 + float(chance.normal(0, em * 0.06))
        image.paste(255, (round(x - own), round(y - own)), glyph)
        x += font.getlength(digit) * float(chance.uniform(1.0, 1.25))
    return np.asarray(image.crop(image.getbbox() or (0, 0, em, em)), dtype=np.uint8)


def uneven(mask: Mask, chance: np.random.Generator, strength: float, grain: float = 0.25) -> Mask:
    """The ink as a stamp leaves it: patches lighter, fine grain, soft edges."""
    height, width = mask.shape
    patches = cv2.resize(
        chance.uniform(0.7, 1.08, (4, 5)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    speckle = chance.uniform(1 - grain * 2, 1.0, (height // 2 + 1, width // 2 + 1))
    fine = cv2.resize(speckle.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    inked = mask.astype(np.float32) * patches * fine * strength
    soft = cv2.GaussianBlur(inked, (0, 0), 0.8)
    return np.clip(soft, 0, 255).astype(np.uint8)


def turned(mask: Mask, degrees: float) -> Mask:
    """The mask turned clockwise, grown so that nothing is cut."""
    image = Image.fromarray(mask).rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    return np.asarray(image, dtype=np.uint8)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.382
        angle = -math.pi / 2 + index * math.pi / 5
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points
