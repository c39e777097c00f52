"""Keys and trace codes of issued pages."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.kernel.errors import Broken
from app.services.context import Context
from app.services.reading_keys import (
    KEYS_FILE,
    is_signed,
    issue_of_code,
    mark_key,
    new_issue_id,
    page_key,
    trace_code,
)


def context(root: Path) -> Context:
    stand_in: Any = SimpleNamespace(
        folders=SimpleNamespace(root=root), hand_key=lambda: b"secret of this data folder"
    )
    return cast("Context", stand_in)


def test_a_code_names_its_issue_and_no_changed_one_is_signed() -> None:
    key, issue = b"k" * 32, new_issue_id()
    code = trace_code(key, issue)
    assert issue_of_code(code) == issue
    assert is_signed(key, code)
    assert not is_signed(b"l" * 32, code)
    for place in range(5, len(code)):
        other = "2" if code[place] != "2" else "3"
        assert not is_signed(key, code[:place] + other + code[place + 1 :]), place


@pytest.mark.parametrize(
    "text", ["", "JZT1:", "JZT1:ABC:DEF", "JZT2:0123456789:A", "JZT1:012345678L:A", "x" * 5000]
)
def test_what_is_no_trace_code_names_no_issue(text: str) -> None:
    assert issue_of_code(text) == ""


def test_every_grant_has_a_key_of_its_own_and_every_issue_a_mark(tmp_path: Path) -> None:
    here = context(tmp_path)
    assert page_key(here, "grant_1") != page_key(here, "grant_2")
    key = page_key(here, "grant_1")
    assert mark_key(key, "A") != mark_key(key, "B")


def test_the_key_that_came_with_a_bundle_goes_before(tmp_path: Path) -> None:
    (tmp_path / KEYS_FILE).write_text(json.dumps({"grant_1": "07" * 32}), encoding="utf-8")
    assert page_key(context(tmp_path), "grant_1") == bytes([7]) * 32
    assert page_key(context(tmp_path), "grant_2") != bytes([7]) * 32


@pytest.mark.parametrize("content", ["", "[]", '{"grant_1": "zz"}', '{"grant_1": "07"}', "{"])
def test_keys_of_a_bundle_that_cannot_be_used_are_said_so(tmp_path: Path, content: str) -> None:
    (tmp_path / KEYS_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(Broken) as caught:
        page_key(context(tmp_path), "grant_1")
    assert caught.value.code == "RDR-170"
