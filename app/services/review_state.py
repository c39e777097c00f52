"""Whether the review of a dossier waits for somebody: cheap enough for a list of all cases."""

from __future__ import annotations

from app.domain.dossier import Dossier
from app.domain.review import ACCEPTED
from app.services.ports import Transaction
from app.services.review_notes import open_corrections, open_notes
from app.services.review_settings import settings_view
from archive_rules.review_rules import NONE


def review_waits(tx: Transaction, dossier: Dossier) -> int:
    """How many things of the review are open: notes, requests, the leafing through, the sample,
    signatures.

    Whether a leafing through, sample or signature still holds for what is there now is not asked:
    that takes every side of the dossier (`app.services.seal_obstacles` asks).
    """
    setting = settings_view(tx)
    waiting = open_notes(tx, dossier) + open_corrections(tx, dossier)
    states = [row[0] for row in tx.review_rounds.pick(("state",), dossier_id=dossier.id)]
    demanded = setting.plan != NONE or bool(states)
    if demanded and (not states or states[-1] != ACCEPTED):
        waiting += 1
    if setting.flip and not tx.flip_throughs.count(dossier_id=dossier.id, complete=True):
        waiting += 1
    if setting.chain:
        signed = tx.sign_offs.tally("step", dossier_id=dossier.id)
        waiting += sum(step not in signed for step in setting.chain)
    return waiting
