"""The big button of one dossier in the archive: its next step, or what stands before it."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.archive.case_panel import CaseRead
from app.gui.archive.case_steps import CaseSteps
from app.gui.archive.freeze_dialog import difference_words
from app.gui.archive.track_steps import TrackSteps
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.widgets.next_action import NextActionBar
from app.gui.words import next_action_page
from app.services.views import CaseView
from app.words.archive import addition_state_word
from app.words.dossiers import next_action_word

Step = tuple[str, Callable[[], object], str]


def show_next(
    bar: NextActionBar, desk: Desk, read: CaseRead, tracks: TrackSteps, lists: CaseSteps
) -> None:
    """Show on `bar` what comes next for the open dossier."""
    case = desk.case
    if case is None:
        return
    if read.frozen is not None or read.tracks.verdict == "frozen":
        bar.show_blocker(
            _("Sign which count is right…"),
            lists.settle,
            sentence=difference_words(read.frozen) if read.frozen else _("The counts differ"),
            detail=_("Both tracks are frozen until a person settles it."),
        )
        return
    if read.addition is not None and case.state == "accessioned":
        bar.show_blocker(
            _("Later material…"),
            lambda: lists.panel.lists.go_to("additions"),
            sentence=f"{read.addition.content[:40]}: {addition_state_word(read.addition.state)}",
        )
        return
    if read.tracks.accessioned:
        bar.show_nothing(
            _("Accessioned: both tracks have their receipts."),
            _("Nothing is left to do for this case."),
        )
        return
    if case.next_action == "submit" and read.unaccepted:
        bar.show_blocker(
            _("Accept the four-property check…"),
            lambda: lists.panel.lists.go_to("checks"),
            sentence=_("This court sends only packages whose check a person accepted."),
        )
        return
    steps = _steps(case, tracks)
    if case.next_action in steps:
        text, action, sentence = steps[case.next_action]
        bar.show_action(text, action, sentence=sentence)
        return
    target = next_action_page(case.next_action)
    bar.show_blocker(
        _("First: {action}").format(action=next_action_word(case.next_action)),
        lambda: desk.page_requested.emit(target),
        sentence=_("The dossier cannot be sealed yet."),
    )


def _steps(case: CaseView, tracks: TrackSteps) -> dict[str, Step]:
    build, paper = _("Build and check the package"), tracks.paper_step()
    return {
        "seal": (
            _("Seal {count} items").format(count=case.items),
            tracks.seal,
            _("Nothing is open. Sealing freezes the dossier."),
        ),
        "package": (build, tracks.package, _("The dossier is sealed.")),
        "check": (build, tracks.package, _("The package must pass its check.")),
        "submit": (
            _("Submit to the archive"),
            tracks.submit,
            _("The package stands and is checked."),
        ),
        "return_paper": (*paper, _("Electronic track: receipted.")),
        "shelve": (*paper, _("Electronic track: receipted.")),
    }
