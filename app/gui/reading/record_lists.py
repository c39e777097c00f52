"""The lists of what came of reading: prints, slips, visits, and the notices of the hall."""

from __future__ import annotations

from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.models.rows import Column
from app.gui.reading.application_list import moment
from app.gui.reading.listing import Facts, Kind, Listing, anything
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.reading_desk_views import PrintJobRow, VisitRow
from app.services.reading_views import NoticeRow, SlipRow
from app.words.prints import print_reason_word
from app.words.reading import notice_kind_word, print_state_word, proof_word, visit_end_word

ALL, OPEN = "all", "open"
WAITING = ("asked", "doubtful")
_PRINT_TONES = {
    "asked": "accent",
    "approved": "accent",
    "spooled": "accent",
    "printed": "good",
    "refused": "bad",
    "aborted": "warn",
    "doubtful": "bad",
    "cancelled": "note",
}


def fee_text(cents: int) -> str:
    """A fee in yuan; nothing for none."""
    return _("{yuan} yuan").format(yuan=f"{cents / 100:.2f}") if cents else ""


def minutes_text(seconds: float) -> str:
    """How long, in minutes."""
    return _("{minutes} min").format(minutes=max(1, round(seconds / 60))) if seconds else ""


def _fault_text(row: PrintJobRow) -> str:
    if not row.error:
        return ""
    said = describe(row.error, current_language())
    return f"{said.message}{said.remedy}"


def _print_facts(row: PrintJobRow) -> Facts:
    decided = f"{row.decided_by} · {moment(row.decided_at)}" if row.decided_by else ""
    facts = [
        (_("Number"), row.number),
        (_("Pages"), spans(row.pages)),
        (_("Copies"), str(row.copies)),
        (_("Fee"), fee_text(row.fee_cents)),
        (_("Copy stamp"), _("yes") if row.stamped else ""),
        (_("Asked"), f"{moment(row.asked_at)} · {row.terminal}"),
        (_("Decided"), decided),
        (_("Reason"), print_reason_word(row.reason)),
        (_("Printer"), row.printer),
        (_("Sheets put out"), str(row.printed_sheets) if row.printed_sheets else ""),
        (_("Ended"), moment(row.ended_at)),
        (_("What went wrong"), _fault_text(row)),
    ]
    return row.reader, facts


def print_listing() -> Listing[PrintJobRow]:
    """The print jobs as the page lists them."""
    return Listing(
        name="prints",
        title=_("Prints"),
        columns=(
            Column(
                key="state",
                title=_("State"),
                text=lambda row: print_state_word(row.state),
                tone=lambda row: _PRINT_TONES.get(row.state, "note"),
                tip=_fault_text,
            ),
            Column(key="case", title=_("Case number"), text=lambda row: row.case_no, bold=True),
            Column(key="reader", title=_("Reader"), text=lambda row: row.reader),
            Column(key="pages", title=_("Pages"), text=lambda row: spans(row.pages)),
            Column(key="fee", title=_("Fee"), text=lambda row: fee_text(row.fee_cents), right=True),
            Column(key="asked", title=_("Asked"), text=lambda row: moment(row.asked_at)),
        ),
        widths=(160, -200, 124, 96, 84, 108),
        identity=lambda row: row.id,
        kinds=(
            Kind(name=OPEN, word=_("To be done"), fits=lambda row: row.state in WAITING),
            Kind(name=ALL, word=_("All prints"), fits=anything),
        ),
        words=lambda row: (row.case_no, row.reader, row.number),
        facts=_print_facts,
        icon="print",
        empty=(
            _("Nobody wants anything on paper"),
            _("What readers ask to have printed comes here, to be approved and followed."),
        ),
    )


def _slip_facts(row: SlipRow) -> Facts:
    facts = [
        (_("Number"), row.number),
        (_("From"), moment(row.started_at)),
        (_("Until"), moment(row.ended_at)),
        (_("Pages read"), spans(row.pages_read)),
        (_("Pages printed"), spans(row.pages_printed)),
        (_("Signature"), _("signed by the reader") if row.signed else _("not signed")),
        (_("Received by"), row.received_by),
    ]
    return row.reader, facts


def _slip_state(row: SlipRow) -> str:
    if row.received_by:
        return _("received")
    return _("to be received") if row.signed else _("not signed")


