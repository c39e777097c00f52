"""Registering cases, listing them and telling what comes next."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.access import Actor
from app.domain.archiving import ELECTRONIC, PAPER
from app.domain.dossier import MAIN, RESTRICTED, Dossier
from app.domain.lifecycle import SEALED
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.archival_codes import adopt_code
from app.services.case_list import read_case_list
from app.services.catalogue_templates import doubts_of_case, template_for_new_case
from app.services.context import Service
from app.services.court_settings import term_rules
from app.services.item_rows import is_doubtful
from app.services.ports import Transaction
from app.services.retention import basis
from app.services.review_state import review_waits
from app.services.sheet_sums import open_sheet_work, sums_of
from app.services.terms import term
from app.services.track_standing import court_mode
from app.services.views import CaseRow, CaseView, HistoryRow, StepState
from archive_rules.case_number import parse
from archive_rules.retention import load_retention

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
DATE_FIELDS = ("filed_on", "closed_on")
# Sheets of paper handed in, by part of the dossier.
SHEET_FIELDS = (("sheets", MAIN), ("restricted_sheets", RESTRICTED))
LONGEST_COUNT = 6
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?")
STEPS = ("scan", "inspect", "catalogue", "reconcile", "archive")


class Cases(Service):
    """Use cases around the case itself."""

    def register_case(self, actor: Actor, facts: dict[str, Any]) -> CaseView:
        """Register a case, or fill in what a registered one does not hold yet.

        `facts` is the record of `--facts`. Raises BadInput CASE-102 when a value has the wrong
        form, ARC-101 when the case number is none, RET-101 for a word that is no term of keeping,
        and as `app.services.archival_codes.adopt_code` for an archival code.
        """
        actor.require("register")
        return self.case(self._register(actor, facts))

    def _register(self, actor: Actor, facts: dict[str, Any]) -> str:
        """As `register_case`; gives the number of the case, for lists of thousands of them."""
        values = facts_values(facts)
        with self._context.storage.write() as tx:
            existing = tx.dossiers.first(case_no=values["case_no"])
            code = values.pop("archival_code")
            if values["retention"]:
                values["retention_basis"] = basis(actor, self._now(), "imported")
            else:
                del values["retention"]
            if existing is None:
                number = parse(values["case_no"])
                dossier = Dossier(
                    id=new_id("dossier"),
                    template=template_for_new_case(tx, number, self._today()),
                    rule_set=self._context.rule_set,
                    mode=court_mode(tx),
                    created_at=self._now(),
                    **values,
                )
                tx.dossiers.add(dossier)
                tx.audit.record(actor.name, "case_registered", dossier.case_no)
                _record_retention(tx, actor, dossier, before="")
                if code:
                    adopt_code(tx, actor, dossier, code)
                tx.commit()
            else:
                self._complete(tx, actor, existing, values, code)
        return str(values["case_no"])

    def _complete(
        self, tx: Transaction, actor: Actor, dossier: Dossier, values: dict[str, Any], code: str
    ) -> None:
        import attrs

        if dossier.state in SEALED:
            return
        if values.get("retention") == dossier.retention:
            # A list that says what stands here settles nothing.
            values = {name: value for name, value in values.items() if name != "retention_basis"}
        values = values | {"declared_sheets": dossier.declared_sheets | values["declared_sheets"]}
        changes = {
            name: value
            for name, value in values.items()
            if value not in ("", None, (), {}) and getattr(dossier, name) != value
        }
        if changes:
            changed = attrs.evolve(dossier, **changes)
            tx.dossiers.replace(changed)
            tx.audit.record(actor.name, "case_completed", dossier.case_no, fields=sorted(changes))
            if "retention_basis" in changes:
                _record_retention(tx, actor, changed, before=dossier.retention)
        if code:
            adopt_code(tx, actor, tx.dossiers.get(dossier.id), code)
        tx.commit()

    def import_cases(self, actor: Actor, path: Path) -> dict[str, Any]:
        """Register every case of a .xlsx, .csv or .json file; bad rows are named, good ones go on.

        `row` of a rejected case is its row in the sheet (the heads are row 1) or its place in the
        JSON list. Raises BadInput CASE-103 when the file cannot be read as a list of cases.
        """
        actor.require("register")
        imported, rejected = 0, []
        for number, row in read_case_list(path):
            try:
                self._register(actor, row)
                imported += 1
            except (BadInput, Refused) as fault:
                rejected.append({"row": number, "fault": fault.as_record()})
        return {"imported": imported, "rejected": rejected}

    def cases(self) -> list[CaseRow]:
        """All cases, the most urgent first."""
        rows = []
        with self._context.storage.read() as tx:
            rules, today = term_rules(tx), self._today()
            sides = tx.sides.tally("dossier_id", superseded=False)
            for dossier in tx.dossiers.find():
                action, blockers = self._next(tx, dossier)
                archiving = term(dossier, rules, today)
                rows.append(
                    CaseRow(
                        case_no=dossier.case_no,
                        state=dossier.state,
                        cause=dossier.cause,
                        plaintiff=dossier.plaintiff,
                        defendant=dossier.defendant,
                        clerk=dossier.clerk,
                        sides=sides.get(dossier.id, 0),
                        due=archiving.due_on.isoformat() if archiving.due_on else "",
                        overdue=archiving.state == "overdue",
                        term=archiving.state,
                        days_left=archiving.days_left,
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
            sides = tx.sides.pick(
                ("id", "batch_id", "sheet", "blank"), dossier_id=dossier.id, superseded=False
            )
            jobs = tx.jobs.counts(dossier.id)
            items = tx.items.find(dossier_id=dossier.id)
            open_findings = tx.findings.pick(
                ("side_id",), dossier_id=dossier.id, verdict="", severity=["fail", "warn"]
            )
            active = {side_id for side_id, *_rest in sides}
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
                sheets=len({(batch, sheet) for _id, batch, sheet, _blank in sides}),
                sides=len(sides),
                blank_sides=sum(blank for *_rest, blank in sides),
                queued=jobs["queued"] + jobs["running"],
                failed=jobs["failed"],
                open_findings=sum(side_id in active for (side_id,) in open_findings),
                items=len(items),
                doubtful_items=sum(is_doubtful(item) for item in items),
                open_discrepancies=discrepancies,
                package=package[-1].path if package else "",
                next_action=action,
                blockers=blockers,
                steps=_steps(dossier.state, action, blockers),
                sheet_sums=sums_of(tx, dossier),
                doubts=doubts_of_case(dossier),
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
        sheets = open_sheet_work(tx, dossier)
        if sheets:
            return "scan", sheets
        jobs = tx.jobs.counts(dossier.id)
        if jobs["queued"] + jobs["running"]:
            return "process", jobs["queued"] + jobs["running"]
        failing = open_failures(tx, dossier)
        if failing:
            return "inspect", failing
        if dossier.state == "scanned":
            return "catalogue", 0
        if dossier.state == "catalogued":
            return "reconcile", 0
        waiting = open_discrepancies(tx, dossier)
        if waiting:
            return "resolve", waiting
        reviewing = review_waits(tx, dossier)
        return ("review", reviewing) if reviewing else ("seal", 0)


def _record_retention(tx: Transaction, actor: Actor, dossier: Dossier, *, before: str) -> None:
    """Put on record that a list of cases settled the term of keeping."""
    if dossier.retention_basis:
        tx.audit.record(
            actor.name,
            "retention_set",
            dossier.case_no,
            retention=dossier.retention,
            before=before,
            basis=dossier.retention_basis["code"],
        )


def open_discrepancies(tx: Transaction, dossier: Dossier) -> int:
    """Discrepancies nobody has settled yet ("ask" is not settled)."""
    return tx.ledger.count(dossier_id=dossier.id, verdict=["", "ask"])


def open_failures(tx: Transaction, dossier: Dossier) -> int:
    """Serious findings on active sides that nobody judged; a superseded side waits for nobody."""
    findings = tx.findings.pick(("side_id",), dossier_id=dossier.id, verdict="", severity="fail")
    if not findings:
        return 0
    active = set(tx.sides.pick(("id",), dossier_id=dossier.id, superseded=False))
    return sum(row in active for row in findings)


def facts_values(facts: dict[str, Any]) -> dict[str, Any]:
    """The fields of a dossier in a facts record. Raises BadInput CASE-102, ARC-101."""
    if not isinstance(facts, dict) or not str(facts.get("case_no") or "").strip():
        raise BadInput("CASE-102", field="case_no", value="")
    values: dict[str, Any] = {"case_no": parse(str(facts["case_no"])).normal}
    for name in TEXT_FIELDS:
        values[name] = _text(name, facts.get(name))
    for name in DATE_FIELDS:
        values[name] = _day(name, values[name])
    values["paper_pages"] = _count("paper_pages", "页", facts.get("paper_pages"))
    values["declared_sheets"] = {
        part: sheets
        for name, part in SHEET_FIELDS
        if (sheets := _count(name, "张", facts.get(name))) is not None
    }
    retention = _text("retention", facts.get("retention"))
    values["retention"] = load_retention().name_of(retention) if retention else ""
    values["archival_code"] = _text("archival_code", facts.get("archival_code"))
    rows = facts.get("catalogue") or ()
    if not isinstance(rows, list | tuple):
        raise BadInput("CASE-102", field="catalogue", value=str(rows)[:80])
    values["declared"] = tuple(_declared_row(row) for row in rows)
    if rows and values["paper_pages"] == 0:
        raise BadInput("CASE-102", field="paper_pages", value="0")
    return values


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise BadInput("CASE-102", field=name, value=str(value)[:80])
    return str(value).strip()


def _day(name: str, text: str) -> str:
    """A day as courts write it (2019-03-05, 2019/3/5, 2019.3.5, 2019年3月5日) in ISO form."""
    if not text:
        return ""
    found = DAY.fullmatch(text)
    if found is not None:
        try:
            return date(*(int(part) for part in found.groups())).isoformat()
        except ValueError:
            pass
    raise BadInput("CASE-102", field=name, value=text[:80])


def _count(name: str, unit: str, value: Any) -> int | None:
    """A number of pages or sheets, with or without its unit. Raises BadInput CASE-102."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().removesuffix(unit)
    if (
        isinstance(value, bool)
        or not text.isascii()
        or not text.isdigit()
        or len(text) > LONGEST_COUNT
    ):
        raise BadInput("CASE-102", field=name, value=str(value)[:80])
    return int(text)


def _declared_row(row: Any) -> dict[str, Any]:
    try:
        title, pages = row["title"], row.get("pages")
        if pages is None:
            pages = []
        if isinstance(pages, int):
            pages = [pages]
        if not isinstance(title, str) or not isinstance(pages, list | tuple) or not title.strip():
            raise TypeError
        numbers = [int(page) for page in pages]
        if len(numbers) > 2 or any(not 0 < number < 1_000_000 for number in numbers):
            raise ValueError
        return {"title": title, "pages": numbers}
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        raise BadInput("CASE-102", field="catalogue", value=str(row)[:80]) from None


def _steps(state: str, action: str, blockers: int) -> tuple[StepState, ...]:
    current = {
        "scan": 0,
        "process": 1,
        "inspect": 1,
        "catalogue": 2,
        "reconcile": 3,
        "resolve": 3,
        "review": 3,
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
