"""Breaking Chinese text into lines: no line starts with a closing mark or ends with an opening."""

from __future__ import annotations

from scanner.paper.fonts import advance

NOT_FIRST = frozenset("，。、；：？！）》”’】〕%,.;:?!)」』")
NOT_LAST = frozenset("（《“‘【〔(「『￥")
LONGEST_RUN = 14


def break_lines(face: str, text: str, width: float, indent: float = 0.0) -> list[str]:
    """Lines of at most `width` ems, the first one `indent` ems shorter; "" gives one empty line."""
    lines: list[str] = []
    start = 0
    used = indent
    position = 0
    while position < len(text):
        step = advance(face, text[position])
        if used + step > width + 1e-6 and position > start:
            cut = _cut(text, start, position)
            lines.append(text[start:cut].rstrip())
            start = cut
            while start < len(text) and text[start] == " ":
                start += 1
            position = start
            used = 0.0
            continue
        used += step
        position += 1
    if start < len(text) or not lines:
        lines.append(text[start:])
    return lines


def _cut(text: str, start: int, position: int) -> int:
    """The last lawful break at or before `position`; `position` itself when there is none."""
    run = position
    while run > start and _joined(text[run - 1]) and run < len(text) and _joined(text[run]):
        run -= 1
    cut = run if position - run <= LONGEST_RUN and run > start else position
    for candidate in range(cut, max(start, cut - 4), -1):
        if text[candidate] not in NOT_FIRST and text[candidate - 1] not in NOT_LAST:
            return candidate
    return cut


def _joined(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in ".-")
