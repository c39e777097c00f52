"""The object store on a real disk: whole or not at all, once, and never silently wrong."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.adapters.blobs import disk
from app.adapters.blobs.disk import DiskBlobStore
from app.kernel.errors import BadInput, Broken


def files_of(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_the_object_is_named_by_its_digest_and_read_only(tmp_path: Path) -> None:
    source = tmp_path / "扫描 件.jpg"
    source.write_bytes(os.urandom(3_000_000))
    store = DiskBlobStore(tmp_path / "data")
    blob = store.put_file(source)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    path = tmp_path / "data" / "objects" / digest[:2] / digest[2:4] / digest
    assert (blob.sha256, blob.size) == (digest, 3_000_000)
    assert blob.sm3 == hashlib.new("sm3", source.read_bytes()).hexdigest()
    assert store.path_of(digest) == path
    assert path.read_bytes() == source.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o444
    assert store.exists(digest)
    assert store.verify(digest)
    assert files_of(tmp_path / "data") == [path]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = DiskBlobStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda _: store.put_bytes(b"page" * 50_000), range(40)))
    assert len(set(blobs)) == 1
    assert files_of(tmp_path) == [store.path_of(blobs[0].sha256)]


def test_a_damaged_object_is_noticed_and_mended_by_its_own_bytes(tmp_path: Path) -> None:
    store = DiskBlobStore(tmp_path)
    blob = store.put_bytes(b"original")
    path = store.path_of(blob.sha256)
    for damaged, verify in ((b"short", False), (b"0riginal", True)):
        path.chmod(0o644)
        path.write_bytes(damaged)
        assert not store.verify(blob.sha256)
        assert store.put_bytes(b"original", verify=verify) == blob
        assert store.verify(blob.sha256)


def test_absent_objects_and_names_that_are_none(tmp_path: Path) -> None:
    store = DiskBlobStore(tmp_path)
    assert not store.exists("0" * 64)
    assert not store.verify("0" * 64)
    for name in ("", "../../etc/passwd", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="not a SHA-256"):
            store.path_of(name)


@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_full_disk_leaves_nothing_behind(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DiskBlobStore(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step == "write":
        monkeypatch.setattr(disk.os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Broken) as caught:
        store.put_bytes(b"x" * 1000)
    assert caught.value.code == "BLB-401"
    assert caught.value.parameters["needed"] == 1000
    assert caught.value.parameters["free"] > 0
    assert files_of(tmp_path) == []
    monkeypatch.undo()
    assert store.verify(store.put_bytes(b"x" * 1000).sha256)


def test_a_really_full_disk_is_named(tmp_path: Path) -> None:
    # /dev/full gives the real error of a full disk to every write.
    program = (
        "import sys, pathlib\n"
        "from app.adapters.blobs import disk\n"
        "from app.kernel.errors import Broken\n"
        "store = disk.DiskBlobStore(pathlib.Path(sys.argv[1]))\n"
        "disk.new_id = lambda _: 'in_full'\n"
        "opened = pathlib.Path.open\n"
        "pathlib.Path.open = lambda self, mode='r', *a, **k: opened("
        "pathlib.Path('/dev/full') if self.name == 'in_full' else self, "
        "mode.replace('x', 'w') if self.name == 'in_full' else mode, *a, **k)\n"
        "try:\n"
        "    store.put_bytes(b'x' * 100000)\n"
        "except Broken as fault:\n"
        "    print(fault.code)\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", program, tmp_path], check=True, capture_output=True, text=True
    ).stdout
    assert output.strip() == "BLB-401"
    assert files_of(tmp_path) == []


def test_a_source_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    store = DiskBlobStore(tmp_path / "data")
    for source in (tmp_path / "missing", tmp_path):
        with pytest.raises(BadInput) as caught:
            store.put_file(source)
        assert caught.value.code == "BLB-101"
    assert files_of(tmp_path / "data") == []


def test_a_folder_that_cannot_be_used_is_broken(tmp_path: Path) -> None:
    (tmp_path / "objects").write_text("a file in the way")
    with pytest.raises(Broken) as caught:
        DiskBlobStore(tmp_path)
    assert caught.value.code == "BLB-402"


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    incoming = tmp_path / "objects" / "incoming"
    incoming.mkdir(parents=True)
    old, young = incoming / "in_old", incoming / "in_young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (1_000_000, 1_000_000))
    DiskBlobStore(tmp_path)
    assert files_of(tmp_path) == [young]


def test_a_kill_in_the_middle_leaves_no_object(tmp_path: Path) -> None:
    program = (
        "import sys, os, pathlib\n"
        "from app.adapters.blobs import disk\n"
        "store = disk.DiskBlobStore(pathlib.Path(sys.argv[1]))\n"
        "disk.os.fsync = lambda _: os._exit(9)\n"
        "store.put_bytes(b'x' * 3000000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], check=False)
    assert done.returncode == 9
    store = DiskBlobStore(tmp_path)
    digest = hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert not store.exists(digest)
    assert store.put_bytes(b"x" * 3_000_000).sha256 == digest
    assert store.verify(digest)


def chunks_failing() -> Iterator[bytes]:
    yield b"begin"
    raise RuntimeError("the source broke")


def test_a_bug_in_the_source_leaves_nothing_behind(tmp_path: Path) -> None:
    store = DiskBlobStore(tmp_path)
    with pytest.raises(RuntimeError):
        store._put(chunks_failing(), 5, verify=False)
    assert files_of(tmp_path) == []
