"""The engine that reads a batch: the one its profile names, else the one of the station."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.profile_rules import CHOICES, full_settings, request_part
from app.kernel.errors import BadInput
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool


def engines_used(workstation: Workstation) -> set[str]:
    rows = [row for row in workstation.history(CASE_NO) if row.action == "side_recognised"]
    return {str(row.details["engine"]) for row in rows}


@pytest.mark.parametrize(
    ("settings", "engine"),
    [({}, "rapidocr"), ({"engine": "auto"}, "rapidocr"), ({"engine": "tesseract"}, "tesseract")],
)
def test_a_batch_is_read_by_the_engine_of_its_profile(
    tmp_path: Path, actor: Actor, dossier: Dossier, settings: dict[str, str], engine: str
) -> None:
    opened = open_workstation(tmp_path / "引擎", pool=ReplayPool(dossier))
    try:
        opened.register_case(actor, {"case_no": CASE_NO})
        opened.save_profile(actor, "方案", settings)
        opened.scan(actor, CASE_NO, f"folder:{dossier.folder}", profile="方案")
        opened.process(actor, CASE_NO)
        assert engines_used(opened) == {engine}
    finally:
        opened.close()


def test_every_engine_can_be_named_and_no_other(workstation: Workstation, actor: Actor) -> None:
    assert set(CHOICES["engine"]) == {"auto", *workstation.engines()}
    with pytest.raises(BadInput) as refused:
        workstation.save_profile(actor, "方案", {"engine": "paddle"})
    assert refused.value.code == "PRF-102"
    assert "engine" not in request_part(full_settings({"engine": "tesseract"}))
