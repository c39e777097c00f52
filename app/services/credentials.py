"""Collection codes, deposit codes and signed QR codes of hand-offs.

A code is two digits that find the hand-off at its cabinet (the locator) and six secret ones; only
the scrypt hash of all eight is kept. A QR code is the id of the hand-off, a nonce and an HMAC. Both
are bound to one hand-off and its cabinet, end at a moment, and are of no use once the paper was
collected. A new code ends the one before, and the QR code with it.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from typing import Any

import attrs
from attrs import frozen

from app.domain.custody import HandOff
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services.carried_identity import digest_of_number
from app.services.code_guesses import count_guess, require_not_paused
from app.services.context import Context
from app.services.hand_keys import CARD, QR, keyed_digest, short_mac
from app.services.ports import Transaction
from app.services.secrets import hash_secret, matches, new_code
from app.services.trusted_clock import require_true_clock

LOCATOR_DIGITS, SECRET_DIGITS, TRIES = 2, 6, 5
QR_PREFIX = "JZ2:"
COLLECT, DEPOSIT = "collect", "deposit"

# While these last, a code stands for something; in the others it was used or taken back.
BEFORE_DEPOSIT = ("reserved", "depositing")
IN_CELL = ("deposited", "notified", "overdue", "collecting")
LIVE_STATES = (*BEFORE_DEPOSIT, *IN_CELL, "fault")

_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK = "10X98765432"  # GB 11643, ISO 7064 mod 11-2


@frozen(kw_only=True)
class Found:
    """The hand-off a code or QR stands for, and what it permits: "collect" or "deposit"."""

    hand_off: HandOff
    purpose: str


def new_collection_code(tx: Transaction, cabinet: str) -> tuple[str, str, str, str]:
    """(locator, code of eight digits, its hash, its salt). The locator is one that no open
    hand-off of the cabinet has, and rather one that was never used there or not for long, so that
    somebody with an old code does not use up the tries of somebody else."""
    locator = _free_locator(tx, cabinet)
    return (locator, *code_for(locator))


def code_for(locator: str) -> tuple[str, str, str]:
    """(code, hash, salt) of a new secret behind a locator; deposit codes are made so, too."""
    code = locator + new_code(SECRET_DIGITS)
    return (code, *hash_secret(code))


def new_nonce() -> str:
    """What makes one QR code of a hand-off differ from the next."""
    return secrets.token_hex(8)


def with_new_code(tx: Transaction, hand_off: HandOff) -> tuple[HandOff, str]:
    """The hand-off with a new collection code and nonce and all its tries, and the code; the
    caller writes it, with its audit record."""
    locator = hand_off.code_locator or _free_locator(tx, hand_off.cabinet)
    code, code_hash, salt = code_for(locator)
    changed = attrs.evolve(
        hand_off,
        code_locator=locator,
        code_hash=code_hash,
        code_salt=salt,
        tries_left=TRIES,
        nonce=new_nonce(),
    )
    return changed, code


def with_new_deposit_code(tx: Transaction, hand_off: HandOff) -> tuple[HandOff, str]:
    """The hand-off with a new deposit code for its giver, and that code (STANDARDS 7.3)."""
    locator = hand_off.code_locator or _free_locator(tx, hand_off.cabinet)
    code, code_hash, salt = code_for(locator)
    changed = attrs.evolve(
        hand_off,
        code_locator=locator,
        deposit_code_hash=code_hash,
        deposit_code_salt=salt,
        deposit_tries_left=TRIES,
    )
    return changed, code


def check_code(
    context: Context, hand_off: HandOff, text: str, *, purpose: str = COLLECT, actor: str = ""
) -> None:
    """Let the holder of this code pass, or count the try, on record and for good.

    Raises Refused HND-104 (wrong; `tries` left), HND-105 (no tries left), IDN-102 (the cabinet
    takes no codes for some minutes), IDN-103 (its time is over), IDN-104 (used before or taken
    back), LCK-118 (the clock went back: no time of a code can be judged).
    """
    require_true_clock(context)
    now = timestamp(context.clock.now())
    with context.storage.write() as tx:
        require_not_paused(tx, hand_off.cabinet, now)
        current = tx.hand_offs.get(hand_off.id)
        if _tries(current, purpose) <= 0:
            raise Refused("HND-105")
        if not _fits(current, purpose, code_digits(text)):
            left = _one_try_less(tx, current, purpose, actor)
            count_guess(tx, context, current.cabinet)
            tx.commit()
            raise Refused("HND-104", tries=left) if left else Refused("HND-105")
        _require_valid(current, now)


def find_by_code(context: Context, cabinet: str, text: str) -> Found:
    """The hand-off at this cabinet that a code stands for.

    Raises Refused IDN-101 (no such code here), IDN-108 (nothing was laid in yet), IDN-111 (an
    administrator has to look into it first), and what `check_code` raises.
    """
    require_true_clock(context)
    now, digits = timestamp(context.clock.now()), code_digits(text)
    with context.storage.write() as tx:
        require_not_paused(tx, cabinet, now)
        named = tx.hand_offs.find(cabinet=cabinet, code_locator=digits[:LOCATOR_DIGITS] or "?")
        live = [hand_off for hand_off in named if hand_off.state in LIVE_STATES]
        for hand_off in live:
            for purpose in _purposes(hand_off):
                if _tries(hand_off, purpose) > 0 and _fits(hand_off, purpose, digits):
                    _require_valid(hand_off, now)
                    return _usable(hand_off, purpose)
        _refuse_used(named, digits)
        lefts = [
            _one_try_less(tx, hand_off, _purposes(hand_off)[0], cabinet)
            for hand_off in live
            if _tries(hand_off, _purposes(hand_off)[0]) > 0
        ]
        if live and not lefts:
            raise Refused("HND-105")
        if not live:
            tx.audit.record(cabinet, "code_unknown", cabinet)
        count_guess(tx, context, cabinet)
        tx.commit()
    if not live:
        raise Refused("IDN-101", cabinet=cabinet)
    left = max(lefts, default=0)
    raise Refused("HND-104", tries=left) if left else Refused("HND-105")


def qr_text(context: Context, hand_off: HandOff) -> str:
    """The text of the QR code that stands for the hand-off as long as its nonce does."""
    return f"{QR_PREFIX}{hand_off.id}:{hand_off.nonce}:{_signature(context, hand_off)}"


def find_by_qr(context: Context, cabinet: str, text: str) -> Found:
    """The hand-off that a QR code stands for.

    Raises Refused IDN-106 (none of ours, or changed), IDN-105 (of another cabinet), IDN-104 (used
    before or replaced), IDN-103 (its time is over), IDN-108, IDN-111, IDN-102 and LCK-118.
    """
    require_true_clock(context)
    now = timestamp(context.clock.now())
    with context.storage.write() as tx:
        require_not_paused(tx, cabinet, now)
        signed = _signed(tx, context, text)
        if signed is None:
            tx.audit.record(cabinet, "code_unknown", cabinet)
            count_guess(tx, context, cabinet)
            tx.commit()
            raise Refused("IDN-106")
    hand_off, nonce = signed
    if hand_off.cabinet != cabinet:
        raise Refused("IDN-105", cabinet=hand_off.cabinet)
    if hand_off.nonce != nonce:
        raise Refused("IDN-104")
    _require_valid(hand_off, now)
    return _usable(hand_off, COLLECT)


def card_digest(context: Context, number: str) -> str:
    """What is kept of a staff card. Raises BadInput IDN-115 when this is no card number."""
    return card_digest_by(context.hand_key(), number)


def card_digest_by(master: bytes, number: str) -> str:
    """`card_digest` with the secret of the data folder in hand, where there is no context."""
    return keyed_digest(master, CARD, _document_number(number))


def identity_digest(context: Context, number: str) -> str:
    """What is kept of an ID number. Raises BadInput IDN-115 when it is none, for instance because
    its check digit is wrong (GB 11643)."""
    plain = _document_number(number)
    if re.fullmatch(r"\d{17}[\dX]", plain):
        total = sum(
            int(digit) * weight for digit, weight in zip(plain, _CITIZEN_WEIGHTS, strict=False)
        )
        if _CITIZEN_CHECK[total % 11] != plain[-1]:
            raise BadInput("IDN-115")
    return digest_of_number(context, plain)


def code_digits(text: str) -> str:
    """The digits of a code however it was typed: full width, with blanks or hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def _document_number(text: str) -> str:
    plain = re.sub(r"[\s-]", "", _plain(text)).upper()
    if not re.fullmatch(r"[0-9A-Z]{4,40}", plain):
        raise BadInput("IDN-115")
    return plain


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _signed(tx: Transaction, context: Context, text: str) -> tuple[HandOff, str] | None:
    """The hand-off and the nonce of a QR code whose signature is ours."""
    plain = _plain(text)
    fields = plain[len(QR_PREFIX) :].split(":")
    if not plain.upper().startswith(QR_PREFIX) or len(fields) != 3:
        return None
    nonce = fields[1].lower()
    hand_off = tx.hand_offs.first(id=fields[0].lower())
    if hand_off is None or not nonce:
        return None
    expected = _signature(context, attrs.evolve(hand_off, nonce=nonce))
    if not hmac.compare_digest(expected.encode(), fields[2].upper().encode()):
        return None
    return hand_off, nonce


