"""The signed pick-up list: whole, of this cabinet, in its time, and never an older one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.clock import timestamp
from app.kernel.errors import Broken, Refused
from cloud_locker.pickup_list import (
    LIST_FILE,
    KeptList,
    PickUpEntry,
    PickUpList,
    read_signed,
    signed,
)

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ENTRY = PickUpEntry(
    handoff="handoff-1",
    purpose="collect",
    cell=7,
    person="沈若溪",
    volumes=2,
    pages=180,
    code_locator="07",
    code_hash="ab" * 32,
    code_salt="cd" * 16,
    card_hashes=("ef" * 32,),
    facts={"case_no": "（2019）辽0882民初4866号"},
)


def listed(*, issued: datetime = NOW, hours: float = 12, cabinet: str = "wkly:north") -> PickUpList:
    return PickUpList(
        list_id=f"list-{issued.isoformat()}",
        cabinet=cabinet,
        issued_at=timestamp(issued),
        expires_at=timestamp(issued + timedelta(hours=hours)),
        entries=(ENTRY,),
    )


def refusal(data: bytes, *, now: datetime = NOW, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as caught:
        read_signed(data, key, cabinet="wkly:north", now=now)
    return caught.value.code


def test_a_list_comes_back_as_it_was_signed() -> None:
    data = signed(listed(), KEY)
    assert read_signed(data, KEY, cabinet="wkly:north", now=NOW) == listed()
    assert listed().entry("handoff-1") == ENTRY
    assert listed().entry("handoff-2") is None


def test_codes_are_in_it_as_hashes_only() -> None:
    record = json.loads(signed(listed(), KEY))["list"]["entries"][0]
    assert not {"code", "secret", "phone", "identity"} & set(record)


@given(place=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_one_changed_bit_is_seen(place: int, bit: int) -> None:
    data = bytearray(signed(listed(), KEY))
    data[place % len(data)] ^= 1 << bit
    try:
        same = json.loads(bytes(data)) == json.loads(signed(listed(), KEY))
    except ValueError:
        same = False
    if not same:
        assert refusal(bytes(data)) == "LCK-301"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"list": 3, "signature": "00"}'])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    assert refusal(data) == "LCK-301"


def test_a_list_signed_with_another_key_is_refused() -> None:
    assert refusal(signed(listed(), bytes(32))) == "LCK-301"


def test_a_list_of_another_cabinet_is_refused() -> None:
    assert refusal(signed(listed(cabinet="wkly:south"), KEY)) == "LCK-303"


def test_a_list_has_its_time() -> None:
    data = signed(listed(hours=12), KEY)
    assert refusal(data, now=NOW + timedelta(hours=12)) == "LCK-302"
    assert refusal(data, now=NOW - timedelta(seconds=31)) == "LCK-304"
    assert read_signed(data, KEY, cabinet="wkly:north", now=NOW - timedelta(seconds=29))
    assert read_signed(data, KEY, cabinet="wkly:north", now=NOW + timedelta(hours=11.9))


def test_a_cabinet_keeps_the_newest_list(tmp_path: Path) -> None:
    kept = KeptList(tmp_path / "north", KEY, cabinet="wkly:north")
    with pytest.raises(Refused) as caught:
        kept.read(NOW)
    assert caught.value.code == "LCK-305"
    kept.keep(signed(listed(), KEY), NOW)
    later = listed(issued=NOW + timedelta(minutes=5))
    kept.keep(signed(later, KEY), NOW + timedelta(minutes=5))
    with pytest.raises(Refused) as caught:
        kept.keep(signed(listed(), KEY), NOW + timedelta(minutes=6))
    assert caught.value.code == "LCK-312"
    assert kept.read(NOW + timedelta(minutes=6)) == later
    assert (tmp_path / "north" / LIST_FILE).stat().st_mode & 0o077 == 0


def test_an_older_list_stays_refused_when_the_newer_is_over(tmp_path: Path) -> None:
    kept = KeptList(tmp_path, KEY, cabinet="wkly:north")
    kept.keep(signed(listed(issued=NOW + timedelta(seconds=20), hours=1), KEY), NOW)
    with pytest.raises(Refused) as caught:
        kept.keep(signed(listed(hours=48), KEY), NOW + timedelta(hours=2))
    assert caught.value.code == "LCK-312"


def test_a_damaged_list_is_replaced_by_a_good_one(tmp_path: Path) -> None:
    kept = KeptList(tmp_path, KEY, cabinet="wkly:north")
    (tmp_path / LIST_FILE).write_bytes(b'{"list": ')
    with pytest.raises(Refused):
        kept.read(NOW)
    assert kept.keep(signed(listed(), KEY), NOW) == kept.read(NOW)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = KeptList(tmp_path / "file", KEY, cabinet="wkly:north")
    with pytest.raises(Broken) as caught:
        kept.keep(signed(listed(), KEY), NOW)
    assert caught.value.code == "LCK-310"
