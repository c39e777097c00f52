"""The lexicon of document titles: what a line of text names, errors of reading allowed for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive_rules.data import load_table
from archive_rules.text import distance, lost_one, plain, words

_COURT_PREFIX = re.compile(r"^.{2,24}?(?:人民法院|人民检察院|海事法院|知识产权法院|军事法院)")
_OFFICE_PREFIX = re.compile(
    r"^(?!关于).{2,26}?(?:人民政府|公安局|派出所|交通警察[支大中]队|[支大]队|公证处|鉴定中心|鉴定所|仲裁委员会|委员会"
    r"|保障局|管理局|司法局|税务局|局|银行|医院|律师事务所|有限公司|有限责任公司)(?:文件)?(?=[^的])"
)
_COUNT_PREFIX = re.compile(r"^第?[一二三四五六七八九十\d]{1,2}[、.次]")
_COUNT_SUFFIX = re.compile(r"[一二三四五六七八九十\d]{1,2}$")
_BRACKET_SUFFIX = re.compile(r"[(（【〔\[].{1,14}[)）】〕\]]$")
_KEPT_BRACKET = re.compile(
    r"\((正本|副本|存根|原本|第.{1,3}次|[一二三四五六七八九十\d]{1,2}|续)\)$"
)
_MINIMUM = 2
_LONGEST = 30
# Below this length a title must be read without error: 收条 and 借条 are one character apart.
_EXACT_BELOW = 4
_CHARACTERS_PER_ERROR = 4
_ENDING_SCORE = 0.82
_ENDING_MINIMUM = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """One kind of document: its usual name, its other names, the classes it belongs to. `parts`
    are headings of pages inside it, `author` says who makes it (see `archive_rules.authors`),
    `mixed` tells that the names are of several documents of one class."""

    name: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    form: bool = False
    group: bool = False
    signs: tuple[tuple[str, ...], ...] = ()
    parts: tuple[str, ...] = ()
    author: str = ""
    mixed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TitleMatch:
    """A line that names a document. `text` is the title without what the line adds to it
    (副本, 第二次), `printed` the title with it, `score` 0 to 1."""

    title: Title
    text: str
    score: float
    printed: str = ""


class Lexicon:
    """Titles to be looked up by the text of a line. Build it with `load_lexicon` or `extended`."""

    def __init__(
        self,
        titles: Sequence[Title],
        endings: Sequence[str],
        title_endings: Sequence[str],
        generic: Sequence[str] = (),
    ) -> None:
        self.titles = tuple(titles)
        self.endings = tuple(sorted(endings, key=len, reverse=True))
        self.title_endings = tuple(title_endings)
        self.generic = frozenset(generic)
        self._by_name: dict[str, Title] = {}
        for title in self.titles:
            for name in title.names:
                self._by_name.setdefault(name, title)
        self._by_length: dict[int, list[tuple[str, Counter[str]]]] = {}
        for name in self._by_name:
            self._by_length.setdefault(len(name), []).append((name, Counter(name)))
        self._pairs = {name[i : i + 2] for name in self._by_name for i in range(len(name) - 1)}
        self._longest = max((len(name) for name in self._by_name), default=0)
        self._seen: dict[str, TitleMatch | None] = {}

    def extended(self, titles: Sequence[Title]) -> Lexicon:
        """This lexicon with more titles, which come first (rows of a declared catalogue)."""
        return Lexicon(
            (*titles, *self.titles), self.endings, self.title_endings, tuple(self.generic)
        )

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
        for variant, printed, weight in self._variants(text, line):
            found = self._nearest(variant)
            if found is None:
                continue
            name, score = found
            shown, whole = name, printed if score == 1.0 else name
            if score < 1.0 and self._plausible(variant) and not lost_one(variant, name):
                shown, whole, score = variant, printed, max(score, _ENDING_SCORE)
            score *= weight
            if best is None or score > best.score:
                best = TitleMatch(title=self._by_name[name], text=shown, score=score, printed=whole)
        return best or self._by_ending(_OFFICE_PREFIX.sub("", _COURT_PREFIX.sub("", text)))

    def _plausible(self, text: str) -> bool:
        """Whether a line that differs from the nearest known title is one in its own right: all
        its pairs of characters stand in known titles (退费申请表 beside 退费申请书), which those
        of a misread one hardly do."""
        return all(text[i : i + 2] in self._pairs for i in range(len(text) - 1))

    def _variants(self, text: str, line: str) -> list[tuple[str, str, float]]:
        """What to look up, what of the line is its title as printed, and how far that may be
        from the whole line: 某某人民法院民事判决书（正本） names a 民事判决书."""
        variants = [(text, text, 1.0)]
        without_bracket = words(_BRACKET_SUFFIX.sub("", line.strip()))
        if without_bracket != text:
            bracket = _KEPT_BRACKET.search(plain(line))
            printed = without_bracket + (f"（{bracket[1]}）" if bracket else "")
            variants.append((without_bracket, printed, 0.98))
        for base, printed, weight in list(variants):
            for prefix in (_COURT_PREFIX, _OFFICE_PREFIX):
                bare = prefix.sub("", base)
                if bare != base:
                    variants.append((bare, prefix.sub("", printed), weight * 0.98))
        for base, printed, weight in list(variants):
            for pattern in (_COUNT_PREFIX, _COUNT_SUFFIX):
                counted = pattern.sub("", base)
                if counted != base:
                    variants.append((counted, printed, weight * 0.96))
            for ending in self.endings:
                if base.endswith(ending) and len(base) - len(ending) >= _MINIMUM:
                    variants.append((base[: -len(ending)], printed, weight * 0.96))
                    break
        return [variant for variant in variants if len(variant[0]) >= _MINIMUM]

    def _nearest(self, text: str) -> tuple[str, float] | None:
        if text in self._by_name:
            return text, 1.0
        if len(text) < _EXACT_BELOW:
            return self._lost_character(text)
        allowed = len(text) // _CHARACTERS_PER_ERROR
        bag = Counter(text)
        best: tuple[int, str] | None = None
        for length in range(max(_EXACT_BELOW, len(text) - allowed), len(text) + allowed + 1):
            for name, name_bag in self._by_length.get(length, ()):
                if (bag - name_bag).total() > allowed:
                    continue
                limit = min(allowed, length // _CHARACTERS_PER_ERROR)
                steps = distance(text, name, limit)
                if steps > limit:
                    continue
                closer = best is None or steps < best[0]
                if closer or (best is not None and steps == best[0] and lost_one(text, name)):
                    best = (steps, name)
        if best is None:
            return None
        return best[1], 1.0 - best[0] / len(best[1])

    def _lost_character(self, text: str) -> tuple[str, float] | None:
        """营执照 is 营业执照 with a character lost, when it is no word of titles itself."""
        if len(text) != _EXACT_BELOW - 1 or self._plausible(text):
            return None
        whole = [name for name, _ in self._by_length.get(_EXACT_BELOW, ()) if lost_one(text, name)]
        return (whole[0], 1.0 - 1 / _EXACT_BELOW) if len(whole) == 1 else None

    def _by_ending(self, text: str) -> TitleMatch | None:
        """个人借款合同书 ends as 合同书 does: the kind is known, the title is the line's own."""
        for length in range(min(len(text) - 1, self._longest), _ENDING_MINIMUM - 1, -1):
            title = self._by_name.get(text[-length:])
            if title is not None and not title.group:
                return TitleMatch(title=title, text=text, score=_ENDING_SCORE, printed=text)
        return None


