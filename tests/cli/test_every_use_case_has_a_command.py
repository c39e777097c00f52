"""No use case is left to the window alone without a reason."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from app.cli import commands, digitize
from app.services.workstation import Workstation

EYES = "a person judges what she sees on the picture"
SIGN_IN = "whoever holds the data folder holds its rights; nobody signs in on the command line"
ELSEWHERE = {
    "judge_finding": EYES,
    "accept_all": EYES,
    "turn_side": EYES,
    "mark_blank": EYES,
    "text_lines": "`ocr` gives lines with boxes",
    "edit_item": EYES,
    "confirm_item": EYES,
    "confirm_all": EYES,
    "split_item": EYES,
    "merge_item": EYES,
    "merge_items": EYES,
    "suggestions": "completion while typing a field",
    "review": "`review show` and `review open` tell the same part by part",
    "catalogue_view": "`catalogue`, `doubts` and `order` tell the same part by part",
    "move_boundary": EYES,
    "set_role": EYES,
    "overlay": EYES,
    "difference_pictures": EYES,
    "flip_throughs": "`flip` answers with what it kept; earlier ones are for the window",
    "undo": "takes back an edit made in the window",
    "redo": "takes back an edit made in the window",
    "binding_pictures": "`bind --papers` writes the files; pictures of them are for the window",
    "work_slip_pictures": "`slip work` writes the file; pictures of it are for the window",
    "record_slip_printed": "a part of `slip work`",
    "sign_in": SIGN_IN,
    "change_pin": SIGN_IN,
    "needs_first_person": SIGN_IN,
    "create_first_person": SIGN_IN,
    "make_ready": "`scan` and `digitize` do it by themselves",
    "doctor": "`doctor` must work where no workstation can be opened",
    "package": "`package` builds it again and finds the same",
    "begin_trial": "a person walks from door to door; `locker commission` keeps the record",
    "collect_identified": "for the screen of a cabinet; `handoff collect` takes the code",
    "targets": "choices of a drop-down list; an unknown name is answered with the known ones",
    "engines": "choices of a drop-down list; an unknown name is answered with the known ones",
    "profiles": "choices of a drop-down list; an unknown name is answered with the known ones",
    "preference": "what a person prefers in the window",
    "save_preference": "what a person prefers in the window",
    "data_version": "refreshing of screens",
    "read_visitor_card": "fills a field of the window; commands take the number itself",
    "bundled_dossier": "`demo` brings it out",
    "record_shelved": "a part of `shelve`",
    "remind_of_paper": "a part of `transfer run` and `worker`",
    "cabinet_desk": "the touch screen of a cabinet, which `cabinet` opens",
    "close": "the program ends",
    "claim": "the program holds the data folder",
    "language": "the program asks it",
}


def use_cases() -> set[str]:
    return {name for name, _ in inspect.getmembers(Workstation) if not name.startswith("_")}


def called_by_commands() -> set[str]:
    files = [*Path(commands.__path__[0]).glob("*.py"), Path(digitize.__file__)]
    called = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                called.add(node.attr)
    return called


def test_every_use_case_has_a_command_or_a_reason() -> None:
    assert use_cases() - called_by_commands() - set(ELSEWHERE) == set()


def test_no_reason_outlives_its_use_case() -> None:
    assert set(ELSEWHERE) - use_cases() == set()
