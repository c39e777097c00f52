"""The reading slip as paper (阅卷单, STANDARDS 8.2 and 8.5), and the picture of a signature."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw

from app.adapters.fonts import chinese_font
from app.adapters.packaging.pdf_objects import PdfFile, numbers, reference, references, text_string
from app.adapters.printing.letters import SheetFont
from app.adapters.printing.sheet import Sheet

_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _RIGHT, _MIDDLE = 25.0, 185.0, 105.0
_LABEL, _SIZE = 34.0, 4.0
_POINTS_PER_MM = 72 / 25.4
_PAD = (900, 300)  # pixels of the picture of a signature
_STROKE = 5
# Where the signature stands: left, upper edge, width, height in millimetres.
_SIGNED = (47.0, 208.0, 60.0, 20.0)
_PROOFS = {"code": "阅卷码", "qr": "预约二维码", "id_card": "身份证"}


def signature_picture(strokes: Sequence[Sequence[Sequence[float]]]) -> bytes:
    """A signature as PNG, black on white; `strokes` are lines of points in fractions of the pad.
    Runs in a worker process."""
    picture = Image.new("L", _PAD, 255)
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x * _PAD[0], y * _PAD[1]) for x, y in stroke]
        if len(points) > 1:
            draw.line(points, fill=0, width=_STROKE, joint="curve")
        for x, y in points:
            reach = _STROKE / 2
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=0)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def reading_slip(facts: Mapping[str, Any], signature: bytes) -> bytes:
    """The slip as PDF. `facts` are those of `reading_slip_papers.slip_content` with "number" and
    "signed_at", and once received "received_by", "received_at" and "remark"; `signature` is a PNG
    or empty. Runs in a worker process. Raises Broken SYS-403 without a Chinese font."""
    stream = io.BytesIO()
    file = PdfFile(stream)
    letters = SheetFont(chinese_font())
    try:
        sheet = Sheet(width=_WIDTH, height=_HEIGHT, font=letters)
        _draw(sheet, facts)
        catalog, tree, font = file.reserve(), file.reserve(), file.reserve()
        # The letters that the sheet uses are known only when it is drawn.
        letters.write(file, font)
        page = _page(file, tree, sheet, font, signature)
        file.write(b"<</Type /Pages /Kids %s /Count 1>>" % references([page]), tree)
        file.write(
            b"<</Type /Catalog /Pages %s /Lang (zh-CN)"
            b" /ViewerPreferences <</PrintScaling /None>>>>" % reference(tree),
            catalog,
        )
        title = file.write(b"<</Title %s>>" % text_string(f"阅卷单 {facts['number']}"))
        file.close(catalog=catalog, information=title)
    finally:
        letters.close()
    return stream.getvalue()


def _draw(sheet: Sheet, facts: Mapping[str, Any]) -> None:
    sheet.text(_MIDDLE, 32.0, 8.0, "阅　卷　单", align="middle", bold=True)
    sheet.text(_RIGHT, 42.0, 3.6, f"编号：{facts['number']}", align="right")
    y = 54.0
    for label, value in _rows(facts):
        sheet.text(_LEFT, y, _SIZE, label)
        sheet.fitted(_LEFT + _LABEL, y, _SIZE, value, width=_RIGHT - _LEFT - _LABEL, lines=2)
        sheet.rule(_LEFT, y + 4.6, _RIGHT, y + 4.6, width=0.1)
        y += 10.6
    sheet.paragraph(
        _LEFT,
        198.0,
        3.4,
        "阅卷人已知悉：对阅卷中知悉的国家秘密、商业秘密和个人隐私负有保密义务，不得涂改、损毁、抽取案卷材料，"
        "不得擅自传播。",
        width=_RIGHT - _LEFT,
    )
    sheet.text(_LEFT, 220.0, _SIZE, "阅卷人签名：")
    sheet.text(_MIDDLE + 15.0, 220.0, _SIZE, f"签名时间：{_moment(facts['signed_at'])}")
    if not facts["signed_at"]:
        sheet.text(_LEFT + 26.0, 220.0, 3.4, "（阅卷人离开时未签名）")
    sheet.rule(_LEFT, 232.0, _RIGHT, 232.0)
    sheet.text(_LEFT, 242.0, _SIZE, "归还时当场检查案卷：")
    sheet.fitted(
        _LEFT + 42.0, 242.0, _SIZE, str(facts.get("remark", "")), width=_RIGHT - _LEFT - 44.0
    )
    sheet.text(_LEFT, 254.0, _SIZE, f"查收人：{facts.get('received_by', '')}")
    received = _moment(facts.get("received_at", ""))
    sheet.text(_MIDDLE + 15.0, 254.0, _SIZE, f"查收时间：{received}")


def _rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    represents = f"代理 {facts['represents']}" if facts["represents"] else ""
    kind = "，".join(part for part in (facts["reader_kind"], represents) if part)
    ended = _moment(facts["ended_at"]) or "尚未结束"
    later = facts.get("pages_later", ())
    seen = _pages(facts["pages_read"])
    return [
        ("案号", facts["case_no"]),
        ("案由", facts["cause"] or "—"),
        ("阅卷人", f"{facts['reader']}（{kind}）" if kind else facts["reader"]),
        ("证件尾号", facts["certificate_tail"]),
        ("提交的证件材料", "、".join(facts["papers"]) or "—"),
        ("身份验证方式", _PROOFS.get(facts["proof"], facts["proof"])),
        ("批准人", facts["approved_by"] or "—"),
        ("终端", facts["terminal"]),
        ("阅卷时间", f"{_moment(facts['started_at'])} 至 {ended}"),
        ("阅卷范围", "正卷" + ("（个人信息已遮蔽）" if facts["masked"] else "")),
        ("查阅页码", f"{seen}；签名后又阅 {_pages(later)}" if later else seen),
        ("复制页码", _pages(facts["pages_printed"])),
        (
            "查阅、复制页数",
            f"{len({*facts['pages_read'], *later})} 页、{len(facts['pages_printed'])} 页",
        ),
    ]


def _pages(pages: Sequence[int]) -> str:
    """Page numbers, those that follow each other as one span."""
    spans: list[list[int]] = []
    for page in sorted(pages):
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    said = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    return "、".join(said) or "无"


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}" if at else ""


def _page(file: PdfFile, tree: int, sheet: Sheet, font: int, signature: bytes) -> int:
    """The sheet, with the signature above it."""
    contents, pictures = [sheet.contents(file)], b""
    if signature:
        drawn = _signature(file, signature)
        x, y, wide, high = (value * _POINTS_PER_MM for value in _SIGNED)
        place = numbers((x, _HEIGHT * _POINTS_PER_MM - y - high))
        contents.append(
            file.write_deflated(
                b"", b"q %s 0 0 %s %s cm /S Do Q\n" % (numbers((wide,)), numbers((high,)), place)
            )
        )
        pictures = b" /XObject <</S %s>>" % reference(drawn)
    size = numbers((_WIDTH * _POINTS_PER_MM, _HEIGHT * _POINTS_PER_MM))
    return file.write(
        b"<</Type /Page /Parent %s /MediaBox [0 0 %s] /Contents %s"
        b" /Resources <</Font <</F %s>>%s>>>>"
        % (reference(tree), size, references(contents), reference(font), pictures)
    )


def _signature(file: PdfFile, picture: bytes) -> int:
    with Image.open(io.BytesIO(picture)) as opened:
        gray = opened.convert("L")
    return file.write_deflated(
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8" % gray.size,
        gray.tobytes(),
    )
