"""The rows of the register of cases and of the list of terms. The words are those of the court's
own registers, whatever language the window speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.dossier import MAIN, RESTRICTED, Dossier
from app.services.register_views import TermRow
from app.services.sheets import Cell, SheetColumn

STATES = {
    "registered": "已登记",
    "scanned": "已扫描",
    "catalogued": "已编目",
    "reconciled": "已核对",
    "sealed": "已封卷",
    "packaged": "已封装",
    "submitted": "已提交",
    "accessioned": "已入库",
}
TERM_STATES = {
    "overdue": "逾期",
    "remind": "应归档",
    "unclosed": "无结案日期",
    "running": "期限内",
    "done": "已归档",
}
# Heads that `case import` knows are taken over again; the others are for the reader.
REGISTER_COLUMNS = (
    SheetColumn(title="案号", width=26),
    SheetColumn(title="法院", width=22),
    SheetColumn(title="案由", width=18),
    SheetColumn(title="原告", width=20),
    SheetColumn(title="被告", width=20),
    SheetColumn(title="承办人", width=9, middle=True),
    SheetColumn(title="书记员", width=9, middle=True),
    SheetColumn(title="收案日期", width=11, kind="day"),
    SheetColumn(title="结案日期", width=11, kind="day"),
    SheetColumn(title="状态", width=9, middle=True),
    SheetColumn(title="保管期限", width=9, middle=True),
    SheetColumn(title="档号", width=26),
    SheetColumn(title="册数", width=6, kind="number"),
    SheetColumn(title="编号页", width=7, kind="number"),
    SheetColumn(title="面数", width=7, kind="number"),
    SheetColumn(title="纸质页数", width=9, kind="number"),
    SheetColumn(title="正卷张数", width=9, kind="number"),
    SheetColumn(title="副卷张数", width=9, kind="number"),
    SheetColumn(title="归档期限", width=11, kind="day"),
    SheetColumn(title="期限状态", width=10, middle=True),
    SheetColumn(title="剩余天数", width=9, kind="number"),
    SheetColumn(title="延长至", width=11, kind="day"),
)
TERM_COLUMNS = (
    SheetColumn(title="案号", width=28),
    SheetColumn(title="案由", width=20),
    SheetColumn(title="承办人", width=9, middle=True),
    SheetColumn(title="书记员", width=9, middle=True),
    SheetColumn(title="状态", width=9, middle=True),
    SheetColumn(title="结案日期", width=11, kind="day"),
    SheetColumn(title="归档期限", width=11, kind="day"),
    SheetColumn(title="期限状态", width=11, middle=True),
    SheetColumn(title="剩余天数", width=9, kind="number"),
    SheetColumn(title="延长至", width=11, kind="day"),
    SheetColumn(title="延长理由", width=24),
    SheetColumn(title="批准人", width=10, middle=True),
)


def register_row(
    dossier: Dossier, sides: Sequence[tuple[Any, ...]], term: TermRow
) -> tuple[Cell, ...]:
    """One case. `sides` are part, volume and page number of its active sides."""
    numbered = sum(number is not None for _part, _volume, number in sides)
    volumes = len({(part, volume) for part, volume, _number in sides})
    return (
        dossier.case_no,
        dossier.court,
        dossier.cause,
        dossier.plaintiff,
        dossier.defendant,
        dossier.judge,
        dossier.clerk,
        dossier.filed_on,
        dossier.closed_on,
        STATES.get(dossier.state, dossier.state),
        dossier.retention,
        dossier.archival_code,
        volumes or None,
        numbered or None,
        len(sides) or None,
        dossier.paper_pages,
        dossier.declared_sheets.get(MAIN),
        dossier.declared_sheets.get(RESTRICTED),
        term.due_on,
        TERM_STATES.get(term.state, term.state),
        term.days_left,
        term.extended_to,
    )


def term_cells(row: TermRow) -> tuple[Cell, ...]:
    """One line of the list of terms."""
    return (
        row.case_no,
        row.cause,
        row.judge,
        row.clerk,
        STATES.get(row.case_state, row.case_state),
        row.closed_on,
        row.due_on,
        TERM_STATES.get(row.state, row.state),
        row.days_left,
        row.extended_to,
        row.reason,
        row.approver,
    )
