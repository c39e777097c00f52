"""Registering cases, listing them and telling what comes next."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.domain.access import Actor
from app.domain.archiving import ELECTRONIC, PAPER
from app.domain.dossier import MAIN, Dossier
from app.kernel.errors import BadInput, Fault
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.views import CaseRow, CaseView, HistoryRow, StepState
from archive_rules.case_number import parse
from archive_rules.templates import template_for

TEXT_FIELDS = (
    "court",
    "cause",
    "plaintiff",
    "defendant",
    "judge",
    "clerk",
    "filed_on",
    "closed_on",
)
ARCHIVING_DAYS = 90  # three months after closing (STANDARDS 2.19, a setting per court)
STEPS = ("scan", "inspect", "catalogue", "reconcile", "archive")
DOUBTFUL_BELOW = 0.7

# Column heads of spreadsheets by field, Chinese first: what courts write into their lists.
COLUMNS = {
    "案号": "case_no",
    "法院": "court",
    "法院名称": "court",
    "案由": "cause",
    "原告": "plaintiff",
    "被告": "defendant",
    "审判长": "judge",
    "承办人": "judge",
    "承办法官": "judge",
    "书记员": "clerk",
    "收案日期": "filed_on",
    "立案日期": "filed_on",
    "结案日期": "closed_on",
    "页数": "paper_pages",
    "总页数": "paper_pages",
    "纸质页数": "paper_pages",
}


class Cases(Service):
    """Use cases around the case itself."""

    def register_case(self, actor: Actor, facts: dict[str, Any]) -> CaseView:
        """Register a case, or fill in what a registered one does not hold yet.

        `facts` is the record of `--facts`. Raises BadInput CASE-102 when a value has the wrong
        form, ARC-101 when the case number is none.
        """
        actor.require("register")
        values = facts_values(facts)
        with self._context.storage.write() as tx:
            existing = tx.dossiers.first(case_no=values["case_no"])
            if existing is None:
                number = parse(values["case_no"])
                dossier = Dossier(
                    id=new_id("dossier"),
                    template=template_for(number, MAIN).id,
                    rule_set=self._context.rule_set,
                    created_at=self._now(),
                    **values,
                )
                tx.dossiers.add(dossier)
                tx.audit.record(actor.name, "case_registered", dossier.case_no)
                tx.commit()
            else:
                self._complete(tx, actor, existing, values)
        return self.case(values["case_no"])

    def _complete(
        self, tx: Transaction, actor: Actor, dossier: Dossier, values: dict[str, Any]
    ) -> None:
        import attrs

        changes = {
            name: value
            for name, value in values.items()
            if value not in ("", None, ()) and getattr(dossier, name) != value
        }
        if not changes or dossier.state in ("sealed", "packaged", "submitted", "accessioned"):
            return
        tx.dossiers.replace(attrs.evolve(dossier, **changes))
        tx.audit.record(actor.name, "case_completed", dossier.case_no, fields=sorted(changes))
        tx.commit()

    def import_cases(self, actor: Actor, path: Path) -> dict[str, Any]:
        """Register every case of a .xlsx, .csv or .json file; bad rows are named, good ones go on.

        Raises BadInput CASE-103 when the file cannot be read as a list of cases.
        """
        actor.require("register")
        imported, rejected = 0, []
        for number, row in enumerate(read_case_list(path), start=1):
            try:
                self.register_case(actor, row)
                imported += 1
            except Fault as fault:
                rejected.append({"row": number, "fault": fault.as_record()})
        return {"imported": imported, "rejected": rejected}

    def cases(self) -> list[CaseRow]:
        """All cases, the most urgent first."""
        rows = []
        with self._context.storage.read() as tx:
            for dossier in tx.dossiers.find():
                action, blockers = self._next(tx, dossier)
                due = due_day(dossier.closed_on)
                done = dossier.state == "accessioned"
                rows.append(
                    CaseRow(
                        case_no=dossier.case_no,
                        state=dossier.state,
                        cause=dossier.cause,
                        plaintiff=dossier.plaintiff,
                        defendant=dossier.defendant,
                        clerk=dossier.clerk,
                        sides=tx.sides.count(dossier_id=dossier.id, superseded=False),
                        due=due,
                        overdue=bool(due) and not done and due < self._now()[:10],
                        next_action=action,
                        blockers=blockers,
                    )
                )
        return sorted(
            rows, key=lambda row: (row.state == "accessioned", row.due or "9999", row.case_no)
        )

    def case(self, case_no: str) -> CaseView:
        """One case. Raises BadInput CASE-101 when it is not registered."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            jobs = tx.jobs.counts(dossier.id)
            items = tx.items.find(dossier_id=dossier.id)
            open_findings = tx.findings.find(dossier_id=dossier.id, verdict="")
            package = tx.packages.find(dossier_id=dossier.id)
            action, blockers = self._next(tx, dossier)
            discrepancies = open_discrepancies(tx, dossier)
            return CaseView(
                case_no=dossier.case_no,
                state=dossier.state,
                court=dossier.court,
                cause=dossier.cause,
                plaintiff=dossier.plaintiff,
                defendant=dossier.defendant,
                judge=dossier.judge,
                clerk=dossier.clerk,
                filed_on=dossier.filed_on,
                closed_on=dossier.closed_on,
                mode=dossier.mode,
                retention=dossier.retention,
                template=dossier.template,
                paper_pages=dossier.paper_pages,
                sheets=len({(side.batch_id, side.sheet) for side in sides}),
                sides=len(sides),
                blank_sides=sum(side.blank for side in sides),
                queued=jobs["queued"] + jobs["running"],
                failed=jobs["failed"],
                open_findings=sum(f.severity in ("fail", "warn") for f in open_findings),
                items=len(items),
                doubtful_items=sum(
                    not item.confirmed_by and item.confidence < DOUBTFUL_BELOW for item in items
                ),
                open_discrepancies=discrepancies,
                package=package[-1].path if package else "",
                next_action=action,
                blockers=blockers,
                steps=_steps(dossier.state, action, blockers),
            )

    def history(self, case_no: str) -> list[HistoryRow]:
        """What happened to a case, newest last."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return [
                HistoryRow(
                    number=row.number,
                    at=row.at,
                    actor=row.actor,
                    action=row.action,
                    details=row.details,
                )
                for row in tx.audit.rows(dossier.case_no)
            ]

    def _next(self, tx: Transaction, dossier: Dossier) -> tuple[str, int]:
        """The next action of a case and how many things stand before it."""
        state = dossier.state
        if state == "registered":
            return "scan", 0
        if state in ("scanned", "catalogued", "reconciled"):
            return self._next_at_the_desk(tx, dossier)
        if state == "sealed":
            return "package", 0
        if state == "packaged":
            return "submit", 0
        if state == "submitted":
            if not tx.submissions.count(dossier_id=dossier.id, track=ELECTRONIC, state="receipted"):
                return "submit", 0
            shelved = tx.submissions.first(dossier_id=dossier.id, track=PAPER, state="receipted")
            if shelved is None:
                returned = tx.custody.first(dossier_id=dossier.id, action="returned")
                return ("shelve" if returned else "return_paper"), 0
            return "submit", 0
        return "none", 0

    def _next_at_the_desk(self, tx: Transaction, dossier: Dossier) -> tuple[str, int]:
        jobs = tx.jobs.counts(dossier.id)
        if jobs["queued"] + jobs["running"]:
            return "process", jobs["queued"] + jobs["running"]
        failing = tx.findings.count(dossier_id=dossier.id, verdict="", severity="fail")
        if failing:
            return "inspect", failing
        if dossier.state == "scanned":
            return "catalogue", 0
        if dossier.state == "catalogued":
            return "reconcile", 0
        waiting = open_discrepancies(tx, dossier)
        return ("resolve", waiting) if waiting else ("seal", 0)


def open_discrepancies(tx: Transaction, dossier: Dossier) -> int:
    """Discrepancies nobody has settled yet ("ask" is not settled)."""
    return tx.ledger.count(dossier_id=dossier.id, verdict=["", "ask"])


def due_day(closed_on: str) -> str:
    """The day by which a dossier must be archived, empty when the case is not closed."""
    try:
        return (date.fromisoformat(closed_on) + timedelta(days=ARCHIVING_DAYS)).isoformat()
    except ValueError:
        return ""


def facts_values(facts: dict[str, Any]) -> dict[str, Any]:
    """The fields of a dossier in a facts record. Raises BadInput CASE-102, ARC-101."""
    if not isinstance(facts, dict) or not str(facts.get("case_no") or "").strip():
        raise BadInput("CASE-102", field="case_no", value="")
    values: dict[str, Any] = {"case_no": parse(str(facts["case_no"])).normal}
    for name in TEXT_FIELDS:
        values[name] = str(facts.get(name) or "").strip()
    pages = facts.get("paper_pages")
    if pages in (None, ""):
        values["paper_pages"] = None
    else:
        try:
            values["paper_pages"] = int(pages)
        except (TypeError, ValueError):
            raise BadInput("CASE-102", field="paper_pages", value=str(pages)) from None
        if values["paper_pages"] < 0:
            raise BadInput("CASE-102", field="paper_pages", value=str(pages))
    values["declared"] = tuple(_declared_row(row) for row in facts.get("catalogue") or ())
    return values


def _declared_row(row: Any) -> dict[str, Any]:
    try:
        title, pages = str(row["title"]), row.get("pages") or []
        if isinstance(pages, int):
            pages = [pages]
        return {"title": title, "pages": [int(page) for page in pages][:2]}
    except (TypeError, KeyError, ValueError, AttributeError):
        raise BadInput("CASE-102", field="catalogue", value=str(row)[:80]) from None


def read_case_list(path: Path) -> list[dict[str, Any]]:
    """The rows of a case list by field name. Raises BadInput CASE-103."""
    try:
        if path.suffix.lower() == ".json":
            loaded = json.loads(path.read_text(encoding="utf-8-sig"))
            rows = loaded if isinstance(loaded, list) else [loaded]
            if not all(isinstance(row, dict) for row in rows):
                raise ValueError("not a list of objects")
            return rows
        if path.suffix.lower() == ".csv":
            return _table_rows(_csv_rows(path))
        if path.suffix.lower() == ".xlsx":
            return _table_rows(_xlsx_rows(path))
    except (OSError, ValueError, KeyError) as error:
        raise BadInput("CASE-103", path=str(path), reason=str(error)) from error
    raise BadInput("CASE-103", path=str(path), reason=path.suffix or "?")


def _csv_rows(path: Path) -> list[list[Any]]:
    data = path.read_bytes()
    # Excel on a Chinese Windows writes GBK; a file that is UTF-8 is never valid GBK by chance
    # for long, so UTF-8 is tried first.
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return [list(row) for row in csv.reader(text.splitlines())]


def _xlsx_rows(path: Path) -> list[list[Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except BadZipFile as error:
        raise ValueError(str(error)) from error
    try:
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _table_rows(rows: list[list[Any]]) -> list[dict[str, Any]]:
    rows = [row for row in rows if any(str(cell or "").strip() for cell in row)]
    if not rows:
        raise ValueError("no rows")
    heads = [COLUMNS.get(str(cell or "").strip(), str(cell or "").strip()) for cell in rows[0]]
    if "case_no" not in heads:
        raise ValueError("案号")
    return [
        {
            head: _cell(value)
            for head, value in zip(heads, row, strict=False)
            if head and value is not None
        }
        for row in rows[1:]
    ]


def _cell(value: Any) -> Any:
    if hasattr(value, "date") and callable(value.date):
        return value.date().isoformat()
    return value if isinstance(value, int) else str(value).strip()


def _steps(state: str, action: str, blockers: int) -> tuple[StepState, ...]:
    current = {
        "scan": 0,
        "process": 1,
        "inspect": 1,
        "catalogue": 2,
        "reconcile": 3,
        "resolve": 3,
        "seal": 4,
    }.get(action, 4)
    steps = []
    for index, step in enumerate(STEPS):
        if state == "accessioned" or index < current:
            steps.append(StepState(step=step, state="done"))
        elif index == current:
            word = "blocked" if blockers and action != "process" else "current"
            steps.append(StepState(step=step, state=word, open_count=blockers))
        else:
            steps.append(StepState(step=step, state="ahead"))
    return tuple(steps)
