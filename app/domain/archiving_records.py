"""What is kept of the way into the archive: transfers, checks, signatures, passports, freezes.

Rows of checks, decisions, signatures and passports are only ever added.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class Transfer:
    """One package on its way to one target; `state` is of the machine "transfer".

    Each run is an attempt of its own (`Submission.transfer_id`). `priority` 0 is plain, higher
    goes first; `not_before` when the next try is due; `sent_bytes` what the far side last said it
    holds. `claimed_by` is who sends at the moment and `claimed_until` when that claim is void.
    """

    id: str
    dossier_id: str
    package_id: str
    target: str
    state: str
    queued_at: str
    queued_by: str
    priority: int = 0
    attempts: int = 0
    not_before: str = ""
    sent_bytes: int = 0
    total_bytes: int = 0
    claimed_by: str = ""
    claimed_until: str = ""
    ended_at: str = ""
    error: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class TrackFreeze:
    """Both tracks of a dossier stand still, because their counts differ, until a person signs.

    `differences` are {"what": "pages"|"volumes", "electronic", "paper", "record"}; `state` is
    "open" or "settled"; `resolution` which side is right: "electronic", "paper" or "both_wrong".
    """

    id: str
    dossier_id: str
    state: str
    opened_at: str
    differences: tuple[dict[str, Any], ...] = ()
    settled_at: str = ""
    settled_by: str = ""
    resolution: str = ""
    reason: str = ""


@frozen(kw_only=True)
class PackageCheck:
    """One run of the four-property check (四性检测) over a package at one stage.

    `stage` is "archiving", "transfer" or "preservation"; `outcome` "failed" or
    "awaiting_review"; `lines` are {"code", "name", "property", "result", "remark", "blocking"}.
    `package_id` is "" for a package that came from elsewhere.
    """

    id: str
    package_id: str
    dossier_id: str
    stage: str
    made_at: str
    made_by: str
    standard: str
    version: str
    manifest_sha256: str
    outcome: str
    path: str = ""
    lines: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class CheckDecision:
    """What a person decided about one item of a check, or about the whole (`code` "").

    `decision` is "pass" or "fail" for an item, "accepted" or "returned" for the whole.
    """

    id: str
    check_id: str
    code: str
    decision: str
    person: str
    decided_at: str
    remark: str = ""


@frozen(kw_only=True)
class PackageSignature:
    """A signature on a package. `kind` is "pades", "cms" or "sm2"; `certificate_sha256` names the
    signer's certificate and `details` holds issuer, serial number, time stamp and file."""

    id: str
    package_id: str
    dossier_id: str
    kind: str
    signer: str
    certificate_sha256: str
    made_at: str
    made_by: str
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Passport:
    """A dossier passport (卷宗护照) that was issued: its number, file and digest."""

    id: str
    dossier_id: str
    package_id: str
    number: str
    sha256: str
    path: str
    made_at: str
    made_by: str


@frozen(kw_only=True)
class Addition:
    """Material that came after archiving (归档后补充材料, STANDARDS 1.28 and 2.20).

    `state` is of the machine "addition"; `approvals` are {"role": "department"|"archive",
    "person", "at", "remark"}; `part` "main" or "restricted"; `judge` is who handles the case and
    `submitter` who brings the material.
    """

    id: str
    dossier_id: str
    state: str
    asked_at: str
    asked_by: str
    content: str
    part: str
    pages: int
    department: str = ""
    judge: str = ""
    submitter: str = ""
    submitted_on: str = ""
    reason: str = ""
    approvals: tuple[dict[str, Any], ...] = ()
    refused_by: str = ""
    refusal: str = ""
    version: int = 0
    closed_at: str = ""


@frozen(kw_only=True)
class CourtTransfer:
    """A dossier that went to another court or came from one. `direction` is "out" or "in";
    `purpose` "appeal" (上诉移送), "return" (退卷) or "other"; `state` "made", "received",
    "accepted" or "rejected"; `receipt` what the other court answered."""

    id: str
    dossier_id: str
    direction: str
    purpose: str
    case_no: str
    court: str
    state: str
    made_at: str
    made_by: str
    package_sha256: str
    package_sm3: str
    path: str = ""
    receipt: dict[str, Any] = field(factory=dict)
    details: dict[str, Any] = field(factory=dict)
