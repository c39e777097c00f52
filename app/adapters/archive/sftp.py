"""The SFTP store: a folder on a server with OpenSSH, whose host key is known beforehand."""

from __future__ import annotations

import base64
import binascii
import errno
import hashlib
import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from stat import S_ISDIR
from typing import Any

import paramiko

from app.adapters.archive.store import STAGING, Gone
from app.adapters.archive.target_settings import TargetSettings
from app.adapters.archive.wire import Wire
from app.kernel.errors import Broken, Transient
from app.kernel.ids import new_id

_BLOCK = 32768
# Asked for at once: enough for a line of some 50 ms.
_WINDOW = 8 << 20
_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class SftpStore:
    """The folder of the settings, which must exist on the server."""

    def __init__(self, settings: TargetSettings) -> None:
        self._settings = settings
        self._address = settings.text("address")
        self._folder = PurePosixPath(settings.text("folder", "."))
        self._connected: paramiko.SFTPClient | None = None

    @contextmanager
    def session(self, name: str) -> Iterator[None]:
        """Logged in at the server of the host key."""
        with self._faults():
            transport = self._connect()
        try:
            with self._faults():
                self._login(transport)
                self._connected = paramiko.SFTPClient.from_transport(transport)
                channel = self._client.get_channel()
                if channel is not None:
                    channel.settimeout(self._settings.timeout)
                if not S_ISDIR(self._client.stat(str(self._folder)).st_mode or 0):
                    raise Broken("TGT-416", target=self._address, reason=str(self._folder))
            yield
        finally:
            self._connected = None
            transport.close()

    def read(self, key: str) -> bytes | None:
        """See `ArchiveStore`."""
        try:
            return b"".join(self.stream(key))
        except Gone:
            return None

    def create(self, key: str, data: bytes) -> bool:
        """See `ArchiveStore`."""
        temporary = f"{key}.{new_id('incoming')}"
        with self._faults():
            self._make_folder(key)
            with self._client.open(self._path(temporary), "wxb") as stream:
                stream.write(data)
            return self._put(temporary, key)

    def size(self, key: str) -> int | None:
        """See `ArchiveStore`."""
        with self._faults():
            try:
                return self._client.stat(self._path(key)).st_size
            except FileNotFoundError:
                return None

    def upload(self, source: Path, key: str, staging: str, wire: Wire) -> None:
        """See `ArchiveStore`. What has arrived is in a growing file."""
        total = source.stat().st_size
        self.session_folders(key, staging)
        there = self.size(staging) or 0
        if there > total:
            self.discard(staging)
            there = 0
        wire.acknowledged("sending", there)
        started = False
        while there < total or not started:
            started = True
            length = min(wire.part_bytes, total - there)
            with self._faults(writing=True), self._client.open(self._path(staging), "ab") as part:
                part.set_pipelined(True)
                for piece in wire.outgoing(source, there, length, total):
                    part.write(piece)
            arrived = self.size(staging) or 0
            if arrived <= there:
                raise Broken("TGT-411", target=self._address, reason=f"{arrived}")
            there = arrived
            wire.acknowledged("sending", there)
        with self._faults():
            self._put(staging, key)

    def session_folders(self, *keys: str) -> None:
        """Make the folders of these keys."""
        with self._faults():
            for key in keys:
                self._make_folder(key)

    def stream(self, key: str) -> Iterator[bytes]:
        """See `ArchiveStore`."""
        with self._faults():
            try:
                stream = self._client.open(self._path(key), "rb")
            except FileNotFoundError:
                raise Gone(key) from None
            with stream:
                _ask_here(stream)
                size = stream.stat().st_size or 0
                # Window by window: asked all at once, a slow reader would hold the whole file.
                for start in range(0, size, _WINDOW):
                    end = min(size, start + _WINDOW)
                    blocks = [(at, min(_BLOCK, end - at)) for at in range(start, end, _BLOCK)]
                    for piece, (_, asked) in zip(stream.readv(blocks), blocks, strict=True):
                        # The library may take a line that was cut for the end of the file.
                        if len(piece) != asked:
                            raise EOFError(f"{len(piece)} of {asked} bytes")
                        yield piece

    def names(self, prefix: str) -> list[str]:
        """See `ArchiveStore`."""
        found, folders = list[str](), [prefix.rstrip("/")]
        with self._faults():
            while folders:
                folder = folders.pop()
                with suppress(FileNotFoundError):
                    for entry in self._client.listdir_attr(self._path(folder)):
                        key = f"{folder}/{entry.filename}"
                        (folders if S_ISDIR(entry.st_mode or 0) else found).append(key)
        return sorted(found)

    def discard(self, key: str) -> None:
        """See `ArchiveStore`."""
        with self._faults(), suppress(FileNotFoundError):
            self._client.remove(self._path(key))

    def probe(self) -> None:
        """See `ArchiveStore`."""
        key = f"{STAGING}/{new_id('probe')}"
        self.create(key, b"probe")
        self.discard(key)

    @property
    def _client(self) -> paramiko.SFTPClient:
        if self._connected is None:
            raise Transient("TGT-301", target=self._address)
        return self._connected

    def _path(self, key: str) -> str:
        return str(self._folder / key)

    def _make_folder(self, key: str) -> None:
        for folder in list(PurePosixPath(key).parents)[-2::-1]:
            try:
                self._client.stat(self._path(str(folder)))
            except FileNotFoundError:
                # Somebody else may have made it meanwhile.
                with suppress(OSError):
                    self._client.mkdir(self._path(str(folder)))

    def _put(self, temporary: str, key: str) -> bool:
        """The plain rename of SFTP, which does not take a name that exists."""
        try:
            self._client.rename(self._path(temporary), self._path(key))
        except OSError as error:
            if error.errno == errno.EACCES or self.size(key) is None:
                raise
            self._client.remove(self._path(temporary))
            return False
        return True

    def _connect(self) -> paramiko.Transport:
        host, _, port = self._address.rpartition(":") if ":" in self._address else ("", "", "")
        seconds = self._settings.timeout
        connection = socket.create_connection(
            (host or self._address, int(port or 22)), timeout=seconds
        )
        transport = paramiko.Transport(connection)
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = seconds
        return transport

    def _login(self, transport: paramiko.Transport) -> None:
        kind, known = _host_key(self._settings.text("host_key"))
        options = transport.get_security_options()
        if kind in options.key_types:
            # The server shows the one key that we know, not the one it likes best.
            options.key_types = tuple(
                name for name in options.key_types if name == kind or _same_key(kind, name)
            )
        transport.start_client(timeout=self._settings.timeout)
        shown = transport.get_remote_server_key()
        if shown.asbytes() != known:
            expected = _fingerprint(known) if known else "-"
            found = _fingerprint(shown.asbytes())
            raise Broken("TGT-413", target=self._address, expected=expected, found=found)
        try:
            self._show_login(transport)
        except paramiko.AuthenticationException as error:
            # The library calls a line that was cut or fell silent meanwhile a refused login, too.
            if transport.is_active() and "timeout" not in str(error):
                raise
            raise paramiko.SSHException(str(error)) from error

    def _show_login(self, transport: paramiko.Transport) -> None:
        user, key = self._settings.text("user"), self._settings.secret("key_secret")
        if key:
            passphrase = self._settings.secret("passphrase_secret")
            transport.auth_publickey(user, _private_key(key, passphrase or None))
        else:
            transport.auth_password(user, self._settings.secret("password_secret"), fallback=False)

    @contextmanager
    def _faults(self, writing: bool = False) -> Iterator[None]:
        """What paramiko raises as faults of ours."""
        target = self._address
        try:
            yield
        except paramiko.AuthenticationException as error:
            raise Broken("TGT-412", target=target, reason=str(error)) from error
        except paramiko.ssh_exception.IncompatiblePeer as error:
            raise Broken("TGT-413", target=target, expected=str(error), found="-") from error
        except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError) as error:
            reason = str(error) or type(error).__name__
            raise Transient("TGT-301", target=target, reason=reason) from error
        except PermissionError as error:
            raise Broken("TGT-401", target=target, reason=str(error)) from error
        except FileNotFoundError as error:
            raise Broken("TGT-416", target=target, reason=str(error)) from error
        except OSError as error:
            self._refused(error, writing)

    def _refused(self, error: OSError, writing: bool) -> None:
        """OpenSSH says "Failure" for a full disk and for nearly everything else."""
        reason = error.strerror or str(error) or type(error).__name__
        if error.errno is not None or "closed" in reason.lower():
            raise Transient("TGT-301", target=self._address, reason=reason) from error
        code = "TGT-411" if writing else "TGT-416"
        raise Broken(code, target=self._address, reason=reason) from error


