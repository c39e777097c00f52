"""Many parts of a widget appear or vanish at once, and it is laid out once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QLayout, QWidget


@contextmanager
def one_layout(widget: QWidget) -> Iterator[None]:
    """Put off the layout of `widget` and of all it stands in until the block is over.

    Qt lays everything out anew, up to the window, for every single part that is shown in a widget
    in sight: a page with twenty of them held the window up for a tenth of a second.
    """
    resting: list[QLayout] = []
    around: QWidget | None = widget
    while around is not None:
        layout = around.layout()
        if layout is not None and layout.isEnabled():
            layout.setEnabled(False)
            resting.append(layout)
        around = around.parentWidget()
    try:
        yield
    finally:
        for layout in resting:
            layout.setEnabled(True)
