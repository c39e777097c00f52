"""`说明文件.TXT` and `目录文件.XML`: what lies where, for people and machines (DA/T 93-2022, B)."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from lxml import etree

from app.adapters.packaging.bag import SHA256_LIST, SM3_LIST
from app.adapters.packaging.naming import PARTS, layout_of, within_payload
from app.adapters.packaging.plan import PackagePlan

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def catalogue_xml(plan: PackagePlan, volumes: list[dict[str, Any]]) -> bytes:
    """The catalogue: the folder of the dossier, and one row (件) per document, in order, with its
    pages and its PDF. Paths count from where the catalogue lies."""
    root = etree.Element("目录文件")
    _add(root, "标准", "DA/T 93-2022")
    _add(root, "信息包标识", plan.package_id)
    dossier = etree.SubElement(root, "案卷")
    _add(dossier, "档号", plan.case.get("archive_no", ""))
    _add(dossier, "文件夹", layout_of(plan.case).tree)
    _add(dossier, "案号", plan.case["case_no"])
    _add(dossier, "题名", dossier_title(plan))
    _add(dossier, "立档单位名称", plan.case.get("court", ""))
    _add(dossier, "保管期限", plan.case.get("retention", ""))
    for volume in volumes:
        element = etree.SubElement(dossier, "册")
        _add(element, "卷别", PARTS[volume["part"]])
        _add(element, "册号", str(volume["number"]))
        _add(element, "面数", str(len(volume["sides"])))
        _add(element, "文件名称", within_payload(volume["pdf"]))
        for item in volume["items"]:
            row = etree.SubElement(element, "件")
            _add(row, "件号", str(item["number"]))
            _add(row, "题名", item["title"])
            _add(row, "文书类别", item["category"])
            _add(row, "责任者", item["responsible"])
            _add(row, "日期", item["date"])
            _add(row, "页次", page_range(item["first_page"], item["last_page"]))
            _add(row, "面数", str(item["sides"]))
            _add(row, "文件名称", within_payload(item["pdf"]))
    return to_bytes(root)


def readme_text(plan: PackagePlan, counts: dict[str, int]) -> bytes:
    """The explanation of the package in plain text, with a byte order mark for old editors."""
    made = plan.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        "电子诉讼档案归档信息包说明文件",
        "",
        f"信息包标识：{plan.package_id}",
        f"案号：{plan.case['case_no']}",
        f"案由：{plan.case.get('cause', '')}",
        f"法院名称：{plan.case.get('court', '')}",
        f"版本：{plan.version}",
        f"封装时间：{made}",
        f"归档方式：{'单套制' if plan.mode == 'single' else '双套制'}",
        *(["状态：待确认（尚有事项须人工确认，不得作为归档依据）"] if plan.provisional else []),
        "",
        f"册数：{counts['volumes']}    件数：{counts['items']}",
        f"页数（编号页）：{counts['pages']}    面数（含封面、目录等不编号面）：{counts['sides']}",
        "",
        "内容（data 文件夹内按 DA/T 93-2022 组织）：",
        "  目录文件.XML            卷内目录，一件一行，与各件文件一一对应",
        f"  {layout_of(plan.case).tree}/",
        "    封装元数据.xml        元数据（参照 DA/T 48-2009 组织）",
        "    正卷、副卷/第NN册/    第NN册.pdf、第NN册.ofd 为全册，另有原始图像和识别文本",
        "    正卷、副卷/第NN册/件/ 各件的 PDF 和 OFD",
        "  其他/事件.json          扫描、质检、签名、移交等业务过程",
        "data 文件夹之外：",
        f"  bagit.txt、bag-info.txt、{SHA256_LIST}    BagIt 1.0（RFC 8493）封装",
        f"  {SM3_LIST}        SM3 摘要清单",
        "  verify.py               独立核验程序（Python 3.8 以上即可运行，不需要其他软件）",
        "  manifest.json           全部文件的清单、大小和数字摘要；其自身的摘要即本信息包的标识",
        "",
        "原始图像与扫描时逐字节一致。PDF 为双层 PDF/A-2u，可检索、可选取文字。",
        "图像以页号命名（00001 为第 1 页）；不编号的面以 0000-01、0000-02 命名。",
        "摘要算法：SM3（GB/T 32905）与 SHA-256。",
        "",
    ]
    return ("\ufeff" + "\r\n".join(clean(line) for line in lines)).encode()


def dossier_title(plan: PackagePlan) -> str:
    """The title of the dossier: parties and cause as far as known, else the case number."""
    case = plan.case
    parties = "与".join(case[key] for key in ("plaintiff", "defendant") if case.get(key))
    return f"{parties}{case.get('cause', '')}" or case["case_no"]


def page_range(first: int | None, last: int | None) -> str:
    """The pages of a document as they are cited: "3", "3-5", empty without numbers."""
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}-{last}"


def clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _UNFIT.sub(" ", text)


def to_bytes(root: etree._Element) -> bytes:
    """The document in UTF-8 with a declaration, indented, the same bytes every time."""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = clean(text)
