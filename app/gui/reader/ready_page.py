"""A page ready to be painted, and how it is taken out of memory again."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.gui.widgets.page_items import halved
from app.kernel.errors import Broken

LOG = logging.getLogger(__name__)


class ReadyPage:
    """One page as pictures of halving size; `issue` is its number in the ledger of issues."""

    def __init__(self, number: int, levels: list[QImage], issue: str = "") -> None:
        self.number = number
        self.levels = levels
        self.issue = issue

    def wipe(self) -> None:
        """Paint over the pixels and let go of them."""
        for level in self.levels:
            level.fill(Qt.GlobalColor.white)
        self.levels.clear()


def decoded(number: int, picture: bytes, issue: str = "") -> ReadyPage:
    """The page in `picture` (JPEG). Raises Broken RDR-110 when it cannot be decoded."""
    image = QImage.fromData(picture)
    if image.isNull():
        LOG.error("page %d cannot be decoded", number)
        raise Broken("RDR-110")
    return ReadyPage(number, halved(image.convertToFormat(QImage.Format.Format_RGB32)), issue)
