"""The servers of the transports, started once, and small packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.adapters.packaging.package import BuiltPackage
from app.kernel.ids import new_id
from tests.archive_targets.archives import Archive
from tests.archive_targets.cutting_proxy import CuttingProxy
from tests.archive_targets.far_sides import FarSide, S3Side, SftpSide, TusSide, s3_client
from tests.archive_targets.servers import Server, s3_server, ssh_server, tus_server
from tests.archive_targets.small_packages import make_package


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltPackage:
    """A package; nobody changes it."""
    return make_package(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> BuiltPackage:
    """Another package of the same id."""
    return make_package(tmp_path_factory.mktemp("other"), pages=1, width=64, cause="另一案由")


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> BuiltPackage:
    """A package of the same id that fails the check."""
    return make_package(tmp_path_factory.mktemp("failing"), pages=1, width=64, retention="")


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive whose certificate the sender knows."""
    return Archive(tmp_path_factory.mktemp("archive") / "keys")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Another archive."""
    return Archive(tmp_path_factory.mktemp("stranger") / "keys", elliptic=True)


def _running(make: Callable[[Path], Server], folder: Path) -> Iterator[tuple[Server, CuttingProxy]]:
    server = make(folder)
    server.start()
    proxy = CuttingProxy(server.port)
    yield server, proxy
    proxy.stop()
    server.stop()


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, CuttingProxy]]:
    """sshd and a relay before it."""
    yield from _running(ssh_server, tmp_path_factory.mktemp("sshd"))


@pytest.fixture(scope="session")
def tusd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, CuttingProxy]]:
    """The tus server and a relay before it."""
    yield from _running(tus_server, tmp_path_factory.mktemp("tus"))


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, CuttingProxy]]:
    """The S3 server and a relay before it."""
    yield from _running(s3_server, tmp_path_factory.mktemp("s3"))


@pytest.fixture
def folder_side(tmp_path: Path) -> FarSide:
    """A shared folder."""
    return FarSide(tmp_path / "data", tmp_path / "档案馆 共享")


@pytest.fixture
def sftp_side(tmp_path: Path, sshd: tuple[Server, CuttingProxy]) -> SftpSide:
    """A folder behind sshd."""
    sshd[1].forget()
    return SftpSide(tmp_path / "data", tmp_path / "档案馆 共享", *sshd)


@pytest.fixture
def tus_side(tmp_path: Path, tusd: tuple[Server, CuttingProxy]) -> TusSide:
    """A place at the tus server."""
    tusd[1].forget()
    return TusSide(tmp_path / "data", new_id("test"), *tusd)


@pytest.fixture(scope="session")
def s3_inside(moto: tuple[Server, CuttingProxy]) -> Iterator[Any]:
    """What the tests look into the S3 server with."""
    client = s3_client(moto[0])
    yield client
    client.close()


@pytest.fixture
def s3_side(tmp_path: Path, moto: tuple[Server, CuttingProxy], s3_inside: Any) -> S3Side:
    """A bucket."""
    moto[1].forget()
    name = new_id("test").replace("_", "-").lower()
    return S3Side(tmp_path / "data", name, *moto, s3_inside)
