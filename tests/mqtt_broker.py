"""A real MQTT broker for tests: mosquitto on a port of its own, ended by its process id."""

from __future__ import annotations

import getpass
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

USER, PASSWORD = "workstation", "court-7-secret"
CONTROLLER, CONTROLLER_PASSWORD = "controller", "controller-7-secret"
READY_SECONDS = 20.0


class Broker:
    """mosquitto on 127.0.0.1 with users, passwords and an access list, started at once.

    `secure_port`: a second port with TLS, for which a certificate signed by itself is made:
    `certificate`. The workstation may send commands to every device and read everything below it;
    controllers the other way round. Nobody else may anything.
    """

    def __init__(self, folder: Path, port: int, secure_port: int = 0) -> None:
        self.port = port
        self.certificate = folder / "certificate.pem"
        self.address = f"mqtt://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = folder / "mosquitto.conf"
        folder.mkdir(parents=True, exist_ok=True)
        passwords, rights = folder / "passwords", folder / "rights"
        for first, (user, password) in enumerate(
            [(USER, PASSWORD), (CONTROLLER, CONTROLLER_PASSWORD)]
        ):
            create = ["-c"] if first == 0 else []
            command = [_program("mosquitto_passwd"), *create, "-b", str(passwords), user, password]
            subprocess.run(command, check=True, capture_output=True)
        rights.write_text(
            f"user {USER}\ntopic write +\ntopic read +/status\ntopic read +/answer\n"
            f"topic read +/event\n\nuser {CONTROLLER}\ntopic read +\ntopic write +/status\n"
            "topic write +/answer\ntopic write +/event\n",
            encoding="utf-8",
        )
        rights.chmod(0o600)
        secure = _with_tls(secure_port, self.certificate) if secure_port else ""
        self._settings.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
            f"acl_file {rights}\nset_tcp_nodelay true\npersistence false\nlog_dest none\n"
            f"user {getpass.getuser()}\n{secure}",
            encoding="utf-8",
        )
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._process = subprocess.Popen(
            [_program("mosquitto"), "-c", str(self._settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def stop(self) -> None:
        """End it, with all connections and everything it retained. May be said twice."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(timeout=READY_SECONDS)

    def freeze(self) -> None:
        """It keeps its connections and says nothing, as when the network swallows everything."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


def _with_tls(port: int, certificate: Path) -> str:
    """The settings of a port with TLS, with a new certificate for 127.0.0.1."""
    key = certificate.with_suffix(".key")
    command = [_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=broker"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return f"listener {port} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n"


def _program(name: str) -> str:
    # Debian puts the broker where the path of an ordinary user does not lead.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    assert found is not None, f"{name} is missing; `python3 build/tasks.py setup` installs it"
    return found
