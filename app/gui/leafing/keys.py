"""The keys of the window of leafing through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.gui.leafing.next_step import RESULT
from app.gui.leafing.result import DIFFERENT, FOUND, MISSING, STRANGE
from app.gui.shortcuts import bind
from app.gui.widgets.page_viewer import PageViewer

if TYPE_CHECKING:
    from app.gui.leafing.window import LeafingWindow


def bind_keys(window: LeafingWindow) -> None:
    """Let everything in the window go by a key."""

    def viewed(act: Callable[[PageViewer], None]) -> Callable[[], None]:
        """Act on the page that is in sight."""

        def call() -> None:
            ended = window.stack.currentIndex() == RESULT
            act(window.result.viewer if ended else window.running.stands_for.viewer)

        return call

    bind(
        window,
        {
            "leaf_start": window.press_next,
            "leaf_go": window.go,
            "leaf_cameras": window.look_again,
            "leaf_recording": window.ask_recording,
            "leaf_sound": window.toggle_sound,
            "leaf_missing": lambda: window.show_list(MISSING),
            "leaf_differing": lambda: window.show_list(DIFFERENT),
            "leaf_unknown": lambda: window.show_list(STRANGE),
            "leaf_seen": lambda: window.show_list(FOUND),
            "leaf_copy": window.copy_list,
            "leaf_print": window.print_list,
            "back": window.step_back,
            "next_action": window.press_next,
            "zoom_in": viewed(PageViewer.zoom_in),
            "zoom_out": viewed(PageViewer.zoom_out),
            "fit_page": viewed(PageViewer.fit_page),
            "fit_width": viewed(PageViewer.fit_width),
        },
    )
