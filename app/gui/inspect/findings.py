"""One finding as a card: what it is, what to look at, and what one can do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import chip, label, restyle
from app.gui.words import finding_advice, severity_tone, verdict_word
from app.services.views import FindingRow
from app.words.pages import finding_word, severity_word


class FindingCard(QFrame):
    """Emits `accept_asked(finding)`, `rescan_asked(finding)` and `accept_all_asked(code)`."""

    accept_asked = Signal(object)
    rescan_asked = Signal(object)
    accept_all_asked = Signal(str)

    def __init__(
        self, finding: FindingRow, alike: int, current: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.finding = finding
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(finding_word(finding.code), "heading"))
        tone = severity_tone(finding.severity) if not finding.verdict else "good"
        word = severity_word(finding.severity) if not finding.verdict else ""
        head.addWidget(chip(word or verdict_word(finding.verdict), tone))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        fact = measured(finding)
        if fact:
            column.addWidget(label(fact, "muted", wrap=True))
        if finding.verdict:
            column.addWidget(label(_judged(finding), "muted", wrap=True))
            return
        advice = finding_advice(finding.code)
        if advice:
            column.addWidget(label(advice, wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for text, asked, action in (
            (_("Accept"), self.accept_asked, "accept"),
            (_("Scan again…"), self.rescan_asked, "reject"),
        ):
            pressed = _emitting(asked, finding)
            buttons.addWidget(push_button(text, pressed, action=action if current else ""))
        column.addLayout(buttons)
        if alike > 1:
            text = _("Accept all {count} of this kind").format(count=alike)
            column.addWidget(
                push_button(text, lambda: self.accept_all_asked.emit(finding.code), role="flat")
            )
        if current:
            restyle(self, "current", "true")


def _emitting(asked: SignalInstance, finding: FindingRow) -> Callable[[], None]:
    return lambda: asked.emit(finding)


def measured(finding: FindingRow) -> str:
    """What was measured against which limit, where figures say something to a person."""
    if finding.code == "duplicate":
        return _("Same as side {position}").format(position=int(finding.value))
    if finding.code == "orientation":
        return _("Stands upright after a turn of {degrees}°").format(degrees=int(finding.value))
    if finding.code == "skew":
        return _("Skewed by {degrees}°, limit {limit}°").format(
            degrees=f"{finding.value:.1f}", limit=f"{finding.limit:.1f}"
        )
    if finding.code == "low_resolution":
        return _("{value} dpi, asked {limit} dpi").format(
            value=int(finding.value), limit=int(finding.limit)
        )
    return ""


def _judged(finding: FindingRow) -> str:
    who = f"{verdict_word(finding.verdict)} · {finding.verdict_by}"
    return f"{who}\n{finding.remark}" if finding.remark else who
