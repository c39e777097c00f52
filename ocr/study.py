"""Examines one side and makes its pictures: the work of one background job."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.kernel.errors import BadInput
from ocr.codes.reading import read_codes
from ocr.image.limits import limits_from
from ocr.image.load import LoadedPage, load_page, turned
from ocr.image.transform import fitted
from ocr.inspection import examine, examine_file, examine_page
from ocr.rendering import render_many, write_picture

THUMBNAIL_LONGEST = 256
PICTURE_LONGEST = 2200


def study(
    path: str, frame: int, limits: dict[str, float], folder: str, stem: str
) -> dict[str, Any]:
    """`{"examination": …, "pictures": {"thumbnail": path, "picture": path}}` of one side.

    The pictures stand upright by the turn that was found. A side that cannot be decoded has no
    pictures and the finding `unreadable`; one that can in part has pictures of that part.
    """
    page = _whole(path, frame)
    examination = (
        asdict(examine_page(page, limits_from(limits))) if page else examine(path, frame, limits)
    )
    if not examination["width"]:
        return {"examination": examination, "turn": 0, "pictures": {}}
    turn = found_turn(examination)
    return {
        "examination": examination,
        "turn": turn,
        "pictures": _draw(path, frame, turn, folder, stem, page),
    }


def examine_with_thumbnail(
    path: str, frame: int, limits: dict[str, float], out: str
) -> dict[str, Any]:
    """The examination of one side and its thumbnail, upright, as the file `out`: all that can be
    had without decoding the page in full. There is no file when nothing of the side came."""
    examination, sizes = examine_file(path, frame, limits_from(limits))
    found = asdict(examination)
    if sizes:
        # First small, then turned.
        enough = [pixels for pixels in sizes if max(pixels.shape[:2]) >= THUMBNAIL_LONGEST]
        small = fitted((enough or sizes[:1])[-1], THUMBNAIL_LONGEST)
        write_picture(turned(small, found_turn(found)), Path(out), THUMBNAIL_LONGEST)
    return found


def _whole(path: str, frame: int) -> LoadedPage | None:
    """The page decoded once for measures and pictures; None when not all of it can be decoded."""
    try:
        return load_page(Path(path), frame)
    except BadInput as fault:
        if fault.code not in ("IMG-101", "IMG-102", "IMG-103"):
            raise
        return None


def study_with_codes(
    path: str, frame: int, limits: dict[str, float], folder: str, stem: str
) -> dict[str, Any]:
    """As `study`, and the codes on the side (`ocr.codes.reading.read_codes`) as "codes": for a
    stack that is cut by codes, when nobody has looked at the side before."""
    codes = read_codes(path, frame, barcodes=True, patches=True)
    return study(path, frame, limits, folder, stem) | {"codes": codes}


def found_turn(examination: dict[str, Any]) -> int:
    """The clockwise turn of the finding `orientation`, 0 without one."""
    for finding in examination["findings"]:
        if finding["code"] == "orientation":
            return int(finding["value"])
    return 0


def pictures(path: str, frame: int, turn: int, folder: str, stem: str) -> dict[str, str]:
    """Thumbnail and screen picture of one side, upright by `turn`, as files in `folder`."""
    return _draw(path, frame, turn, folder, stem, None)


def _draw(
    path: str, frame: int, turn: int, folder: str, stem: str, page: LoadedPage | None
) -> dict[str, str]:
    targets = {
        "thumbnail": Path(folder) / f"{stem}-thumbnail.jpg",
        "picture": Path(folder) / f"{stem}-picture.jpg",
    }
    longest = {"thumbnail": THUMBNAIL_LONGEST, "picture": PICTURE_LONGEST}
    render_many(
        path,
        frame,
        [
            ({"turn": turn, "longest": longest[name], "format": "jpeg"}, str(target))
            for name, target in targets.items()
        ],
        page,
    )
    return {name: str(target) for name, target in targets.items()}
