"""What part of the binding each side is: cover, 卷内目录, page, blank, 备考表.

A role needs the title of the part as a whole row of its own and the labels of its form; a word
in running text never gives a role (a judgment that mentions the 备考表 stays a page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import Reason, Role, SideEvidence
from archive_rules.paper_catalogue import count_rows, find_columns
from archive_rules.rows import PageText, Row
from archive_rules.text import chinese_number, distance, words

CLEAR = 0.9

_COVER_TITLE = re.compile(
    r"^(?:.{0,24}法院)?(?:民事|刑事|行政|执行|国家赔偿|破产|诉讼|档案|一审|二审|再审|普通程序|简易程序){0,4}"
    r"(?:诉讼)?(?:卷宗|案卷|诉讼档案)(?:封面|卷皮|正卷|副卷)?$|^(?:正卷|副卷|卷皮|卷宗封面)$"
)
_COVER_LABELS = (
    "案号",
    "案由",
    "保管期限",
    "审判长",
    "审判员",
    "书记员",
    "收案日期",
    "结案日期",
    "归档日期",
    "全宗号",
    "目录号",
    "案卷号",
    "档号",
    "一审结果",
    "二审结果",
    "审理结果",
    "处理结果",
    "原告",
    "被告",
    "当事人",
    "承办人",
    "立卷人",
    "立案日期",
    "审结日期",
    "本卷",
    "全宗",
    "册数",
    "页数",
    "独任审判员",
    "原审法院",
    "第三人",
    "归档号数",
    "结案方式",
    "裁判结果",
    "归档号",
    "审级",
)
_CATALOGUE_TITLES = (
    "卷内目录",
    "卷宗目录",
    "案卷目录",
    "卷内文件目录",
    "卷内文书目录",
    "卷内材料目录",
    "诉讼文书目录",
    "诉讼卷宗目录",
    "诉讼档案卷内目录",
    "正卷目录",
    "副卷目录",
    "卷内目录续",
    "卷内目录续页",
)
_REMARKS_TITLES = (
    "备考表",
    "卷内备考表",
    "案卷备考表",
    "卷宗备考表",
    "诉讼卷宗备考表",
    "卷内备考",
    "备考",
    "案卷备考",
)
_REMARKS_LABELS = (
    "本卷",
    "本案卷",
    "立卷人",
    "检查人",
    "立卷时间",
    "立卷日期",
    "检查时间",
    "情况说明",
    "说明",
    "备注",
    "卷内情况",
    "本卷情况",
    "装订人",
    "检查日期",
    "整理人",
    "接收人",
    "共计",
    "卷宗情况",
)
_END_TITLES = ("证物袋", "物证袋", "证据袋", "卷底", "封底", "卷宗封底")
_SEPARATORS = (
    "分隔页",
    "隔页",
    "分件页",
    "批次分隔页",
    "扫描分隔页",
    "条码分隔页",
    "隔离页",
    "分卷页",
)
_COUNT = re.compile(
    r"(?:本(?:案)?卷(?:宗)?(?:内)?|正卷|副卷|全卷|卷内)[^。;，,]{0,16}?(?:共计|共有|合计|总计|共|计)"
    r"[^。;]{0,10}?(?P<count>\d{1,4}|[零〇一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]{1,8})(?:页|张|面)"
    r"|(?:总页数|页数|共计|合计|共)[:为]?(?P<other>\d{1,4}|[一二三四五六七八九十百]{1,7})页"
)
_TOP = 0.62
_HEAD = 0.4
_FRONT_SIDES = 6
_BACK_SIDES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleProposal:
    """The role of one side and why."""

    role: Role
    reason: Reason


def settle_roles(
    sides: Sequence[SideEvidence], pages: Sequence[PageText]
) -> tuple[RoleProposal, ...]:
    """One role for each side, in the order given."""
    written = [index for index, side in enumerate(sides) if not side.blank]
    front = set(written[:_FRONT_SIDES])
    back = set(written[-_BACK_SIDES:])
    last = set(written[-3:])
    roles: list[RoleProposal] = []
    for index, (side, page) in enumerate(zip(sides, pages, strict=True)):
        role = (
            _marked(side)
            or _unwritten(side)
            or _cover(page, in_front=index in front, numbered=_clear_number(side))
            or _catalogue(page, roles, numbered=_clear_number(side))
            or _remarks(page, at_back=index in back, numbered=_clear_number(side))
            or _end_part(page, at_end=index in last, numbered=_clear_number(side))
            or _separator(page)
            or _proposal("page", "text" if page.rows else "no_text")
        )
        roles.append(role)
    return tuple(roles)


def declared_count(page: PageText) -> int | None:
    """The number of pages that a 备考表 states ("本卷共36页", "共三十六页"), or None."""
    match = _COUNT.search(page.text)
    if match is None:
        return None
    return chinese_number(match["count"] or match["other"])


def _proposal(role: Role, code: str, **parameters: str | int | float) -> RoleProposal:
    return RoleProposal(role=role, reason=Reason(code=code, parameters=parameters))


def _clear_number(side: SideEvidence) -> bool:
    return any(number.confidence >= CLEAR for number in side.numbers)


def _unwritten(side: SideEvidence) -> RoleProposal | None:
    if not side.readable:
        return _proposal("page", "unreadable")
    if side.blank:
        if _clear_number(side):
            return _proposal("page", "blank_but_numbered")
        return _proposal("blank", "blank")
    return None


def _titled(row: Row, titles: Sequence[str]) -> str | None:
    """The title that the row is, one wrong character in four allowed, brackets at its end too."""
    text = words(row.text)
    bare = words(re.sub(r"[(（].*[)）]$", "", row.text.strip()))
    for title in titles:
        allowed = len(title) // 4
        for candidate in (text, bare):
            if distance(candidate, title, allowed) <= allowed:
                return title
    return None


def _cover(page: PageText, *, in_front: bool, numbered: bool) -> RoleProposal | None:
    title = next(
        (row for row in page.rows if row.y0 < _TOP and _is_cover_title(row, page)),
        None,
    )
    if title is None and not in_front:
        return None
    labels = page.labels(_COVER_LABELS)
    if title is None:
        # A cover whose title is set in relief or on coloured card: its labels alone, in front.
        if not numbered and labels >= 7 and page.labels(("保管期限",)):
            return _proposal("cover", "cover_form", labels=labels)
        return None
    needed = 3 if in_front else 5
    if labels >= needed and not (numbered and not in_front):
        return _proposal("cover", "cover_title", title=words(title.text), labels=labels)
    return None


def _is_cover_title(row: Row, page: PageText) -> bool:
    if _COVER_TITLE.match(words(row.text)):
        return True
    return any(
        _COVER_TITLE.match(words(line.text)) is not None
        and (line.y1 - line.y0) > 1.3 * page.body_height
        for line in row.lines
    )


def _catalogue(
    page: PageText, before: Sequence[RoleProposal], *, numbered: bool
) -> RoleProposal | None:
    columns = find_columns(page)
    title = next(
        (name for row in page.rows if row.y0 < _HEAD and (name := _titled(row, _CATALOGUE_TITLES))),
        None,
    )
    follows = _follows_catalogue(before)
    if title is None and not follows:
        return None
    rows = count_rows(page)
    if title is not None and (columns is not None or rows >= 2):
        return _proposal("catalogue", "catalogue_title", title=title, rows=rows)
    if follows and not numbered and (columns is not None or rows >= 3 or _only_rows(page, rows)):
        return _proposal("catalogue", "catalogue_continued", rows=rows)
    if title is not None and not numbered:
        return _proposal("catalogue", "catalogue_title", title=title, rows=rows)
    return None


def _only_rows(page: PageText, rows: int) -> bool:
    """Whether rows of a catalogue are nearly all that stands on the side: its last page may have
    no more than one."""
    return rows >= 1 and rows >= len(page.rows) - 1


def _follows_catalogue(before: Sequence[RoleProposal]) -> bool:
    for proposal in reversed(before):
        if proposal.role == "blank":
            continue
        return proposal.role == "catalogue"
    return False


def _remarks(page: PageText, *, at_back: bool, numbered: bool) -> RoleProposal | None:
    title = next(
        (name for row in page.rows if row.y0 < _HEAD and (name := _titled(row, _REMARKS_TITLES))),
        None,
    )
    if title is None and not at_back:
        return None
    labels = page.labels(_REMARKS_LABELS)
    if title is None:
        signed = page.labels(("立卷人",)) and page.labels(("检查人",))
        if not numbered and signed:
            return _proposal("remarks", "remarks_form", labels=labels)
        return None
    if (at_back and labels >= 1) or (labels >= 2 and not numbered) or (at_back and not numbered):
        return _proposal("remarks", "remarks_title", title=title, labels=labels)
    return None


def _end_part(page: PageText, *, at_end: bool, numbered: bool) -> RoleProposal | None:
    """证物袋 and 卷底: near-empty sides at the very end, without page number."""
    if not at_end or numbered or len(page.rows) > 8:
        return None
    for row in page.rows:
        title = _titled(row, _END_TITLES)
        if title is not None:
            return _proposal("cover", "end_part", title=title)
    return None


def _marked(side: SideEvidence) -> RoleProposal | None:
    """A sheet whose code says what it is needs no reading."""
    return _proposal("separator", "separator_code") if side.marker == "separator" else None


def _separator(page: PageText) -> RoleProposal | None:
    if len(page.rows) > 6:
        return None
    for row in page.rows:
        title = _titled(row, _SEPARATORS)
        if title is not None:
            return _proposal("separator", "separator_title", title=title)
    return None
