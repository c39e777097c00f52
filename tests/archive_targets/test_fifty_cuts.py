"""Fifty cuts at random bytes of the way there and back; every package arrives whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections import Counter

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Transient
from app.kernel.progress import Progress
from tests.archive_targets.archive_contract import TALK, names_of, submit
from tests.archive_targets.cutting_proxy import CuttingProxy
from tests.archive_targets.far_sides import PART, FarSide

# Lines are cut 13 times each, the folder is left by a killed program 11 times. Every package is
# cut in all three phases before it arrives.
PHASES = ("upload", "read_back", "receipt")
LINE_CUTS = (*("upload", "upload", *PHASES) * 2, *PHASES)
FOLDER_CUTS = 11
# The container has about 1,158,000 bytes; commit and receipt pass in 15,000 with what is around.
FARTHEST = {"upload": 1_100_000, "read_back": 1_100_000, "receipt": 14_000}

_DYING = """
import json, os, sys
from pathlib import Path
from app.adapters.plugins import ArchiveTargets
from app.kernel.progress import CancelToken
from tests.archive_targets.far_sides import PART, Secrets
given = json.loads(sys.stdin.readline())
table = {"kind": "folder", "path": given["root"], "part_bytes": PART}
target = ArchiveTargets({"city": table}, Path(given["base"]), Secrets())["city"]
def handed_over(left, torn):
    def report(progress):
        nonlocal left
        if progress.step in ("upload", "read_back"):
            left -= 1
        if left < 0:
            for part in Path(given["root"]).glob("staging/**/*.part"):
                os.truncate(part, max(0, part.stat().st_size - torn))
            os._exit(9)
    submitted = target.submit(
        Path(given["path"]), progress=report, cancel=CancelToken(), **given["names"]
    )
    os._exit(0 if submitted.accepted else 1)
for line in sys.stdin:
    child = os.fork()
    if not child:
        handed_over(*json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def assert_only_whole_counts(far: FarSide) -> dict[str, bytes]:
    """What has its key is whole, and nothing is committed without it. Gives the objects."""
    files = far.files()
    whole = {key for key in files if key.startswith("packages/")}
    for key in whole:
        assert key.endswith(f"/{hashlib.sha256(files[key]).hexdigest()}.zip")
    if any(key.startswith(("commits/", "receipts/")) for key in files):
        assert len(whole) == 1
    return files


class Cutting:
    """Cuts the line at a random byte of one phase; `phase` is the one that was reached."""

    def __init__(self, proxy: CuttingProxy, planned: str, count: int) -> None:
        self._proxy, self._planned, self._count = proxy, planned, count
        self.phase = ""
        self._reach("upload")

    def __call__(self, progress: Progress) -> None:
        if progress.step == "upload" and progress.done == progress.total:
            # The server still answers, and then everything comes back.
            self._reach("read_back")
        elif progress.step == "read_back":
            self._reach("receipt" if progress.done == progress.total else "read_back")

    def _reach(self, phase: str) -> None:
        if phase != self.phase and phase == self._planned:
            self._proxy.cut_after(self._count)
        self.phase = phase


def lose_everything(far: FarSide) -> None:
    """The next hand-over begins from nothing."""
    for key in far.files():
        far.remove(key)


@pytest.mark.parametrize("kind", ["tus", "s3", "sftp"])
def test_a_line_that_is_cut_at_random_bytes_gets_it_there(
    kind: str, request: pytest.FixtureRequest, built: BuiltPackage
) -> None:
    """What arrived before a cut is not sent again, but for the part that was on its way."""
    far: FarSide = request.getfixturevalue(f"{kind}_side")
    proxy = far.proxy
    assert proxy is not None
    seed = random.Random(f"20190866 {kind}")
    planned, cut = list(LINE_CUTS), Counter[str]()
    sent, may_send, whole = 0, TALK, False
    while planned or not whole:
        if whole:
            lose_everything(far)
            sent, may_send, whole = 0, TALK, False
        proxy.forget()
        phase = planned[0] if planned else ""
        cutting = Cutting(proxy, phase, seed.randrange(1, FARTHEST.get(phase, 2)))
        try:
            receipt = submit(far.target(), built, progress=cutting)
            may_send += receipt["container"]["size"]
            whole = True
        except Transient as fault:
            assert fault.code == "TGT-301"
        except Broken as fault:
            # sshd wrote on after the cut what was on its way: found, and sent anew.
            assert (fault.code, kind) == ("TGT-403", "sftp")
            may_send += built.counts["bytes"] + TALK
        if proxy.was_cut:
            planned = planned[1:]
            cut[cutting.phase] += 1
        may_send += PART + TALK
        sent += proxy.sent
        files = assert_only_whole_counts(far)
        if whole:
            assert sent <= may_send
            assert receipt["accepted"]
            assert receipt["location"] in files
    assert cut.total() == len(LINE_CUTS)
    assert set(cut) == set(PHASES)


def test_a_folder_that_is_left_at_random_bytes_gets_it(
    folder_side: FarSide, built: BuiltPackage
) -> None:
    """The program that hands over dies by `_exit`, and the slice it wrote last is torn off at a
    random byte, as a disk does with what it had not written."""
    far, seed = folder_side, random.Random(20190866)
    given = {"root": str(far.root), "base": str(far.base), "path": str(built.path)}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _DYING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    ) as program:
        assert program.stdin
        assert program.stdout

        def say(*values: object) -> None:
            assert program.stdin
            print(*map(json.dumps, values), file=program.stdin, flush=True)

        say({**given, "names": names_of(built)})
        cuts = 0
        while cuts < FOLDER_CUTS:
            say([seed.randrange(36), seed.randrange(1 << 16)])
            ended = int(program.stdout.readline())
            assert ended in (0, 9)
            assert_only_whole_counts(far)
            if ended == 0:
                lose_everything(far)
            cuts += ended == 9
        program.stdin.close()
    receipt = submit(far.target(), built)
    assert receipt["accepted"]
    assert receipt["location"] in assert_only_whole_counts(far)
