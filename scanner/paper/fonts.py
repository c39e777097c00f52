"""The faces the papers are set in, found among the fonts of the system."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from app.kernel.errors import Broken


@dataclass(frozen=True, kw_only=True)
class FontSource:
    """Where one face lies: file name below the font folders, face in the collection, name."""

    file: str
    index: int
    family: str


FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
)

FACES: dict[str, FontSource] = {
    "song": FontSource(file="uming.ttc", index=0, family="AR PL UMing CN"),
    "kai": FontSource(file="ukai.ttc", index=0, family="AR PL UKai CN"),
    "serif": FontSource(file="NotoSerifCJK-Regular.ttc", index=2, family="Noto Serif CJK SC"),
    "serif-bold": FontSource(file="NotoSerifCJK-Bold.ttc", index=2, family="Noto Serif CJK SC"),
    "sans": FontSource(file="NotoSansCJK-Regular.ttc", index=2, family="Noto Sans CJK SC"),
    "sans-bold": FontSource(file="NotoSansCJK-Bold.ttc", index=2, family="Noto Sans CJK SC"),
    "mono-bold": FontSource(file="NotoSansCJK-Bold.ttc", index=7, family="Noto Sans Mono CJK SC"),
    "hei": FontSource(file="wqy-zenhei.ttc", index=0, family="WenQuanYi Zen Hei"),
    "hei-mono": FontSource(file="wqy-zenhei.ttc", index=1, family="WenQuanYi Zen Hei Mono"),
    "micro": FontSource(file="wqy-microhei.ttc", index=0, family="WenQuanYi Micro Hei"),
}


@cache
def font_path(face: str) -> Path:
    """The file of a face of `FACES`. Raises Broken PAP-101 when the system has no such font."""
    source = FACES[face]
    for folder in FONT_FOLDERS:
        root = folder.expanduser()
        if root.is_dir():
            found = sorted(root.rglob(source.file))
            if found:
                return found[0]
    raise Broken("PAP-101", font=source.family, file=source.file)


@lru_cache(maxsize=256)
def load_font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The face at an em of `pixels`. Raises Broken PAP-101 when it is missing or another font."""
    source = FACES[face]
    path = font_path(face)
    try:
        font = ImageFont.truetype(
            str(path), pixels, index=source.index, layout_engine=ImageFont.Layout.BASIC
        )
    except OSError as error:
        raise Broken("PAP-101", font=source.family, file=source.file) from error
    if font.getname()[0] != source.family:
        raise Broken("PAP-101", font=source.family, file=source.file)
    return font


# The Arphic faces place these in the middle of the square, as Taiwan does; papers of mainland
# courts show them lower left.
CENTRED_MARKS = frozenset("，。、；：？！")
CENTRING_FACES = frozenset({"song", "kai"})


def runs(face: str, text: str) -> list[tuple[str, str]]:
    """The text cut into runs of one face: (face, run); marks borrowed where `face` centres them."""
    if face not in CENTRING_FACES:
        return [(face, text)]
    result: list[tuple[str, str]] = []
    for character in text:
        used = "serif" if character in CENTRED_MARKS else face
        if result and result[-1][0] == used:
            result[-1] = (used, result[-1][1] + character)
        else:
            result.append((used, character))
    return result or [(face, text)]


@lru_cache(maxsize=65536)
def advance(face: str, character: str) -> float:
    """Width of a character in ems."""
    return load_font(runs(face, character)[0][0], 100).getlength(character) / 100


def text_width(face: str, text: str) -> float:
    """Width of a text in ems."""
    return sum(advance(face, character) for character in text)
