"""Code 128 (ISO/IEC 15417): widths of bars and spaces of a text."""

from __future__ import annotations

# Widths of bar, space, bar, space, bar, space of the values 0 to 105 (ISO/IEC 15417, table 1),
# seven characters each.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 "
    "122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 "
    "321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 "
    "211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 "
    "213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 "
    "121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 "
    "241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 "
    "412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 "
    "211214 211232"
)
_STOP = "2331112"
_START_B = 104
QUIET_MODULES = 10
"""Paper on either side, in modules (ISO/IEC 15417, 4.6)."""


def code128_widths(text: str) -> list[int]:
    """Widths in modules, bar and space in turn, of `text` in code set B with its check character.

    Raises ValueError for characters outside ASCII 32 to 126.
    """
    values = [ord(sign) - 32 for sign in text]
    if not values or min(values) < 0 or max(values) > 94:
        raise ValueError("Code 128 set B holds printable ASCII only")
    check = (_START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    symbols = [_WIDTHS[7 * value : 7 * value + 6] for value in (_START_B, *values, check)]
    return [int(width) for width in "".join(symbols) + _STOP]
