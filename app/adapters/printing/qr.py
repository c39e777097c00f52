"""QR codes (ISO/IEC 18004:2015) of a text: level M, byte mode, versions 1 to 10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

Grid = list[list[bool]]

QUIET_MODULES = 4
"""Paper on every side, in modules (ISO/IEC 18004, 6.3.8)."""

# Per version: correction codewords of a block, data codewords of each block (table 9, level M).
_BLOCKS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (10, (16,)),
    (16, (28,)),
    (26, (44,)),
    (18, (32, 32)),
    (24, (43, 43)),
    (16, (27,) * 4),
    (18, (31,) * 4),
    (22, (38, 38, 39, 39)),
    (22, (36, 36, 36, 37, 37)),
    (26, (43, 43, 43, 43, 44)),
)
# Centres of the alignment patterns (annex E).
_ALIGNMENT = (
    (),
    (6, 18),
    (6, 22),
    (6, 26),
    (6, 30),
    (6, 34),
    (6, 22, 38),
    (6, 24, 42),
    (6, 26, 46),
    (6, 28, 50),
)
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_LEVEL_M = 0b00
_BYTE_MODE, _ECI_MODE, _UTF_8 = 0b0100, 0b0111, 26
_FINDER_LIKE = "1011101"


def qr_modules(text: str) -> Grid:
    """The modules of `text` by row, True for black, without the quiet zone.

    The text is declared to be UTF-8 when it is not plain ASCII. Raises ValueError when it has
    more than about 210 bytes.
    """
    version, codewords = _codewords(text)
    fixed, reserved = _fixed_patterns(version)
    places = list(_data_places(len(fixed), reserved))
    best: Grid = []
    lowest = -1
    for mask in range(len(_MASKS)):
        grid = [row.copy() for row in fixed]
        for index, (row, column) in enumerate(places):
            bit = index < 8 * len(codewords) and bool(codewords[index // 8] >> 7 - index % 8 & 1)
            grid[row][column] = bit != _MASKS[mask](row, column)
        _write_format(grid, mask)
        penalty = _penalty(grid)
        if lowest < 0 or penalty < lowest:
            best, lowest = grid, penalty
    return best


def _codewords(text: str) -> tuple[int, list[int]]:
    """The smallest version that holds the text, and its codewords in the order of placement."""
    data = text.encode()
    head = "" if text.isascii() else f"{_ECI_MODE:04b}{_UTF_8:08b}"
    for version, (correction, blocks) in enumerate(_BLOCKS, start=1):
        count_bits = 8 if version < 10 else 16
        bits = f"{head}{_BYTE_MODE:04b}{len(data):0{count_bits}b}"
        bits += "".join(f"{byte:08b}" for byte in data)
        room = 8 * sum(blocks)
        if len(bits) <= room and len(data) < 1 << count_bits:
            bits += "0" * min(4, room - len(bits))
            bits += "0" * (-len(bits) % 8)
            words = [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]
            words += [(0xEC, 0x11)[place % 2] for place in range(sum(blocks) - len(words))]
            return version, _interleaved(words, correction, blocks)
    raise ValueError("the text is too long for a QR code of version 10")


def _interleaved(words: list[int], correction: int, blocks: tuple[int, ...]) -> list[int]:
    parts, start = [], 0
    for size in blocks:
        parts.append(words[start : start + size])
        start += size
    checks = [_correction(part, correction) for part in parts]
    longest = max(blocks)
    data = [part[place] for place in range(longest) for part in parts if place < len(part)]
    return data + [check[place] for place in range(correction) for check in checks]


@lru_cache(maxsize=1)
def _powers() -> tuple[list[int], list[int]]:
    """Powers of 2 in GF(256) with the polynomial 0x11D, and their logarithms."""
    powers, logarithms, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logarithms[value] = exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logarithms


def _times(one: int, other: int) -> int:
    powers, logarithms = _powers()
    return powers[logarithms[one] + logarithms[other]] if one and other else 0


def _correction(words: list[int], count: int) -> list[int]:
    """The Reed-Solomon codewords of one block: the remainder by the generator polynomial."""
    generator = [1]
    for exponent in range(count):
        root = _powers()[0][exponent]
        generator = [
            high ^ _times(low, root)
            for high, low in zip([*generator, 0], [0, *generator], strict=True)
        ]
    remainder = [*words, *[0] * count]
    for place in range(len(words)):
        factor = remainder[place]
        for offset, coefficient in enumerate(generator):
            remainder[place + offset] ^= _times(coefficient, factor)
    return remainder[len(words) :]


def _fixed_patterns(version: int) -> tuple[Grid, Grid]:
    """Finder, timing and alignment patterns and version bits; and all modules data must leave."""
    size = 17 + 4 * version
    grid = [[False] * size for _ in range(size)]
    reserved = [[False] * size for _ in range(size)]
    for place in range(size):
        for row, column in ((6, place), (place, 6)):
            grid[row][column], reserved[row][column] = place % 2 == 0, True
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row in range(max(0, top - 1), min(size, top + 8)):
            for column in range(max(0, left - 1), min(size, left + 8)):
                ring = max(abs(row - top - 3), abs(column - left - 3))
                grid[row][column], reserved[row][column] = ring in (0, 1, 3), True
    centres = _ALIGNMENT[version - 1]
    for middle in centres:
        for centre in centres:
            if (middle, centre) in ((6, 6), (6, size - 7), (size - 7, 6)):
                continue
            for row in range(middle - 2, middle + 3):
                for column in range(centre - 2, centre + 3):
                    ring = max(abs(row - middle), abs(column - centre))
                    grid[row][column], reserved[row][column] = ring != 1, True
    for place in range(9):
        reserved[8][place] = reserved[place][8] = True
    for place in range(size - 8, size):
        reserved[8][place] = reserved[place][8] = True
    if version >= 7:
        bits = version << 12 | _remainder(version << 12, 0x1F25)
        for index in range(18):
            row, column = index // 3, size - 11 + index % 3
            black = bool(bits >> index & 1)
            grid[row][column] = grid[column][row] = black
            reserved[row][column] = reserved[column][row] = True
    return grid, reserved


def _data_places(size: int, reserved: Grid) -> Iterator[tuple[int, int]]:
    """Rows and columns in the order in which bits are laid: pairs of columns from the right, up
    and down in turn (7.7.3)."""
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for step in range(size):
            row = size - 1 - step if upwards else step
            for column in (right, right - 1):
                if not reserved[row][column]:
                    yield row, column
        upwards = not upwards


def _write_format(grid: Grid, mask: int) -> None:
    """Level and mask with their check bits, twice (7.9)."""
    data = _LEVEL_M << 3 | mask
    bits = (data << 10 | _remainder(data << 10, 0x537)) ^ 0x5412
    size = len(grid)
    for index in range(15):
        black = bool(bits >> index & 1)
        row = index if index < 6 else index + 1 if index < 8 else size - 15 + index
        grid[row][8] = black
        column = size - 1 - index if index < 8 else 15 - index if index < 9 else 14 - index
        grid[8][column] = black
    grid[size - 8][8] = True


def _remainder(value: int, generator: int) -> int:
    length = generator.bit_length()
    while value.bit_length() >= length:
        value ^= generator << value.bit_length() - length
    return value


def _penalty(grid: Grid) -> int:
    """How much a masked code could mislead a reader (7.8.3); the lowest is taken."""
    size = len(grid)
    lines = ["".join("1" if black else "0" for black in row) for row in grid]
    lines += ["".join(column) for column in zip(*lines, strict=True)]
    points = 0
    for line in lines:
        run = 1
        for before, sign in zip(line, line[1:] + "-", strict=True):
            if sign == before:
                run += 1
            else:
                points += run - 2 if run >= 5 else 0
                run = 1
        for light in ("0000" + _FINDER_LIKE, _FINDER_LIKE + "0000"):
            points += 40 * sum(line.startswith(light, place) for place in range(size - 10))
    for row in range(size - 1):
        for column in range(size - 1):
            four = {grid[row + down][column + right] for down in (0, 1) for right in (0, 1)}
            points += 3 * (len(four) == 1)
    black = sum(line.count("1") for line in lines[:size])
    return points + 10 * (abs(20 * black - 10 * size * size) // (size * size))
