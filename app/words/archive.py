"""Words for the way into the archive: transfers, both tracks, additions, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.translation import translate as _
from app.words.people import person_role_word


def transfer_state_word(state: str) -> str:
    """Where a transfer, or the electronic track, stands."""
    return {
        "open": _("not sealed yet"),
        "sealed": _("sealed, no package yet"),
        "packaged": _("package built"),
        "checked": _("package checked"),
        "waiting": _("waiting to be sent"),
        "sending": _("being sent"),
        "paused": _("sending paused"),
        "rejected": _("rejected by the archive"),
        "failed": _("not delivered, a person is needed"),
        "receipted": _("receipt is there"),
        "withdrawn": _("withdrawn from the queue"),
        "superseded": _("superseded by a new version"),
    }.get(state, state)


def attempt_state_word(state: str) -> str:
    """How an attempt on one of the tracks went."""
    return {
        "sending": _("being sent"),
        "sent": _("all bytes there"),
        "committed": _("committed, no receipt yet"),
        "receipted": _("receipt is there"),
        "rejected": _("rejected by the archive"),
        "failed": _("attempt failed"),
        "interrupted": _("attempt interrupted"),
        "superseded": _("superseded by a new version"),
    }.get(state, state)


def paper_standing_word(standing: str) -> str:
    """Where the paper of a dossier is on its way to the shelf."""
    return {
        "with": _("somebody has it"),
        "in_cell": _("in a cell of the cabinet"),
        "under_way": _("being handed over"),
        "overdue": _("overdue for the shelf"),
        "shelved": _("on the shelf"),
        "none": _("no paper is kept"),
    }.get(standing, standing)


def track_verdict_word(verdict: str) -> str:
    """The verdict over both tracks."""
    return {
        "closed": _("both tracks closed"),
        "open": _("still open"),
        "frozen": _("frozen: the counts differ"),
        "rescan_check": _("paper to be held against the new version"),
    }.get(verdict, verdict)


def blocker_words(blocker: Mapping[str, Any]) -> str:
    """What blocks a dossier on its way, as a sentence without an end; "" for nothing."""
    code = str(blocker.get("code", ""))
    text = {
        "not_sealed": _("is not sealed yet"),
        "no_package": _("has no package yet"),
        "check_failed": _("package failed its check: {failed}"),
        "check_not_accepted": _("nobody accepted the four-property check of the package yet"),
        "not_queued": _("package is not queued for an archive"),
        "waiting": _("waits to be sent to {target}"),
        "sending": _("is being sent to {target}"),
        "receipt_awaited": _("archive {target} has not answered yet"),
        "transfer_paused": _("sending to {target} is paused"),
        "transfer_rejected": _("{target} rejected the package ({fault})"),
        "transfer_failed": _("could not be sent to {target} for a day ({fault})"),
        "paper_with": _("{person} has the paper"),
        "paper_in_cell": _("paper waits in {place} for {person}"),
        "paper_under_way": _("paper is being handed to {person}"),
        "paper_overdue": _("paper has been waited for {days} days: {person}"),
        "volumes_not_shelved": _("{missing} volumes are not on the shelf"),
        "rescan_check": _("paper was shelved with version {shelved}, the archive has {version}"),
        "counts_frozen": _("counts differ, somebody has to sign which is right"),
        "counts_differ": _("counts differ, somebody has to sign which is right"),
        "counts_to_correct": _("counts were found wrong, a new version is needed"),
        "electronic_receipt_missing": _("the archive has no electronic dossier yet"),
        "electronic_rejected": _("the archive rejected the package"),
        "paper_not_shelved": _("the paper is not on the shelf"),
        "addition_asked": _("later material waits for the head of the department"),
        "addition_department_approved": _("later material waits for the head of the archive"),
        "addition_approved": _("later material is approved, the dossier can be opened"),
        "addition_open": _("later material is being added"),
    }.get(code, code)
    facts = {"target": "", "fault": "", "person": "", "place": "", "days": "", "missing": ""}
    facts |= {"shelved": "", "version": ""}
    failed = "、".join(str(name) for name in blocker.get("failed", ()))
    return text.format(**{**facts, **blocker, "failed": failed})


def window_lines(windows: Mapping[str, Any]) -> list[str]:
    """When and how fast packages go to each archive that has windows."""
    return [
        _("{target}: {windows}").format(
            target=target, windows="、".join(window_words(row) for row in windows[target])
        )
        for target in sorted(windows)
    ]


def window_words(window: Mapping[str, Any]) -> str:
    """A window in which packages are sent, and how fast."""
    hours = f"{window['begin']}–{window['end']}"
    if window["begin"] == window["end"]:
        hours = _("the whole day")
    if not window["rate"]:
        return hours
    return _("{hours}, at most {kilobytes} KB/s").format(
        hours=hours, kilobytes=window["rate"] // 1000
    )


def whose_turn_words(turn: str) -> str:
    """Whose turn it is: a role, the program, the archive, or a person's name as it is."""
    return {
        "system": _("the program"),
        "archive": _("the archive"),
        "": _("nobody"),
    }.get(turn) or person_role_word(turn)


def addition_state_word(state: str) -> str:
    """Where an application for later material stands."""
    return {
        "asked": _("asked for"),
        "department_approved": _("approved by the department"),
        "approved": _("approved by both"),
        "open": _("being added"),
        "closed": _("archived with the new version"),
        "refused": _("not approved"),
    }.get(state, state)


def resolution_word(resolution: str) -> str:
    """Which of two counts a person found right."""
    return {
        "electronic": _("the electronic count is right"),
        "paper": _("the count of the paper is right"),
        "both_wrong": _("both counts are wrong"),
    }.get(resolution, resolution)


def freeze_state_word(state: str) -> str:
    """Whether both tracks stand still."""
    return {"open": _("tracks stand still"), "settled": _("difference signed")}.get(state, state)
