"""What every archive target at the other end of a line promises besides: cut or silent, it is tried
again. Subclass it with a fixture `far`."""

from __future__ import annotations

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Transient
from app.kernel.progress import CancelToken, Progress, silent
from tests.archive_targets.archive_contract import TALK, ArchiveTargetContract, code_of, submit
from tests.archive_targets.far_sides import FarSide


class ArchiveLineContract(ArchiveTargetContract):
    """What a target at the other end of a line promises besides."""

    def test_a_receipt_whose_way_was_cut_is_fetched_again(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        """A body that was cut off must not count as a whole one that proves nothing."""
        proxy, receipt = far.proxy, submit(far.target(), built)
        assert proxy is not None
        place = f"receipts/{built.package_id}/{built.sha256}.json"
        size = len(far.files()[place])
        proxy.forget()
        assert submit(far.target(), built) == receipt
        talk = proxy.sent + proxy.fetched
        for missing in range(size // 5, size, size // 5):
            proxy.forget()
            proxy.cut_after(talk - missing)
            assert code_of(Transient, far.target(), built) == "TGT-301", missing
            assert proxy.was_cut
        proxy.forget()
        assert submit(far.target(), built) == receipt

    def test_a_reading_back_that_was_cut_says_nothing_of_the_copy(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        """Neither before the receipt, where a copy that differs is removed, nor at fixity."""
        proxy, receipt = far.proxy, submit(far.target(), built)
        assert proxy is not None
        place = f"receipts/{built.package_id}/{built.sha256}.json"
        proxy.forget()
        proxy.cut_after(receipt["container"]["size"] // 2)
        with pytest.raises(Transient) as caught:
            far.target().recheck(receipt, progress=silent, cancel=CancelToken())
        assert caught.value.code == "TGT-301"
        assert proxy.was_cut
        far.remove(place)
        before = far.files()
        proxy.forget()
        proxy.cut_after(receipt["container"]["size"] // 2)
        assert code_of(Transient, far.target(), built) == "TGT-301"
        assert proxy.was_cut
        assert far.files() == before
        proxy.forget()
        assert submit(far.target(), built)["container"] == receipt["container"]
        assert proxy.sent < TALK

    def test_a_far_side_that_falls_silent_is_tried_later(
        self, far: FarSide, built: BuiltPackage
    ) -> None:
        proxy = far.proxy
        assert proxy is not None

        def report(progress: Progress) -> None:
            if progress.step == "upload" and progress.done > 100_000:
                proxy.silent(True)

        target = far.target(timeout_seconds=1.5)
        assert code_of(Transient, target, built, progress=report) == "TGT-301"
