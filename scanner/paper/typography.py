"""How a family of dossiers is set: faces, sizes, margins, stamp styles, noise."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Typography:
    """Faces by use, sizes and margins in millimetres, line pitch in ems."""

    title: str
    heading: str
    body: str
    form: str
    title_size: float
    body_size: float
    form_size: float
    pitch: float
    left: float
    right: float
    top: float
    bottom: float
    title_spacing: float
    page_footer: str
    header: str


@dataclass(frozen=True, kw_only=True)
class NumberStyle:
    """The numbering machine of one dossier, or the hand that numbers it. `height` is the em in
    millimetres."""

    face: str
    height: float
    digits: int
    colour: tuple[int, int, int]
    tilt: float
    strength: float
    inset_x: float
    inset_y: float
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class ScanStyle:
    """Paper and scanner of one dossier."""

    tint: tuple[int, int, int]
    cover_tint: tuple[int, int, int]
    shade: float
    noise: float
    softness: float
    skew: float
    bleed: float
    holes: bool
    edge: int


_BLACK = (34, 34, 38)
_BLUE = (36, 48, 140)
_RED = (196, 40, 44)
_PURPLE = (96, 44, 132)
_CARDBOARD = ((226, 206, 168), (232, 220, 190), (214, 198, 162), (247, 246, 242))


def typography_of(family: str, chance: random.Random) -> Typography:
    """The setting of one dossier of a family."""
    if family == "development":
        return Typography(
            title=chance.choice(["sans-bold", "serif-bold", "hei"]),
            heading=chance.choice(["sans-bold", "hei"]),
            body=chance.choice(["song", "serif", "song"]),
            form=chance.choice(["song", "serif"]),
            title_size=chance.choice([7.4, 7.8, 8.4]),
            body_size=chance.choice([5.2, 5.4, 5.64]),
            form_size=4.6,
            pitch=chance.choice([1.72, 1.8, 1.9]),
            left=chance.uniform(27, 30),
            right=chance.uniform(24, 27),
            top=chance.uniform(31, 36),
            bottom=30,
            title_spacing=chance.choice([0.0, 0.25, 0.5]),
            page_footer=chance.choice(["第{page}页 共{pages}页", "第 {page} 页  共 {pages} 页"]),
            header="",
        )
    if family == "field":
        return Typography(
            title=chance.choice(["hei", "serif-bold", "kai", "sans-bold"]),
            heading=chance.choice(["hei", "sans-bold"]),
            body=chance.choice(["song", "hei", "kai", "sans", "serif", "micro"]),
            form=chance.choice(["song", "sans", "hei"]),
            title_size=chance.choice([6.35, 7.76, 9.17]),
            body_size=chance.choice([4.23, 4.94, 5.64]),
            form_size=chance.choice([3.7, 4.23]),
            pitch=chance.choice([1.5, 1.75, 2.0]),
            left=chance.uniform(26, 33),
            right=chance.uniform(22, 30),
            top=chance.uniform(30, 40),
            bottom=chance.choice([26, 32]),
            title_spacing=chance.choice([0.0, 0.3, 1.0]),
            page_footer=chance.choice(["{page}", "第{page}页/共{pages}页", "— {page} —"]),
            header=chance.choice(["", "{case_no}"]),
        )
    return Typography(
        title=chance.choice(["serif-bold", "micro", "sans"]),
        heading=chance.choice(["serif-bold", "micro"]),
        body=chance.choice(["kai", "micro", "serif"]),
        form=chance.choice(["kai", "sans", "micro"]),
        title_size=chance.choice([7.0, 7.76, 9.0]),
        body_size=chance.choice([4.94, 5.3, 5.5]),
        form_size=4.4,
        pitch=chance.choice([1.6, 1.7, 1.85]),
        left=chance.uniform(25, 32),
        right=chance.uniform(22, 28),
        top=chance.uniform(29, 38),
        bottom=28,
        title_spacing=chance.choice([0.0, 0.4, 0.8]),
        page_footer=chance.choice(["- {page} -", "第{page}页，共{pages}页", "{page}/{pages}"]),
        header=chance.choice(["", "{court}", "{case_no}"]),
    )


def number_style_of(family: str, chance: random.Random) -> NumberStyle:
    """The numbering machine of one dossier of a family."""
    if family == "field":
        return NumberStyle(
            face=chance.choice(["sans", "mono-bold", "serif-bold", "hei", "song"]),
            height=chance.uniform(4.6, 8.2),
            digits=chance.choice([1, 1, 2, 3, 4]),
            colour=chance.choice([_BLACK, _BLUE, _RED, (20, 90, 60)]),
            tilt=chance.uniform(-6, 6),
            strength=chance.uniform(0.65, 1.0),
            inset_x=chance.uniform(9, 22),
            inset_y=chance.uniform(7, 16),
        )
    development = family == "development"
    return NumberStyle(
        face=chance.choice(
            ["mono-bold", "sans-bold", "serif-bold"]
            if development
            else ["hei-mono", "serif", "song", "serif-bold", "micro"]
        ),
        height=chance.uniform(5.6, 7.0) if development else chance.uniform(4.8, 7.6),
        digits=chance.choice([1, 3, 1, 2] if development else [1, 2, 3, 4, 1]),
        colour=chance.choice([_BLACK, _BLUE, _BLACK] if development else [_RED, _PURPLE, _BLACK]),
        tilt=chance.uniform(-3, 3) if development else chance.uniform(-5, 5),
        strength=chance.uniform(0.82, 0.97) if development else chance.uniform(0.6, 0.95),
        inset_x=chance.uniform(13, 19) if development else chance.uniform(10, 24),
        inset_y=chance.uniform(9, 14) if development else chance.uniform(7, 17),
    )


def scan_style_of(family: str, chance: random.Random) -> ScanStyle:
    """Paper and scanner of one dossier of a family."""
    if family == "development":
        return ScanStyle(
            cover_tint=chance.choice(_CARDBOARD),
            tint=chance.choice([(250, 249, 246), (248, 246, 240), (251, 251, 250)]),
            shade=chance.uniform(0.003, 0.008),
            noise=chance.uniform(1.6, 2.4),
            softness=chance.uniform(0.5, 0.75),
            skew=0.7,
            bleed=chance.uniform(0.02, 0.04),
            holes=chance.random() < 0.6,
            edge=chance.randint(228, 244),
        )
    return ScanStyle(
        cover_tint=chance.choice(_CARDBOARD),
        tint=chance.choice([(244, 240, 228), (246, 245, 243), (240, 241, 244), (247, 243, 234)]),
        shade=chance.uniform(0.005, 0.018),
        noise=chance.uniform(1.8, 3.2),
        softness=chance.uniform(0.55, 0.95),
        skew=0.9,
        bleed=chance.uniform(0.02, 0.055),
        holes=chance.random() < 0.8,
        edge=chance.randint(205, 246),
    )
