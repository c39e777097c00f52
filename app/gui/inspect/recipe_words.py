"""A recipe in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.gui.i18n import _
from app.services.conditioning import cleanup_of


def recipe_text(recipe: Mapping[str, Any]) -> str:
    """What was done to the picture of a side, empty for nothing."""
    said = []
    if "deskew" in recipe:
        said.append(_("straightened {degrees}°").format(degrees=f"{recipe['deskew']:.1f}"))
    if "crop" in recipe:
        said.append(_("cropped"))
    if "border" in recipe:
        said.append(_("border filled"))
    if "holes" in recipe:
        said.append(_("holes filled"))
    cleaned = cleanup_of(recipe)
    if cleaned:
        said.append(
            _("cleaned for reading") if cleaned == "reading" else _("cleaned for the archive")
        )
    mode = recipe.get("colour", {}).get("mode")
    if mode:
        said.append(_("gray") if mode == "gray" else _("black and white"))
    return " · ".join(said)
