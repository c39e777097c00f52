"""The two tracks into the archive: what people ask for in one go."""

from __future__ import annotations

from app.domain.access import Actor
from app.kernel.progress import CancelToken, Report, silent
from app.services.additions import Additions
from app.services.archive_fixity import ArchiveFixity
from app.services.archive_queue import ArchiveQueue
from app.services.shelving import Shelving
from app.services.transfers import Transfers
from app.services.views import TracksView


class Archiving(ArchiveQueue, Transfers, Shelving, Additions, ArchiveFixity):
    """Use cases of the archivist who brings a dossier into the archive."""

    def submit(
        self,
        actor: Actor,
        case_no: str,
        target: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> TracksView:
        """Hand the package to an archive target now; only its proved receipt counts. A package
        that the archive has is not sent again.

        Raises Refused DOS-107 (no package), DOS-108 (failed check), DOS-110 (rejected), TRF-103,
        FRZ-101, BadInput DOS-109 (unknown target), and the faults of the target; a failed attempt
        stays in the ledger and in the queue, which tries it again.
        """
        row = self.queue_transfer(actor, case_no, target)
        self.send_now(actor, row.id, report=report, cancel=cancel)
        return self.tracks(case_no)
