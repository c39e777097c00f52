"""`card`, `pass`, `notice`: who somebody is at a cabinet, and how she is told."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.words import yes_no
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.locker_views import NoticeView
from app.services.workstation import Workstation
from app.words.locker import channel_word, notice_state_word, notice_word


def run_card(call: Call, workstation: Workstation) -> Answer:
    """`card list|add|revoke|try`. The number of a card is read from the terminal or from standard
    input, never from the command line, where others could read it."""
    arguments, person = call.arguments, ""
    if arguments.what == "try":
        tail = workstation.try_identity_reader(call.actor)
        line = _("The reader works; the number of the card ends with {tail}").format(tail=tail)
        return Answer(record={"tail": tail}, lines=[line])
    if arguments.what == "add":
        workstation.add_card(call.actor, arguments.person, _card_number())
        person = arguments.person
    elif arguments.what == "revoke":
        person = workstation.revoke_card(call.actor, arguments.card).person
    else:
        person = arguments.person
    cards = workstation.cards(person)
    rows = [(card.id, card.person, card.added_at, yes_no(card.revoked)) for card in cards]
    heads = (_("Card"), _("Name"), _("Added"), _("Revoked"))
    lines = table(rows, heads) if rows else [_("No card is registered")]
    return Answer(record={"cards": records.plain(cards)}, lines=lines)


def changes_cards(arguments: Any) -> bool:
    """Whether a call of `card` changes something."""
    return bool(arguments.what in ("add", "revoke"))


def run_pass(call: Call, workstation: Workstation) -> Answer:
    """`pass qr|deposit HANDOFF`."""
    arguments = call.arguments
    if arguments.what == "deposit":
        code = workstation.new_deposit_code(call.actor, arguments.handoff)
        line = _("Deposit code: {code}").format(code=code)
        return Answer(record={"code": code}, lines=[line])
    if arguments.out is not None:
        workstation.print_handoff_pass(call.actor, arguments.handoff, arguments.out)
        return Answer(record={"written": str(arguments.out)}, lines=[str(arguments.out)])
    text = workstation.handoff_pass(call.actor, arguments.handoff)
    return Answer(record={"text": text}, lines=[text])


def run_notice(call: Call, workstation: Workstation) -> Answer:
    """`notice list|deliver|retry`."""
    arguments = call.arguments
    if arguments.what == "deliver":
        sent, failed = workstation.deliver_notices(call.actor)
        line = _("Messages sent: {sent}, not sent: {failed}").format(sent=sent, failed=failed)
        return Answer(record={"sent": sent, "failed": failed}, lines=[line])
    if arguments.what == "retry":
        notices = [workstation.retry_notice(call.actor, arguments.notice)]
    else:
        notices = workstation.notices(arguments.handoff, state=arguments.state)
    heads = (_("Message"), _("About"), _("By"), _("To"), _("State"), _("Tries"), _("Reason"))
    lines = table([_row(notice) for notice in notices], heads) if notices else [_("No message")]
    return Answer(record={"notices": records.plain(notices)}, lines=lines)


def changes_notices(arguments: Any) -> bool:
    """Whether a call of `notice` changes something."""
    return bool(arguments.what != "list")


def _row(notice: NoticeView) -> tuple[object, ...]:
    fault = {"code": notice.fault, "parameters": notice.fault_parameters}
    return (
        notice.id,
        notice_word(notice.kind),
        channel_word(notice.channel),
        notice.address,
        notice_state_word(notice.state),
        notice.attempts,
        describe(fault, current_language()).message if notice.fault else "",
    )


def _card_number() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_("Hold the card to the reader: "))
    return sys.stdin.readline().strip()
