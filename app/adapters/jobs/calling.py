"""Runs one function by name in a worker process. Kept light: every worker imports this first."""

from __future__ import annotations

import errno
import importlib
import multiprocessing
import os
import shutil
import threading
import traceback
from collections.abc import Sequence
from typing import Any

from app.adapters.jobs.capacity import resident_bytes, stand_back
from app.kernel.errors import Broken, Fault

PARENT_GONE = 3
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def begin_worker(background: bool = False) -> None:
    """Let this worker end when its program ends, however that came about; a `background` one
    stands back behind everything else on the machine.

    A worker in the middle of a page would otherwise finish it for nobody, and hold its memory
    that long. The operating system closes the parent's end of a pipe even after `kill -9`.
    """
    if background:
        stand_back()
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(PARENT_GONE)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def call_by_name(function: str, arguments: Sequence[Any]) -> dict[str, Any]:
    """`{"result": …}`, `{"fault": record}`, or `{"fault": …, "trace": …}` for a bug; "resident"
    is how many bytes this worker holds afterwards (0 unknown).

    Only plain data travels: an exception of a library may not survive the way between processes.
    """
    return _answer(function, arguments) | {"resident": resident_bytes()}


def _answer(function: str, arguments: Sequence[Any]) -> dict[str, Any]:
    module, _, name = function.partition(":")
    try:
        return {"result": getattr(importlib.import_module(module), name)(*arguments)}
    except Fault as fault:
        return {"fault": fault.as_record()}
    except OSError as error:
        if error.errno in _FULL:
            return {"fault": _disk_full(error).as_record()}
        return _bug(function, error)
    except Exception as error:  # a worker reports whatever went wrong and goes on with the next
        return _bug(function, error)


def _disk_full(error: OSError) -> Broken:
    path = str(error.filename or "")
    free = shutil.disk_usage(os.path.dirname(path) or ".").free // 1024**2  # noqa: PTH120
    return Broken("SYS-404", path=path, free=free)


def _bug(function: str, error: Exception) -> dict[str, Any]:
    fault = Fault("JOB-105", function=function, reason=f"{type(error).__name__}: {error}")
    return {"fault": fault.as_record(), "trace": traceback.format_exc()}
