"""Counts that differ, side by side, and the person who signs which one is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from app.domain.reconciling_tracks import RESOLUTIONS
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.locker.question import Question
from app.gui.widgets.labels import chip, framed, label
from app.services.archive_views import FreezeView
from app.words.archive import resolution_word

SIDES = ("electronic", "paper", "record")


def counted_word(what: str) -> str:
    """What was counted."""
    return {"pages": _("Number of pages"), "volumes": _("Volumes")}.get(what, what)


def difference_words(freeze: FreezeView) -> str:
    """All differences of a freeze in one line."""
    return "；".join(
        _("{what}: electronic {electronic}, paper {paper}").format(
            what=counted_word(str(row["what"])),
            electronic=_count(row.get("electronic")),
            paper=_count(row.get("paper")),
        )
        for row in freeze.differences
    )


class FreezeQuestion(Question):
    """Sign which of the counts is right. Whoever made one of them signs nothing about it."""

    def __init__(self, desk: Desk, freeze: FreezeView, parent: QWidget | None = None) -> None:
        sentence = _(
            "Both tracks stand still since {moment}. Whoever counted one of them may not sign; "
            "it takes another archivist or an administrator."
        ).format(moment=moment_text(freeze.opened_at, present_moment()))
        title = _("Counts that differ: {case_no}").format(case_no=freeze.case_no)
        super().__init__(desk, title, sentence, _("Sign"), parent)
        self.freeze = freeze
        self.form.addRow(self._counts())
        self.resolution = QComboBox()
        self.resolution.setPlaceholderText(_("Choose what you found"))
        for code in RESOLUTIONS:
            self.resolution.addItem(resolution_word(code), code)
        self.resolution.setCurrentIndex(-1)
        self.add_field(_("Decision"), self.resolution)
        self.reason = self.add_line(_("Reason"), _("How it was found out"))

    def _counts(self) -> QWidget:
        holder = framed("panel")
        grid = QGridLayout(holder)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        heads = (_("Counted"), _("Electronic"), _("Paper"), _("By the record"))
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "muted"), 0, column)
            grid.setColumnStretch(column, 1)
        for number, row in enumerate(self.freeze.differences, 1):
            grid.addWidget(label(counted_word(str(row["what"])), "heading"), number, 0)
            for column, side in enumerate(SIDES, 1):
                text = _count(row.get(side))
                differs = side != "record" and row.get(side) != row.get("record")
                known = row.get("record") is not None
                shown = chip(text, "bad") if differs and known else label(text, "title")
                grid.addWidget(shown, number, column)
        return holder

    def missing(self) -> QWidget | None:
        if self.resolution.currentIndex() < 0:
            return self.resolution
        return None if self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        freeze, reason = self.freeze.id, self.reason.text().strip()
        resolution = str(self.resolution.currentData())
        return lambda: workstation.settle_freeze(actor, freeze, resolution, reason)


def _count(value: object) -> str:
    return "—" if value is None else str(value)
