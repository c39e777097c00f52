"""Numbers that lead to a person, in recognised text: where each begins and ends.

All characters are of half width; lines are parted by line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from attrs import frozen

Span = tuple[int, int]

# What recognition takes a figure for.
_ALIKE = str.maketrans("OoQD〇○lI|!丨ZzSsBbgq", "0000001111122558699")
_FIGURE = "[0-9OoQD〇○lI|!丨ZzSsBbgq]"
FIGURES = frozenset("0123456789OoQD〇○lI|!丨ZzSsBbgq")
_LAST = "[0-9OoQD〇○lI|!丨ZzSsBbgqXx×乂]"
_BETWEEN = " -—–·"
_GAP = r"[ \-—–·]{0,2}"
_BREAK = r"(?:[ \-—–·]{0,2}|[ ]?\n[ ]?)"
# A speck between two figures; behind the point of an amount there are two.
_DIRT = r"[.'](?=[0-9]{3})"
# So much of a run must be figures and not letters that look like them.
_LEAST_REAL = 0.6
# A figure before one of these is a date, an amount or a number of a house.
_UNIT = re.compile(r"[年月日时分元万亿角%号室幢栋层楼件页份条:/]|[.,]\d")

_LONG = re.compile(rf"(?<![0-9]){_FIGURE}(?:{_GAP}{_FIGURE}){{14,18}}(?:{_GAP}[Xx×乂])?(?![0-9])")
_IDENTITY = re.compile(rf"(?=({_FIGURE}(?:{_BREAK}{_FIGURE}){{16}}{_BREAK}{_LAST}))(?<![0-9])")
_OLD_IDENTITY = re.compile(rf"(?=({_FIGURE}(?:{_BREAK}{_FIGURE}){{14}})(?![0-9]))(?<![0-9])")
_MOBILE = re.compile(
    rf"(?=((?:(?:\+|00)?{_GAP}86{_BREAK})?[1lI|](?:(?:{_BREAK}|{_DIRT}){_FIGURE}){{10}})(?![0-9]))"
    r"(?<![0-9.,])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])\(?0\d{2,3}(?:[ ]?\n?[ ]?[\-—–\)]\n?[ ]?|[ ])\d{3,4}[ \-]?\d{3,4}(?![0-9])"
    r"(?:[ ]?(?:转|\-|ext\.?)[ ]?\d{1,5}(?![0-9]))?"
)
_MAIL = re.compile(
    r"(?:[A-Za-z0-9._%+\-]+\n)?[A-Za-z0-9._%+\-]+[ ]?\n?(?:@|©|\(a\)|\[at\])\n?[ ]?"
    r"[A-Za-z0-9\-]+(?:[ ]?\n?[ ]?[.,·。]\n?[ ]?[A-Za-z0-9\-]+|\n[A-Za-z0-9\-]+(?=\.))*"
    r"(?:\n[A-Za-z]{1,3}(?![A-Za-z0-9]))?"
)
_MAIL_LABEL = re.compile(
    r"(?:邮\n?箱|电子邮件|[Ee]-?mail)(?:地址|号)?[ :;为是\n]{0,3}"
    r"([A-Za-z0-9._%+\-@©][A-Za-z0-9._%+\-@©,·]{2,40}(?:\n[A-Za-z0-9._\-@©,·]{1,20}(?![A-Za-z0-9:]))?)"
)
_PROVINCE = "[京津冀晋辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新蒙]"
_PLATE = re.compile(
    rf"{_PROVINCE}[ ]?\n?[A-Za-z]"
    r"[ \-.·•]{0,2}\n?(?:[A-Za-z0-9]{5,6}(?![A-Za-z0-9])|[A-Za-z0-9]{4}(?=[挂学警港澳领]))"
    r"[挂学警港澳领]?"
)
# In two lines, or with a figure that was not read.
_TORN_PLATE = re.compile(
    rf"{_PROVINCE}[ ]?[A-Z](?:[ \-.·•]{{0,2}}\n?[A-Z0-9]{{1,5}}[ ]?\n?[A-Z0-9]{{1,4}}"
    r"(?=号|[^A-Za-z0-9]|$)|[ \-.·•]{1,2}[A-Z0-9]{3,5}(?![A-Za-z0-9]))"
)
_PLATE_LABEL = re.compile(
    r"(?:[车军]牌照?|号牌|牌照|车号)(?:号码|号)?[ :;为是\n]{0,3}"
    r"([\u4e00-\u9fff]?[ ]?\n?[A-Za-z0-9 \-.·•]{3,10})"
)
_CHAT = re.compile(r"(?:微信号?|QQ号?码?|qq号?码?)[ :为是]{1,3}\n?[A-Za-z0-9_\-]{5,20}")
# What such a number is called where it leads to nobody.
_KEPT = re.compile(
    r"(?:执业证|信用代码|机构代码|发票|票据|流水|凭证|订单|运单|单号|税号|识别号|注册号|批号|条码"
    r"|合同|案号|文号|许可证|交易号|业务编号|工号)[^0-9。;,]{0,8}[0-9]{0,18}$"
)
_LABEL_REACH = 24


@frozen(kw_only=True)
class _Labelled:
    """Numbers that are known by the words before them: `least` to `most` figures, `whole` when
    nothing may follow in the next line."""

    label: re.Pattern[str]
    least: int
    whole: int
    most: int
    crosses_below: int


_LABELLED = (
    _Labelled(
        label=re.compile(
            r"(?:身\n?份\n?证|身\n?份\n?号|公\n?民\n?身\n?份|证\n?件|护\n?照|驾驶证|驾照|军官证|通行证"
            r"|社保卡?)\n?(?:件)?\n?(?:号\n?码|编号|号|码|No\.?)?[ :;为是\(\n]{0,4}"
        ),
        least=6,
        whole=18,
        most=18,
        crosses_below=15,
    ),
    _Labelled(
        label=re.compile(
            r"(?:账\n?号|帐\n?号|卡\n?号|银行卡|存折|账\n?户|帐\n?户)(?:\n?号码?)?[^0-9\n。;]{0,24}\n?"
        ),
        least=8,
        whole=19,
        most=25,
        crosses_below=12,
    ),
    _Labelled(
        label=re.compile(
            r"(?:电\n?话|手\n?机|联系方式|联系号码|传真|座机|固话|[Tt][Ee][Ll]\.?)\n?(?:号\n?码|号|码)?"
            r"(?:\([^\)\n]{1,4}\))?[ :;为是\n\+]{0,4}(?:86[ \-])?\(?"
        ),
        least=7,
        whole=11,
        most=13,
        crosses_below=7,
    ),
)


def numbers(text: str) -> Iterator[Span]:
    """Where numbers stand that lead to a person."""
    return chain(
        _long_runs(text),
        _identities(text),
        _mobiles(text),
        (match.span() for match in _LANDLINE.finditer(text)),
        (match.span() for match in _MAIL.finditer(text)),
        (match.span() for match in _PLATE.finditer(text) if re.search(r"\d", match.group())),
        (match.span() for match in _TORN_PLATE.finditer(text) if _is_torn_plate(match.group())),
        (match.span(1) for match in _MAIL_LABEL.finditer(text)),
        (match.span(1) for match in _PLATE_LABEL.finditer(text) if _holds_figures(match, 2)),
        (match.span() for match in _CHAT.finditer(text)),
        *(_labelled(text, kind) for kind in _LABELLED),
    )


def holds_number(text: str, least: int) -> bool:
    """Whether a line is a number and little else: at least `least` figures, two thirds of it."""
    signs = [sign for sign in text if not sign.isspace() and sign not in _BETWEEN]
    figures = sum(sign in FIGURES for sign in signs)
    return figures >= least and 3 * figures >= 2 * len(signs) and _mostly_real(text)


def _is_torn_plate(run: str) -> bool:
    signs = [sign for sign in run if sign.isalnum()]
    return 6 <= len(signs) <= 8 and sum(map(str.isdigit, signs)) >= 3


def _holds_figures(match: re.Match[str], least: int) -> bool:
    return sum(map(str.isdigit, match.group(1))) >= least


def _long_runs(text: str) -> Iterator[Span]:
    """15 to 19 figures: cards and identities, whether their check figures agree or not, for one
    figure may be misread."""
    for match in _LONG.finditer(text):
        run = match.group()
        figures = _figures(run)
        if not _mostly_real(run) or _is_code_of_company(figures):
            continue
        if _kept(text, match.start()) and not _is_identity(figures):
            continue
        if _grouped(run) or _is_identity(figures) or _luhn(figures):
            yield match.span()


def _identities(text: str) -> Iterator[Span]:
    for pattern in (_IDENTITY, _OLD_IDENTITY):
        for match in pattern.finditer(text):
            run = match.group(1)
            if _mostly_real(run) and _is_identity(_figures(run)):
                yield match.span(1)


def _mobiles(text: str) -> Iterator[Span]:
    for match in _MOBILE.finditer(text):
        run, end = match.group(1), match.end(1)
        if not _mostly_real(run) or text[end : end + 1] in tuple("元万亿"):
            continue
        if re.match(r"[.,]\d", text[end : end + 2]):
            continue
        if "\n" in run and not _goes_on(text, match.start(1), end):
            continue
        yield match.span(1)


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether a number without a label goes on after the end of its line."""
    first, second = text[begin:end].split("\n", 1)
    clean = len(_figures(first)) >= 2 and len(_figures(second)) >= 2
    return clean and not re.search(r"\s\d{1,3}$|\d{4}-\d", first) and not _unit(text, end)


