"""The printed pass of a reader (阅卷凭证): when and where she may read, what to bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.printing.labelled_table import LabelledTable
from app.adapters.printing.sheet import Booklet

Facts = Mapping[str, Any]

_A5 = (148.0, 210.0)
_LEFT, _RIGHT = 14.0, 134.0
_TABLE = LabelledTable(
    left=_LEFT, right=_RIGHT, top=34.0, row=9.5, label=26.0, letters=3.6, indent=2.0, drop=1.3
)
_QR_SIDE = 42.0
_HOW = (
    "到阅卷终端扫描左侧二维码，或输入窗口另行告知的阅卷码。二维码与阅卷码一样有效，请妥善保管，"
    "不要拍照转发。材料不得带离阅卷场所；对国家秘密、商业秘密和个人隐私负有保密义务。"
)


def reading_pass(facts: Facts, path: str) -> None:
    """Write a pass as PDF (A5). `facts`: "court", "number", "reader", "kind", "case_no",
    "validity", "appointment", "place", "pages", "bring" (texts) and "qr".

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    width, height = _A5
    sheet = booklet.sheet(width=width, height=height)
    sheet.text(width / 2, 15.0, 3.8, str(facts["court"]), align="middle")
    sheet.text(width / 2, 25.0, 7.0, "阅卷凭证", align="middle", bold=True)
    top = _TABLE.draw(sheet, _rows(facts)) + 6.0
    sheet.qr(_LEFT, top, str(facts["qr"]), side=_QR_SIDE)
    left = _LEFT + _QR_SIDE + 6.0
    sheet.text(left, top + 4.0, 4.0, "使用说明", bold=True)
    sheet.paragraph(left, top + 11.0, 3.4, _HOW, width=_RIGHT - left)
    booklet.save(Path(path), title=f"阅卷凭证 {facts['number']}")


def _rows(facts: Facts) -> Sequence[tuple[str, str]]:
    return (
        ("许可编号", str(facts["number"])),
        ("阅卷人", f"{facts['reader']}（{facts['kind']}）" if facts["kind"] else facts["reader"]),
        ("案号", str(facts["case_no"])),
        ("许可范围", str(facts["pages"])),
        ("有效期", str(facts["validity"])),
        ("预约时间", str(facts["appointment"]) or "未预约，有效期内可到场"),
        ("地点", str(facts["place"]) or "本院阅卷室"),
        ("请携带", str(facts["bring"]) or "本人身份证件"),
    )
