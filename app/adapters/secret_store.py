"""Secrets of this station: passwords, passphrases, PINs of tokens, keys of services.

The settings name a secret, they never hold it. Its value is in the environment variable
`JUANZONG_SECRET_<NAME>` (of a service manager, for instance), else in the file `secrets/<name>`
of the data folder, which only its owner may read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from app.adapters.private_files import open_to_others, private_folder
from app.kernel.errors import BadInput, Broken, Refused
from cloud_locker.whole_files import write_bytes_whole

FOLDER = "secrets"
ENVIRONMENT_PREFIX = "JUANZONG_SECRET_"
ENVIRONMENT, FILE = "environment", "file"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
MOST_CHARACTERS = 4096


class StationSecrets:
    """A `SecretStore` over the environment and the data folder."""

    def __init__(self, data: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder = data / FOLDER
        self._environment = os.environ if environment is None else environment

    def secret(self, name: str) -> str:
        """The value. Raises Refused SEC-101 (there is none), BadInput SEC-102 (not a name),
        Broken SEC-103 (its file cannot be read, or others may read it)."""
        value = self._environment.get(_variable(name))
        if value:
            return value
        path = self._path(name)
        try:
            if open_to_others(path):
                raise Broken("SEC-103", name=name, path=str(path), reason="mode")
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise Refused("SEC-101", name=name) from None
        except UnicodeDecodeError as error:
            raise Broken("SEC-103", name=name, path=str(path), reason="content") from error
        except OSError as error:
            raise Broken(
                "SEC-103", name=name, path=str(path), reason=error.strerror or str(error)
            ) from error

    def names(self) -> dict[str, str]:
        """Which secrets there are, and where: "environment" or "file"."""
        found = {}
        if self._folder.is_dir():
            entries = (entry.name for entry in self._folder.iterdir() if entry.is_file())
            found = {name: FILE for name in entries if _NAME.fullmatch(name)}
        for variable, value in self._environment.items():
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower().replace("_", "-")
            if variable.startswith(ENVIRONMENT_PREFIX) and value and _NAME.fullmatch(name):
                found[name] = ENVIRONMENT
        return dict(sorted(found.items()))

    def keep(self, name: str, value: str) -> None:
        """Write a secret into the data folder. Raises BadInput SEC-102, SEC-104 (no value, or
        one that is no secret), Broken SEC-103 (cannot be written)."""
        path = self._path(name)
        if not value or len(value) > MOST_CHARACTERS or "\0" in value:
            raise BadInput("SEC-104", name=name, most=MOST_CHARACTERS)
        try:
            private_folder(self._folder)
            write_bytes_whole(path, value.encode(), durable=True, private=True)
        except OSError as error:
            raise Broken(
                "SEC-103", name=name, path=str(path), reason=error.strerror or str(error)
            ) from error

    def remove(self, name: str) -> None:
        """Take a secret out of the data folder. Raises Refused SEC-101 when it is not there."""
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            raise Refused("SEC-101", name=name) from None
        except OSError as error:
            raise Broken(
                "SEC-103", name=name, path=str(path), reason=error.strerror or str(error)
            ) from error

    def _path(self, name: str) -> Path:
        return self._folder / _checked(name)


def _variable(name: str) -> str:
    return ENVIRONMENT_PREFIX + _checked(name).upper().replace("-", "_")


def _checked(name: str) -> str:
    """The name, which is part of a path. Raises BadInput SEC-102."""
    if not _NAME.fullmatch(name):
        raise BadInput("SEC-102", name=name)
    return name
