"""What the catalogue screen leads to, and what stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.lifecycle import may
from app.gui.catalogue.dialogs import show_templates
from app.gui.i18n import _
from app.gui.next_steps import lead_on
from app.gui.shortcuts import keys_of
from app.services.catalogue_screen import CatalogueView
from app.services.views import CaseView
from app.words.cataloguing import reason_words
from app.words.templates import case_doubt_words

if TYPE_CHECKING:
    from app.gui.catalogue.page import CataloguePage


def show_next(page: CataloguePage, case: CaseView, view: CatalogueView) -> None:
    """Name the next action of the page, or what blocks it."""
    items, doubts = view.items, page.walk.doubts
    waiting = sum(not item.confirmed_by for item in items)
    page.confirm_rest.setVisible(bool(waiting) and page.open_to_edits)
    page.again.setVisible(bool(items) and may("dossier", case.state, "catalogue"))
    for tool in page.bar.edits:
        tool.setEnabled(page.open_to_edits)
    if items and not page.open_to_edits:
        lead_on(page, case, _("The dossier is sealed; the catalogue stands."))
    elif not items:
        _show_proposing(page, case)
    elif case.doubts and page.open_to_edits:
        page.next_action.show_blocker(
            _("Choose the catalogue template"),
            lambda: show_templates(page),
            sentence="；".join(case_doubt_words(code) for code in case.doubts),
        )
    elif doubts:
        page.next_action.show_blocker(
            _("{count} places are doubtful").format(count=len(doubts)),
            lambda: page.walk.go(1),
            sentence=_("Look at what is lit, correct it or confirm it."),
            detail=_("{key} confirms and goes to the next one.").format(key=keys_of("confirm")),
        )
    elif page.keying_left:
        page.next_action.show_blocker(
            _("{count} documents to type twice").format(count=page.keying_left),
            page.toggle_keying,
            sentence=_("The court has the risky fields typed by two persons."),
        )
    else:
        _show_binding(page, waiting, view)


def whole_sentence(view: CatalogueView | None) -> str:
    """What the proposal leaves open about the dossier itself; empty when nothing."""
    doubts = view.whole if view is not None else []
    return "；".join(reason_words(doubt.reason) for doubt in doubts)


def _show_binding(page: CataloguePage, waiting: int, view: CatalogueView) -> None:
    """Nothing is doubtful: what is sure is accepted with one key, on the way to the volumes."""
    confirmed = _("{count} rows confirmed").format(count=len(view.items) - waiting)
    moves = _("{count} documents would stand elsewhere by the template ({key})").format(
        count=view.moves, key=keys_of("moves")
    )
    page.next_action.show_action(
        _("Accept {count} rows, then bind").format(count=waiting) if waiting else _("Bind"),
        page.commands.accept_and_bind if waiting else lambda: page.desk.page_requested.emit("bind"),
        sentence=_("No row is doubtful."),
        detail=moves if view.moves else confirmed,
    )


def _show_proposing(page: CataloguePage, case: CaseView) -> None:
    if not case.queued and case.sides:
        page.next_action.show_action(
            _("Propose the catalogue"),
            page.propose,
            sentence=_("All sides are read; the catalogue can be proposed."),
        )
        return
    waits = _("{count} sides still to be processed").format(count=case.queued)
    page.next_action.show_blocker(
        waits if case.queued else _("Scan first"),
        lambda: page.desk.page_requested.emit("scan"),
        sentence=_("The catalogue is made from the text of the pages."),
    )
