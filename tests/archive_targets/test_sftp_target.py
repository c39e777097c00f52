"""The SFTP target keeps the promises of every archive target, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.progress import Cancelled
from tests.archive_targets.archive_contract import Stop, code_of, submit
from tests.archive_targets.archive_line_contract import ArchiveLineContract
from tests.archive_targets.far_sides import SftpSide


class TestSftpTarget(ArchiveLineContract):
    @pytest.fixture
    def far(self, sftp_side: SftpSide) -> SftpSide:
        return sftp_side

    def test_a_wrong_login_is_told(self, far: SftpSide, other: BuiltPackage) -> None:
        """Asked of a server that takes passwords as well as keys."""
        assert (
            code_of(Broken, far.target(key_secret="", password_secret="city"), other) == "TGT-412"
        )
        far.secrets.values["city-key"] = "no key"
        assert code_of(Broken, far.target(user="nobody"), other) == "TGT-412"
        assert code_of(Refused, far.target(key_secret="never-set"), other) == "SEC-101"
        assert far.files() == {}

    def test_a_key_that_ran_out_on_the_way_is_told_and_gone_on_from(
        self, far: SftpSide, built: BuiltPackage
    ) -> None:
        """The server knows the key no more; what it has so far stays for the new one."""
        stop = Stop(300_000)
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        known = far.server.folder / "authorized_keys"
        lines = known.read_text(encoding="utf-8")
        known.write_text(lines.partition("\n")[2], encoding="utf-8")
        try:
            assert code_of(Broken, far.target(), built) == "TGT-412"
            assert far.part_file() is not None
        finally:
            known.write_text(lines, encoding="utf-8")
        assert far.proxy is not None
        far.proxy.forget()
        receipt = submit(far.target(), built)
        assert receipt["accepted"]
        assert far.proxy.sent < receipt["container"]["size"]

    def test_a_line_cut_while_logging_in_is_no_refused_login(
        self, far: SftpSide, other: BuiltPackage
    ) -> None:
        """The greetings and the login are about 3,200 bytes."""
        assert far.proxy is not None
        for count in range(2_200, 3_300, 100):
            far.proxy.forget()
            far.proxy.cut_after(count)
            assert code_of(Transient, far.target(), other) == "TGT-301", count

    def test_only_the_known_server_is_spoken_to(self, far: SftpSide, other: BuiltPackage) -> None:
        """With another key or none in the settings, not even the login is shown."""
        stranger = (far.server.folder / "client.pub").read_text(encoding="utf-8")
        for line in (stranger, "", "ssh-ed25519 !!!"):
            with pytest.raises(Broken) as caught:
                submit(far.target(host_key=line), other)
            assert caught.value.code == "TGT-413"
            assert caught.value.parameters["found"].startswith("SHA256:")
        assert far.files() == {}

    def test_a_login_without_the_right_to_write_is_told(
        self, far: SftpSide, other: BuiltPackage
    ) -> None:
        reader = far.target(key_secret="city-reader")
        assert code_of(Broken, reader, other) == "TGT-401"
        with pytest.raises(Broken) as caught:
            reader.probe()
        assert caught.value.code == "TGT-401"

    def test_a_full_disk_is_told_and_gone_on_from(self, far: SftpSide, built: BuiltPackage) -> None:
        stop = Stop(300_000)
        with pytest.raises(Cancelled):
            submit(far.target(), built, progress=stop, cancel=stop.cancel)
        part = far.part_file()
        assert part is not None
        kept = part.rename(part.with_suffix(".kept"))
        part.symlink_to("/dev/full")
        assert code_of(Broken, far.target(), built) == "TGT-411"
        part.unlink()
        kept.rename(part)
        assert submit(far.target(), built)["accepted"]

    def test_a_missing_folder_is_told(
        self, far: SftpSide, other: BuiltPackage, tmp_path: Path
    ) -> None:
        assert code_of(Broken, far.target(folder=str(tmp_path / "none")), other) == "TGT-416"
        assert not (tmp_path / "none").exists()
