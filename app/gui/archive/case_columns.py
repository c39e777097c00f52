"""The columns of the lists about one dossier: attempts, counts, signatures, passports."""

from __future__ import annotations

from typing import Any

from app.gui.archive.freeze_dialog import difference_words
from app.gui.archive.queue_rows import size_text
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column
from app.gui.scan.sums import part_word
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.archive_views import (
    AdditionRow,
    AttemptRow,
    FreezeView,
    PassportView,
    SignatureView,
)
from app.words.archive import (
    addition_state_word,
    attempt_state_word,
    freeze_state_word,
    resolution_word,
)
from app.words.signing import signature_kind_word

_ATTEMPT_TONES = {
    "receipted": "good",
    "rejected": "bad",
    "failed": "bad",
    "interrupted": "warn",
    "superseded": "note",
}
_ADDITION_TONES = {"closed": "good", "refused": "bad", "open": "accent"}


def moment(at: str) -> str:
    """A moment on the clock of the wall."""
    return moment_text(at, present_moment())


def fault_words(record: dict[str, Any]) -> str:
    """A recorded fault: what happened, what to do."""
    if not record:
        return ""
    said = describe(record, current_language())
    return f"{said.message} {said.remedy}".strip()


def attempt_columns() -> tuple[Column[AttemptRow], ...]:
    """Every attempt on either track with its receipt."""
    return (
        Column(key="at", title=_("Begun"), text=lambda row: moment(row.started_at)),
        Column(
            key="track",
            title=_("Track"),
            text=lambda row: _("Paper") if row.track == "paper" else _("Electronic"),
        ),
        Column(key="target", title=_("Where to"), text=lambda row: row.target),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: attempt_state_word(row.state),
            tone=lambda row: _ATTEMPT_TONES.get(row.state, "accent"),
        ),
        Column(key="receipt", title=_("Receipt"), text=lambda row: row.receipt_no),
        Column(
            key="bytes",
            title=_("Amount"),
            text=lambda row: size_text(row.sent_bytes) if row.sent_bytes else "",
            right=True,
        ),
        Column(
            key="fault",
            title=_("Remark"),
            text=lambda row: fault_words(row.error) or row.remark,
        ),
    )


def freeze_columns() -> tuple[Column[FreezeView], ...]:
    """Counts that differed, and who signed what."""
    return (
        Column(key="at", title=_("Since"), text=lambda row: moment(row.opened_at)),
        Column(key="counts", title=_("Counts"), text=difference_words),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: freeze_state_word(row.state),
            tone=lambda row: "bad" if row.state == "open" else "good",
        ),
        Column(
            key="resolution", title=_("Decision"), text=lambda row: resolution_word(row.resolution)
        ),
        Column(key="by", title=_("Signed by"), text=lambda row: row.settled_by),
        Column(key="reason", title=_("Reason"), text=lambda row: row.reason),
    )


def signature_columns() -> tuple[Column[SignatureView], ...]:
    """Signatures and what they are worth."""
    return (
        Column(key="file", title=_("File"), text=lambda row: row.file),
        Column(key="kind", title=_("Kind"), text=lambda row: signature_kind_word(row.kind)),
        Column(
            key="signer",
            title=_("Signer"),
            text=lambda row: row.signer,
            tip=lambda row: f"{row.signer}\n{row.issuer}\n{row.serial}\n{row.algorithm}",
        ),
        Column(
            key="intact",
            title=_("Signed content"),
            text=lambda row: _("unchanged") if row.intact else _("changed"),
            tone=lambda row: "good" if row.intact else "bad",
        ),
        Column(
            key="trusted",
            title=_("Signer known"),
            text=lambda row: _("trusted") if row.trusted else _("not trusted"),
            tone=lambda row: "good" if row.trusted else "warn",
        ),
        Column(
            key="time",
            title=_("Time stamp"),
            text=lambda row: moment(row.time) if row.time else _("none"),
        ),
        Column(key="problems", title=_("Problems"), text=problem_words),
    )


def problem_words(row: SignatureView) -> str:
    """The problems of a signature in words."""
    return " ".join(fault_words(problem) for problem in row.problems) or _("none")


def addition_columns() -> tuple[Column[AdditionRow], ...]:
    """Later material of an archived dossier."""
    return (
        Column(key="day", title=_("Brought on"), text=lambda row: row.submitted_on),
        Column(key="content", title=_("Content"), text=lambda row: row.content),
        Column(key="part", title=_("Part"), text=lambda row: part_word(row.part)),
        Column(
            key="pages", title=_("Number of pages"), text=lambda row: str(row.pages), right=True
        ),
        Column(key="submitter", title=_("Brought by"), text=lambda row: row.submitter),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: addition_state_word(row.state),
            tone=lambda row: _ADDITION_TONES.get(row.state, "warn"),
        ),
        Column(key="approvals", title=_("Approved by"), text=approval_words),
    )


def approval_words(row: AdditionRow) -> str:
    """Who approved, or who did not and why."""
    if row.refused_by:
        return f"{row.refused_by}: {row.refusal}"
    return "、".join(str(approval["person"]) for approval in row.approvals)


def passport_columns() -> tuple[Column[PassportView], ...]:
    """Passports that were issued."""
    return (
        Column(key="number", title=_("Number"), text=lambda row: row.number, bold=True),
        Column(key="version", title=_("Version"), text=lambda row: str(row.version), right=True),
        Column(key="at", title=_("Issued"), text=lambda row: moment(row.made_at)),
        Column(key="by", title=_("Issued by"), text=lambda row: row.made_by),
        Column(key="sha256", title="SHA-256", text=lambda row: row.sha256),
    )
