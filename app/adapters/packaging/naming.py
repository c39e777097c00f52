"""Names and places of folders and files in a package (DA/T 93-2022, annex B; STANDARDS 1.6, 5.7).

A package is a BagIt 1.0 bag; its payload is the hand-over tree:

    data/说明文件.TXT, data/目录文件.XML, data/其他/
    data/全宗/分类/档号/{封装元数据.xml, 正卷/第01册/…, 副卷/第01册/…}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.file_names import safe_name

PAYLOAD = "data"
README, CATALOGUE, OTHER = "说明文件.TXT", "目录文件.XML", "其他"
README_PATH, CATALOGUE_PATH = f"{PAYLOAD}/{README}", f"{PAYLOAD}/{CATALOGUE}"
EVENTS_PATH = f"{PAYLOAD}/{OTHER}/事件.json"
ENCAPSULATION = "封装元数据.xml"
PARTS = {"main": "正卷", "restricted": "副卷"}
SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "image/jp2": "jp2",
    "application/pdf": "pdf",
}
_NO_FONDS, _NO_CLASS = "未定全宗", "未分类"
_TAKEN = frozenset((README.casefold(), CATALOGUE.casefold(), OTHER))


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The three folders above a dossier: 全宗, 分类, 档号."""

    fonds: str
    classification: str
    archive: str

    @property
    def tree(self) -> str:
        """The folder of the dossier inside the hand-over tree: "全宗/分类/档号"."""
        return f"{self.fonds}/{self.classification}/{self.archive}"

    @property
    def dossier(self) -> str:
        """The folder of the dossier inside the package."""
        return f"{PAYLOAD}/{self.tree}"

    @property
    def encapsulation(self) -> str:
        """Where the metadata of the dossier lie."""
        return f"{self.dossier}/{ENCAPSULATION}"

    def volume(self, part: str, number: int) -> str:
        """The folder of a volume inside the package."""
        return f"{self.dossier}/{PARTS[part]}/第{number:02d}册"


def layout_of(case: Mapping[str, Any]) -> Layout:
    """Where a dossier lies, from its 全宗号, 目录号 (else its classification) and 档号 (else its
    case number)."""
    fonds = path_name(str(case.get("fonds_no") or _NO_FONDS))
    return Layout(
        fonds=f"_{fonds}" if fonds.casefold() in _TAKEN else fonds,
        classification=path_name(
            str(case.get("catalogue_no") or case.get("classification") or _NO_CLASS)
        ),
        archive=path_name(str(case.get("archive_no") or case.get("case_no") or "")),
    )


def path_name(text: str) -> str:
    """`text` as a name in a package. BagIt lists write "%" in a way that not all readers undo, so
    it becomes the wide one."""
    return safe_name(text.replace("%", "％"))


def within_payload(path: str) -> str:
    """A path of the package as the hand-over tree names it, without the payload folder."""
    return path.removeprefix(f"{PAYLOAD}/")


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
