"""The commands of batch work: sheet arithmetic, insertions and rescans, putting sides in order."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
PARTS = ("main", "restricted")


def add_batch_work(add: Add) -> None:
    """Add `sheets`, `miss`, `insert`, `rescan`, `held`, `arrange`, `select`, `versions` and
    `resumption`."""
    _counting(add)
    _feeding(add)
    _ordering(add)


def _counting(add: Add) -> None:
    sheets = _of_case(add("sheets", _("sheet arithmetic: declared sheets against sides")))
    _number(sheets, "--declare", _("sheets of paper that were handed in"))
    sheets.add_argument("--undeclare", action="store_true", help=_("take the declared number back"))
    _part(sheets)
    miss = _of_case(add("miss", _("sheets that are not scanned, with the reason")))
    _number(miss, "--sheets", _("sheets of paper that are missed"))
    _number(miss, "--after", _("position of the side ahead; 0 is the beginning"))
    miss.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))
    miss.add_argument("--withdraw", metavar=_("ID"), help=_("take a recorded miss back"))
    _part(miss)


def _feeding(add: Add) -> None:
    insert = _of_case(add("insert", _("scan sheets that belong behind a side")))
    _number(insert, "--after", _("position of the side ahead; 0 is the beginning"), required=True)
    _source(insert)
    insert.add_argument(
        "--sheets",
        type=whole_number,
        default=0,
        metavar=_("N"),
        help=_("sheets to feed; without it until the feeder is empty"),
    )
    rescan = _of_case(add("rescan", _("scan sheets again that are in the dossier")))
    rescan.add_argument(
        "--position",
        dest="positions",
        type=whole_number,
        nargs="+",
        required=True,
        metavar=_("N"),
        help=_("positions of the sides"),
    )
    _source(rescan)
    rescan.add_argument(
        "--page-only", action="store_true", help=_("these sides alone, not their whole sheets")
    )
    held = _of_case(add("held", _("insertions and rescans that wait for a decision")))
    decision = held.add_mutually_exclusive_group()
    decision.add_argument("--accept", metavar=_("BATCH"), help=_("put the sides into the dossier"))
    decision.add_argument("--reject", metavar=_("BATCH"), help=_("leave the sides out"))
    held.add_argument(
        "--although",
        default="",
        metavar=_("TEXT"),
        help=_("why pages are replaced that are not surely the same"),
    )
    held.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))
    resumption = _of_case(add("resumption", _("where an interrupted batch goes on")))
    resumption.add_argument(
        "--go-on", action="store_true", help=_("go on with it, from the source it came from")
    )
    resumption.add_argument(
        "--end", metavar=_("BATCH"), help=_("declare the batch complete as it is")
    )
    resumption.add_argument("--reason", default="", metavar=_("TEXT"), help=_("reason"))


def _ordering(add: Add) -> None:
    arrange = _of_case(add("arrange", _("turn, mark and move sides")))
    which = arrange.add_mutually_exclusive_group()
    which.add_argument("--sides", default="", metavar="1-5,9", help=_("positions of the sides"))
    which.add_argument("--select", metavar=_("WHAT"), help=_("sides by what is known of them"))
    what = arrange.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--turn",
        type=whole_number,
        choices=[90, 180, 270],
        metavar="90|180|270",
        help=_("turn clockwise"),
    )
    what.add_argument(
        "--move", type=whole_number, metavar=_("N"), help=_("move behind this position")
    )
    what.add_argument(
        "--to-item", type=whole_number, metavar=_("N"), help=_("move to the end of this item")
    )
    what.add_argument("--blank", choices=["yes", "no"], help=_("mark as blank, or not"))
    what.add_argument("--separator", choices=["yes", "no"], help=_("mark as separator, or not"))
    what.add_argument("--undo", action="store_true", help=_("take back the last edit"))
    what.add_argument("--redo", action="store_true", help=_("make the edit again"))
    select = _of_case(add("select", _("sides by what is known of them")))
    select.add_argument(
        "selection",
        metavar=_("WHAT"),
        help=_("odd, even, front, back, blank, unread, unnumbered, open or the code of a finding"),
    )
    versions = _of_case(add("versions", _("earlier scans of a side")))
    _number(versions, "--position", _("position of the side"), required=True)


def _of_case(parser: Parser) -> Parser:
    add_case_no(parser)
    return parser


def _number(parser: Parser, option: str, text: str, *, required: bool = False) -> None:
    parser.add_argument(option, type=whole_number, required=required, metavar=_("N"), help=text)


def _part(parser: Parser) -> None:
    parser.add_argument("--part", choices=PARTS, default="main", help=_("part of the dossier"))


def _source(parser: Parser) -> None:
    parser.add_argument(
        "--source", required=True, metavar=_("SOURCE"), help=_("source as scan takes it")
    )
    parser.add_argument("--profile", default="standard", metavar=_("NAME"), help=_("scan profile"))
