"""The commands around who somebody is and how she is told: `card`, `pass`, `notice`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.argument_words import Parser
from app.kernel.translation import translate as _

Add = Callable[[str, str], Parser]
Choice = Callable[[Parser], Add]

NOTICE_STATES = ("queued", "sent", "failed", "dropped")


def add_identity(add: Add, choice: Choice) -> None:
    """Add `card`, `pass` and `notice`."""
    card = choice(add("card", _("staff cards, and the reader for ID cards")))
    listed = card("list", _("show the cards"))
    listed.add_argument("--person", default="", metavar=_("NAME"), help=_("of this person alone"))
    added = card("add", _("let a card stand for a person; its number is read from the reader"))
    added.add_argument("person", metavar=_("NAME"), help=_("name of the person"))
    revoked = card("revoke", _("take a card out of use"))
    revoked.add_argument("card", metavar=_("CARD"), help=_("id of the card"))
    card("try", _("read the ID card on the reader, to see whether it works"))
    made = choice(add("pass", _("what opens a hand-off, for a person without a message")))
    qr = made("qr", _("write the QR code for the receiver"))
    _handoff(qr)
    qr.add_argument("--out", type=Path, metavar=_("FILE"), help=_("PNG file to write"))
    _handoff(made("deposit", _("a new deposit code for the giver")))
    notice = choice(add("notice", _("messages to people")))
    waiting = notice("list", _("show messages and how they fared"))
    waiting.add_argument("--handoff", default="", metavar=_("HANDOFF"), help=_("of this hand-off"))
    waiting.add_argument(
        "--state", choices=NOTICE_STATES, default="", help=_("those in this state alone")
    )
    notice("deliver", _("send what waits"))
    again = notice("retry", _("queue a failed message again"))
    again.add_argument("notice", metavar=_("MESSAGE"), help=_("id of the message"))


def _handoff(parser: Parser) -> None:
    parser.add_argument("handoff", metavar=_("HANDOFF"), help=_("id of the hand-off"))
