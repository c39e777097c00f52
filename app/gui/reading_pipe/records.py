"""Views as JSON and back, by their types and nothing else: what does not fit is refused.

Bytes (there is one picture at most in an answer) travel as the payload of the frame.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs


class Misfit(Exception):
    """A value is not of the type that the call names."""


def encoded(value: Any) -> tuple[Any, bytes]:
    """`value` as plain JSON, and the bytes that were in it."""
    payload: list[bytes] = []
    plain = _plain(value, payload)
    if len(payload) > 1:
        raise Misfit("more than one picture")
    return plain, payload[0] if payload else b""


def decoded(plain: Any, kind: Any, payload: bytes = b"") -> Any:
    """The value of type `kind` in `plain`; numbers are not made of texts, nor texts of numbers.

    Raises Misfit when it is not of this type.
    """
    if kind is Any:
        return plain
    if kind is None or kind is type(None):
        return _fitting(plain, plain is None)
    if kind is bytes:
        return payload
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        return _decoded_union(plain, get_args(kind), payload)
    if origin is tuple:
        return _decoded_tuple(plain, get_args(kind), payload)
    if origin is dict:
        return _fitting(plain, isinstance(plain, dict))
    if attrs.has(kind):
        return _decoded_record(plain, kind, payload)
    return _decoded_simple(plain, kind)


def _plain(value: Any, payload: list[bytes]) -> Any:
    if isinstance(value, bytes):
        payload.append(value)
        return None
    if attrs.has(type(value)):
        return {
            field.name: _plain(getattr(value, field.name), payload)
            for field in attrs.fields(type(value))
        }
    if isinstance(value, tuple | list):
        return [_plain(inner, payload) for inner in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, payload) for key, inner in value.items()}
    return value


def _fitting(plain: Any, fits: bool) -> Any:
    if not fits:
        raise Misfit(type(plain).__name__)
    return plain


def _decoded_simple(plain: Any, kind: Any) -> Any:
    if kind is float:
        number = _fitting(plain, type(plain) in (int, float))
        try:
            return _fitting(float(number), math.isfinite(number))
        except OverflowError:
            raise Misfit("too large") from None
    if kind is str:
        return _fitting(plain, type(plain) is str and _is_text(plain))
    return _fitting(plain, kind in (int, bool) and type(plain) is kind)


def _is_text(text: str) -> bool:
    """Whether it can be stored and shown: JSON may smuggle in halves of a surrogate pair."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _decoded_union(plain: Any, kinds: tuple[Any, ...], payload: bytes) -> Any:
    for kind in kinds:
        try:
            return decoded(plain, kind, payload)
        except Misfit:
            continue
    raise Misfit(type(plain).__name__)


def _decoded_tuple(plain: Any, kinds: tuple[Any, ...], payload: bytes) -> tuple[Any, ...]:
    _fitting(plain, isinstance(plain, list))
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(decoded(inner, kinds[0], payload) for inner in plain)
    _fitting(plain, len(plain) == len(kinds))
    return tuple(decoded(inner, kind, payload) for inner, kind in zip(plain, kinds, strict=True))


def _decoded_record(plain: Any, kind: Any, payload: bytes) -> Any:
    hints = _hints(kind)
    _fitting(plain, isinstance(plain, dict) and set(plain) == set(hints))
    return kind(**{name: decoded(plain[name], hints[name], payload) for name in hints})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return {field.name: get_type_hints(kind)[field.name] for field in attrs.fields(kind)}
