"""The report of a four-property check as paper (四性检测报告)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.printing.flow import MIDDLE, Flow
from app.adapters.printing.sheet import Booklet

_STAGES = {"archiving": "归档", "transfer": "移交与接收", "preservation": "长期保存"}
_OUTCOMES = {
    "failed": "不合格",
    "awaiting_review": "待人工审核",
    "accepted": "合格，予以接收",
    "returned": "退回",
}
_RESULTS = {"pass": "合格", "fail": "不合格", "manual": "待人工"}
# Code, name, result, remark.
_WIDTHS = (20.0, 62.0, 20.0, 63.0)


def check_report(facts: Mapping[str, Any], path: str) -> None:
    """Write the report to `path`. `facts` are those of `FourProperty.check_report`.

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    moment = _moment(facts["checked_at"])
    flow = Flow(booklet, f"{facts['case_no']}　四性检测报告　{moment}")
    flow.sheet.text(MIDDLE, 32.0, 8.0, "四性检测报告", align="middle", bold=True)
    flow.y = 40.0
    for label, value in (
        ("案号或信息包", facts["case_no"]),
        ("信息包位置", facts["package"]),
        ("检测环节", _STAGES[facts["stage"]]),
        ("检测依据", f"{facts['standard']}（{facts['standard_version']}）"),
        ("清单 SHA-256", facts["sha256"]),
        ("检测时间", f"{moment}　{facts['checked_by']}"),
        ("结论", _conclusion(facts)),
    ):
        flow.line(f"{label}：{value}")
    properties = list(dict.fromkeys(item["property"] for item in facts["items"]))
    for name in properties:
        flow.heading(name)
        items = [item for item in facts["items"] if item["property"] == name]
        rows = [(item["code"], item["name"], _result(item), _remark(item)) for item in items]
        flow.rows(_WIDTHS, [("编号", "检测项目", "结果", "说明"), *rows])
    flow.heading("签字")
    flow.line("检测人：　　　　　　　　　审核人：　　　　　　　　　日期：")
    booklet.save(Path(path), title=f"{facts['case_no']} 四性检测报告")


def _conclusion(facts: Mapping[str, Any]) -> str:
    outcome = _OUTCOMES[facts["outcome"]]
    if not facts["concluded_by"]:
        return outcome
    said = f"{outcome}　{facts['concluded_by']} {_moment(facts['concluded_at'])}"
    return f"{said}　{facts['remark']}" if facts["remark"] else said


def _result(item: Mapping[str, Any]) -> str:
    return _RESULTS[item["decision"] or item["result"]]


def _remark(item: Mapping[str, Any]) -> str:
    if not item["decision"]:
        return str(item["remark"])
    decided = f"{item['decided_by']} {_moment(item['decided_at'])}"
    return f"{decided}　{item['decision_remark']}" if item["decision_remark"] else decided


def _moment(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
