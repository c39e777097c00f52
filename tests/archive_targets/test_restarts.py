"""Servers that are restarted in the middle of a transfer: what they keep is gone on from.

The tus server has its own test in test_tus_target: it may lose count of what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Transient
from app.kernel.progress import Progress
from tests.archive_targets.archive_contract import TALK, code_of, submit
from tests.archive_targets.far_sides import PART, FarSide, S3Side, SftpSide


def _goes_away(far: FarSide, built: BuiltPackage, stop: Callable[[], None]) -> None:
    """The server stops after 300,000 bytes; it is out of reach then, and nothing counts yet."""
    running = True

    def report(progress: Progress) -> None:
        nonlocal running
        if running and progress.step == "upload" and progress.done > 300_000:
            running = False
            stop()

    assert code_of(Transient, far.target(), built, progress=report) == "TGT-301"
    assert not running
    assert code_of(Transient, far.target(), built) == "TGT-301"


def _goes_on(far: FarSide, built: BuiltPackage) -> None:
    assert far.proxy is not None
    far.proxy.forget()
    assert far.files() == {}
    noted = list[tuple[str, int]]()
    receipt = submit(far.target(), built, noted=lambda *row: noted.append(row))
    state, there = noted[0]
    assert receipt["accepted"]
    assert state == "sending"
    assert there >= 3 * PART
    assert far.proxy.sent <= receipt["container"]["size"] - there + TALK


def test_an_s3_server_that_was_restarted_goes_on(s3_side: S3Side, built: BuiltPackage) -> None:
    """What is real: the port of the address is closed by the system, every connection ends, the
    caller is refused, and then the same port listens again with the parts of the upload kept.
    What is not: moto keeps objects in memory, so its process stays behind a TCP front, and it is
    the front that is stopped and started."""
    front = s3_side.proxy
    assert front is not None
    try:
        _goes_away(s3_side, built, front.shut)
    finally:
        front.reopen()
    _goes_on(s3_side, built)


def test_an_sshd_that_was_restarted_goes_on(sftp_side: SftpSide, built: BuiltPackage) -> None:
    """sshd and the processes of its sessions are killed; a new sshd takes the same port."""
    try:
        _goes_away(sftp_side, built, sftp_side.server.stop)
    finally:
        sftp_side.server.start()
    _goes_on(sftp_side, built)
