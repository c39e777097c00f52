"""Writes derivatives of a master: thumbnails and screen pictures by a recorded recipe."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import BadInput, Broken
from app.kernel.folder_sync import sync_folder
from ocr.conditioning.carrying_out import conditioned
from ocr.conditioning.recipe import checked, number
from ocr.image.load import LoadedPage, load_page
from ocr.image.transform import fitted, turned

_MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png"}
_KEYS = frozenset({"turn", "steps", "longest", "format", "quality"})


def render(path: str, frame: int, recipe: dict[str, Any], out: str) -> dict[str, Any]:
    """Write one derivative of page `frame` (from 0) of the master at `path` to `out`.

    `recipe`: `turn` (clockwise, 0, 90, 180 or 270), then `steps` (see `ocr.conditioning.recipe`),
    then `longest` (pixels of the longer side, or null; never enlarged), `format` ("jpeg" or
    "png"; a bitonal page in full as PNG has one bit per pixel) and `quality` (JPEG, 1 to 100).
    The master is loaded as `ocr.image.load.load_page` defines, so an EXIF turn is applied before
    `turn`. The file appears whole or not at all.

    Returns {"width", "height", "media_type"}. Raises BadInput IMG-101 to IMG-105, IMG-121 (recipe
    that makes no sense) and Broken IMG-122 (the derivative cannot be written).
    """
    return render_many(path, frame, [(recipe, out)])[0]


def render_many(
    path: str,
    frame: int,
    orders: Sequence[tuple[Mapping[str, Any], str]],
    page: LoadedPage | None = None,
) -> list[dict[str, Any]]:
    """Write several derivatives from one decoding: (recipe, out) pairs, answers as `render`.
    Steps that several of them share are carried out once. `page` is the page where the caller
    has decoded it already."""
    recipes = [(_checked(recipe), Path(out)) for recipe, out in orders]
    page = page or load_page(Path(path), frame, partial=True)
    carried: list[tuple[Any, NDArray[np.uint8]]] = []
    answers = []
    for recipe, out in recipes:
        wanted = (recipe["turn"], recipe["steps"])
        done = next((pixels for key, pixels in carried if key == wanted), None)
        if done is None and recipe["steps"]:
            upright = turned(page.pixels, recipe["turn"])
            done = conditioned(upright, page.dpi, recipe["steps"])
            carried.append((wanted, done))
        picture = _prepared(page.pixels, recipe) if done is None else _fitted(done, recipe)
        write_whole(out, _encoded(picture, recipe))
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
        "steps": {},
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
    elif not isinstance(whole["steps"], Mapping):
        problem = "steps"
    elif whole["longest"] is not None and not number(whole["longest"], 1):
        problem = "longest"
    elif whole["format"] not in _MEDIA_TYPES:
        problem = "format"
    elif not number(whole["quality"], 1, 100):
        problem = "quality"
    if problem:
        raise BadInput("IMG-121", field=problem)
    return whole | {"steps": checked(whole["steps"])}


def _prepared(pixels: NDArray[np.uint8], recipe: Mapping[str, Any]) -> NDArray[np.uint8]:
    # Shrinking first makes the turn nearly free; the order does not change the picture.
    return turned(_fitted(pixels, recipe), recipe["turn"])


def _fitted(pixels: NDArray[np.uint8], recipe: Mapping[str, Any]) -> NDArray[np.uint8]:
    return pixels if recipe["longest"] is None else fitted(pixels, int(recipe["longest"]))


def _encoded(picture: NDArray[np.uint8], recipe: Mapping[str, Any]) -> bytes:
    if recipe["format"] == "png":
        options = [cv2.IMWRITE_PNG_COMPRESSION, 6]
        bitonal = recipe["steps"].get("colour", {}).get("mode") == "bitonal"
        if bitonal and recipe["longest"] is None:
            options += [cv2.IMWRITE_PNG_BILEVEL, 1]
        done, data = cv2.imencode(".png", picture, options)
    else:
        done, data = cv2.imencode(
            ".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(recipe["quality"])]
        )
    if not done:
        raise BadInput("IMG-121", field="format")
    return bytes(data)


def write_whole(out: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all, and outlives a power cut. Raises Broken
    IMG-122."""
    # Temporary file beside the target, synced, renamed, folder synced.
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
        sync_folder(out.parent)
    except OSError as error:
        raise Broken("IMG-122", file=out.name, reason=error.strerror or str(error)) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
