"""A comparison is made once as long as nothing changed that it was made of."""

from __future__ import annotations

from app.domain.reconciliation import Reconciliation
from app.services.last_comparisons import MOST_KEPT, LastComparisons


def made(count: int) -> Reconciliation:
    return Reconciliation(consistent=True, counts={"sides": count}, discrepancies=(), tiles=())


def test_the_same_is_made_once_and_what_changed_anew() -> None:
    kept = LastComparisons()
    calls: list[str] = []

    def ask(dossier: str, made_of: tuple[int, ...]) -> int | None:
        def make() -> Reconciliation:
            calls.append(dossier)
            return made(len(made_of))

        return kept.of(dossier, made_of, make).counts["sides"]

    assert [ask("one", (1, 2)), ask("one", (1, 2)), ask("one", (1, 2, 3))] == [2, 2, 3]
    assert calls == ["one", "one"]
    for number in range(MOST_KEPT):
        ask(f"other {number}", (number,))
    ask("one", (1, 2, 3))
    assert calls.count("one") == 3
