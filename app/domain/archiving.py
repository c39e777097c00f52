"""Packages, submissions and receipts; when a dossier may be called archived (归档)."""

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


@frozen(kw_only=True)
class TrackState:
    """Where both tracks stand and what is open. `open` holds codes with parameters."""

    electronic: str
    paper: str
    verdict: str
    open: tuple[dict[str, Any], ...]


def weigh_tracks(
    *,
    mode: str,
    electronic_receipt: dict[str, Any] | None,
    paper_receipt: dict[str, Any] | None,
    paper_with: str,
) -> TrackState:
    """The verdict over both tracks (INTEGRATION 3.3).

    `mode` is "dual" (双套制: both receipts) or "single" (单套制: the electronic one). Counts that
    differ between the receipts freeze both tracks until a person signs.
    """
    waiting: list[dict[str, Any]] = []
    if electronic_receipt is None:
        waiting.append({"code": "electronic_receipt_missing"})
    if paper_receipt is None and mode == "dual":
        waiting.append({"code": "paper_not_shelved", "with": paper_with})
    differing = False
    if electronic_receipt is not None and paper_receipt is not None:
        for key in ("pages", "volumes"):
            if electronic_receipt.get(key) != paper_receipt.get(key):
                differing = True
                waiting.append(
                    {
                        "code": "counts_differ",
                        "what": key,
                        "electronic": electronic_receipt.get(key),
                        "paper": paper_receipt.get(key),
                    }
                )
    unfinished = "open" if waiting else "closed"
    verdict = "frozen" if differing else unfinished
    return TrackState(
        electronic="receipted" if electronic_receipt is not None else "open",
        paper="shelved" if paper_receipt is not None else "open",
        verdict=verdict,
        open=tuple(waiting),
    )
