"""The pictures of a side by its recipe, and a recipe settled and drawn at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ocr.conditioning.proposals import propose
from ocr.rendering import render_many
from ocr.study import PICTURE_LONGEST, THUMBNAIL_LONGEST


def condition(
    path: str,
    frame: int,
    turn: int,
    asked: Sequence[str],
    standing: Mapping[str, Any],
    settings: Mapping[str, float],
    folder: str,
    stem: str,
) -> dict[str, Any]:
    """`ocr.conditioning.proposals.propose` (nothing settled when `asked` is empty), and the
    pictures by that recipe: {"recipe", "found", "pictures"}. Raises as both."""
    settled: dict[str, Any] = {"recipe": dict(standing), "found": {}}
    if asked:
        settled = propose(path, frame, turn, asked, standing, settings)
    return settled | pictures(path, frame, turn, settled["recipe"], folder, stem)


def pictures(
    path: str, frame: int, turn: int, recipe: Mapping[str, Any], folder: str, stem: str
) -> dict[str, Any]:
    """Thumbnail and screen picture by the recipe, and the upright screen picture without it
    ("plain", only when there is a recipe), as files in `folder`: {"recipe", "turn", "pictures"}.

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
    return {"recipe": dict(recipe), "turn": turn, "pictures": targets}
