"""Words of the trial of a cabinet: what the person is asked, and what was found wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.gui.i18n import _
from cloud_locker.commissioning import (
    ALL_SHUT,
    FINISHED,
    LAY_IN,
    PASSED,
    READY,
    SHUT,
    TAKE_OUT,
    WHICH_DOOR,
    Step,
)

ICONS = {
    ALL_SHUT: "door_closed",
    READY: "lock",
    WHICH_DOOR: "question",
    LAY_IN: "arrow_down",
    TAKE_OUT: "arrow_right",
    SHUT: "door_closed",
    FINISHED: "good",
}


def request_words(step: Step) -> str:
    """What the person is asked to do."""
    return {
        ALL_SHUT: _("Shut all doors of the cabinet."),
        READY: _("Cell {cell} opens next. Stand clear of its door."),
        WHICH_DOOR: _("Which door opened?"),
        LAY_IN: _("Lay something into cell {cell}."),
        TAKE_OUT: _("Take it out of cell {cell} again."),
        SHUT: _("Shut the door of cell {cell}."),
        FINISHED: _("All cells were tried."),
    }[step.kind].format(cell=step.cell)


def board_words(step: Step) -> str:
    """What the board says against it; nothing when it agrees."""
    doors = ", ".join(map(str, step.sees_open))
    if step.kind == ALL_SHUT and step.again:
        return _("The board reports open: {doors}. Look again, or go on if all are shut.").format(
            doors=doors
        )
    if not step.again:
        return ""
    return {
        LAY_IN: _("The sensor sees nothing yet. Lay it in the middle; go on if it lies there."),
        TAKE_OUT: _("The sensor still sees something. Go on if the cell is empty."),
        SHUT: _("The board still reports it open. Press the door shut; go on if it is."),
    }.get(step.kind, "")


def fault_words(remark: str) -> str:
    """What was found at a cell, in words; a person's own words stay as they are."""
    return _("; ").join(_one_fault(part.strip()) for part in remark.split(",") if part.strip())


def _one_fault(code: str) -> str:
    kind, _colon, number = code.partition(":")
    return {
        "did_not_open": _("no door opened"),
        "other_door": _("door {number} opened instead: the lock cables are crossed"),
        "other_feedback": _("door {number} was reported instead: the contact cables are crossed"),
        "never_seen_open": _("the board did not see it open"),
        "never_seen_shut": _("the board did not see it shut"),
        "reversed_contact": _("its contact is wired the other way round"),
        "item_not_seen": _("the sensor saw nothing"),
        "item_still_seen": _("the sensor saw something in the empty cell"),
        "item_before": _("something lay in it before"),
        "left_out": _("left out"),
    }.get(kind, code).format(number=number)


def mark(value: bool | None) -> str:
    """What was proved, as a mark; nothing where it was not tried."""
    return {True: "✓", False: "✗", None: ""}[value]


def verdict_word(row: Mapping[str, Any]) -> str:
    """Whether a cell passed; nothing before it was tried."""
    if not row.get("verdict"):
        return ""
    return _("Cell passed") if row["verdict"] == PASSED else _("Cell failed")
