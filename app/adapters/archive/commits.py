"""The commit of a package: the last thing that is written of it, "all of it is there"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from app.adapters.archive.store import container_key, folder_name

_DIGEST = re.compile(r"[0-9a-f]{64}")


@frozen(kw_only=True)
class Commit:
    """What is said of a package when all of it is there; `number` 0 as long as it is not said.

    `sha256` and `sm3` are those of its manifest; `container` are key, sha256, sm3 and size of the
    file that carries it.
    """

    package: str
    sha256: str
    sm3: str
    files: int
    container: Mapping[str, Any]
    number: int = 0

    def as_record(self) -> dict[str, Any]:
        """The commit as plain data."""
        return {
            "package": self.package,
            "sha256": self.sha256,
            "sm3": self.sm3,
            "files": self.files,
            "container": dict(self.container),
        }


def commit_from(data: bytes, number: int) -> Commit | None:
    """The commit in `data`, None when it is none. Its container can only lie where containers of
    this package lie: nobody is led elsewhere by what somebody else wrote."""
    try:
        commit = Commit(**{**json.loads(data), "number": number})
        container = commit.container["sha256"]
        digests = all(_DIGEST.fullmatch(text) for text in (commit.sha256, commit.sm3, container))
        key = container_key(folder_name(commit.package), container)
        right = digests and commit.container["key"] == key and commit.container["size"] >= 0
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return commit if right else None
