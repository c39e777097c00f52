"""The commands and their options. Names are fixed by the contract of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.cli.archival_arguments import add_archival
from app.cli.archive_arguments import add_archiving
from app.cli.argument_words import Parser
from app.cli.batch_arguments import add_batch_work
from app.cli.check_arguments import add_check
from app.cli.common_arguments import add_case_no, whole_number
from app.cli.conditioning_arguments import add_conditioning, add_derivatives
from app.cli.court_arguments import add_court
from app.cli.custody_arguments import add_custody
from app.cli.identity_arguments import add_identity
from app.cli.locker_arguments import add_lockers
from app.cli.passport_arguments import add_passport
from app.cli.reading_arguments import add_reading
from app.cli.reading_grant_arguments import add_grant
from app.cli.reading_trace_arguments import add_trace
from app.cli.register_arguments import add_registers
from app.cli.review_arguments import add_review
from app.cli.signing_arguments import add_signing
from app.cli.station_arguments import add_station
from app.cli.template_arguments import add_templates
from app.domain.access import STAFF_ROLES
from app.kernel.translation import translate as _

ENGINES = ("rapidocr", "tesseract")
Add = Callable[[str, str], Parser]


def make_parser() -> Parser:
    """The parser of the whole program; help is in the language that is set."""
    parser = Parser(
        prog="main.py",
        description=_("Dossier digitization workstation; without a command it opens the desktop"),
        parents=[_general(suppress=False)],
    )
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("commands"))

    def add(name: str, text: str) -> Parser:
        return commands.add_parser(
            name, help=text, description=text, parents=[_general(suppress=True)]
        )

    _programs(add)
    _cases(add)
    _scanning(add)
    add_station(add, _choice)
    add_batch_work(add)
    add_conditioning(add)
    add_derivatives(add)
    add_templates(add, _choice)
    add_review(add, _choice)
    add_archiving(add, _choice)
    add_archival(add, _choice)
    _paper(add)
    add_reading(add, _choice)
    add_trace(add)
    add_custody(add, _choice)
    add_identity(add, _choice)
    add_signing(add, _choice)
    add_passport(add, _choice)
    add_court(add, _choice)
    add_registers(add, _choice)
    add_check(add, _choice)
    _system(add)
    return parser


def _general(*, suppress: bool) -> Parser:
    # Options may stand before or behind the command; behind it they must not reset what was
    # given before it.
    default = argparse.SUPPRESS if suppress else None
    general = Parser(add_help=False)
    general.add_argument(
        "--data", type=Path, default=default, metavar=_("DIR"), help=_("data folder")
    )
    general.add_argument(
        "--lang", choices=["zh_CN", "en"], default=default, help=_("language of the answers")
    )
    general.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS if suppress else False,
        help=_("answer with one JSON document"),
    )
    general.add_argument(
        "--as",
        dest="actor",
        default=default,
        metavar=_("NAME"),
        help=_("who gives the command, for the record"),
    )
    return general


def _choice(parser: Parser) -> Callable[[str, str], Parser]:
    """Sub-commands: a function that adds one."""
    what = parser.add_subparsers(
        dest="what", required=True, metavar=_("ACTION"), title=_("actions")
    )

    def add(name: str, text: str) -> Parser:
        return what.add_parser(name, help=text, description=text, parents=[_general(suppress=True)])

    return add


def _programs(add: Add) -> None:
    kiosk = add("kiosk", _("open the review terminal, full screen"))
    kiosk.add_argument("--windowed", action="store_true", help=_("in an ordinary window"))
    kiosk.add_argument(
        "--bundles",
        type=Path,
        metavar=_("DIR"),
        help=_("read the bundles in this folder instead of the database"),
    )
    cabinet = add("cabinet", _("open the touch screen of a cabinet, full screen"))
    cabinet.add_argument("--cabinet", metavar=_("NAME"), help=_("cabinet of the settings"))
    cabinet.add_argument("--windowed", action="store_true", help=_("in an ordinary window"))
    cabinet.add_argument(
        "--rows",
        type=int,
        default=0,
        metavar=_("N"),
        help=_("cells in a column of the cabinet, for the picture of its doors"),
    )
    for name in ("worker", "work"):
        worker = add(name, _("run background jobs until stopped"))
        worker.add_argument("--until-idle", action="store_true", help=_("stop when none is left"))
    demo = add("demo", _("the whole line on the bundled paper dossier"))
    demo.add_argument(
        "--out",
        type=Path,
        default=Path("var/demo"),
        metavar=_("DIR"),
        help=_("folder of the results"),
    )
    demo.add_argument("--no-screenshots", action="store_true", help=_("take no pictures"))


def _cases(add: Add) -> None:
    case = _choice(add("case", _("register and show cases")))
    taken = case("import", _("register the cases of a .xlsx, .csv or .json file"))
    taken.add_argument("file", type=Path, metavar=_("FILE"), help=_("list of cases"))
    add_case_no(case("show", _("show one case")))
    case("list", _("show all cases, the most urgent first"))
    add_case_no(case("history", _("what happened to a case")))
    add_case_no(add("catalogue", _("items, page numbers, roles of sides")))
    _numbering(add("number", _("say which page number stands on a side")))
    _keying(add("keying", _("typing the risky fields of documents twice")))
    _binding(add("bind", _("volumes, page numbers and the papers that are bound in")))
    reconcile = add("reconcile", _("electronic against paper"))
    add_case_no(reconcile)
    reconcile.add_argument(
        "--paper", type=Path, metavar=_("FILE"), help=_("facts of the paper (JSON)")
    )
    flip = add("flip", _("reconcile against the paper being leafed through"))
    _flipping(flip)
    _comparing(add("compare", _("look for alterations of one leaf")))


def _flipping(flip: Parser) -> None:
    add_case_no(flip, nargs="?")
    what = flip.add_mutually_exclusive_group(required=True)
    what.add_argument("--video", metavar=_("FILE"), help=_("video or camera:N"))
    what.add_argument("--state", action="store_true", help=_("which sides were seen so far"))
    what.add_argument("--picture", metavar=_("DIGEST"), help=_("where a kept frame lies"))
    what.add_argument("--cameras", action="store_true", help=_("the cameras of this machine"))


def _comparing(compare: Parser) -> None:
    add_case_no(compare, nargs="?")
    compare.add_argument(
        "--position", type=whole_number, metavar="N", help=_("position of the side")
    )
    compare.add_argument(
        "--image", type=Path, metavar=_("FILE"), help=_("rescan or still of the paper leaf")
    )
    compare.add_argument(
        "--files", type=Path, nargs=2, metavar=_("FILE"), help=_("side and leaf as files instead")
    )
    compare.add_argument(
        "--proof", type=Path, metavar=_("FILE"), help=_("write the picture of what differs there")
    )


def _numbering(number: Parser) -> None:
    add_case_no(number)
    number.add_argument("position", type=int, metavar=_("SIDE"), help=_("position of the side"))
    number.add_argument(
        "number", metavar=_("NUMBER"), help=_("the page number, - when the side bears none")
    )


def _keying(keying: Parser) -> None:
    add_case_no(keying, nargs="?")
    keying.add_argument(
        "--fields",
        metavar=_("FIELDS"),
        help=_("fields that are typed twice: title,date,author, off"),
    )
    keying.add_argument("--item", type=int, metavar="N", help=_("number of the document"))
    keying.add_argument("--part", choices=("main", "restricted"), default="main", help=_("part"))
    keying.add_argument("--title", metavar=_("TEXT"), help=_("title of the document"))
    keying.add_argument("--date", metavar=_("TEXT"), help=_("date of the document"))
    keying.add_argument("--author", metavar=_("TEXT"), help=_("who made the document"))
    keying.add_argument(
        "--settle", action="store_true", help=_("settle what two persons typed differently")
    )


def _binding(bind: Parser) -> None:
    add_case_no(bind)
    bind.add_argument(
        "--anew", action="store_true", help=_("cut volumes anew, whatever is recorded")
    )
    bind.add_argument("--record", action="store_true", help=_("record the volumes"))
    bind.add_argument(
        "--numbered",
        action="store_true",
        help=_("record the volumes and that missing numbers have been stamped on the paper"),
    )
    bind.add_argument(
        "--papers", type=Path, metavar=_("DIR"), help=_("write cover, catalogue, end note, labels")
    )
    bind.add_argument(
        "--copies", action="store_true", help=_("with --papers: also copies with numbers")
    )


def _scanning(add: Add) -> None:
    scan = add("scan", _("scan one batch"))
    add_case_no(scan, nargs="?")
    scan.add_argument(
        "--source",
        metavar=_("SOURCE"),
        help=_("folder:DIR, sane:NAME, escl:URL, twain:NAME, watch:DIR, camera:N, simulated:NAME"),
    )
    scan.add_argument("--profile", default="standard", metavar=_("NAME"), help=_("scan profile"))
    scan.add_argument(
        "--part", choices=["main", "restricted"], default="main", help=_("part of the dossier")
    )
    scan.add_argument(
        "--volume", type=whole_number, default=1, metavar=_("N"), help=_("volume of the dossier")
    )
    scan.add_argument(
        "--by-slips", action="store_true", help=_("a stack with a work slip on every dossier")
    )
    scan.add_argument("--list-sources", action="store_true", help=_("name the devices in reach"))
    inspect = add("inspect", _("inspect images"))
    inspect.add_argument("paths", nargs="*", type=Path, metavar=_("PATH"), help=_("images"))
    inspect.add_argument(
        "--case", dest="case_no", metavar=_("CASE_NO"), help=_("the sides of a case instead")
    )
    inspect.add_argument(
        "--again", action="store_true", help=_("with --case: try failed sides once more")
    )
    inspect.add_argument(
        "--order",
        choices=("position", "deviation"),
        default="position",
        help=_("what comes first: the first side, or the one most unlike the others"),
    )
    ocr = add("ocr", _("recognise text"))
    ocr.add_argument("paths", nargs="+", type=Path, metavar=_("PATH"), help=_("images"))
    ocr.add_argument("--engine", choices=ENGINES, default="rapidocr", help=_("engine"))
    digitize = add("digitize", _("convert a folder of scans without a window"))
    digitize.add_argument("folder", type=Path, metavar=_("DIR"), help=_("folder of scans"))
    digitize.add_argument(
        "--facts", type=Path, required=True, metavar=_("FILE"), help=_("facts of the case (JSON)")
    )
    digitize.add_argument(
        "--out", type=Path, required=True, metavar=_("DIR"), help=_("folder of the results")
    )
    digitize.add_argument("--engine", choices=ENGINES, default=None, help=_("engine"))
    search = add("search", _("full text over all dossiers"))
    search.add_argument("text", metavar=_("TEXT"), help=_("words to look for"))


def _paper(add: Add) -> None:
    add_lockers(add, _choice)
    add_grant(add)
    reader = add("reader", _("what a reader may see"))
    reader.add_argument("code", metavar=_("CODE"), help=_("reading code"))
    reader.add_argument(
        "--page", type=whole_number, metavar=_("N"), help=_("write this page, with its watermark")
    )
    reader.add_argument("--out", type=Path, metavar=_("FILE"), help=_("where to write the page"))


def _people(person: Add) -> None:
    person("list", _("who works here"))
    for name, text in (
        ("add", _("let somebody sign in")),
        ("role", _("give somebody another role")),
        ("pin", _("give somebody a new PIN")),
        ("retire", _("let somebody sign in no more")),
    ):
        action = person(name, text)
        action.add_argument("name", metavar=_("NAME"), help=_("name of the person"))
        if name in ("add", "role"):
            action.add_argument("--role", required=True, choices=STAFF_ROLES, help=_("role"))


def _system(add: Add) -> None:
    _people(_choice(add("person", _("people who work here"))))
    _choice(add("audit", _("the record of what happened")))("verify", _("check the audit chain"))
    _choice(add("db", _("the database")))("upgrade", _("bring it to this version, after a copy"))
    add("fixity", _("read all masters again and compare their digests"))
    add("doctor", _("say what this machine lacks, with remedies"))
