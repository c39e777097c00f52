"""Citizen identity numbers (公民身份号码) and codes of organisations: their own check digits.

GB 11643-1999 (18 digits, ISO 7064 MOD 11-2) and GB 32100-2015 (18 characters, MOD 31).
"""

from __future__ import annotations

import datetime

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identity_number_holds(number: str) -> bool:
    """Whether 18 characters are an identity number: day of birth and check digit fit."""
    body, last = number[:17], number[17:].upper()
    if len(number) != 18 or not (body.isascii() and body.isdigit()):
        return False
    try:
        datetime.date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return last == _CHECKS[rest]


def credit_code_holds(code: str) -> bool:
    """Whether 18 characters are a unified social credit code (统一社会信用代码) by its check."""
    if len(code) != 18 or any(character not in _CODE_CHARACTERS for character in code):
        return False
    values = [_CODE_CHARACTERS.index(character) for character in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]
