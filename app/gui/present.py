"""Errors as a person reads them: what happened, what is safe, what to do; details behind a fold."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.labels import IconLabel, label
from app.kernel.errors import Fault
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """An error ready to be shown. `tone` is warn when a person here can mend it, else bad."""

    message: str
    safe: str
    remedy: str
    details: str
    tone: str


def present(error: BaseException, *, safe: str = "") -> Presentation:
    """`error` in three lines. `safe` is what the screen knows to be safe."""
    if isinstance(error, Fault) and error.kind != "bug":
        text = describe(error.as_record(), current_language())
        return Presentation(
            message=text.message,
            safe=safe or _safe_by_kind(error.kind),
            remedy=text.remedy,
            details=str(error),
            tone="bad" if error.kind == "broken" else "warn",
        )
    return Presentation(
        message=_("The program ran into an error of its own."),
        safe=safe or _("What was saved before is not affected."),
        remedy=_("Try again. If it happens again, pass the details to the administrator."),
        details="".join(traceback.format_exception(error)),
        tone="bad",
    )


def _safe_by_kind(kind: str) -> str:
    return {
        "refused": _("Nothing was changed."),
        "bad_input": _("Nothing was changed."),
        "transient": _("What was saved is safe; the same step may succeed later."),
    }.get(kind, _("What was saved before is not affected."))


# Signs of a message from which on its lines are longer.
_LONG = 120


class ErrorDialog(QDialog):
    """The three lines with one button; the details unfold on request."""

    def __init__(self, presentation: Presentation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Please note"))
        self.setMinimumWidth(480 if len(presentation.message) < _LONG else 640)
        self.message: QLabel = label(presentation.message, "heading", wrap=True)
        self.safe: QLabel = label(presentation.safe, wrap=True)
        self.remedy: QLabel = label(presentation.remedy, wrap=True)
        self.details = QPlainTextEdit(presentation.details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details"))
        self.details.setMinimumHeight(160)
        self.details.hide()
        self.fold = QPushButton(_("Details"))
        self.fold.setProperty("role", "flat")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._unfold)
        close = QPushButton(_("Close"))
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        texts = QVBoxLayout()
        texts.setSpacing(8)
        for part in (self.message, self.safe, self.remedy):
            part.setVisible(bool(part.text()))
            texts.addWidget(part)
        top = QHBoxLayout()
        top.setSpacing(16)
        sign = IconLabel("bad" if presentation.tone == "bad" else "warn", presentation.tone, 32)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.details)
        column.addLayout(buttons)
        close.setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._fit()

    def _unfold(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self._fit()

    def _fit(self) -> None:
        """As high as the wrapped words need, which the size hint of a dialog does not know."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(layout.totalHeightForWidth(self.width()), 0))


def show_error(parent: QWidget, error: BaseException, *, safe: str = "") -> ErrorDialog:
    """Open the dialog for `error` over `parent`'s window without blocking, and return it."""
    dialog = ErrorDialog(present(error, safe=safe), parent.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
