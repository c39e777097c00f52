"""Labels printed, scanned or photographed in poor ways, and read back by our own reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from app.adapters.printing.codes import QUIET_MODULES, code128_widths
from app.adapters.printing.locker_labels import locker_labels
from app.domain.locker_codes import (
    CellCode,
    ShelfCode,
    cell_text,
    cell_ticket,
    shelf_text,
    shelf_ticket,
)
from app.domain.slips import Slip, parse_code, ticket_of, volume_text, volume_ticket
from ocr.codes.reading import codes_in_picture

Gray = NDArray[np.uint8]
CASE = "（2019）辽0882民初4866号"
CABINET = "wkly:一楼大厅"
SHELF = "A库-03列-02节-4层-07盒-01"

VOLUME = {
    "code": volume_text(CASE, "restricted", 12),
    "ticket": volume_ticket(CASE, "restricted", 12),
    "heading": CASE,
    "lines": [
        "副卷 第12册 共12册",
        "民间借贷纠纷 李𠮷、大石桥市某某商贸有限公司",
        "大石桥市人民法院",
    ],
}
CELL = {
    "code": cell_text(CABINET, 48),
    "ticket": cell_ticket(CABINET, 48),
    "heading": "48号柜格",
    "lines": [CABINET],
}
PLACE = {
    "code": shelf_text(SHELF),
    "ticket": shelf_ticket(SHELF),
    "heading": SHELF,
    "lines": ["卷宗架位"],
}
LABELS = {"volume": VOLUME, "cell": CELL, "shelf": PLACE}
SAID = {
    "volume": {
        "qr": Slip(ticket=ticket_of(CASE), case_no=CASE, part="restricted", volume=12, label=True),
        "code128": Slip(ticket=ticket_of(CASE), part="restricted", volume=12, label=True),
    },
    "cell": {
        "qr": CellCode(ticket=CELL["ticket"], cabinet=CABINET, cell=48),
        "code128": CellCode(ticket=CELL["ticket"]),
    },
    "shelf": {
        "qr": ShelfCode(ticket=PLACE["ticket"], shelf=SHELF.lower()),
        "code128": ShelfCode(ticket=PLACE["ticket"]),
    },
}


def pages(path: Path, dpi: int) -> list[Gray]:
    """The pages as a printer sets them, with white paper at 245 and toner at 20."""
    document = pypdfium2.PdfDocument(path)
    try:
        drawn = [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
    finally:
        document.close()
    flat = [page if page.ndim == 2 else page[:, :, 0] for page in drawn]
    return [np.asarray(20 + page.astype(np.float32) * (225 / 255), dtype=np.uint8) for page in flat]


def tilted(page: Gray, degrees: float) -> Gray:
    height, width = page.shape
    about = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, about, (width, height), borderValue=245), np.uint8)


def grainy(page: Gray) -> Gray:
    noise = np.random.default_rng(5).normal(0, 14, page.shape)
    return np.asarray(np.clip(page + noise, 0, 255), dtype=np.uint8)


def pressed(page: Gray) -> Gray:
    _, data = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, 35))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def read(page: Gray, folder: Path) -> list[tuple[str, str]]:
    """What the picture of a page says, as the service has it read."""
    cv2.imwrite(str(folder / "picture.png"), page)
    records = codes_in_picture(str(folder / "picture.png"))
    return sorted((record["format"], record["text"]) for record in records)


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("labels") / "single.pdf"
    locker_labels(list(LABELS.values()), path, single=True)
    return path


SCANS: list[tuple[int, float, Callable[[Gray], Gray]]] = [
    (300, 3.0, grainy),
    (200, 0.0, grainy),
    (200, -3.0, pressed),
]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("dpi", "tilt", "spoilt"), SCANS)
def test_a_label_says_what_it_is_for_however_it_is_scanned(
    single: Path,
    tmp_path: Path,
    turn: int,
    dpi: int,
    tilt: float,
    spoilt: Callable[[Gray], Gray],
) -> None:
    for kind, page in zip(LABELS, pages(single, dpi), strict=True):
        seen = np.ascontiguousarray(np.rot90(spoilt(tilted(page, tilt)), -turn // 90))
        said = {format_: parse_code(text) for format_, text in read(seen, tmp_path)}
        assert said == SAID[kind], kind


def photographed(label: Gray, corners: Sequence[tuple[int, int]]) -> Gray:
    """A label on a gray cabinet, held askew before a camera of 1600 x 1200, and grainy."""
    height, width = label.shape
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    scene = cv2.warpPerspective(label, warp, (1600, 1200), flags=cv2.INTER_AREA, borderValue=120)
    return grainy(np.asarray(cv2.GaussianBlur(scene, (3, 3), 0), np.uint8))


@pytest.mark.parametrize(
    "corners",
    [
        [(150, 200), (1450, 260), (1430, 1060), (170, 1000)],
        [(420, 380), (1180, 330), (1220, 830), (400, 800)],
        [(1400, 1000), (300, 950), (330, 270), (1380, 300)],
    ],
)
def test_a_camera_reads_a_label_held_askew(
    single: Path, tmp_path: Path, corners: list[tuple[int, int]]
) -> None:
    for kind, page in zip(LABELS, pages(single, 300), strict=True):
        said = {
            format_: parse_code(text)
            for format_, text in read(photographed(page, corners), tmp_path)
        }
        assert said["qr"] == SAID[kind]["qr"], kind
        # Bars may be too fine for a photo, or pass the check of their code by chance: what is
        # read is still nothing else of ours.
        assert said.get("code128") in (None, SAID[kind]["code128"]), kind


def test_sheets_hold_ten_labels_each_of_which_is_read(tmp_path: Path) -> None:
    shelves = [f"A库-03列-02节-4层-07盒-{number:02d}" for number in range(1, 13)]
    labels = [
        {
            "code": shelf_text(shelf),
            "ticket": shelf_ticket(shelf),
            "heading": shelf,
            "lines": ["卷宗架位"],
        }
        for shelf in shelves
    ]
    locker_labels(labels, tmp_path / "sheets.pdf")
    first, second = pages(tmp_path / "sheets.pdf", 300)
    for page, own in ((first, shelves[:10]), (second, shelves[10:])):
        read_back = read(grainy(tilted(page, 1.0)), tmp_path)
        texts = {text for _format, text in read_back}
        assert texts == {code for shelf in own for code in (shelf_text(shelf), shelf_ticket(shelf))}


def test_labels_have_their_size_and_can_be_read_by_people(single: Path) -> None:
    document = pypdfium2.PdfDocument(single)
    try:
        assert len(document) == 3
        sizes = {tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document}
        words = "".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()
    assert sizes == {(100, 62)}
    for told in (CASE, "副卷第12册共12册", "李𠮷", "大石桥市人民法院", VOLUME["ticket"]):
        assert told in words


def test_bars_keep_their_quiet_zone_within_the_label(single: Path) -> None:
    dpi, edge = 600, (100 - 99.1) / 2
    for kind, page in zip(LABELS, pages(single, dpi), strict=True):
        row = page[round((2.5 + 44.0) / 25.4 * dpi)]
        dark = np.flatnonzero(row < 128) * 25.4 / dpi
        module = (dark[-1] - dark[0]) / sum(code128_widths(LABELS[kind]["ticket"]))
        assert module > 0.36, kind
        for quiet in (dark[0] - edge, 100 - edge - dark[-1]):
            assert quiet >= QUIET_MODULES * module, kind


def test_the_same_labels_give_the_same_bytes(single: Path, tmp_path: Path) -> None:
    locker_labels(list(LABELS.values()), tmp_path / "again.pdf", single=True)
    assert (tmp_path / "again.pdf").read_bytes() == single.read_bytes()
