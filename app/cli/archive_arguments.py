"""The commands on the way into the archive: `seal` to `shelve`, `transfer`, `addition`, `freeze`,
`archive`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.domain.reconciling_tracks import MODES, RESOLUTIONS
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_archiving(add: Add, choice: Choice) -> None:
    """Add `seal`, `return`, `package`, `submit`, `tracks`, `shelve`, `transfer`, `addition`,
    `freeze` and `archive`."""
    add_case_no(add("seal", _("freeze the dossier")))
    returned = add("return", _("send a sealed dossier back to the desk"))
    add_case_no(returned)
    returned.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("reason"))
    _package(add("package", _("build or check an archival package")))
    submit = add("submit", _("hand the package to an archive"))
    add_case_no(submit)
    _target(submit)
    tracks = add("tracks", _("state of both tracks into the archive"))
    add_case_no(tracks)
    tracks.add_argument(
        "--attempts", action="store_true", help=_("with every attempt on either track")
    )
    tracks.add_argument(
        "--originals", action="store_true", help=_("with the paper originals that remain")
    )
    _shelve(add("shelve", _("the paper stands on the shelf")))
    _transfers(choice(add("transfer", _("the queue of packages for the archives"))))
    _additions(choice(add("addition", _("material that comes after archiving"))))
    _freezes(choice(add("freeze", _("tracks that stand still because their counts differ"))))
    _archive(choice(add("archive", _("the archive queue, its rules, and the archive's side"))))


def _package(package: Parser) -> None:
    package.add_argument("what", metavar=_("CASE_NO|check"), help=_("case number, or check"))
    package.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"), help=_("with check: the package")
    )
    package.add_argument("--out", type=Path, metavar=_("DIR"), help=_("folder of the results"))
    package.add_argument(
        "--provisional", action="store_true", help=_("before sealing; cannot be submitted")
    )


def _shelve(shelve: Parser) -> None:
    add_case_no(shelve)
    shelve.add_argument("--location", metavar="A库/3/2/4/7/1", help=_("place in the store room"))
    shelve.add_argument(
        "--volume", metavar=_("CODE"), help=_("code on the label of the volume that was scanned")
    )
    shelve.add_argument(
        "--shelf", metavar=_("CODE"), help=_("code on the label of the shelf that was scanned")
    )
    shelve.add_argument(
        "--volumes", type=whole_number, default=1, metavar=_("N"), help=_("volumes counted")
    )
    shelve.add_argument(
        "--pages", type=whole_number, required=True, metavar=_("N"), help=_("pages counted")
    )


def _target(parser: Parser) -> None:
    parser.add_argument(
        "--target", default="archive", metavar=_("NAME"), help=_("archive of the settings")
    )


def _transfers(transfer: Add) -> None:
    queue = transfer("queue", _("put the package of a case into the queue"))
    add_case_no(queue)
    _target(queue)
    _priority(queue)
    listed = transfer("list", _("show the queue"))
    add_case_no(listed, nargs="?", default="")
    listed.add_argument("--open", action="store_true", help=_("only what is not finished"))
    run = transfer("run", _("send what is due"))
    run.add_argument("--transfer", metavar=_("TRANSFER"), help=_("this one, whatever is due"))
    run.add_argument("--forever", action="store_true", help=_("go on until stopped"))
    for name, text in (
        ("pause", _("let a transfer rest, or the whole queue")),
        ("resume", _("let it go on")),
    ):
        parser = transfer(name, text)
        parser.add_argument(
            "transfer", nargs="?", default="", metavar=_("TRANSFER"), help=_("id of the transfer")
        )
        _reason(parser)
    for name, text in (
        ("retry", _("try again at once")),
        ("withdraw", _("take a transfer out of the queue for good")),
    ):
        parser = transfer(name, text)
        _transfer_id(parser)
        _reason(parser, required=name == "withdraw")
    first = transfer("priority", _("let a transfer go before others"))
    _transfer_id(first)
    _priority(first)
    windows = transfer("windows", _("when and how fast packages go to one archive"))
    windows.add_argument("target", metavar=_("NAME"), help=_("archive of the settings"))
    windows.add_argument(
        "windows",
        nargs="*",
        metavar="20:00-06:00[=KB]",
        help=_("hours, and how many kilobytes a second in them"),
    )
    windows.add_argument(
        "--always", action="store_true", help=_("at any hour and as fast as it goes")
    )
    hours = transfer("hours", _("send only within these hours of the day; none: always"))
    hours.add_argument("begin", nargs="?", default="", metavar="20:00", help=_("first minute"))
    hours.add_argument("end", nargs="?", default="", metavar="06:00", help=_("last minute"))


def _transfer_id(parser: Parser) -> None:
    parser.add_argument("transfer", metavar=_("TRANSFER"), help=_("id of the transfer"))


def _priority(parser: Parser) -> None:
    parser.add_argument(
        "--priority",
        type=whole_number,
        default=0,
        metavar=_("N"),
        help=_("0 is plain, higher goes first"),
    )


def _reason(parser: Parser, *, required: bool = False) -> None:
    parser.add_argument(
        "--reason", default="", required=required, metavar=_("TEXT"), help=_("reason")
    )


def _additions(addition: Add) -> None:
    ask = addition("ask", _("ask that material be added to an archived dossier"))
    add_case_no(ask)
    for option, text in (
        ("--content", _("what the material is")),
        ("--department", _("department of the case")),
        ("--judge", _("who handles the case")),
        ("--submitter", _("who brings the material")),
        ("--reason", _("reason")),
    ):
        ask.add_argument(option, required=True, metavar=_("TEXT"), help=text)
    ask.add_argument(
        "--submitted-on", required=True, metavar="2026-11-23", help=_("day it was brought")
    )
    ask.add_argument("--part", choices=["main", "restricted"], default="main", help=_("part"))
    ask.add_argument(
        "--pages", type=whole_number, required=True, metavar=_("N"), help=_("pages of the material")
    )
    approve = addition("approve", _("give the approval that is due"))
    _addition_id(approve)
    approve.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark"))
    refuse = addition("refuse", _("refuse it"))
    _addition_id(refuse)
    _reason(refuse, required=True)
    _addition_id(addition("open", _("open the dossier for the approved material")))
    listed = addition("list", _("the register of later material"))
    add_case_no(listed, nargs="?", default="")
    listed.add_argument("--open", action="store_true", help=_("only what is not finished"))


def _addition_id(parser: Parser) -> None:
    parser.add_argument("addition", metavar=_("ADDITION"), help=_("id of the addition"))


def _freezes(freeze: Add) -> None:
    listed = freeze("list", _("show freezes"))
    add_case_no(listed, nargs="?", default="")
    listed.add_argument("--all", action="store_true", help=_("with those that are settled"))
    settle = freeze("settle", _("sign which count is right"))
    settle.add_argument("freeze", metavar=_("FREEZE"), help=_("id of the freeze"))
    settle.add_argument(
        "--resolution", required=True, choices=RESOLUTIONS, help=_("which count is right")
    )
    _reason(settle, required=True)


def _archive(archive: Add) -> None:
    queue = archive("queue", _("both tracks of every dossier, what blocks it, whose turn it is"))
    queue.add_argument("--all", action="store_true", help=_("with what is archived"))
    rules = archive("rules", _("show or set the rules of both tracks in this court"))
    rules.add_argument("--mode", choices=MODES, help=_("mode of new cases"))
    rules.add_argument(
        "--paper-days", type=whole_number, metavar=_("N"), help=_("days until paper is overdue")
    )
    rules.add_argument(
        "--accepted-check",
        choices=("on", "off"),
        help=_("send only packages whose four-property check a person accepted"),
    )
    mode = archive("mode", _("archive one case in another mode"))
    add_case_no(mode)
    mode.add_argument("mode", choices=MODES, help=_("with paper (dual) or without (single)"))
    recheck = archive("recheck", _("read back again what archives confirmed"))
    add_case_no(recheck, nargs="?", default="")
    _target(archive("probe", _("look whether an archive can be reached and written to")))
    receive = archive("receive", _("the archive's side: take over what was handed over"))
    receive.add_argument(
        "--folder", type=Path, required=True, metavar=_("DIR"), help=_("folder of the archive")
    )
    receive.add_argument(
        "--key", type=Path, required=True, metavar=_("FILE"), help=_("key that signs receipts")
    )
