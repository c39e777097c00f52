"""What may be put on a page: printed text, rules, handwriting, seals. Millimetres from top left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Print:
    """Printed text. `y` is the top of the em square; `spacing` is added after each character."""

    x: float
    y: float
    text: str
    face: str
    size: float
    ink: int = 28
    spacing: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A straight printed line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.25


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Text written by hand: every character differs a little."""

    x: float
    y: float
    text: str
    size: float
    colour: tuple[int, int, int] = (38, 44, 92)


@dataclass(frozen=True, kw_only=True)
class RoundSeal:
    """The red round seal of a court or company: text along the ring, star in the middle."""

    x: float
    y: float
    text: str
    lower: str = ""
    diameter: float = 42.0


@dataclass(frozen=True, kw_only=True)
class SquareSeal:
    """The small square name seal of a judge or clerk."""

    x: float
    y: float
    text: str
    size: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """A fingerprint pressed over a signature."""

    x: float
    y: float
    colour: tuple[int, int, int] = (196, 38, 44)


@dataclass(frozen=True, kw_only=True)
class Banner:
    """A rubber stamp: text in a frame, red or blue."""

    x: float
    y: float
    text: str
    size: float = 5.0
    colour: tuple[int, int, int] = (188, 36, 40)
    turn: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """The grey portrait of a copied identity card: no real face, a drawn outline."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A photograph: an invented scene."""

    x: float
    y: float
    width: float
    height: float


Mark = Print | Rule | Hand | RoundSeal | SquareSeal | Fingerprint | Banner | Portrait | Picture


@dataclass(frozen=True, kw_only=True)
class PageDraft:
    """One written side before it is rendered: its marks and its text in reading order."""

    marks: tuple[Mark, ...]
    text_lines: tuple[str, ...]
