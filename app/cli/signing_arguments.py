"""The commands around keys and signatures: `secret`."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]


def add_signing(add: Add, choice: Choice) -> None:
    """Add `secret`."""
    secret = choice(add("secret", _("passwords and keys of this station, which no settings hold")))
    secret("list", _("show the names of the secrets"))
    kept = secret("set", _("keep a secret; it is read from the terminal or standard input"))
    kept.add_argument("name", metavar=_("NAME"), help=_("name of the secret"))
    removed = secret("remove", _("remove a secret"))
    removed.add_argument("name", metavar=_("NAME"), help=_("name of the secret"))
