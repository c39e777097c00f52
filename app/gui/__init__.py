"""The window: PySide6 lives here and nowhere else."""

from __future__ import annotations

from app.gui.singletons import keep_singletons_alive

keep_singletons_alive()
