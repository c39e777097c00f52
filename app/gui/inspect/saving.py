"""Saving the conditioned pictures of a case as files, from the inspect page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from app.gui.i18n import _
from app.kernel.file_names import safe_name
from app.services.views import SideRow

if TYPE_CHECKING:
    from app.gui.inspect.page import InspectPage


class PictureSaver(QObject):
    """The menu of formats, the question for a folder, and the saving itself."""

    def __init__(self, page: InspectPage) -> None:
        super().__init__(page)
        self._page = page

    def menu(self) -> QMenu:
        """Which sides, and in what format."""
        strip = self._page.strip
        menu = QMenu(self._page)
        selected = strip.selected_sides()
        groups: list[tuple[str, list[SideRow] | None]] = []
        if len(selected) > 1:
            groups.append((_("The {count} selected sides").format(count=len(selected)), selected))
        shown = [side for side in strip.sides if side.picture is not None]
        groups.append((_("All {count} sides").format(count=len(shown)), None))
        for text, sides in groups:
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(text).setEnabled(False)
            for form, said in (
                ("jpeg", _("JPEG, for reading")),
                ("png", _("PNG, without loss")),
                ("tiff", _("TIFF; black and white in Group 4")),
            ):
                self._add(menu, said, form, sides)
        return menu

    def _add(self, menu: QMenu, text: str, form: str, sides: Sequence[SideRow] | None) -> None:
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False: self.ask(form, sides))
        menu.addAction(action)

    def ask(self, form: str, sides: Sequence[SideRow] | None) -> None:
        """Ask for a folder and save there, in a new folder named by the case."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path = QFileDialog.getExistingDirectory(self._page, _("Where to save the pictures"), start)
        if path:
            self.save(new_folder(Path(path), self._page.desk.case_no), form, sides)

    def save(self, folder: Path, form: str, sides: Sequence[SideRow] | None) -> None:
        """Write the pictures in the background; `sides` None are all."""
        page = self._page
        if page.busy:
            return
        actor, workstation, case_no = page.desk.actor, page.desk.workstation, page.desk.case_no
        ids = None if sides is None else [side.id for side in sides]
        page.run_long(
            _("Saving pictures"),
            lambda report, cancel: workstation.write_derivatives(
                actor, case_no, folder, form, ids, report=report, cancel=cancel
            ),
            lambda files: self._said(folder, files),
            safe=_("The originals are untouched; the pictures written so far stay."),
        )

    def _said(self, folder: Path, files: Sequence[Path]) -> None:
        told = _("{count} pictures saved in {folder}.")
        self._page.desk.said.emit(told.format(count=len(files), folder=folder))


def new_folder(parent: Path, case_no: str) -> Path:
    """A folder in `parent` that does not exist yet, named by the case."""
    name = safe_name(case_no)
    names = (name if turn == 1 else f"{name} {turn}" for turn in count(1))
    return next(path for path in map(parent.joinpath, names) if not path.exists())
