"""The commands and their options. Names are fixed by the contract of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.kernel.translation import translate as _

GENERAL = ("data", "lang", "json", "actor")


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole program; help is in the language that is set."""
    general = _general(suppress=True)
    parser = argparse.ArgumentParser(
        prog="main.py",
        description=_("Dossier digitization workstation"),
        parents=[_general(suppress=False)],
    )
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"))

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[general])

    add("kiosk", _("open the review terminal, full screen"))
    for name in ("worker", "work"):
        worker = add(name, _("run background jobs until stopped"))
        worker.add_argument("--until-idle", action="store_true", help=_("stop when none is left"))
    demo = add("demo", _("the whole line on the bundled paper dossier"))
    demo.add_argument("--out", type=Path, default=Path("var/demo"))
    demo.add_argument("--no-screenshots", action="store_true")
    _cases(add, general)
    _scanning(add)
    _archiving(add)
    _paper(add, general)
    add("audit", _("check the audit chain")).add_argument("what", choices=["verify"])
    add("db", _("bring the database to this version")).add_argument("what", choices=["upgrade"])
    add("fixity", _("read all masters again and compare their digests"))
    add("doctor", _("say what this machine lacks, with remedies"))
    search = add("search", _("full text over all dossiers"))
    search.add_argument("text")
    return parser


def _general(*, suppress: bool) -> argparse.ArgumentParser:
    # Options may stand before or behind the command; behind it they must not reset what was
    # given before it.
    default = argparse.SUPPRESS if suppress else None
    general = argparse.ArgumentParser(add_help=False)
    general.add_argument("--data", type=Path, default=default, help=_("data folder"))
    general.add_argument("--lang", choices=["zh_CN", "en"], default=default)
    general.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS if suppress else False,
        help=_("answer with one JSON document"),
    )
    general.add_argument("--as", dest="actor", default=default, help=_("who gives the command"))
    return general


def _cases(add, general) -> None:  # type: ignore[no-untyped-def]
    case = add("case", _("register and show cases"))
    what = case.add_subparsers(dest="what", required=True)
    one = what.add_parser("import", parents=[general], help=_("from .xlsx, .csv or .json"))
    one.add_argument("file", type=Path)
    show = what.add_parser("show", parents=[general], help=_("one case"))
    show.add_argument("case_no")
    what.add_parser("list", parents=[general], help=_("all cases"))
    catalogue = add("catalogue", _("items, page numbers, roles of sides"))
    catalogue.add_argument("case_no")
    reconcile = add("reconcile", _("electronic against paper"))
    reconcile.add_argument("case_no")
    reconcile.add_argument("--paper", type=Path, help=_("facts of the paper"))
    flip = add("flip", _("reconcile against the paper being leafed through"))
    flip.add_argument("case_no")
    flip.add_argument("--video", required=True)


def _scanning(add) -> None:  # type: ignore[no-untyped-def]
    scan = add("scan", _("one batch"))
    scan.add_argument("case_no", nargs="?")
    scan.add_argument("--source", help="folder:DIR, sane:NAME, simulated:NAME")
    scan.add_argument("--profile", default="standard")
    scan.add_argument("--part", choices=["main", "restricted"], default="main")
    scan.add_argument("--volume", type=int, default=1)
    scan.add_argument("--list-sources", action="store_true")
    inspect = add("inspect", _("image inspection"))
    inspect.add_argument("paths", nargs="*", type=Path)
    inspect.add_argument("--case", dest="case_no")
    ocr = add("ocr", _("recognise text"))
    ocr.add_argument("paths", nargs="+", type=Path)
    ocr.add_argument("--engine", choices=["rapidocr", "tesseract"], default="rapidocr")
    digitize = add("digitize", _("bulk conversion of a folder of scans"))
    digitize.add_argument("folder", type=Path)
    digitize.add_argument("--facts", type=Path, required=True)
    digitize.add_argument("--out", type=Path, required=True)
    digitize.add_argument("--engine", choices=["rapidocr", "tesseract"], default=None)


def _archiving(add) -> None:  # type: ignore[no-untyped-def]
    seal = add("seal", _("freeze the dossier"))
    seal.add_argument("case_no")
    returned = add("return", _("send a sealed dossier back to the desk"))
    returned.add_argument("case_no")
    returned.add_argument("--reason", required=True)
    package = add("package", _("build or check an archival package"))
    package.add_argument("what", help=_("case number, or check"))
    package.add_argument("path", nargs="?", type=Path)
    package.add_argument("--out", type=Path)
    package.add_argument("--provisional", action="store_true")
    submit = add("submit", _("electronic track"))
    submit.add_argument("case_no")
    submit.add_argument("--target", default="archive")
    tracks = add("tracks", _("state of both tracks"))
    tracks.add_argument("case_no")
    shelve = add("shelve", _("paper track: the dossier stands on the shelf"))
    shelve.add_argument("case_no")
    shelve.add_argument("--location", required=True, help="A库/3/2/4/7/1")
    shelve.add_argument("--volumes", type=int, default=1)
    shelve.add_argument("--pages", type=int, required=True)


def _paper(add, general) -> None:  # type: ignore[no-untyped-def]
    locker = add("locker", _("cells of the cabinets"))
    locker.add_argument("what", choices=["cells"])
    locker.add_argument("--cabinet")
    handoff = add("handoff", _("hand paper over through a locker"))
    what = handoff.add_subparsers(dest="what", required=True)
    listed = what.add_parser("list", parents=[general])
    listed.add_argument("case_no", nargs="?")
    offer = what.add_parser("offer", parents=[general])
    offer.add_argument("case_no")
    offer.add_argument("--to", required=True)
    offer.add_argument("--cabinet")
    offer.add_argument("--volumes", type=int, default=1)
    offer.add_argument("--pages", type=int)
    deposit = what.add_parser("deposit", parents=[general])
    deposit.add_argument("handoff")
    collect = what.add_parser("collect", parents=[general])
    collect.add_argument("handoff")
    collect.add_argument("--code", required=True)
    acknowledge = what.add_parser("acknowledge", parents=[general])
    acknowledge.add_argument("handoff")
    acknowledge.add_argument("--volumes", type=int, required=True)
    acknowledge.add_argument("--pages", type=int)
    grant = add("grant", _("let a reader see pages of a sealed main part"))
    grant.add_argument("case_no")
    grant.add_argument("--reader", required=True)
    grant.add_argument("--certificate", required=True)
    grant.add_argument("--pages", default="", help="1-5,9")
    grant.add_argument("--days", type=int, default=1)
    grant.add_argument("--prints", type=int, default=0)
    reader = add("reader", _("what a reader may see"))
    reader.add_argument("code")
    reader.add_argument("--page", type=int)
    reader.add_argument("--out", type=Path)
