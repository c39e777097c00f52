"""What is bound in with the papers of a volume: cover, catalogue (卷内目录) and end note (备考表).

The fields of cover and end note and the columns of the catalogue are those of court practice
(STANDARDS 2.10 to 2.12). What is not known is left to be written by hand. None of these sheets
bears a page number (2.7); the left edge is kept free for the thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.packaging.naming import PARTS
from app.adapters.printing.sheet import Booklet, Sheet

VolumeFacts = Mapping[str, Any]

_WIDTH, _HEIGHT = 210.0, 297.0
# The thread takes the left edge (STANDARDS 2.13).
_LEFT, _RIGHT = 30.0, 195.0
_MIDDLE = (_LEFT + _RIGHT) / 2
_TITLES = {
    "civil": "民事诉讼卷宗",
    "criminal": "刑事诉讼卷宗",
    "administrative": "行政诉讼卷宗",
    "enforcement": "执行卷宗",
    "enforcement_preservation": "执行保全卷宗",
    "enforcement_resumed": "执行卷宗",
    "compensation": "国家赔偿卷宗",
    "bankruptcy": "破产卷宗",
}
_ANY_TITLE = "诉讼卷宗"
_LABEL = 30.0
_ROW = 10.5
_CATALOGUE_ROWS = 22
_MOST_TOLD = 12
_COLUMNS = (("序号", 16.0), ("文书（材料）名称", 95.0), ("页　次", 24.0), ("备　注", 30.0))


def volume_papers(facts: VolumeFacts, path: Path) -> None:
    """Write cover, catalogue and end note of one volume to `path`, A4.

    `facts` holds: case_no, court, kind (of `archive_rules.case_number.CaseKind`), cause,
    plaintiff, defendant, judge, clerk, filed_on, closed_on, retention, part ("main",
    "restricted"), volume, volumes, first_page, last_page, pages, sheets; `rows` of the catalogue
    with number, title, first_page, last_page, from_volume and to_volume (None, or where a
    document comes from or goes on); `archival_code` and `code_parts` (fonds, catalogue, number) as
    far as they were given; `misses` with sheets and reason; `differing` with number and
    on_paper; `date` of binding.

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    _cover(booklet.sheet(width=_WIDTH, height=_HEIGHT), facts)
    rows = list(facts["rows"])
    begins = range(0, max(len(rows), 1), _CATALOGUE_ROWS)
    shares = [rows[begin : begin + _CATALOGUE_ROWS] for begin in begins]
    for number, share in enumerate(shares, start=1):
        sheet = booklet.sheet(width=_WIDTH, height=_HEIGHT)
        _catalogue(sheet, facts, share, f"{number} / {len(shares)}" if len(shares) > 1 else "")
    _end_note(booklet.sheet(width=_WIDTH, height=_HEIGHT), facts)
    booklet.save(path, title=f"{_name(facts)} 封面 卷内目录 备考表")


def _name(facts: VolumeFacts) -> str:
    return f"{facts['case_no']} {PARTS[facts['part']]} 第{facts['volume']}册"


def _cover(sheet: Sheet, facts: VolumeFacts) -> None:
    width = _RIGHT - _LEFT
    sheet.fitted_middle(_MIDDLE, 36.0, 9.0, _word(facts, "court"), width=width)
    title = _TITLES.get(_word(facts, "kind"), _ANY_TITLE)
    sheet.text(_MIDDLE, 58.0, 15.0, title, align="middle", bold=True)
    sheet.text(_MIDDLE, 75.0, 9.5, PARTS[facts["part"]], align="middle", bold=True)
    rows: tuple[tuple[tuple[str, str], ...], ...] = (
        (("案　　号", _word(facts, "case_no")),),
        (("案　　由", _word(facts, "cause")),),
        (("原　　告", _word(facts, "plaintiff")),),
        (("被　　告", _word(facts, "defendant")),),
        (("审 判 长", ""), ("审 判 员", _word(facts, "judge"))),
        (("审 判 员", ""), ("书 记 员", _word(facts, "clerk"))),
        (("收案日期", _word(facts, "filed_on")), ("结案日期", _word(facts, "closed_on"))),
        (("原审法院", ""), ("有关案号", "")),
        (("一审结果", ""), ("二审结果", "")),
        (("再审结果", ""), ("归档日期", "")),
        (("保管期限", _word(facts, "retention")), ("本册页数", f"{facts['pages']} 页")),
        (("册　　次", f"共 {facts['volumes']} 册　第 {facts['volume']} 册"),),
    )
    if _word(facts, "kind") == "criminal":
        rows = (*rows[:2], (("公诉机关", _word(facts, "plaintiff")),), *rows[3:])
        rows = (*rows[:3], (("被 告 人", _word(facts, "defendant")),), *rows[4:])
    top, high = 88.0, 13.5
    for place, row in enumerate(rows):
        y = top + place * high
        share = width / len(row)
        for column, (label, value) in enumerate(row):
            left = _LEFT + column * share
            sheet.text(left + _LABEL / 2, y + high / 2 + 1.7, 4.4, label, align="middle")
            inside = share - _LABEL - 4.0
            sheet.fitted(left + _LABEL + 2.0, y + high / 2 + 1.7, 4.8, value, width=inside, lines=2)
            for x in (left, left + _LABEL):
                sheet.rule(x, y, x, y + high)
        sheet.rule(_RIGHT, y, _RIGHT, y + high)
        sheet.rule(_LEFT, y, _RIGHT, y)
    bottom = top + len(rows) * high
    sheet.rule(_LEFT, bottom, _RIGHT, bottom)
    parts = facts.get("code_parts") or {}
    foot = (("全宗号", "fonds"), ("目录号", "catalogue"), ("案卷号", "number"))
    for place, (label, name) in enumerate(foot):
        left = _LEFT + place * width / 3
        sheet.text(left + 2.0, 276.0, 4.4, label)
        inside = width / 3 - 24.0
        sheet.fitted_middle(left + 18.0 + inside / 2, 275.8, 4.4, parts.get(name, ""), width=inside)
        sheet.rule(left + 17.0, 277.0, left + width / 3 - 6.0, 277.0)
    code = _word(facts, "archival_code")
    if code:
        sheet.text(_RIGHT, 20.0, 4.2, f"档号：{code}", align="right")


