"""Labels for the spines of bound volumes (卷脊), to be cut out and glued on.

Read from top to bottom: court, case number, volume, archival code, term of keeping; at the foot
the code of the volume, by which the shelf is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from app.adapters.fonts import chinese_font
from app.adapters.packaging.naming import PARTS
from app.adapters.printing.sheet import Booklet, Sheet
from app.adapters.printing.volume_papers import VolumeFacts
from app.domain.slips import slip_text

_WIDTH, _HEIGHT = 210.0, 297.0
_EDGE = 10.0
_TALL = 270.0
# A thinner volume has its label folded round the spine; a code needs this much.
_NARROWEST = 16.0
_LETTER = 6.0
_SMALLEST_LETTER = 3.0
# Signs that stand otherwise in a column than in a row (GB/T 15834, vertical writing).
_STANDING = {"（": "︵", "）": "︶", "(": "︵", ")": "︶", "—": "︱", "-": "︱"}
_RUNS = re.compile(r"[A-Za-z0-9]+|.")


def spine_labels(volumes: Sequence[VolumeFacts], path: Path) -> None:
    """Write the labels of `volumes` (facts as for `volume_papers`, with `millimetres`, the
    thickness) side by side on A4 sheets.

    Raises BadInput COD-101 and COD-102 when no code can say the volume, Broken SYS-403 without a
    Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    sheet, left = booklet.sheet(width=_WIDTH, height=_HEIGHT), _EDGE
    for facts in volumes:
        width = max(float(facts["millimetres"]), _NARROWEST)
        if left > _EDGE and left + width > _WIDTH - _EDGE:
            sheet, left = booklet.sheet(width=_WIDTH, height=_HEIGHT), _EDGE
        _label(sheet, left, width, facts)
        left += width
    booklet.save(path, title=f"卷脊标签 {volumes[0]['case_no']}" if volumes else "卷脊标签")


def _label(sheet: Sheet, left: float, width: float, facts: VolumeFacts) -> None:
    top = (_HEIGHT - _TALL) / 2
    for x in (left, left + width):
        sheet.rule(x, top, x, top + _TALL, width=0.15)
    for y in (top, top + _TALL):
        sheet.rule(left, y, left + width, y, width=0.15)
    middle = left + width / 2
    side = min(width - 4.0, 22.0)
    volume = f"第{facts['volume']}册共{facts['volumes']}册"
    code = str(facts.get("archival_code") or "")
    # Without an archival code its place is left to the others.
    parts: tuple[tuple[str, float], ...] = (
        (str(facts["court"]), 62.0 if code else 70.0),
        (str(facts["case_no"]), 62.0 if code else 80.0),
        (f"{PARTS[facts['part']]}{volume}", 40.0 if code else 56.0),
        *(((code, 50.0),) if code else ()),
        (str(facts["retention"]), 14.0 if code else 20.0),
    )
    y = top + 5.0
    for text, tall in parts:
        _column(sheet, middle, y, text, tall=tall, width=width - 3.0)
        y += tall + 2.0
    ticket = slip_text(facts["case_no"], part=facts["part"], volume=int(facts["volume"]))
    sheet.qr(middle - side / 2, top + _TALL - side - 3.0, ticket, side=side)


def _column(
    sheet: Sheet, middle: float, top: float, text: str, *, tall: float, width: float
) -> None:
    """Text from top to bottom; figures and letters stand beside each other, as in print."""
    cells = _RUNS.findall("".join(_STANDING.get(sign, sign) for sign in text))
    if not cells:
        return
    size = min(_LETTER, tall / (1.12 * len(cells)))
    size = max(size, _SMALLEST_LETTER)
    for place, cell in enumerate(cells):
        y = top + (place + 0.9) * size * 1.12
        if y > top + tall:
            return
        # A figure is half as wide as it is tall, a capital letter little more.
        run = len(cell) > 1 or cell.isdecimal()
        letter = min(size, width / (0.62 * len(cell))) if run else size
        sheet.text(middle, y, letter, cell, align="middle")
