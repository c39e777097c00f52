"""Writes derivatives of a master: thumbnails and screen pictures by a recorded recipe."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput, Broken
from ocr.image.load import load_page
from ocr.image.transform import cropped, fitted, straightened, turned

_MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png"}
_KEYS = frozenset({"turn", "deskew_deg", "crop", "longest", "format", "quality"})


def render(path: str, frame: int, recipe: dict[str, Any], out: str) -> dict[str, Any]:
    """Write one derivative of page `frame` (from 0) of the master at `path` to `out`.

    `recipe`: `turn` (clockwise, 0, 90, 180 or 270), then `deskew_deg` (the clockwise tilt to take
    out), then `crop` ([x0, y0, x1, y1] in pixels of the turned, straightened page, or null), then
    `longest` (pixels of the longer side, or null; never enlarged), `format` ("jpeg" or "png") and
    `quality` (JPEG, 1 to 100). The master is loaded as `ocr.image.load.load_page` defines, so an
    EXIF turn is applied before `turn`. The file appears whole or not at all.

    Returns {"width", "height", "media_type"}. Raises BadInput IMG-101 to IMG-105, IMG-121 (recipe
    that makes no sense) and Broken IMG-122 (the derivative cannot be written).
    """
    return render_many(path, frame, [(recipe, out)])[0]


def render_many(
    path: str, frame: int, orders: Sequence[tuple[Mapping[str, Any], str]]
) -> list[dict[str, Any]]:
    """Write several derivatives from one decoding: (recipe, out) pairs, answers as `render`."""
    recipes = [(_checked(recipe), Path(out)) for recipe, out in orders]
    pixels = load_page(Path(path), frame, partial=True).pixels
    answers = []
    for recipe, out in recipes:
        picture = _prepared(pixels, recipe)
        _write(out, _encoded(picture, recipe))
        answers.append(
            {
                "width": int(picture.shape[1]),
                "height": int(picture.shape[0]),
                "media_type": _MEDIA_TYPES[recipe["format"]],
            }
        )
    return answers


def write_picture(pixels: NDArray[np.uint8], out: Path, longest: int) -> None:
    """Write a decoded page as a JPEG of at most `longest` pixels; as `render` does, but for a
    work file: it need not survive a power cut."""
    recipe = _checked({"longest": longest})
    try:
        out.write_bytes(_encoded(_prepared(pixels, recipe), recipe))
    except OSError as error:
        raise Broken("IMG-122", file=out.name, reason=error.strerror or str(error)) from error


def _checked(recipe: Mapping[str, Any]) -> dict[str, Any]:
    whole = {
        "turn": 0,
        "deskew_deg": 0.0,
        "crop": None,
        "longest": None,
        "format": "jpeg",
        "quality": 82,
        **recipe,
    }
    problem = ""
    if set(whole) - _KEYS:
        problem = sorted(set(whole) - _KEYS)[0]
    elif whole["turn"] not in (0, 90, 180, 270):
        problem = "turn"
    elif not _number(whole["deskew_deg"]) or abs(whole["deskew_deg"]) > 45:
        problem = "deskew_deg"
    elif whole["longest"] is not None and (not _number(whole["longest"]) or whole["longest"] < 1):
        problem = "longest"
    elif whole["format"] not in _MEDIA_TYPES:
        problem = "format"
    elif not _number(whole["quality"]) or not 1 <= whole["quality"] <= 100:
        problem = "quality"
    elif whole["crop"] is not None and (
        len(whole["crop"]) != 4 or not all(_number(value) for value in whole["crop"])
    ):
        problem = "crop"
    if problem:
        raise BadInput("IMG-121", field=problem)
    return whole


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _prepared(pixels: NDArray[np.uint8], recipe: Mapping[str, Any]) -> NDArray[np.uint8]:
    longest = recipe["longest"]
    if longest is not None and recipe["crop"] is None:
        # Shrinking first makes the tilt correction of a thumbnail nearly free; the order does
        # not change the picture, because turning and straightening know no scale.
        pixels = fitted(pixels, int(longest))
    pixels = turned(pixels, recipe["turn"])
    pixels = straightened(pixels, float(recipe["deskew_deg"]))
    if recipe["crop"] is not None:
        x0, y0, x1, y1 = recipe["crop"]
        box = cropped(pixels, (x0, y0, x1, y1))
        if box is None:
            raise BadInput("IMG-121", field="crop")
        pixels = box
    if longest is not None:
        pixels = fitted(pixels, int(longest))
    return pixels


def _encoded(picture: NDArray[np.uint8], recipe: Mapping[str, Any]) -> bytes:
    if recipe["format"] == "png":
        done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    else:
        done, data = cv2.imencode(
            ".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(recipe["quality"])]
        )
    if not done:
        raise BadInput("IMG-121", field="format")
    return bytes(data)


def _write(out: Path, data: bytes) -> None:
    """Temporary file beside the target, synced, renamed, folder synced."""
    temporary = ""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".derivative-", dir=out.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(out)
        temporary = ""
        _sync_folder(out.parent)
    except OSError as error:
        raise Broken("IMG-122", file=out.name, reason=error.strerror or str(error)) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder for syncing; NTFS journals the rename by itself.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
