"""What a recipe may say, and whether it makes sense.

A recipe is a record with at most one entry for each step. All lengths are pixels of the master
in its upright turn; nothing in it is "automatic", so the same recipe always gives the same
picture. The steps are carried out in this order:

- `specks`: {"size", "apart"}: dots of dust up to `size` wide with no other ink within `apart`.
- `streaks`: [[axis, first, last], …]: marks of a dirty glass; axis "x" names columns, "y" rows.
- `border`: {"paper": [[x, y] x 4], "bed": [b, g, r], "colour": [b, g, r]}: everything outside the
  four corners of the paper gets its colour.
- `holes`: [[x, y, radius], …]: punched holes, filled with the paper round them.
- `deskew`: degrees, the clockwise tilt that is taken out; the page grows so that no corner is cut.
- `crop`: [x0, y0, x1, y1] of the straightened page.
- `flatten`: {"white"}: shadow and yellowing of the paper are evened out; what is lighter than
  `white` (share of the paper) without any edge or colour of its own becomes paper.
- `colour`: {"mode": "gray"} or {"mode": "bitonal", "threshold"} (share of the local paper).

Clean-up for the archive is `specks`, `streaks` and `border` alone: it takes away what the scanner
made and nothing that belongs to the paper (DA/T 31-2017, clause 10; see `cleanup`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from app.kernel.errors import BadInput

MOST_DEGREES = 45.0
_MOST_MARKS = 200


def checked(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe as it stands. Raises BadInput IMG-121 naming the step that makes no sense."""
    for name, value in recipe.items():
        check = _CHECKS.get(name)
        if check is None or not check(value):
            raise BadInput("IMG-121", field=str(name))
    return dict(recipe)


def number(value: Any, least: float = -math.inf, most: float = math.inf) -> bool:
    """Whether a value is a finite number within bounds."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and least <= value <= most
    )


def _numbers(value: Any, count: int, least: float = -math.inf, most: float = math.inf) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == count
        and all(number(entry, least, most) for entry in value)
    )


def _record(value: Any, names: set[str]) -> bool:
    return isinstance(value, Mapping) and set(value) == names


def _specks(value: Any) -> bool:
    return (
        _record(value, {"size", "apart"})
        and number(value["size"], 0, 100)
        and number(value["apart"], 0, 1000)
    )


def _streaks(value: Any) -> bool:
    return _many(
        value,
        lambda entry: (
            isinstance(entry, list | tuple)
            and len(entry) == 3
            and entry[0] in ("x", "y")
            and _numbers(entry[1:], 2, 0)
            and entry[1] <= entry[2]
        ),
    )


def _border(value: Any) -> bool:
    return (
        _record(value, {"paper", "bed", "colour"})
        and isinstance(value["paper"], list | tuple)
        and len(value["paper"]) == 4
        and all(_numbers(corner, 2) for corner in value["paper"])
        and _numbers(value["bed"], 3, 0, 255)
        and _numbers(value["colour"], 3, 0, 255)
    )


def _holes(value: Any) -> bool:
    return _many(value, lambda entry: _numbers(entry, 3) and entry[2] > 0)


def _crop(value: Any) -> bool:
    return _numbers(value, 4) and value[0] < value[2] and value[1] < value[3]


def _flatten(value: Any) -> bool:
    return _record(value, {"white"}) and number(value["white"], 0.5, 1.0)


def _colour(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    if value.get("mode") == "gray":
        return set(value) == {"mode"}
    return (
        value.get("mode") == "bitonal"
        and set(value) == {"mode", "threshold"}
        and number(value["threshold"], 0.3, 0.95)
    )


def _many(value: Any, good: Callable[[Any], bool]) -> bool:
    return (
        isinstance(value, list | tuple)
        and 0 < len(value) <= _MOST_MARKS
        and all(good(entry) for entry in value)
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "specks": _specks,
    "streaks": _streaks,
    "border": _border,
    "holes": _holes,
    "deskew": lambda value: number(value, -MOST_DEGREES, MOST_DEGREES),
    "crop": _crop,
    "flatten": _flatten,
    "colour": _colour,
}
