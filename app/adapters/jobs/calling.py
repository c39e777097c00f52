"""Runs one function by name in a worker process. Kept light: every worker imports this first."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from app.kernel.errors import Fault


def call_by_name(function: str, arguments: Sequence[Any]) -> dict[str, Any]:
    """`{"result": …}` or `{"fault": record}`; other exceptions travel as they are (bugs)."""
    module, _, name = function.partition(":")
    try:
        return {"result": getattr(importlib.import_module(module), name)(*arguments)}
    except Fault as fault:
        return {"fault": fault.as_record()}
