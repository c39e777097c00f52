"""The far side of each transport, as the contract suite looks at it and tampers with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.client import Config

from app.adapters.archive.folder import FolderStore
from app.adapters.archive.store import ArchiveStore
from app.adapters.plugins import ArchiveTargets
from app.kernel.errors import Refused
from app.services.ports import ArchiveTarget
from tests.archive_targets.cutting_proxy import CuttingProxy
from tests.archive_targets.servers import Server

PART = 1 << 16


class Secrets:
    """A secret store in memory."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def secret(self, name: str) -> str:
        if name not in self.values:
            raise Refused("SEC-101", name=name)
        return self.values[name]

    def names(self) -> dict[str, str]:
        return dict.fromkeys(self.values, "file")

    def keep(self, name: str, value: str) -> None:
        self.values[name] = value

    def remove(self, name: str) -> None:
        del self.values[name]


@contextmanager
def _standing(place: Path, text: str) -> Iterator[None]:
    """A file that a server looks at with every request; it sees all of it or nothing."""
    new = place.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(place)
    try:
        yield
    finally:
        place.unlink()


class FarSide:
    """What lies in the folder `root` of the server, for folder, SFTP and tus."""

    kind = "folder"
    proxy: CuttingProxy | None = None

    def __init__(self, base: Path, root: Path) -> None:
        self.base, self.root = base, root
        self.secrets = Secrets()
        self._plain: ArchiveTarget | None = None
        root.mkdir(parents=True, exist_ok=True)

    def table(self) -> dict[str, Any]:
        """The table of the settings."""
        return {"kind": "folder", "path": str(self.root)}

    def target(self, **more: Any) -> ArchiveTarget:
        """The target as the workstation has it, at the data folder `base`."""
        if not more and self._plain is not None:
            return self._plain
        table = {"part_bytes": PART, "timeout_seconds": 20, **self.table(), **more}
        target = ArchiveTargets({"city": table}, self.base, self.secrets)["city"]
        if not more:
            self._plain = target
        return target

    def store(self) -> ArchiveStore:
        """The store as the archive itself sees it."""
        return FolderStore(self.root)

    def files(self) -> dict[str, bytes]:
        """All objects but what is on its way."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        keys = {path.relative_to(self.root).as_posix(): path for path in found}
        return {
            key: path.read_bytes() for key, path in keys.items() if not key.startswith("staging/")
        }

    def write(self, key: str, data: bytes) -> None:
        """Overwrite an object behind everybody's back."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def remove(self, key: str) -> None:
        """Lose an object."""
        (self.root / key).unlink()

    def part_file(self) -> Path | None:
        """Where the bytes of what is on its way lie."""
        return next(self.root.glob("staging/**/*.part"), None)

    def staged(self) -> int:
        """Bytes of what is on its way."""
        part = self.part_file()
        return part.stat().st_size if part else 0

    def spoil_staged(self) -> None:
        """Wrong bytes in what is on its way."""
        part = self.part_file()
        assert part is not None
        with part.open("r+b") as stream:
            stream.write(b"wrong")

    def failing(self, status: int, code: str) -> AbstractContextManager[None]:
        """The server answers so while bytes are sent."""
        raise NotImplementedError


class SftpSide(FarSide):
    """The folder behind sshd."""

    kind = "sftp"

    def __init__(self, base: Path, root: Path, server: Server, proxy: CuttingProxy) -> None:
        super().__init__(base, root)
        self.server, self.proxy = server, proxy
        self.secrets.values["city-key"] = (server.folder / "client").read_text(encoding="utf-8")
        self.secrets.values["city-reader"] = (server.folder / "reader").read_text(encoding="utf-8")
        self.secrets.values["city"] = "wrong"
        self.host_key = (server.folder / "host_key.pub").read_text(encoding="utf-8").strip()

    def table(self) -> dict[str, Any]:
        assert self.proxy is not None
        return {
            "kind": "sftp",
            "address": f"127.0.0.1:{self.proxy.port}",
            "folder": str(self.root),
            "user": "root",
            "key_secret": "city-key",
            "host_key": self.host_key,
        }


