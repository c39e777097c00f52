"""Grants (阅卷许可): who may read which pages of a sealed main part, and until when.

Judge or archive decides over an application whose papers were checked (STANDARDS 8.14). The
restricted part (副卷) is never granted to anybody.
"""

from __future__ import annotations

import secrets

import attrs

from app.domain.access import Actor, is_among
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED, advance
from app.domain.reading import ReadingApplication, ReadingGrant
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Context, Service
from app.services.ports import Transaction
from app.services.reading_applications import (
    application_of,
    identity_hash,
    keep_application,
    new_application,
    record_applied,
    require_form,
    require_papers,
    require_reason,
)
from app.services.reading_desk_views import (
    ApplicationForm,
    ApplicationRow,
    GrantedCode,
    GrantPreview,
    GrantTerms,
)
from app.services.reading_pages import CLEARED
from app.services.reading_passes import pass_text
from app.services.reading_rows import application_row
from app.services.reading_settings import reading_settings
from app.services.reading_terms import main_part, preview_of, settled_terms, times_of
from app.services.secrets import hash_secret, new_code
from archive_rules.reading import load_reading_rules

FIRST_NUMBER = 1001
TRIES = 5
# Whoever reads for herself under no other title.
ORDINARY_KIND = "lawyer"


class Granting(Service):
    """Use cases of judge and archive, who let somebody read."""

    def grant_preview(self, case_no: str, terms: GrantTerms) -> GrantPreview:
        """What a grant on these terms would show. Raises Refused RDR-101 (not sealed), BadInput
        RDR-128, RDR-139 (pages, documents that do not exist)."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            _require_sealed(dossier)
            return preview_of(tx, dossier, terms, self._now())

    def approve_application(
        self, actor: Actor, application_id: str, terms: GrantTerms, reason: str
    ) -> GrantedCode:
        """Grant what was applied for, on these terms; the code is shown once.

        Raises Refused RDR-127 (the same person checked the papers), RDR-101, DOS-101 (its papers
        are not checked), BadInput RDR-134 (no reason), RDR-136, RDR-132 (times) and what
        `settled_terms` raises.
        """
        actor.require("approve_reading")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            application = application_of(tx, application_id)
            advance("application", application.state, "approve")
            settings = reading_settings(tx)
            if settings.four_eyes and is_among(actor.name, (application.checked_by,)):
                raise Refused("RDR-127", name=actor.name)
            dossier = tx.dossiers.get(application.dossier_id)
            grant, code = self._new_grant(tx, actor, dossier, application, terms, said)
            self._approved(tx, actor, application, grant, said)
            tx.commit()
        return granted_code(self._context, grant, code)

    def reject_application(self, actor: Actor, application_id: str, reason: str) -> ApplicationRow:
        """Refuse an application. Raises Refused DOS-101, BadInput RDR-134, RDR-136."""
        actor.require("approve_reading")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            application = application_of(tx, application_id)
            rejected = attrs.evolve(
                application,
                state=advance("application", application.state, "reject"),
                decided_by=actor.name,
                decided_at=self._now(),
                decision_reason=said,
            )
            keep_application(tx, actor, rejected, "reading_rejected", reason=said)
            days = reading_settings(tx).handling_days
            row = application_row(tx, rejected, today=self._today(), handling_days=days)
            tx.commit()
        return row

    def grant(
        self,
        actor: Actor,
        case_no: str,
        *,
        reader: str,
        certificate: str,
        pages: tuple[int, ...] = (),
        valid_days: int = 1,
        prints: int = 0,
        terms: GrantTerms | None = None,
        form: ApplicationForm | None = None,
        reason: str = "",
    ) -> str:
        """Application, check and approval in one step, by somebody who may approve; gives the code
        for the terminal, shown once.

        What the rules keep back is withheld unless `terms` releases it. `form` gives what else is
        known of the reader, `terms` all that `pages`, `valid_days` and `prints` do not say. The
        papers that `form` names were seen. Raises Refused RDR-135 when the court does not allow
        this, BadInput RDR-102, and as `apply_for_reading` and `approve_application`.
        """
        actor.require("approve_reading")
        if valid_days < 1 or prints < 0:
            raise BadInput("RDR-102")
        form = _named(form, reader, certificate)
        terms = attrs.evolve(
            terms or GrantTerms(), pages=pages, valid_days=valid_days, prints=prints
        )
        identity = identity_hash(self._context, form.identity)
        with self._context.storage.write() as tx:
            if not reading_settings(tx).direct_grant:
                raise Refused("RDR-135")
            dossier = self._dossier(tx, case_no)
            application = self._entered_and_checked(tx, actor, dossier, form, identity)
            terms = _keeping_back(tx, dossier, terms)
            granted, code = self._new_grant(tx, actor, dossier, application, terms, reason)
            self._approved(tx, actor, application, granted, reason)
            tx.commit()
        return code

    def _entered_and_checked(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        form: ApplicationForm,
        identity: str,
    ) -> ReadingApplication:
        """The application of a grant in one step, written as it was entered and checked."""
        kind = require_form(dossier, form)
        now = self._now()
        entered = new_application(
            tx, actor, dossier, form, identity=identity, now=self._context.clock.now()
        )
        tx.reading_applications.add(entered)
        record_applied(tx, actor, dossier, entered)
        seen = [paper for paper, _number in form.papers]
        if seen:
            require_papers(kind, load_reading_rules(), seen)
        checked = attrs.evolve(
            entered,
            state=advance("application", entered.state, "check"),
            checked_by=actor.name,
            checked_at=now,
            papers=tuple(
                {"paper": paper, "number": "", "seen_by": actor.name, "seen_at": now}
                for paper in seen
            ),
        )
        keep_application(tx, actor, checked, "reading_checked", papers=seen, direct=True)
        return checked

    def _new_grant(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        application: ReadingApplication,
        terms: GrantTerms,
        reason: str,
    ) -> tuple[ReadingGrant, str]:
        """(the grant, its code), written with its audit record; the caller commits."""
        _require_sealed(dossier)
        kind = load_reading_rules().kind(application.reader_kind)
        settled = settled_terms(tx, dossier, terms, kind)
        days = reading_settings(tx).valid_days
        valid_from, valid_until = times_of(settled, self._context.clock.now(), days)
        secret = new_code()
        grant = attrs.evolve(
            _drafted(application, settled, secret),
            number=str(FIRST_NUMBER + tx.grants.count()),
            valid_from=valid_from,
            valid_until=valid_until,
            approved_by=actor.name,
            reason=reason,
        )
        tx.grants.add(grant)
        _record_granted(tx, actor, dossier, grant, settled)
        return grant, f"{grant.number}-{secret}"

    def _approved(
        self,
        tx: Transaction,
        actor: Actor,
        application: ReadingApplication,
        grant: ReadingGrant,
        reason: str,
    ) -> None:
        approved = attrs.evolve(
            application,
            state=advance("application", application.state, "approve"),
            decided_by=actor.name,
            decided_at=self._now(),
            decision_reason=reason,
            grant_id=grant.id,
        )
        keep_application(
            tx, actor, approved, "reading_approved", number=grant.number, reason=reason
        )


def granted_code(context: Context, grant: ReadingGrant, code: str) -> GrantedCode:
    """What the counter gives to the reader. Raises Broken IDN-113."""
    return GrantedCode(grant=grant.id, number=grant.number, code=code, qr=pass_text(context, grant))


def _named(form: ApplicationForm | None, reader: str, certificate: str) -> ApplicationForm:
    """The form with the reader's name; one for an ordinary reader when none was given."""
    return attrs.evolve(
        form or ApplicationForm(reader_kind=ORDINARY_KIND, reader="", certificate=""),
        reader=reader,
        certificate=certificate,
    )


