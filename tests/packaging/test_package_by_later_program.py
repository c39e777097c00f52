"""A package that is on record stands, whatever a later program would make of the same dossier."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import conftest as cli
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO

dossier, pool, program, digitize = cli.dossier, cli.pool, cli.program, cli.digitize


def test_a_later_program_finds_the_package_on_record(
    digitize: Callable[..., Said], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digitize("--json").status == 0
    built = program("package", CASE_NO, "--json").record
    # What every writer of the package is made of.
    monkeypatch.setattr("app.adapters.packaging.plan.FORMAT", "juanzong-package/later")
    again = program("package", CASE_NO, "--json")
    assert (again.status, again.record["sha256"]) == (0, built["sha256"])
    # One that was damaged does not stand; nothing is put in its place in silence.
    picture = next(Path(built["package"]).rglob("00001.jpg"))
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes() + b"\0")
    assert program("package", CASE_NO, "--json").code == "PKG-201"
