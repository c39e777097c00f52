"""Texts of the invented court papers: data only, one file per matter."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_texts(name: str) -> dict[str, Any]:
    """The texts of one file ("names", "civil", "loan", ...) as data; do not change them."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def titles_for(titles: dict[str, list[str]], family: str) -> list[str]:
    """The titles a family uses; "field" may use those of all others."""
    if family in titles:
        return titles[family]
    return [title for own in titles.values() for title in own]
