"""What comes next on the review screen: compare, settle, sample, mend, sign, go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.i18n import _
from app.gui.next_steps import lead_on
from app.services.review_screen import ReviewView
from app.services.views import CaseView
from app.words.review import signer_word

if TYPE_CHECKING:
    from app.gui.reconcile.page import ReconcilePage

NOT_SEEN = "REV-123"
NOT_SAMPLED = ("REV-117", "REV-118", "REV-119")


def show_first_step(page: ReconcilePage, case: CaseView) -> None:
    """Nothing was compared yet, or what was is out of date."""
    if case.items:
        page.next_action.show_action(
            _("Compare now"),
            page.compare,
            sentence=_("The catalogue stands; paper and images can be compared."),
        )
    else:
        page.next_action.show_blocker(
            _("Make the catalogue first"),
            lambda: page.desk.page_requested.emit("catalogue"),
            sentence=_("Page numbers and items are needed for the comparison."),
        )


def show_next(page: ReconcilePage, case: CaseView) -> None:
    """The next thing to do on a case whose ledger stands."""
    waiting = page.differences.waiting
    if waiting:
        page.next_action.show_blocker(
            _("{count} differences to settle").format(count=waiting),
            lambda: _go(page, 0),
            sentence=_("Give each difference a verdict: 1 same, 2 differs, 3 ask."),
            detail=_("“Differs” is noted in the end note; “ask” stays open."),
        )
        return
    review = page.review
    if review is not None and case.state == "reconciled" and _show_review(page, review):
        return
    if page.differences.model.rows:
        lead_on(page, case, _("All differences are settled."))
    else:
        lead_on(page, case, _("Paper and images agree."))


def _show_review(page: ReconcilePage, review: ReviewView) -> bool:
    """Show the next thing of the review; False when nothing is open."""
    codes = {row.code for row in review.obstacles}
    last = review.last_round
    if last is not None and last.state == "open":
        _show_round(page, review, last.waiting)
    elif {"REV-120", "REV-121"} & codes:
        page.next_action.show_blocker(
            _("{count} notes and requests are open").format(count=page.matters.waiting),
            lambda: _go(page, 2),
            sentence=_("Answer each note; carry out each request, or decline it with a reason."),
        )
    elif NOT_SEEN in codes:
        told = next(row.message for row in review.obstacles if row.code == NOT_SEEN)
        page.leaf.hide()
        page.next_action.show_action(_("Leaf through"), page.commands.leaf_through, sentence=told)
    elif codes & set(NOT_SAMPLED):
        told = next(row.message for row in review.obstacles if row.code in NOT_SAMPLED)
        if review.scanned:
            page.next_action.show_nothing(told, _("A second person has to do it."))
        else:
            page.next_action.show_action(_("Draw a sample"), page.commands.draw, sentence=told)
    elif review.due:
        _show_signing(page, review)
    else:
        return False
    return True


def _show_round(page: ReconcilePage, review: ReviewView, waiting: int) -> None:
    if review.scanned:
        page.next_action.show_nothing(
            _("A sample is under way."), _("A second person has to do it.")
        )
    elif waiting:
        page.next_action.show_blocker(
            _("{count} sides to hold against the paper").format(count=waiting),
            lambda: _go(page, 1),
            sentence=_("Hold each side against its paper: 1 same, 2 differs, 3 ask."),
        )
    else:
        page.next_action.show_action(
            _("Decide the round"),
            page.commands.close_round,
            sentence=_("Every side of the sample was judged."),
        )


def _show_signing(page: ReconcilePage, review: ReviewView) -> None:
    told = _("The signature due is that of: {step}").format(step=signer_word(review.due))
    if review.may_sign:
        page.next_action.show_action(_("Sign"), page.commands.sign, sentence=told)
    else:
        page.next_action.show_nothing(told, _("Another person has to sign."))


def _go(page: ReconcilePage, place: int) -> None:
    page.show_list(place)
    page.go_open(1)
