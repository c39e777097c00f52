"""Chinese words and characters for pinyin letters: the candidates of the on-screen keyboard.

Words of the granted text come first, for a reader mostly looks for what she has before her: names
of people and companies are in no dictionary. Then come words of the courts, then a general list of
words and single characters (pypinyin), common ones first. Every candidate stands for all letters,
so that whoever picks one has nothing left over.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources

MOST_LETTERS = 40
MOST_CANDIDATES = 60
_LONGEST_WORD = 4
_LONGEST_NAME = 12
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_EXACT, _BEGUN = 0, 1
_ONE_LETTER = ("a", "e", "o")


def candidates(letters: str, words: Sequence[str]) -> tuple[str, ...]:
    """At most 60 words or characters for `letters`, the likeliest first.

    `letters` are pinyin without tones (ü is v; case, spaces and apostrophes do not matter), whole
    or only begun: "yuangao", "yuang" and "yg" all give 原告. `words` are texts or words of what is
    granted. Nothing is given for letters that are no pinyin, or more than 40.
    """
    wanted = plain_letters(letters)
    if not wanted or len(wanted) > MOST_LETTERS:
        return ()
    found: dict[str, None] = {}
    for gram in _of_text(wanted, _granted(tuple(words))):
        found.setdefault(gram)
    for word in _of_dictionary(wanted):
        found.setdefault(word)
    if not found:
        found.update(dict.fromkeys(_composed(wanted)))
    return tuple(found)[:MOST_CANDIDATES]


def plain_letters(letters: str) -> str:
    """`letters` as a to z alone."""
    return _NOT_LETTERS.sub("", letters.lower().replace("ü", "v").replace("u:", "v"))


def _toneless(syllable: str) -> str:
    """A syllable with tone marks as plain letters: lǜ is lv."""
    parts = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in parts if "a" <= letter <= "z")


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    """How a character may be read, the usual reading first."""
    from pypinyin.pinyin_dict import pinyin_dict

    spoken = pinyin_dict.get(ord(character), "")
    return tuple(dict.fromkeys(filter(None, map(_toneless, spoken.split(",")))))


def _match(gram: str, wanted: str) -> int | None:
    """_EXACT when `wanted` spells all of `gram`, _BEGUN when syllables are begun, or None."""
    if not gram:
        return None if wanted else _EXACT
    best: int | None = None
    for reading in _readings(gram[0]):
        if wanted.startswith(reading):
            rest = _match(gram[1:], wanted[len(reading) :])
            if rest == _EXACT:
                return _EXACT
            best = rest if best is None else best
        # A syllable is abbreviated to its initial; the last one may stop anywhere.
        for length in _beginnings(reading, last=len(gram) == 1):
            if best is None and wanted.startswith(reading[:length]):
                rest = _match(gram[1:], wanted[length:])
                best = None if rest is None else _BEGUN
    return best


def _beginnings(reading: str, *, last: bool) -> Iterator[int]:
    if last:
        yield from range(1, len(reading))
        return
    yield 1
    if reading[:2] in ("zh", "ch", "sh"):
        yield 2


@lru_cache(maxsize=4)
def _granted(texts: tuple[str, ...]) -> dict[str, Counter[str]]:
    """What could be a word in `texts` and how often it stands there, by its first letter."""
    counts: Counter[str] = Counter()
    whole: set[str] = set()
    for text in texts:
        for run in _CHINESE.findall(text):
            if len(run) <= _LONGEST_NAME:
                whole.add(run)
            for length in range(1, _LONGEST_WORD + 1):
                counts.update(run[start : start + length] for start in range(len(run) - length + 1))
    counts.update(run for run in whole if len(run) > _LONGEST_WORD)
    grouped: dict[str, Counter[str]] = {}
    for gram, count in counts.items():
        for first in {reading[0] for reading in _readings(gram[0])}:
            grouped.setdefault(first, Counter())[gram] = count
    return grouped


def _of_text(wanted: str, grouped: dict[str, Counter[str]]) -> list[str]:
    """Words of the granted text: spelt out ones first, then often used and longer ones."""
    ranked = []
    for gram, count in grouped.get(wanted[0], Counter[str]()).items():
        # One letter would bring half of the text; a single character must be spelt out.
        if len(gram) > len(wanted):
            continue
        match = _match(gram, wanted)
        if match == _EXACT or (match == _BEGUN and len(gram) > 1 and _is_word(gram, count)):
            usual = _match_usual(gram, wanted)
            ranked.append((match, not usual, not _is_word(gram, count), -count, -len(gram), gram))
    return [row[-1] for row in sorted(ranked)]


def _is_word(gram: str, count: int) -> bool:
    """Whether a run of characters is more than neighbours by chance."""
    return count > 1 or gram in _court_words()


def _match_usual(gram: str, wanted: str) -> bool:
    """Whether the usual readings alone spell `wanted`."""
    return "".join(_readings(character)[0] for character in gram) == wanted


def _of_dictionary(wanted: str) -> list[str]:
    """Words of the courts, of the general list, and single characters."""
    spelt, begun = [], []
    for word in _court_words():
        match = _match(word, wanted)
        if match == _EXACT:
            spelt.append(word)
        elif match == _BEGUN and len(word) <= len(wanted):
            begun.append(word)
    keys, table = _phrases()
    characters = _characters().get(wanted, ())
    found = [*spelt, *table.get(wanted, ()), *characters, *begun]
    if len(wanted) >= 3:
        start = bisect_left(keys, wanted)
        for key in keys[start : start + MOST_CANDIDATES]:
            if not key.startswith(wanted):
                break
            found += table[key]
    return found if found or len(wanted) > 5 else _beginning(wanted)


def _beginning(wanted: str) -> list[str]:
    """Common characters whose syllable is only begun."""
    return [
        character
        for character in _frequency()
        if any(reading.startswith(wanted) for reading in _readings(character))
    ]


def _composed(wanted: str) -> list[str]:
    """One guess, the longest words first, when no word stands for all letters."""
    if not wanted:
        return [""]
    for end in range(len(wanted), 0, -1):
        piece = wanted[:end]
        words = [] if end == 1 and piece not in _ONE_LETTER else _spelt(piece)
        rest = _composed(wanted[end:]) if words else []
        if rest:
            return [words[0] + rest[0]]
    return []


def _spelt(piece: str) -> list[str]:
    """Words and characters that `piece` spells wholly."""
    _keys, table = _phrases()
    words = [word for word in _court_words() if _match(word, piece) == _EXACT]
    return [*words, *table.get(piece, ()), *_characters().get(piece, ())]


@lru_cache(maxsize=1)
def _court_words() -> dict[str, None]:
    return dict.fromkeys(_resource("court_words.txt").split())


@lru_cache(maxsize=1)
def _frequency() -> dict[str, int]:
    """Common characters and their rank."""
    ranks: dict[str, int] = {}
    for character in "".join(_resource("characters.txt").split()):
        ranks.setdefault(character, len(ranks))
    return ranks


def _resource(name: str) -> str:
    return (resources.files("resources") / "keyboard" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _characters() -> dict[str, tuple[str, ...]]:
    """The characters of each syllable: common ones, those of GB 2312 level 1, then level 2."""
    ranked: dict[str, list[tuple[bool, int, int, str]]] = {}
    common = _frequency()
    for character in _gb2312():
        level = 0 if ord(character.encode("gb2312")[:1]) < 0xD8 else 1
        for place, reading in enumerate(_readings(character)):
            rank = common.get(character, len(common) * (1 + level))
            ranked.setdefault(reading, []).append((place > 0, rank, place, character))
    return {
        reading: tuple(row[-1] for row in sorted(rows, key=lambda row: row[:3]))
        for reading, rows in ranked.items()
    }


def _gb2312() -> Iterable[str]:
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            character = bytes((high, low)).decode("gb2312", errors="ignore")
            if character:
                yield character


@lru_cache(maxsize=1)
def _phrases() -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The general word list by the letters that spell each word, and these in order."""
    from pypinyin.phrases_dict import phrases_dict

    common = _frequency()
    rank = len(common)
    table: dict[str, list[tuple[int, str]]] = {}
    for phrase, syllables in phrases_dict.items():
        spelt = "".join(_toneless(syllable[0]) for syllable in syllables)
        weight = max(common.get(character, rank) for character in phrase)
        table.setdefault(spelt, []).append((weight, phrase))
    ordered = {key: tuple(phrase for _, phrase in sorted(rows)) for key, rows in table.items()}
    return sorted(ordered), ordered
