"""The report of the review as paper (一致性审查报告): A4, with room for ink signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.printing.flow import LEFT, MIDDLE, RIGHT, Flow
from app.adapters.printing.sheet import Booklet

# Width of a moment, to the minute.
_MOMENT = 34.0
_VERDICTS = {"same": "一致", "differs": "不一致", "ask": "待询", "": "未核对"}
_STATES = {"open": "进行中", "accepted": "合格", "rejected": "不合格"}
_SEVERITIES = {"normal": "正常", "tightened": "加严", "reduced": "放宽"}
_CLASSES = {"critical": "严重缺陷", "major": "一般缺陷", "minor": "轻微缺陷"}
_STEPS = {
    "operator": "扫描人员",
    "inspector": "质检员",
    "clerk": "书记员",
    "judge": "承办法官",
    "archivist": "档案员",
    "scan": "扫描",
    "inspect": "图像检查",
    "catalogue": "编目",
}
_CHAIN_STATES = {"signed": "已签", "void": "签后有改动，须重签", "next": "待签", "later": "待签"}
_REQUEST_STATES = {"open": "待办", "done": "已更正", "declined": "未采纳"}
_KINDS = {
    "missing_page": "缺页",
    "duplicate_page": "重页",
    "wrong_order": "顺序错误",
    "foreign_case": "他案材料",
    "extra_page": "多页",
    "unnumbered_page": "无页号",
    "count_mismatch": "页数不符",
    "catalogue_mismatch": "目录不符",
    "altered_page": "改动页",
    "unmatched_paper": "有纸无图",
    "not_seen": "镜头下未见",
    "not_told_apart": "相似未分清",
}
_WANTED = {
    "rescan": "重扫",
    "insert": "补扫插页",
    "remove": "剔除",
    "reorder": "调整页序",
    "renumber": "改正页号",
    "catalogue": "改正目录",
}

Facts = Mapping[str, Any]


def review_report(facts: Facts, path: Path) -> None:
    """Write the report to `path`. `facts` are those of `ReviewReports.review_report`.

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    flow = Flow(booklet, f"{facts['case_no']}　一致性审查报告　{_moment(facts['made_at'])}")
    flow.sheet.fitted_middle(MIDDLE, 30.0, 6.0, facts["court"], width=RIGHT - LEFT)
    flow.sheet.text(MIDDLE, 41.0, 8.0, "卷宗一致性审查报告", align="middle", bold=True)
    flow.y = 52.0
    _head(flow, facts)
    _ledger(flow, facts["discrepancies"])
    _earlier_verdicts(flow, facts)
    _leafing(flow, facts["leafing"])
    for entry in facts["rounds"]:
        _round(flow, entry, facts["verdicts"])
    _requests(flow, facts)
    _signatures(flow, facts["sign_offs"])
    booklet.save(path, title=f"{facts['case_no']} 一致性审查报告")


def _head(flow: Flow, facts: Facts) -> None:
    stated = facts["paper_pages"]
    flow.line(f"案号：{facts['case_no']}　案由：{facts['cause'] or '—'}")
    if facts["archival_code"]:
        flow.line(f"档号：{facts['archival_code']}")
    flow.line(
        f"图像 {facts['sides']} 面，其中编号页 {facts['pages']} 面、空白 {facts['blank']} 面；"
        f"纸质申报 {stated if stated is not None else '—'} 页。"
    )
    if facts["open"]:
        flow.line("结论：尚有未了事项，不能封卷。")
        for sentence in facts["open"]:
            flow.line(f"· {sentence}", indent=4.0)
    else:
        flow.line("结论：电子卷宗与纸质卷宗核对一致，无未了事项。")


def _ledger(flow: Flow, entries: Sequence[Facts]) -> None:
    flow.heading("核对台账")
    if not entries:
        flow.line("未发现差异。")
        return
    lines: list[Sequence[str]] = [("页号", "差异", "结论", "核对人", "时间")]
    lines += [
        (
            "、".join(str(number) for number in entry["page_numbers"]) or "—",
            entry["explanation"] + (f"（{entry['remark']}）" if entry["remark"] else ""),
            _VERDICTS[entry["verdict"]],
            entry["by"],
            _moment(entry["at"]),
        )
        for entry in entries
    ]
    flow.rows((16.0, 77.0, 16.0, 22.0, _MOMENT), lines)


def _earlier_verdicts(flow: Flow, facts: Facts) -> None:
    """Verdicts on differences that stand no more: revised, or the difference is gone."""
    gone = [entry for entry in facts["ledger_verdicts"] if not entry["stands"]]
    if not gone:
        return
    flow.heading("以前的结论（已改判或差异已消除）")
    lines: list[Sequence[str]] = [("页号", "差异", "结论", "说明", "核对人", "时间")]
    lines += [
        (
            "、".join(str(number) for number in entry["page_numbers"]) or "—",
            _KINDS.get(entry["kind"], entry["kind"]),
            _VERDICTS.get(entry["verdict"], entry["verdict"]),
            entry["remark"],
            entry["by"],
            _moment(entry["at"]),
        )
        for entry in gone
    ]
    flow.rows((16.0, 26.0, 16.0, 51.0, 22.0, _MOMENT), lines)


