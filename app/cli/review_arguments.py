"""The command `review`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.domain.review import CHAIN_STEPS, VERDICTS, WANTED
from app.kernel.translation import translate as _

FLIP = ("demanded", "free")
Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_review(add: Add, choice: Choice) -> None:
    """Add `review` with its actions."""
    review = choice(add("review", _("sample a dossier against its paper, sign, report")))
    settings = review("settings", _("show or set what the court demands before sealing"))
    settings.add_argument("--plan", metavar=_("NAME"), help=_("plan of sampling"))
    settings.add_argument(
        "--chain", type=steps, metavar=",".join(CHAIN_STEPS), help=_("signatures; empty for none")
    )
    settings.add_argument(
        "--flip", choices=FLIP, help=_("whether the paper is leafed through before sealing")
    )
    review("standings", _("how the work of each operator is sampled next"))
    reduced = review("reduced", _("allow reduced inspection of an operator's work"))
    reduced.add_argument("operator", metavar=_("NAME"), help=_("name of the operator"))
    reduced.add_argument("--end", action="store_true", help=_("allow it no more"))
    resume = review("resume", _("sample an operator's work again after sampling was stopped"))
    resume.add_argument("operator", metavar=_("NAME"), help=_("name of the operator"))
    resume.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("what was mended"))
    draw = review("draw", _("draw the sides to be held against the paper"))
    add_case_no(draw)
    draw.add_argument("--plan", default="", metavar=_("NAME"), help=_("plan of sampling"))
    draw.add_argument("--seed", default="", metavar=_("TEXT"), help=_("seed of the draw"))
    add_case_no(review("show", _("rounds and verdicts of a case")))
    judge = review("judge", _("say whether a side is the same as its paper"))
    add_case_no(judge)
    _position(judge, required=True)
    judge.add_argument("verdict", choices=VERDICTS, help=_("verdict"))
    judge.add_argument("--defect", default="", metavar=_("CODE"), help=_("kind of fault"))
    judge.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    _box(judge)
    close = review("close", _("decide the open round by its plan"))
    add_case_no(close)
    close.add_argument("--back", default="", metavar=_("STEP"), help="scan, inspect, catalogue")
    close.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))
    _asking(review)
    sign = review("sign", _("sign the step of the chain that is due"))
    add_case_no(sign)
    sign.add_argument("--step", default="", choices=CHAIN_STEPS, help=_("step of the chain"))
    sign.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    add_case_no(review("open", _("everything that keeps a dossier from being sealed")))
    report = review("report", _("the report with every verdict, person and time"))
    add_case_no(report)
    report.add_argument("--out", type=Path, metavar=_("FILE"), help=_(".pdf or .json"))


def _asking(review: Add) -> None:
    """Notes and correction requests."""
    difference = review("difference", _("say what is true of a difference in the ledger"))
    add_case_no(difference)
    difference.add_argument("verdict", choices=VERDICTS, help=_("verdict"))
    difference.add_argument(
        "--number",
        type=whole_number,
        required=True,
        metavar=_("N"),
        help=_("number of the difference in the list of `reconcile`, from 1"),
    )
    difference.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    note = review("note", _("put a note on a side"))
    add_case_no(note)
    _position(note, required=True)
    note.add_argument("--text", required=True, metavar=_("TEXT"), help=_("text of the note"))
    _box(note)
    answer = review("answer", _("answer a note"))
    answer.add_argument("note", metavar=_("NOTE"), help=_("id of the note"))
    answer.add_argument("--text", required=True, metavar=_("TEXT"), help=_("the answer"))
    request = review("request", _("ask to have something mended"))
    add_case_no(request)
    request.add_argument("wanted", choices=WANTED, help=_("what is wanted"))
    request.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))
    _position(request, required=False)
    request.add_argument(
        "--page", type=whole_number, metavar=_("N"), help=_("number of a page that is missing")
    )
    settle = review("settle", _("say that a correction was made, or decline it"))
    settle.add_argument("request", metavar=_("REQUEST"), help=_("id of the request"))
    result = settle.add_mutually_exclusive_group(required=True)
    result.add_argument("--done", action="store_true", help=_("it was made"))
    result.add_argument("--decline", action="store_true", help=_("it is declined"))
    settle.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))


def steps(text: str) -> tuple[str, ...]:
    """Steps of a chain, parted by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def box(text: str) -> tuple[float, ...]:
    """A place on a page: four numbers parted by commas."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(_("not four numbers: {text}").format(text=text)) from None


def _position(parser: Parser, *, required: bool) -> None:
    parser.add_argument(
        "--position",
        type=whole_number,
        required=required,
        metavar=_("N"),
        help=_("position of the side in scanning order"),
    )


def _box(parser: Parser) -> None:
    parser.add_argument(
        "--box", type=box, metavar="0.1,0.1,0.5,0.2", help=_("place on the page, in parts of it")
    )
