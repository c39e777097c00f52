"""What the catalogue screen leads to, and what stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.domain.lifecycle import may
from app.gui.i18n import _
from app.gui.next_steps import lead_on
from app.services.views import CaseView, ItemRow
from app.words.templates import case_doubt_words

if TYPE_CHECKING:
    from app.gui.catalogue.page import CataloguePage


def show_next(page: CataloguePage, case: CaseView, items: Sequence[ItemRow]) -> None:
    """Name the next action of the page, or what blocks it."""
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
            page.show_templates,
            sentence="；".join(case_doubt_words(code) for code in case.doubts),
        )
    elif page.doubts:
        page.next_action.show_blocker(
            _("{count} places are doubtful").format(count=len(page.doubts)),
            lambda: page.go_doubtful(1),
            sentence=_("Look at what is lit, correct it or confirm it."),
        )
    elif page.keying_left:
        page.next_action.show_blocker(
            _("{count} documents to type twice").format(count=page.keying_left),
            page.toggle_keying,
            sentence=_("The court has the risky fields typed by two persons."),
        )
    else:
        page.next_action.show_action(
            _("Reconcile"),
            lambda: page.desk.page_requested.emit("reconcile"),
            sentence=_("No row is doubtful."),
            detail=_("{count} rows confirmed").format(count=len(items) - waiting),
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
