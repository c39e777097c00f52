"""Which key does what, for the person at this desk: her own keys before the program's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QKeySequence

PREFERENCE = "keys"
# Pages are never in sight together, so their keys may be the same; all others share the keyboard.
PAGE_SCOPES = frozenset(
    {
        "today",
        "scan",
        "inspect",
        "catalogue",
        "reconcile",
        "leafing",
        "bind",
        "archive",
        "reading",
        "locker",
    }
)
# With sides in hand: on Scan and Inspect.
SIDE_PAGES = frozenset({"scan", "inspect"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """One key: where it works (`everywhere`, `page`, `sides` or a page), what it does, and the
    text for people."""

    action: str
    keys: str
    scope: str
    text: str


class HotKeys(QObject):
    """The keys that differ from the program's own; a child of the application object.

    Emits `changed` after any change; what shows or binds a key looks again then.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("hot_keys")
        self._own: dict[str, str] = {}

    @staticmethod
    def current() -> HotKeys | None:
        """The keys of the running application, or None without one."""
        application = QCoreApplication.instance()
        if application is None:
            return None
        found = application.findChild(HotKeys, "hot_keys")
        return found if found is not None else HotKeys(application)

    @property
    def own(self) -> dict[str, str]:
        """The person's own keys by action."""
        return dict(self._own)

    def use(self, own: Mapping[str, object]) -> None:
        """Put a person's own keys in force, those of nobody else."""
        wanted = {action: str(keys) for action, keys in own.items() if keys}
        if wanted != self._own:
            self._own = wanted
            self.changed.emit()


def keys_in_force(row: Shortcut) -> str:
    """The key of an action: the person's own, or the one of the table."""
    hot_keys = HotKeys.current()
    return row.keys if hot_keys is None else hot_keys.own.get(row.action, row.keys)


def same_keys(one: str, other: str) -> bool:
    """Whether two keys are one on the keyboard."""
    return bool(one) and QKeySequence(one) == QKeySequence(other)


def scopes_meet(one: str, other: str) -> bool:
    """Whether two places can be in force at the same time."""
    if one == other or "everywhere" in (one, other):
        return True
    if "sides" in (one, other):
        rest = other if one == "sides" else one
        return rest in SIDE_PAGES or rest == "page"
    return not (one in PAGE_SCOPES and other in PAGE_SCOPES)


def conflicts(rows: tuple[Shortcut, ...], own: Mapping[str, str], action: str) -> list[Shortcut]:
    """The other actions that the key of `action` would do as well."""
    said = {row.action: own.get(row.action, row.keys) for row in rows}
    row = next(row for row in rows if row.action == action)
    return [
        other
        for other in rows
        if other.action != action
        and scopes_meet(row.scope, other.scope)
        and same_keys(said[action], said[other.action])
    ]
