"""`封装元数据.xml`: metadata in the blocks of DA/T 48-2009 (STANDARDS 5.1 to 5.6).

Large objects are not embedded: each is named by its path with size and digests. The order of the
elements follows the sources of STANDARDS 5; it was not checked against the text of the standard.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from lxml import etree

from app.adapters.packaging.catalogue_files import clean, dossier_title, to_bytes
from app.adapters.packaging.naming import PARTS, layout_of
from app.adapters.packaging.plan import PackagePlan
from app.kernel.digest import Digest

NAMESPACE = "http://www.saac.gov.cn/standards/ERM/encapsulation"
FORMAT_SENTENCE = "本EEP根据中华人民共和国档案行业标准DA/T 48-2009《基于XML的电子文件封装规范》生成"
_TYPE_SENTENCE = "本封装包包含电子文件数据及其元数据，原始封装，未经修改"
_PROGRAM = "卷宗工作站"
_FORMATS = {
    "image/jpeg": ("JPEG", "JPEG"),
    "image/png": ("PNG", "无损压缩"),
    "image/tiff": ("TIFF", ""),
    "image/bmp": ("BMP", "不压缩"),
    "image/jp2": ("JPEG 2000", ""),
    "application/pdf": ("PDF", ""),
    "application/ofd": ("OFD", ""),
}


def encapsulation_xml(
    plan: PackagePlan, volumes: list[dict[str, Any]], files: dict[str, Digest]
) -> bytes:
    """The metadata of the dossier, of each document, of each event and of each person."""
    root = etree.Element(f"{{{NAMESPACE}}}电子文件封装包", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    _add(root, "封装包格式描述", FORMAT_SENTENCE)
    _add(root, "版本", "2009")
    signed = _sub(root, "被签名对象")
    signed.set("eep版本", "2009")
    _add(signed, "封装包类型", "原始型")
    _add(signed, "封装包类型描述", _TYPE_SENTENCE)
    _add(signed, "封装包创建时间", plan.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(signed, "封装包创建单位", plan.creator or plan.case.get("court", ""))
    content = _sub(signed, "封装内容")
    block = _sub(content, "文件实体块")
    _add_dossier(block, plan, volumes, files)
    for volume in volumes:
        for item in volume["items"]:
            _add_item(block, plan, volume, item, files)
    _add_events(_sub(content, "业务实体块"), plan)
    _add_actors(_sub(content, "机构人员实体块"), plan)
    return to_bytes(root)


def _add_dossier(
    block: etree._Element,
    plan: PackagePlan,
    volumes: list[dict[str, Any]],
    files: dict[str, Digest],
) -> None:
    entity = _entity(block, plan, level="案卷", number=plan.package_id)
    sides = sum(len(volume["sides"]) for volume in volumes)
    _describe(entity, plan, title=dossier_title(plan), date=plan.case.get("closed_on", ""))
    _shape(entity, kind="多件", pages=sides)
    data = _sub(entity, "文件数据")
    for volume in volumes:
        document = _sub(data, "文档")
        _add(document, "文档标识符", f"{PARTS[volume['part']]}第{volume['number']:02d}册")
        _add_file(document, plan, volume["pdf"], "application/pdf", files)
        _add_file(document, plan, volume["ofd"], "application/ofd", files)


def _add_item(
    block: etree._Element,
    plan: PackagePlan,
    volume: dict[str, Any],
    item: dict[str, Any],
    files: dict[str, Digest],
) -> None:
    number = f"{PARTS[volume['part']]}-{volume['number']:02d}-{item['number']:03d}"
    entity = _entity(block, plan, level="文件", number=f"{plan.package_id}-{number}")
    _add(_sub(entity, "档号补充"), "室编件号", str(item["number"]))
    _describe(entity, plan, title=item["title"], date=item["date"], responsible=item["responsible"])
    _shape(entity, kind="单件", pages=item["sides"])
    document = _sub(_sub(entity, "文件数据"), "文档")
    _add(document, "文档标识符", number)
    _add_file(document, plan, item["pdf"], "application/pdf", files)
    for side in volume["sides"][item["first"] : item["last"] + 1]:
        _add_file(document, plan, side["file"], side["media_type"], files, dpi=side["dpi"])


def _entity(block: etree._Element, plan: PackagePlan, *, level: str, number: str) -> Any:
    entity = _sub(block, "文件实体")
    _add(entity, "聚合层次", level)
    _add(_sub(entity, "来源"), "立档单位名称", plan.case.get("court", ""))
    _add(entity, "电子文件号", number)
    code = _sub(entity, "档号")
    for tag, value in (
        ("编码", plan.case.get("archive_no", "")),
        ("全宗号", plan.case.get("fonds_no", "")),
        ("目录号", plan.case.get("catalogue_no", "")),
        ("年度", year_of(plan)),
        ("保管期限", plan.case.get("retention", "")),
        ("案号", plan.case["case_no"]),
    ):
        _add(code, tag, value)
    return entity


def _describe(
    entity: etree._Element, plan: PackagePlan, *, title: str, date: str, responsible: str = ""
) -> None:
    description = _sub(entity, "内容描述")
    _add(description, "题名", title)
    _add(description, "责任者", responsible or plan.case.get("court", ""))
    _add(description, "日期", date)
    _add(description, "密级", plan.case.get("security", ""))


def _shape(entity: etree._Element, *, kind: str, pages: int) -> None:
    shape = _sub(entity, "形式特征")
    _add(shape, "文件组合类型", kind)
    _add(shape, "页数", str(pages))


def _add_file(
    document: etree._Element,
    plan: PackagePlan,
    path: str,
    media_type: str,
    files: dict[str, Digest],
    dpi: int = 0,
) -> None:
    digest = files[path]
    name, compression = _FORMATS.get(media_type, (media_type, ""))
    coding = _sub(_sub(document, "文档数据"), "编码")
    electronic = _sub(coding, "电子属性")
    _add(electronic, "格式信息", name)
    _add(electronic, "计算机文件名", path.removeprefix(f"{layout_of(plan.case).dossier}/"))
    _add(electronic, "计算机文件大小", str(digest.size))
    _add(electronic, "创建程序", _PROGRAM)
    if media_type.startswith("image/"):
        digitised = _sub(coding, "数字化属性")
        _add(digitised, "对象形态", "纸质文件数字化图像")
        _add(digitised, "扫描分辨率", f"{dpi}dpi" if dpi else "")
        _add(digitised, "图像压缩方案", compression)
    _add(coding, "编码描述", f"按引用封装，SM3：{digest.sm3}，SHA-256：{digest.sha256}")


def _add_events(block: etree._Element, plan: PackagePlan) -> None:
    for number, event in enumerate(plan.events, 1):
        entity = _sub(block, "业务实体")
        for tag, value in (
            ("业务标识符", f"{plan.package_id}-YW{number:05d}"),
            ("机构人员标识符", event.actor),
            ("文件标识符", plan.package_id),
            ("业务状态", event.state),
            ("业务行为", event.action),
            ("行为时间", event.at),
            ("行为依据", event.basis),
            ("行为描述", event.description),
        ):
            _add(entity, tag, value)


def _add_actors(block: etree._Element, plan: PackagePlan) -> None:
    actors: dict[str, str] = {}
    for event in plan.events:
        if event.actor and not actors.get(event.actor):
            actors[event.actor] = event.role
    for name, role in sorted(actors.items()):
        entity = _sub(block, "机构人员实体")
        _add(entity, "机构人员标识符", name)
        _add(entity, "机构人员名称", name)
        _add(entity, "职位", role)


def year_of(plan: PackagePlan) -> str:
    """The year of the case number (收案年度), empty when it has none."""
    found = re.match(r"[（(](\d{4})[）)]", plan.case["case_no"])
    return found[1] if found else ""


def _sub(parent: etree._Element, tag: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")


def _add(parent: etree._Element, tag: str, text: str) -> None:
    _sub(parent, tag).text = clean(text)
