"""Receipts between courts: signed by the court, judged by the court that sent the dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.adapters.court_receipts import judge_receipt, sign_receipt
from tests.signing import conftest as signing
from tests.signing.authority import Authority, Sm2Authority
from tests.signing.conftest import Court

authority, sm2_authority = signing.authority, signing.sm2_authority

RECEIPT: dict[str, Any] = {
    "format": "juanzong-court-receipt/1",
    "transfer": "court_1",
    "result": "accepted",
    "case_no": "（2019）辽0882民初4866号",
    "package": {"sha256": "ab" * 32, "sm3": "cd" * 32},
    "person": "周静",
    "at": "2026-11-23T02:00:00.000Z",
    "reasons": [],
}


@pytest.fixture
def sender(tmp_path: Path) -> Court:
    """The court that sent the dossier and gets the receipt."""
    folder = tmp_path / "移送法院"
    folder.mkdir()
    return Court(folder)


@pytest.fixture
def receiver(tmp_path: Path, sm2_authority: Sm2Authority) -> Court:
    """The court that took it in, with a key of its own for SM2."""
    folder = tmp_path / "接收法院"
    folder.mkdir()
    court = Court(folder)
    court.holds_sm2(sm2_authority)
    court.set(sm2=True)
    return court


def test_the_signature_of_a_court_is_known_where_its_authority_is(
    sender: Court, receiver: Court, sm2_authority: Sm2Authority
) -> None:
    signed = sign_receipt(str(receiver.data), RECEIPT)
    assert signed["signature"]["algorithm"] == "SM2-with-SM3"
    found = judge_receipt(str(sender.data), signed)
    assert (found["holds"], found["trusted"]) == (True, False), "nobody is trusted here yet"
    assert found["signer"] == "某某人民法院国密"
    sender.trusts_sm2(sm2_authority)
    sender.set(documents=False)
    assert judge_receipt(str(sender.data), signed)["trusted"]
    # Signing what is signed signs the same words.
    again = sign_receipt(str(receiver.data), signed)
    assert judge_receipt(str(sender.data), again)["holds"]


def test_the_bare_key_of_a_station_holds_and_is_trusted_by_nobody(
    sender: Court, tmp_path: Path, authority: Authority
) -> None:
    station = tmp_path / "无证书"
    station.mkdir()
    signed = sign_receipt(str(station), RECEIPT)
    assert signed["signature"]["algorithm"] == "Ed25519"
    found = judge_receipt(str(sender.data), signed)
    assert (found["holds"], found["trusted"]) == (True, False)
    assert found["fingerprint"] == judge_receipt(str(sender.data), signed)["fingerprint"]


@pytest.mark.parametrize(
    "change",
    [
        {"result": "rejected"},
        {"person": "别人"},
        {"package": {"sha256": "00" * 32, "sm3": "cd" * 32}},
        {"more": 1},
        {"signature": None},
        {"signature": {}},
        {"signature": {"certificate": "AAAA", "value": "AAAA"}},
        {"signature": [1]},
    ],
)
def test_a_word_that_was_changed_is_noticed(
    sender: Court, receiver: Court, change: dict[str, Any]
) -> None:
    signed = sign_receipt(str(receiver.data), RECEIPT) | change
    found = judge_receipt(str(sender.data), signed)
    assert (found["holds"], found["trusted"]) == (False, False)
    assert found["reason"]
