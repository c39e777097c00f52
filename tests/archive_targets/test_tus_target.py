"""The tus target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Fault, Transient
from app.kernel.progress import Progress
from tests.archive_targets.archive_contract import code_of, submit
from tests.archive_targets.archive_line_contract import ArchiveLineContract
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import TusSide
from tests.archive_targets.tls_server import TlsServer

ANSWERS: tuple[tuple[int, type[Fault], str], ...] = (
    (507, Broken, "TGT-411"),
    (413, Broken, "TGT-411"),
    (403, Broken, "TGT-401"),
    (400, Broken, "TGT-416"),
    (503, Transient, "TGT-301"),
    (409, Transient, "TGT-301"),
)


class TestTusTarget(ArchiveLineContract):
    @pytest.fixture
    def far(self, tus_side: TusSide) -> TusSide:
        return tus_side

    def test_a_wrong_login_is_told(self, far: TusSide, other: BuiltPackage) -> None:
        target = far.target(password_secret="city-wrong")
        assert code_of(Broken, target, other) == "TGT-412"
        with pytest.raises(Broken) as caught:
            target.probe()
        assert caught.value.code == "TGT-412"

    def test_what_the_server_answers_is_told_apart(self, far: TusSide, other: BuiltPackage) -> None:
        for status, kind, code in ANSWERS:
            with far.failing(status, ""):
                assert code_of(kind, far.target(), other) == code, status
        assert submit(far.target(), other)["accepted"]

    def test_a_server_that_was_killed_gets_it_whole(
        self, far: TusSide, built: BuiltPackage
    ) -> None:
        """It may lose count of what it wrote, which is then found by reading back."""

        def report(progress: Progress) -> None:
            if progress.step == "upload" and progress.done > 300_000:
                far.server.stop()

        assert code_of(Transient, far.target(), built, progress=report) == "TGT-301"
        far.server.start()
        try:
            receipt = submit(far.target(), built)
        except Broken as fault:
            assert fault.code == "TGT-403"
            receipt = submit(far.target(), built)
        assert receipt["accepted"]

    def test_without_the_address_of_the_upload_it_begins_anew(
        self, far: TusSide, built: BuiltPackage
    ) -> None:
        def report(progress: Progress) -> None:
            if progress.step == "upload" and progress.done > 300_000:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            submit(far.target(), built, progress=report)
        [place] = (far.base / "transfers").glob("*.tus")
        place.unlink()
        noted = list[tuple[str, int]]()
        assert submit(far.target(), built, noted=lambda *row: noted.append(row))["accepted"]
        assert noted[0] == ("sending", 0)
        assert list((far.base / "transfers").glob("*.tus")) == []

    def test_only_a_trusted_server_is_spoken_to(
        self, far: TusSide, other: BuiltPackage, archive: Archive
    ) -> None:
        server = TlsServer(archive)
        try:
            address = f"https://127.0.0.1:{server.port}/"
            target = far.target(address=address, records=address)
            assert code_of(Broken, target, other) == "TGT-414"
        finally:
            server.stop()

    def test_the_login_goes_to_no_other_server(self, far: TusSide, other: BuiltPackage) -> None:
        """Whatever address it gives to an upload."""
        elsewhere = {"Location": "http://127.0.0.1:9/files/1", "Tus-Resumable": "1.0.0"}
        fault = {"method": "POST", "path": "/files", "status": 201, "headers": elsewhere}
        with far.answering(fault):
            assert code_of(Broken, far.target(), other) == "TGT-416"
        assert list((far.base / "transfers").glob("*.tus")) == []
