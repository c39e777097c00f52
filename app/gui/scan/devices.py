"""Which devices and profiles there are, and what this person used last."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from app.domain.access import Actor
from app.gui.ops import Op
from app.services.views import SourceRow

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage
    from app.services.workstation import Workstation


class Devices(QObject):
    """Fills the controls of a scan page and remembers what is chosen there."""

    def __init__(self, page: ScanPage) -> None:
        super().__init__(page)
        self._page = page
        self._controls = page.controls
        self._known = False
        self._chosen = False
        self._controls.refresh_asked.connect(self.look)
        self._controls.profiles_asked.connect(self.open_profiles)
        self._controls.chosen.connect(self._remember_source)
        page.strip_panel.size_changed.connect(self._remember_size)
        page.desk.signed_in.connect(self._on_signed_in)
        if page.desk.is_signed_in:
            self._on_signed_in(page.desk.actor)

    def look_once(self) -> None:
        """Look for devices, the first time."""
        if not self._known:
            self.look()

    def look(self) -> None:
        """Ask the drivers which devices answer; this may take some seconds."""
        self._known = True
        self._controls.show_looking()
        self._controls.look.setEnabled(False)
        self._read_profiles()
        workstation = self._page.desk.workstation
        operation = Op(self._page, workstation.sources).reads().done(self._show_devices)
        operation.finally_(self._looked).start()

    def _looked(self) -> None:
        self._controls.look.setEnabled(self._controls.source.isEnabled())

    def _show_devices(self, found: tuple[list[SourceRow], list[dict[str, Any]]]) -> None:
        self._controls.show_sources(found[0])

    def _read_profiles(self) -> None:
        workstation = self._page.desk.workstation
        operation = Op(self._page, workstation.profiles).reads()
        operation.done(self._controls.show_profiles).start()

    def open_profiles(self) -> None:
        """Open profiles and device options; the profiles are read again afterwards."""
        from app.gui.profiles.dialog import ProfileDialog

        page = self._page
        dialog = ProfileDialog(page.desk, self._controls.chosen_source, page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: self._read_profiles())
        dialog.open()

    def _on_signed_in(self, actor: Actor) -> None:
        workstation = self._page.desk.workstation
        self._chosen = False
        for name, done in (("source", self._take_source), ("strip", self._take_size)):
            Op(self._page, _asking(workstation, actor, name)).reads().done(done).start()

    def _take_source(self, value: dict[str, Any]) -> None:
        if not self._chosen:
            self._controls.choose(value)

    def _take_size(self, value: dict[str, Any]) -> None:
        if value.get("size"):
            self._page.strip_panel.set_size(str(value["size"]))

    def _remember_source(self, value: dict[str, Any]) -> None:
        self._chosen = True
        self._remember("source", value)

    def _remember_size(self, size: str) -> None:
        self._remember("strip", {"size": size})

    def _remember(self, name: str, value: dict[str, Any]) -> None:
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        Op(self._page, lambda: workstation.save_preference(actor, name, value)).start()


def _asking(workstation: Workstation, actor: Actor, name: str) -> Callable[[], dict[str, Any]]:
    return lambda: workstation.preference(actor, name)
