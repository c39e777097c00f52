"""The language of argparse itself: its messages come from the catalogue of the program.

argparse asks the gettext of its own module, whose catalogues would have to be installed in the
system; the two functions it asks are replaced by the translation of this process.
"""

from __future__ import annotations

import argparse
from typing import Any

from app.kernel.translation import translate


def N_(text: str) -> str:  # noqa: N802 - the mark by which texts are collected for translation
    """Mark a text for the catalogue."""
    return text


# What argparse may show to a person; what only a programmer can cause stays as it is.
MESSAGES = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("unrecognized arguments: %s"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("expected %s argument"),
    N_("expected %s arguments"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
)


class Misused(Exception):
    """The arguments do not fit; `reason` says why and `usage` how it is done."""

    def __init__(self, reason: str, usage: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """A parser that raises `Misused` instead of ending the process."""

    def __init__(self, **options: Any) -> None:
        _speak()
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> Any:
        """See `argparse.ArgumentParser.error`."""
        raise Misused(message, self.format_usage())


def _speak() -> None:
    module: Any = argparse
    module._ = translate
    module.ngettext = lambda one, many, count: translate(one if count == 1 else many)
