"""Digits out of a recogniser's posteriors: the likely digit strings of one crop, with chances.

The recogniser knows thousands of characters and reports one string. For a stamped number the
second-best digit matters (1 or 7, 3 or 8), so the strings are searched over digits only, while
the mass that went to other characters lowers every chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.engines.row_reading import RowAnswer, without_repeats

_ALIKE = {"O": "0", "o": "0", "〇": "0", "○": "0", "D": "0", "l": "1", "I": "1", "|": "1", "i": "1"}
"""Shapes a stamp's digit is taken for; they count for half of their chance."""

_BEAM = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class DigitReading:
    """One crop as the recogniser sees it.

    `text` and `confidence` are its free reading (any character); `digits` are digit strings with
    their chance (0 to 1), best first, empty when digits are unlikely.
    """

    text: str
    confidence: float
    digits: tuple[tuple[str, float], ...]


def digit_classes(alphabet: Sequence[str]) -> tuple[int, ...]:
    """The classes whose chances `digit_strings` needs; those of `alphabet`, the first the blank."""
    return (0, alphabet.index(" "), *(alphabet.index(sign) for sign in _signs(alphabet)))


def digit_strings(answer: RowAnswer, alphabet: Sequence[str]) -> DigitReading:
    """Read one row as free text and as digits.

    `answer.picked` are the chances of `digit_classes`. The digit strings come from a prefix beam
    search over the digits and the blank (connectionist temporal classification), so chances of
    the same string over different alignments add up.
    """
    kept = without_repeats(answer.best)
    text = "".join(alphabet[index] for index in answer.best[kept])
    confidence = float(answer.chance[kept].mean()) if len(kept) else 0.0

    frames = answer.picked.astype(np.float64)
    chances = np.zeros((len(frames), 10))
    for place, sign in enumerate(_signs(alphabet), start=2):
        if sign in _ALIKE:
            chances[:, int(_ALIKE[sign])] += 0.5 * frames[:, place]
        else:
            chances[:, int(sign)] += frames[:, place]
    space = frames[:, 0] + frames[:, 1]

    # prefix -> (chance ending in a blank, chance ending in its last digit)
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for t in range(len(frames)):
        if space[t] > 0.9999:
            beams = {p: ((b + d) * float(space[t]), 0.0) for p, (b, d) in beams.items()}
            continue
        grown: dict[str, tuple[float, float]] = {}
        for prefix, (blank, digit_end) in beams.items():
            _add(grown, prefix, (blank + digit_end) * float(space[t]), 0.0)
            for digit in range(10):
                chance = float(chances[t, digit])
                if chance < 1e-4:
                    continue
                if prefix.endswith(str(digit)):
                    _add(grown, prefix, 0.0, digit_end * chance)
                    _add(grown, prefix + str(digit), 0.0, blank * chance)
                else:
                    _add(grown, prefix + str(digit), 0.0, (blank + digit_end) * chance)
        ranked = sorted(grown.items(), key=lambda item: -(item[1][0] + item[1][1]))
        beams = dict(ranked[:_BEAM])
    strings = sorted(
        ((prefix, blank + end) for prefix, (blank, end) in beams.items() if prefix),
        key=lambda item: -item[1],
    )
    return DigitReading(
        text=text,
        confidence=confidence,
        digits=tuple((prefix, min(1.0, chance)) for prefix, chance in strings if chance > 0.01),
    )


def _signs(alphabet: Sequence[str]) -> list[str]:
    """The digits and the shapes taken for digits, as far as the alphabet has them."""
    return [*"0123456789", *(shape for shape in _ALIKE if shape in alphabet)]


def _add(beams: dict[str, tuple[float, float]], prefix: str, blank: float, digit: float) -> None:
    old_blank, old_digit = beams.get(prefix, (0.0, 0.0))
    beams[prefix] = (old_blank + blank, old_digit + digit)
