"""The printed page of a dossier passport (卷宗护照): what it is of, and a signed QR code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.printing.labelled_table import LabelledTable
from app.adapters.printing.sheet import Booklet, Sheet

Facts = Mapping[str, Any]

_A4 = (210.0, 297.0)
_LEFT, _RIGHT = 20.0, 190.0
_LABEL = 34.0
_TABLE = LabelledTable(
    left=_LEFT, right=_RIGHT, top=40.0, row=11.0, label=_LABEL, letters=4.2, indent=4.0, drop=1.5
)
# So wide that each of the hundred modules of a long code is printed by seven dots at 300 dpi.
_QR_SIDE = 66.0
_HOW = (
    "核验方法：用任何扫码工具读出二维码的全文，在归档包所在文件夹运行 "
    "python3 verify.py --code 二维码全文 --trust 法院证书文件。"
    "程序只用 Python 标准库，不联网；它逐一核对包内文件、各页原始图像、流转链与本页签名。"
)


def passport_page(passport: Facts, path: Path) -> None:
    """Write the page of a passport (see `resources/verify/verify.py`) to `path` as PDF.

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    width, height = _A4
    sheet = booklet.sheet(width=width, height=height)
    sheet.text(width / 2, 18.0, 4.2, str(passport.get("court", "")), align="middle")
    sheet.text(width / 2, 29.0, 8.0, "卷宗护照", align="middle", bold=True)
    bottom = _TABLE.draw(sheet, _rows(passport))
    top = bottom + 8.0
    sheet.qr(_LEFT, top, str(passport["code"]), side=_QR_SIDE)
    left = _LEFT + _QR_SIDE + 8.0
    sheet.text(left, top + 5.0, 4.6, "如何核验", bold=True)
    sheet.paragraph(left, top + 13.0, 3.8, _HOW, width=_RIGHT - left)
    _digests(sheet, passport, top + _QR_SIDE + 10.0)
    booklet.save(path, title=f"卷宗护照 {passport['case']['case_no']}")


def _rows(passport: Facts) -> Sequence[tuple[str, str]]:
    case, package, tracks = passport["case"], passport["package"], passport["tracks"]
    electronic, paper = tracks["electronic"] or {}, tracks["paper"] or {}
    single = tracks["mode"] != "dual"
    return (
        ("护照编号", str(passport["number"])),
        ("案号", str(case["case_no"])),
        ("档号", str(case.get("archive_no") or "未编")),
        (
            "卷宗",
            f"第 {package['version']} 版，{package['volumes']} 册，{package['items']} 件，"
            f"{package['pages']} 页，{package['sides']} 面",
        ),
        ("电子轨", _receipt(electronic, "archived_at") or "尚无回执"),
        (
            "纸质轨",
            f"{paper['location']}，{paper.get('volumes')} 册 {paper.get('pages')} 页"
            if paper
            else "单套制，无纸质轨"
            if single
            else "尚未上架",
        ),
        ("差异结论", f"{len(passport['verdicts'])} 处差异，均经人工作出结论")
        if passport["verdicts"]
        else ("差异结论", "无差异"),
        ("签发", f"{passport['issued_by']}　{_day(passport['issued_at'])}"),
    )


def _receipt(receipt: Facts, at: str) -> str:
    if not receipt:
        return ""
    return f"回执 {receipt.get('receipt_no', '')}　{_day(str(receipt.get(at, '')))}"


def _day(moment: str) -> str:
    return moment[:10]


def _digests(sheet: Sheet, passport: Facts, top: float) -> None:
    """The digests in groups of eight, so that two people can read them to each other."""
    named = (
        ("清单 SHA-256", passport["package"]["sha256"]),
        ("清单 SM3", passport["package"]["sm3"]),
        ("各页根", passport["pages"]["root"]),
        ("流转链尾", passport["custody"]["head"]),
    )
    for place, (label, digest) in enumerate(named):
        y = top + place * 8.0
        groups = [digest[at : at + 8] for at in range(0, len(digest), 8)]
        sheet.text(_LEFT, y, 3.6, label)
        sheet.fitted(_LEFT + _LABEL, y, 3.6, " ".join(groups), width=_RIGHT - _LEFT - _LABEL)