def _signature(context: Context, hand_off: HandOff) -> str:
    facts = "|".join((hand_off.cabinet, hand_off.id, hand_off.nonce))
    return short_mac(context.hand_key(), QR, facts)


def _free_locator(tx: Transaction, cabinet: str) -> str:
    last_use: dict[str, int] = {}
    taken: dict[str, int] = {}
    rows = tx.hand_offs.pick(("code_locator", "state"), cabinet=cabinet)
    for number, (locator, state) in enumerate(rows):
        last_use[locator] = number
        if state in LIVE_STATES:
            taken[locator] = taken.get(locator, 0) + 1
    every = [f"{number:0{LOCATOR_DIGITS}d}" for number in range(10**LOCATOR_DIGITS)]
    # With more than a hundred open hand-offs two must share one; the secret still tells them apart.
    fewest = min(taken.get(locator, 0) for locator in every)
    free = [locator for locator in every if taken.get(locator, 0) == fewest]
    unused = [locator for locator in free if locator not in last_use]
    return secrets.choice(unused) if unused else min(free, key=lambda each: last_use[each])


def _purposes(hand_off: HandOff) -> tuple[str, ...]:
    """What a code may be good for; the giver's code ends when the paper lies in the cell."""
    has_own = hand_off.state in BEFORE_DEPOSIT and hand_off.deposit_code_hash
    return (DEPOSIT, COLLECT) if has_own else (COLLECT,)


