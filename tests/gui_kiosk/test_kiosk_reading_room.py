"""The terminal over a real data folder: a whole visit, and the watermark on what it shows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.adapters.reading.watermark import watermarked_page
from app.gui.kiosk.single_case import SingleCaseRoom
from tests.reading.hall import CASE_NO, Hall, open_hall

from .conftest import MakeWindow, open_reader


@pytest.fixture
def hall(data_folder: Path) -> Iterator[Hall]:
    with open_hall(data_folder) as opened:
        yield opened


@pytest.mark.parametrize("size", [(600, 848), (1556, 2200), (2200, 1556)])
@pytest.mark.parametrize("ground", [255, 20])
def test_the_watermark_is_everywhere_and_hides_nothing(
    tmp_path: Path, size: tuple[int, int], ground: int
) -> None:
    path = tmp_path / "page.png"
    Image.new("RGB", size, (ground,) * 3).save(path)
    lines = ("仅供阅卷 欧阳若溪 证件尾号 021X", CASE_NO, "2026-03-02 09:15 阅卷室1号终端")
    with Image.open(io.BytesIO(watermarked_page(str(path), lines))) as shown:
        assert shown.format == "JPEG"
        assert shown.size == size
        green, red = shown.getchannel("G"), shown.getchannel("R")
    marked = red if ground < 128 else green
    side = min(size) // 3
    for left in range(0, size[0] - side, side):
        for top in range(0, size[1] - side, side):
            low, high = marked.crop((left, top, left + side, top + side)).getextrema()
            assert high - low >= 20, "each ninth of the width bears a mark that can be seen"
    low, high = marked.getextrema()
    assert high - low <= 60, "a stroke of the page stays far darker than the mark"


def test_a_visit_at_the_real_terminal(hall: Hall, make_window: MakeWindow, qtbot: QtBot) -> None:
    code = hall.grant(pages=(1, 2, 3), prints=2)
    window = make_window(SingleCaseRoom(hall.room), now=hall.clock.now)
    open_reader(qtbot, window, code)
    reader = window.reader
    assert reader.view.page_number == 1
    assert reader.top.case.text() == CASE_NO
    assert [e.title for e in reader.catalogue.catalogue.entries] == ["民事起诉状", "民事判决书"]
    qtbot.waitUntil(lambda: 2 in reader.store.kept)
    reader.turn(1)
    qtbot.waitUntil(lambda: reader.view.page_number == 2)
    assert [row["page"] for row in hall.audit("page_read")] == [1, 2]
    with qtbot.waitSignal(window.signed_out, timeout=20000):
        reader.top.leave.click()
    assert reader.store.kept == ()
    assert reader.view.page_number is None
    assert len(hall.audit("reader_signed_out")) == 1
