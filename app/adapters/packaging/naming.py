"""Names of folders and files in a package that every file system takes (STANDARDS 1.6)."""

from __future__ import annotations

PARTS = {"main": "正卷", "restricted": "副卷"}
SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "image/jp2": "jp2",
    "application/pdf": "pdf",
}


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
