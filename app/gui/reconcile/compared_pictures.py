"""Fetches what the large pictures of the review show besides sides: the paper of a discrepancy, and
two pictures laid over each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.gui.ops import Op
from app.kernel.errors import Fault
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.overlays import DifferencePictures, OverlayView
from app.services.views import SideRow

if TYPE_CHECKING:
    from app.gui.reconcile.page import ReconcilePage


class ComparedPictures:
    """Asks for one review page; an answer that comes too late is dropped."""

    def __init__(self, page: ReconcilePage) -> None:
        self._page = page
        self._asked = ""
        page.compared.laying_wanted.connect(self._ask_laid)

    def ask_paper(self, side: SideRow, discrepancy_id: str) -> None:
        """Show the paper of a discrepancy beside its side, once it is there."""
        page = self._page
        workstation, number = page.desk.workstation, page.desk.case_no
        self._asked = discrepancy_id

        def show(pictures: DifferencePictures) -> None:
            current = page.current_row
            if self._asked == discrepancy_id == (current.id if current is not None else ""):
                page.compared.show_paper(side, discrepancy_id, pictures)

        # A discrepancy that was settled meanwhile has nothing to show, and that is no fault.
        Op(page, lambda: workstation.difference_pictures(number, discrepancy_id)).reads().done(
            show
        ).refused(lambda _fault: None).start()

    def _ask_laid(self, first: str, second: str) -> None:
        page = self._page
        workstation, number = page.desk.workstation, page.desk.case_no

        def show(view: OverlayView) -> None:
            why_not = _sentences(view.warnings[0]) if view.warnings else ""
            page.compared.show_laid(first, second, view, why_not)

        def failed(fault: Fault) -> None:
            page.compared.show_laid(first, second, OverlayView(), _sentences(fault.as_record()))

        Op(page, lambda: workstation.overlay(number, first, second)).reads().done(show).refused(
            failed
        ).start()


def _sentences(fault: Mapping[str, Any]) -> str:
    text = describe(dict(fault), current_language())
    return f"{text.message}\n{text.remedy}"
