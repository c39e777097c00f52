"""No secret may stand in the settings: the file is copied, mailed and shown to whoever helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.kernel.errors import BadInput

_SECRET_KEY = re.compile(
    r"(pass(word|wd|phrase|code)|pwd|secret|token|credential|private|(access|api|signing)_?key|(^|_)pin$)",
    re.IGNORECASE,
)
# `password_secret = "mail-password"` names a secret of the secret store.
_NAMES_A_SECRET = re.compile(r"(^|_)secret$", re.IGNORECASE)
_SECRET_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
# Which token of PKCS#11 is meant is no secret.
_NO_SECRETS = frozenset({"token_label", "token_serial", "access_key_id"})
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def refuse_secrets(table: Mapping[str, Any], where: str) -> None:
    """Refuse a table of the settings that holds a secret, at any depth.

    A key called `secret` or `…_secret` is fine: its value names a secret of the secret store.
    Any other key that sounds like a password, key or token, a private key in PEM and an address
    with a password in it raise BadInput SET-105 with the key, never with the value.
    """
    for key, value in table.items():
        place = f"{where}.{key}" if where else str(key)
        if isinstance(value, Mapping):
            refuse_secrets(value, place)
        elif isinstance(value, list | tuple):
            refuse_secrets({str(index): item for index, item in enumerate(value)}, place)
        elif value not in (None, "") and _is_secret(str(key), value):
            raise BadInput("SET-105", key=place)


def _is_secret(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return False
    text = str(value)
    if _PRIVATE_KEY.search(text) or _holds_password(text):
        return True
    if key.lower() in _NO_SECRETS:
        return False
    if _NAMES_A_SECRET.search(key):
        return not _SECRET_NAME.fullmatch(text)
    return bool(_SECRET_KEY.search(key))


def _holds_password(text: str) -> bool:
    """Whether this is an address such as https://name:password@host."""
    try:
        return "://" in text and bool(urlsplit(text).password)
    except ValueError:
        return False
