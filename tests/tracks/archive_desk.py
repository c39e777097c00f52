"""A dossier that is sealed and packaged, an archive whose answers a test chooses, a clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adapters.plugins import ArchiveTargets
from app.domain.access import Actor
from app.kernel.errors import Fault, Transient
from app.kernel.progress import CancelToken, Report
from app.services.ports import ArchiveReceipt, Noted, Rate, unlimited, unnoted
from app.services.workstation import Workstation
from tests.replay import CASE_NO

ADMINISTRATOR = Actor(name="管理员己", role="administrator")
ARCHIVIST = Actor(name="档案员戊", role="archivist")
SECOND = Actor(name="档案员庚", role="archivist")
CLERK = Actor(name="书记员丙", role="clerk")
JUDGE = Actor(name="庭长丁", role="judge")
OPERATOR = Actor(name="扫描员甲", role="operator")
PAGES = 3
SHELF = "A库/3/2/4/7/1"

Step = Callable[..., ArchiveReceipt]


class TurnedClock:
    """The clock of the machine as it stood at first, until a test turns it."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """The moment it was turned to."""
        return self.moment

    def turn(self, **by: float) -> None:
        """Go on by so many minutes, hours …"""
        self.moment += timedelta(**by)


class Archive:
    """A real folder of an archive. `script` holds what comes first: a fault to raise, or a
    function that is called with the real target and the call."""

    def __init__(self, root: Path) -> None:
        root.mkdir(exist_ok=True)
        self.root = root
        table = {"kind": "folder", "path": str(root)}
        self.real = ArchiveTargets({"archive": table}, root.parent)["archive"]
        self.script: list[Exception | Step] = []
        self.calls: list[str] = []

    def submit(
        self,
        package: Path,
        *,
        package_id: str,
        manifest_sha256: str,
        manifest_sm3: str,
        progress: Report,
        cancel: CancelToken,
        noted: Noted = unnoted,
        rate: Rate = unlimited,
    ) -> ArchiveReceipt:
        """See `ArchiveTarget.submit`."""
        self.calls.append(manifest_sha256)
        given: dict[str, Any] = {
            "package_id": package_id,
            "manifest_sha256": manifest_sha256,
            "manifest_sm3": manifest_sm3,
            "progress": progress,
            "cancel": cancel,
            "noted": noted,
            "rate": rate,
        }
        step = self.script.pop(0) if self.script else self.real.submit
        if isinstance(step, Exception):
            raise step
        if step != self.real.submit:
            return step(self.real, package, **given)
        return self.real.submit(package, **given)

    def probe(self) -> None:
        """See `ArchiveTarget.probe`."""
        self.real.probe()

    def recheck(self, receipt: Mapping[str, Any], *, progress: Report, cancel: CancelToken) -> None:
        """See `ArchiveTarget.recheck`."""
        self.real.recheck(receipt, progress=progress, cancel=cancel)


def seal_and_package(workstation: Workstation, case_no: str = CASE_NO) -> None:
    """From scanned to packaged, every difference settled."""
    workstation.process(ADMINISTRATOR, case_no)
    workstation.catalogue(ADMINISTRATOR, case_no)
    workstation.reconcile(ADMINISTRATOR, case_no)
    for row in workstation.reconciliation(case_no).discrepancies:  # type: ignore[union-attr]
        workstation.resolve(ADMINISTRATOR, row.id, "same")
    workstation.seal(ARCHIVIST, case_no)
    workstation.build_package(ARCHIVIST, case_no)


def actions(workstation: Workstation, case_no: str = CASE_NO) -> list[str]:
    """What the audit says of a case since it was packaged."""
    names = [row.action for row in workstation.history(case_no)]
    return names[names.index("packaged") + 1 :]


def code_of(call: Callable[..., object], *arguments: object, **named: object) -> str:
    """The code that a call fails with."""
    with pytest.raises(Fault) as caught:
        call(*arguments, **named)
    return caught.value.code


def wait_until(seen: Callable[[], bool]) -> None:
    """A state that another thread brings about."""
    for _ in range(3000):
        if seen():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def gone(**_: Any) -> Transient:
    """A target that is out of reach."""
    return Transient("TGT-301", target="档案馆")


def queued(desk: Workstation, **more: Any) -> str:
    """The id of the transfer of the packaged dossier."""
    return desk.queue_transfer(ARCHIVIST, CASE_NO, "archive", **more).id


def only(desk: Workstation) -> Any:
    """The one transfer there is."""
    (row,) = desk.transfers()
    return row
