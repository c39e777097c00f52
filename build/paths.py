"""Where things are in a checkout, for the build scripts. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
LOCK = ROOT / "requirements.lock"
PRODUCT = ("app", "scanner", "ocr", "archive_rules", "cloud_locker")


def program_of(venv: Path, name: str = "python") -> Path:
    """The path of a program of a virtual environment on this system."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


class SetupError(Exception):
    """The machine lacks something; the message says what and the one thing to do."""
