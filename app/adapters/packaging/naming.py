"""Names of folders and files in a package that every file system takes (STANDARDS 1.6)."""

from __future__ import annotations

import re
import unicodedata

PARTS = {"main": "正卷", "restricted": "副卷"}
SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "image/jp2": "jp2",
    "application/pdf": "pdf",
}
_FORBIDDEN = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\ufeff]'
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
# 255 bytes is what file systems allow; a Chinese character takes three, and suffixes are added.
_MOST_BYTES = 180


def safe_name(text: str, *, fallback: str = "未命名") -> str:
    """`text` as a file or folder name for Windows, Linux and a disc: forbidden signs become "_"."""
    name = unicodedata.normalize("NFC", text)
    name = _FORBIDDEN.sub("_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    while len(name.encode()) > _MOST_BYTES:
        name = name[:-1].rstrip(" .")
    if not name:
        return fallback
    return f"_{name}" if _RESERVED.match(name) else name


def volume_folder(part: str, number: int) -> str:
    """The folder of a volume inside the package: "正卷/第01册"."""
    return f"{PARTS[part]}/第{number:02d}册"


class ImageNames:
    """Gives each side of one volume its image name: "00001" for page 1, "0000-01" without number.

    A number that occurs twice gets "-02"; a paper dossier with such a fault can still be packed.
    """

    def __init__(self) -> None:
        self._unnumbered = 0
        self._used: dict[str, int] = {}

    def next(self, page_number: int | None, media_type: str) -> str:
        """The name for the next side."""
        if page_number is None or page_number < 1:
            self._unnumbered += 1
            name = f"0000-{self._unnumbered:02d}"
        else:
            name = f"{page_number:05d}"
        count = self._used[name] = self._used.get(name, 0) + 1
        if count > 1:
            name += f"-{count:02d}"
        return f"{name}.{SUFFIXES.get(media_type, 'bin')}"
