"""Comparisons that were made last, kept while nothing changed that they were made of."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from app.domain.reconciliation import Reconciliation

# A person goes back and forth between few dossiers.
MOST_KEPT = 3


class LastComparisons:
    """A screen asks for the ledger after each key; reading every text again takes seconds on a
    large dossier. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Any, Reconciliation]] = OrderedDict()

    def of(
        self, dossier_id: str, made_of: Any, make: Callable[[], Reconciliation]
    ) -> Reconciliation:
        """The comparison of a dossier: the one kept when it was made of the very same, else anew.
        `made_of` must hold everything that `make` reads, and not change."""
        with self._lock:
            kept = self._kept.get(dossier_id)
        if kept is not None and kept[0] == made_of:
            return kept[1]
        made = make()
        with self._lock:
            self._kept[dossier_id] = (made_of, made)
            self._kept.move_to_end(dossier_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made
