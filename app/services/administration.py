"""Administration: audit chain, fixity, search, and what this machine lacks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.people import People
from app.services.views import AuditReport, DoctorRow, SearchHit
from archive_rules.case_number import parse
from archive_rules.text import plain

SNIPPET = 30
# Sides that hold the figures of a case number, of which those with the number itself are chosen.
MOST_CANDIDATES = 5000


class Administration(People):
    """Use cases of the administrator."""

    def audit_verify(self) -> AuditReport:
        """Check the whole audit chain."""
        with self._context.storage.read() as tx:
            intact, rows, head, broken_at = tx.audit.verify()
        return AuditReport(ok=intact, rows=rows, head=head, broken_at=broken_at)

    def fixity(
        self, actor: Actor, *, report: Report = silent, cancel: CancelToken | None = None
    ) -> dict[str, Any]:
        """Read every master again and compare its digest.

        {"masters", "damaged": [sha256], "sides": [{"sha256", "case_no", "position"}]}
        """
        cancel = cancel or CancelToken()
        with self._context.storage.read() as tx:
            masters = tx.masters.find()
        damaged = []
        for index, master in enumerate(masters, start=1):
            cancel.check()
            if not self._context.blobs.verify(master.sha256):
                damaged.append(master.sha256)
            report(Progress(step="fixity", done=index, total=len(masters)))
        with self._context.storage.write() as tx:
            sides = [
                {
                    "sha256": side.master,
                    "case_no": tx.dossiers.get(side.dossier_id).case_no,
                    "position": side.position,
                }
                for sha256 in damaged
                for side in tx.sides.find(master=sha256)
            ]
            tx.audit.record(
                actor.name, "fixity_checked", "store", masters=len(masters), damaged=damaged
            )
            tx.commit()
        return {"masters": len(masters), "damaged": damaged, "sides": sides}

    def search(self, text: str, limit: int = 200) -> list[SearchHit]:
        """Sides whose recognised text holds `text`, with the words around it. A case number is
        found in whatever brackets, width and spacing it stands on the page."""
        text = text.strip()
        if not text:
            return []
        number, sought, most = "", text, limit
        with suppress(BadInput):
            written = parse(text)
            number, sought, most = plain(written.normal), str(written.number), MOST_CANDIDATES
        hits: list[SearchHit] = []
        with self._context.storage.read() as tx:
            for dossier_id, side_id, found in self._context.storage.search(sought, most):
                side = tx.sides.get(side_id)
                if side.superseded or number not in plain(found):
                    continue
                place = max(0, found.casefold().find(sought.casefold()))
                snippet = found[max(0, place - SNIPPET) : place + len(text) + SNIPPET]
                hits.append(
                    SearchHit(
                        case_no=tx.dossiers.get(dossier_id).case_no,
                        position=side.position,
                        page_number=side.page_number,
                        snippet=" ".join(snippet.split()),
                    )
                )
                if len(hits) == limit:
                    break
        return sorted(hits, key=lambda hit: (hit.case_no, hit.position))

    def data_version(self) -> int:
        """A number that changes when anybody committed."""
        return self._context.storage.data_version()

    def targets(self) -> list[str]:
        """Names of the archive targets."""
        return sorted(self._context.targets)

    def engines(self) -> list[str]:
        """Names of the recognition engines."""
        return ["rapidocr", "tesseract"]

    def doctor(self, probes: list[Callable[[], DoctorRow]] | None = None) -> list[DoctorRow]:
        """What this machine needs and whether it is there."""
        return [probe() for probe in (probes if probes is not None else self._context.probes)]
