"""From a page whose own work is done to the page of the next step."""

from __future__ import annotations

from app.gui.i18n import _
from app.gui.page import Page
from app.gui.words import next_action_page
from app.services.views import CaseView
from app.words.dossiers import next_action_word


def lead_on(page: Page, case: CaseView, sentence: str, detail: str = "") -> None:
    """Let the big button of `page` lead to the next step of `case`."""
    target = next_action_page(case.next_action)
    if case.next_action == "none":
        page.next_action.show_nothing(sentence, _("This case is finished."))
        return
    if target == page.name:
        page.next_action.show_nothing(sentence, detail)
        return
    page.next_action.show_action(
        _("Go on: {action}").format(action=next_action_word(case.next_action)),
        lambda: page.desk.page_requested.emit(target),
        sentence=sentence,
        detail=detail,
    )
