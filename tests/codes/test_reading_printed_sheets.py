"""Slips and separator sheets printed, scanned in all ways a feeder takes them, and read back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from app.adapters.printing.slips import patch_bars, separator_sheet, work_slip
from app.domain.slips import SEPARATORS, Separator, Slip, parse_code, separator_text, ticket_of
from app.kernel.errors import BadInput
from ocr.codes.reading import codes_on, read_codes

Gray = NDArray[np.uint8]
CASE = "（2019）辽0882民初4866号"
FACTS = {
    "case_no": "(2019) 辽0882民初4866号",
    "court": "辽宁省大石桥市人民法院",
    "cause": "民间借贷纠纷",
    "plaintiff": "李𠮷",
    "defendant": "大石桥市某某商贸有限公司、营口某某房地产开发有限公司、赵六、钱七、孙八",
    "judge": "周审判",
    "clerk": "吴书记",
    "part": "main",
    "volume": 2,
    "volumes": 3,
    "sheets": 128,
    "date": "2026-11-22",
    "station": "一号工位",
}


def printed(path: Path, dpi: int = 300) -> Gray:
    """The page as a printer sets it, with white paper at 245 and toner at 20."""
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
    finally:
        document.close()
    gray = page if page.ndim == 2 else page[:, :, 0]
    return np.asarray(20 + gray.astype(np.float32) * (225 / 255), dtype=np.uint8)


def tilted(page: Gray, degrees: float) -> Gray:
    height, width = page.shape
    about = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, about, (width, height), borderValue=245), np.uint8)


def grainy(page: Gray) -> Gray:
    noise = np.random.default_rng(5).normal(0, 14, page.shape)
    return np.asarray(np.clip(page + noise, 0, 255), dtype=np.uint8)


def bitonal(page: Gray) -> Gray:
    return np.where(page < 140, 0, 255).astype(np.uint8)


def pressed(page: Gray) -> Gray:
    _, data = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, 35))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def as_it_is(page: Gray) -> Gray:
    return page


@pytest.fixture(scope="module")
def slip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slip") / "slip.pdf"
    work_slip(FACTS, path)
    return path


@pytest.fixture(scope="module")
def separator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("separator") / "separator.pdf"
    separator_sheet("part:restricted", path)
    return path


SCANS = [
    (300, 0.0, as_it_is),
    (300, 3.0, grainy),
    (300, -3.0, bitonal),
    (200, 0.0, grainy),
    (200, -3.0, pressed),
    (200, 3.0, bitonal),
]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("dpi", "tilt", "spoilt"), SCANS)
def test_a_work_slip_opens_its_case_however_it_is_scanned(
    slip: Path, turn: int, dpi: int, tilt: float, spoilt: Callable[[Gray], Gray]
) -> None:
    page = np.ascontiguousarray(np.rot90(spoilt(tilted(printed(slip, dpi), tilt)), -turn // 90))
    records = codes_on(page, dpi)
    whole = Slip(case_no=CASE, ticket=ticket_of(CASE), part="main", volume=2)
    said = {record["format"]: parse_code(record["text"]) for record in records}
    assert said == {"qr": whole, "code128": Slip(ticket=ticket_of(CASE))}
    assert {record["turn"] for record in records} == {(360 - turn) % 360}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("dpi", "tilt", "spoilt"), SCANS)
def test_a_separator_sheet_is_found_however_it_is_scanned(
    separator: Path, turn: int, dpi: int, tilt: float, spoilt: Callable[[Gray], Gray]
) -> None:
    page = spoilt(tilted(printed(separator, dpi), tilt))
    records = codes_on(np.ascontiguousarray(np.rot90(page, -turn // 90)), dpi)
    patches = [record for record in records if record["kind"] == "patch"]
    # Each patch code reads from its own edge, so that T stays T upside down.
    assert [record["text"] for record in patches] == ["T", "T"]
    assert {record["other"] for record in patches} == {"3"}
    (code,) = (record for record in records if record["kind"] == "barcode")
    assert parse_code(code["text"]) == Separator(begins="part:restricted")


@pytest.mark.parametrize("begins", SEPARATORS)
def test_every_kind_of_separator_sheet_says_what_it_is(tmp_path: Path, begins: str) -> None:
    separator_sheet(begins, tmp_path / "sheet.pdf")
    records = read_codes(str(tmp_path / "sheet.pdf"), 0, barcodes=True, patches=True)
    assert [record["text"] for record in records] == ["T", "T", separator_text(begins)]


def test_patch_bars_have_the_sizes_of_the_standard() -> None:
    bars = patch_bars(210.0)
    heights = [round(height / 25.4, 3) for _, _, _, height in bars]
    assert heights == [0.08, 0.20, 0.08, 0.20]
    gaps = [
        round((below[1] - above[1] - above[3]) / 25.4, 3)
        for above, below in itertools.pairwise(bars)
    ]
    assert gaps == [0.08, 0.08, 0.08]
    assert all(across >= 2 * 25.4 for _, _, across, _ in bars)


def test_printed_bars_have_their_size_on_paper(separator: Path) -> None:
    column = bitonal(printed(separator, 600))[:, 600]
    edges = np.flatnonzero(np.diff(column.astype(int))) + 1
    runs = np.diff(edges[:8]) / 600
    assert np.abs(runs - np.array([0.08, 0.08, 0.20, 0.08, 0.08, 0.08, 0.20])).max() < 0.003


def test_a_work_slip_can_be_read_by_people(slip: Path) -> None:
    document = pypdfium2.PdfDocument(slip)
    try:
        page = document[0]
        assert [round(side * 25.4 / 72) for side in page.get_size()] == [210, 297]
        text = "".join(page.get_textpage().get_text_range().split())
    finally:
        document.close()
    for words in (CASE, "民间借贷纠纷", "李𠮷", "周审判", "吴书记", "正卷第2册共3册", "128张"):
        assert words in text
    for words in ("申报张数", "交出人", "接收人", "卷宗交接登记", ticket_of(CASE)):
        assert words in text


def test_a_small_slip_without_facts_still_opens_its_case(tmp_path: Path) -> None:
    work_slip({"case_no": CASE, "sheets": None}, tmp_path / "small.pdf", small=True)
    page = printed(tmp_path / "small.pdf", 200)
    assert page.shape[1] > page.shape[0]
    whole = Slip(case_no=CASE, ticket=ticket_of(CASE))
    assert whole in [parse_code(record["text"]) for record in codes_on(page, 200)]


def test_the_same_facts_give_the_same_bytes(slip: Path, tmp_path: Path) -> None:
    work_slip(FACTS, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == slip.read_bytes()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "COD-101"),
        ({"case_no": CASE, "part": "third"}, "COD-102"),
        ({"case_no": CASE, "part": "main", "volume": "二"}, "COD-102"),
    ],
)
def test_a_slip_no_code_can_say_is_not_printed(
    tmp_path: Path, facts: dict[str, str], code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        work_slip(facts, tmp_path / "slip.pdf")
    assert caught.value.code == code
    assert not (tmp_path / "slip.pdf").exists()
