"""Commissioning (调试验收): one request after the other, until every cell is proved or failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.trial_words import (
    ICONS,
    board_words,
    fault_words,
    mark,
    request_words,
    verdict_word,
)
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import IconLabel, framed, label
from app.gui.widgets.number_field import number_field
from app.gui.widgets.table import RowTable
from app.services.locker_views import CommissioningView
from cloud_locker.commissioning import ALL_SHUT, FINISHED, PASSED, REVERSED, WHICH_DOOR, Step

MOST_CELLS = 999
Row = dict[str, Any]


class Trial(Protocol):
    """A trial under way, as the services give it."""

    def step(self) -> Step:
        """What to ask now."""
        ...

    def answer(self, *, done: bool = True, door: int | None = None, remark: str = "") -> Step:
        """The person's answer, and the next step."""
        ...

    def record(self) -> dict[str, Any]:
        """What was found so far."""
        ...

    def keep(self, remark: str = "") -> CommissioningView:
        """Keep the record."""
        ...

    def leave(self) -> None:
        """End it without one."""
        ...


def trial_columns() -> tuple[Column[Row], ...]:
    """The columns of what was found."""
    return (
        Column(key="cell", title=_("Cell"), text=lambda row: str(row["cell"]), bold=True),
        Column(
            key="verdict",
            title=_("Verdict"),
            text=verdict_word,
            tone=lambda row: "good" if row["verdict"] == PASSED else "bad",
        ),
        Column(key="opened", title=_("Opened"), text=lambda row: mark(row["opened"])),
        Column(key="open", title=_("Seen open"), text=lambda row: mark(row.get("seen_open"))),
        Column(key="shut", title=_("Seen shut"), text=lambda row: mark(row["closed_seen"])),
        Column(
            key="item",
            title=_("Sensor"),
            text=lambda row: mark(row["item_seen"]) + mark(row["item_gone_seen"]),
        ),
        Column(
            key="remark", title=_("What was found"), text=lambda row: fault_words(row["remark"])
        ),
    )


