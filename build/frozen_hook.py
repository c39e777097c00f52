"""Runs first in the frozen program, before anything of ours is imported."""

import os
import sys
from pathlib import Path

# The paper dossiers that were drawn when the program was packaged.
os.environ.setdefault("JUANZONG_BUNDLED", str(Path(sys._MEIPASS) / "bundled"))  # type: ignore[attr-defined]

# The start-up code points the library path at our folder. Programs of the system that we start
# (tesseract) must find their own libraries; our own children set the path again by themselves.
_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before:
    os.environ["LD_LIBRARY_PATH"] = _before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

# Qt must not look for plug-ins of another installation.
for _name in ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)
