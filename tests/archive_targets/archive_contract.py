"""What every archive target promises, against its real server. Subclass it with a fixture `far`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.adapters.archive.receipt_signing import signed
from app.adapters.packaging.container import write_container
from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Fault, Refused, Transient
from app.kernel.progress import Cancelled, CancelToken, Progress, silent
from app.services.ports import ArchiveTarget
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import PART, FarSide

# What a protocol adds to the bytes themselves: headers, packets, greetings.
TALK = 60_000

_KILLED = """
import json, os, sys
from pathlib import Path
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import Secrets
from app.adapters.plugins import ArchiveTargets
from app.kernel.progress import CancelToken
given = json.loads(sys.stdin.read())
def report(progress):
    if progress.step == given["step"] and progress.done >= given["bytes"]:
        os._exit(9)
target = ArchiveTargets({"city": given["table"]}, Path(given["base"]), Secrets(**given["secrets"]))
target["city"].submit(Path(given["path"]), progress=report, cancel=CancelToken(), **given["names"])
"""


def names_of(built: BuiltPackage) -> dict[str, str]:
    """How `submit` wants to be told which package it is."""
    return {
        "package_id": built.package_id,
        "manifest_sha256": built.sha256,
        "manifest_sm3": built.sm3,
    }


def submit(target: ArchiveTarget, built: BuiltPackage, **more: Any) -> dict[str, Any]:
    """The receipt of a hand-over as a record."""
    values = {**names_of(built), "progress": silent, "cancel": CancelToken(), **more}
    return target.submit(built.path, **values).as_record()


def code_of(kind: type[Fault], target: ArchiveTarget, built: BuiltPackage, **more: Any) -> str:
    """The code of the fault that a hand-over ends with."""
    with pytest.raises(kind) as caught:
        submit(target, built, **more)
    return caught.value.code


class Stop:
    """Calls a hand-over off after so many bytes."""

    def __init__(self, count: int, step: str = "upload") -> None:
        self.cancel = CancelToken()
        self._count, self._step = count, step

    def __call__(self, progress: Progress) -> None:
        if progress.step == self._step and progress.done >= self._count:
            self.cancel.cancel()


class ArchiveTargetContract:
    """Idempotent, resumable, create-only, and nothing counts before it was proved."""

    @pytest.fixture
    def far(self) -> FarSide:
        """The far side."""
        raise NotImplementedError

    def test_a_package_is_handed_over_and_receipted(
        self, far: FarSide, built: BuiltPackage, tmp_path: Path
    ) -> None:
        steps, noted = list[Progress](), list[tuple[str, int]]()
        receipt = submit(
            far.target(), built, progress=steps.append, noted=lambda *row: noted.append(row)
        )
        container = write_container(built.path, tmp_path / "expected.zip")
        assert receipt["accepted"]
        assert (receipt["sha256"], receipt["sm3"]) == (built.sha256, built.sm3)
        assert (receipt["volumes"], receipt["items"], receipt["sides"]) == (1, 1, 2)
        assert receipt["proof"] == "read_back"
        files = far.files()
        assert files[receipt["location"]] == (tmp_path / "expected.zip").read_bytes()
        commit = json.loads(files[f"commits/{built.package_id}/1.json"])
        assert commit["container"] == receipt["container"]
        assert commit["container"]["sha256"] == container.sha256
        stored = files[f"receipts/{built.package_id}/{built.sha256}.json"]
        assert json.loads(stored) == json.loads(json.dumps(receipt))
        assert len(files) == 3
        assert noted[0] == ("sending", 0)
        states = [state for state, _ in noted]
        assert states[-3:] == ["sending", "sent", "committed"]
        assert [there for _, there in noted] == sorted(there for _, there in noted)
        assert noted[-1][1] == container.size
        for step in ("upload", "read_back"):
            told = [progress.done for progress in steps if progress.step == step]
            assert told == sorted(told)
            assert told[-1] == container.size
        assert list((far.base / "transfers").glob("*/**")) == []

    def test_the_same_package_again_sends_nothing(self, far: FarSide, built: BuiltPackage) -> None:
        first = submit(far.target(), built)
        before = far.files()
        if far.proxy:
            far.proxy.forget()
        noted = list[str]()
        again = submit(far.target(), built, noted=lambda state, _: noted.append(state))
        assert json.dumps(again) == json.dumps(first)
        assert noted == []
        assert far.files() == before
        if far.proxy:
            assert far.proxy.sent < 20_000

    def test_another_digest_under_the_id_is_for_a_person(
        self, far: FarSide, built: BuiltPackage, other: BuiltPackage
    ) -> None:
        submit(far.target(), built)
        before = far.files()
        assert other.package_id == built.package_id
        assert code_of(Refused, far.target(), other) == "TGT-201"
        assert far.files() == before

    def test_a_rejected_package_makes_way_for_the_mended_one(
        self, far: FarSide, failing: BuiltPackage, built: BuiltPackage, other: BuiltPackage
    ) -> None:
        refused = submit(far.target(), failing)
        assert not refused["accepted"]
        assert refused["archive_no"] == ""
        assert any("保管期限" in check["remark"] for check in refused["checks"])
        assert json.dumps(submit(far.target(), failing)) == json.dumps(refused)
        assert submit(far.target(), built)["accepted"]
        assert code_of(Refused, far.target(), other) == "TGT-201"

    def test_a_changed_package_is_not_sent(self, far: FarSide, built: BuiltPackage) -> None:
        assert code_of(Refused, far.target(), built, manifest_sha256="0" * 64) == "TGT-202"
        assert far.files() == {}

    def test_after_a_kill_only_what_is_missing_is_sent(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        given = {
            "table": {"part_bytes": PART, **far.table()},
            "base": str(far.base),
            "secrets": far.secrets.values,
            "path": str(built.path),
            "names": names_of(built),
            "step": "upload",
            "bytes": 300_000,
        }
        done = subprocess.run(
            [sys.executable, "-c", _KILLED],
            input=json.dumps(given).encode(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        assert done.returncode == 9
        self._goes_on(far, built)

    def test_after_calling_off_only_what_is_missing_is_sent(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        stop = Stop(300_000)
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        assert far.staged() >= 200_000
        self._goes_on(far, built)

    def test_after_all_was_sent_nothing_is_sent_again(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        """Called off while it was read back."""
        stop = Stop(350_000, "read_back")
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        self._goes_on(far, built)

    def _goes_on(self, far: FarSide, built: BuiltPackage) -> None:
        """The next hand-over sends what is missing, and no more."""
        assert not any(key.startswith(("commits/", "receipts/")) for key in far.files())
        noted = list[tuple[str, int]]()
        if far.proxy:
            far.proxy.hang_up()
            far.proxy.forget()
        receipt = submit(far.target(), built, noted=lambda *row: noted.append(row))
        there, total = noted[0][1], receipt["container"]["size"]
        assert receipt["accepted"]
        assert there >= 4 * PART - 1
        if far.proxy:
            missing = 0 if noted[0][0] == "sent" else total - there
            assert missing <= far.proxy.sent <= missing + TALK

    def test_wrong_bytes_on_the_far_side_are_found(self, far: FarSide, built: BuiltPackage) -> None:
        stop = Stop(300_000)
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        far.spoil_staged()
        assert code_of(Broken, far.target(), built) == "TGT-403"
        assert not any(key.startswith(("commits/", "receipts/")) for key in far.files())
        assert submit(far.target(), built)["accepted"]

    def test_wrong_bytes_before_the_receipt_are_found(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        """Committed, not yet receipted, and the copy rots."""
        receipt = submit(far.target(), built)
        far.remove(f"receipts/{built.package_id}/{built.sha256}.json")
        data = far.files()[receipt["location"]]
        far.write(receipt["location"], data[:-1] + bytes([data[-1] ^ 1]))
        assert code_of(Broken, far.target(), built) == "TGT-403"
        assert submit(far.target(), built)["accepted"]
        assert far.files()[receipt["location"]] == data

    def test_fixity_finds_what_was_lost_or_changed_later(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        target = far.target()
        receipt = submit(target, built)
        look: dict[str, Any] = {"progress": silent, "cancel": CancelToken()}
        target.recheck(receipt, **look)
        data = far.files()[receipt["location"]]
        far.write(receipt["location"], data[:5000] + b"?" + data[5001:])
        with pytest.raises(Broken) as caught:
            target.recheck(receipt, **look)
        assert caught.value.code == "TGT-403"
        far.remove(receipt["location"])
        with pytest.raises(Broken) as caught:
            target.recheck(receipt, **look)
        assert caught.value.code == "TGT-418"

    def test_a_receipt_of_another_package_proves_nothing(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        place = f"receipts/{built.package_id}/{built.sha256}.json"
        receipt = submit(far.target(), built)
        far.write(place, json.dumps({**receipt, "package": "别的案卷"}).encode())
        assert code_of(Broken, far.target(), built) == "TGT-415"
        far.write(place, b"{}")
        assert code_of(Broken, far.target(), built) == "TGT-410"

    def test_the_rate_holds(self, far: FarSide, other: BuiltPackage) -> None:
        sizes = list[int]()
        began = time.monotonic()
        submit(far.target(rate=100_000), other, noted=lambda _, there: sizes.append(there))
        # There and back, but for what may pass at once at the start of each.
        assert time.monotonic() - began >= (2 * sizes[-1] - 2 * PART - 50_000) / 100_000

    def test_it_can_be_tried_out(self, far: FarSide) -> None:
        far.target().probe()
        assert far.files() == {}

    def test_a_far_side_that_is_away_is_tried_later(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        if far.proxy is None:
            far.root.rmdir()
        else:
            far.proxy.away(True)
        assert code_of(Transient, far.target(), built) == "TGT-301"
        with pytest.raises(Transient):
            far.target().probe()

    def test_two_hand_overs_of_one_package_do_not_meet(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        codes = list[str]()

        def report(progress: Progress) -> None:
            if not codes:
                codes.append(code_of(Transient, far.target(), built))

        assert submit(far.target(), built, progress=report)["accepted"]
        assert codes == ["TGT-302"]

    def test_a_signed_receipt_is_waited_for(
        self, far: FarSide, built: BuiltPackage, archive: Archive
    ) -> None:
        noted = list[str]()
        target = far.target(**archive.table(receipt_seconds=0))
        code = code_of(Transient, target, built, noted=lambda state, _: noted.append(state))
        assert code == "TGT-310"
        assert noted[-2:] == ["sent", "committed"]
        if far.proxy:
            far.proxy.forget()
        assert code_of(Transient, target, built) == "TGT-310"
        if far.proxy:
            assert far.proxy.sent < 20_000
        [issued] = archive.receive(far.store())
        receipt = submit(target, built)
        assert receipt == issued.as_record()
        assert (receipt["accepted"], receipt["proof"]) == (True, "signed")
        assert receipt["location"] == f"accessions/2026/{built.package_id}"
        kept = {
            key.removeprefix(f"{receipt['location']}/"): data
            for key, data in far.files().items()
            if key.startswith(receipt["location"])
        }
        assert kept == {
            path.relative_to(built.path).as_posix(): path.read_bytes()
            for path in built.path.rglob("*")
            if path.is_file()
        }
        target.recheck(receipt, progress=silent, cancel=CancelToken())
        assert archive.receive(far.store()) == []

    def test_a_forged_receipt_is_not_believed(
        self, far: FarSide, built: BuiltPackage, archive: Archive, stranger: Archive
    ) -> None:
        target = far.target(**archive.table(receipt_seconds=0))
        assert code_of(Transient, target, built) == "TGT-310"
        stranger.receive(far.store())
        assert code_of(Broken, target, built) == "TGT-410"
        place = f"receipts/{built.package_id}/{built.sha256}.json"
        record = json.loads(far.files()[place])
        far.write(place, json.dumps({**record, "signature": {}}).encode())
        assert code_of(Broken, target, built) == "TGT-410"
        far.write(place, json.dumps(signed({**record, "pages": 99}, archive.key)).encode())
        assert submit(target, built)["pages"] == 99
        far.write(place, json.dumps({**json.loads(far.files()[place]), "pages": 2}).encode())
        assert code_of(Broken, target, built) == "TGT-410"
        far.write(place, json.dumps(signed({**record, "sha256": "0" * 64}, archive.key)).encode())
        assert code_of(Broken, target, built) == "TGT-415"
        late = {**record, "archived_at": "2050-01-01T00:00:00.000Z"}
        far.write(place, json.dumps(signed(late, archive.key)).encode())
        assert code_of(Broken, target, built) == "TGT-410"

    def test_an_archive_that_finds_damage_gets_it_again(
        self, far: FarSide, built: BuiltPackage, archive: Archive
    ) -> None:
        target = far.target(**archive.table(receipt_seconds=0))
        assert code_of(Transient, target, built) == "TGT-310"
        [container] = [key for key in far.files() if key.startswith("packages/")]
        far.write(container, b"rotten" + far.files()[container][6:])
        assert archive.receive(far.store()) == []
        assert code_of(Transient, target, built) == "TGT-310"
        [receipt] = archive.receive(far.store())
        assert receipt.accepted
        assert submit(target, built) == receipt.as_record()

    def test_an_archive_that_refuses_says_why(
        self, far: FarSide, failing: BuiltPackage, built: BuiltPackage, archive: Archive
    ) -> None:
        target = far.target(**archive.table(receipt_seconds=0))
        assert code_of(Transient, target, failing) == "TGT-310"
        [refused] = archive.receive(far.store())
        assert not refused.accepted
        assert submit(target, failing) == refused.as_record()
        assert code_of(Transient, target, built) == "TGT-310"
        assert [receipt.accepted for receipt in archive.receive(far.store())] == [True]
