"""The commands around dossier passports: `passport` and `verify`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_passport(add: Add, choice: Choice) -> None:
    """Add `passport` and `verify`."""
    passport = choice(add("passport", _("one signed file by which a stranger proves a dossier")))
    issued = passport("issue", _("issue a passport of the newest sealed package"))
    issued.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
    issued.add_argument("--out", type=Path, metavar=_("FILE"), help=_("write a copy there"))
    printed = passport("print", _("print the newest passport with its QR code"))
    printed.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
    printed.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=_("the PDF"))
    listed = passport("list", _("show the passports of a case"))
    listed.add_argument("case_no", metavar=_("CASE_NO"), help=_("case number"))
    verified = add("verify", _("prove a package and its passport with nothing but their files"))
    verified.add_argument(
        "package", type=Path, metavar=_("PACKAGE"), help=_("folder of a package, or its ZIP")
    )
    verified.add_argument(
        "--passport", type=Path, metavar=_("FILE"), help=_("a passport that lies elsewhere")
    )
    verified.add_argument("--code", default="", help=_("what the QR code of a passport says"))
    verified.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar=_("CERTIFICATE"),
        help=_("certificate of the court (file), or its SHA-256 fingerprint"),
    )
