"""What must be the same in two packages of one dossier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def content(package: Path) -> list[dict[str, Any]]:
    """What must not change from court to court: every side with its picture and text, and every
    item, volume by volume."""
    manifest = json.loads((package / "manifest.json").read_bytes())
    volumes = []
    for volume in manifest["volumes"]:
        sides = []
        for side in volume["sides"]:
            text = json.loads((package / side["text"]).read_bytes()) if side["text"] else None
            names = ("position", "role", "page_number", "item", "frame", "sha256", "dpi", "turn")
            more = ("media_type", "colour", "compression", "deskew_deg", "fault", "label")
            sides.append({name: side[name] for name in (*names, *more)} | {"text": text})
            picture = (package / side["file"]).read_bytes()
            sides[-1]["picture"] = picture
        items = [
            {name: value for name, value in item.items() if name != "pdf"}
            for item in volume["items"]
        ]
        volumes.append(
            {"part": volume["part"], "number": volume["number"], "sides": sides, "items": items}
        )
    return volumes
