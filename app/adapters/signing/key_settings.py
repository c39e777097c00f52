"""Which keys sign what: the tables `[signing]` and `[trust]` of the settings.

[signing]
documents = "court"              # the key for PDF files and for manifest.p7s
manifest = "court-sm2"           # the key for manifest.sig
level = "B-T"                    # or "B-B" (no time stamp), "B-LTA"
time_stamp = "http://tsa.court.example/"
time_stamp_user = "station"      # with time_stamp_secret, where the service asks for it
seal = "seal.png"                # the court's seal for copies; drawn when there is none
court = "某某人民法院"            # what a drawn seal says

[signing.keys.court]
kind = "pkcs12"                  # a file
file = "keys/court.p12"
secret = "court-key"             # name of the secret with its passphrase

[signing.keys.token]
kind = "pkcs11"                  # a token
module = "/usr/lib/softhsm/libsofthsm2.so"
token_label = "court"
certificate_label = "seal"
secret = "token-pin"

[signing.keys.court-sm2]
kind = "sm2"
file = "keys/sm2.pem"            # PKCS#8, better encrypted
certificate = "keys/sm2.crt"     # and the certificates of its authorities
secret = "sm2-key"

[trust]
certificates = "trust"           # folder with *.pem, *.crt, *.cer, *.der and revocation lists *.crl

Paths are meant from the data folder.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.adapters.secret_settings import refuse_secrets
from app.kernel.errors import BadInput

PKCS12, PKCS11, SM2 = "pkcs12", "pkcs11", "sm2"
B_B, B_T, B_LTA = "B-B", "B-T", "B-LTA"
LEVELS = (B_B, B_T, B_LTA)
_TEXTS = ("documents", "manifest", "level", "time_stamp", "time_stamp_user", "time_stamp_secret")
_KEYS_OF = {
    PKCS12: ("file", "secret"),
    PKCS11: ("module", "token_label", "certificate_label", "key_label", "secret"),
    SM2: ("file", "certificate", "secret"),
}
_NEEDED = {
    PKCS12: ("file",),
    PKCS11: ("module", "token_label", "certificate_label"),
    SM2: ("file", "certificate"),
}


@dataclass(frozen=True, kw_only=True)
class KeySettings:
    """Where one key is; `values` by the names of its kind, `secret` names its passphrase or PIN."""

    name: str
    kind: str
    values: Mapping[str, str]

    @property
    def secret(self) -> str:
        """Name of the secret that opens the key, "" when it needs none."""
        return self.values.get("secret", "")


@dataclass(frozen=True, kw_only=True)
class SigningSettings:
    """What `[signing]` and `[trust]` say; empty texts for what they leave out."""

    documents: str = ""
    manifest: str = ""
    level: str = B_T
    time_stamp: str = ""
    time_stamp_user: str = ""
    time_stamp_secret: str = ""
    seal: str = ""
    court: str = ""
    keys: Mapping[str, KeySettings] = field(default_factory=dict)
    trust: str = ""

    @property
    def with_time_stamp(self) -> bool:
        """Whether signatures get a time stamp."""
        return bool(self.time_stamp) and self.level != B_B


def signing_settings(signing: Mapping[str, Any], trust: Mapping[str, Any]) -> SigningSettings:
    """The settings as tables made into what they mean.

    Raises BadInput SET-102 (unknown key), SET-103 (a value that cannot be used), SET-105 (a
    secret in the settings).
    """
    refuse_secrets(signing, "signing")
    refuse_secrets(trust, "trust")
    known = [*_TEXTS, "seal", "court", "keys"]
    _only(signing, known, "signing")
    _only(trust, ["certificates"], "trust")
    texts = {key: _text(signing, key, "signing") for key in known if key != "keys"}
    tables = signing.get("keys", {})
    if not isinstance(tables, Mapping):
        raise BadInput("SET-103", key="signing.keys", value=tables)
    keys = {str(name): _key(str(name), table) for name, table in tables.items()}
    level = texts.pop("level") or (B_T if texts["time_stamp"] else B_B)
    if level not in LEVELS or (level != B_B and not texts["time_stamp"]):
        raise BadInput("SET-103", key="signing.level", value=level)
    for use, kinds in (("documents", (PKCS12, PKCS11)), ("manifest", (SM2,))):
        name = texts[use]
        if name and (name not in keys or keys[name].kind not in kinds):
            raise BadInput("SET-103", key=f"signing.{use}", value=name)
    return SigningSettings(
        **texts, level=level, keys=keys, trust=_text(trust, "certificates", "trust")
    )


def inside(data: Path, path: str) -> Path:
    """A path of the settings, meant from the data folder."""
    return data / path


def _key(name: str, table: object) -> KeySettings:
    place = f"signing.keys.{name}"
    if not isinstance(table, Mapping) or table.get("kind") not in _KEYS_OF:
        kind = table.get("kind", "") if isinstance(table, Mapping) else table
        raise BadInput("SET-103", key=f"{place}.kind", value=kind)
    kind = str(table["kind"])
    _only(table, ["kind", *_KEYS_OF[kind]], place)
    values = {key: _text(table, key, place) for key in _KEYS_OF[kind]}
    for key in _NEEDED[kind]:
        if not values[key]:
            raise BadInput("SET-103", key=f"{place}.{key}", value="")
    return KeySettings(name=name, kind=kind, values=values)


def _only(table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    names = list(known)
    for key in table:
        if key not in names:
            nearest = difflib.get_close_matches(key, names, n=1)
            raise BadInput("SET-102", key=f"{place}.{key}", nearest=(nearest or names)[0])


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise BadInput("SET-103", key=f"{place}.{key}", value=value)
    return value
