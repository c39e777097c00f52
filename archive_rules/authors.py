"""Who made a document (责任者): the court, an office or a firm by the head and the seal line of
its papers, a party by the line that signs them. Empty rather than guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import FieldProposal, Reason
from archive_rules.lexicon import Title
from archive_rules.rows import PageText, Row
from archive_rules.text import distance, plain, words

COURT, SIGNER, NOBODY = "court", "signer", "nobody"
_COURT_NAME = re.compile(
    r"^.{2,24}(?:人民法院|海事法院|知识产权法院|金融法院|互联网法院|铁路运输法院|军事法院)$"
)
_OFFICE_NAME = re.compile(
    r"^[一-鿿()A-Za-z]{2,28}(?:人民法院|人民检察院|海事法院|公安局|分局|派出所|[支大总中]队|人民政府|委员会|保障局"
    r"|管理局|监督局|司法局|[一-鿿]局|公证处|鉴定中心|鉴定所|鉴定院|评估有限公司|事务所|估价公司|检验所|研究所|医院"
    r"|街道办事处|援助中心|司法所|仲裁院|看守所|监狱|厅)$"
)
_COMPANY_NAME = re.compile(
    r"^[一-鿿()A-Za-z]{4,30}(?:公司|合作社|经营部|厂|中心|商行|集团|支行|分行|银行|学校|协会)$"
)
_PERSON_NAME = re.compile(r"^[一-鿿]{2,4}$|^[一-鿿]{1,8}·[一-鿿]{1,8}$")
_SIGNED = re.compile(
    r"^(?P<role>具状人|起诉人|上诉人|反诉人|答辩人|申请人|申请执行人|异议人|复议申请人|委托人|承诺人|保证人|具结人|借款人"
    r"|立据人|出具人|欠款人|收款人|说明人|证明人|谅解人|代理人|诉讼代理人|委托代理人|委托诉讼代理人|辩护人|自诉人"
    r"|申诉人|再审申请人|撤诉人|声明人|领款人|被告人|律师|代理律师)(?:\((?:签名|盖章|签字|签章|签名或盖章|签字或盖章|捺印|签名、捺印)*\))?[:](?P<name>.*)$"
)
_MAKER_LINE = re.compile(
    r"^(?P<role>原告|反诉原告|\(?反诉\)?原告|上诉人|申请人|申请执行人|答辩人|异议人|复议申请人|委托人|再审申请人|自诉人"
    r"|附带民事诉讼原告人|被申请人|承诺人|申诉人)(?:\(.{2,12}\))?[:](?P<name>[^,。;:]{2,30})"
)
_NAME_ENDS = re.compile(r"[,。;:(]|男|女|住所?地?|身份证|法定代表人|系|[,，]")
_FIRM_NAME = re.compile(r"^[一-鿿()A-Za-z]{2,28}(?:律师事务所|法律服务所|援助中心)$")
_ADDRESSING = re.compile(r"此致$|^致$")
_LABELLED = re.compile(
    r"^(?:寄件人|收件人|发证机关|签发机关|登记机关|执业机构|单位|名称|户名|付款人|收款人|开户行|工作单位)"
)
_PLACE = re.compile(
    r"^(?:地点|审判地点|开庭地点|询问地点|谈话地点|调查地点|评议地点|宣判地点|送达地点)[:]?"
)
_TAIL = 9
_HEAD_ROWS = 14
_NO_AUTHOR = (
    "合同", "合同书", "协议", "协议书", "流水", "明细", "照片", "身份证", "记录打印件", "截图",
    "截屏", "票据", "发票",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """A name and how surely it made the document; no name when nothing says so."""

    name: str = ""
    field: FieldProposal | None = None


def known_court(pages: Sequence[PageText]) -> str:
    """The court whose name stands alone on most rows of a dossier, to mend misread ones."""
    names: Counter[str] = Counter()
    for page in pages:
        for row in (*page.rows[:4], *page.rows[-6:]):
            text = plain(row.text)
            if _COURT_NAME.match(text):
                names[text] += 1
    ranked = names.most_common(1)
    return ranked[0][0] if ranked and ranked[0][1] > 1 else ""


def find_author(
    title: Title | None,
    shown: str,
    pages: Sequence[PageText],
    title_row: int,
    *,
    makers: dict[str, str],
    court: str,
    parties: Sequence[str],
) -> Author:
    """Who made the document with these pages. `title_row` is the place of its title on the first
    page (-1: none), `makers` who makes a class of documents, `court` and `parties` the names
    known of the case."""
    if not pages or words(shown).endswith(_NO_AUTHOR):
        return Author()
    maker = _maker(title, makers)
    if maker == NOBODY:
        return Author()
    head, tail = pages[0].rows[: max(title_row, 0) + 1], pages[-1].rows[-_TAIL:]
    if maker == SIGNER:
        party = _party(pages[0], tail, parties)
        return party if party.name else _office(head, tail, court, _FIRM_NAME) or Author()
    if maker == COURT:
        return _office(head, tail, court, _COURT_NAME) or _held_at(pages[0], court)
    office = _office(head, tail, court, _OFFICE_NAME)
    proof = title is not None and title.classes[:1] == ("evidence",)
    if office is not None and not (proof and office.name == court):
        return office  # a court that stands on a piece of evidence is addressed by it
    return _signed(tail, parties)


def _maker(title: Title | None, makers: dict[str, str]) -> str:
    if title is None:
        return ""
    if title.author:
        return title.author
    return next((makers[name] for name in title.classes if name in makers), "")


def _author(name: str, confidence: float, code: str, line: str) -> Author:
    return Author(
        name=name,
        field=FieldProposal(
            confidence=confidence, reason=Reason(code=code, parameters={"line": line})
        ),
    )


def _office(
    head: Sequence[Row], tail: Sequence[Row], court: str, pattern: re.Pattern[str]
) -> Author | None:
    """The office named above the title and the one that stands alone above the date. A court
    behind 此致 is addressed, it did not write."""
    above = [name for row in head if (name := _office_name(row, pattern, court, head=True))]
    below = [
        name
        for index, row in enumerate(tail)
        if not (index and _ADDRESSING.search(plain(tail[index - 1].text)))
        and (name := _office_name(row, pattern, court))
    ]
    if above:
        name = above[-1]
        sure = name in below or name == court
        return _author(name, 0.98 if sure else 0.9, "author_heading", name)
    if below:
        name = below[-1]
        return _author(name, 0.95 if name == court else 0.85, "author_seal", name)
    return None


def _office_name(row: Row, pattern: re.Pattern[str], court: str, *, head: bool = False) -> str:
    texts = [plain(row.text).removesuffix("文件"), *(plain(line.text) for line in row.lines)]
    for text in (text.strip("★☆") for text in texts):
        if court and (text == court or (head and text.startswith(court) and text[-1] != ":")):
            return court
        if court and _like_court(text) and _nearly(text, court):
            return court
        if pattern.match(text) and not _LABELLED.match(text):
            return _full_width(text)
    return ""


def _like_court(text: str) -> bool:
    return distance(text[-4:], "人民法院", 1) <= 1


def _full_width(text: str) -> str:
    """Brackets in the width that Chinese names are printed with."""
    return text.translate(str.maketrans("()", "（）"))


def _held_at(first: PageText, court: str) -> Author:
    """A record names the place where it was taken: 地点：某某人民法院第三法庭."""
    for row in first.rows[:_HEAD_ROWS]:
        text = plain(row.text)
        if court and _PLACE.match(text) and (court in text or "本院" in text):
            return _author(court, 0.85 if court in text else 0.8, "author_place", text[:40])
    return Author()


def _nearly(text: str, known: str) -> bool:
    allowed = max(1, len(known) // 5) if len(known) > 2 else 0
    return distance(text, known, allowed) <= allowed


def _party(first: PageText, tail: Sequence[Row], parties: Sequence[str]) -> Author:
    """The person or company a paper of a party comes from: who signs it, or who is named first
    at its head. Both together are surest, for signatures are written by hand."""
    signed = _signed(tail, parties)
    named = _named_first(first, parties)
    if signed.name and named:
        if signed.name == named:
            return _author(named, 0.98, "author_signature", named)
        if signed.name in parties or named not in parties:
            return signed
        return _author(named, 0.85, "author_first_party", named)
    if named:
        return _author(named, 0.9 if named in parties else 0.75, "author_first_party", named)
    return signed


def _signed(tail: Sequence[Row], parties: Sequence[str]) -> Author:
    for row in reversed(tail):
        for text in (plain(row.text), *(plain(line.text) for line in row.lines)):
            match = _SIGNED.match(text)
            name = _clean(match["name"], parties) if match is not None else ""
            if name:
                return _author(
                    name, 0.93 if name in parties else 0.8, "author_signature", text[:40]
                )
    return Author()


def _named_first(page: PageText, parties: Sequence[str]) -> str:
    for row in page.rows[:_HEAD_ROWS]:
        match = _MAKER_LINE.match(plain(row.text))
        if match is not None:
            name = _clean(match["name"], parties)
            if name:
                return name
    return ""


def _clean(text: str, parties: Sequence[str]) -> str:
    """The name in the text behind a label; a known party in its known spelling."""
    bare = _NAME_ENDS.split(text.strip(), maxsplit=1)[0].strip("、 _-—")
    for party in parties:
        known = plain(party)
        if bare == known or (len(known) > 2 and bare and _nearly(bare, known)):
            return party
    if _PERSON_NAME.match(bare) or _COMPANY_NAME.match(bare) or _OFFICE_NAME.match(bare):
        return bare
    return ""
