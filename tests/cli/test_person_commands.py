"""`person` without a window; a PIN comes by standard input."""

from __future__ import annotations

import io

import pytest

from tests.cli.conftest import Program


def test_people_are_added_moved_and_retired(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program("person", "list").out.strip() == "还没有登记人员"
    monkeypatch.setattr("sys.stdin", io.StringIO("1357\n2468\n8642\n"))
    assert program("person", "add", "周正", "--role", "administrator").status == 0
    assert "质检员" in program("person", "add", "顾明远", "--role", "inspector").out
    people = program("person", "role", "顾明远", "--role", "judge", "--json").record["people"]
    assert people[1] == {"name": "顾明远", "role": "judge"}
    assert program("person", "pin", "顾明远").status == 0
    assert program("person", "pin", "顾明远", "--json").code == "ACC-110"
    assert program("person", "retire", "周正", "--json").code == "ACC-109"
    assert "顾明远" not in program("person", "retire", "顾明远").out
