"""The keys of the catalogue screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.catalogue.dialogs import show_moves, show_sheet, show_templates
from app.gui.shortcuts import bind

if TYPE_CHECKING:
    from app.gui.catalogue.page import CataloguePage


def bind_keys(page: CataloguePage) -> None:
    """Let every action of the page go by a key."""
    viewer = page.viewer.viewer
    bind(
        page,
        {
            "boundary_back": lambda: page.begin_beside(-1),
            "boundary_on": lambda: page.begin_beside(1),
            "split": page.commands.split,
            "merge": page.commands.merge,
            "confirm": page.walk.confirm,
            "page_number": page.why.edit_number,
            "pick_text": page.pick_lines,
            "item_up": lambda: page.commands.move(-1),
            "item_down": lambda: page.commands.move(1),
            "keying": page.toggle_keying,
            "moves": lambda: show_moves(page),
            "court_templates": lambda: show_templates(page),
            "catalogue_sheet": lambda: show_sheet(page),
            "next_doubtful": lambda: page.walk.go(1),
            "previous_doubtful": lambda: page.walk.go(-1),
            "zoom_in": viewer.zoom_in,
            "zoom_out": viewer.zoom_out,
            "fit_page": viewer.fit_page,
            "fit_width": viewer.fit_width,
        },
    )