class TrialDialog(QDialog):
    """Asks, tells the board, and lists what was found. Leaving it early keeps no record."""

    def __init__(self, desk: Desk, cabinet: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._trial: Trial | None = None
        self._over = False
        self.setWindowTitle(_("Commissioning"))
        self.resize(820, 600)
        self.sign = IconLabel("tool", "accent", 48)
        self.request = label(_("Asking the cabinet…"), "title", wrap=True)
        self.board = label("", wrap=True)
        self.board.setProperty("tone", "warn")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Cells tried"))
        self.done_button = push_button(_("Done, go on"), self.answer_done, role="primary")
        self.cannot = push_button(_("Cannot be done"), lambda: self._answer(done=False))
        self.right_door = push_button("", self.answer_right_door, role="primary")
        self.no_door = push_button(_("No door opened"), lambda: self._answer(door=0))
        self.other = number_field()
        self.other.setRange(1, MOST_CELLS)
        self.other.setFixedWidth(88)
        self.other.setAccessibleName(_("Number of the other door"))
        self.other_door = push_button(
            _("This one instead"), lambda: self._answer(door=self.other.value())
        )
        self.remark = QLineEdit()
        self.remark.setAccessibleName(_("Remark"))
        self.remark.setPlaceholderText(_("Remark for the record"))
        self.keep_button = push_button(_("Keep the record"), self.keep, role="primary")
        self.model: RowsModel[Row] = RowsModel(
            trial_columns(), identity=lambda row: str(row["cell"]), parent=self
        )
        self.table = RowTable(self.model, (56, 88, 64, 80, 80, 64, -1), _("Cells tried"))
        self.error = FaultLine()
        self.leave_button = push_button(_("Leave without a record"), self.reject)
        self._buttons = (
            self.done_button,
            self.cannot,
            self.right_door,
            self.no_door,
            self.other_door,
            self.keep_button,
            self.leave_button,
        )
        for button in self._buttons:
            button.setAutoDefault(False)
        self._lay_out(cabinet)
        self._show_step(None)
        actor, workstation = desk.actor, desk.workstation
        self._run(lambda: workstation.begin_trial(actor, cabinet), self._begun)

    def _lay_out(self, cabinet: str) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.request)
        texts.addWidget(self.board)
        ask = QHBoxLayout()
        ask.setSpacing(16)
        ask.addWidget(self.sign)
        ask.addLayout(texts, 1)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        for part in (
            self.done_button,
            self.right_door,
            self.cannot,
            self.no_door,
            self.other,
            self.other_door,
            self.remark,
            self.keep_button,
        ):
            answers.addWidget(part, 1 if part is self.remark else 0)
        answers.addStretch(1)
        top = framed("card")
        inner = QVBoxLayout(top)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.setSpacing(12)
        inner.addLayout(ask)
        inner.addLayout(answers)
        found = framed("card")
        below = QVBoxLayout(found)
        below.setContentsMargins(1, 1, 1, 1)
        below.addWidget(self.table)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Commissioning of {cabinet}").format(cabinet=cabinet), "title"))
        column.addWidget(self.bar)
        column.addWidget(top)
        column.addWidget(self.error)
        column.addWidget(found, 1)
        column.addLayout(foot)

    def _begun(self, trial: Trial) -> None:
        self._trial = trial
        if self._over:
            # Closed while the cabinet was asked: nothing is tried.
            Op(self._parent_of_ops(), trial.leave).start()
            return
        self._show_step(trial.step())

    def _run(self, call: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.error.hide()
        for button in self._buttons[:-1]:
            button.setEnabled(False)

        def again() -> None:
            for button in self._buttons:
                button.setEnabled(True)

        operation: Op[Any] = Op.long(self, lambda _report, _cancel: call())
        operation.done(done).refused(self.error.show_fault).finally_(again).start()

    def answer_done(self) -> None:
        """What was asked is done."""
        self._answer()

    def answer_right_door(self) -> None:
        """The door that was meant opened."""
        if self._trial is not None:
            self._answer(door=self._trial.step().cell)

    def _answer(self, *, done: bool = True, door: int | None = None) -> None:
        trial = self._trial
        if trial is not None:
            self._run(lambda: trial.answer(done=done, door=door), self._show_step)

    def _show_step(self, step: Step | None) -> None:
        kind = step.kind if step is not None else ""
        asked, door, finished = kind not in ("", FINISHED), kind == WHICH_DOOR, kind == FINISHED
        for part, shown in (
            (self.done_button, asked and not door),
            (self.cannot, asked and not door and kind != ALL_SHUT),
            (self.right_door, door),
            (self.no_door, door),
            (self.other, door),
            (self.other_door, door),
            (self.remark, finished),
            (self.keep_button, finished),
        ):
            part.setVisible(shown)
        self.board.setVisible(False)
        if step is None or self._trial is None:
            return
        self.sign.show_icon(ICONS[kind], "accent")
        self.request.setText(request_words(step))
        self.board.setText(board_words(step))
        self.board.setVisible(bool(self.board.text()))
        self.right_door.setText(_("Door {cell} opened").format(cell=step.cell))
        rows = list(self._trial.record()["cells"])
        tried = [row for row in rows if row["verdict"]]
        self.model.replace(list(reversed(tried)) if not finished else rows)
        self.bar.setRange(0, max(len(rows), 1))
        self.bar.setValue(len(tried))
        if finished:
            self._show_result(rows)
        first = self.right_door if door else self.keep_button if finished else self.done_button
        first.setFocus()

    def _show_result(self, rows: list[Row]) -> None:
        failed = sum(row["verdict"] != PASSED for row in rows)
        trial = self._trial
        reversed_contacts = trial is not None and trial.record()["settings"]["polarity"] == REVERSED
        if reversed_contacts:
            self.request.setText(_("All contacts report the other way round."))
            self.board.setText(_("Turn the polarity of this cabinet in its settings; then again."))
        elif failed:
            self.request.setText(_("{count} cells failed.").format(count=failed))
            self.board.setText(_("They stay out of service until they are mended and tried again."))
        else:
            self.request.setText(_("Every cell passed."))
        self.sign.show_icon("warn" if failed else "good", "warn" if failed else "good")
        self.board.setVisible(bool(failed))

    def keep(self) -> None:
        """Keep the record and close."""
        trial, remark = self._trial, self.remark.text().strip()
        if trial is None:
            return

        def kept(view: CommissioningView) -> None:
            self._over = True
            word = _("The cabinet is commissioned.") if view.passed else _("The record is kept.")
            self._desk.said.emit(word)
            self.accept()

        self._run(lambda: trial.keep(remark), kept)

    def reject(self) -> None:
        """End it without a record."""
        trial = self._trial
        if not self._over and trial is not None:
            Op(self._parent_of_ops(), trial.leave).start()
        self._over = True
        super().reject()

    def _parent_of_ops(self) -> QWidget:
        parent = self.parentWidget()
        return parent if parent is not None else self
