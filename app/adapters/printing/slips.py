"""Work slips and separator sheets as PDF, to be printed at their own size.

A work slip goes with the paper from hand to hand: what it is, how many sheets, who gave it and
who took it (档案交接登记, 扫描移交清单), and two codes that open the case at the scanning station.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.adapters.fonts import chinese_font
from app.adapters.packaging.naming import PARTS
from app.adapters.printing.codes import QUIET_MODULES
from app.adapters.printing.sheet import Booklet, Rectangle, Sheet
from app.domain.slips import normal_case_no, separator_text, slip_text, ticket_of

Facts = Mapping[str, str | int | None]

_A4 = (210.0, 297.0)
_A5_ACROSS = (210.0, 148.0)
_LEFT, _RIGHT = 15.0, 195.0
_LABEL, _VALUE_END = 24.0, 146.0
_ROW = 11.5
_TABLE_TOP = 26.0
_QR_LEFT, _QR_SIDE = 155.0, 36.0
_BAR_MODULE, _BAR_HEIGHT = 0.42, 15.0
_PARTIES = ("plaintiff", "defendant")
_STAGES = ("取卷", "拆卷", "扫描", "质检", "装订", "还卷")
_COLUMNS = (
    ("环节", 20.0),
    ("张数", 18.0),
    ("交出人", 34.0),
    ("接收人", 34.0),
    ("日期时间", 40.0),
    ("备注", 34.0),
)

_INCH = 25.4
_PATCH_T = "NWNW"
_NARROW, _WIDE = 0.08 * _INCH, 0.20 * _INCH
_PATCH_EDGE = 12.0
_PATCH_MARGIN = 10.0
_SEPARATOR_QR_SIDE = 60.0
_CAPTIONS = {
    "item": ("分隔页", "扫描后自动分件，勿装订", "后面是下一件"),
    "part:main": ("分隔页 · 正卷", "扫描后自动转入正卷，勿装订", "后面是正卷"),
    "part:restricted": ("分隔页 · 副卷", "扫描后自动转入副卷，勿装订", "后面是副卷"),
    "volume": ("分隔页 · 分册", "扫描后自动分册，勿装订", "后面是下一册"),
    "end": ("分隔页 · 结束", "扫描到此为止，勿装订", "本批次到此结束"),
}


def work_slip(facts: Facts, path: Path, *, small: bool = False) -> None:
    """Write the work slip of a dossier to `path`: A4 with a table of hand-overs, or A5 (`small`).

    `facts` may hold: case_no (must), court, cause, parties (or plaintiff and defendant), judge,
    clerk, part ("main", "restricted" or ""), volume, volumes, sheets (申报张数), date, station.
    The QR code says the case, and part and volume if given; the Code 128 is the ticket.

    Raises BadInput COD-101 and COD-102 when no code can say that, Broken SYS-403 without a
    Chinese font, OSError when `path` cannot be written.
    """
    case_no, volume = normal_case_no(_word(facts, "case_no")), _word(facts, "volume")
    text = slip_text(case_no, part=_word(facts, "part"), volume=_number(volume))
    ticket = ticket_of(case_no)
    width, height = _A5_ACROSS if small else _A4
    booklet = Booklet(chinese_font())
    sheet = booklet.sheet(width=width, height=height)
    middle = width / 2
    sheet.text(middle, 11.0, 4.0, _word(facts, "court"), align="middle")
    sheet.text(middle, 20.0, 7.0, "诉讼卷宗扫描工作单", align="middle", bold=True)
    bottom = _facts_table(sheet, facts, case_no)
    sheet.qr(_QR_LEFT, _TABLE_TOP + 1.0, text, side=_QR_SIDE)
    below = _TABLE_TOP + _QR_SIDE + 7.0
    sheet.text(_QR_LEFT + _QR_SIDE / 2, below, 3.4, "扫描此码打开本案", align="middle")
    left = _LEFT + QUIET_MODULES * _BAR_MODULE
    top = bottom + 5.0
    length = sheet.code128(left, top, ticket, module=_BAR_MODULE, height=_BAR_HEIGHT)
    sheet.text(left + length / 2, top + _BAR_HEIGHT + 4.2, 3.6, ticket, align="middle")
    _signatures(sheet, bottom + 9.0)
    if not small:
        _hand_overs(sheet, 160.0)
    booklet.save(path, title=f"扫描工作单 {case_no}")


def patch_bars(width: float) -> list[Rectangle]:
    """The bars of patch T (Kodak A-61599) across a sheet of `width`, below its upper edge: x, y,
    width and height in millimetres."""
    bars, y = [], _PATCH_EDGE
    for letter in _PATCH_T:
        height = _WIDE if letter == "W" else _NARROW
        bars.append((_PATCH_MARGIN, y, width - 2 * _PATCH_MARGIN, height))
        y += height + _NARROW
    return bars


def separator_sheet(kind: str, path: Path) -> None:
    """Write an A4 separator sheet to `path`: patch T along both short edges, each read from its
    own edge, and a QR code, so that it is found however it is fed.

    `kind` is one of `app.domain.slips.SEPARATORS`. Raises BadInput COD-103 for another, Broken
    SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    text = separator_text(kind)
    headline, caption, what_follows = _CAPTIONS[kind]
    width, height = _A4
    booklet = Booklet(chinese_font())
    sheet = booklet.sheet(width=width, height=height)
    above = patch_bars(width)
    sheet.fill(above)
    sheet.fill((x, height - y - tall, across, tall) for x, y, across, tall in above)
    sheet.text(width / 2, 82.0, 22.0, headline, align="middle", bold=True)
    sheet.text(width / 2, 104.0, 9.0, caption, align="middle")
    side = _SEPARATOR_QR_SIDE
    sheet.qr((width - side) / 2, 128.0, text, side=side)
    sheet.text(width / 2, 128.0 + side + 22.0, 9.0, what_follows, align="middle")
    sheet.text(width / 2, 128.0 + side + 34.0, 4.2, "可反复使用，请按原尺寸打印", align="middle")
    booklet.save(path, title=headline)


