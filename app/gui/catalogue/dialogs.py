"""What the catalogue screen opens beside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.archival.sheet_dialog import CatalogueSheetDialog
from app.gui.catalogue.moves import MovesDialog
from app.gui.templates.dialog import open_template_editor

if TYPE_CHECKING:
    from app.gui.catalogue.page import CataloguePage


def show_moves(page: CataloguePage) -> None:
    """What the template says about the order, to be taken or left one by one."""
    if page.desk.case_no and page.model.rows:
        MovesDialog(page.desk, page).open()


def show_sheet(page: CataloguePage) -> None:
    """The catalogue as a spreadsheet, out and in."""
    if page.desk.case_no and page.model.rows:
        dialog = CatalogueSheetDialog(page.desk, page.desk.case_no, page)
        dialog.taken_over.connect(lambda _case_no: page.desk.reread(page))
        dialog.open()


def show_templates(page: CataloguePage) -> None:
    """The catalogue templates, and those of the court."""
    open_template_editor(page.desk, page)
