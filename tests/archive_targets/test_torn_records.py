"""Receipts and commits of which only the first bytes lie on the far side, whoever left them so.

Our transports write them whole or not at all; a server or an archive may not.
"""

from __future__ import annotations

import json

import pytest

from app.adapters.archive.receipt import is_torn
from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Transient
from tests.archive_targets.archive_contract import code_of, submit
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import FarSide


@pytest.fixture(params=["folder", "sftp", "tus", "s3"])
def far(request: pytest.FixtureRequest) -> FarSide:
    """The far side of every transport."""
    side: FarSide = request.getfixturevalue(f"{request.param}_side")
    return side


def _place(built: BuiltPackage) -> str:
    return f"receipts/{built.package_id}/{built.sha256}.json"


def test_a_record_is_torn_wherever_it_is_cut() -> None:
    record = {"package": "（2019）辽0882民初4866号", "checks": [{"result": "}"}, {}], "pages": 12}
    data = json.dumps(record, ensure_ascii=False).encode()
    assert [count for count in range(len(data) + 1) if not is_torn(data[:count])] == [len(data)]
    assert is_torn(data[:9] + bytes(len(data) - 9))
    for changed in (
        b"{}",
        b"null",
        b"<html>",
        data.replace(b":", b";"),
        data[:5] + b"?" + data[6:],
    ):
        assert not is_torn(changed), changed


def test_a_torn_receipt_counts_for_nothing(far: FarSide, other: BuiltPackage) -> None:
    """The copy is read back again; then its receipt is written, and whole."""
    first = submit(far.target(), other)
    whole = far.files()[_place(other)].rstrip()
    for torn in (b"", whole[:-1], whole[:600] + bytes(len(whole) - 600)):
        far.write(_place(other), torn)
        far.write(f"commits/{other.package_id}/2.json", torn)
        again = submit(far.target(), other)
        assert again["accepted"]
        assert again["container"] == first["container"]
        assert json.loads(far.files()[_place(other)]) == json.loads(json.dumps(again))


def test_a_receipt_that_is_still_being_written_is_waited_for(
    far: FarSide, other: BuiltPackage, archive: Archive
) -> None:
    """The archive has taken the container already: the sender asks, and sends nothing."""
    target = far.target(**archive.table(receipt_seconds=0))
    assert code_of(Transient, target, other) == "TGT-310"
    [receipt] = archive.receive(far.store())
    place = _place(other)
    whole = far.files()[place]
    far.write(place, whole[: len(whole) // 2])
    before = far.files()
    assert code_of(Transient, target, other) == "TGT-310"
    assert far.files() == before
    far.write(place, whole)
    assert submit(target, other) == receipt.as_record()