def slip_listing() -> Listing[SlipRow]:
    """The reading slips as the page lists them."""
    return Listing(
        name="slips",
        title=_("Slips"),
        columns=(
            Column(
                key="state",
                title=_("State"),
                text=_slip_state,
                tone=lambda row: "good" if row.received_by else "accent" if row.signed else "warn",
            ),
            Column(key="case", title=_("Case number"), text=lambda row: row.case_no, bold=True),
            Column(key="reader", title=_("Reader"), text=lambda row: row.reader),
            Column(
                key="read",
                title=_("Read"),
                text=lambda row: _("{count} p.").format(count=len(row.pages_read)),
                right=True,
            ),
            Column(
                key="printed",
                title=_("Printed"),
                text=lambda row: _("{count} p.").format(count=len(row.pages_printed)),
                right=True,
            ),
            Column(key="ended", title=_("Ended"), text=lambda row: moment(row.ended_at)),
        ),
        widths=(100, -200, 140, 76, 76, 124),
        identity=lambda row: row.id,
        kinds=(
            Kind(name=OPEN, word=_("To be received"), fits=lambda row: not row.received_by),
            Kind(name=ALL, word=_("All slips"), fits=anything),
        ),
        words=lambda row: (row.case_no, row.reader, row.number, row.received_by),
        facts=_slip_facts,
        icon="note",
        empty=(
            _("No reading slip yet"),
            _("At the end of a visit the reader signs a slip (阅卷单). You receive it here."),
        ),
    )


def _visit_facts(row: VisitRow) -> Facts:
    facts = [
        (_("Cases read"), "\n".join(row.case_numbers)),
        (_("Terminal"), row.terminal),
        (_("Showed"), proof_word(row.proof)),
        (_("From"), moment(row.started_at)),
        (_("Until"), moment(row.ended_at)),
        (_("Ended"), visit_end_word(row.ended_by)),
        (_("Pages read"), str(row.pages)),
        (_("Pages printed"), str(row.printed)),
        (_("Searches"), str(row.searches)),
        (_("Pages in sight"), minutes_text(row.seconds)),
    ]
    return row.reader, facts


def visit_listing() -> Listing[VisitRow]:
    """The visits as the page lists them."""
    return Listing(
        name="visits",
        title=_("Visits to the terminal"),
        columns=(
            Column(key="at", title=_("When"), text=lambda row: moment(row.started_at)),
            Column(key="reader", title=_("Reader"), text=lambda row: row.reader, bold=True),
            Column(
                key="cases", title=_("Cases read"), text=lambda row: "、".join(row.case_numbers)
            ),
            Column(key="pages", title=_("Read"), text=lambda row: str(row.pages), right=True),
            Column(key="print", title=_("Printed"), text=lambda row: str(row.printed), right=True),
            Column(
                key="end",
                title=_("Ended"),
                text=lambda row: visit_end_word(row.ended_by),
                tone=lambda row: "accent" if not row.ended_at else "",
            ),
        ),
        widths=(124, 148, -200, 68, 68, 128),
        identity=lambda row: row.id,
        kinds=(
            Kind(name=OPEN, word=_("Reading now"), fits=lambda row: not row.ended_at),
            Kind(name=ALL, word=_("All visits"), fits=anything),
        ),
        words=lambda row: (row.reader, row.terminal, *row.case_numbers),
        facts=_visit_facts,
        first=1,
        icon="history",
        empty=(
            _("Nobody has read here yet"),
            _("Every visit to the terminal stands here, with each page that was seen."),
        ),
    )


def _notice_facts(row: NoticeRow) -> Facts:
    facts = [
        (_("Kind"), notice_kind_word(row.kind)),
        (_("From"), row.shown_from),
        (_("Until"), row.shown_until),
        (_("Written by"), row.made_by),
        (_("Text"), row.text),
    ]
    return row.title, facts


def notice_listing() -> Listing[NoticeRow]:
    """The notices of the hall as the page lists them."""
    return Listing(
        name="notices",
        title=_("Hall notices"),
        columns=(
            Column(
                key="kind",
                title=_("Kind"),
                text=lambda row: notice_kind_word(row.kind),
                tone=lambda row: "accent" if row.kind == "notice" else "note",
            ),
            Column(key="title", title=_("Title"), text=lambda row: row.title, bold=True),
            Column(key="from", title=_("From"), text=lambda row: row.shown_from),
            Column(key="until", title=_("Until"), text=lambda row: row.shown_until),
            Column(key="by", title=_("Written by"), text=lambda row: row.made_by),
        ),
        widths=(108, -200, 108, 108, 132),
        identity=lambda row: row.id,
        kinds=(Kind(name=ALL, word=_("All notices"), fits=anything),),
        words=lambda row: (row.title, row.text),
        facts=_notice_facts,
        icon="message",
        empty=(
            _("Nothing hangs in the hall"),
            _("Notices and guides are shown at the terminal to everybody, without signing in."),
        ),
    )
