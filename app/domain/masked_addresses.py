"""Where natural persons live, in recognised text: where each address begins and ends.

The place down to its county stays (STANDARDS 9.5), and so do the seats of companies and bodies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_LONGEST = 90
_LABEL = re.compile(
    r"(?:家庭|户籍|户口|常住|居住|经常居住|现住|通讯|通信|联系|送达|邮寄|收件|收货|详细|身份证|租住"
    r"|暂住)?(?:住[ ]?址|地[ ]?址|住所地?|户籍所在地|户口所在地|户籍地|居住地|暂住地)"
    r"(?:\([^\)\n]{1,8}\))?[ :;为是在\n]{0,3}"
)
_PLAIN_LABEL = re.compile(r"住[ ]?所|地[ ]?址")
_BODY = re.compile(r"(?:单位|公司|企业|法院|工作|办公|经营|注册|登记|开户)[ ]?$")
_SEAT = re.compile(
    r"(?:公司|厂|中心|局|院|银行|支行|分行|合作社|学校|大学|中学|小学|委员会|事务所|政府|协会|集团"
    r"|酒店|商店|商行|经营部|门市部|分公司|所|站|队|店|行|社)(?:\([^\)]{0,20}\))?[,、;:\s]*$"
)
# "住" as a verb, not in words such as 住院, 住房, 住建.
_LIVES = re.compile(
    r"(?:(?<=[,、;。:\s族生女男人\)])|(?<=现)|(?<=家)|(?<=租)|(?<=暂)|(?<=居)|(?<=均)|(?<=户))"
    r"住(?![院房宿户建所址持处宅])(?:在|于|:|[ ])?\n?(?=[\u4e00-\u9fff])"
    r"|住[在于]\n?(?=[\u4e00-\u9fff])"
)
_PLACE = re.compile(r"[省市区县镇乡村路街道巷弄]")
_END = re.compile(
    r"[。;,!?\)]|公民身份|居?民?身份证|证件|联系|电话|手机|邮[编政]|户籍|法定|委托|职业|工作单位"
    r"|民族|出生|性别|签发|有效期|特别授权|一般代理|系[原被]|姓名|年龄|案由|:"
)
# What a line goes on with when an address was broken by the end of the line.
_UNITS = "号室幢栋楼组户村路街巷弄苑园镇乡区县市里院庄寓座层单元城湾屯寨坊墅"
_GOES_ON = re.compile(rf"[^:,。;!?\n]{{0,16}}?[{_UNITS}]")
_COUNTY = re.compile(
    r"(?:[\u4e00-\u9fff\n]{2,9}?(?:省|自治区|行政区))?"
    r"(?:[\u4e00-\u9fff\n]{1,10}?(?:市|自治州|州|盟|地区))?"
    r"(?:[\u4e00-\u9fff\n]{1,10}?(?:(?<![小社街园校厂院发库景山])区|县|旗|市))"
)
# An address in running text is known by a dwelling in it.
_FREE = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:路|街|大道|道|巷|弄|胡同|里|村|组|社区|小区|花园|家园|公寓|苑|园|庄|屯|城|府"
    r"|湾|坊)[ ]?[0-9A-Za-z\-之一二三四五六七八九十\n]{0,8}(?:号|弄|组)?"
    r"[\u4e00-\u9fff\n]{0,12}?[0-9A-Za-z\-一二三四五六七八九十\n]{1,6}"
    r"(?:号\n?楼|号\n?院|栋|幢|座|单\n?元|室|户|组[ ]?\d+号)"
    r"(?:[ \n]?[0-9A-Za-z\-一二三四五六七八九十\n]{1,6}"
    r"(?:号\n?楼|栋|幢|座|单\n?元|层|楼|室|户|号))*"
)
_DWELLING = re.compile(
    r"[0-9A-Za-z]{1,4}[ ]?(?:号\n?楼|栋|幢|座)[ \n]?(?:[0-9A-Za-z]{1,3}[ ]?单\n?元)?[ \n]?"
    r"[0-9A-Za-z]{2,5}[ ]?(?:室|户)|(?:^|(?<=\n))(?:[0-9]{1,3}号?)?楼[ ]?[0-9]{3,4}[ ]?室"
    r"|[0-9]{1,3}[ ]?单\n?元[ \n]?[0-9]{2,5}[ ]?(?:室|户)?"
)


def addresses(text: str) -> Iterator[Span]:
    """Where it says where a natural person lives, without what stays of it."""
    for match in _LABEL.finditer(text):
        if not _of_body(text, match):
            yield from _address(text, match.end(), sure=True)
    for match in _LIVES.finditer(text):
        if not _SEAT.search(text[max(0, match.start() - 24) : match.start()]):
            yield from _address(text, match.end(), sure=False)
    for pattern in (_FREE, _DWELLING):
        for match in pattern.finditer(text):
            begin, end = match.span()
            kept = _COUNTY.match(text, begin, end)
            yield (kept.end() if kept else begin), end


def _of_body(text: str, label: re.Match[str]) -> bool:
    before = text[max(0, label.start() - 30) : label.start()]
    if _BODY.search(before):
        return True
    # 住址, 送达地址 and the like are those of a person whatever stands in the cell before.
    return _PLAIN_LABEL.match(label.group()) is not None and _SEAT.search(before) is not None


def _address(text: str, begin: int, *, sure: bool) -> Iterator[Span]:
    end = _end_of(text, begin)
    found = text[begin:end]
    if not found.strip() or not (sure or _PLACE.search(found)):
        return
    kept = _COUNTY.match(text, begin, end)
    start = kept.end() if kept else begin
    if start < end:
        yield start, end


def _end_of(text: str, begin: int) -> int:
    """Where an address ends: at a sign or word that follows it, or with its line unless the next
    one goes on with it."""
    limit = min(len(text), begin + _LONGEST)
    stop = _END.search(text, begin, limit)
    limit = stop.start() if stop else limit
    place = text.find("\n", begin, limit)
    while place >= 0:
        following = text.find("\n", place + 1, limit)
        line = text[place + 1 : following if following >= 0 else limit]
        label = re.match(r"[^\n]{0,10}:", text[place + 1 :])
        if label or not _GOES_ON.match(line):
            return place
        place = following
    return limit
