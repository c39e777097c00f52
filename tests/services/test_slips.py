"""Work slips and separator sheets through the real service: printed, read, understood."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.adapters.printing.pictures import pictures_of
from app.domain.access import Actor
from app.domain.slips import slip_text, ticket_of
from app.kernel.errors import BadInput, Broken, Refused
from app.services.slips import marker_of
from app.services.workstation import Workstation
from ocr.codes.reading import codes_on
from tests.replay import CASE_NO


def read_back(path: Path) -> list[dict[str, object]]:
    """The codes on the first page of a PDF at 200 dpi."""
    document = pypdfium2.PdfDocument(path)
    try:
        gray = document[0].render(scale=200 / 72, grayscale=True).to_numpy()
        return codes_on(gray[:, :, 0] if gray.ndim == 3 else gray, 200.0)
    finally:
        document.close()


def test_a_printed_slip_opens_its_case(
    workstation: Workstation, actor: Actor, tmp_path: Path
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO, "cause": "民间借贷", "plaintiff": "甲"})
    path = workstation.print_work_slip(actor, CASE_NO, tmp_path / "新 夹" / "工单.pdf")
    texts = [str(code["text"]) for code in read_back(path)]
    assert len(texts) == 2
    assert {workstation.slip_target(text).case_no for text in texts} == {CASE_NO}
    assert workstation.history(CASE_NO)[-1].action == "work_slip_printed"
    marker = marker_of(read_back(path), "none")
    assert marker["kind"] == "slip"
    assert marker["ticket"] == ticket_of(CASE_NO)


@pytest.mark.parametrize(("kind", "begins"), [("item", "item"), ("end", "end")])
def test_a_printed_separator_cuts_the_stack(
    workstation: Workstation, tmp_path: Path, kind: str, begins: str
) -> None:
    path = workstation.print_separator(kind, tmp_path / "分隔页.pdf")
    codes = read_back(path)
    assert marker_of(codes, "barcode")["begins"] == begins
    assert marker_of(codes, "any")["begins"] == begins
    assert marker_of(codes, "patch") == {
        "kind": "separator",
        "begins": "item",
        "text": f"patch {next(code['text'] for code in codes if code['kind'] == 'patch')}",
    }
    assert marker_of(codes, "none")["kind"] == "code"


def test_the_window_gets_pictures_and_puts_the_printing_on_record(
    workstation: Workstation, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        workstation._context.pool, "call", lambda _name, given, **_: pictures_of(*given)
    )
    workstation.register_case(actor, {"case_no": CASE_NO, "court": "甲法院"})
    (picture,) = workstation.work_slip_pictures(CASE_NO, tmp_path, dpi=60)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [row.action for row in workstation.history(CASE_NO)] == ["case_registered"]
    workstation.record_slip_printed(actor, CASE_NO)
    assert workstation.history(CASE_NO)[-1].action == "work_slip_printed"
    with pytest.raises(Refused):
        workstation.record_slip_printed(Actor(name="档案员", role="archivist"), CASE_NO)


def test_codes_of_others_cut_nothing() -> None:
    code = {
        "kind": "barcode",
        "format": "Code128",
        "text": "EMS123",
        "box": [0, 0, 9, 9],
        "turn": 0,
    }
    assert marker_of([code], "any")["kind"] == "code"
    assert marker_of([], "any") == {}


def test_what_is_no_slip_is_told(workstation: Workstation) -> None:
    for text in ("EMS123", "", slip_text(CASE_NO)[:-1] + "A"):
        with pytest.raises(BadInput) as refused:
            workstation.slip_target(text)
        assert refused.value.code == "SLP-101"
    with pytest.raises(Refused) as unknown:
        workstation.slip_target(ticket_of(CASE_NO))
    assert unknown.value.code == "SLP-102"


def test_a_slip_that_cannot_be_written_is_told(
    workstation: Workstation, actor: Actor, tmp_path: Path
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Broken) as broken:
        workstation.print_work_slip(actor, CASE_NO, tmp_path / "file" / "x.pdf")
    assert broken.value.code == "SLP-103"
    with pytest.raises(BadInput) as refused:
        workstation.print_separator("nonsense", tmp_path / "x.pdf")
    assert refused.value.code == "COD-103"
    assert not (tmp_path / "x.pdf").exists()
