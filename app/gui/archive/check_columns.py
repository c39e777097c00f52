"""The columns of a four-property check."""

from __future__ import annotations

from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column
from app.gui.words import property_word, result_tone
from app.services.archive_views import CheckLine
from app.words.dossiers import result_word


def check_columns() -> tuple[Column[CheckLine], ...]:
    """What is checked, how it came out, and who decided what no machine may."""
    return (
        Column(key="code", title=_("Check"), text=lambda row: row.code),
        Column(key="property", title=_("Property"), text=lambda row: property_word(row.property)),
        Column(key="name", title=_("What is checked"), text=lambda row: row.name),
        Column(
            key="result",
            title=_("Result"),
            text=lambda row: result_word(row.decision or row.result),
            tone=lambda row: result_tone(row.decision or row.result),
        ),
        Column(key="remark", title=_("Remark"), text=_remark),
        Column(key="by", title=_("Decided by"), text=_decided),
    )


def _remark(row: CheckLine) -> str:
    return row.decision_remark or row.remark


def _decided(row: CheckLine) -> str:
    if not row.decided_by:
        return ""
    return f"{row.decided_by} {moment_text(row.decided_at, present_moment())}"
