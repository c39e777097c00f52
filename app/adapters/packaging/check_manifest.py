"""The items that hold what the manifest says against itself and against the files."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.adapters.packaging.bag import payload_of
from app.adapters.packaging.check_subject import Outcome, Subject, path_fault
from app.adapters.packaging.manifest import total_size
from app.adapters.packaging.naming import PARTS, layout_of
from app.adapters.packaging.plan import FORMAT

_CASE_NO = re.compile(r"[（(]\d{4}[）)].{1,40}号(之[一二三四五六七八九十]+)?")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]")
_WIDEST_GAP = 1000


def _digests(subject: Subject, outcome: Outcome) -> None:
    if subject.fault:
        outcome.fail(subject.fault)
    for path, expected in subject.listed.items():
        if path_fault(path) or path not in subject.files:
            continue
        if subject.digest(path) != expected:
            outcome.fail(f"摘要不符：{path}")
    if not subject.listed and not subject.fault:
        outcome.fail("清单中没有文件")


def _lengths(subject: Subject, outcome: Outcome) -> None:
    limit = subject.limits["text_length"]
    for name, value in _texts(subject):
        if len(value) > limit:
            outcome.fail(f"{name} 超过 {limit} 字")


def _types(subject: Subject, outcome: Outcome) -> None:
    if subject.content.get("format") != FORMAT:
        outcome.fail("清单格式标识不是本规范的格式")
    if not isinstance(subject.content.get("package_id"), str):
        outcome.fail("缺少信息包标识")
    if not _is_whole(subject.content.get("version"), 1):
        outcome.fail("版本不是正整数")
    try:
        datetime.fromisoformat(str(subject.content.get("created")))
    except ValueError:
        outcome.fail("封装时间格式不正确")
    for side in subject.sides:
        number = side.get("page_number")
        if not _is_whole(side.get("position"), 1) or not _is_whole(side.get("frame"), 0):
            outcome.fail(f"面的位置或帧号不正确：{side.get('file')}")
        if number is not None and not _is_whole(number, 0):
            outcome.fail(f"页号不是整数：{side.get('file')}")


def _characters(subject: Subject, outcome: Outcome) -> None:
    for name, value in _texts(subject):
        if _UNFIT.search(value):
            outcome.fail(f"{name} 含有控制字符或乱码")


def _case_number(subject: Subject, outcome: Outcome) -> None:
    case_no = str(subject.case.get("case_no", ""))
    if not _CASE_NO.fullmatch(case_no):
        outcome.fail(f"案号不规范：{case_no}")
    if not subject.case.get("archive_no"):
        outcome.wait("尚无档号，由档案部门接收时编制")


def _duplicates(subject: Subject, outcome: Outcome) -> None:
    positions = Counter(str(side.get("position")) for side in subject.sides)
    outcome.failures.extend(f"面 {name} 重复" for name, count in positions.items() if count > 1)
    for volume in subject.volumes:
        numbers = Counter(str(item.get("number")) for item in volume["items"])
        place = f"{volume.get('part')} 第{volume.get('number')}册"
        outcome.failures.extend(
            f"{place} 件号 {name} 重复" for name, count in numbers.items() if count > 1
        )
    volumes = Counter((volume.get("part"), volume.get("number")) for volume in subject.volumes)
    outcome.failures.extend(f"册 {name} 重复" for name, count in volumes.items() if count > 1)


def _sizes(subject: Subject, outcome: Outcome) -> None:
    for path, expected in subject.listed.items():
        found = subject.files.get(path)
        if found is not None and found != expected.size:
            outcome.fail(f"大小不符：{path}（登记 {expected.size}，实际 {found}）")
    if not subject.listed:
        outcome.fail("清单中没有文件")


def _links(subject: Subject, outcome: Outcome) -> None:
    named: set[str] = set()
    for volume in subject.volumes:
        named.update((str(volume.get("pdf")), str(volume.get("ofd"))))
        named.update(str(item.get("pdf")) for item in volume["items"])
        # Packages laid out earlier have OFD of the whole volume alone.
        named.update(str(item["ofd"]) for item in volume["items"] if "ofd" in item)
        for side in volume["sides"]:
            path = str(side.get("file"))
            named.add(path)
            if side.get("text"):
                named.add(str(side["text"]))
            digest = subject.listed.get(path)
            if digest is None or digest.sha256 != side.get("sha256"):
                outcome.fail(f"第 {side.get('position')} 面与图像文件不对应")
    outcome.failures.extend(
        f"元数据所列文件不在包内：{path}" for path in sorted(named - set(subject.listed))
    )
    dossier = layout_of(subject.case).dossier
    folders = tuple(f"{dossier}/{part}/" for part in PARTS.values())
    unnamed = {path for path in subject.listed if path.startswith(folders)} - named
    outcome.failures.extend(f"文件没有对应的元数据：{path}" for path in sorted(unnamed))
    if not named:
        outcome.fail("元数据中没有内容文件")


def _item_count(subject: Subject, outcome: Outcome) -> None:
    counts = _counts(subject)
    actual = {
        "volumes": len(subject.volumes),
        "items": len(subject.items),
        "sides": len(subject.sides),
        "pages": sum(side.get("page_number") is not None for side in subject.sides),
    }
    names = {"volumes": "册数", "items": "件数", "sides": "面数", "pages": "页数"}
    for key, value in actual.items():
        if counts.get(key) != value:
            outcome.fail(f"{names[key]}不符：登记 {counts.get(key)}，实际 {value}")


def _byte_count(subject: Subject, outcome: Outcome) -> None:
    recorded = _counts(subject).get("bytes")
    payload = payload_of(subject.listed)
    listed = total_size(payload.values())
    actual = sum(subject.files.get(path, 0) for path in payload)
    if not recorded == listed == actual:
        outcome.fail(f"总字节数不符：登记 {recorded}，清单合计 {listed}，实际 {actual}")


def _recommended(subject: Subject, outcome: Outcome) -> None:
    case = subject.case
    names = subject.settings["names"]
    empty = [names[name] for name in subject.settings["recommended"] if not case.get(name)]
    if empty:
        outcome.wait(f"未著录：{'、'.join(empty)}")


def _required(subject: Subject, outcome: Outcome) -> None:
    case = subject.case
    names = subject.settings["names"]
    outcome.failures.extend(
        f"缺少必填项：{names[name]}" for name in subject.settings["required"] if not case.get(name)
    )
    outcome.failures.extend(
        f"第 {item.get('number')} 件没有题名" for item in subject.items if not item.get("title")
    )


def _process(subject: Subject, outcome: Outcome) -> None:
    if not subject.content.get("events"):
        outcome.wait("没有登记扫描、质检、移交等过程信息")
    if subject.content.get("provisional"):
        outcome.wait("信息包为待确认状态，尚有事项须人工确认")


def _continuity(subject: Subject, outcome: Outcome) -> None:
    accepted = {
        number
        for row in subject.content.get("accepted", [])
        if isinstance(row, dict)
        for number in row.get("page_numbers", [])
    }
    for volume in subject.volumes:
        place = f"{volume.get('part')} 第{volume.get('number')}册"
        items = [item.get("number") for item in volume["items"]]
        if items and items != list(range(items[0], items[0] + len(items))):
            outcome.fail(f"{place} 件号不连续")
        pages = [number for side in volume["sides"] if (number := side.get("page_number"))]
        for before, after in itertools.pairwise(pages):
            if after == before + 1:
                continue
            # A number without measure must not become a set without measure.
            gap = set(range(before + 1, min(after, before + _WIDEST_GAP))) or {after}
            remark = f"{place} 页号 {before} 之后为 {after}"
            if gap <= accepted:
                outcome.wait(f"{remark}（已有人工说明）")
            else:
                outcome.fail(remark)


def _contents(subject: Subject, outcome: Outcome) -> None:
    for volume in subject.volumes:
        if not volume["sides"]:
            outcome.fail(f"第{volume.get('number')}册没有图像")
        for item in volume["items"]:
            first, last = item.get("first"), item.get("last")
            valid = _is_whole(first, 0) and _is_whole(last, first if first is not None else 0)
            if not valid or int(str(last)) >= len(volume["sides"]):
                outcome.fail(f"第 {item.get('number')} 件的页超出本册")
    if not subject.sides:
        outcome.fail("没有图像")


def _content_count(subject: Subject, outcome: Outcome) -> None:
    recorded = _counts(subject).get("files")
    payload = payload_of(subject.listed)
    if recorded != len(payload):
        outcome.fail(f"文件数不符：登记 {recorded}，清单 {len(payload)}")
    present = len(set(subject.listed) & set(subject.files))
    if present != len(subject.listed):
        outcome.fail(f"清单列 {len(subject.listed)} 个文件，包内有 {present} 个")
    if not subject.listed:
        outcome.fail("清单中没有文件")


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _counts(subject: Subject) -> dict[str, Any]:
    counts = subject.content.get("counts")
    if not isinstance(counts, dict):
        raise ValueError("清单中没有数量信息")
    return counts


def _texts(subject: Subject) -> list[tuple[str, str]]:
    texts = [(str(name), str(value)) for name, value in subject.case.items()]
    for item in subject.items:
        texts += [(f"第 {item.get('number')} 件", str(value)) for value in item.values()]
    return texts


MANIFEST_CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    "1-1": _digests,
    "1-2": _lengths,
    "1-3": _types,
    "1-6": _characters,
    "1-7": _case_number,
    "1-8": _duplicates,
    "1-10": _sizes,
    "1-11": _links,
    "2-1": _item_count,
    "2-2": _byte_count,
    "2-3": _recommended,
    "2-4": _required,
    "2-5": _process,
    "2-6": _continuity,
    "2-7": _contents,
    "2-11": _content_count,
}
