"""The window: PySide6 lives here and nowhere else."""

from __future__ import annotations

from app.gui.booleans import keep_booleans_alive

keep_booleans_alive()
