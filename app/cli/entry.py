"""Runs one command: parse, open the workstation, call it, print the answer or the error."""

from __future__ import annotations

import contextlib
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from app.bootstrap import (
    default_data_folder,
    language_of_settings,
    log_into,
    open_bundle_terminal,
    open_cabinet_station,
    open_reading_room,
    open_workstation,
    sole_terminal,
)
from app.cli.argument_words import Misused
from app.cli.interruption import interruptible
from app.cli.output import ProgressLines, print_answer, set_up_streams
from app.cli.parser import make_parser
from app.cli.registry import COMMANDS
from app.cli.running import Call
from app.cli.trouble import as_fault, reason_in_words
from app.cli.words import step_word
from app.kernel.errors import BadInput, Fault, Transient
from app.kernel.fault_texts import describe
from app.kernel.progress import Cancelled, CancelToken
from app.kernel.translation import DEFAULT_LANGUAGE, current_language, languages, set_language
from app.services.reading_room import system_actor
from app.services.workstation import Workstation

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Faces:
    """The faces with windows, handed in by the entry point: the command line knows no Qt."""

    desktop: Callable[[Any, list[str]], int]
    kiosk: Callable[[Any, list[str]], int]
    cabinet: Callable[..., int]
    screenshots: Callable[[list[str]], int]


def run(arguments: Sequence[str], faces: Faces) -> int:
    """Run one command and give its exit status (0, 1, 2, 3, 4 or 70)."""
    set_up_streams()
    set_language(_language_of(arguments))
    try:
        parsed = make_parser().parse_args(list(arguments))
    except Misused as misuse:
        sys.stderr.write(misuse.usage)
        return _fail(BadInput("SYS-203", reason=misuse.reason), as_json="--json" in arguments)
    except SystemExit:
        # Help was asked for and given.
        return 0
    try:
        return _guarded(parsed, faces)
    except BrokenPipeError:
        # The reader of the answer has gone (`| head`); what is left to say goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BadInput.exit_status


def _guarded(parsed: Any, faces: Faces) -> int:
    data = parsed.data or default_data_folder()
    name = parsed.command or "desktop"
    cancel = CancelToken()
    progress = ProgressLines(sys.stderr, step_word)
    with contextlib.ExitStack() as ending:
        ending.callback(log_into(data))
        ending.callback(progress.end)
        try:
            with interruptible(cancel):
                return _run(parsed, faces, progress, cancel)
        except Fault as fault:
            failure: Fault = fault
            if fault.exit_status == Fault.exit_status:
                log.exception("bug in command %s", name)
            else:
                log.warning("command %s ended with %s", name, fault.code)
        except Cancelled:
            failure = Transient("SYS-302")
            log.warning("command %s was stopped", name)
        except BrokenPipeError:
            raise
        except OSError as error:
            failure = as_fault(error)
            log.warning("command %s ended with %s", name, failure.code, exc_info=True)
        except Exception as error:  # whatever went wrong, a person gets a sentence
            log.exception("bug in command %s", name)
            failure = Fault("SYS-700", reason=type(error).__name__)
    return _fail(failure, as_json=parsed.json)


def _run(parsed: Any, faces: Faces, progress: ProgressLines, cancel: CancelToken) -> int:
    data = parsed.data or default_data_folder()
    set_language(parsed.lang or language_of_settings(data) or DEFAULT_LANGUAGE)

    @contextlib.contextmanager
    def opened(*, changes: bool = True) -> Iterator[Workstation]:
        engine = getattr(parsed, "engine", None)
        workstation = open_workstation(data, language=parsed.lang, engine=engine)
        try:
            with workstation.claim(parsed.command) if changes else contextlib.nullcontext():
                yield workstation
        finally:
            workstation.close()

    if parsed.command is None:
        return _desktop(data, parsed.lang, faces)
    if parsed.command == "kiosk":
        return _kiosk(parsed, data, faces)
    if parsed.command == "cabinet":
        return _cabinet(parsed, data, faces)
    call = Call(
        arguments=parsed,
        data=data,
        language=parsed.lang,
        actor=system_actor(parsed.actor or _user()),
        report=progress,
        cancel=cancel,
        screenshots=faces.screenshots,
        open=opened,
    )
    command = COMMANDS[parsed.command]
    if not command.needs_workstation:
        answer = command.run(call, None)
    else:
        with opened(changes=command.changes(parsed)) as workstation:
            answer = command.run(call, workstation)
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


def _kiosk(parsed: Any, data: Path, faces: Faces) -> int:
    arguments = ["--windowed"] if parsed.windowed else []
    if parsed.bundles is not None:
        with sole_terminal(parsed.bundles):
            terminal = open_bundle_terminal(parsed.bundles)
            try:
                return faces.kiosk(terminal.desk, arguments)
            finally:
                terminal.close()
    with sole_terminal(data):
        room, owner = open_reading_room(data)
        try:
            return faces.kiosk(room, arguments)
        finally:
            owner.close()


def _cabinet(parsed: Any, data: Path, faces: Faces) -> int:
    station = open_cabinet_station(data, parsed.cabinet or "", language=parsed.lang)
    try:
        station.start()
        return faces.cabinet(
            station.desk, voices=data / "voices", windowed=parsed.windowed, rows=parsed.rows
        )
    finally:
        station.close()


def _fail(failure: Fault, *, as_json: bool) -> int:
    record = reason_in_words(failure.as_record())
    text = describe(record, current_language())
    if as_json:
        error = {"code": failure.code, "message": text.message, "remedy": text.remedy}
        sys.stdout.write(json.dumps({"error": error}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        sys.stderr.write(f"{text.message}\n{text.remedy}\n[{failure.code}]\n")
    return failure.exit_status


def _language_of(arguments: Sequence[str]) -> str:
    """The language asked for, before the arguments are parsed: their help needs it already."""
    asked = DEFAULT_LANGUAGE
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        elif argument == "--lang" and index + 1 < len(arguments):
            asked = arguments[index + 1]
    return asked if asked in languages() else DEFAULT_LANGUAGE


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
