"""A warning that comes after the batch was closed is kept with it, as the others are."""

from __future__ import annotations

import threading
from pathlib import Path

import pypdfium2
import pytest

from app.domain.access import Actor
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool

OTHER = "（2019）辽0882民初4867号"
DPI = 150


@pytest.fixture
def stack(workstation: Workstation, actor: Actor, dossier: Dossier, tmp_path: Path) -> Path:
    """A page, and the work slip of another case behind it."""
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.register_case(actor, {"case_no": OTHER})
    printed = workstation.print_work_slip(actor, OTHER, tmp_path / "b.pdf")
    folder = tmp_path / "一叠"
    folder.mkdir()
    page = next(path for path in sorted(dossier.folder.iterdir()) if path.suffix == ".jpg")
    (folder / "01.jpg").write_bytes(page.read_bytes())
    document = pypdfium2.PdfDocument(printed)
    try:
        image = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
        image.save(folder / "02.jpg", quality=85, dpi=(DPI, DPI))
    finally:
        document.close()
    workstation.save_profile(actor, "分件", {"separators": "any", "duplex": False})
    return folder


def batches(workstation: Workstation) -> list[tuple[str, list[str]]]:
    """State and codes of the warnings of every batch, as stored."""
    with workstation._context.storage.read() as tx:
        found = tx.batches.find()
    return [(batch.state, [warning["code"] for warning in batch.warnings]) for batch in found]


def test_a_foreign_slip_seen_after_the_end_is_stored_with_the_batch(
    workstation: Workstation, actor: Actor, stack: Path, pool: ReplayPool
) -> None:
    looked_at_once = threading.Event()

    def before(function: str, _path: Path) -> None:
        if function == "ocr.glance:glance":
            for _ in range(600):
                if batches(workstation)[0][0] == "closed":
                    looked_at_once.set()
                    return
                threading.Event().wait(0.05)

    pool.before = before
    heard: list[ScanEventView] = []
    result = workstation.scan(
        actor, CASE_NO, f"folder:{stack}", profile="分件", on_event=heard.append
    )
    assert looked_at_once.is_set()
    assert [event.code for event in heard if event.kind == "warning"] == ["SLP-104"]
    assert [warning["code"] for warning in result.warnings] == ["SLP-104"]
    assert batches(workstation) == [("closed", ["SLP-104"])]
    assert "batch_warned" in [row.action for row in workstation.history(CASE_NO)]
    assert workstation.audit_verify().ok


def test_in_time_it_is_written_once_with_the_end(
    workstation: Workstation, actor: Actor, stack: Path
) -> None:
    (stack / "说明.txt").write_text("不是图像", encoding="utf-8")
    result = workstation.scan(actor, CASE_NO, f"folder:{stack}", profile="分件")
    codes = sorted(warning["code"] for warning in result.warnings)
    assert codes == ["SCN-210", "SLP-104"]
    ((state, stored),) = batches(workstation)
    assert (state, sorted(stored)) == ("closed", codes)
