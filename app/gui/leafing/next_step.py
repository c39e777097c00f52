"""What comes next in the window of leafing through: choose, start, end, leaf on, go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.i18n import _
from app.gui.shortcuts import keys_of
from app.services.leafing_views import LeafingView

if TYPE_CHECKING:
    from app.gui.leafing.window import LeafingWindow

# The views of the window.
CHOOSE, RUN, RESULT = range(3)


def offer(window: LeafingWindow) -> None:
    """Let the big button say what comes next."""
    place, bar, view = window.stack.currentIndex(), window.next_action, window.view
    if window.run.ending:
        bar.show_busy(_("Ending…"), sentence=_("What was seen is kept with the dossier."))
    elif place == RUN:
        bar.show_action(
            _("End"),
            window.end,
            sentence=_("Turn leaf by leaf; let each side rest for a moment."),
            detail=_("Esc ends, too. What was seen is kept."),
            key=keys_of("leaf_start"),
        )
    elif view is None or not view.may_leaf:
        told = _("You cannot leaf through this dossier now.")
        bar.show_nothing("" if view is None else told)
    elif place == RESULT:
        _offer_after(window, view)
    elif window.chooser.chosen:
        bar.show_action(
            _("Start leafing"),
            window.start,
            sentence=_("Sides are prepared first; then turn the first leaf."),
            key=keys_of("leaf_start"),
        )
    else:
        bar.show_action(_("Choose a recording…"), window.ask_recording, key=keys_of("leaf_start"))


def _offer_after(window: LeafingWindow, view: LeafingView) -> None:
    missing = len(window.result.missing)
    if view.seen >= view.total and not view.unknown:
        window.next_action.show_action(
            _("Back to the review"),
            window.close,
            sentence=_("Every side was seen."),
            key=keys_of("leaf_start"),
        )
        return
    said = _("{count} sides are to be fetched and shown.").format(count=missing)
    window.next_action.show_action(
        _("Leaf on"),
        window.leaf_on,
        sentence=said if missing else _("Every side was shown; look at what differs."),
        detail=_("{key} shows a row on the review page.").format(key=keys_of("leaf_go")),
        key=keys_of("leaf_start"),
    )
