"""Gettext for every face: English msgids in the code, Chinese by default.

The catalogues are the `.po` files of `resources/locale`; they are compiled in memory, so no built
file can go stale. A language may be spread over several files (`zh_CN.po`, `zh_CN.kiosk.po`).
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from importlib import resources

DEFAULT_LANGUAGE = "zh_CN"
SOURCE_LANGUAGE = "en"


def languages() -> tuple[str, ...]:
    """The languages that can be chosen; the language of the msgids is always one of them."""
    names = {
        entry.name.split(".")[0]
        for entry in (resources.files("resources") / "locale").iterdir()
        if entry.name.endswith(".po")
    }
    return tuple(sorted(names | {SOURCE_LANGUAGE}))


@lru_cache(maxsize=4)
def load(language: str) -> gettext.NullTranslations:
    """The translations of `language`; those of an unknown language leave every msgid as it is."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Catalog(locale=None)
    found = False
    for entry in sorted(
        (resources.files("resources") / "locale").iterdir(), key=lambda item: item.name
    ):
        if not entry.name.endswith(".po") or entry.name.split(".")[0] != language:
            continue
        found = True
        for message in read_po(io.BytesIO(entry.read_bytes()), locale=language):
            if message.id and message.string and not message.fuzzy:
                merged.add(message.id, message.string, context=message.context)
    if not found:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Interpreter:
    """The language this process speaks. One process has one reader at a time."""

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        self.language = language

    def translate(self, msgid: str) -> str:
        """`msgid` in the language of this interpreter."""
        return load(self.language).gettext(msgid) if msgid else ""


_PROCESS = Interpreter()


def set_language(language: str) -> None:
    """Choose the language of this process; texts already shown stay as they are."""
    _PROCESS.language = language


def current_language() -> str:
    """The language of this process."""
    return _PROCESS.language


def translate(msgid: str) -> str:
    """`msgid` in the language of this process, or `msgid` itself when nobody translated it."""
    return _PROCESS.translate(msgid)
