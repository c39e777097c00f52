"""`demo`: the whole line on the bundled paper dossier, from the first sheet to the last receipt.

Every step is the same service call that the window makes; nothing is prepared behind its back.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from app.bootstrap import open_workstation
from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.access import ARCHIVIST, CLERK, OPERATOR, Actor
from app.kernel.clock import SystemClock, timestamp
from app.kernel.errors import Fault
from app.kernel.progress import Progress
from app.kernel.translation import translate as _
from app.services.reading_desk_views import ApplicationForm, GrantedCode, GrantTerms
from app.services.views import ScanEventView
from app.services.workstation import Workstation

SOURCE = "simulated:demo"
SHELF = "A库/3/2/4/7/1"
READER = ("李律师", "13101201010101")
PAPERS = ("lawyer_licence", "power_of_attorney", "firm_letter")


@frozen(kw_only=True)
class Step:
    """One finished step of the demo."""

    name: str
    title: str
    seconds: float
    ok: bool
    note: str


class _Line:
    """Walks the demo dossier down the line and keeps what every step said."""

    def __init__(self, call: Call, workstation: Workstation, out: Path, facts: Path) -> None:
        self._call = call
        self._work = workstation
        self._out = out
        self._facts = json.loads(facts.read_text(encoding="utf-8"))
        self.case_no = str(self._facts["case_no"])
        self._operator = Actor(name="扫描员 王芳", role=OPERATOR)
        self._archivist = Actor(name="档案员 陈静", role=ARCHIVIST)
        self._clerk = Actor(name=f"书记员 {self._facts.get('clerk') or '赵敏'}", role=CLERK)
        self._pages = 0

    def steps(self) -> list[tuple[str, str, Callable[[], str]]]:
        """Name, title and work of every step in order."""
        return [
            ("register", _("Register the case"), self._register),
            ("scan", _("Scan the stack"), self._scan),
            ("process", _("Inspect and recognise"), self._process),
            ("catalogue", _("Catalogue"), self._catalogue),
            ("reconcile", _("Reconcile with paper"), self._reconcile),
            ("seal", _("Seal"), self._seal),
            ("package", _("Package and check"), self._package),
            ("submit", _("Submit electronically"), self._submit),
            ("return_paper", _("Return the paper by locker"), self._return_paper),
            ("shelve", _("Shelve the paper"), self._shelve),
            ("tracks", _("Match both receipts"), self._tracks),
            ("review", _("Review terminal"), self._review),
            ("audit", _("Verify the audit chain"), self._audit),
        ]

    def _register(self) -> str:
        view = self._work.register_case(self._clerk, self._facts)
        self.case_no = view.case_no
        return view.case_no

    def _scan(self) -> str:
        def listen(event: ScanEventView) -> None:
            self._call.report(Progress(step="scan", done=event.sides, total=0))

        result = self._work.scan(
            self._operator, self.case_no, SOURCE, on_event=listen, cancel=self._call.cancel
        )
        return _("{sheets} sheets, {sides} sides").format(sheets=result.sheets, sides=result.sides)

    def _process(self) -> str:
        counts = self._work.process(
            self._operator, self.case_no, report=self._call.report, cancel=self._call.cancel
        )
        if counts.failed:
            raise Fault("JOB-104", failed=counts.failed)
        view = self._work.case(self.case_no)
        return _("{blank} blank sides, {findings} findings").format(
            blank=view.blank_sides, findings=view.open_findings
        )

    def _catalogue(self) -> str:
        self._work.catalogue(self._archivist, self.case_no, report=self._call.report)
        view = self._work.case(self.case_no)
        confirmed = self._work.confirm_all(self._archivist, self.case_no)
        return _("{items} items, {doubtful} doubtful, {confirmed} confirmed").format(
            items=view.items, doubtful=view.doubtful_items, confirmed=confirmed
        )

    def _reconcile(self) -> str:
        if self._work.case(self.case_no).state != "catalogued":
            raise Fault("DOS-101", machine="dossier", state="", trigger="reconcile")
        view = self._work.reconcile(self._archivist, self.case_no)
        self._pages = sum(s.role == "page" for s in self._work.sides(self.case_no, "main"))
        if view.verdict != "consistent":
            found = "；".join(row.explanation for row in view.discrepancies)
            raise Fault("REC-104", found=found)
        return _("consistent, {pages} pages").format(pages=self._pages)

    def _seal(self) -> str:
        self._work.seal(self._archivist, self.case_no)
        return self._work.case(self.case_no).state

    def _package(self) -> str:
        view = self._work.build_package(
            self._archivist,
            self.case_no,
            self._out / "package",
            report=self._call.report,
            cancel=self._call.cancel,
        )
        if not view.accepted:
            failed = "、".join(row.code for row in view.checks if row.result == "fail")
            raise Fault("DOS-108", failed=failed)
        passed = sum(row.result == "pass" for row in view.checks)
        manual = sum(row.result == "manual" for row in view.checks)
        return _("{passed} checks passed, {manual} for a person").format(
            passed=passed, manual=manual
        )

    def _submit(self) -> str:
        view = self._work.submit(
            self._archivist,
            self.case_no,
            "archive",
            report=self._call.report,
            cancel=self._call.cancel,
        )
        return str(view.electronic["receipt"].get("receipt_no", ""))

    def _return_paper(self) -> str:
        row, code = self._work.offer(
            self._clerk,
            self.case_no,
            self._archivist.name,
            self._work.cabinets()[0],
            volumes=1,
            pages=self._pages,
        )
        self._work.deposit(self._clerk, row.id)
        self._work.collect(self._archivist, row.id, code)
        self._work.acknowledge(self._archivist, row.id, volumes=1, pages=self._pages)
        return _("cell {cell}, code checked, counted").format(cell=row.cell)

    def _shelve(self) -> str:
        view = self._work.shelve(self._archivist, self.case_no, SHELF, 1, self._pages)
        return str(view.paper["location"])

    def _tracks(self) -> str:
        view = self._work.tracks(self.case_no)
        if not view.accessioned:
            raise Fault("DOS-112", open=json.dumps(view.open, ensure_ascii=False))
        return view.state

    def _review(self) -> str:
        granted = self._granted()
        room = self._work.reading_room()
        visit = room.sign_in("code", granted.code)
        desk = room.session_desk(visit.id)
        session = desk.open_case(visit.cases[0].grant)
        page = desk.page(session.grant, session.pages[0])
        desk.shown(page.issue)
        (self._out / "review-page-1.jpg").write_bytes(page.picture)
        room.sign_out(visit.id, "reader")
        return _("{pages} pages granted, watermark burned in").format(pages=len(session.pages))

    def _granted(self) -> GrantedCode:
        """The counter sees the papers, and somebody else approves."""
        form = ApplicationForm(
            reader_kind="lawyer",
            reader=READER[0],
            certificate=READER[1],
            represents=str(self._facts.get("plaintiff") or "原告"),
            papers=tuple((paper, "") for paper in PAPERS),
            wants_copies=True,
        )
        row = self._work.apply_for_reading(self._clerk, self.case_no, form)
        self._work.check_application(self._clerk, row.id, PAPERS)
        preview = self._work.grant_preview(self.case_no, GrantTerms())
        withheld = tuple(item.number for item in preview.items if item.proposed)
        terms = GrantTerms(withheld_items=withheld, prints=5)
        return self._work.approve_application(self._archivist, row.id, terms, "代理律师阅卷")

    def _audit(self) -> str:
        report = self._work.audit_verify()
        if not report.ok:
            raise Fault("AUD-101", row=report.broken_at)
        return _("{rows} rows, intact").format(rows=report.rows)


def run_demo(call: Call, _none: None) -> Answer:
    """The demo in a data folder of its own below `--out`; an earlier one is put aside."""
    out = Path(call.arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    data = out / "data"
    if data.exists():
        moment = timestamp(SystemClock().now()).replace(":", "").replace(".", "")
        data.rename(out / f"data-{moment}")
    workstation = open_workstation(data, language=call.language)
    started = time.monotonic()
    finished: list[Step] = []
    try:
        with workstation.claim("demo"):
            facts = _facts_of_bundled(workstation, finished)
            line = _Line(call, workstation, out, facts)
            for name, title, work in line.steps():
                if not _walk(name, title, work, finished):
                    break
            accessioned = workstation.tracks(line.case_no).accessioned
            tracks = records.plain(workstation.tracks(line.case_no))
            package = workstation.package(line.case_no)
    finally:
        workstation.close()
    if not call.arguments.no_screenshots:
        _walk("screenshots", _("Screenshots"), lambda: _screenshots(call, data, out), finished)
    good = accessioned and all(step.ok for step in finished)
    record = {
        "case_no": line.case_no,
        "accessioned": accessioned,
        "out": str(out),
        "seconds": round(time.monotonic() - started, 1),
        "steps": [
            {"name": s.name, "seconds": round(s.seconds, 2), "ok": s.ok, "note": s.note}
            for s in finished
        ],
        "tracks": tracks,
        "package": records.package_record(package) if package is not None else None,
    }
    (out / "demo.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return Answer(record=record, lines=_lines(record, finished), status=0 if good else 1)


def _walk(name: str, title: str, work: Callable[[], str], finished: list[Step]) -> bool:
    started = time.monotonic()
    try:
        note, ok = work(), True
    except Fault as fault:
        from app.kernel.fault_texts import describe

        note, ok = describe(fault.as_record()).message, False
    finished.append(
        Step(name=name, title=title, seconds=time.monotonic() - started, ok=ok, note=note)
    )
    return ok


def _facts_of_bundled(workstation: Workstation, finished: list[Step]) -> Path:
    """The facts of the bundled dossier; drawing it is a step of its own the first time."""
    folder: list[Path] = []

    def draw() -> str:
        folder.append(workstation.bundled_dossier("demo"))
        return folder[0].name

    if not _walk("paper", _("Bring out the paper dossier"), draw, finished):
        raise Fault("PAP-100", reason=finished[-1].note)
    return folder[0] / "facts.json"


def _screenshots(call: Call, data: Path, out: Path) -> str:
    folder = out / "screenshots"
    if folder.exists():
        shutil.rmtree(folder)
    status = call.screenshots([str(folder), "--data", str(data)])
    taken = sorted(folder.glob("*.png")) if folder.exists() else []
    if status or not taken:
        raise Fault("DEM-101", status=status)
    return _("{count} pictures").format(count=len(taken))


def _lines(record: dict[str, Any], finished: list[Step]) -> list[str]:
    rows = [
        ("✓" if step.ok else "✗", step.title, f"{step.seconds:.1f} s", step.note)
        for step in finished
    ]
    # The word of the contract, so that a script finds it in any language.
    verdict = "accessioned" if record["accessioned"] else _("not accessioned")
    return [
        *table(rows, ("", _("Step"), _("Time"), _("Result"))),
        "",
        _("Results: {out}").format(out=record["out"]),
        f"{record['case_no']}: {verdict}",
    ]
