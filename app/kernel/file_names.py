"""Names of files and folders that every file system takes."""

from __future__ import annotations

import re
import unicodedata

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


def is_device_name(name: str) -> bool:
    """Whether Windows takes `name` for a device, whatever its suffix ("aux", "com1.txt")."""
    return _RESERVED.match(name.rstrip(" ")) is not None
