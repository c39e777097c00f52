"""Examines one side and makes its pictures: the work of one background job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ocr.codes.reading import read_codes
from ocr.inspection import examine
from ocr.rendering import render_many

THUMBNAIL_LONGEST = 256
PICTURE_LONGEST = 2200


def study(
    path: str, frame: int, limits: dict[str, float], folder: str, stem: str
) -> dict[str, Any]:
    """`{"examination": …, "pictures": {"thumbnail": path, "picture": path}}` of one side.

    The pictures stand upright by the turn that was found. A side that cannot be decoded has no
    pictures and the finding `unreadable`; one that can in part has pictures of that part.
    """
    examination = examine(path, frame, limits)
    if not examination["width"]:
        return {"examination": examination, "turn": 0, "pictures": {}}
    turn = found_turn(examination)
    return {
        "examination": examination,
        "turn": turn,
        "pictures": pictures(path, frame, turn, folder, stem),
    }


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
    )
    return {name: str(target) for name, target in targets.items()}
