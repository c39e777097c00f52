"""What the screens and the command line see of the way into the archive: frozen rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class TransferRow:
    """A package on its way. `state` is of the machine "transfer"; `rate` in bytes a second and
    `seconds_left` are known only while it is being sent; `error` is the last fault as a record."""

    id: str
    case_no: str
    target: str
    state: str
    priority: int
    attempts: int
    sent_bytes: int
    total_bytes: int
    queued_at: str
    queued_by: str
    not_before: str = ""
    ended_at: str = ""
    rate: float = 0.0
    seconds_left: float | None = None
    package_sha256: str = ""
    version: int = 0
    error: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class AttemptRow:
    """One attempt on one track; see `app.domain.archiving.Submission`."""

    id: str
    case_no: str
    track: str
    target: str
    state: str
    started_at: str
    ended_at: str
    sent_bytes: int
    total_bytes: int
    receipt_no: str
    remark: str
    error: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class ArchiveRow:
    """One dossier in the archive queue: both tracks at a glance.

    `electronic` is "open", "sealed", "packaged", "checked", "waiting", "sending", "paused",
    "rejected", "failed" or "receipted"; `paper` is "with" (somebody has it), "in_cell",
    "under_way", "overdue", "shelved" or "none" (单套制 without paper); the `…_share` are 0 to 1.
    `blocker` is a code with parameters, {"code": "…", …}, `turn` whose turn it is: a role or a
    person's name. `verdict` is of `weigh_tracks`: "open", "closed", "frozen", "rescan_check".
    """

    case_no: str
    cause: str
    state: str
    mode: str
    version: int
    electronic: str
    electronic_share: float
    paper: str
    paper_share: float
    paper_with: str
    paper_place: str
    verdict: str
    blocker: dict[str, Any]
    turn: str
    due_on: str = ""
    days_left: int | None = None
    transfer: TransferRow | None = None
    receipt_no: str = ""


@frozen(kw_only=True)
class CheckLine:
    """One item of a four-property check with what a person decided about it (`decision` "" for
    nobody yet, else "pass" or "fail")."""

    code: str
    name: str
    property: str
    result: str
    remark: str
    blocking: bool
    decision: str = ""
    decided_by: str = ""
    decided_at: str = ""
    decision_remark: str = ""


@frozen(kw_only=True)
class PackageCheckView:
    """A four-property check. `outcome` is "failed", "awaiting_review", "accepted" or
    "returned"."""

    id: str
    case_no: str
    package: str
    stage: str
    standard: str
    version: str
    made_at: str
    made_by: str
    sha256: str
    outcome: str
    lines: tuple[CheckLine, ...]
    decided_by: str = ""
    decided_at: str = ""
    remark: str = ""


@frozen(kw_only=True)
class SignatureView:
    """A signature and what its validation found, in words a person decides by.

    `intact` whether the signed bytes are unchanged, `trusted` whether the chain leads to a
    certificate that this court trusts, `covers` "whole file", "manifest"; `time` the proved time
    (time stamp) or ""; `problems` are codes with parameters.
    """

    file: str
    kind: str
    signer: str
    issuer: str
    serial: str
    valid_from: str
    valid_until: str
    intact: bool
    trusted: bool
    covers: str
    time: str
    algorithm: str
    problems: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class PassportView:
    """A passport that was issued. `qr` are the texts of its QR codes."""

    number: str
    case_no: str
    path: Path
    sha256: str
    made_at: str
    made_by: str
    version: int
    qr: tuple[str, ...] = ()


@frozen(kw_only=True)
class FreezeView:
    """Counts that differ between the tracks of a dossier."""

    id: str
    case_no: str
    state: str
    opened_at: str
    differences: tuple[dict[str, Any], ...]
    settled_by: str = ""
    settled_at: str = ""
    resolution: str = ""
    reason: str = ""


@frozen(kw_only=True)
class AdditionRow:
    """Later material of an archived dossier (补充材料)."""

    id: str
    case_no: str
    state: str
    content: str
    part: str
    pages: int
    asked_at: str
    asked_by: str
    department: str
    judge: str
    submitter: str
    submitted_on: str
    reason: str
    approvals: tuple[dict[str, Any], ...]
    refused_by: str
    refusal: str
    version: int


@frozen(kw_only=True)
class CourtTransferRow:
    """A dossier that went to another court or came from one. `signer_before` is who signed the
    answer of this court before this one, where it was another certificate."""

    id: str
    direction: str
    purpose: str
    case_no: str
    court: str
    state: str
    made_at: str
    made_by: str
    path: str
    package_sha256: str
    receipt: dict[str, Any]
    details: dict[str, Any]
    signer_before: str = ""