def _keeping_back(tx: Transaction, dossier: Dossier, terms: GrantTerms) -> GrantTerms:
    """The terms, with what the rules keep back withheld unless they release it."""
    kept_back = set(main_part(tx, dossier).proposed) - set(terms.released_items)
    withheld = tuple(sorted(kept_back | set(terms.withheld_items)))
    return attrs.evolve(terms, withheld_items=withheld)


def _drafted(application: ReadingApplication, settled: GrantTerms, secret: str) -> ReadingGrant:
    """A grant on these terms, without its number, its times and whoever approves it."""
    code_hash, salt = hash_secret(secret)
    return ReadingGrant(
        id=new_id("grant"),
        dossier_id=application.dossier_id,
        reader=application.reader,
        certificate=application.certificate,
        code_hash=code_hash,
        code_salt=salt,
        pages=settled.pages,
        valid_from="",
        valid_until="",
        prints_left=settled.prints,
        granted_by=application.entered_by,
        number="",
        application_id=application.id,
        reader_kind=application.reader_kind,
        represents=application.represents,
        identity_hash=application.identity_hash,
        withheld=settled.withheld,
        withheld_items=settled.withheld_items,
        views_limit=settled.views_limit,
        prints_granted=settled.prints,
        masked=settled.masked,
        nonce=secrets.token_hex(8),
        details={CLEARED: list(settled.cleared_pages)},
    )


def _record_granted(
    tx: Transaction, actor: Actor, dossier: Dossier, grant: ReadingGrant, terms: GrantTerms
) -> None:
    tx.audit.record(
        actor.name,
        "reading_granted",
        dossier.case_no,
        reader=grant.reader,
        number=grant.number,
        pages=list(grant.pages),
        withheld=list(grant.withheld),
        withheld_items=list(grant.withheld_items),
        released_items=list(terms.released_items),
        cleared_pages=list(terms.cleared_pages),
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        views=grant.views_limit,
        prints=grant.prints_granted,
        masked=grant.masked,
        leave=terms.leave,
    )


def _require_sealed(dossier: Dossier) -> None:
    if dossier.state not in SEALED:
        raise Refused("RDR-101", case_no=dossier.case_no)
