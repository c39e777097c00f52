"""The archive queue, freezes, later material, signatures and passports of the workstation in
memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.archive_rows import (
    TARGET,
    sample_addition,
    sample_attempts,
    sample_passport,
    sample_queue,
    sample_signatures,
    sample_transfer,
)
from app.gui.samples.courts import SampleCourts
from app.gui.samples.four_property import SampleFourProperty
from app.kernel.errors import Fault
from app.kernel.progress import CancelToken, Report
from app.services.archive_views import (
    AdditionRow,
    ArchiveRow,
    AttemptRow,
    CourtTransferRow,
    FreezeView,
    PackageCheckView,
    PassportView,
    SignatureView,
    TransferRow,
)
from app.services.sending_hours import checked_windows
from app.services.views import TracksView


class SampleArchiveQueue(SampleFourProperty, SampleCourts):
    """Part of `SampleWorkstation`."""

    def _begin_archive(self, *, empty: bool) -> None:
        self.archive_rows: list[ArchiveRow] = [] if empty else sample_queue()
        self.queue_paused = False
        self.archive_fault: Fault | None = None
        self.attempt_rows: list[AttemptRow] = []
        self.freeze_rows: list[FreezeView] = []
        self.addition_rows: list[AdditionRow] = []
        self.passport_rows: list[PassportView] = []
        self.court_rows: list[CourtTransferRow] = []
        self.check_rows: list[PackageCheckView] = []
        self.track_rule_values: dict[str, Any] = {
            "mode": "dual",
            "paper_days": 7,
            "accepted_check": False,
        }
        self.windows: dict[str, Any] = {}
        self.signature_rows: list[SignatureView] = sample_signatures()

    def archive_queue(self, *, open_only: bool = True) -> list[ArchiveRow]:
        """The queue."""
        if self.archive_fault is not None:
            raise self.archive_fault
        return list(self.archive_rows)

    def transfer_queue(self) -> dict[str, Any]:
        """Its settings."""
        return {"paused": self.queue_paused, "begin": "", "end": "", "windows": self.windows}

    def set_target_windows(
        self, actor: Actor, target: str, windows: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Hours and bandwidth of one archive."""
        self._note("set_target_windows", target, list(windows))
        checked = [window.as_record() for window in checked_windows(windows)]
        self.windows = {**self.windows, target: checked}
        return self.transfer_queue()

    def set_transfer_window(self, actor: Actor, begin: str, end: str) -> dict[str, Any]:
        """Hours of all archives."""
        self._note("set_transfer_window", begin, end)
        return self.transfer_queue()

    def send_now(
        self, actor: Actor, transfer_id: str, *, report: Report, cancel: CancelToken
    ) -> TransferRow:
        """Send."""
        self._note("send_now", transfer_id)
        return self._turn(transfer_id, "receipted", "paper_with")

    def track_rules(self) -> dict[str, Any]:
        """Rules of both tracks."""
        return dict(self.track_rule_values)

    def transfers(self, case_no: str = "", *, open_only: bool = False) -> list[TransferRow]:
        """What is on its way."""
        return [row.transfer for row in self.archive_rows if row.transfer is not None]

    def _turn(self, transfer_id: str, state: str, code: str) -> TransferRow:
        """Put a transfer into another state, and its dossier with it."""
        for place, row in enumerate(self.archive_rows):
            if row.transfer is not None and row.transfer.id == transfer_id:
                changed = evolve(row.transfer, state=state, error={}, rate=0.0, seconds_left=None)
                self.archive_rows[place] = evolve(
                    row,
                    transfer=changed if state != "withdrawn" else None,
                    electronic=state if state != "withdrawn" else "checked",
                    blocker={"code": code, "target": changed.target},
                )
                return changed
        raise KeyError(transfer_id)

    def pause_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Pause."""
        self._note("pause_transfer", transfer_id, reason)
        return self._turn(transfer_id, "paused", "transfer_paused")

    def resume_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Go on."""
        self._note("resume_transfer", transfer_id, reason)
        return self._turn(transfer_id, "waiting", "waiting")

    def retry_transfer(self, actor: Actor, transfer_id: str, reason: str = "") -> TransferRow:
        """Try again."""
        self._note("retry_transfer", transfer_id, reason)
        return self._turn(transfer_id, "waiting", "waiting")

    def withdraw_transfer(self, actor: Actor, transfer_id: str, reason: str) -> TransferRow:
        """Take out."""
        self._note("withdraw_transfer", transfer_id, reason)
        return self._turn(transfer_id, "withdrawn", "not_queued")

    def set_priority(self, actor: Actor, transfer_id: str, priority: int) -> TransferRow:
        """Before or behind others."""
        self._note("set_priority", transfer_id, priority)
        row = next(row for row in self.transfers() if row.id == transfer_id)
        return evolve(row, priority=priority)

    def queue_transfer(
        self, actor: Actor, case_no: str, target: str, *, priority: int = 0
    ) -> TransferRow:
        """Queue."""
        self._note("queue_transfer", case_no, target, priority)
        made = sample_transfer(99, case_no, "waiting", priority=priority, attempts=0)
        self.archive_rows = [
            evolve(
                row,
                transfer=made,
                electronic="waiting",
                blocker={"code": "waiting", "target": TARGET},
                turn="system",
            )
            if row.case_no == case_no
            else row
            for row in self.archive_rows
        ]
        return made

    def pause_queue(self, actor: Actor) -> dict[str, Any]:
        """Rest."""
        self._note("pause_queue")
        self.queue_paused = True
        return self.transfer_queue()

    def resume_queue(self, actor: Actor) -> dict[str, Any]:
        """Run."""
        self._note("resume_queue")
        self.queue_paused = False
        return self.transfer_queue()

    def attempts(self, case_no: str) -> list[AttemptRow]:
        """Attempts."""
        return list(self.attempt_rows)

    def begin_attempts(self, case_no: str) -> None:
        """Let there be attempts and receipts."""
        self.attempt_rows = sample_attempts(case_no)

    def freezes(self, case_no: str = "", *, open_only: bool = True) -> list[FreezeView]:
        """Counts that differ."""
        return [row for row in self.freeze_rows if not open_only or row.state == "open"]

    def settle_freeze(
        self, actor: Actor, freeze_id: str, resolution: str, reason: str
    ) -> FreezeView:
        """Sign."""
        self._note("settle_freeze", freeze_id, resolution, reason)
        self.freeze_rows = [
            evolve(
                row, state="settled", settled_by=actor.name, resolution=resolution, reason=reason
            )
            for row in self.freeze_rows
        ]
        return self.freeze_rows[0]

    def additions(self, case_no: str = "", *, open_only: bool = False) -> list[AdditionRow]:
        """Later material."""
        return list(self.addition_rows)

    def ask_addition(self, actor: Actor, case_no: str, **facts: Any) -> AdditionRow:
        """Ask."""
        self._note("ask_addition", case_no, facts)
        self.addition_rows.append(evolve(sample_addition(case_no), **facts))
        return self.addition_rows[-1]

    def approve_addition(self, actor: Actor, addition_id: str, remark: str = "") -> AdditionRow:
        """Approve."""
        self._note("approve_addition", addition_id, remark)
        after = {"asked": "department_approved", "department_approved": "approved"}
        row = self.addition_rows[-1]
        said = (*row.approvals, {"person": actor.name, "remark": remark})
        self.addition_rows[-1] = evolve(row, state=after[row.state], approvals=said)
        return self.addition_rows[-1]

    def refuse_addition(self, actor: Actor, addition_id: str, reason: str) -> AdditionRow:
        """Refuse."""
        self._note("refuse_addition", addition_id, reason)
        row = evolve(self.addition_rows[-1], state="refused", refused_by=actor.name, refusal=reason)
        self.addition_rows[-1] = row
        return row

    def open_addition(self, actor: Actor, addition_id: str) -> AdditionRow:
        """Open."""
        self._note("open_addition", addition_id)
        self.addition_rows[-1] = evolve(self.addition_rows[-1], state="open", version=2)
        return self.addition_rows[-1]

    def shelve_volume(
        self, actor: Actor, volume_code: str, shelf_code: str, *, pages: int, case_no: str = ""
    ) -> TracksView:
        """One of two volumes, then the other."""
        self._note("shelve_volume", volume_code, shelf_code, pages)
        view = self.tracks(case_no)
        count = sum(name == "shelve_volume" for name, _given in getattr(self, "calls", ()))
        if count < 2:
            return evolve(view, paper=view.paper | {"volumes": [{"part": "main", "volume": 1}]})
        return evolve(view, paper=view.paper | {"state": "shelved"})

    def signatures(self, what: str) -> list[SignatureView]:
        """Signatures."""
        return list(self.signature_rows)

    def passports(self, case_no: str) -> list[PassportView]:
        """Passports."""
        return list(self.passport_rows)

    def issue_passport(self, actor: Actor, case_no: str, out: Path | None = None) -> PassportView:
        """Issue."""
        self._note("issue_passport", case_no)
        self.passport_rows.append(sample_passport(case_no, len(self.passport_rows) + 1))
        return self.passport_rows[-1]

    def print_passport(self, case_no: str, out: Path) -> Path:
        """Print."""
        self._note("print_passport", case_no, out)
        return out

    def handover_register(self, actor: Actor, path: Path, *, case_nos: Sequence[str] = ()) -> int:
        """移交清册."""
        self._note("handover_register", path, tuple(case_nos))
        return len(self.archive_rows)

    def handover_form(self, actor: Actor, path: Path, *, case_nos: Sequence[str] = ()) -> int:
        """《电子档案移交与接收登记表》."""
        self._note("handover_form", path, tuple(case_nos))
        return len(self.archive_rows)

    def additions_register(self, actor: Actor, path: Path, *, case_nos: Sequence[str] = ()) -> int:
        """补充材料登记表."""
        self._note("additions_register", path, tuple(case_nos))
        return len(self.addition_rows)
