"""The commands `locker` and `handoff`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, add_counts, whole_number
from app.domain.custody import RECEIVER_KINDS, STAFF, TASKS
from app.domain.hand_off_guards import PARTS
from app.domain.locker import SIZES
from app.kernel.translation import translate as _

RESOLUTIONS = (
    "in_cell",
    "taken",
    "with_giver",
    "cell_free",
    "cell_occupied",
    "out_of_service",
    "repaired",
    "mistaken",
)
Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_lockers(add: Add, choice: Choice) -> None:
    """Add `locker` and `handoff` with their actions."""
    _locker(choice(add("locker", _("cabinets for handing paper over"))))
    _hand_off(choice(add("handoff", _("hand paper over through a locker"))))


def _locker(locker: Add) -> None:
    for name, text in (
        ("cells", _("show the cells of a cabinet")),
        ("view", _("a cabinet as it stands, also when it does not answer")),
    ):
        _cabinet(locker(name, text))
    change = locker("set", _("take a cell out of use or into it"))
    change.add_argument("cell", type=whole_number, metavar=_("CELL"), help=_("number on the door"))
    _cabinet(change)
    change.add_argument("--use", required=True, choices=("in", "out"), help=_("in use or out"))
    change.add_argument("--size", default="", choices=SIZES, help=_("size of the cell"))
    _reason(change)
    locker("rounds", _("look at all cabinets, remind people, deliver messages"))
    incidents = locker("incidents", _("what went wrong at cabinets"))
    _cabinet(incidents)
    incidents.add_argument("--all", action="store_true", help=_("settled ones, too"))
    _incident(locker("see", _("say that you look into an incident")))
    close = locker("close", _("settle an incident with what was found"))
    _incident(close)
    close.add_argument(
        "--found", dest="resolution", required=True, choices=RESOLUTIONS, help=_("found")
    )
    _reason(close)
    look = locker("look", _("open the cell of an incident; needs two administrators"))
    _incident(look)
    _two(look)
    every = locker("open-all", _("open every cell in an emergency; needs two administrators"))
    _cabinet(every)
    _two(every)
    _without_server(locker)
    _reason(locker("clock", _("say that the clock of this computer is right")))
    commission = locker("commission", _("keep the record of a trial, or show the records"))
    _cabinet(commission)
    commission.add_argument(
        "--record", type=Path, metavar=_("FILE"), help=_("cells, settings and remark as JSON")
    )


def _without_server(locker: Add) -> None:
    listed = locker("list", _("sign a list by which a cabinet goes on without the server"))
    _cabinet(listed)
    listed.add_argument("--hours", type=whole_number, default=12, metavar=_("N"), help=_("hours"))
    events = locker("events", _("what a cabinet did without the server"))
    _cabinet(events)
    for action, text in (
        (listed, _("where to write the list")),
        (events, _("where to write the events")),
    ):
        action.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=text)
    for name, text in (
        ("take-list", _("give a signed list to the cabinet of this computer")),
        ("absorb", _("take over what a cabinet did without the server")),
    ):
        action = locker(name, text)
        _cabinet(action)
        action.add_argument("file", type=Path, metavar=_("FILE"), help=_("file"))


def _hand_off(handoff: Add) -> None:
    shown = handoff("list", _("show hand-offs"))
    add_case_no(shown, nargs="?")
    shown.add_argument("--open", action="store_true", help=_("only those that are not over"))
    _which(handoff("show", _("show one hand-off")))
    _offer(handoff("offer", _("reserve a cell; shows the code for the receiver once")))
    _which(handoff("reserve", _("reserve a cell again")))
    _which(handoff("deposit", _("put the paper into its cell")))
    collect = _which(handoff("collect", _("take the paper out")))
    collect.add_argument("--code", required=True, metavar=_("CODE"), help=_("code of the receiver"))
    acknowledge = _which(handoff("acknowledge", _("confirm what was counted")))
    add_counts(acknowledge, volumes_required=True)
    _which(handoff("code", _("make another code for the receiver")))
    _reason(_which(handoff("cancel", _("call a hand-off off"))))
    settle = _which(handoff("settle", _("agree on a count after a dispute; needs two people")))
    add_counts(settle, volumes_required=True)
    _two(settle)
    _two(_which(handoff("retrieve", _("take paper out of its cell; needs two administrators"))))
    back = _which(handoff("back", _("the paper is with its giver again")))
    add_counts(back, volumes_required=True)
    _reason(back)


def _offer(offer: Parser) -> None:
    add_case_no(offer)
    offer.add_argument("--to", required=True, metavar=_("NAME"), help=_("receiver"))
    _cabinet(offer)
    add_counts(offer)
    offer.add_argument("--task", choices=TASKS, default="clerk_to_archive", help=_("who to whom"))
    offer.add_argument("--part", choices=PARTS, default="", help=_("part"))
    offer.add_argument("--to-kind", choices=RECEIVER_KINDS, default=STAFF, help=_("who receives"))
    offer.add_argument("--phone", default="", metavar=_("NUMBER"), help=_("telephone"))
    offer.add_argument("--email", default="", metavar=_("ADDRESS"), help=_("e-mail address"))
    offer.add_argument("--identity", default="", metavar=_("NUMBER"), help=_("ID number"))
    offer.add_argument("--from", dest="giver", default="", metavar=_("NAME"), help=_("giver"))
    offer.add_argument("--from-kind", choices=RECEIVER_KINDS, default=STAFF, help=_("who gives"))
    offer.add_argument("--from-phone", default="", metavar=_("NUMBER"), help=_("giver's telephone"))
    offer.add_argument(
        "--from-identity", default="", metavar=_("NUMBER"), help=_("giver's ID number")
    )
    offer.add_argument(
        "--volume",
        dest="counts",
        type=volume_count,
        action="append",
        default=[],
        metavar="main:1:120",
        help=_("part, volume and its pages; once for each"),
    )
    offer.add_argument("--size", choices=SIZES, default="", help=_("size of the cell"))
    offer.add_argument("--due", default="", metavar="2026-12-31", help=_("last day"))
    offer.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))


def volume_count(text: str) -> dict[str, str | int | None]:
    """ "main:1:120" as a count of one volume; the pages may be left out."""
    part, _colon, rest = text.partition(":")
    volume, _colon, pages = rest.partition(":")
    if part not in PARTS or not volume.isdecimal() or (pages and not pages.isdecimal()):
        raise argparse.ArgumentTypeError(_("not a volume: {text}").format(text=text))
    return {"part": part, "volume": int(volume), "pages": int(pages) if pages else None}


def _which(parser: Parser) -> Parser:
    parser.add_argument("handoff", metavar=_("HANDOFF"), help=_("hand-off"))
    return parser


def _incident(parser: Parser) -> None:
    parser.add_argument("incident", metavar=_("INCIDENT"), help=_("number of the incident"))


def _cabinet(parser: Parser) -> None:
    parser.add_argument("--cabinet", metavar=_("NAME"), help=_("cabinet of the settings"))


def _reason(parser: Parser) -> None:
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))


def _two(parser: Parser) -> None:
    parser.add_argument("--second", required=True, metavar=_("NAME"), help=_("the second person"))
    _reason(parser)
