"""Blank marks by both faces of a sheet: set, taken back, and never against a person."""

from __future__ import annotations

import io
from typing import Any

import attrs
import numpy as np
import pytest
from PIL import Image

from app.adapters.jobs.calling import call_by_name
from app.domain.access import Actor
from app.services.comparison import CompareSides
from app.services.findings import add_finding
from app.services.workstation import Workstation
from tests.inspection import sheets
from tests.replay import CASE_NO, Dossier

# As inspection measures a side that is pale all over, and one that the other face shines through.
PALE = {"dark_ratio": 0.0, "through_ratio": 0.0, "smeared_letters": 0.0, "faint_cells": 300.0}
SMEARED = PALE | {"through_ratio": 0.02, "smeared_letters": 40.0}


def picture(page: sheets.Pixels) -> bytes:
    stream = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))
    image.save(stream, "JPEG", quality=80, dpi=(sheets.DPI, sheets.DPI))
    return stream.getvalue()


@pytest.fixture(scope="module")
def faces() -> dict[str, bytes]:
    """A front, a back that bears nothing but the front, and one with pale writing of its own."""
    ink = sheets.text_ink(1)
    own = sheets.smeared(sheets.text_ink(2), 0.4)
    return {
        "front": picture(sheets.scanned((ink, 0.95))),
        "through": picture(sheets.scanned((sheets.through(ink), 0.42))),
        "own": picture(sheets.scanned((own, 0.5))),
        "between": picture(
            sheets.scanned((sheets.text_ink(4, top=174), 0.95), (sheets.through(ink), 0.3))
        ),
        "strange": picture(
            sheets.scanned((sheets.text_ink(4, top=174), 0.95), (sheets.text_ink(5), 0.2))
        ),
    }


class Desk:
    """One sheet scanned: what inspection said of its back is put in by hand."""

    def __init__(self, workstation: Workstation, actor: Actor, dossier: Dossier) -> None:
        self.workstation, self.actor, self.dossier = workstation, actor, dossier
        self.context = workstation._context
        self.task = CompareSides(self.context)

    def scan(self, front: bytes, back: bytes, blank: bool) -> str:
        """Gives the id of the back."""
        self.dossier.add("扫描 1.jpg", ("民事起诉状", 1), front)
        self.dossier.add("扫描 2.jpg", None if blank else ("误读", 0), back)
        self.workstation.register_case(self.actor, {"case_no": CASE_NO})
        self.workstation.scan(self.actor, CASE_NO, f"folder:{self.dossier.folder}")
        self.workstation.process(self.actor, CASE_NO)
        first, second = self.workstation.sides(CASE_NO)
        with self.context.storage.write() as tx:
            written = PALE | {"dark_ratio": 0.05}
            tx.sides.amend({first.id: {"measures": written}})
            tx.sides.amend({second.id: {"measures": SMEARED if blank else PALE}})
            tx.audit.record("test", "side_examined", CASE_NO)
            tx.commit()
        return second.id

    def call(self) -> Any:
        with self.context.storage.read() as tx:
            (found,) = tx.dossiers.find()
            self.arguments = {"dossier": found.id, "turn": 0}
            return self.task.prepare(tx, self.arguments)

    def answer(self) -> dict[str, Any]:
        call = self.call()
        assert call.function == "ocr.faces_asking:compare_and_ask"
        result: dict[str, Any] = call_by_name(call.function, list(call.arguments))["result"]
        return result

    def compare(self) -> None:
        self.task.apply(self.arguments, self.answer())

    def side(self, side_id: str) -> Any:
        with self.context.storage.read() as tx:
            return tx.sides.get(side_id)

    def codes(self, side_id: str) -> set[str]:
        return {row.code for row in self.workstation.findings(CASE_NO) if row.side_id == side_id}

    def asks(self) -> bool:
        return bool(self.call().function != "ocr.twins:compare_sides")


