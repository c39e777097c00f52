"""`card`, `pass` and `notice` without a window; the number of a card comes by standard input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.cli.conftest import Program

CASE_NO = "（2019）辽0882民初4866号"


@pytest.fixture
def handoff(program: Program, tmp_path: Path) -> str:
    """A cell reserved for paper of a party; the id of the hand-off."""
    cases = tmp_path / "cases.json"
    cases.write_text(f'[{{"case_no": "{CASE_NO}"}}]', encoding="utf-8")
    assert program("case", "import", str(cases)).status == 0
    offered = program(
        *("handoff", "offer", CASE_NO, "--to", "王某", "--task", "judge_to_party"),
        *("--to-kind", "party", "--phone", "13812345678", "--volumes", "1", "--json"),
    )
    assert offered.status == 0, offered.err
    return str(offered.record["id"])


def test_cards_are_added_and_revoked(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert program("card", "list").out.strip() == "还没有登记工作卡"
    monkeypatch.setattr("sys.stdin", io.StringIO("1357\n04A2B3C4D5\n04A2B3C4D5\n\n"))
    assert program("person", "add", "周正", "--role", "administrator").status == 0
    added = program("card", "add", "周正", "--json").record["cards"]
    assert [(card["person"], card["revoked"]) for card in added] == [("周正", False)]
    assert program("card", "add", "周正", "--json").code == "IDN-114"
    assert program("card", "add", "周正", "--json").code == "IDN-115"
    assert "04A2B3C4D5" not in program("card", "list", "--json").out
    revoked = program("card", "revoke", added[0]["id"], "--json").record["cards"]
    assert revoked[0]["revoked"]
    assert "周正" in program("card", "list", "--person", "周正").out


def test_the_reader_for_id_cards_is_tried(program: Program) -> None:
    assert program("card", "try", "--json").code == "IDN-124"


def test_a_pass_is_a_qr_code(program: Program, handoff: str, tmp_path: Path) -> None:
    text = program("pass", "qr", handoff, "--json").record["text"]
    out = tmp_path / "pass.png"
    assert program("pass", "qr", handoff, "--out", str(out)).status == 0
    (read,) = zxingcpp.read_barcodes(Image.open(out).convert("L"))
    assert read.text == text
    assert program("pass", "qr", handoff, "--out", str(tmp_path / "no" / "x.png"), "--json").code
    code = program("pass", "deposit", handoff, "--json").record["code"]
    assert len(code) == 8 and code.isdecimal()
    assert program("pass", "qr", "handoff_none", "--json").code == "HND-107"


def test_messages_are_listed_sent_and_tried_again(program: Program, handoff: str) -> None:
    assert program("notice", "list").out.strip() == "没有消息"
    assert program("handoff", "deposit", handoff).status == 0
    (waiting,) = program("notice", "list", "--handoff", handoff, "--json").record["notices"]
    assert (waiting["state"], waiting["address"]) == ("queued", "138****5678")
    assert program("notice", "deliver", "--json").record == {"sent": 0, "failed": 0}
    listed = program("notice", "list", "--state", "failed")
    assert "没有设置通知渠道" in listed.out
    assert program("notice", "retry", waiting["id"], "--json").record["notices"][0]["state"] == (
        "queued"
    )
    assert program("notice", "retry", waiting["id"], "--json").code == "NTC-107"
    assert program("notice", "retry", "notice_none", "--json").code == "NTC-106"