def title_for(name: str, known: Title | None) -> Title:
    """A title of a declared catalogue as an entry of the lexicon."""
    return Title(
        name=name,
        names=(words(name),),
        classes=known.classes if known else (),
        form=known.form if known else False,
        group=known.group if known else False,
        parts=known.parts if known else (),
        author=known.author if known else "",
        mixed=known.mixed if known else False,
    )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The packaged lexicon."""
    table = load_table("titles.toml")
    return Lexicon(
        [_title(entry) for entry in table["title"]],
        table["endings"],
        table["title_endings"],
        table["generic"],
    )


@lru_cache(maxsize=1)
def load_makers() -> dict[str, str]:
    """Who makes the documents of a class: "court", "signer" (the party that signs), "office" or
    "nobody"."""
    table: dict[str, list[str]] = load_table("titles.toml")["makers"]
    return {name: maker for maker, names in table.items() for name in names}


def _title(entry: dict[str, Any]) -> Title:
    return Title(
        name=entry["name"],
        names=(entry["name"], *entry.get("also", ())),
        classes=tuple(entry["classes"]),
        form=entry.get("form", False),
        group=entry.get("group", False),
        signs=tuple(tuple(group.split("|")) for group in entry.get("signs", ())),
        parts=tuple(entry.get("parts", ())),
        author=entry.get("author", ""),
        mixed=entry.get("mixed", False),
    )