def _facts_table(sheet: Sheet, facts: Facts, case_no: str) -> float:
    """The table of what the slip is for; gives its lower edge."""
    known = "、".join(name for name in (_word(facts, key) for key in _PARTIES) if name)
    part = PARTS.get(_word(facts, "part"), "")
    volume = f"第{_word(facts, 'volume')}册" if _word(facts, "volume") else ""
    volumes = f"共{_word(facts, 'volumes')}册" if _word(facts, "volumes") else ""
    sheets = f"{_word(facts, 'sheets')} 张" if _word(facts, "sheets") else ""
    rows: tuple[tuple[tuple[str, str], ...], ...] = (
        (("案号", case_no),),
        (("案由", _word(facts, "cause")),),
        (("当事人", _word(facts, "parties") or known),),
        (("承办人", _word(facts, "judge")), ("书记员", _word(facts, "clerk"))),
        (("卷册", " ".join(filter(None, (part, volume, volumes)))), ("申报张数", sheets)),
        (("日期", _word(facts, "date")), ("工位", _word(facts, "station"))),
    )
    right = _VALUE_END
    for place, row in enumerate(rows):
        top = _TABLE_TOP + place * _ROW
        sheet.rule(_LEFT, top, right, top)
        share = (right - _LEFT) / len(row)
        for column, (label, value) in enumerate(row):
            left = _LEFT + column * share
            middle = top + _ROW / 2 + 1.6
            sheet.text(left + 2.0, middle, 3.8, label)
            sheet.rule(left + _LABEL - 3.0, top, left + _LABEL - 3.0, top + _ROW)
            sheet.fitted(
                left + _LABEL,
                middle,
                5.0 if label == "案号" else 4.2,
                value,
                width=share - _LABEL - 2.0,
                lines=2,
                bold=label == "案号",
            )
            sheet.rule(left, top, left, top + _ROW)
        sheet.rule(right, top, right, top + _ROW)
    bottom = _TABLE_TOP + len(rows) * _ROW
    sheet.rule(_LEFT, bottom, right, bottom)
    return bottom


def _signatures(sheet: Sheet, top: float) -> None:
    """Lines for who gave the paper and who took it, beside the ticket."""
    left = 125.0
    for place, label in enumerate(("交出人", "接收人", "时　间")):
        y = top + place * 11.0
        sheet.text(left, y, 4.0, f"{label}：")
        sheet.rule(left + 17.0, y + 0.8, _RIGHT, y + 0.8)


def _hand_overs(sheet: Sheet, top: float) -> None:
    """The table of hand-overs from fetching the dossier to giving it back; both sides sign."""
    sheet.text(_LEFT, top - 4.0, 5.0, "卷宗交接登记", bold=True)
    row = 14.0
    edges = [_LEFT]
    for _, width in _COLUMNS:
        edges.append(edges[-1] + width)
    for place in range(len(_STAGES) + 2):
        sheet.rule(_LEFT, top + place * row, edges[-1], top + place * row)
    for edge in edges:
        sheet.rule(edge, top, edge, top + (len(_STAGES) + 1) * row)
    for (label, width), left in zip(_COLUMNS, edges, strict=False):
        sheet.text(left + width / 2, top + row / 2 + 1.5, 4.0, label, align="middle")
    for place, stage in enumerate(_STAGES, start=1):
        middle = top + place * row + row / 2 + 1.5
        sheet.text(_LEFT + _COLUMNS[0][1] / 2, middle, 4.2, stage, align="middle")


def _word(facts: Facts, key: str) -> str:
    value = facts.get(key)
    return "" if value is None else str(value).strip()


def _number(volume: str) -> int | None:
    """The number of the volume; 0, which no code takes, for what is none."""
    if not volume:
        return None
    return int(volume) if volume.isascii() and volume.isdecimal() else 0
