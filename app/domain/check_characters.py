"""What all codes of this house share: plain text, digests as letters, check characters.

One wrong character and two swapped neighbours always show: the signs are the figures of a number
modulo a prime greater than any difference of two of them.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Sequence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DIGEST_LETTERS = 10
TICKET_CHECK = 2

_TEXT_CHECK = 5
# Primes: greater than any difference of two characters, so that a change of one is always seen,
# and small enough for the check characters. The bases spread the places over all remainders.
_TICKET_PRIME, _TICKET_BASE = 1021, 32
_TEXT_PRIME, _TEXT_BASE = 33_554_393, 1_000_003


def plain_text(text: str) -> str:
    """`text` with half-width letters, figures and colons, without blanks or ends of line around."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign
        for sign in text
    ).strip()


def digest_letters(text: str) -> str:
    """Ten letters and figures of the SHA-256 of `text`, which any barcode and scanner can carry."""
    digest = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return digest[:DIGEST_LETTERS]


def number_letters(value: int, count: int) -> str:
    """The lowest `5 * count` bits of a number as `count` letters."""
    return "".join(LETTERS[value >> 5 * place & 31] for place in reversed(range(count)))


def letters_number(letters: str) -> int:
    """The number that `number_letters` made into these letters."""
    value = 0
    for sign in letters:
        value = value << 5 | LETTERS.index(sign)
    return value


def ticket_check(body: str) -> str:
    """The two check characters of a ticket whose body is of `LETTERS`."""
    values = [LETTERS.index(sign) for sign in body]
    return number_letters(_remainder(values, _TICKET_BASE, _TICKET_PRIME), TICKET_CHECK)


def ticket_body(text: str, head: str, length: int, *, mark: str = "") -> str | None:
    """The body of a ticket that begins with `head` and has `length` letters and right check
    characters; None for anything else. `mark` is what the check covers ahead of the body."""
    body = text[len(head) : -TICKET_CHECK]
    right = (
        text.startswith(head)
        and len(body) == length
        and all(sign in LETTERS for sign in body)
        and text[-TICKET_CHECK:] == ticket_check(mark + body)
    )
    return body if right else None


def text_check(text: str) -> str:
    """The five check characters of any text."""
    values: Sequence[int] = [ord(sign) for sign in text]
    return number_letters(_remainder(values, _TEXT_BASE, _TEXT_PRIME), _TEXT_CHECK)


def _remainder(values: Sequence[int], base: int, prime: int) -> int:
    """The values as figures to `base`, modulo `prime`. Every place has a weight other than 0 and
    neighbours have different ones: a changed or swapped figure always shows."""
    remainder = 1
    for value in values:
        remainder = (remainder * base + value) % prime
    return remainder
