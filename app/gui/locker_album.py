"""Pictures of the locker page and its dialogs for `app.gui.screenshots`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QDialog

from app.domain.access import ADMINISTRATOR, Actor
from app.gui.locker.page import LockerPage
from app.gui.samples.locker_rows import sample_cells, sample_handoffs
from app.gui.samples.rows import CASE_NO

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow
    from app.gui.samples.workstation import SampleWorkstation
    from app.gui.screenshots import Album

SECOND = "秦望舒"
MANY, MANY_CELLS = 2000, 200


def take_locker(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """The page live and silent, and each dialog as it is met first."""
    person = window.desk.actor.name
    sample.staff = [(person, ADMINISTRATOR), ("顾明远", "operator"), (SECOND, ADMINISTRATOR)]
    window.desk.sign_in(Actor(name=person, role=ADMINISTRATOR))
    window.go_to("locker")
    page = cast(LockerPage, window.current_page)
    album.settle()
    page.cabinet.map.go_to(3)
    album.take(window, f"{label}-16-locker")
    sample.silent = True
    album.settle(1500)
    album.take(window, f"{label}-17-locker-silent")
    sample.silent = False
    rows = {row.state: row for row in sample.locker_rows}

    def take(dialog: QDialog | None, name: str) -> None:
        if dialog is not None:
            album.take(dialog, f"{label}-18-locker-{name}")
            dialog.close()
            album.settle(100)

    offer = page.ask_offer()
    if offer is not None:
        offer.task.setCurrentIndex(1)
        offer.case.setText(CASE_NO)
        offer.case.editingFinished.emit()
    take(offer, "offer")
    take(page.steps.show_code(rows["notified"], "47481936"), "code")
    take(page.steps.count(rows["collected"]), "count")
    take(page.steps.settle(rows["disputed"]), "settle")
    take(page.steps.retrieve(rows["overdue"]), "retrieve")
    take(page.ask_incident(sample.incident_rows[1]), "incident")
    take(page.show_timeline(), "timeline")
    take(page.show_notices(), "notices")
    take(page.ask_labels(), "labels")
    take(page.ask_commission(), "commissioning")
    stock = page.ask_stock()
    stock.begin_count()
    album.settle(300)
    for code in ("JZ1:L:x:3", CASE_NO, CASE_NO):
        stock.code.setText(code)
        stock.count()
        album.settle(150)
    album.take(stock, f"{label}-18-locker-stock")
    stock.close_count()
    album.settle(300)
    take(stock, "stock-result")


def take_long_locker(album: Album, window: MainWindow, sample: SampleWorkstation) -> None:
    """Two thousand hand-offs, two hundred cells; then no cabinet at all."""
    sample.locker_rows = sample_handoffs(MANY)
    sample.cell_rows = sample_cells(sample.locker_rows, MANY_CELLS)
    window.go_to("locker")
    album.take(window, "edge-08-locker-2000")
    sample.cabinet_names, sample.locker_rows, sample.incident_rows = [], [], []
    window.refresh()
    album.take(window, "edge-09-locker-none")