class TusSide(FarSide):
    """The folder behind the tus server."""

    kind = "tus"

    def __init__(self, base: Path, name: str, server: Server, proxy: CuttingProxy) -> None:
        super().__init__(base, server.folder / "archive" / name)
        self.server, self.proxy, self.name = server, proxy, name
        self.uploads = server.folder / "archive.uploads"
        self.known = set(self.uploads.glob("*")) if self.uploads.exists() else set()
        self.secrets.values.update({"city": "right", "city-wrong": "wrong"})

    def table(self) -> dict[str, Any]:
        assert self.proxy is not None
        return {
            "kind": "tus",
            "address": f"http://127.0.0.1:{self.proxy.port}/files/",
            "records": f"http://127.0.0.1:{self.proxy.port}/records/",
            "prefix": self.name,
            "user": "court",
            "password_secret": "city",
        }

    def part_file(self) -> Path | None:
        new = (path for path in self.uploads.glob("*") if path not in self.known)
        return next((path for path in new if path.is_file() and not path.suffix), None)

    def failing(self, status: int, code: str) -> AbstractContextManager[None]:
        return self.answering({"method": "PATCH", "path": "/files/", "status": status})

    def answering(self, fault: dict[str, Any]) -> AbstractContextManager[None]:
        """The server answers so to some requests."""
        return _standing(self.server.folder / "archive.fault", json.dumps(fault))

    def password(self, password: str) -> AbstractContextManager[None]:
        """The server takes this password, and the old one no more."""
        return _standing(self.server.folder / "archive.password", password)


def s3_client(server: Server) -> Any:
    """A client of its own, past the relay."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="court",
        aws_secret_access_key="a-long-secret",
        config=Config(s3={"addressing_style": "path"}, proxies={}),
    )


class S3Side(FarSide):
    """A bucket of the S3 server."""

    kind = "s3"

    def __init__(
        self, base: Path, name: str, server: Server, proxy: CuttingProxy, client: Any
    ) -> None:
        super().__init__(base, base / "unused")
        self.server, self.proxy, self.bucket = server, proxy, name
        self.secrets.values["city"] = "a-long-secret"
        self.client = client
        self.client.create_bucket(Bucket=name)

    def table(self) -> dict[str, Any]:
        assert self.proxy is not None
        return {
            "kind": "s3",
            "address": f"http://127.0.0.1:{self.proxy.port}",
            "bucket": self.bucket,
            "user": "court",
            "password_secret": "city",
        }

    def store(self) -> ArchiveStore:
        from app.adapters.archive.s3 import S3Store
        from app.adapters.archive.target_settings import TargetSettings

        settings = TargetSettings(
            name="inside", table=self.table(), base=self.base, secrets=self.secrets
        )
        return S3Store(settings)

    def files(self) -> dict[str, bytes]:
        rows = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        keys = [row["Key"] for row in rows]
        return {
            key: self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys
        }

    def write(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=data)

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def _upload(self) -> dict[str, Any] | None:
        found = self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        return found[0] if found else None

    def _parts(self, upload: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.client.list_parts(
            Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
        )
        return list(answer.get("Parts", []))

    def staged(self) -> int:
        upload = self._upload()
        return sum(part["Size"] for part in self._parts(upload)) if upload else 0

    def spoil_staged(self) -> None:
        upload = self._upload()
        assert upload is not None
        first = self._parts(upload)[0]
        self.client.upload_part(
            Bucket=self.bucket,
            Key=upload["Key"],
            UploadId=upload["UploadId"],
            PartNumber=first["PartNumber"],
            Body=b"w" * first["Size"],
        )

    def failing(self, status: int, code: str) -> AbstractContextManager[None]:
        fault = {"method": "PUT", "path": "uploadId", "status": status, "code": code}
        return _standing(self.server.folder / "fault", json.dumps(fault))

    def withdrawn(self, login: str, status: int, code: str) -> AbstractContextManager[None]:
        """The server answers so to whoever shows this key id or session token."""
        fault = {"login": login, "path": "", "status": status, "code": code}
        return _standing(self.server.folder / "fault", json.dumps(fault))
