"""A wrong table of a target is told at the start, and no secret may stand in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.adapters.plugins import ArchiveTargets
from app.kernel.errors import BadInput, Refused
from tests.archive_targets.far_sides import Secrets

S3 = {
    "kind": "s3",
    "address": "https://s3.example.gov.cn",
    "bucket": "juanzong",
    "user": "court",
    "password_secret": "city",
}


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"kind": "ftp"}, "SET-104"),
        ({"kind": "folder", "pth": "x"}, "SET-102"),
        ({"kind": "folder", "path": 7}, "SET-103"),
        ({"kind": "folder", "rate": -1}, "SET-103"),
        ({"kind": "folder", "rate": True}, "SET-103"),
        ({"kind": "folder", "part_bytes": 1}, "SET-103"),
        ({"kind": "folder", "receipt": "later"}, "SET-103"),
        ({"kind": "folder", "receipt": "signed"}, "SET-103"),
        ({"kind": "tus", "address": "https://a.example/files/"}, "SET-103"),
        ({"kind": "sftp", "address": "a.example"}, "SET-103"),
        ({**S3, "bucket": ""}, "SET-103"),
        ({**S3, "password": "geheim"}, "SET-105"),
        ({**S3, "address": "https://court:geheim@s3.example.gov.cn"}, "SET-105"),
        ({**S3, "user": "-----BEGIN OPENSSH PRIVATE KEY-----"}, "SET-105"),
    ],
)
def test_a_wrong_table_is_refused(table: dict[str, Any], code: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        ArchiveTargets({"city": table}, tmp_path)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)


def test_right_tables_are_opened_when_they_are_used(tmp_path: Path) -> None:
    tables = {"city": S3, "share": {"kind": "folder", "rate": 4_000_000}}
    targets = ArchiveTargets(tables, tmp_path, Secrets())
    assert sorted(targets) == ["city", "share"]
    assert targets["share"] is targets["share"]
    assert not (tmp_path / "share").exists()
    with pytest.raises(Refused) as caught:
        targets["city"].probe()
    assert caught.value.code == "SEC-101"
