"""What keeps a dossier from being sealed: everything that is open, each by its own name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.domain.dossier import Dossier
from app.domain.review import OPEN
from app.kernel.errors import Refused
from app.kernel.fault_texts import describe
from app.services.cases import open_failures
from app.services.context import Service
from app.services.keying import open_keying
from app.services.leafing_state import leafing_obstacle
from app.services.ports import Transaction
from app.services.review_notes import correction_rows, note_rows
from app.services.review_rounds import round_obstacle
from app.services.review_views import SealObstacle
from app.services.reviewed import Reviewed
from app.services.sheet_sums import require_balance
from app.services.sign_offs import signature_obstacle

# The page of the desk on which each kind is settled, by the beginning of its code.
_STEPS = {"SUM": "scan", "DOS-104": "inspect", "KEY": "catalogue"}
_REVIEW = "reconcile"
_SENTENCE = ("code", "parameters")


class SealObstacles(Service):
    """What the archivist asks before she seals."""

    def seal_obstacles(self, case_no: str) -> tuple[SealObstacle, ...]:
        """Everything that is open before the dossier may be sealed, in the order of the line."""
        with self._context.storage.read() as tx:
            found = tuple(obstacles(tx, self._dossier(tx, case_no)))
        return obstacle_rows(found, self._context.language)


def obstacle_rows(found: Iterable[Refused], language: str) -> tuple[SealObstacle, ...]:
    """Refusals as a window shows them, in `language`."""
    rows = []
    for refusal in found:
        text = describe(refusal.as_record(), language)
        kind = refusal.code.partition("-")[0]
        rows.append(
            SealObstacle(
                code=refusal.code,
                message=text.message,
                remedy=text.remedy,
                step=_STEPS.get(refusal.code) or _STEPS.get(kind, _REVIEW),
                parameters=refusal.parameters,
            )
        )
    return tuple(rows)


def obstacles(tx: Transaction, dossier: Dossier) -> Iterator[Refused]:
    """Each refusal that sealing would meet, in the order of the line."""
    return obstacles_of(Reviewed(tx, dossier))


def obstacles_of(now: Reviewed) -> Iterator[Refused]:
    """As `obstacles`, of a dossier that is just being reviewed."""
    tx, dossier = now.tx, now.dossier
    try:
        require_balance(tx, dossier)
    except Refused as refusal:
        yield refusal
    yield from _differences(now)
    yield from _findings(now)
    keyed = open_keying(tx, dossier)
    if keyed:
        yield Refused("KEY-106", open=keyed)
    yield from _asked(now)
    for missing in (
        leafing_obstacle(now),
        round_obstacle(now),
        signature_obstacle(now),
    ):
        if missing is not None:
            yield missing


def _differences(now: Reviewed) -> Iterator[Refused]:
    """Differences that nobody settled, altered pages and leaves never seen among them."""
    entries = now.tx.ledger.find(dossier_id=now.dossier.id, verdict=["", "ask"])
    if entries:
        # A reason may hold more than its sentence, such as the places of an altered page.
        which = [{name: entry.reason.get(name) for name in _SENTENCE} for entry in entries]
        yield Refused("DOS-103", open=len(entries), which=which)


def _findings(now: Reviewed) -> Iterator[Refused]:
    """Serious findings that nobody judged."""
    waiting = open_failures(now.tx, now.dossier)
    if waiting:
        rows = now.tx.findings.pick(
            ("side_id",), dossier_id=now.dossier.id, verdict="", severity="fail"
        )
        found = {row[0] for row in rows}
        positions = [str(side.position) for side in now.active if side.id in found]
        yield Refused("DOS-104", open=waiting, positions="、".join(positions))


def _asked(now: Reviewed) -> Iterator[Refused]:
    """What people asked of each other and nobody answered."""
    requests = [row.reason for row in correction_rows(now) if row.state == OPEN]
    if requests:
        yield Refused("REV-120", open=len(requests), which=requests)
    notes = [row.text for row in note_rows(now) if not row.answered_by]
    if notes:
        yield Refused("REV-121", open=len(notes), which=notes)
