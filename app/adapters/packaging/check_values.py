"""The items that judge values: whether they are of their range, sensible, and in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from app.adapters.packaging.check_subject import Outcome, Subject
from app.adapters.packaging.naming import PAYLOAD

_PARTS = ("main", "restricted")
_MODES = ("dual", "single")
_ROLES = ("cover", "catalogue", "page", "blank", "remarks", "separator")
_TURNS = (0, 90, 180, 270)
_FACES_OF_RETENTION = ("永久", "长期", "短期", "定期", "permanent", "long", "short")
# Scanners do less and more; a person should see why.
_LEAST_DPI, _MOST_DPI = 72, 2400
_MOST_PAGES = 100_000
OTHERS = f"{PAYLOAD}/其他/"


def _ranges(subject: Subject, outcome: Outcome) -> None:
    """设定值域的元数据项."""
    for name, value, known in _coded(subject):
        if value not in known:
            outcome.fail(f"{name}不在值域内：{value}")
    retention = str(subject.case.get("retention") or "")
    if retention and not retention.startswith(_FACES_OF_RETENTION):
        outcome.wait(f"保管期限须人工确认：{retention}")


def _coded(subject: Subject) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    yield "归档模式", subject.content.get("mode"), _MODES
    for volume in subject.volumes:
        yield f"第 {volume.get('number')} 册的卷别", volume.get("part"), _PARTS
    for side in subject.sides:
        place = f"第 {side.get('position')} 面的"
        yield f"{place}类别", side.get("role"), _ROLES
        yield f"{place}旋转角度", side.get("turn"), _TURNS


def _sense(subject: Subject, outcome: Outcome) -> None:
    """元数据项数据值合理性."""
    filed, closed = (_day(subject.case.get(name)) for name in ("filed_on", "closed_on"))
    if filed is not None and closed is not None and closed < filed:
        outcome.fail(f"结案日期 {closed} 早于收案日期 {filed}")
    made = _day(subject.content.get("created"))
    if made is not None:
        for name, day in (("收案日期", filed), ("结案日期", closed)):
            if day is not None and day > made:
                outcome.fail(f"{name} {day} 晚于封卷日期 {made}")
    for side in subject.sides:
        number, dpi = side.get("page_number"), side.get("dpi") or 0
        place = f"第 {side.get('position')} 面"
        if number is not None and not 0 < int(number) <= _MOST_PAGES:
            outcome.fail(f"{place}页号 {number} 不合理")
        if dpi and not _LEAST_DPI <= int(dpi) <= _MOST_DPI:
            outcome.wait(f"{place}分辨率 {dpi} 须人工确认")


def _day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def _page_ranges(subject: Subject, outcome: Outcome) -> None:
    """卷内目录与页码范围."""
    for volume in subject.volumes:
        place, last = f"第 {volume.get('number')} 册", -1
        for item in volume["items"]:
            name = f"{place}第 {item.get('number')} 件"
            first, end = int(item["first"]), int(item["last"])
            if first <= last:
                outcome.fail(f"{name}与上一件的页重叠")
            last = max(last, end)
            inside = volume["sides"][first : end + 1]
            numbers = [side["page_number"] for side in inside if side.get("page_number")]
            named = (item.get("first_page"), item.get("last_page"))
            if named != (min(numbers, default=None), max(numbers, default=None)):
                outcome.fail(f"{name}的页码范围与其页号不符：{named[0]}—{named[1]}")


def _attachments(subject: Subject, outcome: Outcome) -> None:
    """附件数据完整性: what lies beside the dossier and the texts of its sides."""
    for path in subject.files:
        if path.startswith(OTHERS) and path not in subject.listed:
            outcome.fail(f"附件未登记：{path}")
    for side in subject.sides:
        text = side.get("text")
        if text and text not in subject.listed:
            outcome.fail(f"第 {side.get('position')} 面的文本未登记：{text}")


VALUE_CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    "1-4": _ranges,
    "1-5": _sense,
    "1-9": _page_ranges,
    "2-8": _attachments,
}
