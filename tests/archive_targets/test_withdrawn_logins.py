"""Logins that end in the middle of a transfer: told, nothing lost, gone on with under new ones.

SFTP has its own test in test_sftp_target.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken
from app.kernel.progress import Progress
from app.services.ports import ArchiveTarget
from tests.archive_targets.archive_contract import TALK, code_of
from tests.archive_targets.far_sides import PART, S3Side, TusSide
from tests.archive_targets.going_on import go_on


class Ending:
    """Something at the server that begins after so many bytes of an upload."""

    def __init__(self, stack: ExitStack, fault: AbstractContextManager[None]) -> None:
        self._stack, self._fault = stack, fault
        self.begun = False

    def __call__(self, progress: Progress) -> None:
        if not self.begun and progress.step == "upload" and progress.done > 300_000:
            self.begun = True
            self._stack.enter_context(self._fault)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What the server is told for the time of the test."""
    with ExitStack() as stack:
        yield stack


def _ends(target: ArchiveTarget, built: BuiltPackage, ending: Ending) -> list[str]:
    """What the hand-over under way ends with, and the next one as before."""
    codes = [code_of(Broken, target, built, progress=ending)]
    assert ending.begun
    return [*codes, code_of(Broken, target, built)]


def test_a_password_of_tus_that_was_changed_on_the_way(
    tus_side: TusSide, built: BuiltPackage, stack: ExitStack
) -> None:
    """The server itself compares passwords, and answers 401 to the old one."""
    codes = _ends(tus_side.target(), built, Ending(stack, tus_side.password("new")))
    assert codes == ["TGT-412", "TGT-412"]
    staged = tus_side.staged()
    tus_side.secrets.values["city"] = "new"
    again = go_on(tus_side, tus_side.target(), built)
    assert again.files == {}, "nothing counted"
    assert again.state == "sending"
    assert again.there >= staged >= 4 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]


def test_a_right_at_tus_that_was_withdrawn_on_the_way(
    tus_side: TusSide, built: BuiltPackage, stack: ExitStack
) -> None:
    """The server knows the login and answers 403 to whoever writes, until it is put right."""
    fault = {"method": "PATCH", "path": "/files/", "status": 403}
    codes = _ends(tus_side.target(), built, Ending(stack, tus_side.answering(fault)))
    assert codes == ["TGT-401", "TGT-401"]
    staged = tus_side.staged()
    stack.close()
    again = go_on(tus_side, tus_side.target(), built)
    assert again.files == {}, "nothing counted"
    assert again.state == "sending"
    assert again.there >= staged >= 4 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]


def test_a_key_of_s3_that_was_withdrawn_on_the_way(
    s3_side: S3Side, built: BuiltPackage, stack: ExitStack
) -> None:
    """A front before moto looks at the key id of every signature and answers as S3 does to a key
    that is inactive; the next key has another id."""
    ending = Ending(stack, s3_side.withdrawn("court-old", 403, "InvalidAccessKeyId"))
    codes = _ends(s3_side.target(user="court-old"), built, ending)
    assert codes == ["TGT-412", "TGT-412"]
    staged = s3_side.staged()
    again = go_on(s3_side, s3_side.target(user="court-new"), built)
    assert again.files == {}, "nothing counted"
    assert again.state == "sending"
    assert again.there >= staged >= 4 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]


def test_a_token_of_s3_that_ran_out_on_the_way(
    s3_side: S3Side, built: BuiltPackage, stack: ExitStack
) -> None:
    """A front before moto looks at the session token and answers as S3 does to an expired one."""
    s3_side.secrets.values["city-token"] = "old-token"
    target = s3_side.target(token_secret="city-token")
    ending = Ending(stack, s3_side.withdrawn("old-token", 400, "ExpiredToken"))
    codes = _ends(target, built, ending)
    assert codes == ["TGT-412", "TGT-412"]
    staged = s3_side.staged()
    s3_side.secrets.values["city-token"] = "new-token"
    again = go_on(s3_side, target, built)
    assert again.files == {}, "nothing counted"
    assert again.state == "sending"
    assert again.there >= staged >= 4 * PART
    assert again.sent <= again.total - again.there + TALK
    assert again.receipt["accepted"]
