"""Words for the cloud locker (云柜) and custody, used alike by desk, cabinet and command line.

An unknown code is shown as it is rather than hidden.
"""

from __future__ import annotations

from app.kernel.translation import translate as _


def handoff_state_word(state: str) -> str:
    """How far a hand-off is."""
    return {
        "draft": _("No cell reserved"),
        "reserved": _("Waiting for the paper"),
        "depositing": _("Being put in"),
        "deposited": _("Lies in the cell"),
        "notified": _("Receiver told"),
        "overdue": _("Not fetched in time"),
        "collecting": _("Being taken out"),
        "collected": _("Taken out, to be counted"),
        "confirmed": _("Counted and received"),
        "disputed": _("Count disputed"),
        "retrieved": _("Taken out by administrators"),
        "returned": _("Back with the giver"),
        "cancelled": _("Hand-off cancelled"),
        "fault": _("A person must look"),
    }.get(state, state)


def cell_state_word(state: str) -> str:
    """What a cell is used for now."""
    return {
        "free": _("Free cell"),
        "reserved": _("Reserved"),
        "open_for_deposit": _("Open to put in"),
        "occupied": _("Occupied"),
        "open_for_pickup": _("Open to take out"),
        "open_unexpected": _("Open without reason"),
        "unknown": _("Contents uncertain"),
        "out_of_service": _("Out of service"),
    }.get(state, state)


def incident_word(kind: str) -> str:
    """What went wrong at a cabinet."""
    return {
        "door_not_opened": _("Door did not open"),
        "door_not_closed": _("Door stays open"),
        "closed_empty": _("Closed with nothing in it"),
        "item_left": _("Something was left in the cell"),
        "forced_open": _("Door opened by force"),
        "wrong_cell": _("Another door opened"),
        "board_silent": _("Cabinet does not answer"),
        "outcome_unknown": _("Outcome of a door cycle unknown"),
        "clock_wrong": _("Clock is wrong"),
        "codes_guessed": _("Codes are being guessed"),
        "offline_conflict": _("Offline record conflicts"),
        "count_differs": _("Receiver counted something else"),
    }.get(kind, kind)


def incident_state_word(state: str) -> str:
    """Whether somebody has looked at an incident."""
    return {
        "open": _("Nobody has looked yet"),
        "seen": _("Being looked at"),
        "closed": _("Settled"),
    }.get(state, state)


def resolution_word(code: str) -> str:
    """What a person found or did about an incident."""
    return {
        "in_cell": _("The paper lies in the cell"),
        "taken": _("The receiver has the paper"),
        "with_giver": _("The giver has the paper"),
        "cell_free": _("The cell is empty and works"),
        "cell_occupied": _("The cell is full and works"),
        "out_of_service": _("The cell stays out of service"),
        "repaired": _("Repaired"),
        "mistaken": _("False alarm"),
    }.get(code, code)


def task_word(task: str) -> str:
    """Who gives paper to whom."""
    return {
        "party_to_judge": _("Party to judge"),
        "judge_to_party": _("Judge to party"),
        "clerk_to_scanning": _("Clerk to scanning centre"),
        "scanning_to_clerk": _("Scanning centre to clerk"),
        "clerk_to_archive": _("Clerk to archive"),
        "court_to_court": _("Court to court"),
    }.get(task, task)


def turn_word(turn: str) -> str:
    """Whose step is next."""
    return {
        "giver": _("Giver"),
        "receiver": _("Receiver"),
        "administrator": _("Administrator"),
        "": _("Over"),
    }.get(turn, turn)


def proof_word(proof: str) -> str:
    """How somebody showed who she is."""
    return {
        "code": _("One-time code"),
        "qr": _("QR code"),
        "card": _("Staff card"),
        "identity_card": _("ID card"),
        "pin": _("PIN"),
    }.get(proof, proof)


