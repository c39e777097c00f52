"""The folder target: idempotent, resumable, create-only, and nothing counts before read-back."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.adapters.archive import folder as folder_module
from app.adapters.archive.folder import FolderTarget
from app.adapters.archive.receipt import Receipt, receipt_from_record
from app.adapters.packaging.check import check_package
from app.adapters.packaging.package import BuiltPackage, build_package
from app.adapters.packaging.plan import PackagePlan
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.progress import Cancelled, CancelToken, Progress, silent
from tests.packaging.conftest import DOSSIER

MakePlan = Callable[..., PackagePlan]


class Clock2026:
    def now(self) -> datetime:
        return datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def built(make_plan: MakePlan, tmp_path: Path) -> BuiltPackage:
    return build_package(make_plan(), tmp_path / "out")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "档案馆 共享"
    folder.mkdir()
    return folder


def submit(root: Path, built: BuiltPackage, **more: Any) -> Receipt:
    values: dict[str, Any] = {
        "package_id": built.package_id,
        "manifest_sha256": built.sha256,
        "manifest_sm3": built.sm3,
        "progress": silent,
        "cancel": CancelToken(),
        **more,
    }
    return FolderTarget(root, Clock2026()).submit(built.path, **values)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_package_is_archived_and_receipted(root: Path, built: BuiltPackage) -> None:
    seen = list[Progress]()
    receipt = submit(root, built, progress=seen.append)
    accession = root / "accessions" / "2026" / built.package_id
    assert receipt.accepted
    assert receipt.location == f"accessions/2026/{built.package_id}"
    assert (receipt.sha256, receipt.sm3) == (built.sha256, built.sm3)
    assert (receipt.sides, receipt.pages, receipt.items, receipt.volumes) == (6, 4, 3, 2)
    assert receipt.archived_at == "2026-05-04T03:02:01.000Z"
    assert receipt.archive_no.startswith("2026-DZ-")
    assert set(receipt.four_property) == {"真实性", "完整性", "可用性", "安全性"}
    archived = tree(accession)
    commit = json.loads(archived.pop("commit.json"))
    assert archived == tree(built.path)
    assert commit["sha256"] == built.sha256
    assert commit["files"] == len(archived)
    assert check_package(accession).passed
    assert {progress.step for progress in seen} == {"upload", "read_back"}
    stored = json.loads(
        (root / "receipts" / built.package_id / f"{built.sha256}.json").read_bytes()
    )
    assert receipt_from_record(stored) == receipt
    assert receipt_from_record(json.loads(json.dumps(receipt.as_record()))) == receipt


def test_the_same_digest_gives_the_same_receipt(root: Path, built: BuiltPackage) -> None:
    first = submit(root, built)
    before = tree(root)
    assert submit(root, built) == first
    assert tree(root) == before


def test_another_digest_for_the_id_is_a_conflict(
    root: Path, built: BuiltPackage, make_plan: MakePlan, tmp_path: Path
) -> None:
    submit(root, built)
    before = tree(root)
    other = build_package(make_plan(cause="另一案由"), tmp_path / "other")
    assert other.package_id == built.package_id
    with pytest.raises(Refused) as caught:
        submit(root, other)
    assert caught.value.code == "TGT-201"
    assert tree(root) == before


def test_a_version_of_its_own_is_archived_beside(
    root: Path, built: BuiltPackage, make_plan: MakePlan, tmp_path: Path
) -> None:
    submit(root, built)
    other = build_package(make_plan(version=2), tmp_path / "other")
    assert submit(root, other).accepted
    assert len(list((root / "accessions" / "2026").iterdir())) == 2


def test_a_stated_archive_number_is_kept(root: Path, make_plan: MakePlan, tmp_path: Path) -> None:
    built = build_package(make_plan(archive_no="J380-2019-0001"), tmp_path / "numbered")
    assert submit(root, built).archive_no == "J380-2019-0001"


@pytest.mark.parametrize("step", [3, 9, 16, 22, 30, 36])
def test_a_kill_anywhere_is_gone_on_from(root: Path, built: BuiltPackage, step: int) -> None:
    program = (
        "import sys, os, pathlib\n"
        "from app.adapters.archive.folder import FolderTarget\n"
        "from app.kernel.progress import CancelToken\n"
        "seen = []\n"
        "def report(progress):\n"
        "    seen.append(progress)\n"
        f"    if len(seen) == {step}: os._exit(9)\n"
        "FolderTarget(pathlib.Path(sys.argv[1])).submit(pathlib.Path(sys.argv[2]),"
        " package_id=sys.argv[3], manifest_sha256=sys.argv[4], manifest_sm3=sys.argv[5],"
        " progress=report, cancel=CancelToken())\n"
    )
    arguments = [root, built.path, built.package_id, built.sha256, built.sm3]
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=False)
    assert done.returncode == 9
    copied = {
        path: path.stat().st_mtime_ns
        for path in root.rglob("*.part/**/*")
        if path.is_file() and path.suffix in (".jpg", ".pdf")
    }
    assert list(root.glob("receipts/*/*")) == []
    receipt = submit(root, built)
    assert receipt.accepted
    archived = root / receipt.location
    for path, changed in copied.items():
        inside = path.as_posix().split(".part/")[1]
        assert (archived / inside).stat().st_mtime_ns == changed
    assert len(list((root / "accessions").glob("*/*"))) == 1
    assert list(root.rglob("*.part")) == []


def test_a_damaged_part_is_mended(root: Path, built: BuiltPackage) -> None:
    token, seen = CancelToken(), list[Progress]()

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 12:
            token.cancel()

    with pytest.raises(Cancelled):
        submit(root, built, progress=report, cancel=token)
    part = root / "staging" / built.package_id / f"{built.sha256}.part"
    some = next(path for path in part.rglob("*") if path.is_file())
    some.write_bytes(b"x" * some.stat().st_size)
    (part / "stray.incoming").write_bytes(b"half")
    assert submit(root, built).accepted
    assert check_package(root / "accessions" / "2026" / built.package_id).passed


def test_read_back_finds_what_the_disk_lost(
    root: Path, built: BuiltPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = folder_module._Submission._settle

    def losing(self: Any, part: Path) -> Path:
        target = settle(self, part)
        (target / "data/目录文件.XML").write_bytes(b"rotten")
        return target

    monkeypatch.setattr(folder_module._Submission, "_settle", losing)
    with pytest.raises(Broken) as caught:
        submit(root, built)
    assert caught.value.code == "TGT-403"
    assert list(root.glob("receipts/*/*")) == []
    monkeypatch.undo()
    assert submit(root, built).accepted


def test_a_package_that_fails_is_rejected_with_reasons(
    root: Path, make_plan: MakePlan, tmp_path: Path
) -> None:
    built = build_package(make_plan(retention=""), tmp_path / "bad")
    receipt = submit(root, built)
    assert not receipt.accepted
    assert receipt.archive_no == ""
    assert receipt.location.startswith("rejected/")
    assert receipt.four_property["完整性"] == "fail"
    assert any("保管期限" in check["remark"] for check in receipt.checks)
    assert submit(root, built) == receipt
    assert list((root / "accessions").glob("*/*")) == []
    mended = build_package(make_plan(), tmp_path / "good")
    assert submit(root, mended).accepted


def test_a_changed_package_is_refused(root: Path, built: BuiltPackage, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        submit(root, built, manifest_sha256="0" * 64)
    assert caught.value.code == "TGT-202"
    image = built.path / f"{DOSSIER}/正卷/第01册/图像/00001.jpg"
    image.write_bytes(image.read_bytes()[::-1])
    with pytest.raises(Refused) as caught:
        submit(root, built)
    assert caught.value.code == "TGT-202"
    shutil.rmtree(built.path)
    with pytest.raises(Refused):
        submit(root, built)
    assert list(root.glob("accessions/*/*")) == []


def test_a_target_that_is_away_is_tried_later(tmp_path: Path, built: BuiltPackage) -> None:
    with pytest.raises(Transient) as caught:
        submit(tmp_path / "not mounted", built)
    assert caught.value.code == "TGT-301"
    assert not (tmp_path / "not mounted").exists()


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, Broken, "TGT-402"),
        (errno.EACCES, Broken, "TGT-401"),
        (errno.EROFS, Broken, "TGT-401"),
        (errno.EIO, Transient, "TGT-301"),
        (errno.ESTALE, Transient, "TGT-301"),
    ],
)
def test_disk_errors_of_the_target_are_told_apart(
    number: int,
    kind: type[Exception],
    code: str,
    root: Path,
    built: BuiltPackage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(folder_module.os, "fsync", failing)
    with pytest.raises(kind) as caught:
        submit(root, built)
    assert getattr(caught.value, "code", "") == code
    monkeypatch.undo()
    assert submit(root, built).accepted


def test_two_submitters_do_not_meet(root: Path, built: BuiltPackage) -> None:
    codes = []

    def report(progress: Progress) -> None:
        if progress.step == "upload" and not codes:
            with pytest.raises(Transient) as caught:
                submit(root, built)
            codes.append(caught.value.code)

    assert submit(root, built, progress=report).accepted
    assert codes == ["TGT-302"]


def test_ids_are_kept_apart_and_inside(root: Path, built: BuiltPackage) -> None:
    for package_id in ("../../escape", "a/b", "a:b", "[x]*"):
        receipt = submit(root, built, package_id=package_id)
        assert (root / receipt.location).resolve().is_relative_to(root.resolve())
    assert len(list((root / "accessions" / "2026").iterdir())) == 4
    assert sorted(path.name for path in root.parent.iterdir()) == ["masters", "out", root.name]
