"""Design tokens from `resources/theme/<name>.toml`, and the contrast between two of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

THEMES = (
    "light",
    "dark",
    "high_contrast",
    "kiosk",
    "kiosk_contrast",
    "kiosk_large",
    "kiosk_large_contrast",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """One theme: colours as `#RRGGBB` by name, sizes in logical pixels by name."""

    name: str
    dark: bool
    colours: dict[str, str]
    sizes: dict[str, int]

    def colour(self, name: str) -> str:
        """The colour called `name`. Raises KeyError when the theme has none."""
        return self.colours[name]

    def size(self, name: str) -> int:
        """The size called `name` in logical pixels."""
        return self.sizes[name]


@lru_cache(maxsize=8)
def read_tokens(name: str) -> Tokens:
    """The theme called `name`. Raises FileNotFoundError when there is none."""
    entry = resources.files("resources") / "theme" / f"{name}.toml"
    table = tomllib.loads(entry.read_text(encoding="utf-8"))
    return Tokens(
        name=str(table["name"]),
        dark=bool(table["dark"]),
        colours={key: str(value) for key, value in table["colour"].items()},
        sizes={key: int(value) for key, value in table["size"].items()},
    )


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2, definition "relative luminance")."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition "contrast ratio")."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
