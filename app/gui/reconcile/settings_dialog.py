"""What the court demands before sealing: plan of sampling, signatures; for administrators."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QInputDialog,
    QVBoxLayout,
    QWidget,
)

from app.domain.review import CHAIN_STEPS
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.services.review_views import OperatorStanding, ReviewSettings
from app.words.review import severity_word, signer_word


def standing_columns() -> tuple[Column[OperatorStanding], ...]:
    """The columns of the list of operators."""
    return (
        Column(key="operator", title=_("Operator"), text=lambda row: row.operator, bold=True),
        Column(
            key="severity",
            title=_("Severity"),
            text=lambda row: (
                _("everything is looked at") if row.stopped else severity_word(row.severity)
            ),
            tone=lambda row: (
                "bad"
                if row.stopped
                else {"tightened": "warn", "reduced": "good"}.get(row.severity, "note")
            ),
        ),
        Column(
            key="rounds",
            title=_("Rejected of rounds"),
            text=lambda row: f"{row.rejected} / {row.rounds}",
            right=True,
        ),
        Column(
            key="score", title=_("Switching score"), text=lambda row: str(row.score), right=True
        ),
    )


class ReviewSettingsDialog(QDialog):
    """Plan, chain, and how each operator's work is sampled next. Emits `saved()`."""

    saved = Signal()

    def __init__(self, desk: Desk, settings: ReviewSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Demands before sealing"))
        self.setMinimumWidth(680)
        self.plan = QComboBox()
        self.plan.setAccessibleName(_("Plan of sampling"))
        for row in settings.plans:
            self.plan.addItem(row.title, row.name)
        self.plan.setCurrentIndex(self.plan.findData(settings.plan))
        self.steps = {step: QCheckBox(signer_word(step)) for step in CHAIN_STEPS}
        for step, box in self.steps.items():
            box.setChecked(step in settings.chain)
        self.flip = QCheckBox(_("Every side must be seen under the camera before sealing"))
        self.flip.setChecked(settings.flip)
        self.model: RowsModel[OperatorStanding] = RowsModel(
            standing_columns(), identity=lambda row: row.operator, parent=self
        )
        self.table = RowTable(self.model, (-1, 176, 144, 128), _("Operators"))
        self.table.setMinimumHeight(160)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.reduced = push_button(_("Allow reduced inspection"), self._decide)
        self.reduced.setAutoDefault(False)
        self.error = FaultLine()
        save = push_button(_("Save"), self._save, role="primary")
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow(label(_("Plan of sampling"), "muted"), self.plan)
        signers = QGridLayout()
        signers.setHorizontalSpacing(16)
        for number, box in enumerate(self.steps.values()):
            signers.addWidget(box, number // 3, number % 3)
        form.addRow(label(_("Signatures"), "muted"), signers)
        form.addRow(label(_("Leaf through"), "muted"), self.flip)
        buttons = answer_row(self, save)
        buttons.insertWidget(0, self.reduced)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(label(_("Work of the operators"), "heading"))
        column.addWidget(self.table, 1)
        column.addWidget(self.error)
        column.addLayout(buttons)
        self._chosen()
        self._read()

    def _read(self) -> None:
        Op(self, self._desk.workstation.operator_standings).reads().done(self._show).start()

    def _show(self, rows: tuple[OperatorStanding, ...]) -> None:
        self.model.replace(rows)
        if rows:
            self.table.go_to(max(self.table.currentIndex().row(), 0))
        self._chosen()

    @property
    def _operator(self) -> OperatorStanding | None:
        return self.model.row(self.table.currentIndex().row())

    def _chosen(self) -> None:
        row = self._operator
        stopped = row is not None and row.stopped
        self.reduced.setEnabled(
            row is not None and (row.may_reduce or row.reduced_allowed or stopped)
        )
        if stopped:
            self.reduced.setText(_("Resume sampling…"))
        elif row is not None and row.reduced_allowed:
            self.reduced.setText(_("Allow it no more"))
        else:
            self.reduced.setText(_("Allow reduced inspection"))

    def _decide(self) -> None:
        """What may be decided of the work of the current operator."""
        row = self._operator
        if row is None:
            return
        actor, workstation = self._desk.actor, self._desk.workstation
        if row.stopped:
            self._ask_resumption(row.operator)
        else:
            self._write(
                lambda: workstation.allow_reduced_inspection(
                    actor, row.operator, allowed=not row.reduced_allowed
                )
            )

    def _ask_resumption(self, operator: str) -> None:
        actor, workstation = self._desk.actor, self._desk.workstation
        dialog = QInputDialog(self)
        dialog.setWindowTitle(_("Resume sampling…"))
        dialog.setLabelText(_("What was mended, so that sampling may go on?"))
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(
            lambda reason: self._write(
                lambda: workstation.resume_sampling(actor, operator, str(reason))
            )
        )
        dialog.open()

    def _write(self, work: Callable[[], None]) -> None:
        operation = Op(self, work)
        operation.done(lambda _none: self._read()).refused(self.error.show_fault).start()

    def _save(self) -> None:
        actor, workstation = self._desk.actor, self._desk.workstation
        plan = str(self.plan.currentData())
        chain = tuple(step for step, box in self.steps.items() if box.isChecked())

        def saved(_settings: ReviewSettings) -> None:
            self.saved.emit()
            self.accept()

        flip = self.flip.isChecked()
        operation = Op(
            self, lambda: workstation.set_review(actor, plan=plan, chain=chain, flip=flip)
        )
        operation.done(saved).refused(self.error.show_fault).start()
