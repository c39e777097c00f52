"""The words of messages about hand-offs, in the language of the court."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from app.domain.custody import STAFF, HandOff
from app.domain.notices import SCREEN, Notice
from app.kernel.translation import DEFAULT_LANGUAGE

_COURT_PAPERS = {"zh_CN": "法院材料", "en": "court papers"}
# An incident at a cell, or a cabinet, that holds nobody's paper.
CABINET_INCIDENT = "cabinet_incident"
_NO_CODE_SHOWN = {"code": "code_on_screen", "deposit_code": "deposit_code_on_screen"}


def notice_text(
    notice: Notice, hand_off: HandOff, *, case_no: str, language: str, code: str = ""
) -> tuple[str, str]:
    """(subject, text) of a message. Somebody from outside is told no case number: it may be read
    by whoever sees the telephone."""
    language = language if language in _COURT_PAPERS else DEFAULT_LANGUAGE
    kind = _NO_CODE_SHOWN.get(notice.kind, notice.kind) if notice.channel == SCREEN else notice.kind
    if not hand_off.id and not hand_off.dossier_id:
        kind = CABINET_INCIDENT
    words = message_texts()[kind][language]
    facts: dict[str, Any] = {
        "what": case_no if _is_staff(notice, hand_off) else _COURT_PAPERS[language],
        "volumes": hand_off.volumes,
        "cabinet": hand_off.cabinet.partition(":")[2] or hand_off.cabinet,
        "cell": hand_off.cell or "—",
        "code": code,
        "until": _local(hand_off.code_expires_at),
    }
    return words["subject"], words["text"].format(**facts)


def _is_staff(notice: Notice, hand_off: HandOff) -> bool:
    """Whether the person works here; only such people have our screens."""
    to_giver = notice.person == hand_off.giver
    kind = hand_off.giver_kind if to_giver else hand_off.receiver_kind
    return notice.channel == SCREEN or kind == STAFF


@lru_cache(maxsize=1)
def message_texts() -> dict[str, dict[str, dict[str, str]]]:
    """All texts: kind > language > {"subject", "text"}."""
    node = resources.files("resources") / "notice_texts.toml"
    return tomllib.loads(node.read_text(encoding="utf-8"))


def masked(address: str) -> str:
    """A telephone number or address of which enough is left to know it again."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if len(address) >= 7 and set(address) <= set("0123456789+-() "):
        return f"{address[:3]}****{address[-4:]}"
    return address


def _local(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return "—"
