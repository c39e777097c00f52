"""Calls of the reading room off the main thread; a bug reaches the reader as a calm sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from app.gui.ops import Op
from app.kernel.errors import Broken, Fault

Result = TypeVar("Result")
LOG = logging.getLogger(__name__)


def ask(parent: QWidget, call: Callable[[], Result], *, in_order: bool = False) -> Op[Result]:
    """An operation on a reading thread, or `in_order` after all such asked before.

    Its `refused` hears of bugs too, as Broken RDR-110: the standard dialog with its details has no
    place in a public hall.
    """

    def guarded() -> Result:
        try:
            return call()
        except Fault:
            raise
        except Exception as error:
            LOG.exception("terminal call failed")
            raise Broken("RDR-110") from error

    operation = Op(parent, guarded)
    return operation if in_order else operation.reads()
