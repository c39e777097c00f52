"""The tool bars of the catalogue screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.labels import framed, label


@dataclass(frozen=True, kw_only=True)
class ListingBar:
    """The bar over the table: how many rows there are, and what can be done to them."""

    frame: QFrame
    meter: QLabel
    edits: tuple[QToolButton, ...]
    keying: QToolButton


Tool = tuple[str, str, str, Callable[[], object]]


def listing_bar(edits: Sequence[Tool], keying: Tool, others: Sequence[Tool]) -> ListingBar:
    """Build the bar; a tool is (icon, text, action of its key, what it does)."""
    frame = framed("toolbar")
    row = QHBoxLayout(frame)
    row.setContentsMargins(16, 4, 8, 4)
    row.setSpacing(4)
    meter = label("", "heading")
    row.addWidget(meter, 1)
    made = [
        tool_button(icon, text, pressed, action=action)
        for icon, text, action, pressed in (*edits, keying, *others)
    ]
    for button in made:
        row.addWidget(button)
    return ListingBar(
        frame=frame,
        meter=meter,
        edits=tuple(made[: len(edits)]),
        keying=made[len(edits)],
    )


def edit_tools(
    earlier: Callable[[], object],
    later: Callable[[], object],
    split: Callable[[], object],
    merge: Callable[[], object],
    confirm: Callable[[], object],
) -> tuple[Tool, ...]:
    """The tools that change a row."""
    return (
        ("boundary_up", _("Begin one side earlier"), "boundary_back", earlier),
        ("boundary_down", _("Begin one side later"), "boundary_on", later),
        ("split", _("New item here"), "split", split),
        ("merge", _("Join to the one before"), "merge", merge),
        ("check", _("Confirm"), "confirm", confirm),
    )


def further_tools(
    moves: Callable[[], object], templates: Callable[[], object], sheet: Callable[[], object]
) -> tuple[Tool, ...]:
    """What is opened beside the catalogue."""
    return (
        ("select", _("Proposals for the order…"), "moves", moves),
        ("catalogue", _("Catalogue templates…"), "court_templates", templates),
        ("save", _("Catalogue as a spreadsheet…"), "catalogue_sheet", sheet),
    )


def meter_sentence(items: int, doubtful: int) -> str:
    """How many rows there are and how many places wait."""
    text = _("{count} items").format(count=items)
    if doubtful:
        return text + " · " + _("{count} to confirm").format(count=doubtful)
    return text + " · " + _("none doubtful")
