"""The commands around keys and signatures: `secret`, `sign`, `signature`, `copy`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.cli.common_arguments import add_case_no
from app.kernel.translation import translate as _
from app.services.signing import DEFAULT_SEAL

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_signing(add: Add, choice: Choice) -> None:
    """Add `secret`, `sign`, `signature` and `copy`."""
    secret = choice(add("secret", _("passwords and keys of this station, which no settings hold")))
    secret("list", _("show the names of the secrets"))
    kept = secret("set", _("keep a secret; it is read from the terminal or standard input"))
    kept.add_argument("name", metavar=_("NAME"), help=_("name of the secret"))
    removed = secret("remove", _("remove a secret"))
    removed.add_argument("name", metavar=_("NAME"), help=_("name of the secret"))
    add_case_no(add("sign", _("sign the manifest of a package")))
    shown = choice(add("signature", _("signatures and what they are worth")))(
        "show", _("judge the signatures of a package, a PDF file or a manifest")
    )
    shown.add_argument(
        "path", metavar=_("PATH|CASE_NO"), help=_("package, PDF file, manifest, or case number")
    )
    _copying(add("copy", _("a sealed and signed copy of pages of a sealed dossier")))


def _copying(copy: Parser) -> None:
    add_case_no(copy)
    copy.add_argument("--pages", required=True, metavar="1-5,9", help=_("pages of the main part"))
    copy.add_argument(
        "--out", type=Path, required=True, metavar=_("FILE"), help=_("PDF file to write")
    )
    copy.add_argument(
        "--seal",
        default=DEFAULT_SEAL,
        metavar=_("TEXT"),
        help=_("what the seal says; that it agrees with the original without it"),
    )
