"""Names of those who take part in a case, by their role: 原告, 被告人, 委托诉讼代理人 …"""

from __future__ import annotations

import re
from typing import Any

from ocr.fields.plain_text import searchable
from ocr.fields.running_text import RunningText, running_text
from ocr.tree import Line, TextTree

ROLES = (
    "附带民事诉讼原告人",
    "附带民事诉讼被告人",
    "委托诉讼代理人",
    "法定代理人",
    "法定代表人",
    "委托代理人",
    "主要负责人",
    "公诉机关",
    "被上诉人",
    "被申请人",
    "被执行人",
    "申请执行人",
    "再审申请人",
    "原审原告",
    "原审被告",
    "上诉人",
    "申请人",
    "第三人",
    "被害人",
    "辩护人",
    "被告人",
    "负责人",
    "经营者",
    "原告",
    "被告",
    "审判长",
    "审判员",
    "代理审判员",
    "人民陪审员",
    "法官助理",
    "书记员",
)
"""Longest first within one ending, so that 被告人 is not taken for 被告."""

_ALTERNATIVES = "|".join(sorted(ROLES, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?:^|(?<=[,。;、)]))\s*(?P<role>{_ALTERNATIVES})(?:[(][^()]{{1,14}}[)])?\s*[::]\s*"
    r"(?P<name>[^,。;:、()]{2,40}?)(?=[,。;、()]|$)"
)
_SPACED = re.compile(r"\s+")
_PERSON = re.compile(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff·]{1,12})")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z .·'-]{2,38}")
_BODY = re.compile(
    r"公司|有限|合伙|银行|支行|分行|信用社|委员会|检察院|法院|政府|中心|学校|医院|集团|厂|店|部|局|所|站|社|处|院|会|校$"
)
_UNLIKELY = 0.7
_BARE = 0.9
"""Factors for a name of unlikely form, and for one that stands beside its role without a mark."""


def parties(tree: TextTree) -> list[dict[str, Any]]:
    """Everybody named by role, in reading order, as {"role", "value", "text", "confidence",
    "box", "line"}: `value` is the name without blanks. One entry for each role and name, that
    of the surest place.

    Found are "原告：甲，男…" within the text and forms where the role fills one cell or the
    beginning of a line and the name follows.
    """
    page = running_text(tree)
    starts = {place[0]: index for index, place in reversed(list(enumerate(page.places)))}
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for index, line in enumerate(tree.lines):
        if index not in starts:
            continue
        for entry in _in_line(page, starts[index], index, line):
            key = (entry["role"], entry["value"])
            if key not in best or best[key]["confidence"] < entry["confidence"]:
                best[key] = entry
    return sorted(best.values(), key=lambda entry: int(entry["line"]))


def _in_line(page: RunningText, start: int, index: int, line: Line) -> list[dict[str, Any]]:
    text = searchable(line.text)
    found = [
        entry
        for match in _NAMED.finditer(text)
        if (entry := _entry(page, start + match.start("name"), match["role"], match["name"], 1.0))
    ]
    if found:
        return found
    squeezed = _SPACED.sub("", text).rstrip(":")
    if squeezed in ROLES and index + 1 < len(page.tree.lines):
        name = searchable(page.tree.lines[index + 1].text).strip()
        begin = start + len(text)
        same_row = _beside(line, page.tree.lines[index + 1])
        if same_row and begin < len(page.places) and page.places[begin][0] == index + 1:
            entry = _entry(page, begin, squeezed, name, _BARE)
            return [entry] if entry else []
    spaced = re.match(rf"\s*(?P<role>{_ALTERNATIVES})\s+(?P<name>\S+(?:\s\S)?)\s*$", text)
    if spaced:
        entry = _entry(page, start + spaced.start("name"), spaced["role"], spaced["name"], _BARE)
        return [entry] if entry else []
    return []


def _entry(
    page: RunningText, start: int, role: str, name: str, factor: float
) -> dict[str, Any] | None:
    value = _SPACED.sub("", name) if not _FOREIGN.fullmatch(name.strip()) else name.strip()
    if any(character.isdigit() for character in value) or len(value) < 2 or value in ROLES:
        return None
    entry = page.entry(start, start + len(name), value, role=role)
    likely = (len(value) <= 4 and _PERSON.fullmatch(value)) or _BODY.search(value) or "·" in value
    if not (likely or _FOREIGN.fullmatch(value)):
        factor *= _UNLIKELY
    entry["confidence"] = round(entry["confidence"] * factor, 4)
    return entry


def _beside(label: Line, name: Line) -> bool:
    middle = (name.box[1] + name.box[3]) / 2
    return label.box[1] <= middle <= label.box[3] and name.box[0] > label.box[0]