def _labelled(text: str, kind: _Labelled) -> Iterator[Span]:
    for match in kind.label.finditer(text):
        end = _run_end(text, match.end(), kind)
        run = text[match.end() : end]
        if len(_figures(run)) >= kind.least and _mostly_real(run):
            yield match.end(), end


def _run_end(text: str, begin: int, kind: _Labelled) -> int:
    """Where the run of figures that begins at `begin` ends, in the next line if it goes on
    there."""
    place, end, count, gap, broken = begin, begin, 0, 0, False
    while place < len(text) and (count < kind.most or text[place].isdigit()):
        sign = text[place]
        if sign in FIGURES:
            count, gap, end = count + 1, 0, place + 1
        elif sign == "\n" and not broken and _crosses(text, place, count, kind):
            broken = True
        elif (sign in _BETWEEN or sign in "()") and gap < 3:
            gap += 1
        elif count >= 2 and gap < 2 and _is_speck(text, place):
            gap += 2
        else:
            break
        place += 1
    if kind.whole == 18 and text[end : end + 1] in tuple("Xx×乂"):
        end += 1
    return end


def _is_speck(text: str, place: int) -> bool:
    """Whether a sign within a number is dirt: three figures follow, and no amount ends there."""
    following = re.match(r"[^\w\s。;,、:/][0-9]{3,18}(?![0-9.,元万%年月])", text[place:])
    return following is not None


