"""Terms of keeping (保管期限): a proposal by rules as data, the longest that applies.

The rules propose with their reasons; a person settles it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, names_below, nearest

_FOLDER = "retention"
DEFAULT = "courts"
_PATTERNS = ("cause", "titles", "text", "unless_cause")
_RULE = ("id", "retention", "reason", "source")
_BRACKETS = str.maketrans("（）", "()")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """A term of keeping; `years` is 0 for ever. `words` are how people write it."""

    name: str
    years: int
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRule:
    """One rule. Of each kind of pattern that is given one must be found; none of `unless_cause`
    may be."""

    id: str
    retention: str
    kinds: tuple[str, ...]
    cause: tuple[re.Pattern[str], ...]
    titles: tuple[re.Pattern[str], ...]
    text: tuple[re.Pattern[str], ...]
    unless_cause: tuple[re.Pattern[str], ...]
    reason: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRules:
    """The rules of a court. `retentions` run from the shortest to the longest."""

    id: str
    title: str
    version: str
    source: str
    retentions: tuple[Retention, ...]
    rules: tuple[RetentionRule, ...]
    otherwise: str
    otherwise_reason: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms, the shortest first."""
        return tuple(retention.name for retention in self.retentions)

    def name_of(self, word: str) -> str:
        """The term that `word` means. Raises BadInput RET-101 with the known ones."""
        plain = "".join(word.split()).translate(_BRACKETS)
        for retention in self.retentions:
            if plain in (retention.name, *retention.words):
                return retention.name
        raise BadInput("RET-101", value=word.strip()[:40], known="、".join(self.names))


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionFacts:
    """What is known of a case: its kind, its cause, the titles of its catalogue, the text of its
    judgments and rulings."""

    kind: str
    cause: str
    titles: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedRule:
    """A rule that applies and what it was found in."""

    id: str
    retention: str
    reason: str
    source: str
    found: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionProposal:
    """The longest term that applies, with the rules that lead to it first."""

    retention: str
    applied: tuple[AppliedRule, ...]


def retention_names() -> tuple[str, ...]:
    """The identifiers of the packaged rules."""
    return names_below(_FOLDER)


@lru_cache(maxsize=4)
def load_retention(name: str = DEFAULT) -> RetentionRules:
    """Packaged rules. Raises BadInput ARC-207 with the nearest name when there are none."""
    if name not in retention_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, retention_names()))
    return retention_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def propose_retention(rules: RetentionRules, facts: RetentionFacts) -> RetentionProposal:
    """The proposal for a case. A rule that cannot be judged yet (no catalogue, no text) does not
    apply; without any the term for all others is proposed."""
    applied = [entry for rule in rules.rules if (entry := _applied(rule, facts)) is not None]
    order = {name: place for place, name in enumerate(rules.names)}
    applied.sort(key=lambda entry: -order[entry.retention])
    if applied:
        return RetentionProposal(retention=applied[0].retention, applied=tuple(applied))
    otherwise = AppliedRule(
        id="otherwise",
        retention=rules.otherwise,
        reason=rules.otherwise_reason,
        source=rules.source,
        found="",
    )
    return RetentionProposal(retention=rules.otherwise, applied=(otherwise,))


def retention_from_table(table: Mapping[str, Any], *, name: str) -> RetentionRules:
    """Rules from their table. Raises BadInput ARC-204, ARC-205 (keys) and ARC-206 (values)."""
    head = ("schema", "id", "title", "version", "effective", "source")
    check_keys(table, name=name, required=(*head, "retentions", "otherwise", "rules"))
    retentions = []
    for entry in table["retentions"]:
        check_keys(entry, name=name, required=("name", "years", "words"))
        words = tuple("".join(str(word).split()).translate(_BRACKETS) for word in entry["words"])
        retentions.append(Retention(name=entry["name"], years=int(entry["years"]), words=words))
    known = {retention.name for retention in retentions}
    check_keys(table["otherwise"], name=name, required=("retention", "reason"))
    rules = [_rule(entry, known, name=name) for entry in table["rules"]]
    _require_known(table["otherwise"]["retention"], known, name=name)
    return RetentionRules(
        id=str(table["id"]),
        title=str(table["title"]),
        version=str(table["version"]),
        source=str(table["source"]),
        retentions=tuple(retentions),
        rules=tuple(rules),
        otherwise=str(table["otherwise"]["retention"]),
        otherwise_reason=str(table["otherwise"]["reason"]),
    )


def _rule(entry: Mapping[str, Any], known: set[str], *, name: str) -> RetentionRule:
    check_keys(entry, name=name, required=_RULE, optional=("kinds", *_PATTERNS))
    _require_known(entry["retention"], known, name=name)
    if not any(entry.get(key) for key in ("cause", "titles", "text", "kinds")):
        raise BadInput("ARC-206", name=name, key=str(entry["id"]), value="")
    return RetentionRule(
        id=str(entry["id"]),
        retention=str(entry["retention"]),
        kinds=tuple(entry.get("kinds", ())),
        cause=_patterns(entry, "cause", name=name),
        titles=_patterns(entry, "titles", name=name),
        text=_patterns(entry, "text", name=name),
        unless_cause=_patterns(entry, "unless_cause", name=name),
        reason=str(entry["reason"]),
        source=str(entry["source"]),
    )


def _patterns(entry: Mapping[str, Any], key: str, *, name: str) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for text in entry.get(key, ()):
        try:
            compiled.append(re.compile(text))
        except (re.error, TypeError):
            raise BadInput("ARC-206", name=name, key=f"{entry['id']}.{key}", value=text) from None
    return tuple(compiled)


def _require_known(retention: Any, known: set[str], *, name: str) -> None:
    if retention not in known:
        raise BadInput("ARC-206", name=name, key="retention", value=retention)


def _applied(rule: RetentionRule, facts: RetentionFacts) -> AppliedRule | None:
    if rule.kinds and facts.kind not in rule.kinds:
        return None
    if _found(rule.unless_cause, (facts.cause,)) is not None:
        return None
    places: list[str] = []
    for patterns, where in (
        (rule.cause, (facts.cause,)),
        (rule.titles, facts.titles),
        (rule.text, facts.texts),
    ):
        if patterns:
            found = _found(patterns, where)
            if found is None:
                return None
            places.append(found)
    return AppliedRule(
        id=rule.id,
        retention=rule.retention,
        reason=rule.reason,
        source=rule.source,
        found="；".join(places),
    )


def _found(patterns: Sequence[re.Pattern[str]], texts: Sequence[str]) -> str | None:
    """What one of the patterns stands in: a short text whole, of a long one the words found."""
    for text in texts:
        compact = "".join(text.split())
        for pattern in patterns:
            match = pattern.search(compact)
            if match is not None:
                return compact if len(compact) <= 40 else match[0]
    return None
