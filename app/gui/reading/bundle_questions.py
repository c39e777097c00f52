"""What is asked about terminals without the database: a bundle, and the logs that come home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, QStandardPaths
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.reading.application_list import moment
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.gui.widgets.room import Roomy, within_screen
from app.kernel.fault_texts import describe
from app.kernel.file_names import safe_name
from app.kernel.translation import current_language
from app.services.reading_desk_views import (
    BundleRow,
    CarriedLog,
    CarriedLogs,
    GrantRow,
    RefusedLog,
)

LONGEST_CODE = 32
WIDE = 560


class FolderField(QWidget):
    """A folder: typed, or chosen."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.line = QLineEdit(self)
        self.line.setAccessibleName(title)
        self.choose = push_button(_("Choose…"), self.ask, parent=self)
        self.choose.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.line)

    @property
    def folder(self) -> Path | None:
        """The folder, None while there is none."""
        text = self.line.text().strip()
        return Path(text) if text else None

    def ask(self) -> None:
        """Let the person choose."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        chosen = QFileDialog.getExistingDirectory(self, self._title, self.line.text() or home)
        if chosen:
            self.line.setText(chosen)


class BundleQuestion(Question):
    """Makes bundles of one grant, or of all that have an appointment on its day. `answered` tells
    the rows of the bundles."""

    def __init__(
        self,
        desk: Desk,
        row: GrantRow,
        same_day: Sequence[GrantRow] = (),
        parent: QWidget | None = None,
    ) -> None:
        sentence = _(
            "{reader}, {case_no}. What the grant shows goes into a file that only this terminal "
            "opens, until {until}."
        ).format(reader=row.reader, case_no=row.case_no, until=moment(row.valid_until))
        super().__init__(desk, _("Make a bundle"), sentence, _("Make it"), parent)
        self._row, self._same_day = row, tuple(same_day)
        self._made: dict[tuple[str, str], BundleRow] = {}
        self.which = QComboBox(self)
        self.which.addItem(_("This grant alone"))
        self.which.addItem(_("All {count} appointments of the day").format(count=len(same_day)))
        self.add_field(_("For whom"), self.which)
        self.show_field(self.which, len(same_day) > 1)
        self.folder = FolderField(_("Folder"), self)
        self.add_field(_("Folder"), self.folder)
        self.terminal = self.add_line(_("Terminal"), _("Name under which it was enrolled"))
        self.terminal.setText(row.terminal)
        self.code = self.add_line(
            _("Closing code"), _("6 signs or more; empty: not closed on the screen")
        )
        self.code.setEchoMode(QLineEdit.EchoMode.Password)
        self.code.setMaxLength(LONGEST_CODE)

    def missing(self) -> QWidget | None:
        if self.folder.folder is None:
            return self.folder
        return None if self.terminal.text().strip() else self.terminal

    def command(self) -> Callable[[], Any]:
        actor, workstation, made = self.desk.actor, self.desk.workstation, self._made
        folder, terminal = self.folder.folder or Path(), self.terminal.text().strip()
        code = self.code.text()
        rows = self._same_day if self.which.currentIndex() else (self._row,)

        def make() -> tuple[BundleRow, ...]:
            for row in rows:
                path = folder / f"{safe_name(f'{row.number}-{terminal}')}.jzb"
                # What was made before another one was refused is not made twice.
                if (row.id, str(path)) not in made:
                    made[row.id, str(path)] = workstation.make_reading_bundle(
                        actor, row.id, path, terminal=terminal, closing_code=code
                    )
            return tuple(made.values())

        return make


def bundles_text(rows: Sequence[BundleRow]) -> str:
    """How many pages until when, of what was made."""
    first = min(rows, key=lambda row: row.valid_until)
    if len(rows) == 1:
        text = _("Bundle made: {pages} pages, valid until {until}. It is in {path}.")
    else:
        text = _(
            "{count} bundles made: {pages} pages, the first valid until {until}. They are in "
            "{path}."
        )
    return text.format(
        count=len(rows),
        pages=sum(row.pages for row in rows),
        until=moment(first.valid_until),
        path=Path(first.path).parent,
    )


class CarryQuestion(Question):
    """Takes over the logs in a folder. `answered` tells what came home."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        sentence = _(
            "Every log in the folder and in its folder “logs” is taken over. What came before is "
            "not taken twice."
        )
        super().__init__(desk, _("Carry logs home"), sentence, _("Take them over"), parent)
        self.folder = FolderField(_("Folder"), self)
        self.add_field(_("Folder"), self.folder)

    def missing(self) -> QWidget | None:
        return self.folder if self.folder.folder is None else None

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        folder = self.folder.folder or Path()
        return lambda: workstation.carry_reading_logs(actor, folder)


def carried_text(logs: CarriedLogs) -> str:
    """How many entries came home."""
    if not logs.carried and not logs.refused:
        return _("There are no logs in this folder.")
    text = _("{logs} logs, {entries} new entries came home.").format(
        logs=len(logs.carried), entries=sum(each.audit_rows for each in logs.carried)
    )
    if logs.refused:
        text += _(" {count} logs were refused.").format(count=len(logs.refused))
    return text


class CarriedDialog(QDialog):
    """What came of each log that brought something, or was refused."""

    def __init__(self, logs: CarriedLogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Carry logs home"))
        self.summary = label(carried_text(logs), "title", wrap=True)
        self.lines = [_log_text(each) for each in logs.carried if each.audit_rows]
        self.refused = [_refusal_text(each) for each in logs.refused]
        # A round of many terminals brings more logs than a screen has lines.
        room = Roomy(self)
        told = QVBoxLayout(room.inner)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(12)
        told.addWidget(self.summary)
        for text in self.lines:
            told.addWidget(label(text, wrap=True))
        for text in self.refused:
            line = label(text, wrap=True)
            line.setProperty("tone", "bad")
            told.addWidget(line)
        told.addStretch(1)
        close = push_button(_("Close"), self.accept, role="primary", parent=self)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(room, 1)
        column.addLayout(foot)
        self.resize(within_screen(self, QSize(WIDE, column.totalHeightForWidth(WIDE))))
        close.setFocus()


def _refusal_text(refused: RefusedLog) -> str:
    text = describe(dict(refused.record), current_language())
    return f"{Path(refused.path).name}：{text.message}{text.remedy}"


def _log_text(carried: CarriedLog) -> str:
    text = _(
        "{case_no}, {terminal}: {visits} visits, {pages} pages, {prints} prints, {slips} slips, "
        "{entries} entries."
    ).format(
        case_no=carried.case_no,
        terminal=carried.terminal,
        visits=carried.visits,
        pages=carried.issues,
        prints=carried.prints,
        slips=carried.slips,
        entries=carried.audit_rows,
    )
    if carried.segment > 1:
        text += _(" Log {number} of this bundle: it was opened anew at the terminal.").format(
            number=carried.segment
        )
    return text
