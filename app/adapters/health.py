"""What this machine needs to do the work, each as a probe with a remedy (`doctor`)."""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.adapters.fonts import chinese_font
from app.kernel.digest import sm3_available
from app.kernel.errors import Fault
from app.services.views import DoctorRow

LEAST_FREE_BYTES = 2 * 1024**3
TESSERACT_LANGUAGES = ("chi_sim", "osd")


def probes(data: Path) -> tuple[Callable[[], DoctorRow], ...]:
    """All probes for a data folder."""
    return (
        _python,
        _sm3,
        lambda: _disk(data),
        lambda: _writable(data),
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
    free = shutil.disk_usage(data).free
    return DoctorRow(
        name="disk",
        ok=free >= LEAST_FREE_BYTES,
        detail=f"{free / 1024**3:.1f} GB",
        code="DOC-103",
    )


def _writable(data: Path) -> DoctorRow:
    probe = data / ".probe"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return DoctorRow(name="data", ok=False, detail=str(error), code="DOC-104")
    return DoctorRow(name="data", ok=True, detail=str(data), code="DOC-104")


def _font() -> DoctorRow:
    try:
        return DoctorRow(name="font", ok=True, detail=chinese_font().name, code="DOC-105")
    except Fault:
        return DoctorRow(name="font", ok=False, detail="", code="DOC-105")


def _tesseract() -> DoctorRow:
    program = shutil.which("tesseract")
    if program is None:
        return DoctorRow(name="tesseract", ok=False, detail="", code="DOC-106")
    listed = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
    )
    found = set((listed.stdout + listed.stderr).split())
    missing = [language for language in TESSERACT_LANGUAGES if language not in found]
    detail = "、".join(missing) if missing else "、".join(TESSERACT_LANGUAGES)
    return DoctorRow(name="tesseract", ok=not missing, detail=detail, code="DOC-106")


def _sane() -> DoctorRow:
    if sys.platform.startswith("win"):
        return DoctorRow(name="scanner", ok=True, detail="TWAIN", code="DOC-107")
    library = ctypes.util.find_library("sane")
    return DoctorRow(name="scanner", ok=library is not None, detail=library or "", code="DOC-107")
