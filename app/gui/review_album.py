"""Pictures of the review: a sample under way, its dialogs, notes, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from app.gui.main_window import MainWindow
from app.gui.reconcile.defect_dialog import DefectDialog
from app.gui.reconcile.page import DIFFERENCES, MATTERS, SAMPLE, SIGNATURES, ReconcilePage
from app.gui.reconcile.settings_dialog import ReviewSettingsDialog
from app.gui.samples.workstation import SampleWorkstation

if TYPE_CHECKING:
    from app.gui.screenshots import Album


def take_review(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """The lists of the review page one after the other; the page is open on the sample case."""
    page = cast(ReconcilePage, window.pages["reconcile"])
    if sample.ledger is None:
        return
    for row in sample.ledger.discrepancies:
        sample.resolve(window.desk.actor, row.id, "same")
    sample.begin_round()
    page.show_list(SAMPLE)
    page.refresh()
    album.settle()
    page.go_open(1)
    album.take(window, f"{label}-08-review-sample")
    page.commands.judge("differs")
    album.settle()
    defects = page.findChild(DefectDialog)
    if defects is not None:
        album.take(defects, f"{label}-08-review-defect")
        defects.close()
        defects.deleteLater()
    page.show_list(MATTERS)
    album.take(window, f"{label}-08-review-notes")
    page.show_list(SIGNATURES)
    album.take(window, f"{label}-08-review-signatures")
    page.commands.show_settings()
    album.settle()
    settings = page.findChild(ReviewSettingsDialog)
    if settings is not None:
        album.take(settings, f"{label}-08-review-settings")
        settings.close()
        settings.deleteLater()
    _take_altered(album, window, sample, label)


def _take_altered(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """A page that somebody wrote on after it was scanned: beside its paper, and laid over it."""
    page = cast(ReconcilePage, window.pages["reconcile"])
    sample.begin_altered()
    page.show_list(DIFFERENCES)
    page.refresh()
    album.settle()
    page.differences.table.go_to(0)
    album.take(window, f"{label}-08-review-altered")
    page.compared.lay()
    album.take(window, f"{label}-08-review-overlay")
    page.compared.give_up()
