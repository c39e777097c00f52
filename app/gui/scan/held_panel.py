"""Insert and replace: old and new side by side before anything changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.scan.held_words import (
    held_title,
    pair_reasons,
    verdict_text,
    verdict_tone,
)
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import chip, framed, label, restyle
from app.gui.widgets.side_by_side import SideBySide
from app.services.station_views import HeldBatch, HeldPair
from app.services.views import SideRow


class HeldPanel(QFrame):
    """One held batch at a time, one pair of pages at a time.

    Emits `accept_asked(batch)` and `reject_asked(batch)`.
    """

    accept_asked = Signal(object)
    reject_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._batches: tuple[HeldBatch, ...] = ()
        self._neighbours: dict[str, SideRow] = {}
        self._at = 0
        self.title = ElidedLabel("", "title")
        self.verdict = chip("")
        self.reasons = ElidedLabel("")
        self.counter = label("", "muted")
        self.pages = SideBySide(self)
        self.previous = tool_button(
            "arrow_left", _("Pair before"), lambda: self.step(-1), action="previous_doubtful"
        )
        self.next = tool_button(
            "arrow_right", _("Next pair"), lambda: self.step(1), action="next_doubtful"
        )
        self.accept = push_button(
            _("Accept"), self._accept, icon_name="check", action="accept_held"
        )
        self.reject = push_button(_("Reject…"), self._reject, role="danger", action="back")
        self._lay_out()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.title, 1)
        first.addWidget(self.counter)
        first.addWidget(self.previous)
        first.addWidget(self.next)
        second = QHBoxLayout()
        second.setSpacing(12)
        second.addWidget(self.verdict)
        second.addWidget(self.reasons, 1)
        head = framed("toolbar", self)
        texts = QVBoxLayout(head)
        texts.setContentsMargins(16, 8, 8, 8)
        texts.setSpacing(6)
        texts.addLayout(first)
        texts.addLayout(second)
        foot = framed("bar", self)
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        self.hint = ElidedLabel("", "muted")
        row.addWidget(self.hint, 1)
        row.addWidget(self.reject)
        row.addWidget(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.pages, 1)
        column.addWidget(foot)

    def set_comparing(self, comparing: bool) -> None:
        """While old and new are still being compared nothing can be accepted."""
        self.accept.setEnabled(not comparing)
        self.reject.setEnabled(not comparing)

    @property
    def batch(self) -> HeldBatch | None:
        """The batch in sight."""
        return self._batches[0] if self._batches else None

    @property
    def pair(self) -> HeldPair | None:
        """The pair in sight."""
        batch = self.batch
        return batch.pairs[self._at] if batch is not None and self._at < len(batch.pairs) else None

    def show_batches(self, batches: Sequence[HeldBatch], sides: Sequence[SideRow]) -> None:
        """Show the first of `batches`; `sides` give the neighbours of an insertion."""
        before = self.batch.batch if self.batch is not None else ""
        self._batches = tuple(batches)
        self._neighbours = {str(side.position): side for side in sides}
        batch = self.batch
        if batch is None:
            return
        if batch.batch != before:
            self._at = self._worst(batch)
        self._at = min(self._at, max(len(batch.pairs) - 1, 0))
        self._show()

    def _worst(self, batch: HeldBatch) -> int:
        order = {"different": 0, "unsure": 1, "waiting": 2, "same": 3}
        ranked = sorted(
            range(len(batch.pairs)), key=lambda at: (order.get(batch.pairs[at].verdict, 1), at)
        )
        return ranked[0] if ranked and batch.purpose != "insert" else 0

    def step(self, step: int) -> None:
        """The next or previous pair, round and round."""
        batch = self.batch
        if batch is not None and batch.pairs:
            self._at = (self._at + step) % len(batch.pairs)
            self._show()

    def _show(self) -> None:
        batch, pair = self.batch, self.pair
        if batch is None:
            return
        self.title.show_text(held_title(batch))
        several = len(batch.pairs) > 1
        self.counter.setText(
            _("pair {at} of {count}").format(at=self._at + 1, count=len(batch.pairs))
        )
        for part in (self.counter, self.previous, self.next):
            part.setVisible(several)
        waiting = f" · {len(self._batches) - 1}" if len(self._batches) > 1 else ""
        started = _("scanned by {person} from {source}").format(
            person=batch.operator, source=batch.source
        )
        self.hint.show_text(_("Nothing changes before you accept.") + f" {started}{waiting}")
        if pair is None:
            self.verdict.hide()
            self.reasons.show_text(_("No new page was scanned."))
            self.pages.show_sides(None, None, "", "")
            return
        inserting = batch.purpose == "insert"
        self.verdict.setVisible(not inserting)
        self.verdict.setText(verdict_text(pair))
        restyle(self.verdict, "tone", verdict_tone(pair.verdict))
        self.reasons.show_text(
            _("The page on the left stays; the new one comes behind it.")
            if inserting
            else pair_reasons(pair)
        )
        old = self._neighbours.get(str(batch.after_position)) if inserting else pair.old
        self.pages.show_sides(old, pair.new, self._old_title(old, inserting), _("New"))

    def _old_title(self, old: SideRow | None, inserting: bool) -> str:
        if old is None:
            return ""
        name = _("Side {position}").format(position=old.position)
        return name if inserting else _("Old · {side}").format(side=name)

    def _accept(self) -> None:
        if self.batch is not None:
            self.accept_asked.emit(self.batch)

    def _reject(self) -> None:
        if self.batch is not None:
            self.reject_asked.emit(self.batch)
