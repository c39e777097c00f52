"""What a guess at a PIN or a code costs in the program; in all other tests it is cheap."""

from __future__ import annotations

import hashlib

import pytest

from app.services import secrets

# Taken when this file is read, before any test runs and makes guesses cheap.
COST_OF_A_GUESS = secrets.COST


def test_a_guess_costs_sixty_milliseconds_and_sixteen_megabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(secrets, "COST", COST_OF_A_GUESS)
    kept, salt = secrets.hash_secret("07314159")
    dear = hashlib.scrypt(b"07314159", salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32)
    assert kept == dear.hex()
    assert secrets.matches("07314159", kept, salt)
    assert not secrets.matches("07314158", kept, salt)
    monkeypatch.setattr(secrets, "COST", 2)
    assert not secrets.matches("07314159", kept, salt)
