"""Lines that are on disk before anything is done on the strength of them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cloud_locker.synced_lines import append_line, read_whole


def test_a_torn_line_stays_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lines"
    assert read_whole(path) == b""
    append_line(path, b"one")
    path.write_bytes(path.read_bytes() + b"tw")
    append_line(path, b"three")
    append_line(path, b"four")
    assert read_whole(path) == b"one\ntw\nthree\nfour\n"


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be synced there")
def test_the_name_of_a_new_file_is_synced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, sync = [], os.fsync

    def watched(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    append_line(tmp_path / "lines", b"one")
    assert synced == ["file", "folder"]
    append_line(tmp_path / "lines", b"two")
    assert synced == ["file", "folder", "file"]
