"""`封装元数据.xml`: metadata in the blocks of DA/T 48-2009 (STANDARDS 5.1 to 5.6).

Large objects are not embedded: each is named by its path from this file, with size and digests.
The order of the elements follows the sources of STANDARDS 5 and is that of `resources/schemas/
eep.xsd`; it was not checked against the text of the standard.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from lxml import etree

from app.adapters.packaging.catalogue_files import clean, dossier_title, page_range, to_bytes
from app.adapters.packaging.naming import PARTS, layout_of
from app.adapters.packaging.plan import PackagePlan
from app.kernel.digest import Digest

NAMESPACE = "http://www.saac.gov.cn/standards/ERM/encapsulation"
FORMAT_SENTENCE = "本EEP根据中华人民共和国档案行业标准DA/T 48-2009《基于XML的电子文件封装规范》生成"
_TYPE_SENTENCE = "本封装包包含电子文件数据及其元数据，原始封装，未经修改"
_PROGRAM = "卷宗工作站"
# The duty of what machines did, and who stands for an event without a name.
SOFTWARE, _UNNAMED = "软件", "未登记"
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/jp2": "JPEG 2000",
    "application/pdf": "PDF",
    "application/ofd": "OFD",
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
    writer = _Writer(plan, files)
    writer.add_dossier(block, volumes)
    for volume in volumes:
        for item in volume["items"]:
            writer.add_item(block, volume, item)
    writer.add_events(_sub(content, "业务实体块"), _sub(content, "机构人员实体块"))
    return to_bytes(root)


class _Writer:
    """Writes the entities of one package into their blocks."""

    def __init__(self, plan: PackagePlan, files: dict[str, Digest]) -> None:
        self._plan, self._files = plan, files
        self._layout = layout_of(plan.case)

    def add_dossier(self, block: etree._Element, volumes: list[dict[str, Any]]) -> None:
        """The dossier with the whole document of each volume."""
        plan = self._plan
        code = (("室编案卷号", plan.case.get("file_no", "")),)
        entity = self._entity(block, "案卷", plan.package_id, code)
        closed = plan.case.get("closed_on", "")
        self._describe(entity, title=dossier_title(plan), date=closed, responsible="")
        self._shape(entity, kind="多件", pages=sum(len(volume["sides"]) for volume in volumes))
        data = _sub(entity, "文件数据")
        for volume in volumes:
            document = _sub(data, "文档")
            _add(document, "文档标识符", f"{PARTS[volume['part']]}第{volume['number']:02d}册")
            self._add_file(document, volume["pdf"], "application/pdf")
            self._add_file(document, volume["ofd"], "application/ofd")

    def add_item(self, block: etree._Element, volume: dict[str, Any], item: dict[str, Any]) -> None:
        """One document with its PDF and OFD and the pictures of its sides."""
        number = f"{PARTS[volume['part']]}-{volume['number']:02d}-{item['number']:03d}"
        pages = page_range(item["first_page"], item["last_page"])
        code = (("室编件号", str(item["number"])), ("页号", pages))
        entity = self._entity(block, "文件", f"{self._plan.package_id}-{number}", code)
        self._describe(
            entity, title=item["title"], date=item["date"], responsible=item["responsible"]
        )
        self._shape(entity, kind="单件", pages=item["sides"])
        document = _sub(_sub(entity, "文件数据"), "文档")
        _add(document, "文档标识符", number)
        self._add_file(document, item["pdf"], "application/pdf")
        self._add_file(document, item["ofd"], "application/ofd")
        for side in volume["sides"][item["first"] : item["last"] + 1]:
            self._add_file(document, side["file"], side["media_type"], side)

    def add_events(self, block: etree._Element, actors: etree._Element) -> None:
        """The business events, and who took part in them."""
        plan = self._plan
        people: dict[str, list[str]] = {}
        for event in plan.events:
            duties = people.setdefault(event.actor or _UNNAMED, [])
            if event.role and event.role not in duties:
                duties.append(event.role)
        numbers = {name: f"RY{number:03d}" for number, name in enumerate(sorted(people), 1)}
        for number, event in enumerate(plan.events, 1):
            entity = _sub(block, "业务实体")
            for tag, value in (
                ("业务标识符", f"{plan.package_id}-YW{number:05d}"),
                ("机构人员标识符", numbers[event.actor or _UNNAMED]),
                ("文件标识符", plan.package_id),
                ("业务状态", event.state),
                ("业务行为", event.action),
                ("行为时间", event.at),
                ("行为依据", event.basis),
                ("行为描述", event.description),
            ):
                _add(entity, tag, value)
        for name, identifier in numbers.items():
            entity = _sub(actors, "机构人员实体")
            _add(entity, "机构人员标识符", identifier)
            _add(entity, "机构人员类型", "软件" if people[name] == [SOFTWARE] else "个人")
            _add(entity, "机构人员名称", name)
            _add(entity, "职位", "、".join(people[name]))

    def _entity(
        self, block: etree._Element, level: str, number: str, code: tuple[tuple[str, str], ...]
    ) -> etree._Element:
        case = self._plan.case
        entity = _sub(block, "文件实体")
        _add(entity, "聚合层次", level)
        _add(_sub(entity, "来源"), "立档单位名称", case.get("court", ""))
        _add(entity, "电子文件号", number)
        parts = _sub(entity, "档号")
        for tag, value in (
            ("编码", case.get("archive_no", "")),
            ("全宗号", case.get("fonds_no", "")),
            ("目录号", case.get("catalogue_no", "")),
            ("年度", year_of(self._plan)),
            ("保管期限", case.get("retention", "")),
            ("案号", case["case_no"]),
            *code,
        ):
            _add(parts, tag, value)
        return entity

    def _describe(self, entity: etree._Element, *, title: str, date: str, responsible: str) -> None:
        case = self._plan.case
        description = _sub(entity, "内容描述")
        _add(description, "题名", title)
        _add(description, "责任者", responsible or case.get("court", ""))
        _add(description, "日期", date)
        _add(description, "密级", case.get("security", ""))

    def _shape(self, entity: etree._Element, *, kind: str, pages: int) -> None:
        shape = _sub(entity, "形式特征")
        _add(shape, "文件组合类型", kind)
        _add(shape, "页数", str(pages))
        _add(_sub(entity, "存储位置"), "当前位置", self._layout.tree)

    def _add_file(
        self,
        document: etree._Element,
        path: str,
        media_type: str,
        side: dict[str, Any] | None = None,
    ) -> None:
        """A file by name, size and digests; `side` where it is the picture of one."""
        digest = self._files[path]
        coding = _sub(_sub(document, "文档数据"), "编码")
        electronic = _sub(coding, "电子属性")
        _add(electronic, "格式信息", _FORMATS.get(media_type, media_type))
        _add(electronic, "计算机文件名", path.removeprefix(f"{self._layout.dossier}/"))
        _add(electronic, "计算机文件大小", str(digest.size))
        _add(electronic, "创建程序", _PROGRAM)
        if side is not None:
            digitised = _sub(coding, "数字化属性")
            _add(digitised, "对象形态", "纸质文件数字化图像")
            _add(digitised, "扫描分辨率", f"{side['dpi']}dpi" if side["dpi"] else "")
            _add(digitised, "扫描色彩模式", side["colour"])
            _add(digitised, "图像压缩方案", side["compression"])
        _add(coding, "编码描述", f"按引用封装，SM3：{digest.sm3}，SHA-256：{digest.sha256}")


def year_of(plan: PackagePlan) -> str:
    """The year of the case number (收案年度), empty when it has none."""
    found = re.match(r"[（(](\d{4})[）)]", plan.case["case_no"])
    return found[1] if found else ""


def _sub(parent: etree._Element, tag: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")


def _add(parent: etree._Element, tag: str, text: str) -> None:
    _sub(parent, tag).text = clean(text)
