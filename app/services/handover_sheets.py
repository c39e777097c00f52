"""The rows of the hand-over register, the hand-over form and the register of later material. The
words are those of the court's own registers, whatever language the window speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from app.domain.archiving import ArchivalPackage, Submission
from app.domain.archiving_records import Addition
from app.domain.dossier import Dossier
from app.services.register_sheet import STATES
from app.services.sheets import Cell, Sheet, SheetColumn

HANDOVER = "移交清册"
FORM = "电子档案移交与接收登记表"
ADDITIONS = "案卷归档后补充材料登记表"
ONLINE = "在线"
PARTS = {"main": "正卷", "restricted": "副卷"}
ADDITION_STATES = {
    "asked": "待部门审批",
    "department_approved": "待档案部门审批",
    "approved": "已批准",
    "open": "补充中",
    "closed": "已归档",
    "refused": "不予补充",
}
# The four properties as the check names them, and as the form does.
PROPERTIES = {
    "真实性": "准确性检验",
    "完整性": "完整性检验",
    "可用性": "可用性检验",
    "安全性": "安全性检验",
}
HANDOVER_COLUMNS = (
    SheetColumn(title="序号", width=7, kind="number"),
    SheetColumn(title="档号", width=18),
    SheetColumn(title="案号", width=28),
    SheetColumn(title="案由", width=16),
    SheetColumn(title="承办人", width=9, middle=True),
    SheetColumn(title="结案日期", width=13, kind="day"),
    SheetColumn(title="保管期限", width=11, middle=True),
    SheetColumn(title="册数", width=7, kind="number"),
    SheetColumn(title="页数", width=7, kind="number"),
    SheetColumn(title="数据量（MB）", width=10, kind="number"),
    SheetColumn(title="版本", width=7, kind="number"),
    SheetColumn(title="归档包 SM3", width=30),
    SheetColumn(title="电子回执", width=14),
    SheetColumn(title="接收日期", width=13, kind="day"),
    SheetColumn(title="纸质架位", width=16),
    SheetColumn(title="上架日期", width=13, kind="day"),
    SheetColumn(title="备注", width=9),
)
ADDITION_COLUMNS = (
    SheetColumn(title="序号", width=7, kind="number"),
    SheetColumn(title="提交时间", width=13, kind="day"),
    SheetColumn(title="案号", width=28),
    SheetColumn(title="归档日期", width=13, kind="day"),
    SheetColumn(title="材料内容", width=28),
    SheetColumn(title="正卷或副卷", width=13, middle=True),
    SheetColumn(title="总页数", width=9, kind="number"),
    SheetColumn(title="部门", width=14),
    SheetColumn(title="承办人", width=9, middle=True),
    SheetColumn(title="提交人", width=9, middle=True),
    SheetColumn(title="部门审批", width=18),
    SheetColumn(title="档案部门审批", width=18),
    SheetColumn(title="办理情况", width=13, middle=True),
    SheetColumn(title="版本", width=7, kind="number"),
)
FORM_COLUMNS = (
    SheetColumn(title="项目", width=24),
    SheetColumn(title="移交单位", width=44),
    SheetColumn(title="接收单位", width=44),
)
_SIGNED = "（签字）"
_SEAL = "\n（印章）\n年　　月　　日"


@frozen(kw_only=True)
class HandedOver:
    """One dossier of the register: its newest package and the receipts of both tracks, each None
    while there is none. `bytes` is the size of the package."""

    dossier: Dossier
    package: ArchivalPackage
    bytes: int
    electronic: Submission | None
    paper: Submission | None


@frozen(kw_only=True)
class FormFacts:
    """The head of the form. `sm3` and `sha256` are over the list of contents."""

    name: str
    description: str
    sm3: str
    sha256: str


def megabytes(count: int) -> float:
    """Bytes in MB with three decimals."""
    return round(count / 1_000_000, 3)


def handover_sheet(rows: Sequence[HandedOver], *, court: str, day: str) -> Sheet:
    """移交清册: one row for each dossier, old years first as the rows come."""
    volumes = sum(row.package.volumes for row in rows)
    pages = sum(row.package.pages for row in rows)
    return Sheet(
        name=HANDOVER,
        title=HANDOVER,
        notes=(
            f"移交单位：{court}　日期：{day}",
            f"共 {len(rows)} 件 {volumes} 册 {pages} 页，"
            f"{megabytes(sum(row.bytes for row in rows)):.3f} MB",
        ),
        columns=HANDOVER_COLUMNS,
        rows=[_handover_row(number, row) for number, row in enumerate(rows, 1)],
        landscape=True,
        search=True,
    )


def _handover_row(number: int, row: HandedOver) -> tuple[Cell, ...]:
    dossier, package = row.dossier, row.package
    electronic: Mapping[str, Any] = row.electronic.receipt if row.electronic else {}
    paper: Mapping[str, Any] = row.paper.receipt if row.paper else {}
    return (
        number,
        str(electronic.get("archive_no") or dossier.archival_code),
        dossier.case_no,
        dossier.cause,
        dossier.judge,
        dossier.closed_on,
        dossier.retention,
        package.volumes,
        package.pages,
        megabytes(row.bytes),
        package.version,
        package.manifest_sm3,
        str(electronic.get("receipt_no", "")),
        day_of(str(electronic.get("archived_at") or (row.electronic and row.electronic.ended_at))),
        str(paper.get("location", "")),
        day_of(str(paper.get("shelved_at", ""))),
        "" if dossier.state == "accessioned" else STATES.get(dossier.state, dossier.state),
    )


def day_of(moment: str) -> str:
    """The day of a moment of the record, "" without one."""
    return moment[:10] if moment and moment != "None" else ""


def content_list(rows: Sequence[HandedOver]) -> bytes:
    """The list of contents that the digests of the form are over: package, size and both digests,
    a line each."""
    lines = [
        "\t".join(
            (
                row.dossier.case_no,
                str(row.package.version),
                str(row.bytes),
                row.package.manifest_sm3,
                row.package.manifest_sha256,
            )
        )
        for row in rows
    ]
    return ("\n".join(lines) + "\n").encode()


def form_sheet(rows: Sequence[HandedOver], facts: FormFacts, *, court: str) -> Sheet:
    """《电子档案移交与接收登记表》, both sides beside each other; made out in two copies."""
    volumes = sum(row.package.volumes for row in rows)
    received = [row for row in rows if row.electronic is not None]
    numbers = [row.dossier.archival_code or row.dossier.case_no for row in rows]
    size = f"{sum(row.bytes for row in rows) / 1_000_000_000:.3f} GB"
    span = numbers[0] if len(numbers) == 1 else f"{numbers[0]} 至 {numbers[-1]}"
    lines: list[tuple[Cell, ...]] = [
        ("交接工作名称", facts.name, None),
        ("内容描述", facts.description, None),
        ("移交单位", court, None),
        ("移交数量", f"{len(rows)} 件 {volumes} 卷（册）", None),
        ("移交数据量", size, None),
        ("载体起止号", span, None),
        ("载体类型、规格", ONLINE, None),
        ("检验内容", "移交单位", "接收单位"),
    ]
    lines += [
        (word, _checked(rows, name), _received(received, rows)) for name, word in PROPERTIES.items()
    ]
    lines += [
        ("载体外观检验", f"{ONLINE}移交，无载体", f"{ONLINE}接收，无载体"),
        ("数字摘要（SM3）", facts.sm3, None),
        ("数字摘要（SHA-256）", facts.sha256, None),
        ("填表人", _SIGNED, _SIGNED),
        ("审核人", _SIGNED, _SIGNED),
        ("单位", _SEAL, _SEAL),
    ]
    return Sheet(
        name="登记表",
        title=FORM,
        notes=("一式两份，移交单位与接收单位各执一份。数字摘要对移交内容清单计算。",),
        columns=FORM_COLUMNS,
        rows=lines,
    )


def _checked(rows: Sequence[HandedOver], name: str) -> str:
    """What the checks before the hand-over say about one property; open ones are not passed."""
    results = [
        str(check["result"])
        for row in rows
        for check in row.package.checks
        if check.get("property") == name
    ]
    if not results:
        return "未检验"
    words = {"pass": "合格", "fail": "不合格", "manual": "待人工核验"}
    counted = [
        f"{word} {count} 项"
        for code, word in words.items()
        if (count := sum(result == code for result in results))
    ]
    return "，".join(counted)


def _received(received: Sequence[HandedOver], rows: Sequence[HandedOver]) -> str:
    """What the receipts of the archive say; nothing is filled in for it."""
    return f"回执 {len(received)} / {len(rows)} 件，接收检验合格" if received else ""


def additions_sheet(
    rows: Sequence[tuple[Dossier, Addition, str]], *, court: str, day: str
) -> Sheet:
    """《案卷归档后补充材料登记表》: each addition with its dossier and the day of archiving."""
    return Sheet(
        name="补充材料",
        title=ADDITIONS,
        notes=(f"{court}　日期：{day}　共 {len(rows)} 项",),
        columns=ADDITION_COLUMNS,
        rows=[_addition_row(number, *row) for number, row in enumerate(rows, 1)],
        landscape=True,
        search=True,
    )


def _addition_row(
    number: int, dossier: Dossier, addition: Addition, archived_on: str
) -> tuple[Cell, ...]:
    said = {str(row["role"]): row for row in addition.approvals}
    return (
        number,
        addition.submitted_on,
        dossier.case_no,
        archived_on,
        addition.content,
        PARTS.get(addition.part, addition.part),
        addition.pages,
        addition.department,
        addition.judge,
        addition.submitter,
        _approval(said.get("department")),
        _approval(said.get("archive")),
        ADDITION_STATES.get(addition.state, addition.state),
        addition.version or None,
    )


def _approval(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    words = f"{row['person']} {day_of(str(row['at']))}"
    return f"{words} {row['remark']}" if row.get("remark") else words