def _crosses(text: str, place: int, count: int, kind: _Labelled) -> bool:
    following = re.match(rf"[ ]?({_FIGURE}+)", text[place + 1 :])
    if following is None or count >= kind.whole:
        return False
    if count < kind.crosses_below:
        return True
    end = place + 1 + following.end()
    return count + len(following.group(1)) <= kind.most and not _unit(text, end)


def _unit(text: str, place: int) -> bool:
    return _UNIT.match(text, place) is not None


def _kept(text: str, place: int) -> bool:
    # Words and number may be parted by the end of a line.
    before = text[max(0, place - _LABEL_REACH) : place]
    return _KEPT.search(before.replace("\n", "")) is not None


def _figures(run: str) -> str:
    """The figures of a run, with X at its end as it is."""
    plain = "".join(sign for sign in run if not sign.isspace() and sign not in _BETWEEN)
    return plain.translate(_ALIKE)


def _mostly_real(run: str) -> bool:
    signs = [sign for sign in run if sign in FIGURES]
    return bool(signs) and sum(map(str.isdigit, signs)) >= _LEAST_REAL * len(signs)


def _is_code_of_company(figures: str) -> bool:
    """Unified codes of companies begin with 91 to 93, numbers of persons never with 9."""
    return len(figures) == 18 and figures[0] == "9" and figures[1] in "123"


def _is_identity(figures: str) -> bool:
    """Whether region and day of birth can be those of an identity number (GB 11643)."""
    if len(figures) not in (15, 18) or not figures[:15].isdigit() or figures[0] in "09":
        return False
    if len(figures) == 18 and (figures[6:8] not in ("18", "19", "20")):
        return False
    start = 8 if len(figures) == 15 else 10
    return (
        1 <= int(figures[start : start + 2]) <= 12
        and 1 <= int(figures[start + 2 : start + 4]) <= 31
    )


def _grouped(run: str) -> bool:
    """Whether a run is written as one number: without gaps, or in groups as on cards."""
    groups = [len(group) for group in re.split(r"[ \-—–·]+", run) if group]
    if len(groups) == 1:
        return True
    fours = all(group == 4 for group in groups[:-1]) and groups[-1] <= 4
    return fours or groups in ([6, 8, 4], [6, 4, 4, 4], [6, 13], [3, 3, 4, 4, 4], [6, 6, 3])


def _luhn(figures: str) -> bool:
    if not figures.isdigit():
        return False
    doubled = [int(sign) * 2 for sign in figures[-2::-2]]
    total = sum(map(int, figures[-1::-2])) + sum(value - 9 * (value > 9) for value in doubled)
    return total % 10 == 0
