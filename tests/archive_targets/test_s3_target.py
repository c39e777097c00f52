"""The S3 target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Fault, Transient
from app.kernel.progress import Cancelled
from tests.archive_targets.archive_contract import Stop, code_of, submit
from tests.archive_targets.archive_line_contract import ArchiveLineContract
from tests.archive_targets.archives import Archive
from tests.archive_targets.far_sides import PART, S3Side
from tests.archive_targets.tls_server import TlsServer

ANSWERS: tuple[tuple[int, str, type[Fault], str], ...] = (
    (403, "SignatureDoesNotMatch", Broken, "TGT-412"),
    (403, "InvalidAccessKeyId", Broken, "TGT-412"),
    (400, "ExpiredToken", Broken, "TGT-412"),
    (403, "AccessDenied", Broken, "TGT-401"),
    (403, "RequestTimeTooSkewed", Broken, "TGT-417"),
    (507, "XMinioStorageFull", Broken, "TGT-411"),
    (503, "SlowDown", Transient, "TGT-301"),
    (500, "InternalError", Transient, "TGT-301"),
    (404, "NoSuchUpload", Transient, "TGT-301"),
    (501, "NotImplemented", Broken, "TGT-416"),
)


class TestS3Target(ArchiveLineContract):
    @pytest.fixture
    def far(self, s3_side: S3Side) -> S3Side:
        return s3_side

    def test_what_the_server_answers_is_told_apart(self, far: S3Side, other: BuiltPackage) -> None:
        for status, code, kind, fault in ANSWERS:
            with far.failing(status, code):
                assert code_of(kind, far.target(), other) == fault, code
        assert far.files() == {}
        assert submit(far.target(), other)["accepted"]

    def test_a_missing_bucket_is_told(self, far: S3Side, other: BuiltPackage) -> None:
        target = far.target(bucket="never-made")
        assert code_of(Broken, target, other) == "TGT-416"
        with pytest.raises(Broken):
            target.probe()

    def test_parts_of_another_length_are_gone_on_with(
        self, far: S3Side, built: BuiltPackage
    ) -> None:
        """The length of parts is that of those which are there, whatever the settings say now."""
        stop = Stop(300_000)
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        there = far.staged()
        assert there >= 4 * PART
        noted = list[tuple[str, int]]()
        target = far.target(part_bytes=3 * PART + 1000)
        assert submit(target, built, noted=lambda *row: noted.append(row))["accepted"]
        assert noted[0] == ("sending", there)

    def test_an_answer_whose_head_was_cut_is_none(self, far: S3Side, other: BuiltPackage) -> None:
        """The library takes it for an answer of no bytes: for a commit of somebody else."""
        proxy = far.proxy
        assert proxy is not None
        receipt = submit(far.target(), other)
        far.remove(f"receipts/{other.package_id}/{other.sha256}.json")
        proxy.cut_behind(b"HTTP/1.1 200 OK\r\n")
        assert code_of(Transient, far.target(), other) == "TGT-301"
        assert proxy.was_cut
        proxy.forget()
        assert submit(far.target(), other)["container"] == receipt["container"]

    def test_keys_stay_below_the_prefix(self, far: S3Side, other: BuiltPackage) -> None:
        target = far.target(prefix="/法院-3/")
        receipt = submit(target, other)
        assert submit(target, other) == receipt
        assert len(far.files()) == 3
        assert all(key.startswith("法院-3/") for key in far.files())

    def test_only_a_trusted_server_is_spoken_to(
        self, far: S3Side, other: BuiltPackage, archive: Archive
    ) -> None:
        server = TlsServer(archive)
        try:
            target = far.target(address=f"https://127.0.0.1:{server.port}")
            assert code_of(Broken, target, other) == "TGT-414"
        finally:
            server.stop()
