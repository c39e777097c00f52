"""The items that open files: XML, PDF, images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree
from PIL import Image

from app.adapters.packaging.check_subject import Outcome, Subject
from app.adapters.packaging.encapsulation import NAMESPACE
from app.adapters.packaging.foreign_xml import foreign_xml
from app.adapters.packaging.naming import CATALOGUE_PATH, PAYLOAD, README_PATH, layout_of
from app.adapters.packaging.ofd_reading import OFD_FAULTS, ofd_pages
from app.adapters.packaging.pictures import DECODER_FAULTS, MAX_PIXELS, large_pictures
from app.adapters.packaging.schemas import schema_faults

_SIGNATURES = {
    "jpg": (b"\xff\xd8",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    "bmp": (b"BM",),
    "jp2": (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"),
    "pdf": (b"%PDF-",),
}
_IMAGES = frozenset(("jpg", "png", "tif", "bmp", "jp2"))
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "JPEG2000")
_PREVIEW = (64, 64)
_PDF_FAULTS = (pikepdf.PdfError, pikepdf.PasswordError, *DECODER_FAULTS)


def _catalogue(subject: Subject, outcome: Outcome) -> None:
    text = subject.read(README_PATH, 1 << 20).decode("utf-8-sig")
    if str(subject.content.get("package_id")) not in text:
        outcome.fail(f"{README_PATH} 没有写明信息包标识")
    root = _parse(subject, CATALOGUE_PATH)
    outcome.failures.extend(
        f"{CATALOGUE_PATH} 不符合规范：{fault}" for fault in schema_faults(root, "catalogue")
    )
    folders = [element.findtext("文件夹") for element in root.iter("案卷")]
    if folders != [layout_of(subject.case).tree]:
        outcome.fail(f"{CATALOGUE_PATH} 的案卷与档号文件夹不一一对应")
    rows = [
        (_text(row, "件号"), _text(row, "题名"), f"{PAYLOAD}/{_text(row, '文件名称')}")
        for row in root.iter("件")
    ]
    items = [
        (str(item.get("number")), str(item.get("title")), str(item.get("pdf")))
        for item in subject.items
    ]
    if len(rows) != len(items):
        outcome.fail(f"目录 {len(rows)} 行，清单 {len(items)} 件")
    for row, item in zip(rows, items, strict=False):
        if row != item:
            outcome.fail(f"目录行与清单不符：{row[1]}")
    outcome.failures.extend(
        f"目录行没有对应的文件：{path}" for _, _, path in rows if path not in subject.files
    )


def _encapsulation(subject: Subject, outcome: Outcome) -> None:
    layout = layout_of(subject.case)
    root = _parse(subject, layout.encapsulation)
    outcome.failures.extend(
        f"封装元数据不符合规范：{fault}" for fault in schema_faults(root, "eep")
    )
    named = {
        f"{layout.dossier}/{element.text}" for element in root.iter(f"{{{NAMESPACE}}}计算机文件名")
    }
    outcome.failures.extend(
        f"封装元数据所列文件不在包内：{path}" for path in sorted(named - set(subject.files))
    )
    files = {str(item.get("pdf")) for item in subject.items}
    files |= {str(item["ofd"]) for item in subject.items if "ofd" in item}
    outcome.failures.extend(f"封装元数据未列：{path}" for path in sorted(files - named))


def _xml(subject: Subject, outcome: Outcome) -> None:
    for name in (CATALOGUE_PATH, layout_of(subject.case).encapsulation):
        try:
            _parse(subject, name)
        except (ValueError, OSError, etree.XMLSyntaxError) as error:
            outcome.fail(f"{name} 无法解析（{error}）"[:200])
    if subject.fault:
        outcome.fail(subject.fault)


def _formats(subject: Subject, outcome: Outcome) -> None:
    allowed = set(subject.settings["formats"])
    unreadable = {side.get("file") for side in subject.sides if side.get("unreadable")}
    for path in sorted(subject.files):
        suffix = _suffix(path)
        if suffix not in allowed:
            outcome.fail(f"格式不在允许范围：{path}"[:200])
            continue
        signatures = _SIGNATURES.get(suffix)
        if signatures is None:
            continue
        with (subject.root / path).open("rb") as stream:
            head = stream.read(1024)
        matches = head.startswith(signatures) or (suffix == "pdf" and b"%PDF-" in head)
        if matches:
            continue
        if path in unreadable:
            outcome.wait(f"原始文件已损坏，按原样保存：{path}")
        else:
            outcome.fail(f"内容与扩展名不符：{path}")


def _opens(subject: Subject, outcome: Outcome) -> None:
    volumes = subject.volumes
    unreadable: dict[str, Any] = {}
    for volume in volumes:
        _count_pages(subject, outcome, str(volume.get("pdf")), len(volume["sides"]))
        _count_ofd_pages(subject, outcome, str(volume.get("ofd")), len(volume["sides"]))
        for item in volume["items"]:
            _count_pages(subject, outcome, str(item.get("pdf")), item.get("sides"))
            if "ofd" in item:
                _count_ofd_pages(subject, outcome, str(item["ofd"]), item.get("sides"))
        for side in volume["sides"]:
            if side.get("unreadable") or side.get("fault"):
                unreadable[str(side.get("file"))] = side.get("position")
    for side in subject.sides:
        path = str(side.get("file"))
        if path not in subject.files:
            continue
        if _suffix(path) in _IMAGES:
            fault = _image_fault(subject.root / path, side.get("frame"))
        else:
            fault = _container_fault(subject.root / path, side.get("frame"))
        if not fault:
            continue
        if path in unreadable:
            outcome.wait(f"第 {unreadable[path]} 面无法读取，已如实登记")
        else:
            outcome.fail(f"图像无法打开（{fault}）：{path}"[:200])
    if not volumes:
        outcome.fail("没有内容")


def _plain(subject: Subject, outcome: Outcome) -> None:
    for path in sorted(subject.files):
        if _suffix(path) != "pdf" or "/图像/" in path:
            continue
        try:
            with pikepdf.open(subject.root / path) as document:
                if document.is_encrypted:
                    outcome.fail(f"文件已加密：{path}")
        except pikepdf.PasswordError:
            outcome.fail(f"文件已加密：{path}")
        except pikepdf.PdfError:
            outcome.fail(f"无法判断是否加密：{path}")
    for path in sorted(subject.files):
        if _suffix(path) in ("zip", "rar", "7z", "gz", "bz2", "xz", "tar"):
            outcome.fail(f"压缩文件：{path}")


def _count_pages(subject: Subject, outcome: Outcome, path: str, expected: Any) -> None:
    if path not in subject.files:
        outcome.fail(f"缺少文件：{path}")
        return
    try:
        with pikepdf.open(subject.root / path) as document:
            found = len(document.pages)
    except _PDF_FAULTS as error:
        outcome.fail(f"PDF 无法打开（{type(error).__name__}）：{path}"[:200])
        return
    if found != expected:
        outcome.fail(f"页数不符：{path}（登记 {expected}，实际 {found}）")


def _count_ofd_pages(subject: Subject, outcome: Outcome, path: str, expected: Any) -> None:
    if path not in subject.files:
        outcome.fail(f"缺少文件：{path}")
        return
    try:
        found = ofd_pages(subject.root / path, subject.limits["xml_bytes"])
    except OFD_FAULTS as error:
        outcome.fail(f"OFD 无法打开（{type(error).__name__}）：{path}"[:200])
        return
    if found != expected:
        outcome.fail(f"页数不符：{path}（登记 {expected}，实际 {found}）")


def _image_fault(path: Path, frame: Any) -> str:
    """Why an image cannot be shown, empty when it decodes."""
    try:
        with large_pictures():
            Image.init()
            with Image.open(path, formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return "像素过多"
                if isinstance(frame, int) and frame > 0:
                    image.seek(frame)
                image.draft("L", _PREVIEW)
                image.load()
    except DECODER_FAULTS as error:
        return type(error).__name__
    return ""


def _container_fault(path: Path, frame: Any) -> str:
    """Why a page of a PDF of scans cannot be shown, empty when it is there."""
    try:
        with pikepdf.open(path) as document:
            pages = len(document.pages)
    except _PDF_FAULTS as error:
        return type(error).__name__
    return "" if isinstance(frame, int) and 0 <= frame < pages else "没有该页"


def _parse(subject: Subject, name: str) -> etree._Element:
    return foreign_xml(subject.read(name, subject.limits["xml_bytes"]))


def _text(row: etree._Element, tag: str) -> str:
    return row.findtext(tag) or ""


def _suffix(path: str) -> str:
    return Path(path).suffix.lower().lstrip(".")


CONTENT_CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    "1-12": _catalogue,
    "2-10": _encapsulation,
    "3-1": _xml,
    "3-3": _formats,
    "3-4": _opens,
    "3-8": _plain,
}
