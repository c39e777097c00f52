"""What a running command holds, and steps that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from attrs import frozen

from app.cli.output import Answer
from app.domain.access import Actor
from app.domain.lifecycle import may
from app.kernel.errors import BadInput
from app.kernel.fault_texts import describe
from app.kernel.progress import CancelToken, Progress, Report
from app.kernel.translation import current_language
from app.services.case_list import text_of
from app.services.views import ScanEventView
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
    open: Callable[[], AbstractContextManager[Workstation]]

    def listen(self, event: ScanEventView) -> None:
        """Tell the progress of a scan."""
        self.report(Progress(step="scan", done=event.sides, total=0))


@frozen(kw_only=True)
class Command:
    """One command. `workstation` is None when it opens what it needs by itself; `changes` tells
    whether it holds the data folder, so that no other program changes it meanwhile."""

    run: Callable[[Call, Any], Answer]
    needs_workstation: bool = True
    changes: Callable[[Any], bool] = lambda _arguments: True


def reading(_arguments: Any) -> bool:
    """`changes` of a command that may run beside another program."""
    return False


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises BadInput SYS-201 when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("SYS-201", path=str(path), reason=error.strerror or str(error)) from error


def read_record(path: Path) -> dict[str, Any]:
    """A JSON object from a file in UTF-8 or GB 18030. Raises BadInput SYS-201 (cannot be read),
    SYS-204 (not JSON), SYS-206 (no object), REC-105 (one key twice)."""
    try:
        text = text_of(path)
    except OSError as error:
        raise BadInput("SYS-201", path=str(path), reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise BadInput("SYS-204", path=str(path), line=1, column=1) from error
    try:
        record = json.loads(text, object_pairs_hook=_without_doubles(path))
    except json.JSONDecodeError as error:
        raise BadInput("SYS-204", path=str(path), line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("SYS-204", path=str(path), line=1, column=1) from error
    if not isinstance(record, dict):
        raise BadInput("SYS-206", path=str(path))
    return record


def _without_doubles(path: Path) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Makes the objects of a file; the last of two values under one key would win in silence."""

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            keys = [key for key, _ in pairs]
            double = next(key for key in keys if keys.count(key) > 1)
            raise BadInput("REC-105", path=str(path), key=double)
        return record

    return made


def prepared(call: Call, workstation: Workstation, case_no: str, *, catalogue: bool) -> None:
    """Work through the jobs of a case and, where asked and still open, catalogue it."""
    state = workstation.case(case_no).state
    if not may("dossier", state, "catalogue") and state != "registered":
        return
    workstation.process(call.actor, case_no, report=call.report, cancel=call.cancel)
    if catalogue:
        workstation.catalogue(call.actor, case_no, report=call.report, cancel=call.cancel)


def with_message(warning: dict[str, Any]) -> dict[str, Any]:
    """A warning with its text in the language of the answer."""
    return warning | {"message": describe(warning, current_language()).message}


def warning_lines(warnings: list[dict[str, Any]]) -> list[str]:
    """Warnings for people."""
    return [f"! {describe(warning, current_language()).message}" for warning in warnings]
