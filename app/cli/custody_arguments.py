"""The commands around custody: `custody`, `label`, `stock`, `code`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.domain.stock import CELLS, SHELF
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_custody(add: Add, choice: Choice) -> None:
    """Add `custody`, `label`, `stock` and `code`."""
    custody = choice(add("custody", _("where the paper is, and how it came there")))
    add_case_no(custody("ledger", _("holder, place and page count of every volume")))
    add_case_no(custody("timeline", _("everything that happened to the paper of a case")))
    _labels(choice(add("label", _("labels with codes for volumes, cells and shelves"))))
    _stock(choice(add("stock", _("count what lies in cells or stands on shelves"))))
    code = add("code", _("what a code stands for, and where that is now"))
    what = code.add_mutually_exclusive_group(required=True)
    what.add_argument("code", nargs="?", metavar=_("CODE"), help=_("code as a reader types it"))
    what.add_argument(
        "--picture", type=Path, metavar=_("FILE"), help=_("read the codes on this picture")
    )


def _labels(label: Add) -> None:
    volumes = label("volumes", _("print the labels of the volumes of a case"))
    add_case_no(volumes)
    volumes.add_argument("--part", choices=["main", "restricted"], default="", help=_("part"))
    volumes.add_argument("--volume", type=whole_number, metavar=_("N"), help=_("this volume alone"))
    cells = label("cells", _("print the labels of the cells of a cabinet"))
    cells.add_argument("--cabinet", metavar=_("NAME"), help=_("cabinet of the settings"))
    cells.add_argument("--cells", default="", metavar="1-5,9", help=_("cells, all without it"))
    shelves = label("shelves", _("print the labels of shelves"))
    shelves.add_argument(
        "shelves", nargs="+", metavar="A库/3/2/1-5", help=_("shelves, with ranges of numbers")
    )
    for printed in (volumes, cells, shelves):
        printed.add_argument(
            "--out", type=Path, required=True, metavar=_("FILE"), help=_("PDF file to write")
        )
        printed.add_argument(
            "--single", action="store_true", help=_("one label to a page of 100 by 62 mm")
        )


def _stock(stock: Add) -> None:
    begin = stock("begin", _("begin to count"))
    begin.add_argument("kind", choices=[CELLS, SHELF], help=_("cells of a cabinet, or shelves"))
    begin.add_argument(
        "place", metavar=_("PLACE"), help=_("cabinet, or the beginning of a shelf label")
    )
    count = stock("count", _("take a scanned code into the count"))
    _take(count)
    count.add_argument("code", metavar=_("CODE"), help=_("code of a volume, a cell or a shelf"))
    count.add_argument("--place", default="", metavar=_("PLACE"), help=_("where it lies"))
    count.add_argument(
        "--unreadable", action="store_true", help=_("its label cannot be read; CODE describes it")
    )
    close = stock("close", _("end the count and tell what differs"))
    _take(close)
    close.add_argument("--remark", default="", metavar=_("TEXT"), help=_("remark for the record"))
    listed = stock("list", _("show stock-takes"))
    listed.add_argument("--open", action="store_true", help=_("only those that are not closed"))
    _take(stock("show", _("show one stock-take")))


def _take(parser: Parser) -> None:
    parser.add_argument("take", metavar=_("STOCK_TAKE"), help=_("id of the stock-take"))
