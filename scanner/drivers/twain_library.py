"""Finds and loads the Data Source Manager (state 1 to 2)."""

from __future__ import annotations

import ctypes
import logging
import os
import struct
import sys
from ctypes import byref
from typing import Any

from app.kernel.errors import Broken
from scanner.drivers.twain_structures import ENTRY, Identity, load_library

MANAGER_VARIABLE = "JUANZONG_TWAIN_DSM"
_LINUX = ("libtwaindsm.so.2", "/usr/local/lib/libtwaindsm.so.2", "libtwaindsm.so")
_WINDOWS = ("twaindsm.dll",)
# The manager of version 1 exists for 32-bit programs only.
_WINDOWS_32 = ("twaindsm.dll", "twain_32.dll")
_MAC = ("/Library/Frameworks/TWAINDSM.framework/TWAINDSM",)
_log = logging.getLogger(__name__)


class ManagerLibrary:
    """The loaded manager. Raises Broken SCN-141 when TWAIN is not installed; the variable
    `JUANZONG_TWAIN_DSM` names another file."""

    def __init__(self) -> None:
        names = manager_names()
        for name in names:
            try:
                self._library = load_library(name)
                # The library is a DSM only when it has the one entry.
                self._entry = ENTRY(("DSM_Entry", self._library))
            except (OSError, AttributeError) as error:
                _log.info("cannot use %s: %s", name, error)
                continue
            self.name = name
            return
        raise Broken("SCN-141", library=", ".join(names))

    def entry(
        self,
        origin: Identity,
        target: Identity | None,
        group: int,
        data: int,
        message: int,
        reference: Any,
    ) -> int:
        """One call of DSM_Entry; `reference` is a ctypes object passed by address, an address,
        or None. Gives the return code."""
        if isinstance(reference, (ctypes.Structure, ctypes._SimpleCData)):
            reference = ctypes.addressof(reference)
        return int(
            self._entry(
                byref(origin),
                None if target is None else byref(target),
                group,
                data,
                message,
                reference,
            )
        )


def manager_names() -> tuple[str, ...]:
    """Where a manager may be, in the order of trying."""
    own = os.environ.get(MANAGER_VARIABLE)
    if own:
        return (own,)
    if sys.platform == "win32":
        return _WINDOWS_32 if struct.calcsize("P") == 4 else _WINDOWS
    return _MAC if sys.platform == "darwin" else _LINUX
