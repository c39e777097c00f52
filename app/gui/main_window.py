"""The window: sign-in first, then navigation, the case on top, and one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import Actor
from app.gui.context_bar import ContextBar
from app.gui.desk import Desk
from app.gui.figures.dialog import FiguresDialog
from app.gui.history.dialog import HistoryDialog
from app.gui.hot_keys import PREFERENCE, HotKeys
from app.gui.i18n import _
from app.gui.keys_dialog import ShortcutOverlay
from app.gui.navigation import PAGES, WITHOUT_CASE, Navigation
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.page_shelf import PageShelf
from app.gui.people.dialog import PeopleDialog
from app.gui.scan.page import ScanPage
from app.gui.shortcuts import bind
from app.gui.sign_in.page import SignInPage
from app.gui.slips.work_slips import WorkSlips
from app.gui.theme.apply import apply_theme, current_tokens
from app.gui.today.page import TodayPage
from app.gui.widgets.buttons import relabel
from app.gui.widgets.labels import retint
from app.gui.widgets.room import within_screen
from app.gui.widgets.toast import Toast
from app.services.station_views import SlipTarget
from app.services.views import CaseView

if TYPE_CHECKING:
    from app.services.workstation import Workstation

LEAST = QSize(1024, 640)


class MainWindow(QMainWindow):
    """Holds the desk and its pages; pages do not know each other."""

    def __init__(self, workstation: Workstation) -> None:
        super().__init__()
        self.desk = Desk(workstation, self)
        self.slips = WorkSlips(self.desk, self)
        self.setWindowTitle(_("Dossier workstation"))
        self.setMinimumSize(within_screen(self, LEAST))
        self.resize(1366, 768)
        # Parents stand before what they hold: a part that changes its parent is styled anew.
        self.stack = QStackedWidget(self)
        self.setCentralWidget(self.stack)
        self.sign_in_page = SignInPage(self.desk, self.stack)
        self.stack.addWidget(self.sign_in_page)
        self.navigation = Navigation()
        self.context = ContextBar()
        self.page_stack = QStackedWidget()
        self.stack.addWidget(self._shell())
        self.pages = PageShelf(self.desk, self.page_stack)
        self.toast = Toast(self)
        self.slips.opened = self._on_slip
        self._connect()
        self._bind_keys()
        self.navigation.show_case_open(False)
        self.navigation.show_page("today")

    def _shell(self) -> QWidget:
        shell = QWidget(self.stack)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.context)
        right.addWidget(self.page_stack, 1)
        row = QHBoxLayout(shell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(right, 1)
        return shell

    def _connect(self) -> None:
        self.desk.signed_in.connect(self._on_signed_in)
        self.desk.signed_out.connect(self._on_signed_out)
        self.desk.case_changed.connect(self._on_case)
        self.desk.page_requested.connect(self.go_to)
        today = self.pages["today"]
        if isinstance(today, TodayPage):
            today.figures_asked.connect(self.show_figures)
            today.people_asked.connect(self.show_people)
            today.print_asked.connect(self.print_slip)
        self.desk.said.connect(self.toast.say)
        self.navigation.page_chosen.connect(self.go_to)
        self.navigation.history_asked.connect(self.show_history)
        self.navigation.keys_asked.connect(self.show_keys)
        self.navigation.theme_asked.connect(self.change_theme)
        self.navigation.leave_asked.connect(self.leave)
        hot_keys = HotKeys.current()
        if hot_keys is not None:
            hot_keys.changed.connect(self._on_keys)

    def _bind_keys(self) -> None:
        actions: dict[str, Callable[[], object]] = {
            "help": self.show_keys,
            "history": self.show_history,
            "next_action": self.press_next,
            "refresh": self.refresh,
            "undo": self.undo,
            "redo": self.redo,
            "theme": self.change_theme,
            "figures": self.show_figures,
            "people": self.show_people,
            "print_slip": self.print_slip,
            "leave": self.leave,
            "back": self.step_back,
        }
        for name in PAGES:
            actions[name] = self._going(name)
        bind(self, actions)

    def _going(self, name: str) -> Callable[[], None]:
        return lambda: self.go_to(name)

    @property
    def current_page(self) -> Page:
        """The page in sight."""
        page = self.page_stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def press_next(self) -> None:
        """Do what the big button of the page in sight does."""
        self.current_page.press_next()

    def step_back(self) -> None:
        """Esc: what the page in sight makes of it, else Today."""
        if not self.current_page.step_back():
            self.go_to("today")

    def refresh(self) -> None:
        """Read the page in sight again."""
        self.current_page.refresh()

    def go_to(self, name: str) -> None:
        """Show a page; pages of a case need one."""
        if name not in WITHOUT_CASE and not self.desk.case_no:
            return
        self.page_stack.setCurrentWidget(self.pages[name])
        self.navigation.show_page(name)
        self.current_page.setFocus()

    def _keep_keys(self, own: dict[str, str]) -> None:
        actor, workstation = self.desk.actor, self.desk.workstation
        Op(self, lambda: workstation.save_preference(actor, PREFERENCE, own)).start()

    def _use_keys(self, own: dict[str, object]) -> None:
        hot_keys = HotKeys.current()
        if hot_keys is not None:
            hot_keys.use(own)

    def _on_keys(self) -> None:
        relabel(self)
        if self.stack.currentIndex() == 1:
            self.refresh()

    def _on_signed_in(self, actor: Actor) -> None:
        workstation = self.desk.workstation
        Op(self, lambda: workstation.preference(actor, PREFERENCE)).reads().done(
            self._use_keys
        ).start()
        self.navigation.show_person(actor)
        self.stack.setCurrentIndex(1)
        self.go_to("today")

    def _on_signed_out(self) -> None:
        self._use_keys({})
        self.go_to("today")
        self.stack.setCurrentIndex(0)

    def _on_case(self, case: CaseView | None) -> None:
        self.context.show_case(case)
        self.navigation.show_case_open(case is not None)

    def show_history(self) -> HistoryDialog | None:
        """Open the history of the case."""
        if not self.desk.case_no:
            return None
        dialog = HistoryDialog(self.desk, self)
        dialog.open()
        return dialog

    def show_keys(self) -> ShortcutOverlay:
        """List all keys."""
        overlay = ShortcutOverlay(self)
        overlay.keys_changed.connect(self._keep_keys)
        overlay.open()
        return overlay

    def show_figures(self) -> FiguresDialog | None:
        """Show what the operators did."""
        if not self.desk.is_signed_in:
            return None
        dialog = FiguresDialog(self.desk, self)
        dialog.open()
        return dialog

    def show_people(self) -> PeopleDialog | None:
        """Show who works here, and the fields for one's own PIN."""
        if not self.desk.is_signed_in:
            return None
        dialog = PeopleDialog(self.desk, self)
        dialog.open()
        return dialog

    def print_slip(self) -> None:
        """Print the work slip of the case under the cursor, or of the open one."""
        page = self.current_page
        row = page.current_row if isinstance(page, TodayPage) else None
        self.slips.ask_print(row.case_no if row is not None else self.desk.case_no)

    def _on_slip(self, target: SlipTarget) -> None:
        scan = self.pages["scan"]
        if isinstance(scan, ScanPage):
            scan.controls.choose_part(target.part)

    def change_theme(self) -> None:
        """The next theme: light, dark, high contrast."""
        order = ("light", "dark", "high_contrast")
        name = current_tokens().name
        at = order.index(name) if name in order else -1
        self.wear(order[(at + 1) % len(order)])

    def wear(self, name: str) -> None:
        """Put a theme on the whole program."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, name)
        retint(self)

    def undo(self) -> None:
        """Take back the last edit of the open case."""
        self._travel(undo=True)

    def redo(self) -> None:
        """Make the edit again that was taken back."""
        self._travel(undo=False)

    def _travel(self, *, undo: bool) -> None:
        number = self.desk.case_no
        if not number:
            return
        actor, workstation = self.desk.actor, self.desk.workstation

        def call() -> bool:
            return workstation.undo(actor, number) if undo else workstation.redo(actor, number)

        def done(moved: bool) -> None:
            word = _("Undone.") if undo else _("Made again.")
            self.desk.said.emit(word if moved else _("There is nothing to undo."))
            self.desk.reread(self)

        Op(self, call).done(done).start()

    def leave(self) -> None:
        """Sign out; what runs goes on to its end."""
        self.desk.sign_out()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.slips.listener.listen(self, self.windowHandle())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        busy = [page for page in self.pages.made if page.busy]
        if not busy:
            event.accept()
            return
        box = QMessageBox(self)
        box.setWindowTitle(_("Work is still running"))
        box.setText(_("Stop the running task and close? Everything stored so far is kept."))
        stop = box.addButton(_("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(_("Go on working"), QMessageBox.ButtonRole.RejectRole)
        box.buttonClicked.connect(lambda pressed: self._stop_and_close(pressed is stop))
        box.open()
        event.ignore()

    def _stop_and_close(self, stop: bool) -> None:
        if not stop:
            return
        for page in self.pages.made:
            if page.busy:
                operation = page.running
                page.stop()
                if operation is not None:
                    operation.settled.connect(self.close)