def _leafing(flow: Flow, leafing: Facts) -> None:
    if not leafing["sessions"] and not leafing["demanded"]:
        return
    flow.heading("翻页核对")
    demanded = "本院要求封卷前逐面见到。" if leafing["demanded"] else ""
    flow.line(f"应见 {leafing['total']} 面，累计已见 {leafing['seen']} 面。{demanded}")
    for session in leafing["sessions"]:
        video = f"，SHA-256 {session['video']}" if session["video"] else ""
        flow.line(
            f"{_moment(session['at'])}　{session['by']}：来源 {session['source']}{video}；"
            f"全卷 {session['sides']} 面，见 {session['seen']} 面、未见 {session['not_seen']} 面、"
            f"未能区分 {session['open']} 面、有出入 {session['differs']} 面；"
            f"卷外纸页 {session['unknown']} 张；"
            + ("翻至结束。" if session["complete"] else "中途停止，未出示的不作结论。")
        )


def _round(flow: Flow, entry: Facts, verdicts: Sequence[Facts]) -> None:
    flow.heading(f"抽检（第 {entry['number']} 次）　{_STATES[entry['state']]}")
    flow.line(
        f"方案：{entry['plan_title']}；{_SEVERITIES[entry['severity']]}检验；"
        f"批量 {entry['lot']} 面；随机种子 {entry['seed']}；"
        f"开始 {entry['opened_by']} {_moment(entry['opened_at'])}"
    )
    flow.line(
        "；".join(
            f"{_CLASSES[kind]}：样本 {limit['size']}，允许 {limit['accept']}，发现 {limit['found']}"
            for kind, limit in entry["limits"].items()
        )
    )
    if entry["closed_by"]:
        flow.line(f"判定：{entry['closed_by']} {_moment(entry['closed_at'])}")
    if entry["sent_back_to"]:
        flow.line(f"退回：{_STEPS[entry['sent_back_to']]}。原因：{entry['reason']}")
    own = [verdict for verdict in verdicts if verdict["round"] == entry["number"]]
    if own:
        lines: list[Sequence[str]] = [("面", "页号", "结论", "缺陷与说明", "核对人", "时间")]
        lines += [
            (
                _place(verdict),
                str(verdict["page_number"] or "—"),
                _VERDICTS[verdict["verdict"]],
                "：".join(part for part in (verdict["defect_title"], verdict["remark"]) if part),
                verdict["by"],
                _moment(verdict["at"]),
            )
            for verdict in own
        ]
        flow.rows((20.0, 14.0, 16.0, 59.0, 22.0, _MOMENT), lines)


def _requests(flow: Flow, facts: Facts) -> None:
    if facts["correction_requests"]:
        flow.heading("更正申请")
        lines: list[Sequence[str]] = [("页号", "事项", "原因", "申请人", "时间", "结果")]
        lines += [
            (
                str(entry["page_number"] or _place_words(entry["position"])),
                _WANTED[entry["wanted"]],
                entry["reason"],
                entry["by"],
                _moment(entry["at"]),
                _settled(entry),
            )
            for entry in facts["correction_requests"]
        ]
        flow.rows((14.0, 18.0, 43.0, 22.0, _MOMENT, 34.0), lines)
    if facts["notes"]:
        flow.heading("批注")
        for note in facts["notes"]:
            answered = f"{note['answered_by']} {_moment(note['answered_at'])}"
            answer = f"　答：{note['answer']}（{answered}）" if note["answer"] else "　未答复"
            asked = f"{note['by']} {_moment(note['at'])}"
            flow.line(f"第 {note['position']} 面　{note['text']}（{asked}）{answer}")


def _place_words(position: int) -> str:
    return f"第{position}面" if position else "—"


def _place(verdict: Facts) -> str:
    """The position of a side; of one that was replaced since, that of what stands there now."""
    position = str(verdict["position"] or "—")
    return f"{position}（原）" if verdict["superseded"] else position


def _settled(entry: Facts) -> str:
    """How far a request is, who settled it and when."""
    remark = f"（{entry['remark']}）" if entry["remark"] else ""
    who = f" {entry['settled_by']} {_moment(entry['settled_at'])}" if entry["settled_by"] else ""
    return _REQUEST_STATES[entry["state"]] + remark + who


def _signatures(flow: Flow, chain: Sequence[Facts]) -> None:
    flow.heading("签字")
    if not chain:
        flow.room(30.0)
        for label in ("审查人", "日　期"):
            flow.y += 6.0
            flow.sheet.text(RIGHT - 78.0, flow.y, 4.4, label)
            flow.sheet.rule(RIGHT - 58.0, flow.y + 1.0, RIGHT, flow.y + 1.0)
            flow.y += 6.0
        return
    lines: list[Sequence[str]] = [("环节", "状态", "签字人", "时间", "备注")]
    lines += [
        (
            _STEPS[entry["step"]],
            _CHAIN_STATES[entry["state"]],
            entry["by"],
            _moment(entry["at"]),
            entry["remark"],
        )
        for entry in chain
    ]
    flow.rows((26.0, 40.0, 24.0, _MOMENT, 41.0), lines)


def _moment(at: str) -> str:
    """A moment in the time of this place, to the minute."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
