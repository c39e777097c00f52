"""The commands `condition` and `derivatives`: pictures by recipes over the untouched masters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no, whole_number
from app.kernel.translation import translate as _
from app.services.derivatives import FORMATS

Add = Callable[[str, str], Parser]


def add_conditioning(add: Add) -> None:
    """Add `condition`."""
    parser = add("condition", _("straighten, crop and clean pictures; the originals stay"))
    add_case_no(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sides", default="", metavar="1-5,9", help=_("positions of the sides"))
    which.add_argument("--select", metavar=_("WHAT"), help=_("sides by what is known of them"))
    parser.add_argument(
        "--deskew", metavar="auto|off|DEG", help=_("take a clockwise tilt out, in degrees")
    )
    parser.add_argument(
        "--crop",
        metavar="auto|off|X0,Y0,X1,Y1",
        help=_("cut to the paper with its margin, or to a box in pixels"),
    )
    parser.add_argument("--border", choices=["auto", "off"], help=_("fill the bed of the scanner"))
    parser.add_argument("--holes", choices=["auto", "off"], help=_("fill punched holes"))
    parser.add_argument(
        "--clean",
        choices=["archive", "reading", "off"],
        help=_("clean up: what the scanner made; for reading, the paper as well"),
    )
    parser.add_argument("--colour", choices=["colour", "gray", "bitonal"], help=_("colour mode"))
    parser.add_argument(
        "--like", type=whole_number, metavar=_("N"), help=_("as the side at this position")
    )
    parser.add_argument(
        "--proposed", action="store_true", help=_("what measures and findings propose")
    )
    parser.add_argument("--clear", action="store_true", help=_("show the pictures as scanned"))


def add_derivatives(add: Add) -> None:
    """Add `derivatives`."""
    parser = add("derivatives", _("write the conditioned pictures in full into a folder"))
    add_case_no(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar=_("DIR"), help=_("an empty or new folder")
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sides", default="", metavar="1-5,9", help=_("positions of the sides"))
    which.add_argument("--select", metavar=_("WHAT"), help=_("sides by what is known of them"))
    parser.add_argument(
        "--format", choices=list(FORMATS), default="jpeg", help=_("format of the pictures")
    )
