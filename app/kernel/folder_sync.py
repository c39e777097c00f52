"""Names in a folder, brought to the disk."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make new names and renames in `folder` outlive a power cut, where the system can be asked.
    Raises OSError."""
    # Windows cannot open a folder for syncing; NTFS journals the rename by itself.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
