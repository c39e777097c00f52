"""The lexicon of document titles: what a line of text names, errors of reading allowed for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive_rules.data import load_table
from archive_rules.text import distance, words

_COURT_PREFIX = re.compile(r"^.{2,24}?(?:人民法院|人民检察院|海事法院|知识产权法院|军事法院)")
_COUNT_PREFIX = re.compile(r"^第?[一二三四五六七八九十\d]{1,2}[、.次]")
_COUNT_SUFFIX = re.compile(r"[一二三四五六七八九十\d]{1,2}$")
_BRACKET_SUFFIX = re.compile(r"[(（【〔\[].{1,14}[)）】〕\]]$")
_MINIMUM = 2
_LONGEST = 30
# Below this length a title must be read without error: 收条 and 借条 are one character apart.
_EXACT_BELOW = 4
_CHARACTERS_PER_ERROR = 4
_ENDING_SCORE = 0.82
_ENDING_MINIMUM = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """One kind of document: its usual name, its other names, the classes it belongs to."""

    name: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    form: bool = False
    group: bool = False
    signs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TitleMatch:
    """A line that names a document. `text` is the title to show, `score` 0 to 1."""

    title: Title
    text: str
    score: float


class Lexicon:
    """Titles to be looked up by the text of a line. Build it with `load_lexicon` or `extended`."""

    def __init__(
        self, titles: Sequence[Title], endings: Sequence[str], title_endings: Sequence[str]
    ) -> None:
        self.titles = tuple(titles)
        self.endings = tuple(sorted(endings, key=len, reverse=True))
        self.title_endings = tuple(title_endings)
        self._by_name: dict[str, Title] = {}
        for title in self.titles:
            for name in title.names:
                self._by_name.setdefault(name, title)
        self._by_length: dict[int, list[tuple[str, Counter[str]]]] = {}
        for name in self._by_name:
            self._by_length.setdefault(len(name), []).append((name, Counter(name)))
        self._longest = max((len(name) for name in self._by_name), default=0)
        self._seen: dict[str, TitleMatch | None] = {}

    def extended(self, titles: Sequence[Title]) -> Lexicon:
        """This lexicon with more titles, which come first (rows of a declared catalogue)."""
        return Lexicon((*titles, *self.titles), self.endings, self.title_endings)

    def match(self, line: str) -> TitleMatch | None:
        """What the whole line names, or None: a title inside a sentence is no title."""
        text = words(line)
        if not _MINIMUM <= len(text) <= _LONGEST:
            return None
        if text not in self._seen:
            self._seen[text] = self._look_up(text, line)
        return self._seen[text]

    def ends_like_title(self, line: str) -> bool:
        """Whether an unknown line ends as titles end (…书, …笔录, …清单)."""
        text = words(line)
        return 2 < len(text) <= _LONGEST and text.endswith(self.title_endings)

    def signed(self, text: str) -> Title | None:
        """The document known by words on it although it carries no title (身份证)."""
        for title in self.titles:
            if title.signs and all(any(w in text for w in group) for group in title.signs):
                return title
        return None

    def _look_up(self, text: str, line: str) -> TitleMatch | None:
        best: TitleMatch | None = None
        for variant, weight in self._variants(text, line):
            found = self._nearest(variant)
            if found is None:
                continue
            name, score = found
            score *= weight
            if best is None or score > best.score:
                best = TitleMatch(title=self._by_name[name], text=name, score=score)
        return best or self._by_ending(text)

    def _variants(self, text: str, line: str) -> list[tuple[str, float]]:
        variants = [(text, 1.0)]
        without_bracket = words(_BRACKET_SUFFIX.sub("", line.strip()))
        if without_bracket != text:
            variants.append((without_bracket, 0.98))
        for base, weight in list(variants):
            court = _COURT_PREFIX.sub("", base)
            if court != base:
                variants.append((court, weight * 0.98))
        for base, weight in list(variants):
            for pattern in (_COUNT_PREFIX, _COUNT_SUFFIX):
                counted = pattern.sub("", base)
                if counted != base:
                    variants.append((counted, weight * 0.96))
            for ending in self.endings:
                if base.endswith(ending) and len(base) - len(ending) >= _MINIMUM:
                    variants.append((base[: -len(ending)], weight * 0.96))
                    break
        return [(variant, weight) for variant, weight in variants if len(variant) >= _MINIMUM]

    def _nearest(self, text: str) -> tuple[str, float] | None:
        if text in self._by_name:
            return text, 1.0
        if len(text) < _EXACT_BELOW:
            return None
        allowed = len(text) // _CHARACTERS_PER_ERROR
        bag = Counter(text)
        best: tuple[int, str] | None = None
        for length in range(max(_EXACT_BELOW, len(text) - allowed), len(text) + allowed + 1):
            for name, name_bag in self._by_length.get(length, ()):
                if (bag - name_bag).total() > allowed:
                    continue
                limit = min(allowed, length // _CHARACTERS_PER_ERROR)
                steps = distance(text, name, limit)
                if steps <= limit and (best is None or steps < best[0]):
                    best = (steps, name)
        if best is None:
            return None
        return best[1], 1.0 - best[0] / len(best[1])

    def _by_ending(self, text: str) -> TitleMatch | None:
        """个人借款合同书 ends as 合同书 does: the kind is known, the title is the line's own."""
        for length in range(min(len(text) - 1, self._longest), _ENDING_MINIMUM - 1, -1):
            title = self._by_name.get(text[-length:])
            if title is not None and not title.group:
                return TitleMatch(title=title, text=text, score=_ENDING_SCORE)
        return None


def title_for(name: str, known: Title | None) -> Title:
    """A title of a declared catalogue as an entry of the lexicon."""
    return Title(
        name=name,
        names=(words(name),),
        classes=known.classes if known else (),
        form=known.form if known else False,
        group=known.group if known else False,
    )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The packaged lexicon."""
    table = load_table("titles.toml")
    return Lexicon(
        [_title(entry) for entry in table["title"]], table["endings"], table["title_endings"]
    )


def _title(entry: dict[str, Any]) -> Title:
    return Title(
        name=entry["name"],
        names=(entry["name"], *entry.get("also", ())),
        classes=tuple(entry["classes"]),
        form=entry.get("form", False),
        group=entry.get("group", False),
        signs=tuple(tuple(group.split("|")) for group in entry.get("signs", ())),
    )