def _tries(hand_off: HandOff, purpose: str) -> int:
    return hand_off.deposit_tries_left if purpose == DEPOSIT else hand_off.tries_left


def _fits(hand_off: HandOff, purpose: str, digits: str) -> bool:
    if purpose == DEPOSIT:
        return matches(digits, hand_off.deposit_code_hash, hand_off.deposit_code_salt)
    return matches(digits, hand_off.code_hash, hand_off.code_salt)


def _require_valid(hand_off: HandOff, now: str) -> None:
    if hand_off.state not in LIVE_STATES:
        raise Refused("IDN-104")
    if hand_off.code_expires_at and hand_off.code_expires_at <= now:
        raise Refused("IDN-103")


def _refuse_used(named: list[HandOff], digits: str) -> None:
    """Say of a code that was good once that it was used, rather than that it is wrong."""
    over = [hand_off for hand_off in named if hand_off.state not in LIVE_STATES]
    if over and _fits(over[-1], COLLECT, digits):
        raise Refused("IDN-104")


def _usable(hand_off: HandOff, purpose: str) -> Found:
    """What a right code leads to, as far as the paper has come."""
    if hand_off.state == "fault":
        raise Refused("IDN-111", cell=hand_off.cell)
    if purpose == COLLECT and hand_off.state in BEFORE_DEPOSIT:
        raise Refused("IDN-108", cabinet=hand_off.cabinet)
    return Found(hand_off=hand_off, purpose=purpose)


def _one_try_less(tx: Transaction, hand_off: HandOff, purpose: str, actor: str) -> int:
    """Write down a wrong code and give the tries left; the caller commits."""
    left = _tries(hand_off, purpose) - 1
    field = "deposit_tries_left" if purpose == DEPOSIT else "tries_left"
    changes: dict[str, Any] = {field: left}
    tx.hand_offs.replace(attrs.evolve(hand_off, **changes))
    case_no = tx.dossiers.get(hand_off.dossier_id).case_no
    tx.audit.record(
        actor or hand_off.cabinet, "handoff_code_wrong", case_no, handoff=hand_off.id, tries=left
    )
    return left
