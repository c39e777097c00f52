"""The archive's side believes nothing that a commit says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.archive.folder import FolderStore
from app.adapters.packaging.package import BuiltPackage
from app.adapters.plugins import take_over
from app.kernel.errors import BadInput, Transient
from app.kernel.progress import CancelToken
from tests.archive_targets.archive_contract import code_of, submit
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import FarSide


@pytest.fixture
def far(folder_side: FarSide) -> FarSide:
    return folder_side


@pytest.fixture
def committed(far: FarSide, other: BuiltPackage, archive: Archive) -> dict[str, Any]:
    """A package that waits for its receipt; gives its commit."""
    target = far.target(**archive.table(receipt_seconds=0))
    assert code_of(Transient, target, other) == "TGT-310"
    found: dict[str, Any] = json.loads(far.files()[f"commits/{other.package_id}/1.json"])
    return found


def rewrite(far: FarSide, commit: dict[str, Any], **container: Any) -> None:
    changed = {**commit, "container": {**commit["container"], **container}}
    far.write(f"commits/{commit['package']}/1.json", json.dumps(changed).encode())


def test_a_torn_receipt_is_written_anew(
    far: FarSide, committed: dict[str, Any], archive: Archive, other: BuiltPackage
) -> None:
    """The archive was cut off while it wrote it, before it let go of the container."""
    place = f"receipts/{committed['package']}/{committed['sha256']}.json"
    far.write(place, b'{"accepted": tr')
    [receipt] = archive.receive(far.store())
    assert receipt.accepted
    assert json.loads(far.files()[place])["receipt_no"] == receipt.receipt_no
    assert submit(far.target(**archive.table()), other) == receipt.as_record()


@pytest.mark.parametrize(
    "container",
    [
        {"key": "../别处/机密.txt"},
        {"key": "packages/别的案卷/a.zip"},
        {"sha256": "../../etc/passwd"},
        {"size": "7"},
        {"size": -1},
    ],
)
def test_a_commit_leads_nowhere_else(
    container: dict[str, Any], far: FarSide, committed: dict[str, Any], archive: Archive
) -> None:
    secret = far.root.parent / "别处" / "机密.txt"
    secret.parent.mkdir()
    secret.write_text("stays", encoding="utf-8")
    rewrite(far, committed, **container)
    assert archive.receive(far.store()) == []
    assert secret.read_text(encoding="utf-8") == "stays"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff\xfe", b'{"package": 1}'])
def test_what_is_no_commit_is_passed_over(
    data: bytes, far: FarSide, committed: dict[str, Any], archive: Archive
) -> None:
    far.write("commits/别的案卷/1.json", data)
    far.write(f"commits/{committed['package']}/1.json.incoming_1", data)
    assert len(archive.receive(far.store())) == 1


def test_a_container_that_is_none_is_refused_with_a_receipt(
    far: FarSide, other: BuiltPackage, committed: dict[str, Any], archive: Archive
) -> None:
    data = b"PK no container"
    name = hashlib.sha256(data).hexdigest()
    key = f"packages/{committed['package']}/{name}.zip"
    far.write(key, data)
    rewrite(far, committed, key=key, sha256=name, size=len(data))
    [receipt] = archive.receive(far.store())
    assert not receipt.accepted
    assert receipt.four_property == {"安全性": "fail"}
    assert submit(far.target(**archive.table()), other) == receipt.as_record()


def test_another_package_in_the_container_is_refused(
    far: FarSide, built: BuiltPackage, committed: dict[str, Any], archive: Archive
) -> None:
    """Right in itself, but not the package that the commit names."""
    place = f"commits/{committed['package']}/1.json"
    far.write(place, json.dumps({**committed, "sha256": built.sha256}).encode())
    [receipt] = archive.receive(far.store())
    assert not receipt.accepted
    assert receipt.sha256 == built.sha256


def test_an_id_is_taken_once(
    far: FarSide,
    built: BuiltPackage,
    other: BuiltPackage,
    committed: dict[str, Any],
    archive: Archive,
    tmp_path: Path,
) -> None:
    """A commit put beside the accepted one by somebody who does not keep to the rules."""
    assert [receipt.accepted for receipt in archive.receive(far.store())] == [True]
    elsewhere = FarSide(tmp_path / "data-2", tmp_path / "elsewhere")
    code_of(Transient, elsewhere.target(**archive.table(receipt_seconds=0)), built)
    for key, data in elsewhere.files().items():
        far.write(key.replace("/1.json", "/2.json"), data)
    [receipt] = archive.receive(far.store())
    assert not receipt.accepted
    assert receipt.sha256 == built.sha256
    assert receipt.checks[0]["code"] == "TGT-201"


def test_a_cut_anywhere_is_gone_on_from(
    far: FarSide,
    other: BuiltPackage,
    committed: dict[str, Any],
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload, kept = FolderStore.upload, list[str]()

    def cut(self: FolderStore, source: Path, key: str, *more: Any) -> None:
        if len(kept) == 4:
            raise Transient("TGT-301", target="here")
        kept.append(key)
        upload(self, source, key, *more)

    monkeypatch.setattr(FolderStore, "upload", cut)
    with pytest.raises(Transient):
        archive.receive(far.store())
    monkeypatch.undo()
    [receipt] = archive.receive(far.store())
    assert receipt.accepted
    accession = far.root / receipt.location
    assert {path.relative_to(accession) for path in accession.rglob("*") if path.is_file()} == {
        path.relative_to(other.path) for path in other.path.rglob("*") if path.is_file()
    }


def test_it_is_reached_by_the_registry(
    far: FarSide, committed: dict[str, Any], archive: Archive, tmp_path: Path
) -> None:
    cancel = CancelToken()
    [record] = take_over(far.root, archive.key_file, "", tmp_path / "work", cancel)
    assert record["accepted"]
    assert record["signature"]["algorithm"] == "RSA-SHA256"
    with pytest.raises(BadInput) as caught:
        take_over(far.root, archive.certificate, "", tmp_path / "work", cancel)
    assert caught.value.code == "TGT-211"
