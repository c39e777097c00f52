"""Secrets are kept by name for their owner alone, and the settings hold none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.secret_settings import refuse_secrets
from app.adapters.secret_store import StationSecrets
from app.kernel.errors import BadInput, Broken, Fault, Refused


def code_of(call: object, *arguments: object) -> str:
    with pytest.raises(Fault) as raised:
        call(*arguments)  # type: ignore[operator]
    return raised.value.code


def test_a_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    store = StationSecrets(tmp_path, {})
    store.keep("seal-key", " 口令 with blanks ")
    path = tmp_path / "secrets" / "seal-key"
    assert store.secret("seal-key") == " 口令 with blanks "
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert store.names() == {"seal-key": "file"}
    store.keep("seal-key", "another")
    assert store.secret("seal-key") == "another"
    store.remove("seal-key")
    assert code_of(store.secret, "seal-key") == code_of(store.remove, "seal-key") == "SEC-101"


def test_the_environment_goes_before_the_folder(tmp_path: Path) -> None:
    environment = {"JUANZONG_SECRET_SEAL_KEY": "of the service", "JUANZONG_SECRET_EMPTY": ""}
    store = StationSecrets(tmp_path, environment)
    store.keep("seal-key", "of the folder")
    assert store.secret("seal-key") == "of the service"
    assert store.names() == {"seal-key": "environment"}
    assert code_of(store.secret, "empty") == "SEC-101"


@pytest.mark.skipif(os.name != "posix", reason="only there a file has a mode")
def test_a_file_others_may_read_is_not_used(tmp_path: Path) -> None:
    store = StationSecrets(tmp_path, {})
    store.keep("seal-key", "1234")
    (tmp_path / "secrets" / "seal-key").chmod(0o640)
    with pytest.raises(Broken) as raised:
        store.secret("seal-key")
    assert (raised.value.code, raised.value.parameters["reason"]) == ("SEC-103", "mode")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    store = StationSecrets(tmp_path, {})
    store.keep("seal-key", "1234")
    (tmp_path / "secrets" / "seal-key").write_bytes(b"\xff\xfe\xfd")
    assert code_of(store.secret, "seal-key") == "SEC-103"


@pytest.mark.parametrize("name", ["", "..", "../keys/hand.key", "A", "a/b", "a_b", "-a", "a" * 65])
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    store = StationSecrets(tmp_path, {})
    for call in (store.secret, store.remove, lambda name: store.keep(name, "x")):
        assert code_of(call, name) == "SEC-102"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["", "x" * 4097, "a\0b"])
def test_what_is_no_secret_is_not_kept(tmp_path: Path, value: str) -> None:
    store = StationSecrets(tmp_path, {})
    assert code_of(store.keep, "seal-key", value) == "SEC-104"
    assert store.names() == {}


@settings(max_examples=25, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True))
def test_a_name_and_its_variable_are_one(name: str) -> None:
    variable = "JUANZONG_SECRET_" + name.upper().replace("-", "_")
    store = StationSecrets(Path("nowhere"), {variable: "value"})
    assert store.names() == {name: "environment"}
    assert store.secret(name) == "value"


HELD = [
    {"password": "1234"},
    {"Password": "1234"},
    {"pkcs12_passphrase": "x"},
    {"user_pin": "1234"},
    {"api_key": "k"},
    {"secret_access_key": "k"},
    {"private_key": "k"},
    {"token": 123456},
    {"deeper": {"list": [{"password": "1234"}]}},
    {"secret": "Not a Name"},
    {"note": "-----BEGIN EC PRIVATE KEY-----\nMHc"},
    {"address": "sftp://user:1234@host/folder"},
]


@pytest.mark.parametrize("table", HELD, ids=lambda table: next(iter(table)))
def test_settings_that_hold_a_secret_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(BadInput) as raised:
        refuse_secrets(table, "targets.archive")
    assert raised.value.code == "SET-105"
    assert list(raised.value.parameters) == ["key"], "the value must not be told on"
    assert str(raised.value.parameters["key"]).startswith("targets.archive.")


def test_settings_that_name_a_secret_are_fine() -> None:
    refuse_secrets(
        {
            "password_secret": "archive-password",
            "secret": "seal-key",
            "access_key_id": "AKIA",
            "token_label": "court",
            "password": "",
            "address": "sftp://user@host/folder",
            "nested": {"pin_secret": "pin"},
        },
        "targets.archive",
    )


def test_a_secret_that_is_missing_can_be_mended_by_a_person(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        StationSecrets(tmp_path, {}).secret("archive-password")