def notice_word(kind: str) -> str:
    """What a message says."""
    return {
        "code": _("Code to collect with"),
        "deposit_code": _("Code to deposit with"),
        "deposited": _("Paper was put in"),
        "collected": _("Paper was taken out"),
        "confirmed": _("Receipt confirmed"),
        "reminder": _("Reminder"),
        "escalation": _("Escalation"),
        "retrieved": _("Paper was retrieved"),
        "cancelled": _("Hand-off cancelled"),
        "incident": _("Incident at the cabinet"),
        "paper_due": _("Paper to be shelved"),
    }.get(kind, kind)


def notice_state_word(state: str) -> str:
    """How a message fared."""
    return {
        "queued": _("Waiting to be sent"),
        "sent": _("Sent"),
        "failed": _("Not delivered"),
        "dropped": _("Overtaken, not sent"),
    }.get(state, state)


def channel_word(channel: str) -> str:
    """How a message travels."""
    return {
        "sms": _("Text message"),
        "webhook": _("Court system"),
        "email": _("E-mail"),
        "screen": _("On the screen"),
    }.get(channel, channel)


def size_word(size: str) -> str:
    """The size of a cell; no size is any."""
    return {
        "": _("Any size"),
        "small": _("Small cell"),
        "medium": _("Medium cell"),
        "large": _("Large cell"),
    }.get(size, size)


def receiver_kind_word(kind: str) -> str:
    """What the receiver or the giver is to the court."""
    return {
        "staff": _("Staff of this court"),
        "party": _("Party or lawyer"),
        "court": _("Another court"),
    }.get(kind, kind)


def timeline_kind_word(kind: str) -> str:
    """What a step of the timeline is about."""
    return {
        "slip": _("Work slip"),
        "custody": _("Custody"),
        "door": _("Cabinet door"),
        "batch": _("Digitization"),
        "notice": _("Message"),
        "incident": _("Incident"),
        "shelf": _("Shelf"),
        "stock": _("Stock-take"),
    }.get(kind, kind)


def timeline_word(kind: str, action: str) -> str:
    """One step on the way of the paper. `kind` and `action` as in `TimelineRow`."""
    if kind == "notice":
        return notice_word(action)
    if kind == "incident":
        return incident_word(action)
    if kind == "door":
        return door_purpose_word(action)
    if kind == "stock":
        return {
            "counted": _("Found in the stock-take"),
            "missing": _("Missing in the stock-take"),
        }.get(action, discrepancy_word(action))
    return {
        "printed": _("Work slip printed"),
        "slip_printed": _("Work slip printed"),
        "labelled": _("Label printed"),
        "registered": _("Case registered"),
        "received": _("Paper received"),
        "offered": _("Hand-off offered"),
        "deposited": _("Paper was put in"),
        "collected": _("Paper was taken out"),
        "confirmed": _("Counted and received"),
        "disputed": _("Count disputed"),
        "retrieved": _("Taken out by administrators"),
        "returned": _("Back with the giver"),
        "given_back": _("Back with the giver"),
        "cancelled": _("Hand-off cancelled"),
        "settled": _("Dispute settled"),
        "opened": _("Batch opened"),
        "scanned": _("Scanned"),
        "closed": _("Batch closed"),
        "shelved": _("Put on the shelf"),
        "moved": _("Moved to another place"),
    }.get(action, action)


def door_purpose_word(purpose: str) -> str:
    """Why a door was opened."""
    return {
        "deposit": _("Door opened to put in"),
        "collect": _("Door opened to take out"),
        "retrieve": _("Door opened by administrators"),
        "look": _("Door opened to look"),
        "open_all": _("All doors opened"),
        "trial": _("Door opened for a trial"),
    }.get(purpose, purpose)


def discrepancy_word(kind: str) -> str:
    """What a stock-take found to be wrong."""
    return {
        "missing": _("Not found"),
        "unexpected": _("Not expected here"),
        "misplaced": _("In another place"),
        "twice": _("Counted twice"),
        "unreadable": _("Label unreadable"),
    }.get(kind, kind)


def stock_kind_word(kind: str) -> str:
    """What a stock-take goes through."""
    return {"cells": _("Cells of a cabinet"), "shelf": _("Shelves")}.get(kind, kind)
