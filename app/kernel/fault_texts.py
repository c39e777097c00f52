"""Texts of faults: code and parameters in, what happened and what to do out.

Every package that raises faults keeps its texts in `resources/faults/<package>.toml`:
`["SCN-104"]` with one table per language holding `message` and `remedy`. A placeholder may name a
table of words for its codes (`{state:state}`, `resources/fault_words.toml`), or be a list: of other
faults, each with its number (`{open:faults}`), or of faults or sentences of which the first ones
suffice (`{which:few}`).
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from app.kernel.translation import DEFAULT_LANGUAGE

_UNKNOWN: dict[str, tuple[str, str]] = {
    "zh_CN": (
        "出现了没有预料到的问题（{code}）。",
        "请把详细信息交给管理员；已保存的内容不受影响。",
    ),
    "en": (
        "Something unexpected happened ({code}).",
        "Please pass the details to the administrator; what was saved is not affected.",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultText:
    """What a person reads: what happened, and what to do now."""

    message: str
    remedy: str


class _Lenient(string.Formatter):
    """Leaves a placeholder standing that has no parameter, so that no fault hides another."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, f"{{{key}}}") if isinstance(key, str) else f"{{{key}}}"

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return self.get_value(field_name, args, kwargs), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in _LISTS and isinstance(value, list | tuple):
            return _LISTS[format_spec](value, self._language)
        words = _words().get(format_spec)
        if words is not None:
            return words.get(str(value), {}).get(self._language, str(value))
        try:
            return str(super().format_field(value, format_spec))
        except ValueError:
            return str(value)


def _numbered(records: Sequence[Any], language: str) -> str:
    """All of them, each in a row of its own."""
    sentences = (_sentence(record, language) for record in records)
    return "".join(f"\n({number}) {text}" for number, text in enumerate(sentences, start=1))


def _few(records: Sequence[Any], language: str) -> str:
    """The first ones, and a sign that there are more."""
    shown = [_sentence(record, language).rstrip("。.") for record in records[:_SHOWN]]
    joined = ("；" if language == "zh_CN" else "; ").join(shown)
    return joined + ("……" if len(records) > _SHOWN else "")


def _sentence(record: Any, language: str) -> str:
    return describe(record, language).message if isinstance(record, Mapping) else str(record)


_SHOWN = 3
_LISTS: Mapping[str, Callable[[Sequence[Any], str], str]] = {"faults": _numbered, "few": _few}


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    """Words for codes: table > code > language."""
    node = resources.files("resources") / "fault_words.toml"
    return tomllib.loads(node.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def fault_tables() -> dict[str, dict[str, dict[str, str]]]:
    """All texts: code > language > {"message", "remedy"}.

    Of a code with texts in two files the first file counts, so that reporting a fault never
    fails; `codes_with_two_texts` is what the tests ask.
    """
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for _file, code, texts in _entries():
        tables.setdefault(code, texts)
    return tables


def codes_with_two_texts() -> dict[str, list[str]]:
    """Codes that more than one file has texts for, with the names of these files."""
    files: dict[str, list[str]] = {}
    for file, code, _texts in _entries():
        files.setdefault(code, []).append(file)
    return {code: names for code, names in files.items() if len(names) > 1}


def _entries() -> Iterator[tuple[str, str, dict[str, dict[str, str]]]]:
    folder = resources.files("resources") / "faults"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            for code, texts in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                yield entry.name, code, texts


def describe(record: Mapping[str, Any], language: str = DEFAULT_LANGUAGE) -> FaultText:
    """The text of a fault record (`Fault.as_record`) in `language`, else Chinese, else English.

    An unknown code gives a general sentence that names the code.
    """
    code = str(record.get("code", ""))
    parameters = dict(record.get("parameters") or {})
    texts = fault_tables().get(code, {})
    for name in (language, DEFAULT_LANGUAGE, "en"):
        if name in texts:
            return FaultText(
                message=_fill(texts[name].get("message", code), parameters, name),
                remedy=_fill(texts[name].get("remedy", ""), parameters, name),
            )
    message, remedy = _UNKNOWN.get(language, _UNKNOWN[DEFAULT_LANGUAGE])
    return FaultText(message=message.format(code=code or "?"), remedy=remedy)


def _fill(template: str, parameters: Mapping[str, Any], language: str) -> str:
    return _Lenient(language).vformat(template, (), parameters)
