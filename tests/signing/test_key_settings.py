"""`[signing]` and `[trust]`: what is meant, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.adapters.signing.key_settings import signing_settings
from app.bootstrap import open_workstation
from app.kernel.errors import BadInput

COURT = {"kind": "pkcs12", "file": "court.p12", "secret": "court-key"}
SM2 = {"kind": "sm2", "file": "sm2.pem", "certificate": "sm2.crt"}


def test_a_time_stamp_makes_the_level() -> None:
    keys = {"court": COURT, "guomi": SM2}
    table: dict[str, Any] = {"documents": "court", "manifest": "guomi", "keys": keys}
    assert signing_settings(table, {}).level == "B-B"
    table["time_stamp"] = "http://tsa/"
    found = signing_settings(table, {"certificates": "trust"})
    assert (found.level, found.trust, found.with_time_stamp) == ("B-T", "trust", True)
    assert found.keys["court"].secret == "court-key"
    assert found.keys["guomi"].secret == ""
    assert not signing_settings({**table, "level": "B-B"}, {}).with_time_stamp
    assert signing_settings({}, {}).documents == ""


def test_a_wrong_setting_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[signing]\npassword = "x"\n', encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        open_workstation(tmp_path)
    assert raised.value.code == "SET-105"


@pytest.mark.parametrize(
    ("table", "code", "key"),
    [
        ({"document": "court"}, "SET-102", "signing.document"),
        ({"documents": "court"}, "SET-103", "signing.documents"),
        ({"documents": "guomi", "keys": {"guomi": SM2}}, "SET-103", "signing.documents"),
        ({"manifest": "court", "keys": {"court": COURT}}, "SET-103", "signing.manifest"),
        ({"level": "B-T"}, "SET-103", "signing.level"),
        ({"level": "XL", "time_stamp": "http://tsa/"}, "SET-103", "signing.level"),
        ({"time_stamp": 1}, "SET-103", "signing.time_stamp"),
        ({"keys": []}, "SET-103", "signing.keys"),
        ({"keys": {"a": {"kind": "x"}}}, "SET-103", "signing.keys.a.kind"),
        ({"keys": {"a": {"kind": "pkcs12"}}}, "SET-103", "signing.keys.a.file"),
        ({"keys": {"a": {**COURT, "fle": "x"}}}, "SET-102", "signing.keys.a.fle"),
        ({"keys": {"a": {**COURT, "password": "x"}}}, "SET-105", "signing.keys.a.password"),
        ({"keys": {"a": {**COURT, "secret": "Two Words"}}}, "SET-105", "signing.keys.a.secret"),
        ({"time_stamp": "http://user:pass@tsa/"}, "SET-105", "signing.time_stamp"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], code: str, key: str) -> None:
    with pytest.raises(BadInput) as raised:
        signing_settings(table, {})
    assert (raised.value.code, raised.value.parameters["key"]) == (code, key)
