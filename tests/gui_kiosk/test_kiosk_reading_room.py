"""The watermark on what the terminal shows."""

from __future__ import annotations

import pytest
from PIL import Image

from app.adapters.reading.watermark import put_watermark

CASE_NO = "（2023）辽0899民初100号"


@pytest.mark.parametrize("size", [(600, 848), (1556, 2200), (2200, 1556)])
@pytest.mark.parametrize("ground", [255, 20])
def test_the_watermark_is_everywhere_and_hides_nothing(size: tuple[int, int], ground: int) -> None:
    shown = Image.new("RGB", size, (ground,) * 3)
    lines = ("仅供阅卷 欧阳若溪 证件尾号 021X", CASE_NO, "2026-03-02 09:15 阅卷室1号终端")
    put_watermark(shown, lines)
    green, red = shown.getchannel("G"), shown.getchannel("R")
    marked = red if ground < 128 else green
    side = min(size) // 3
    for left in range(0, size[0] - side, side):
        for top in range(0, size[1] - side, side):
            low, high = marked.crop((left, top, left + side, top + side)).getextrema()
            assert high - low >= 20, "each ninth of the width bears a mark that can be seen"
    low, high = marked.getextrema()
    assert high - low <= 60, "a stroke of the page stays far darker than the mark"