def _ask_here(stream: paramiko.SFTPFile) -> None:
    """The library asks for blocks in a thread of its own, and whoever reads then spins until that
    thread has noted what it asked for: a tenth of the speed, and a trace on the error stream when
    the line is cut. A window of requests is small enough to be asked for here."""
    asking: Any = getattr(stream, "_prefetch_thread", None)
    if asking is None:
        return
    inside = vars(stream)

    def ask(blocks: list[tuple[int, int]], most: int | None = None) -> None:
        inside["_prefetching"], inside["_prefetch_done"] = True, False
        asking(blocks, most)

    inside["_start_prefetch"] = ask


def _host_key(line: str) -> tuple[str, bytes]:
    """(kind, key) of a line such as "ssh-ed25519 AAAA…"; ("", b"") when it is none."""
    parts = line.split()
    if len(parts) < 2:
        return "", b""
    try:
        return parts[0], base64.b64decode(parts[1], validate=True)
    except (ValueError, binascii.Error):
        return "", b""


def _same_key(kind: str, name: str) -> bool:
    """RSA keys are asked for by the names of newer signatures as well."""
    return kind == "ssh-rsa" and name in ("rsa-sha2-512", "rsa-sha2-256")


def _fingerprint(key: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")
    return f"SHA256:{digest}"


def _private_key(text: str, passphrase: str | None) -> paramiko.PKey:
    """The private key in OpenSSH or PEM form. Raises AuthenticationException when it is none."""
    for kind in _KEYS:
        with suppress(paramiko.SSHException, ValueError, TypeError):
            return kind.from_private_key(io.StringIO(text), passphrase)
    raise paramiko.AuthenticationException("private key")
