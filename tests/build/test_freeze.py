"""The packaging script: what it weighs and what it refuses, without building anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import freeze
from paths import ROOT


def program(folder: Path, files: dict[str, int]) -> Path:
    for name, size in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    return folder


def test_parts_are_weighed_once_and_largest_first(tmp_path: Path) -> None:
    folder = program(
        tmp_path,
        {"juanzong": 5, "_internal/cv2/a.so": 30, "_internal/cv2/b.so": 10, "_internal/z.so": 20},
    )
    (folder / "_internal" / "link.so").symlink_to(folder / "_internal" / "z.so")
    assert freeze.size_by_part(folder) == [("cv2", 40), ("z.so", 20), ("juanzong", 5)]


def test_libraries_that_must_not_ship_are_named(tmp_path: Path) -> None:
    folder = program(
        tmp_path, {"_internal/libgtk-3.so.0": 1, "_internal/PySide6/libQt6Core.so.6": 1}
    )
    assert freeze.unwelcome_files(folder) == ["libgtk-3.so.0"]


def test_the_trial_runs_away_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "elsewhere")
    monkeypatch.setenv("JUANZONG_DATA", "elsewhere")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    values = freeze.outside_environment()
    assert "elsewhere" not in values.values()
    assert values["QT_QPA_PLATFORM"] == "offscreen"
    assert values["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("before", "after"), [("/opt/lib", "/opt/lib"), (None, "unset"), ("", "unset")]
)
def test_programs_of_the_system_find_their_own_libraries(
    tmp_path: Path, before: str | None, after: str
) -> None:
    code = (
        f"import os, runpy, sys; sys._MEIPASS = {str(tmp_path)!r}; "
        f"runpy.run_path({str(ROOT / 'build' / 'frozen_hook.py')!r}); "
        "print(os.environ.get('LD_LIBRARY_PATH', 'unset')); print(os.environ['JUANZONG_BUNDLED'])"
    )
    values = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(tmp_path)}
    if before is not None:
        values["LD_LIBRARY_PATH_ORIG"] = before
    done = subprocess.run(
        [sys.executable, "-c", code], env=values, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [after, str(tmp_path / "bundled")]
