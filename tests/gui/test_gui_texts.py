"""Texts: every msgid of the window is translated, faults fill their placeholders."""

from __future__ import annotations

import io
import string
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import app.gui
import app.words
from app.gui.present import present
from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from app.kernel.fault_texts import codes_with_two_texts, describe, fault_tables
from app.kernel.translation import languages, load, set_language, translate

SOURCE = Path(app.gui.__file__).parent


@pytest.fixture(scope="module")
def msgids() -> frozenset[str]:
    """Every text of the window; to read all sources takes seconds."""
    found: set[str] = set()
    words = Path(app.words.__file__).parent
    for path in sorted([*SOURCE.rglob("*.py"), *words.rglob("*.py")]):
        if "kiosk" in path.parts:
            continue
        for _line, message, _comments, _context in extract_from_file(
            "python", str(path), keywords={"_": None}
        ):
            assert isinstance(message, str)
            found.add(message)
    return frozenset(found)


def test_every_text_of_the_window_is_chinese(msgids: frozenset[str]) -> None:
    catalogue = load("zh_CN")
    known = getattr(catalogue, "_catalog", {})
    untranslated = sorted(text for text in msgids if text not in known and text.strip())
    assert untranslated == []


@pytest.mark.parametrize("name", ["zh_CN.po", "zh_CN.scan.po"])
def test_the_catalogue_holds_no_texts_that_nobody_uses(name: str, msgids: frozenset[str]) -> None:
    entry = resources.files("resources") / "locale" / name
    catalogue = read_po(io.BytesIO(entry.read_bytes()))
    unused = sorted(str(m.id) for m in catalogue if m.id and str(m.id) not in msgids)
    assert unused == []


def test_no_text_has_two_translations() -> None:
    """Window, command line and terminal bring their own catalogues; they are merged into one."""
    said: dict[str, set[str]] = {}
    for entry in (resources.files("resources") / "locale").iterdir():
        if entry.name.startswith("zh_CN") and entry.name.endswith(".po"):
            for message in read_po(io.BytesIO(entry.read_bytes())):
                if message.id and message.string:
                    said.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


def test_placeholders_survive_translation(msgids: frozenset[str]) -> None:
    catalogue = load("zh_CN")
    for text in msgids:
        names = {name for _t, name, _f, _c in string.Formatter().parse(text) if name}
        shown = catalogue.gettext(text)
        there = {name for _t, name, _f, _c in string.Formatter().parse(shown) if name}
        assert names == there, text


def test_languages_and_switch() -> None:
    assert "zh_CN" in languages()
    assert "en" in languages()
    assert translate("Today") == "今日"
    set_language("en")
    assert translate("Today") == "Today"


def test_unknown_msgid_and_language_stay_as_they_are() -> None:
    assert translate("never translated") == "never translated"
    assert load("xx").gettext("Today") == "Today"
    assert translate("") == ""


def test_describe_fills_and_forgives() -> None:
    record = Transient("SCN-104", sheet=37).as_record()
    assert "37" in describe(record).message
    assert "37" in describe(record, "en").message
    missing = Transient("SCN-104").as_record()
    assert "{sheet}" in describe(missing).message
    unknown = describe({"kind": "refused", "code": "ZZZ-999", "parameters": {}})
    assert "ZZZ-999" in unknown.message
    assert unknown.remedy


def test_every_fault_of_the_window_has_both_languages() -> None:
    assert [code for code in codes_with_two_texts() if code.startswith("DSK-")] == []
    for code, texts in fault_tables().items():
        if not code.startswith("DSK-"):
            continue
        for language in ("zh_CN", "en"):
            assert texts[language]["message"]
            assert texts[language]["remedy"]


@pytest.mark.parametrize(
    ("fault", "tone"),
    [
        (Refused("DSK-101"), "warn"),
        (BadInput("DSK-101"), "warn"),
        (Transient("ZZZ-1"), "warn"),
        (Broken("ZZZ-2"), "bad"),
    ],
)
def test_three_lines_for_every_kind(fault: Fault, tone: str) -> None:
    shown = present(fault)
    assert shown.message
    assert shown.safe
    assert shown.remedy
    assert shown.tone == tone
    assert fault.code in shown.details
    assert fault.code not in shown.remedy


def test_a_bug_shows_no_trace_in_its_three_lines() -> None:
    shown = present(ValueError("secret detail"))
    assert "secret detail" in shown.details
    assert "secret detail" not in shown.message + shown.safe + shown.remedy
