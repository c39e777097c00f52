"""What the text of a side says about whose case it belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from attrs import frozen

from app.domain.dossier import Dossier, Recognised, Side
from app.kernel.errors import BadInput
from archive_rules.case_number import CaseNumber, find_all, parse
from archive_rules.text import distance, plain

# A page names its own case near its head; what stands further down may be a citation.
HEAD_FRACTION = 0.35
SHORTEST_PARTY = 2
LONGEST_PARTY = 30
FUZZY_FROM = 5
CLEAR_READING = 0.85

_ROLES = (
    "原告|被告|上诉人|被上诉人|申请人|被申请人|申请执行人|被执行人|第三人|原审原告|原审被告|"
    "再审申请人|赔偿请求人|被告人|自诉人"
)
_NAME = r"[^，。,;；:：()（）、\s]{2,30}"
_STATED = re.compile(rf"(?:{_ROLES})(?:\([^)]{{0,12}}\))?:({_NAME})[,，。;]")
_LABEL = re.compile(rf"^(?:{_ROLES})$")
# Sentences that name who the parties are, not labels of a speaker as in a transcript.
_NAMES_PARTIES = re.compile(
    r"(?:诉|与)[^。]{2,60}一案"
    rf"|(?:委托人|具状人|答辩人|受送达人|申请执行人|被执行人|上诉人|被申请人):{_NAME}"
    rf"|(?:原告|被告):{_NAME}[,，](?:男|女|住|统一社会信用代码|法定代表人|性别)"
)
_COURT = re.compile(r"^[^:,，。]{2,24}(?:人民|知识产权|海事|互联网|金融)法院$")
# Papers of the proceedings themselves, by the end of their title.
_PROCEDURAL = re.compile(
    r"^.{0,10}(?:通知书|传票|公告|委托书|送达回证|送达回执|告知书|起诉状|起诉书|诉状|答辩状|上诉状|笔录)$"
)
_FORM_LABELS = re.compile(
    r"^(?:案[由号件]?.*|审[判理].*|书记员|人民陪审员|合议庭.*|[收立结归].{1,3}日期|.*法院|.*期限|"
    r"承办.*|第三人|代理人|.*案卷?号|全宗号|目录号|法定代表人|住所地?|地址|标的.*)$"
)
# Names that stand on less than this share of the pages that name parties are not read as written.
SEEN_SHARE = 0.5
FEWEST_NAMING = 3
_RULING = re.compile(r"(?:判决|裁定|调解|决定)书")


@frozen(kw_only=True)
class Belonging:
    """What makes a text one of this case. Empty where nothing is known."""

    number: CaseNumber
    parties: tuple[str, ...]
    court: str


@frozen(kw_only=True)
class Evidence:
    """See the fields of the same names of `CapturedSide`."""

    foreign_case: str = ""
    near_case: bool = False
    own_case: bool = False
    own_party: bool = False
    other_party: bool = False
    other_court: bool = False
    procedural: bool = False
    ruling: bool = False


def belonging(
    dossier: Dossier, sides: Sequence[Side], texts: Mapping[str, Recognised]
) -> Belonging:
    """What is registered of the case; parties and court that are not registered are taken from
    the pages themselves. Names that are hardly found on the pages (rare characters that were
    misread) count as not known."""
    number = parse(dossier.case_no)
    read = [(side, texts[side.id]) for side in sides if side.id in texts]
    registered = _registered_parties(dossier) or _stated_parties(read, number)
    parties = tuple(dict.fromkeys([*registered, *_cover_parties(read)]))
    written = [plain(recognised.text) for _, recognised in read]
    naming = [text for text in written if _NAMES_PARTIES.search(text)]
    seen = sum(any(holds(text, party) for party in parties) for text in naming)
    if len(naming) >= FEWEST_NAMING and seen < SEEN_SHARE * len(naming):
        parties = ()
    court = plain(dossier.court) or _written_court(recognised for _, recognised in read)
    return Belonging(number=number, parties=parties, court=court)


def evidence_of(recognised: Recognised | None, own: Belonging) -> Evidence:
    """What one side says. Without any known party nothing speaks against it."""
    if recognised is None:
        return Evidence()
    text = plain(recognised.text)
    head = list(_head(recognised))
    numbers = list(_numbers(recognised))
    own_party = not own.parties or any(holds(text, party) for party in own.parties)
    foreign, near = _foreign_case(numbers, own.number)
    return Evidence(
        foreign_case=foreign,
        near_case=near,
        own_case=any(
            _same_case(number, own.number, confidence) for number, confidence, _ in numbers
        ),
        own_party=own_party,
        other_party=not own_party and _NAMES_PARTIES.search(text) is not None,
        other_court=bool(own.court) and _other_court(head, own.court),
        procedural=any(_PROCEDURAL.match(line) for line in head),
        ruling=any(_RULING.search(line) for line in head),
    )


def holds(text: str, name: str) -> bool:
    """Whether the name stands in the text; of a long one, one character in five may be misread, but
    no two side by side: by these two one company of a place and trade is told from another."""
    if name in text:
        return True
    if len(name) < FUZZY_FROM:
        return False
    allowed = len(name) // 5
    marks = {name[index : index + 2] for index in range(len(name) - 1)}
    for start in range(len(text) - len(name) + 1):
        window = text[start : start + len(name)]
        if window[:2] not in marks and window[2:4] not in marks:
            continue
        other = [place for place in range(len(name)) if window[place] != name[place]]
        if len(other) <= allowed and all(after - before > 1 for before, after in pairwise(other)):
            return True
    return False


def _registered_parties(dossier: Dossier) -> list[str]:
    """The names of the parties as they may stand in a text."""
    names: list[str] = []
    for party in (dossier.plaintiff, dossier.defendant):
        single = re.sub(r"[，,、;；/\s]+|等[一二三四五六七八九十\d]*[人名家]?$", " ", party)
        names.extend(plain(name) for name in single.split() if len(name) >= SHORTEST_PARTY)
    return names


def _cover_parties(read: Sequence[tuple[Side, Recognised]]) -> list[str]:
    """The names beside the labels of the cover, as they were read."""
    names = []
    for side, recognised in read:
        if side.role != "cover":
            continue
        lines = [plain(line["text"]) for line in recognised.tree["lines"] if line["text"]]
        names += [
            following
            for label, following in pairwise(lines)
            if _LABEL.match(label)
            and SHORTEST_PARTY <= len(following) <= LONGEST_PARTY
            and not _LABEL.match(following)
            and not _FORM_LABELS.match(following)
        ]
    return names


def _stated_parties(read: Sequence[tuple[Side, Recognised]], own: CaseNumber) -> list[str]:
    """Names that a page states as parties and another page holds too."""
    stated: set[str] = set()
    for _, recognised in read:
        if not _foreign_case(_numbers(recognised), own)[0]:
            text = "".join(plain(line["text"]) for line in recognised.tree["lines"])
            stated.update(match[1] for match in _STATED.finditer(text))
    texts = [plain(recognised.text) for _, recognised in read]
    return sorted(name for name in stated if sum(name in text for text in texts) >= 2)


def _written_court(read: Iterable[Recognised]) -> str:
    courts = Counter(
        line for recognised in read for line in _head(recognised) if _COURT.match(line)
    )
    return courts.most_common(1)[0][0] if courts else ""


def _head(recognised: Recognised) -> Iterator[str]:
    limit = recognised.tree["height"] * HEAD_FRACTION
    for line in recognised.tree["lines"]:
        if line["text"] and line["box"][1] <= limit:
            yield plain(line["text"])


def _other_court(head: Sequence[str], own: str) -> bool:
    """The head names a court, and no line of it is this one."""
    courts = [line for line in head if _COURT.match(line)]
    allowed = max(1, len(own) // 5)
    return bool(courts) and all(
        distance(court, own, allowed) > allowed and own not in court and court not in own
        for court in courts
    )


def _numbers(recognised: Recognised) -> Iterator[tuple[CaseNumber, float, float]]:
    """Case numbers on the side: number, confidence, upper edge as a fraction of the page."""
    height = max(1, recognised.tree["height"])
    for line in recognised.tree["lines"]:
        for found in find_all(line["text"]):
            yield found.case_number, line["confidence"], line["box"][1] / height
    entries: list[dict[str, Any]] = recognised.fields.get("case_numbers", [])
    for entry in entries:
        try:
            number = parse(entry["text"], known_types=True)
        except BadInput:
            continue  # a number of an office or a company that only looks like a case number
        yield number, entry["confidence"], entry["box"][1] / height


def _foreign_case(
    numbers: Iterable[tuple[CaseNumber, float, float]], own: CaseNumber
) -> tuple[str, bool]:
    """Another case's number in the head, in its normal form, or "", and whether it is near."""
    for number, confidence, top in numbers:
        if top <= HEAD_FRACTION and not _same_case(number, own, confidence):
            return number.normal, distance(number.normal, own.normal, 1) <= 1
    return "", False


def _same_case(number: CaseNumber, own: CaseNumber, confidence: float) -> bool:
    """Equal but for the suffix of a further ruling, or for one character in a weak reading.

    In a clear reading one other digit is another case: strays come from the next dossier.
    """
    first, second = number.normal, own.normal
    if own.suffix == "" and number.suffix:
        first = first.removesuffix(number.suffix)
    if first == second:
        return True
    return confidence < CLEAR_READING and distance(first, second, 1) <= 1
