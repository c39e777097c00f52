"""Cabinets, incidents and hand-offs by commands alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Program

CASE_NO = "（2026）辽0899民初7号"


@pytest.fixture
def registered(program: Program, tmp_path: Path) -> Program:
    """The program with one registered case."""
    sheet = tmp_path / "案件.csv"
    sheet.write_bytes(f"案号,案由\r\n{CASE_NO},民间借贷\r\n".encode("gbk"))
    assert program("case", "import", sheet).status == 0
    return program


def done(program: Program, *arguments: object) -> Any:
    """The JSON answer of a command that must succeed."""
    said = program(*arguments, "--json")
    assert said.status == 0, (arguments, said.out, said.err)
    return said.record


def test_a_hand_off_called_off_retrieved_and_given_back(registered: Program) -> None:
    offer = ("handoff", "offer", CASE_NO, "--to", "档案员", "--volumes", 2, "--pages", 9)
    volumes = ("--volume", "main:1:4", "--volume", "main:2:5")
    first = done(registered, *offer, *volumes, "--size", "small", "--due", "2099-12-31")
    assert [row["pages"] for row in first["counts"]] == [4, 5]
    called_off = done(registered, "handoff", "cancel", first["id"], "--reason", "改期")
    assert called_off["state"] == "cancelled"
    second = done(registered, *offer)
    done(registered, "handoff", "deposit", second["id"])
    assert done(registered, "handoff", "code", second["id"])["code"] != second["code"]
    two = ("--second", "管理员乙", "--reason", "接收人调离")
    assert done(registered, "handoff", "retrieve", second["id"], *two)["state"] == "retrieved"
    counted = ("--volumes", 2, "--pages", 9, "--reason", "当面清点")
    assert done(registered, "handoff", "back", second["id"], *counted)["turn"] == ""
    assert done(registered, "handoff", "list", "--open")["handoffs"] == []
    assert done(registered, "handoff", "show", second["id"])["state"] == "returned"
    assert "已" in registered("handoff", "show", second["id"]).out


def test_a_dispute_is_settled_by_two(registered: Program) -> None:
    offered = done(registered, "handoff", "offer", CASE_NO, "--to", "档案员", "--volumes", 2)
    done(registered, "handoff", "deposit", offered["id"])
    done(registered, "handoff", "collect", offered["id"], "--code", offered["code"])
    said = registered("handoff", "acknowledge", offered["id"], "--volumes", 1, "--json")
    assert (said.status, said.code) == (1, "HND-106")
    (incident,) = done(registered, "locker", "incidents")["incidents"]
    assert (incident["kind"], incident["resolutions"]) == ("count_differs", [])
    two = ("--second", "书记员乙", "--reason", "只交了一册")
    settled = done(registered, "handoff", "settle", offered["id"], "--volumes", 1, *two)
    assert settled["state"] == "confirmed"
    assert done(registered, "locker", "incidents")["incidents"] == []
    assert len(done(registered, "locker", "incidents", "--all")["incidents"]) == 1


def test_cells_rounds_and_the_record_of_a_trial(registered: Program, tmp_path: Path) -> None:
    out = done(registered, "locker", "set", 3, "--use", "out", "--reason", "门歪了")
    assert out["state"] == "out_of_service"
    view = done(registered, "locker", "view")
    assert [cell["number"] for cell in view["cells"] if cell["state"] == "out_of_service"] == [3]
    used = done(
        registered, "locker", "set", 3, "--use", "in", "--size", "large", "--reason", "好了"
    )
    assert (used["state"], used["size"]) == ("free", "large")
    assert done(registered, "locker", "rounds")["silent"] == []
    record = tmp_path / "试运行.json"
    record.write_text(json.dumps({"cells": [{"cell": 1, "verdict": "passed"}]}), encoding="utf-8")
    made = done(registered, "locker", "commission", "--record", record)["commissionings"]
    assert [row["passed"] for row in made] == [True]
    record.write_text("{}", encoding="utf-8")
    assert registered("locker", "commission", "--record", record, "--json").code == "HND-128"
    every = done(registered, "locker", "open-all", "--second", "管理员乙", "--reason", "火警")
    assert all(cell["door_open"] for cell in every["cells"])
    for arguments in (("locker", "cells"), ("locker", "view"), ("locker", "incidents")):
        assert registered(*arguments).status == 0


def test_an_incident_is_seen_looked_into_and_settled(registered: Program) -> None:
    offered = done(registered, "handoff", "offer", CASE_NO, "--to", "档案员")
    done(registered, "handoff", "deposit", offered["id"])
    two = ("--second", "管理员乙", "--reason", "火警")
    done(registered, "locker", "open-all", *two)
    (incident,) = done(registered, "locker", "incidents")["incidents"]
    assert done(registered, "locker", "see", incident["id"])["state"] == "seen"
    found = ("--found", "taken", "--reason", "柜内已空，卷宗在档案员处")
    closed = done(registered, "locker", "close", incident["id"], *found)
    assert (closed["state"], closed["resolution"]) == ("closed", "taken")
    row = done(registered, "handoff", "show", offered["id"])
    assert (row["state"], row["turn"]) == ("collected", "receiver")
    said = registered("locker", "look", incident["id"], *two, "--json")
    assert (said.status, said.code) == (1, "DOS-101")
    said = registered("locker", "see", "x", "--json")
    assert (said.status, said.code) == (2, "HND-124")
