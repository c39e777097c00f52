"""Words for why a print job of a reader does not go on, or ended without paper."""

from __future__ import annotations

from app.kernel.translation import translate as _


def print_reason_word(reason: str) -> str:
    """Why, in words; what a person wrote stays as it is."""
    return {
        "paper_out": _("the printer has no paper"),
        "printer_stopped": _("the printer stands still"),
        "held": _("held back at the printer"),
        "spooler_gone": _("the print service does not answer"),
        "visit_ended": _("the reader has left"),
        "cancelled_at_printer": _("cancelled at the printer"),
        "printer_failed": _("the printer could not print it"),
        "spooler_forgot": _("the print service knows nothing of it any more"),
        "failed": _("it could not be handed to the printer"),
    }.get(reason, reason)
