"""Audit actions in words."""

from __future__ import annotations

import re
from typing import Any

from app.gui.i18n import _
from app.gui.words import role_word, verdict_word
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.views import HistoryRow
from app.words.dossiers import discrepancy_word
from app.words.events import event_word
from app.words.pages import finding_word

FAULT_CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")


def details_text(row: HistoryRow) -> str:
    """The details of one record that say something to a person."""
    parts = []
    for key, value in row.details.items():
        text = _detail(key, value)
        if text:
            parts.append(text)
    return " · ".join(parts)


def _detail(key: str, value: Any) -> str:
    if value in ("", None, [], {}):
        return ""
    plain = {
        "position": _("side {value}"),
        "sides": _("{value} sides"),
        "sheets": _("{value} sheets"),
        "items": _("{value} items"),
        "pages": _("{value} pages"),
        "volumes": _("{value} volumes"),
        "discrepancies": _("{value} differences"),
        "cell": _("cell {value}"),
        "number": _("page {value}"),
        "degrees": "{value}°",
        "receipt": _("receipt {value}"),
        "item": _("item {value}"),
    }
    if key in plain:
        return plain[key].format(value=value)
    words = {"code": finding_word, "verdict": verdict_word, "kind": discrepancy_word}
    if key in words:
        return words[key](str(value))
    if key == "role":
        return role_word(str(value))
    if key == "edit":
        return event_word(str(value))
    if key == "remark" and FAULT_CODE.fullmatch(str(value)):
        message = describe({"code": value}, current_language()).message
        return str(value) if "{" in message else message
    if key in ("title", "reason", "remark", "source", "target", "place", "receiver", "cabinet"):
        return str(value)
    return ""
