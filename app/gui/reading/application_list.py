"""The list of applications: who asks to read what, whose turn it is, until when."""

from __future__ import annotations

from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column
from app.gui.reading.listing import Facts, Kind, Listing, anything
from app.gui.reading.paper_ticks import either
from app.services.reading_desk_views import ApplicationRow, PaperRow
from app.words.reading import application_state_word, application_turn_word
from app.words.terms import days_left_words

OPEN, TO_CHECK, TO_DECIDE, LATE, ALL = "open", "to_check", "to_decide", "late", "all"
_TONES = {
    "entered": "accent",
    "checked": "accent",
    "returned": "warn",
    "approved": "good",
    "rejected": "bad",
    "withdrawn": "note",
}


def moment(at: str) -> str:
    """A moment on the clock of the wall, "" for none."""
    return moment_text(at, present_moment()) if at else ""


def is_late(row: ApplicationRow) -> bool:
    """Whether the handling term is over and nobody has decided."""
    return bool(row.turn) and row.days_left is not None and row.days_left < 0


def term_text(row: ApplicationRow) -> str:
    """How long is left to decide; nothing once nobody is waited for."""
    if not row.turn:
        return ""
    return days_left_words("overdue" if is_late(row) else "running", row.days_left)


def term_tone(row: ApplicationRow) -> str:
    """The tone of the term."""
    if not row.turn or row.days_left is None:
        return ""
    return "bad" if row.days_left < 0 else "warn" if row.days_left == 0 else ""


def wanted_text(pages: tuple[int, ...]) -> str:
    """Which pages somebody asked for."""
    return spans(pages) if pages else _("whole main part")


def paper_text(paper: PaperRow) -> str:
    """One paper with its number and who had it in hand."""
    parts = [paper.name, paper.number]
    if paper.seen_by:
        parts.append(_("seen by {person}").format(person=paper.seen_by))
    elif paper.needed and not paper.declared:
        parts.append(_("missing"))
    elif paper.declared:
        parts.append(_("not seen yet"))
    return " · ".join(part for part in parts if part)


def papers_text(papers: tuple[PaperRow, ...]) -> str:
    """The papers that are needed or there, one a line; of several of which one is enough, those
    that are there, or all of them as one that is missing."""
    choice = [paper for paper in papers if paper.choice]
    lines = [paper_text(paper) for paper in papers if _told(paper)]
    if choice and not any(_told(paper) for paper in choice):
        names = either([paper.name for paper in choice])
        lines.append(" · ".join((names, _("missing"))))
    return "\n".join(lines)


def _columns() -> tuple[Column[ApplicationRow], ...]:
    return (
        Column(
            key="state",
            title=_("State"),
            text=lambda row: application_state_word(row.state),
            tone=lambda row: _TONES.get(row.state, "note"),
        ),
        Column(key="case", title=_("Case number"), text=lambda row: row.case_no, bold=True),
        Column(key="reader", title=_("Reader"), text=lambda row: row.reader),
        Column(key="turn", title=_("Whose step"), text=lambda row: application_turn_word(row.turn)),
        Column(key="term", title=_("To be decided by"), text=term_text, tone=term_tone),
    )


def application_facts(row: ApplicationRow) -> Facts:
    """What is known of one application."""
    facts = [
        (_("Number"), row.number),
        (_("Cause"), row.cause),
        (_("Kind of reader"), row.kind_name),
        (_("Certificate number"), row.certificate),
        (_("ID card"), _("number on record") if row.identified else _("no number")),
        (_("Reads for"), row.represents),
        (_("Wants to read"), wanted_text(row.wanted_pages)),
        (_("Copies"), _("wanted") if row.wants_copies else _("not wanted")),
        (_("Reason"), row.reason),
        (_("Papers"), papers_text(row.papers)),
        (_("Entered"), _by(row.entered_by, row.entered_at)),
        (_("Checked"), _by(row.checked_by, row.checked_at)),
        (_("Remark"), row.remark),
        (_("Decided"), _by(row.decided_by, row.decided_at)),
        (_("Ground"), row.decision_reason),
    ]
    return row.reader, facts


def _told(paper: PaperRow) -> bool:
    return paper.needed or paper.declared or bool(paper.seen_by)


def _by(person: str, at: str) -> str:
    return f"{person} · {moment(at)}" if person else ""


def application_listing() -> Listing[ApplicationRow]:
    """The applications as the page lists them."""
    return Listing(
        name="applications",
        title=_("Applications"),
        columns=_columns(),
        widths=(132, -200, 156, 116, 116),
        identity=lambda row: row.number,
        kinds=(
            Kind(name=OPEN, word=_("To be done"), fits=lambda row: bool(row.turn)),
            Kind(name=TO_CHECK, word=_("To be checked"), fits=lambda row: row.turn == "check"),
            Kind(name=TO_DECIDE, word=_("To be decided"), fits=lambda row: row.turn == "decide"),
            Kind(name=LATE, word=_("Past the term"), fits=is_late),
            Kind(name=ALL, word=_("All applications"), fits=anything),
        ),
        words=lambda row: (row.case_no, row.reader, row.number, row.certificate, row.represents),
        facts=application_facts,
        icon="card",
        empty=(
            _("Nobody has asked to read"),
            _(
                "A lawyer or a party asks at the counter. Enter the application, check the "
                "papers, then the judge or the archive decides."
            ),
        ),
    )
