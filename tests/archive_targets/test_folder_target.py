"""The folder target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple

import pytest

from app.adapters.archive import folder as folder_module
from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Transient
from tests.archive_targets.archive_contract import ArchiveTargetContract, code_of, submit
from tests.archive_targets.far_sides import FarSide

Usage = namedtuple("Usage", "total used free")


class TestFolderTarget(ArchiveTargetContract):
    @pytest.fixture
    def far(self, folder_side: FarSide) -> FarSide:
        return folder_side

    @pytest.mark.parametrize(
        ("number", "kind", "code"),
        [
            (errno.ENOSPC, Broken, "TGT-411"),
            (errno.EDQUOT, Broken, "TGT-411"),
            (errno.EACCES, Broken, "TGT-401"),
            (errno.EROFS, Broken, "TGT-401"),
            (errno.EIO, Transient, "TGT-301"),
            (errno.ESTALE, Transient, "TGT-301"),
        ],
    )
    def test_disk_errors_of_the_share_are_told_apart(
        self,
        number: int,
        kind: type[Broken | Transient],
        code: str,
        far: FarSide,
        other: BuiltPackage,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def failing(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(folder_module, "sync_folder", failing)
        assert code_of(kind, far.target(), other) == code
        monkeypatch.undo()
        assert submit(far.target(), other)["accepted"]

    def test_a_full_share_is_told_before_anything_is_sent(
        self, far: FarSide, other: BuiltPackage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        free = shutil.disk_usage

        def usage(path: os.PathLike[str]) -> Usage:
            inside = far.root in folder_module.Path(path).parents
            return Usage(1, 1, 7) if inside else Usage(*free(path))

        monkeypatch.setattr(shutil, "disk_usage", usage)
        assert code_of(Broken, far.target(), other) == "TGT-402"
        assert far.staged() == 0

    def test_no_room_on_this_station_is_told_before_anything_is_sent(
        self, far: FarSide, other: BuiltPackage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 7))
        assert code_of(Broken, far.target(), other) == "PKG-401"
        assert far.files() == {}

    def test_a_share_without_links_is_only_added_to_as_well(
        self,
        far: FarSide,
        other: BuiltPackage,
        built: BuiltPackage,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def no_links(*_: object) -> None:
            raise OSError(errno.EOPNOTSUPP, "no links here")

        monkeypatch.setattr(os, "link", no_links)
        store = folder_module.FolderStore(far.root)
        assert store.create("commits/a/1.json", b"first")
        assert not store.create("commits/a/1.json", b"second")
        assert store.read("commits/a/1.json") == b"first"
        assert submit(far.target(), other)["accepted"]

    def test_ids_are_kept_apart_and_inside(self, far: FarSide, other: BuiltPackage) -> None:
        beside = {path.name for path in far.root.parent.iterdir()} | {"data"}
        places = set()
        for package_id in ("../../escape", "a/b", "a:b", "[x]*"):
            receipt = submit(far.target(), other, package_id=package_id)
            assert receipt["package"] == package_id
            places.add(receipt["location"])
            assert (far.root / receipt["location"]).resolve().is_relative_to(far.root.resolve())
        assert len(places) == 4
        assert {path.name for path in far.root.parent.iterdir()} == beside
