"""The slip by which copies are paid for (复制费用单), the first sheet of a print job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adapters.printing.sheet import Sheet

_LEFT, _RIGHT, _MIDDLE = 25.0, 185.0, 105.0


def draw_fee_slip(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    """Draw the slip. `facts`: "number" of the job, "case_no", "reader", "pages" (how many sheets
    are paid for), "fee_cents" and "page_cents" in hundredths of a yuan, "at", "terminal"."""
    sheet.text(_MIDDLE, 40.0, 8.0, "复制费用单", align="middle", bold=True)
    rows = (
        ("打印编号", facts["number"]),
        ("案号", facts["case_no"]),
        ("阅卷人", facts["reader"]),
        ("复制页数", f"{facts['pages']} 页"),
        ("每页工本费", f"{yuan(facts['page_cents'])} 元"),
        ("应缴金额", f"{yuan(facts['fee_cents'])} 元"),
        ("打印时间", facts["at"]),
        ("终端", facts["terminal"]),
    )
    y = 58.0
    for label, value in rows:
        sheet.text(_LEFT, y, 4.2, label)
        sheet.fitted(_LEFT + 32.0, y, 4.2, str(value), width=_RIGHT - _LEFT - 34.0)
        sheet.rule(_LEFT, y + 2.6, _RIGHT, y + 2.6, width=0.1)
        y += 10.0
    sheet.paragraph(
        _LEFT,
        y + 4.0,
        3.6,
        "请持本单到收费窗口缴费。依照规定只收取工本费；没有打印成功的页面不收费，请向窗口说明。",
        width=_RIGHT - _LEFT,
    )
    sheet.text(_LEFT, y + 30.0, 4.2, "收费人：")
    sheet.text(_MIDDLE, y + 30.0, 4.2, "日期：")


def yuan(cents: int) -> str:
    """An amount in yuan with two decimals."""
    return f"{cents // 100}.{cents % 100:02}"
