"""System packages the program and its tests need, installed where that is allowed.

Standard library only. One cheap look at the package database; nothing is asked of the network
unless something is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from typing import NamedTuple

from paths import SetupError


class SystemPackage(NamedTuple):
    """One package by its Debian name.

    `command`: a program whose presence is as good as the package (a JDK from elsewhere).
    """

    name: str
    for_tests: bool = False
    command: str = ""


PACKAGES = (
    # Scanners.
    SystemPackage("sane-utils"),
    SystemPackage("libsane1"),
    # Recognition: the second engine, and what turns pages.
    SystemPackage("tesseract-ocr"),
    SystemPackage("tesseract-ocr-chi-sim"),
    SystemPackage("tesseract-ocr-chi-tra"),
    SystemPackage("tesseract-ocr-osd"),
    # Chinese fonts: the window, and the bundled paper dossiers in several hands.
    SystemPackage("fonts-noto-cjk"),
    SystemPackage("fonts-arphic-uming"),
    SystemPackage("fonts-arphic-ukai"),
    SystemPackage("fonts-wqy-zenhei"),
    SystemPackage("fonts-wqy-microhei"),
    # What Qt loads when the window opens.
    SystemPackage("libegl1"),
    SystemPackage("libgl1"),
    SystemPackage("libxkbcommon-x11-0"),
    SystemPackage("libxcb-cursor0"),
    SystemPackage("libxcb-icccm4"),
    SystemPackage("libxcb-image0"),
    SystemPackage("libxcb-keysyms1"),
    SystemPackage("libxcb-render-util0"),
    SystemPackage("libxcb-shape0"),
    SystemPackage("libxcb-xinerama0"),
    SystemPackage("libdbus-1-3"),
    SystemPackage("libfontconfig1"),
    # Tests: a screen without a screen, independent readers of PDF, and veraPDF's Java.
    SystemPackage("xvfb", for_tests=True),
    SystemPackage("xdotool", for_tests=True),
    SystemPackage("poppler-utils", for_tests=True),
    SystemPackage("qpdf", for_tests=True),
    SystemPackage("libjaxb-java", for_tests=True),
    # Tests: a second client of network scanners; a Data Source Manager and a camera built of C.
    SystemPackage("sane-airscan", for_tests=True),
    SystemPackage("openssl", for_tests=True, command="openssl"),
    SystemPackage("gcc", for_tests=True, command="gcc"),
    SystemPackage("libc6-dev", for_tests=True),
    SystemPackage("default-jdk-headless", for_tests=True, command="javac"),
    # Tests: the broker of cabinets that speak MQTT, and a cable that can be pulled.
    SystemPackage("mosquitto", for_tests=True, command="/usr/sbin/mosquitto"),
    SystemPackage("socat", for_tests=True, command="socat"),
    # Tests: a spooler with a printer that does as it is told.
    SystemPackage("cups-daemon", for_tests=True, command="/usr/sbin/cupsd"),
    # Tests: an SFTP server, and a token for signing keys.
    SystemPackage("openssh-server", for_tests=True, command="/usr/sbin/sshd"),
    SystemPackage("openssh-sftp-server", for_tests=True, command="/usr/lib/openssh/sftp-server"),
    SystemPackage("softhsm2", for_tests=True, command="softhsm2-util"),
)


def installed_packages(names: Iterable[str]) -> set[str]:
    """Those of `names` that the package database calls installed, by one query."""
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\\n", *names]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return read_status(answer.stdout)


def read_status(text: str) -> set[str]:
    """The names that `dpkg-query` marks installed; left-over configuration does not count."""
    rows = [line.split(maxsplit=1) for line in text.splitlines()]
    return {row[1] for row in rows if len(row) == 2 and row[0] == "installed"}


def wanted(for_tests: bool) -> list[SystemPackage]:
    """What this task needs, without the packages whose command is there from elsewhere."""
    return [
        package
        for package in PACKAGES
        if (for_tests or not package.for_tests)
        and not (package.command and shutil.which(package.command))
    ]


def venv_packages() -> list[str]:
    """Debian keeps what `python -m venv` needs in a package of its own."""
    if sys.executable.startswith("/usr/bin/") and find_spec("ensurepip") is None:
        return [f"python3.{sys.version_info[1]}-venv"]
    return []


def install_commands(missing: list[str]) -> list[list[str]]:
    """The commands, without any `sudo`, that install `missing`."""
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    return [["apt-get", "update", "-q", "-o", "Acquire::Retries=3"], install]


def ensure_system_packages(for_tests: bool) -> None:
    """Install what is missing where this account may.

    Raises SetupError with the one exact command where it may not. Systems without Debian's
    package database are left to `main.py doctor`, which probes programs and libraries itself.
    """
    if os.name == "nt" or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    names = [package.name for package in wanted(for_tests)] + venv_packages()
    missing = sorted(set(names) - installed_packages(names))
    if not missing:
        return
    commands = install_commands(missing)
    prefix = _authority()
    if prefix is None:
        line = " && ".join("sudo " + " ".join(command) for command in commands)
        raise SetupError("system packages are missing; run: " + line)
    count = len(missing)
    print(f"setup: installing {count} system packages: {' '.join(missing)}", flush=True)
    environment: dict[str, str] = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    keep = ["--preserve-env=DEBIAN_FRONTEND"] if prefix else []
    for command in commands:
        done = subprocess.run(
            [*prefix, *keep, *command],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            tail = "\n".join(done.stdout.splitlines()[-15:])
            raise SetupError(f"{tail}\nthis failed: {' '.join(command)}")


def _authority() -> list[str] | None:
    """What to put before a command to run it as root: nothing, `sudo -n`, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        probe = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return ["sudo", "-n"]
    return None
