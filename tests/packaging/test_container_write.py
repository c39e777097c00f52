"""A package in one file: the same package gives the same bytes, a changed one gives none."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.packaging.container import open_container, write_container
from app.adapters.packaging.package import build_package, is_whole
from app.adapters.packaging.plan import PackagePlan
from app.kernel.errors import Broken, Refused
from tests.full_disk import full_disk
from tests.packaging.conftest import DOSSIER

MakePlan = Callable[..., PackagePlan]
FOLDER = "（2019）辽0882民初4866号_v1"


@pytest.fixture
def package(make_plan: MakePlan, tmp_path: Path) -> Path:
    return build_package(make_plan(), tmp_path / "out").path


def test_the_same_package_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    first = write_container(package, tmp_path / "a" / "一.zip")
    moved = tmp_path / "elsewhere"
    shutil.copytree(package, moved)
    (moved / "commit.json").write_bytes(b"left by a target")
    second = write_container(moved, tmp_path / "二.zip")
    assert first == second
    data = (tmp_path / "二.zip").read_bytes()
    assert (first.sha256, first.size) == (hashlib.sha256(data).hexdigest(), len(data))
    with zipfile.ZipFile(tmp_path / "二.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert names == sorted(names)
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(f"{FOLDER}/manifest.json") == (package / "manifest.json").read_bytes()
    assert f"{FOLDER}/commit.json" not in names


def test_an_independent_program_unpacks_it(package: Path, tmp_path: Path) -> None:
    (package / "manifest.sig").write_bytes(b"signature")
    write_container(package, tmp_path / "x.zip")
    subprocess.run(
        ["python3", "-m", "zipfile", "-e", tmp_path / "x.zip", tmp_path / "there"], check=True
    )
    assert is_whole(tmp_path / "there" / FOLDER)
    assert (tmp_path / "there" / FOLDER / "manifest.sig").read_bytes() == b"signature"


def test_sizes_beyond_the_old_limits_are_written_and_read(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ZIP64 for every size and place above a limit that is made small here."""
    plain = write_container(package, tmp_path / "plain.zip")
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    wide = write_container(package, tmp_path / "wide.zip")
    monkeypatch.undo()
    assert wide.size > plain.size
    assert is_whole(open_container(tmp_path / "wide.zip", tmp_path / "there"))


@pytest.mark.parametrize("kind", ["changed", "missing", "longer", "no manifest", "no seal"])
def test_a_package_that_is_not_whole_gives_no_container(
    package: Path, tmp_path: Path, kind: str
) -> None:
    image = package / DOSSIER / "正卷/第01册/图像/00001.jpg"
    if kind == "changed":
        data = bytearray(image.read_bytes())
        data[100] ^= 1
        image.write_bytes(data)
    elif kind == "longer":
        image.write_bytes(image.read_bytes() + b"x")
    else:
        names = {"missing": image, "no manifest": package / "manifest.json"}
        names.get(kind, package / "tagmanifest-sha256.txt").unlink()
    with pytest.raises(Refused) as caught:
        write_container(package, tmp_path / "there" / "x.zip")
    assert caught.value.code == "PKG-204"
    assert list(tmp_path.glob("there/*")) == []


def test_a_full_disk_leaves_nothing(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "there" / "x.zip"
    out.parent.mkdir()
    with full_disk(20_000), pytest.raises(Broken) as caught:
        write_container(package, out)
    assert caught.value.code == "PKG-401"
    assert list(out.parent.iterdir()) == []
    assert write_container(package, out).size == out.stat().st_size
