"""What this machine needs to do the work, each as a probe with a remedy (`doctor`)."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.adapters.fonts import chinese_font
from app.adapters.settings import load_settings
from app.kernel.digest import sm3_available
from app.kernel.errors import Fault
from app.services.views import DoctorRow

LEAST_FREE_BYTES = 2 * 1024**3
TESSERACT_LANGUAGES = ("chi_sim", "osd")


def probes(data: Path) -> tuple[Callable[[], DoctorRow], ...]:
    """All probes for a data folder. None of them makes the folder or changes what is in it."""
    return (
        _python,
        _sm3,
        lambda: _disk(data),
        lambda: _writable(data),
        lambda: _settings(data),
        lambda: _database(data),
        _font,
        _tesseract,
        _sane,
    )


def _python() -> DoctorRow:
    return DoctorRow(
        name="python",
        ok=sys.version_info >= (3, 11),
        detail=sys.version.split()[0],
        code="DOC-101",
    )


def _sm3() -> DoctorRow:
    return DoctorRow(name="sm3", ok=sm3_available(), detail="OpenSSL", code="DOC-102")


def _disk(data: Path) -> DoctorRow:
    free = shutil.disk_usage(_nearest(data)).free
    return DoctorRow(
        name="disk",
        ok=free >= LEAST_FREE_BYTES,
        detail=f"{free / 1024**3:.1f} GB",
        code="DOC-103",
    )


def _nearest(data: Path) -> Path:
    """The data folder, or the folder in which it would be made."""
    return next(folder for folder in (data.absolute(), *data.absolute().parents) if folder.exists())


def _writable(data: Path) -> DoctorRow:
    nearest = _nearest(data)
    ok = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    if ok and nearest == data.absolute():
        probe = data / f".probe-{os.getpid()}"
        try:
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            return DoctorRow(name="data", ok=False, detail=str(error), code="DOC-104")
    return DoctorRow(name="data", ok=ok, detail=str(data), code="DOC-104")


def _settings(data: Path) -> DoctorRow:
    try:
        load_settings(data)
    except Fault as fault:
        detail = "，".join(str(value) for value in fault.parameters.values())
        return DoctorRow(name="settings", ok=False, detail=detail, code="DOC-108")
    return DoctorRow(name="settings", ok=True, detail="", code="DOC-108")


def _database(data: Path) -> DoctorRow:
    path = data / "dossiers.db"
    if not path.exists():
        return DoctorRow(name="database", ok=True, detail="", code="DOC-109")
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            answer = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            database.close()
    except sqlite3.Error as error:
        answer = str(error)
    return DoctorRow(name="database", ok=answer == "ok", detail=answer, code="DOC-109")


def _font() -> DoctorRow:
    try:
        return DoctorRow(name="font", ok=True, detail=chinese_font().name, code="DOC-105")
    except Fault:
        return DoctorRow(name="font", ok=False, detail="", code="DOC-105")


def _tesseract() -> DoctorRow:
    program = shutil.which("tesseract")
    if program is None:
        return DoctorRow(name="tesseract", ok=False, detail="", code="DOC-106")
    try:
        listed = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return DoctorRow(name="tesseract", ok=False, detail=str(error), code="DOC-106")
    found = set((listed.stdout + listed.stderr).split())
    missing = [language for language in TESSERACT_LANGUAGES if language not in found]
    detail = "、".join(missing) if missing else "、".join(TESSERACT_LANGUAGES)
    return DoctorRow(name="tesseract", ok=not missing, detail=detail, code="DOC-106")


def _sane() -> DoctorRow:
    if sys.platform.startswith("win"):
        return DoctorRow(name="scanner", ok=True, detail="TWAIN", code="DOC-107")
    library = ctypes.util.find_library("sane")
    return DoctorRow(name="scanner", ok=library is not None, detail=library or "", code="DOC-107")
