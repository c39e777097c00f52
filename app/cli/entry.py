"""Runs one command: parse, open the workstation, call it, print the answer or the error."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import logging
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from attrs import frozen

from app.bootstrap import default_data_folder, open_reading_room, open_workstation
from app.cli.commands import COMMANDS, READ_ONLY, Call
from app.cli.output import ProgressLines, print_answer, standard_output, step_name
from app.cli.parser import make_parser
from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.fault_texts import describe
from app.kernel.progress import Cancelled, CancelToken
from app.kernel.translation import DEFAULT_LANGUAGE, set_language
from app.kernel.translation import translate as _
from app.services.reading_room import system_actor

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Faces:
    """The faces with windows, handed in by the entry point: the command line knows no Qt."""

    desktop: Callable[[Any, list[str]], int]
    kiosk: Callable[[Any, list[str]], int]
    screenshots: Callable[[list[str]], int]


class _Usage(Exception):
    """The arguments do not fit; the parser has said why."""


def run(arguments: Sequence[str], faces: Faces) -> int:
    """Run one command and give its exit status (0, 1, 2, 3, 4 or 70)."""
    output = standard_output()
    set_language(_language_of(arguments))
    try:
        parsed = _parse(arguments)
    except _Usage:
        return BadInput.exit_status
    cancel = CancelToken()
    progress = ProgressLines(sys.stderr, step_name)
    try:
        with _interruptible(cancel):
            return _run(parsed, faces, progress, cancel)
    except Fault as fault:
        failure: Fault = fault
    except Cancelled:
        failure = Transient("SYS-302")
    except OSError as error:
        failure = _as_fault(error)
    except Exception as error:
        log.exception("bug")
        failure = Fault("SYS-700", reason=f"{type(error).__name__}: {error}")
    finally:
        progress.end()
    text = describe(failure.as_record(), _language_of(arguments))
    if parsed.json:
        record = {"error": {"code": failure.code, "message": text.message, "remedy": text.remedy}}
        output.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{text.message}\n{text.remedy}\n（{failure.code}）\n")
    return failure.exit_status


def _run(parsed: Any, faces: Faces, progress: ProgressLines, cancel: CancelToken) -> int:
    language = parsed.lang
    data = parsed.data or default_data_folder()
    if parsed.command is None:
        return _desktop(data, language, faces)
    if parsed.command == "kiosk":
        room, owner = open_reading_room(data)
        try:
            return faces.kiosk(room, [])
        finally:
            owner.close()
    call = Call(
        arguments=parsed,
        data=data,
        language=language,
        actor=system_actor(parsed.actor or _user()),
        report=progress,
        cancel=cancel,
        screenshots=faces.screenshots,
    )
    command = COMMANDS[parsed.command]
    if not command.needs_workstation:
        answer = command.run(call, None)
    else:
        workstation = open_workstation(
            data, language=language, engine=getattr(parsed, "engine", None)
        )
        try:
            with contextlib.ExitStack() as stack:
                if not READ_ONLY(parsed):
                    stack.enter_context(workstation.claim(parsed.command))
                answer = command.run(call, workstation)
        finally:
            workstation.close()
    progress.end()
    print_answer(answer, as_json=parsed.json, stream=sys.stdout)
    return answer.status


def _desktop(data: Path, language: str | None, faces: Faces) -> int:
    workstation = open_workstation(data, language=language)
    try:
        with workstation.claim("desktop"):
            return faces.desktop(workstation, [])
    finally:
        workstation.close()


def _parse(arguments: Sequence[str]) -> Any:
    parser = make_parser()
    try:
        return parser.parse_args(list(arguments))
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        if "--json" in arguments:
            text = _("wrong usage; see --help")
            record = {"error": {"code": "SYS-202", "message": text, "remedy": "--help"}}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        raise _Usage from None


def _language_of(arguments: Sequence[str]) -> str:
    """The language asked for, before the arguments are parsed: their help needs it already."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return DEFAULT_LANGUAGE


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"


def _as_fault(error: OSError) -> Fault:
    path = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        folder = Path(path).parent if path else Path()
        while not folder.exists():
            folder = folder.parent
        free = shutil.disk_usage(folder).free // 1024**2
        return Broken("SYS-404", path=path, free=free)
    reason = f"{error.strerror or error}{f' ({path})' if path else ''}"
    return Broken("SYS-405", reason=reason)


@contextlib.contextmanager
def _interruptible(cancel: CancelToken) -> Iterator[None]:
    """The first Ctrl-C or kill stops at the next safe point, the second one at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled from None
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
