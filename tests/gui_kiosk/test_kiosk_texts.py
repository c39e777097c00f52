"""Texts of the terminal: all Chinese, placeholders kept, no clash with the desk."""

from __future__ import annotations

import io
import string
from fnmatch import fnmatch
from importlib import resources
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import app.gui.kiosk
import app.gui.reader
from app.kernel.fault_texts import codes_with_two_texts, fault_tables

SOURCES = tuple(Path(str(package.__file__)).parent for package in (app.gui.kiosk, app.gui.reader))
CATALOGUES = ("zh_CN.kiosk.po", "zh_CN.reading_reader.po")
# Words that other windows have, too, are in the files of those.
EVERYWHERE = "zh_CN*.po"


def catalogue(name: str) -> Catalog:
    entry = resources.files("resources") / "locale" / name
    return read_po(io.BytesIO(entry.read_bytes()), locale="zh_CN")


def msgids() -> set[str]:
    found: set[str] = set()
    for path in sorted(path for source in SOURCES for path in source.rglob("*.py")):
        for _line, message, _comments, _context in extract_from_file(
            "python", str(path), keywords={"_": None}
        ):
            assert isinstance(message, str)
            found.add(message)
    return found


def names(text: str) -> set[str]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(text) if name}


def test_every_text_of_the_terminal_is_chinese() -> None:
    files = (resources.files("resources") / "locale").iterdir()
    known = [entry.name for entry in files if fnmatch(entry.name, EVERYWHERE)]
    texts = {str(m.id): str(m.string) for name in known for m in catalogue(name) if m.id}
    assert msgids() <= set(texts)
    for msgid in msgids():
        shown = texts[msgid]
        assert shown
        assert names(msgid) == names(shown), msgid


def test_terminal_and_desk_say_the_same_by_the_same_word() -> None:
    desk = {m.id: m.string for m in catalogue("zh_CN.po") if m.id}
    clashes = [
        message.id
        for name in CATALOGUES
        for message in catalogue(name)
        if message.id and message.id in desk and desk[message.id] != message.string
    ]
    assert clashes == []


def test_faults_of_the_reading_room_have_both_languages() -> None:
    codes = [code for code in fault_tables() if code.startswith("RDR-")]
    assert len(codes) >= 10
    for code in codes:
        assert code not in codes_with_two_texts()
        for language in ("zh_CN", "en"):
            assert fault_tables()[code][language]["message"]
            assert fault_tables()[code][language]["remedy"]
