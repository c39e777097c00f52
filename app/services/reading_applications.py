"""Applications to read (阅卷申请) at the counter: entered, checked, sent back, withdrawn.

Approval is in `granting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier
from app.domain.lifecycle import SEALED, advance
from app.domain.reading import ReadingApplication
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Context, Service
from app.services.credentials import identity_digest
from app.services.ports import Transaction
from app.services.reading_desk_views import ApplicationForm, ApplicationRow, ReadingRules
from app.services.reading_rows import TAIL, application_row, case_kind, kind_row
from app.services.reading_settings import reading_settings
from app.services.reading_terms import main_part, pages_of_items, require_items, require_pages
from archive_rules.reading import ReaderKind, RulesOfReading, load_reading_rules

LONGEST_NAME, LONGEST_TEXT = 80, 500


class Applying(Service):
    """Use cases of the counter, where readers and their papers come."""

    def reading_rules(self) -> ReadingRules:
        """Who may ask to read here, and with which papers."""
        rules = load_reading_rules()
        with self._context.storage.read() as tx:
            days = reading_settings(tx).handling_days
        return ReadingRules(
            title=rules.title,
            version=rules.version,
            source=rules.source,
            kinds=tuple(kind_row(kind, rules) for kind in rules.kinds),
            handling_days=days,
        )

    def apply_for_reading(
        self, actor: Actor, case_no: str, form: ApplicationForm
    ) -> ApplicationRow:
        """Enter an application.

        Raises Refused RDR-101 (not sealed), RDR-122 (the restricted part, whoever asks), RDR-124
        (no such reader in this kind of case), BadInput RDR-102, RDR-121, RDR-126 (the form),
        ARC-207 (kind of reader), RDR-128, RDR-139 (pages and documents), IDN-115 (ID number).
        """
        actor.require("grant")
        identity = identity_hash(self._context, form.identity)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            kind = require_form(dossier, form)
            if kind.represents and not form.represents.strip():
                raise BadInput("RDR-121", field="represents")
            application = new_application(
                tx, actor, dossier, form, identity=identity, now=self._context.clock.now()
            )
            papers = _papers(kind, form.papers)
            application = attrs.evolve(application, papers=papers)
            tx.reading_applications.add(application)
            record_applied(tx, actor, dossier, application)
            row = self._row_of_application(tx, application)
            tx.commit()
        return row

    def check_application(
        self, actor: Actor, application_id: str, papers: tuple[str, ...], remark: str = ""
    ) -> ApplicationRow:
        """Somebody of the staff has had these papers (codes) in her hands. Raises Refused RDR-125
        (papers are missing), DOS-101 (not to be checked now), BadInput RDR-126 (no paper of this
        kind of reader), RDR-136 (no such application)."""
        actor.require("grant")
        with self._context.storage.write() as tx:
            application = application_of(tx, application_id)
            rules = load_reading_rules()
            kind = rules.kind(application.reader_kind)
            require_papers(kind, rules, papers)
            numbers = {str(paper["paper"]): str(paper["number"]) for paper in application.papers}
            now = self._now()
            checked = attrs.evolve(
                application,
                state=advance("application", application.state, "check"),
                checked_by=actor.name,
                checked_at=now,
                decided_by="",
                decided_at="",
                decision_reason="",
                papers=tuple(
                    {
                        "paper": paper,
                        "number": numbers.get(paper, ""),
                        "seen_by": actor.name,
                        "seen_at": now,
                        "remark": text_of_form(remark, "remark", LONGEST_TEXT),
                    }
                    for paper in kind.papers
                    if paper in papers
                ),
            )
            return self._kept_application(
                tx, actor, checked, "reading_checked", papers=list(papers), remark=remark.strip()
            )

    def return_application(self, actor: Actor, application_id: str, reason: str) -> ApplicationRow:
        """Give an application back to be completed. Raises Refused DOS-101, BadInput RDR-134 (no
        reason), RDR-136."""
        return self._end_application(actor, application_id, "return", "reading_returned", reason)

    def withdraw_application(
        self, actor: Actor, application_id: str, reason: str
    ) -> ApplicationRow:
        """The applicant does not want it any more. Raises as `return_application`."""
        return self._end_application(actor, application_id, "withdraw", "reading_withdrawn", reason)

    def reading_applications(
        self, *, state: str = "", case_no: str = ""
    ) -> tuple[ApplicationRow, ...]:
        """Applications, those that wait longest first; of one state or case where asked."""
        with self._context.storage.read() as tx:
            wanted: dict[str, Any] = {"state": state} if state else {}
            if case_no:
                wanted["dossier_id"] = self._dossier(tx, case_no).id
            found = tx.reading_applications.find(**wanted)
            rows = [self._row_of_application(tx, application) for application in found]
        return tuple(sorted(rows, key=lambda row: (not row.turn, row.entered_at)))

    def _end_application(
        self, actor: Actor, application_id: str, trigger: str, action: str, reason: str
    ) -> ApplicationRow:
        actor.require("grant")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            application = application_of(tx, application_id)
            ended = attrs.evolve(
                application,
                state=advance("application", application.state, trigger),
                decided_by=actor.name,
                decided_at=self._now(),
                decision_reason=said,
            )
            return self._kept_application(tx, actor, ended, action, reason=said)

    def _kept_application(
        self,
        tx: Transaction,
        actor: Actor,
        application: ReadingApplication,
        action: str,
        **details: Any,
    ) -> ApplicationRow:
        """Write the changed application and its audit record, and commit."""
        keep_application(tx, actor, application, action, **details)
        row = self._row_of_application(tx, application)
        tx.commit()
        return row

    def _row_of_application(
        self, tx: Transaction, application: ReadingApplication
    ) -> ApplicationRow:
        days = reading_settings(tx).handling_days
        return application_row(tx, application, today=self._today(), handling_days=days)


def application_of(tx: Transaction, application_id: str) -> ReadingApplication:
    """The application with this id or number. Raises BadInput RDR-136."""
    found = tx.reading_applications.first(id=application_id) or tx.reading_applications.first(
        number=application_id
    )
    if found is None:
        raise BadInput("RDR-136", what=application_id[:LONGEST_NAME])
    return found


def require_form(dossier: Dossier, form: ApplicationForm) -> ReaderKind:
    """The kind of reader of a form that may be entered; raises as `Applying.apply_for_reading`."""
    if form.part != MAIN:
        raise Refused("RDR-122", case_no=dossier.case_no)
    if dossier.state not in SEALED:
        raise Refused("RDR-101", case_no=dossier.case_no)
    kind = load_reading_rules().kind(form.reader_kind)
    if not kind.reads(case_kind(dossier)):
        raise Refused("RDR-124", kind=kind.title, case_no=dossier.case_no)
    if not form.reader.strip() or not form.certificate.strip():
        raise BadInput("RDR-102")
    return kind


def new_application(
    tx: Transaction,
    actor: Actor,
    dossier: Dossier,
    form: ApplicationForm,
    *,
    identity: str,
    now: datetime,
) -> ReadingApplication:
    """A new application in the state "entered", without its papers; the caller writes it. Raises
    BadInput RDR-121, RDR-128, RDR-139."""
    part = main_part(tx, dossier)
    require_pages(part, form.wanted_pages)
    require_items(part, form.wanted_items)
    pages = {*form.wanted_pages, *pages_of_items(part, form.wanted_items)}
    return ReadingApplication(
        id=new_id("application"),
        number=_next_number(tx, now),
        dossier_id=dossier.id,
        state="entered",
        reader_kind=form.reader_kind,
        reader=text_of_form(form.reader, "reader", LONGEST_NAME),
        certificate=tail_only(text_of_form(form.certificate, "certificate", LONGEST_NAME)),
        entered_by=actor.name,
        entered_at=timestamp(now),
        part=MAIN,
        represents=text_of_form(form.represents, "represents", LONGEST_NAME),
        identity_hash=identity,
        reason=text_of_form(form.reason, "reason", LONGEST_TEXT),
        wanted_pages=tuple(sorted(pages)),
        wants_copies=form.wants_copies,
    )


def record_applied(
    tx: Transaction, actor: Actor, dossier: Dossier, application: ReadingApplication
) -> None:
    """Put on record that somebody asks to read."""
    tx.audit.record(
        actor.name,
        "reading_applied",
        dossier.case_no,
        application=application.number,
        reader=application.reader,
        reader_kind=application.reader_kind,
        pages=list(application.wanted_pages),
    )


def keep_application(
    tx: Transaction, actor: Actor, application: ReadingApplication, action: str, **details: Any
) -> None:
    """Write a changed application with its audit record; the caller commits."""
    tx.reading_applications.replace(application)
    tx.audit.record(
        actor.name,
        action,
        tx.dossiers.get(application.dossier_id).case_no,
        application=application.number,
        reader=application.reader,
        **details,
    )


def require_papers(kind: ReaderKind, rules: RulesOfReading, seen: Sequence[str]) -> None:
    """Raises BadInput RDR-126 for a paper that this kind of reader has not, Refused RDR-125 when
    one is missing."""
    for paper in seen:
        if paper not in kind.papers:
            raise BadInput("RDR-126", paper=str(paper)[:LONGEST_NAME], kind=kind.title)
    missing = kind.missing(seen)
    if missing:
        names = "、".join(rules.papers[paper] for paper in missing)
        raise Refused("RDR-125", kind=kind.title, missing=names)


def require_reason(reason: str) -> str:
    """The reason, without blanks around. Raises BadInput RDR-134 when there is none, RDR-121 when
    it is too long."""
    said = text_of_form(reason, "reason", LONGEST_TEXT)
    if not said:
        raise BadInput("RDR-134")
    return said


def text_of_form(text: str, field: str, longest: int) -> str:
    """A text of a form without blanks around. Raises BadInput RDR-121 when it is too long or holds
    signs that cannot be printed: names go into watermarks, slips and files."""
    plain = text.strip()
    if len(plain) > longest or not all(sign.isprintable() or sign == "\n" for sign in plain):
        raise BadInput("RDR-121", field=field)
    return plain


def tail_only(number: str) -> str:
    """A number of a certificate of which only the last signs stand in clear: with the name they
    tell two readers apart, and nobody can use them elsewhere."""
    return "*" * max(0, len(number) - TAIL) + number[-TAIL:]


def identity_hash(context: Context, number: str) -> str:
    """The keyed digest of an ID number, "" for none. Raises BadInput IDN-115."""
    return identity_digest(context, number) if number.strip() else ""


def _papers(kind: ReaderKind, declared: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    for paper, _number in declared:
        if paper not in kind.papers:
            raise BadInput("RDR-126", paper=str(paper)[:LONGEST_NAME], kind=kind.title)
    return tuple(
        {
            "paper": paper,
            "number": tail_only(text_of_form(number, "papers", LONGEST_NAME)),
            "seen_by": "",
            "seen_at": "",
        }
        for paper, number in dict(declared).items()
    )


def _next_number(tx: Transaction, now: datetime) -> str:
    """Year and running number; applications are never removed."""
    return f"YJ{now.astimezone().year}-{tx.reading_applications.count() + 1:05d}"
