"""README shows what is: the state diagrams, the pictures and the two commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.domain.lifecycle import MACHINES, diagram

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_the_diagrams_are_those_of_the_tables(machine: str) -> None:
    assert diagram(machine) in README


def test_every_picture_and_link_leads_to_a_file() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    local = [target for target in targets if "://" not in target]
    assert local
    assert [target for target in local if not (ROOT / target).is_file()] == []


def test_the_two_commands_of_set_up_are_named() -> None:
    assert "python3 build/tasks.py demo" in README
    assert "python3 build/tasks.py test" in README
