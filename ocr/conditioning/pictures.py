"""The pictures of a side by its recipe: the work of one background job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ocr.rendering import render_many
from ocr.study import PICTURE_LONGEST, THUMBNAIL_LONGEST


def pictures(
    path: str, frame: int, turn: int, recipe: Mapping[str, Any], folder: str, stem: str
) -> dict[str, str]:
    """Thumbnail and screen picture by the recipe, and the upright screen picture without it
    ("plain", only when there is a recipe), as files in `folder`.

    Raises as `ocr.rendering.render`.
    """
    orders: dict[str, dict[str, Any]] = {
        "thumbnail": {"turn": turn, "steps": dict(recipe), "longest": THUMBNAIL_LONGEST},
        "picture": {"turn": turn, "steps": dict(recipe), "longest": PICTURE_LONGEST},
    }
    if recipe:
        orders["plain"] = {"turn": turn, "longest": PICTURE_LONGEST}
    targets = {name: str(Path(folder) / f"{stem}-{name}.jpg") for name in orders}
    render_many(path, frame, [(order, targets[name]) for name, order in orders.items()])
    return targets
