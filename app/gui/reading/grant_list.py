"""The lists of grants and of the appointments of the day."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.locker.moments import present_moment, wall
from app.gui.models.rows import Column
from app.gui.reading.application_list import moment, wanted_text
from app.gui.reading.listing import Facts, Kind, Listing, anything
from app.gui.reading.possible import USABLE
from app.services.reading_desk_views import GrantRow
from app.words.reading import grant_state_word

LIVE, TODAY, ALL = "live", "today", "all"
TONES = {
    "live": "good",
    "future": "accent",
    "ended": "note",
    "revoked": "bad",
    "locked": "warn",
    "used": "note",
    "closed": "warn",
}


def visits_text(row: GrantRow) -> str:
    """Visits made, of how many."""
    return f"{row.views} / {row.views_limit}" if row.views_limit else str(row.views)


def prints_text(row: GrantRow) -> str:
    """Pages that may still be printed, of how many."""
    return f"{row.prints_left} / {row.prints_granted}" if row.prints_granted else _("none")


def appointment_text(row: GrantRow) -> str:
    """From when to when the terminal is kept for her."""
    until = wall(row.appointed_until)
    if not row.appointed_at:
        return ""
    end = f"–{until.strftime('%H:%M')}" if until is not None else ""
    return f"{moment(row.appointed_at)}{end}"


def withheld_text(row: GrantRow) -> str:
    """What stays out of reach."""
    parts = []
    if row.withheld:
        parts.append(_("pages {pages}").format(pages=spans(row.withheld)))
    if row.withheld_items:
        parts.append(_("documents {numbers}").format(numbers=spans(row.withheld_items)))
    return "；".join(parts)


def grant_facts(row: GrantRow) -> Facts:
    """What is known of one grant."""
    tail = row.certificate_tail
    facts = [
        (_("Number"), row.number),
        (_("Cause"), row.cause),
        (_("Kind of reader"), row.kind_name),
        (_("Certificate number"), f"…{tail}" if tail else ""),
        (_("Reads for"), row.represents),
        (_("May read"), wanted_text(row.pages)),
        (_("Kept back"), withheld_text(row)),
        (_("Masked"), _("numbers and addresses are covered") if row.masked else ""),
        (_("From"), moment(row.valid_from)),
        (_("Until"), moment(row.valid_until)),
        (_("Visits"), visits_text(row)),
        (_("Prints left"), prints_text(row)),
        (_("Tries left"), str(row.tries_left) if row.state == "locked" else ""),
        (_("Appointment"), appointment_text(row)),
        (_("Granted by"), row.granted_by),
        (_("Approved by"), row.approved_by),
        (_("Ground"), row.reason),
    ]
    return row.reader, facts


def _state_column() -> Column[GrantRow]:
    return Column(
        key="state",
        title=_("State"),
        text=lambda row: grant_state_word(row.state),
        tone=lambda row: TONES.get(row.state, "note"),
    )


def _words(row: GrantRow) -> Sequence[str]:
    return (row.case_no, row.reader, row.number, row.represents, row.approved_by)


def grant_listing() -> Listing[GrantRow]:
    """The grants as the page lists them."""
    return Listing(
        name="grants",
        title=_("Grants"),
        columns=(
            _state_column(),
            Column(key="case", title=_("Case number"), text=lambda row: row.case_no, bold=True),
            Column(key="reader", title=_("Reader"), text=lambda row: row.reader),
            Column(key="until", title=_("Until"), text=lambda row: moment(row.valid_until)),
            Column(key="visits", title=_("Visits"), text=visits_text, right=True),
            Column(key="prints", title=_("Prints left"), text=prints_text, right=True),
        ),
        widths=(132, -200, 148, 112, 84, 92),
        identity=lambda row: row.id,
        kinds=(
            Kind(name=LIVE, word=_("In force"), fits=lambda row: row.state in USABLE),
            Kind(name=ALL, word=_("All grants"), fits=anything),
        ),
        words=_words,
        facts=grant_facts,
        icon="lock",
        empty=(
            _("Nobody may read anything now"),
            _("A grant is made when an application is approved. Its code opens the terminal."),
        ),
    )


def is_today(row: GrantRow) -> bool:
    """Whether her appointment is today."""
    at = wall(row.appointed_at)
    return at is not None and at.date() == present_moment().date()


def appointment_listing() -> Listing[GrantRow]:
    """The appointments as the page lists them."""
    return Listing(
        name="appointments",
        title=_("Appointments"),
        columns=(
            Column(key="at", title=_("When"), text=appointment_text, bold=True),
            Column(key="reader", title=_("Reader"), text=lambda row: row.reader),
            Column(key="case", title=_("Case number"), text=lambda row: row.case_no),
            Column(key="terminal", title=_("Terminal"), text=lambda row: row.terminal),
            _state_column(),
        ),
        widths=(156, 140, -200, 116, 124),
        identity=lambda row: row.id,
        kinds=(
            Kind(name=TODAY, word=_("Of today"), fits=is_today),
            Kind(name=ALL, word=_("All appointments"), fits=anything),
        ),
        words=_words,
        facts=grant_facts,
        icon="today",
        empty=(
            _("Nobody has booked the terminal"),
            _("Choose a grant and book a time for it; the pass then names it."),
        ),
    )
