"""Packages, and attempts to hand them or the paper over, with their receipts (归档)."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

ELECTRONIC = "electronic"
PAPER = "paper"


@frozen(kw_only=True)
class ArchivalPackage:
    """A sealed manifest (归档信息包). Rows never change; a later state is a new version."""

    id: str
    dossier_id: str
    version: int
    manifest_sha256: str
    manifest_sm3: str
    path: str
    provisional: bool
    pages: int
    sides: int
    volumes: int
    made_at: str
    made_by: str
    checks: tuple[dict[str, Any], ...] = ()


@frozen(kw_only=True)
class Submission:
    """One attempt on one track (归档提交). `receipt` is empty until the far side confirmed.

    An attempt of the electronic track is "sending", then "sent" (all bytes are there), "committed"
    (the far side was told that all is there) and "receipted" or "rejected"; "failed",
    "interrupted" and "superseded" are its other ends. `error` is the fault it ended with.
    """

    id: str
    dossier_id: str
    track: str
    target: str
    state: str
    idempotency_key: str
    package_id: str = ""
    started_at: str = ""
    ended_at: str = ""
    receipt: dict[str, Any] = field(factory=dict)
    remark: str = ""
    transfer_id: str = ""
    sent_bytes: int = 0
    total_bytes: int = 0
    error: dict[str, Any] = field(factory=dict)
