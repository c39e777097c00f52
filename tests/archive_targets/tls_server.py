"""A server that shows a certificate nobody has signed, and says nothing else."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

from tests.archive_targets.archives import Archive


class TlsServer:
    """Greets on 127.0.0.1:`port` with the certificate of an archive, then hangs up."""

    def __init__(self, archive: Archive) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(archive.certificate, archive.key_file)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._greet, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _greet(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(10)
                self._context.wrap_socket(connection, server_side=True).close()
