"""How pages follow one another: whether a page ends its document and whether the next goes on.

What a reader goes by when no title helps: a date and a signature close a document, a sentence cut
at the foot goes on overleaf, the numbers a document prints on its own pages run on, and the heads
of a table are printed again on each of its pages.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import SideEvidence, TextLine
from archive_rules.dates import runs_on, signing_date
from archive_rules.rows import PageText, Row
from archive_rules.text import distance, plain, words

_FOOT = 0.88
_OWN_NUMBER = re.compile(
    r"^(?:[-—–―~·.]+(?P<dashed>\d{1,3})[-—–―~·.]+|第(?P<worded>\d{1,3})页(?:[,，/]?共\d{1,3}页)?"
    r"|共\d{1,3}页[,，/]?第(?P<after>\d{1,3})页|(?P<slashed>\d{1,3})/\d{1,3}页?)$"
)
_SIGNATURE = re.compile(
    r"^(?:具状人|起诉人|上诉人|反诉人|答辩人|申请人|申请执行人|异议人|委托人|受托人|受委托人|代理人|诉讼代理人"
    r"|委托代理人|辩护人|承诺人|保证人|具结人|借款人|立据人|出具人|出借人|欠款人|收款人|经办人|立约人|甲方|乙方"
    r"|说明人|证明人|证人|谅解人|法定代表人|负责人|审判长|审判员|代理审判员|人民陪审员|执行员|法官助理|书记员|检察员"
    r"|公诉人|鉴定人|公证员|承办人|提交人|填表人|记录人)(?:[(签名盖章字手印捺)/、]*)[::].{0,20}$"
    r"|^(?:审判长|审判员|代理审判员|人民陪审员|执行员|书记员|检察员|公证员).{2,4}$"
)
_CLOSING = re.compile(
    r"(?:此致|特此(?:证明|说明|函告|公告|通知|申请|承诺|函复|报告)|本件与原本核对无异|此联存卷"
    r"|笔录.{0,10}(?:无误|一样|相符|看过|属实)|(?:无误|属实).{0,4}签[字名]|^[^。]{0,6}(?:休庭|闭庭|退庭)。?$)"
)
# Dates of a form and of a told event close nothing.
_FORM_DATE = re.compile(r"^(?:收案|立案|开庭|登记|开票|出生|成立|入院|出院|结案|受理)")
_ANNEX = re.compile(
    r"^[(（]?附(?:件|表|图|录|页)?[一二三四五六七八九十\d]{0,2}(?:[:：.、)）]|$|[本相法].{2,18}$)"
)
_RECORD = re.compile(r"(?:笔录|记录)(?:第.{1,3}次|[一二三四五六七八九十\d]{1,2}|续)?$")
_CARD_NUMBER = re.compile(r"公民身份号码|公民身份证号码|\d{17}[\dXx]")
_CARD_OFFICE = re.compile(r"签发机关|有效期限")
_CARD_LABELS = (("姓名",), ("性别", "民族"), ("出生",), ("住址",))
_CARD_LABELS_ENOUGH = 3
_CARD_TITLE = "居民身份证"
_CARD_ROWS = 16
_SPEAKER = re.compile(
    r"^(?:问|答|审|原|被|代|书|公|辩|证|合|主|审判[长员]|书记员|公诉人|辩护人|被告人?|原告|上诉人|第三人|申请人|证人"
    r"|.{1,4}(?:代理人|陪审员))[:：]"
)
_SENTENCE_ENDS = '。;:!?；：！？…”"』)'
_RIGHT_MARGIN = 0.74
_FULL_ROW = 15
_TAIL = 6
_HEADS = 3
_COVER_ROWS = 8
# A row that long, such as an account with its number, is not the same by chance.
_TELLING = 14
_FEWEST_HEADS = 8
_FOOT_REACHED = 0.72
_SHORT_PAGE = 0.6
_SHORT_ENDED = 0.6
_LETTERHEAD = re.compile(
    r"^.{2,24}(?:人民法院|人民检察院|公安局|律师事务所|公证处|鉴定中心|鉴定所)$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageShape:
    """What a page shows of its place in a document.

    `ended` (0 to 1): how surely a document closes here; `open`: its last sentence goes on;
    `heads`: its first rows;
    `annex`: begins with 附件 and the like; `face`: the face of an identity card alone on the page;
    `cover`: few short rows set like the cover leaf of a bound report; `dialogue`: question and
    answer; `letterhead`: the name of an office stands alone at the top.
    """

    ended: float
    open: bool
    heads: tuple[str, ...]
    annex: bool
    face: str
    cover: bool
    dialogue: bool
    letterhead: bool
    rows: int


def page_shape(page: PageText, *, title_place: int | None = None) -> PageShape:
    """The shape of a page; `title_place` is the row of its title, when it has one."""
    rows = page.rows
    text = page.text
    first = title_place + 1 if title_place is not None else 0
    return PageShape(
        ended=_ended(rows),
        open=_open(rows),
        heads=tuple(words(row.text) for row in rows[first : first + _HEADS]),
        annex=bool(rows) and _ANNEX.match(plain(rows[0].text)) is not None,
        face=_face(rows, text),
        cover=_cover(rows),
        dialogue=sum(_SPEAKER.match(plain(row.text)) is not None for row in rows) >= 2,
        letterhead=_letterhead(rows),
        rows=len(rows),
    )


def _face(rows: Sequence[Row], text: str) -> str:
    """The face of an identity card alone on a page. Enough labels make up for a misread number."""
    labels = sum(any(word in text for word in group) for group in _CARD_LABELS)
    number = _CARD_NUMBER.search(text) is not None or labels >= _CARD_LABELS_ENOUGH
    named = any(words(row.text) == _CARD_TITLE for row in rows)
    office = named or _CARD_OFFICE.search(text) is not None
    if len(rows) > _CARD_ROWS or number == office:
        return ""
    return "front" if number else "back"


def other_faces(shapes: Sequence[PageShape]) -> set[int]:
    """The pages that show the other face of the card on the page before."""
    found: set[int] = set()
    for index, (before, shape) in enumerate(itertools.pairwise(shapes), start=1):
        if {before.face, shape.face} == {"front", "back"} and index - 1 not in found:
            found.add(index)
    return found


def own_number(side: SideEvidence) -> int | None:
    """The number that the document itself prints at its foot, not the one stamped on the dossier.

    A bare figure is not believed: it may be the stamp.
    """
    for line in side.lines:
        if line.y0 < _FOOT or not _middle(line):
            continue
        match = _OWN_NUMBER.match(plain(line.text))
        if match is not None:
            return int(next(group for group in match.groups() if group is not None))
    return None


def _letterhead(rows: Sequence[Row]) -> bool:
    return any(
        0.06 < row.y0 < 0.25
        and abs(row.centre - 0.5) < 0.08
        and _LETTERHEAD.match(plain(row.text)) is not None
        for row in rows[:2]
    )


def _middle(line: TextLine) -> bool:
    return 0.2 < (line.x0 + line.x1) / 2 < 0.97


def _ended(rows: Sequence[Row]) -> float:
    """From 0 (nothing closes) to 1 (date below a signature, and little behind)."""
    tail = [plain(row.text) for row in rows[-_TAIL:]]
    best = 0.0
    for back, (row, text) in enumerate(zip(reversed(rows[-_TAIL:]), reversed(tail), strict=True)):
        weight = 1.0 if back <= 2 else 0.8
        if signing_date(row) is not None:
            told = text[-1] in _SENTENCE_ENDS or _FORM_DATE.match(text)
            if not told and not runs_on(rows, len(rows) - 1 - back):
                best = max(best, weight)
        elif _SIGNATURE.match(text):
            best = max(best, 0.85 * weight)
        elif _CLOSING.search(text):
            best = max(best, 0.8 * weight)
    if len(rows) > 2 and rows[-1].y1 < _SHORT_PAGE:
        best = max(best, _SHORT_ENDED)
    return best


def is_record(title: str) -> bool:
    """Whether a title is that of a record of spoken words: 庭审笔录（第二次）."""
    return _RECORD.search(words(title)) is not None


def closes_record(page: PageText) -> bool:
    """Whether a record (笔录) is said to be over on this page: it is signed on every page, so a
    date at the foot tells nothing."""
    return any(_CLOSING.search(plain(row.text)) for row in page.rows[-5:])


def _open(rows: Sequence[Row]) -> bool:
    """Whether the last row of running text fills its line and no mark ends its sentence."""
    if not rows or rows[-1].y1 < _FOOT_REACHED:
        return False  # what goes on overleaf reaches the foot first
    for row in reversed(rows[-3:]):
        text = plain(row.text)
        if len(text) < _FULL_ROW or len(row.lines) > 3:
            continue
        return row.x1 > _RIGHT_MARGIN and text[-1] not in _SENTENCE_ENDS
    return False


def _cover(rows: Sequence[Row]) -> bool:
    if not 0 < len(rows) <= _COVER_ROWS or any(len(row.lines) > 1 for row in rows[2:]):
        return False
    texts = [plain(row.text) for row in rows]
    return not any("。" in text or "，" in text or "," in text for text in texts) and not any(
        _SIGNATURE.match(text) for text in texts
    )


def same_heads(first: PageShape, second: PageShape) -> bool:
    """Whether the rows below the title say the same on both pages: a table that goes on."""
    pairs = list(zip(first.heads, second.heads, strict=False))
    if not pairs:
        return False
    alike = [_alike(left, right) for left, right in pairs]
    if sum(alike) >= min(2, len(pairs)) or (alike[0] and len(pairs[0][0]) >= _TELLING):
        return True
    # The heads of the columns, one row higher because the row above them was not read.
    shifted = (*zip(first.heads, second.heads[1:], strict=False),)
    shifted += (*zip(first.heads[1:], second.heads, strict=False),)
    return any(_column_heads(left) and _alike(left, right) for left, right in shifted)


def _column_heads(text: str) -> bool:
    return len(text) >= _FEWEST_HEADS and not any(character.isdigit() for character in text)


def _alike(first: str, second: str) -> bool:
    allowed = max(len(first), len(second)) // 5
    return bool(first) and distance(first, second, allowed) <= allowed


def counted_by_stamp(numbers: Sequence[int | None], own: Sequence[int | None]) -> bool:
    """Whether the numbers at the feet are those of the dossier itself, printed there instead of
    in the corner: then they tell nothing of single documents."""
    both = [
        (number, mark)
        for number, mark in zip(numbers, own, strict=True)
        if number is not None and mark is not None and number > 9
    ]
    return len(both) >= 5 and sum(n == m for n, m in both) > 0.6 * len(both)
