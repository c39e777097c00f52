"""The paper track: back through the locker, counted, onto the shelf."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSpinBox, QWidget

from app.domain.lifecycle import SEALED
from app.gui.archive.track_card import TrackCard
from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field
from app.services.locker_views import HandOffRow
from app.services.views import CaseView, TracksView

# The step of the page that each state of a hand-off asks for; administrators settle the others.
PAPER_STEPS = {
    "draft": "reserved",
    "reserved": "reserved",
    "depositing": "reserved",
    "deposited": "deposited",
    "notified": "deposited",
    "overdue": "overdue",
    "collecting": "deposited",
    "collected": "collected",
    "disputed": "disputed",
    "retrieved": "settled",
    "fault": "settled",
}


class PaperTrack(TrackCard):
    """Where the paper is. `commands`: offer, deposit, collect, acknowledge, shelve,
    shelve_by_scans."""

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__("paper", _("Paper"), parent)
        self.hint = label("", "muted", wrap=True)
        self.code_shown = label("", "title")
        self.receiver = _line(_("Receiver"), "")
        self.code = _line(_("Collection code"), "")
        self.location = _line(_("Shelf"), "A101/3/2/4/1/12")
        self.volumes = _count(_("Volumes"), 1)
        self.pages = _count(_("Pages counted"), 0)
        self.counts = _labelled(self.volumes, self.pages)
        self.receiver_row = _labelled(self.receiver)
        self.code_row = _labelled(self.code)
        self.location_row = _labelled(self.location)
        self.offer = push_button(_("Reserve a cell"), commands["offer"], icon_name="locker")
        self.deposit = push_button(_("Open the cell, put the paper in"), commands["deposit"])
        self.collect = push_button(_("Open the cell, take the paper out"), commands["collect"])
        self.acknowledge = push_button(_("Counted, received"), commands["acknowledge"])
        self.shelve = push_button(_("Shelved"), commands["shelve"])
        self.by_scans = push_button(
            _("Shelve volume by volume…"), commands["shelve_by_scans"], action="archive_shelve"
        )
        for part in (
            self.hint,
            self.code_shown,
            self.receiver_row,
            self.code_row,
            self.counts,
            self.location_row,
            self.offer,
            self.deposit,
            self.collect,
            self.acknowledge,
            self.shelve,
            self.by_scans,
        ):
            self.controls.addWidget(part)

    def show_paper(
        self, case: CaseView, tracks: TracksView, hand_off: HandOffRow | None, code: str
    ) -> None:
        """Show the one step that comes next for the paper."""
        shelved = tracks.paper["state"] == "shelved"
        under_way = PAPER_STEPS.get(hand_off.state, "") if hand_off else ""
        returned = hand_off is not None and hand_off.state == "confirmed"
        names = (_("Reserve"), _("Deposit"), _("Collect"), _("Count"), _("Shelve"))
        done = {
            "reserved": 1,
            "deposited": 2,
            "overdue": 2,
            "settled": 2,
            "collected": 3,
            "disputed": 3,
        }
        self.show_steps(names, 5 if shelved else (4 if returned else done.get(under_way, 0)))
        self.show_state(
            _("Shelved") if shelved else _("Under way") if hand_off else _("Open"),
            "good" if shelved else "accent" if hand_off else "note",
        )
        receipt = tracks.paper.get("receipt") or {}
        facts = [
            (_("Now with"), "" if shelved else str(tracks.paper.get("with") or "")),
            (_("Shelf"), str(tracks.paper.get("location") or "")),
            (_("Counted"), _counted(receipt)),
            (_("Volumes on the shelf"), "" if shelved else _standing(tracks)),
        ]
        if hand_off is not None and under_way:
            place = _("{cabinet}, cell {cell}").format(cabinet=hand_off.cabinet, cell=hand_off.cell)
            facts.insert(1, (_("Locker"), place))
        self.show_facts(facts)
        may_start = case.state in SEALED
        step = "" if shelved or not may_start else under_way or ("shelve" if returned else "offer")
        self._show_step(step, code)
        if not self.pages.value() and case.paper_pages:
            self.pages.setValue(case.paper_pages)
        if not self.receiver.text():
            self.receiver.setText(case.clerk)

    def _show_step(self, step: str, code: str) -> None:
        counted = step in ("offer", "collected", "disputed", "shelve")
        for part, shown in (
            (self.receiver_row, step == "offer"),
            (self.offer, step == "offer"),
            (self.deposit, step == "reserved"),
            (self.code_row, step in ("deposited", "overdue")),
            (self.collect, step in ("deposited", "overdue")),
            (self.counts, counted),
            (self.acknowledge, step in ("collected", "disputed")),
            (self.location_row, step == "shelve"),
            (self.shelve, step == "shelve"),
            (self.by_scans, step == "shelve"),
            (self.code_shown, bool(code) and step in ("reserved", "deposited")),
        ):
            part.setVisible(shown)
        self.code_shown.setText(_("Code for the receiver: {code}").format(code=code))
        self.hint.setText(
            {
                "": "",
                "offer": _("The paper goes back through the locker: reserve a cell for it."),
                "reserved": _("The cell is reserved. Open it, put the paper in, close the door."),
                "deposited": _("The paper is in the cell. The receiver opens it with the code."),
                "overdue": _("The paper still waits in the cell. Remind the receiver."),
                "collected": _("Count volumes and pages; they must agree with what was stated."),
                "disputed": _("The count differed. Count again, together."),
                "settled": _("Two administrators see to this paper; see the page of the lockers."),
                "shelve": _("Put the paper on its shelf: room/rack/column/level/box/position."),
            }.get(step, "")
        )
        self.hint.setVisible(bool(self.hint.text()))


def _standing(tracks: TracksView) -> str:
    """How many volumes stand already; "" for none."""
    count = len(tracks.paper.get("volumes") or ())
    return str(count) if count else ""


def _counted(receipt: dict[str, object]) -> str:
    if not receipt:
        return ""
    return _("{volumes} volumes, {pages} pages").format(
        volumes=receipt.get("volumes", ""), pages=receipt.get("pages", "")
    )


def _line(name: str, example: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(example)
    return field


def _labelled(*fields: QWidget) -> QWidget:
    """Fields in a row, each after its name."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for field in fields:
        row.addWidget(label(field.accessibleName(), "muted"))
        row.addWidget(field, 1)
    return holder


def _count(name: str, least: int) -> QSpinBox:
    field = number_field()
    field.setRange(least, 99999)
    field.setAccessibleName(name)
    return field
