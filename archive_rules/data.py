"""Reading of the packaged rule data: TOML in, checked tables out."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from importlib import resources
from typing import Any

from app.kernel.errors import BadInput

SETS = "sets"


def load_table(*parts: str) -> dict[str, Any]:
    """The TOML file below `archive_rules/sets`. Raises BadInput ARC-203 when it is not TOML."""
    node = resources.files("archive_rules").joinpath(SETS, *parts)
    return parse_table(node.read_text(encoding="utf-8"), name="/".join(parts))


def parse_table(text: str, *, name: str) -> dict[str, Any]:
    """TOML text as a table. Raises BadInput ARC-203 with the place that cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput("ARC-203", name=name, problem=str(problem)) from problem


def names_below(folder: str) -> tuple[str, ...]:
    """The names (without ending) of the TOML files of one folder of `archive_rules/sets`."""
    node = resources.files("archive_rules").joinpath(SETS, folder)
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in node.iterdir()
            if entry.name.endswith(".toml")
        )
    )


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that looks most like `word`, or an empty string when none does."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.3)
    return matches[0] if matches else ""


def check_keys(
    table: Mapping[str, Any],
    *,
    name: str,
    required: Collection[str],
    optional: Collection[str] = (),
) -> None:
    """Refuses tables with unknown (ARC-204) or missing (ARC-205) keys: a mistyped limit must not
    be ignored in silence."""
    known = {*required, *optional}
    for key in table:
        if key not in known:
            raise BadInput("ARC-204", name=name, key=key, nearest=nearest(key, known))
    for key in required:
        if key not in table:
            raise BadInput("ARC-205", name=name, key=key)
