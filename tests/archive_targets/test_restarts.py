"""Servers that are restarted in the middle of a transfer: what they keep is gone on from.

The tus server has its own test in test_tus_target: it may lose count of what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Transient
from app.kernel.progress import Progress
from tests.archive_targets.archive_contract import TALK, code_of
from tests.archive_targets.far_sides import PART, FarSide, S3Side, SftpSide
from tests.archive_targets.going_on import go_on


def _goes_away(far: FarSide, built: BuiltPackage, stop: Callable[[], None]) -> list[str]:
    """The server stops after 300,000 bytes: what that hand-over and the next one end with."""
    running = True

    def report(progress: Progress) -> None:
        nonlocal running
        if running and progress.step == "upload" and progress.done > 300_000:
            running = False
            stop()

    codes = [code_of(Transient, far.target(), built, progress=report)]
    assert not running
    return [*codes, code_of(Transient, far.target(), built)]


def test_an_s3_server_that_was_restarted_goes_on(s3_side: S3Side, built: BuiltPackage) -> None:
    """What is real: the port of the address is closed by the system, every connection ends, the
    caller is refused, and then the same port listens again with the parts of the upload kept.
    What is not: moto keeps objects in memory, so its process stays behind a TCP front, and it is
    the front that is stopped and started."""
    front = s3_side.proxy
    assert front is not None
    try:
        codes = _goes_away(s3_side, built, front.shut)
    finally:
        front.reopen()
    assert codes == ["TGT-301", "TGT-301"]
    again = go_on(s3_side, s3_side.target(), built)
    assert again.files == {}, "nothing counts yet"
    assert again.state == "sending"
    assert again.there >= 3 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]


def test_an_sshd_that_was_restarted_goes_on(sftp_side: SftpSide, built: BuiltPackage) -> None:
    """sshd and the processes of its sessions are killed; a new sshd takes the same port."""
    try:
        codes = _goes_away(sftp_side, built, sftp_side.server.stop)
    finally:
        sftp_side.server.start()
    assert codes == ["TGT-301", "TGT-301"]
    again = go_on(sftp_side, sftp_side.target(), built)
    assert again.files == {}, "nothing counts yet"
    assert again.state == "sending"
    assert again.there >= 3 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]
