"""Every key of the program in one table; `?` lists them, screens bind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.gui.hot_keys import HotKeys, Shortcut, keys_in_force
from app.gui.i18n import _
from app.kernel.translation import current_language


def shortcut_table() -> tuple[Shortcut, ...]:
    """All keys. The same key means the same thing on every page that knows it."""
    return _table(current_language())


@lru_cache(maxsize=2)
def _table(_language: str) -> tuple[Shortcut, ...]:
    """Written once for a language, because every button asks for its key."""
    rows = (
        ("everywhere", "help", "?", _("List all keys")),
        ("everywhere", "history", "H", _("History of the dossier")),
        ("everywhere", "today", "Ctrl+1", _("Go to Today")),
        ("everywhere", "scan", "Ctrl+2", _("Go to Scan")),
        ("everywhere", "inspect", "Ctrl+3", _("Go to Inspect")),
        ("everywhere", "catalogue", "Ctrl+4", _("Go to Catalogue")),
        ("everywhere", "reconcile", "Ctrl+5", _("Go to Reconcile")),
        ("everywhere", "bind", "Ctrl+6", _("Go to Bind")),
        ("everywhere", "archive", "Ctrl+7", _("Go to Archive")),
        ("everywhere", "locker", "Ctrl+8", _("Go to Locker")),
        ("everywhere", "reading", "Ctrl+9", _("Go to Reading room")),
        ("everywhere", "next_action", "Ctrl+Return", _("Press the next-step button")),
        ("everywhere", "undo", "Ctrl+Z", _("Undo the last edit")),
        ("everywhere", "redo", "Ctrl+Shift+Z", _("Make the undone edit again")),
        ("everywhere", "find", "/", _("Find")),
        ("everywhere", "refresh", "Ctrl+R", _("Read again")),
        ("everywhere", "back", "Esc", _("Back")),
        ("everywhere", "print_slip", "Ctrl+P", _("Print work slip…")),
        ("everywhere", "figures", "Ctrl+K", _("Figures of the operators")),
        ("everywhere", "people", "Ctrl+U", _("People and PINs…")),
        ("everywhere", "theme", "Ctrl+T", _("Light or dark")),
        ("everywhere", "leave", "Ctrl+Shift+Q", _("Sign out")),
        ("today", "import_cases", "Ctrl+I", _("Import case list…")),
        ("today", "register", "Ctrl+N", _("Register case…")),
        ("today", "archival", "Ctrl+G", _("Retention, archival code, term…")),
        ("today", "export_register", "Ctrl+E", _("Register as a spreadsheet…")),
        ("today", "term_filter", "Alt+T", _("What is overdue or due soon")),
        ("page", "zoom_in", "+", _("Larger")),
        ("page", "zoom_out", "-", _("Smaller")),
        ("page", "fit_page", "0", _("Whole page")),
        ("page", "fit_width", "W", _("Fit width")),
        ("page", "next_doubtful", "N", _("Next doubtful one")),
        ("page", "previous_doubtful", "Shift+N", _("Previous doubtful one")),
        ("sides", "turn_right", "R", _("Turn right")),
        ("sides", "turn_left", "Shift+R", _("Turn left")),
        ("sides", "mark_blank", "B", _("Mark as blank")),
        ("scan", "start_scan", "F5", _("Start or resume scanning")),
        ("scan", "scan_by_slips", "F8", _("Scan a stack by its work slips")),
        ("scan", "stop_scan", "Shift+F5", _("Stop scanning; what is stored stays")),
        ("scan", "insert_here", "F6", _("Insert here")),
        ("scan", "replace_side", "F7", _("Replace this page")),
        ("scan", "rescan_sheet", "Shift+F7", _("Scan this sheet again, both sides")),
        ("scan", "accept_held", "Return", _("Accept the new pages")),
        ("scan", "complete_batch", "Ctrl+F5", _("Take the interrupted batch as complete")),
        ("scan", "other_source", "Ctrl+Shift+F5", _("Go on with another source")),
        ("scan", "source", "Alt+S", _("Choose the source")),
        ("scan", "profile", "Alt+P", _("Choose the profile")),
        ("scan", "part", "Alt+T", _("Choose the part")),
        ("scan", "profiles", "Alt+Shift+P", _("Profiles…")),
        ("scan", "folder", "Alt+F", _("Folder…")),
        ("scan", "look_again", "Alt+L", _("Look for scanners again")),
        ("scan", "versions", "Shift+H", _("Earlier versions of this side")),
        ("scan", "declare", "D", _("Declare the sheets")),
        ("scan", "record_miss", "Shift+D", _("Record sheets that are missing")),
        ("scan", "select_menu", "S", _("Select by defect…")),
        ("scan", "move_back", "Alt+Left", _("Move one place back")),
        ("scan", "move_on", "Alt+Right", _("Move one place on")),
        ("scan", "cut", "Ctrl+X", _("Take out, to move")),
        ("scan", "paste", "Ctrl+V", _("Put behind this side")),
        ("scan", "move_to_item", "T", _("Move to an item…")),
        ("scan", "mark_separator", "P", _("Mark as separator sheet")),
        ("scan", "strip_size", "Z", _("Size of the thumbnails")),
        ("inspect", "accept", "Space", _("Accept and go on")),
        ("inspect", "reject", "X", _("Ask for a rescan, with reason")),
        ("inspect", "condition_deskew", "J", _("Straighten")),
        ("inspect", "condition_crop", "C", _("Crop by hand")),
        ("inspect", "condition_crop_page", "Shift+C", _("Crop to the paper")),
        ("inspect", "condition_border", "E", _("Fill the border")),
        ("inspect", "condition_holes", "O", _("Fill punched holes")),
        ("inspect", "condition_clean", "K", _("Clean up…")),
        ("inspect", "condition_colour", "G", _("Colour mode…")),
        ("inspect", "condition_like", "L", _("Do the same to others…")),
        ("inspect", "condition_save", "Ctrl+S", _("Save the pictures…")),
        ("inspect", "condition_reset", "U", _("As scanned again")),
        ("inspect", "condition_compare", "V", _("Hold: compare with the scan")),
        ("catalogue", "boundary_back", "[", _("Move the start of the item one side back")),
        ("catalogue", "boundary_on", "]", _("Move the start of the item one side on")),
        ("catalogue", "split", "S", _("Start a new item at this side")),
        ("catalogue", "merge", "M", _("Join the item to the one before, or the chosen ones")),
        ("catalogue", "edit", "Return", _("Edit the row")),
        ("catalogue", "page_number", "F2", _("Say the page number of this side")),
        ("catalogue", "pick_text", "T", _("Choose lines on the page for the field")),
        ("catalogue", "item_up", "Alt+Up", _("Move the document one place up")),
        ("catalogue", "item_down", "Alt+Down", _("Move the document one place down")),
        ("catalogue", "moves", "O", _("Proposals for the order…")),
        ("catalogue", "keying", "D", _("Double keying")),
        ("catalogue", "catalogue_sheet", "Ctrl+S", _("Catalogue as a spreadsheet…")),
        ("catalogue", "court_templates", "Ctrl+E", _("Catalogue templates…")),
        ("catalogue", "confirm", "Space", _("Accept and go on")),
        ("bind", "write_papers", "Ctrl+S", _("Save the papers of the volumes…")),
        ("bind", "print_papers", "Ctrl+Shift+P", _("Print the papers of this volume…")),
        ("bind", "cut_anew", "V", _("Cut volumes anew")),
        ("bind", "numbers_stamped", "M", _("The missing numbers are on the paper")),
        ("reconcile", "same", "1", _("Verdict: same")),
        ("reconcile", "differs", "2", _("Verdict: differs")),
        ("reconcile", "ask", "3", _("Verdict: ask")),
        ("reconcile", "show_differences", "D", _("List of differences")),
        ("reconcile", "show_sample", "S", _("Sample against the paper")),
        ("reconcile", "show_matters", "M", _("Notes and correction requests")),
        ("reconcile", "show_signatures", "G", _("Signatures and report")),
        ("reconcile", "blink", "V", _("Blink between both sides")),
        ("reconcile", "overlay", "O", _("Lay both over each other")),
        ("reconcile", "note_place", "T", _("Note on a place of the page…")),
        ("reconcile", "request_correction", "C", _("Request a correction…")),
        ("reconcile", "leaf_through", "F9", _("Leaf through under a camera…")),
        ("archive", "archive_queue", "Q", _("Queue of all dossiers")),
        ("archive", "archive_filter", "F", _("Next filter of the dossiers")),
        ("archive", "archive_send", "S", _("Queue for the archive, or send now")),
        ("archive", "archive_hours", "Shift+H", _("Sending hours…")),
        ("archive", "archive_pause", "P", _("Pause the transfer, or let it go on")),
        ("archive", "archive_retry", "T", _("Try the transfer again…")),
        ("archive", "archive_priority", "K", _("Priority…")),
        ("archive", "archive_withdraw", "Shift+X", _("Take it out of the queue…")),
        ("archive", "archive_pause_all", "Shift+P", _("Pause the queue, or let it run")),
        ("archive", "archive_registers", "Ctrl+E", _("Registers…")),
        ("archive", "archive_list", "L", _("Next list of the dossier")),
        ("archive", "archive_settle", "C", _("Sign which count is right…")),
        ("archive", "archive_shelve", "V", _("Shelve volume by volume…")),
        ("archive", "archive_addition", "A", _("Later material…")),
        ("archive", "archive_passport", "O", _("Issue a passport")),
        ("archive", "archive_courts", "Shift+T", _("Between courts…")),
        ("archive", "archive_court_send", "Ctrl+N", _("Send to another court…")),
        ("archive", "archive_court_receive", "Shift+I", _("Take in a package…")),
        ("archive", "archive_court_receipt", "Shift+R", _("Note the receipt…")),
        ("archive", "archive_decide", "D", _("Decide the item…")),
        ("archive", "archive_conclude", "Shift+C", _("Accept or return…")),
        ("reading", "reading_new", "Ctrl+N", _("New application…")),
        ("reading", "reading_list", "L", _("Next list of reading")),
        ("reading", "reading_filter", "F", _("Next filter of the rows")),
        ("reading", "reading_check", "C", _("Check papers…")),
        ("reading", "reading_decide", "A", _("Decide the application, approve the print")),
        ("reading", "reading_return", "R", _("Send back to the applicant")),
        ("reading", "reading_refuse", "X", _("Refuse with a reason")),
        ("reading", "reading_withdraw", "Shift+X", _("Applicant withdraws, notice comes down")),
        ("reading", "reading_appoint", "T", _("Appointment…")),
        ("reading", "reading_pass", "P", _("Pass as PDF…")),
        ("reading", "reading_code", "K", _("New reading code")),
        ("reading", "reading_change", "E", _("Change the grant")),
        ("reading", "reading_revoke", "Shift+R", _("Revoke the grant")),
        ("reading", "reading_bundle", "B", _("Make a bundle…")),
        ("reading", "reading_carry", "Shift+B", _("Carry logs home…")),
        ("reading", "reading_settle", "S", _("Say what came out of the printer")),
        ("reading", "reading_receive", "V", _("Receive the slip")),
        ("reading", "reading_slip", "Ctrl+S", _("Slip as PDF…")),
        ("reading", "reading_log", "O", _("Reading log")),
        ("reading", "reading_notice", "Ctrl+Shift+N", _("New notice…")),
        ("reading", "reading_trace", "Ctrl+F", _("Who had this page…")),
        ("reading", "reading_queries", "Q", _("Query codes…")),
        ("reading", "reading_settings", "Ctrl+E", _("Settings of reading…")),
        ("locker", "locker_offer", "Ctrl+N", _("New hand-off…")),
        ("locker", "locker_map", "M", _("Go to the map of the cabinet")),
        ("locker", "locker_list", "L", _("Go to the list of hand-offs")),
        ("locker", "locker_incident", "I", _("Look into the incident")),
        ("locker", "locker_filter", "F", _("Next filter of the hand-offs")),
        ("locker", "locker_timeline", "T", _("Where the paper is and was")),
        ("locker", "locker_code", "K", _("New collection code")),
        ("locker", "locker_retrieve", "Shift+R", _("Retrieve with two administrators…")),
        ("locker", "locker_cancel", "Shift+X", _("Cancel the hand-off…")),
        ("locker", "locker_service", "O", _("Take the cell out of service, or back…")),
        ("locker", "locker_notices", "G", _("Messages to people")),
        ("leafing", "leaf_start", "Space", _("Start leafing, end it, go on")),
        ("leafing", "leaf_go", "Return", _("Go to the row with the cursor")),
        ("leafing", "leaf_cameras", "F5", _("Look for cameras again")),
        ("leafing", "leaf_recording", "O", _("Choose a recording…")),
        ("leafing", "leaf_sound", "M", _("Tones on or off")),
        ("leafing", "leaf_missing", "1", _("List: not seen")),
        ("leafing", "leaf_differing", "2", _("List: differing")),
        ("leafing", "leaf_unknown", "3", _("List: not known")),
        ("leafing", "leaf_seen", "4", _("List: seen")),
        ("leafing", "leaf_copy", "Ctrl+C", _("Copy the list of what was not seen")),
        ("leafing", "leaf_print", "P", _("Print the list of what was not seen…")),
    )
    return tuple(
        Shortcut(scope=scope, action=action, keys=keys, text=text)
        for scope, action, keys, text in rows
    )


def shortcut(action: str) -> Shortcut:
    """The row of an action. Raises KeyError when there is none."""
    for row in shortcut_table():
        if row.action == action:
            return row
    raise KeyError(action)


def keys_of(action: str) -> str:
    """The key of an action in force, as people read it. Raises KeyError when there is none."""
    return readable(keys_in_force(shortcut(action)))


def readable(keys: str) -> str:
    """A key as it is printed on the keyboard."""
    words = {
        "Return": "Enter",
        "Space": _("Space bar"),
        "Left": "←",
        "Right": "→",
        "Up": "↑",
        "Down": "↓",
    }
    if keys.endswith("+"):
        return keys
    *modifiers, last = keys.split("+")
    return "+".join([*modifiers, words.get(last, last)])


class _Binding(QObject):
    """The shortcuts of one widget; they follow when somebody changes a key."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.made: dict[str, QShortcut] = {}
        hot_keys = HotKeys.current()
        if hot_keys is not None:
            hot_keys.changed.connect(self.follow)

    def follow(self) -> None:
        """Take the keys in force now."""
        for action, made in self.made.items():
            made.setKey(QKeySequence(keys_in_force(shortcut(action))))


def bind(widget: QWidget, actions: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Make the keys of `actions` work while `widget` or a child has the focus.

    They follow when somebody changes a key. Raises KeyError when an action is not in the table.
    """
    binding = _Binding(widget)
    for action, call in actions.items():
        made = QShortcut(QKeySequence(keys_in_force(shortcut(action))), widget)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(_sparing_buttons(made, call))
        binding.made[action] = made
    return list(binding.made.values())


def _sparing_buttons(made: QShortcut, call: Callable[[], object]) -> Callable[[], None]:
    """Space bar and Enter press the button that has the focus, before they mean anything else."""
    pressing = (QKeySequence("Space"), QKeySequence("Return"))

    def press() -> None:
        focus = QApplication.focusWidget()
        if made.key() in pressing and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            call()

    return press