@pytest.fixture
def desk(workstation: Workstation, actor: Actor, tmp_path: Any) -> Desk:
    made = Desk(workstation, actor, Dossier(tmp_path / "纸"))
    workstation._context.pool.dossiers.append(made.dossier)  # type: ignore[attr-defined]
    return made


def test_a_back_that_bears_only_its_front_becomes_blank(
    desk: Desk, faces: dict[str, bytes]
) -> None:
    back = desk.scan(faces["front"], faces["through"], blank=False)
    desk.call()
    desk.compare()
    side = desk.side(back)
    assert (side.blank, side.blank_by, side.recognised) == (True, "", "blank")
    assert {"blank", "bleed_through"} <= desk.codes(back)
    events = [event.action for event in desk.workstation.history(CASE_NO)]
    assert "blank_marked" in events
    assert not desk.asks(), "the same pictures are not compared again"


def test_pale_writing_of_its_own_is_no_blank_side(desk: Desk, faces: dict[str, bytes]) -> None:
    back = desk.scan(faces["front"], faces["own"], blank=True)
    assert desk.side(back).blank
    desk.call()
    desk.compare()
    side = desk.side(back)
    assert (side.blank, side.recognised) == (False, "")
    assert "blank" not in desk.codes(back)
    assert desk.workstation.job_counts(CASE_NO).queued > 0, "it is read now"


def test_a_persons_word_stands(desk: Desk, faces: dict[str, bytes]) -> None:
    back = desk.scan(faces["front"], faces["own"], blank=True)
    assert desk.asks()
    result = desk.answer()
    desk.workstation.mark_blank(desk.actor, back, True)
    assert not desk.asks()
    desk.task.apply(desk.arguments, result)
    assert desk.side(back).blank


def test_nothing_changes_once_the_catalogue_is_made(desk: Desk, faces: dict[str, bytes]) -> None:
    back = desk.scan(faces["front"], faces["own"], blank=True)
    desk.call()
    result = desk.answer()
    with desk.context.storage.write() as tx:
        (found,) = tx.dossiers.find()
        tx.dossiers.replace(attrs.evolve(found, state="catalogued"))
        tx.audit.record("test", "catalogue_proposed", CASE_NO)
        tx.commit()
    assert not desk.asks()
    desk.task.apply(desk.arguments, result)
    assert desk.side(back).blank


def marked(desk: Desk, faces: dict[str, bytes], back: str) -> str:
    """A written side with pale marks, before its comparison."""
    side = desk.scan(faces["front"], faces[back], blank=False)
    with desk.context.storage.write() as tx:
        measures = PALE | {"dark_ratio": 0.05, "pale_marks": 0.1}
        (front,) = [found for found in tx.sides.find() if found.id != side]
        # One sheet for certain: what the front does not explain is not the front.
        of_sheet = {"sheet": front.sheet, "face": "back", "batch_id": front.batch_id}
        tx.sides.amend({front.id: {"face": "front"}, side: of_sheet})
        tx.sides.amend({side: {"measures": measures}})
        tx.audit.record("test", "side_examined", CASE_NO)
        tx.commit()
    return side


def test_what_shines_between_writing_is_found_by_the_front(
    desk: Desk, faces: dict[str, bytes]
) -> None:
    back = marked(desk, faces, "between")
    desk.call()
    desk.compare()
    assert "bleed_through" in desk.codes(back)
    assert not desk.side(back).blank
    assert not desk.asks(), "the same pictures are not compared again"


def test_marks_that_the_front_does_not_explain_are_no_finding(
    desk: Desk, faces: dict[str, bytes]
) -> None:
    back = marked(desk, faces, "strange")
    with desk.context.storage.write() as tx:
        add_finding(tx, tx.sides.get(back), "bleed_through", "warn", 0.1, 0.062)
        tx.audit.record("test", "side_examined", CASE_NO)
        tx.commit()
    desk.call()
    desk.compare()
    assert "bleed_through" not in desk.codes(back)
