"""How a table of the settings becomes an archive target."""

from __future__ import annotations

from pathlib import Path

from app.adapters.archive.handing_over import ProtocolTarget
from app.adapters.archive.store import ArchiveStore
from app.adapters.archive.target_settings import TargetSettings
from app.kernel.clock import SystemClock

SCRATCH = "transfers"


def folder_target(settings: TargetSettings) -> ProtocolTarget:
    """A shared folder."""
    from app.adapters.archive.folder import FolderStore

    return _target(FolderStore.from_settings(settings), settings)


def sftp_target(settings: TargetSettings) -> ProtocolTarget:
    """A server with OpenSSH."""
    from app.adapters.archive.sftp import SftpStore

    return _target(SftpStore(settings), settings)


def s3_target(settings: TargetSettings) -> ProtocolTarget:
    """A bucket."""
    from app.adapters.archive.s3 import S3Store

    return _target(S3Store(settings), settings)


def tus_target(settings: TargetSettings) -> ProtocolTarget:
    """A tus server with an address for records."""
    from app.adapters.archive.tus import TusStore

    return _target(TusStore(settings, settings.base / SCRATCH), settings)


def _target(store: ArchiveStore, settings: TargetSettings) -> ProtocolTarget:
    scratch: Path = settings.base / SCRATCH
    return ProtocolTarget(store, settings, SystemClock(), scratch)