def _catalogue(
    sheet: Sheet, facts: VolumeFacts, rows: Sequence[Mapping[str, Any]], place: str
) -> None:
    sheet.text(_MIDDLE, 27.0, 10.0, "卷　内　目　录", align="middle", bold=True)
    sheet.fitted(_LEFT, 37.0, 4.0, _name(facts), width=_RIGHT - _LEFT - 20.0)
    sheet.text(_RIGHT, 37.0, 4.0, place, align="right")
    top = 41.0
    edges = list(_edges())
    for line in range(_CATALOGUE_ROWS + 2):
        sheet.rule(_LEFT, top + line * _ROW, edges[-1], top + line * _ROW)
    for edge in edges:
        sheet.rule(edge, top, edge, top + (_CATALOGUE_ROWS + 1) * _ROW)
    for (label, width), left in zip(_COLUMNS, edges, strict=False):
        sheet.text(left + width / 2, top + _ROW / 2 + 1.6, 4.2, label, align="middle", bold=True)
    for line, row in enumerate(rows, start=1):
        y = top + line * _ROW + _ROW / 2 + 1.5
        sheet.text(edges[0] + 8.0, y, 4.2, str(row["number"]), align="middle")
        sheet.fitted(edges[1] + 2.0, y, 4.2, row["title"], width=_COLUMNS[1][1] - 4.0, lines=2)
        sheet.text(edges[2] + 12.0, y, 4.2, _pages(row), align="middle")
        sheet.fitted(edges[3] + 2.0, y, 3.6, _remark(row), width=_COLUMNS[3][1] - 4.0, lines=2)


def _edges() -> Iterator[float]:
    place = _LEFT
    yield place
    for _, width in _COLUMNS:
        place += width
        yield place


def _end_note(sheet: Sheet, facts: VolumeFacts) -> None:
    sheet.text(_MIDDLE, 35.0, 10.0, "备　考　表", align="middle", bold=True)
    sheet.fitted(_LEFT, 46.0, 4.0, _name(facts), width=_RIGHT - _LEFT)
    top, bottom = 51.0, 262.0
    for x in (_LEFT, _RIGHT):
        sheet.rule(x, top, x, bottom)
    for y in (top, bottom):
        sheet.rule(_LEFT, y, _RIGHT, y)
    sheet.text(_LEFT + 4.0, top + 11.0, 4.8, "本册情况说明", bold=True)
    y = top + 23.0
    for note in _notes(facts):
        y += sheet.paragraph(_LEFT + 4.0, y, 4.6, note, width=_RIGHT - _LEFT - 8.0)
    for place, (label, value) in enumerate(
        (("立　卷　人", ""), ("检　查　人", ""), ("立卷时间", _word(facts, "date")))
    ):
        y = bottom - 42.0 + place * 14.0
        sheet.text(_RIGHT - 78.0, y, 4.6, label)
        sheet.rule(_RIGHT - 52.0, y + 1.0, _RIGHT - 8.0, y + 1.0)
        sheet.text(_RIGHT - 30.0, y, 4.6, value, align="middle")


def _pages(row: Mapping[str, Any]) -> str:
    first, last = row["first_page"], row["last_page"]
    if first is None:
        return ""
    return str(first) if first == last else f"{first}－{last}"


def _remark(row: Mapping[str, Any]) -> str:
    words = []
    if row["from_volume"]:
        words.append(f"接第{row['from_volume']}册")
    if row["to_volume"]:
        words.append(f"续入第{row['to_volume']}册")
    return "，".join(words)


def _notes(facts: VolumeFacts) -> list[str]:
    """What the end note says of the volume; a person adds the rest by hand."""
    count = f"本册共 {facts['pages']} 页（{facts['sheets']} 张）"
    if facts["first_page"] is not None:
        count += f"，页号自第 {facts['first_page']} 页至第 {facts['last_page']} 页"
    notes = [f"{count}。"]
    for miss in facts["misses"]:
        notes.append(f"缺 {miss['sheets']} 张。原因：{miss['reason']}。")
    different = [
        f"第 {entry['number']} 页纸面为“{entry['on_paper']}”"
        if entry["number"] is not None
        else f"不编号的一面纸面有“{entry['on_paper']}”"
        for entry in facts["differing"]
    ]
    if different:
        more = f"等 {len(different)} 处" if len(different) > _MOST_TOLD else ""
        notes.append(f"页号与纸面不一致：{'、'.join(different[:_MOST_TOLD])}{more}。")
    return notes


def _word(facts: VolumeFacts, key: str) -> str:
    value = facts.get(key)
    return "" if value is None else str(value).strip()
