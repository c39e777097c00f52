"""Terms of hand-offs that a court decides: how long a cell is kept, when somebody is reminded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import fields, frozen

from app.kernel.errors import BadInput


@frozen(kw_only=True)
class HandOffTerms:
    """All in hours but `reserve_minutes`.

    `remind_hours`: paper is due this long after it was laid in, and reminded of this often;
    `escalate_hours`: after this long in the cell the administrators hear of it; `confirm_hours`:
    the same for paper that was taken out and not counted; `code_hours`: how long a code holds
    when nobody named a term; `reserve_minutes` and `outsider_hours`: how long a cell waits for
    the paper of staff and of people from outside.
    """

    remind_hours: int = 24
    escalate_hours: int = 72
    confirm_hours: int = 24
    code_hours: int = 72
    reserve_minutes: int = 30
    outsider_hours: int = 72


def terms_from(settings: Mapping[str, Any]) -> HandOffTerms:
    """The terms of the table `[handoff]` of the settings; what it does not name is built in.

    Raises BadInput SET-102 (unknown key) and SET-103 (no whole number above 0).
    """
    known = [attribute.name for attribute in fields(HandOffTerms)]
    for key, value in settings.items():
        if key not in known:
            raise BadInput("SET-102", key=f"handoff.{key}", nearest=f"handoff.{known[0]}")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadInput("SET-103", key=f"handoff.{key}", value=value)
    return HandOffTerms(**settings)
