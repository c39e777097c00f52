"""What a running command holds, and steps that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.lifecycle import may
from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken, Report
from app.kernel.translation import DEFAULT_LANGUAGE
from app.services.workstation import Workstation


@frozen(kw_only=True)
class Call:
    """One call of a command. `language` is None when nobody chose one."""

    arguments: Any
    data: Path
    language: str | None
    actor: Actor
    report: Report
    cancel: CancelToken
    screenshots: Callable[[list[str]], int]

    @property
    def shown_language(self) -> str:
        """The language of the answer."""
        return self.language or DEFAULT_LANGUAGE


def read_record(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises BadInput SYS-201."""
    try:
        record = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput("SYS-201", path=str(path), reason=reason) from error
    if not isinstance(record, dict):
        raise BadInput("SYS-201", path=str(path), reason="{}")
    return record


def prepared(call: Call, workstation: Workstation, case_no: str, *, catalogue: bool) -> None:
    """Work through the jobs of a case and, where asked and still open, catalogue it."""
    state = workstation.case(case_no).state
    if not may("dossier", state, "catalogue") and state != "registered":
        return
    workstation.process(call.actor, case_no, report=call.report, cancel=call.cancel)
    if catalogue:
        workstation.catalogue(call.actor, case_no, report=call.report, cancel=call.cancel)
