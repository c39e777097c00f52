"""What recognition leaves to people: kept with the side, listed, and heeded by `digitize`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_workstation
from app.cli import digitize
from app.domain.access import Actor
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool


class NotedPool(ReplayPool):
    """Every page read has these needs, and one line without text."""

    def __init__(self, dossier: Dossier, needs: list[str]) -> None:
        super().__init__(dossier)
        self._needs = [{"reason": need, "box": [10.0, 20.0, 30.0, 40.0]} for need in needs]

    def _recognise(self, *arguments: Any) -> dict[str, Any]:
        answer = super()._recognise(*arguments)
        answer["fields"]["needs_person"] = self._needs
        marked = dict(answer["tree"]["lines"][0], text="", kind="handwriting", attempt="某某")
        answer["tree"]["lines"].append(marked)
        return answer


def processed(tmp_path: Path, actor: Actor, dossier: Dossier, needs: list[str]) -> Workstation:
    opened = open_workstation(tmp_path / "识别", pool=NotedPool(dossier, needs))
    opened.register_case(actor, {"case_no": CASE_NO})
    opened.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    opened.process(actor, CASE_NO)
    return opened


def test_notes_are_listed_by_side_and_a_guess_is_no_text(
    tmp_path: Path, actor: Actor, dossier: Dossier
) -> None:
    opened = processed(tmp_path, actor, dossier, ["unreadable_area", "handwriting"])
    try:
        notes = opened.reading_notes(CASE_NO)
        written = [row for row in opened.sides(CASE_NO) if not row.blank]
        assert [note.position for note in notes] == [
            row.position for row in written for _ in range(2)
        ]
        assert [(note.reason, note.decisive) for note in notes[:2]] == [
            ("unreadable_area", True),
            ("handwriting", False),
        ]
        assert notes[0].box == (10.0, 20.0, 30.0, 40.0)
        assert opened.search("某某") == []
        assert len(opened.search("此处为正文")) == len(written)
    finally:
        opened.close()


@pytest.mark.parametrize(("need", "decisive"), [("handwriting", False), ("truncated", True)])
def test_digitize_lists_them(
    tmp_path: Path, actor: Actor, dossier: Dossier, need: str, decisive: bool
) -> None:
    opened = processed(tmp_path, actor, dossier, [need])
    try:
        opened.catalogue(actor, CASE_NO)
        opened.reconcile(actor, CASE_NO, {"case_no": CASE_NO})
        reconciliation = opened.reconciliation(CASE_NO)
        assert reconciliation is not None
        listed = [
            entry
            for entry in digitize._needs_person(opened, CASE_NO, reconciliation)
            if entry["what"] == "reading"
        ]
    finally:
        opened.close()
    assert [entry["positions"] for entry in listed] == [[1], [3], [4]]
    assert {(entry["reason"], entry["decisive"]) for entry in listed} == {(need, decisive)}
    assert all(entry["box"] == [10.0, 20.0, 30.0, 40.0] for entry in listed)
