"""What parties and others hand in, line by line: contracts, cards, statements, opinions."""

from __future__ import annotations

import itertools

from catalogue_cases import Case, Kind, printed_day, written_day, written_number
from catalogue_layout import Draft, Fill, Line, NewPage, Piece
from catalogue_papers import Style, dated, draft_of, fill_of, title_lines

CHATTED = (
    "你什么时候还钱",
    "下个月一定还",
    "好的",
    "昨天 20:15",
    "在吗",
    "这个月手头紧再宽限几天",
    "[图片]",
    "转账给你了，请查收",
)
CARD_TITLES = {"身份证", "身份证复印件", "中华人民共和国居民身份证", "身份证明"}
CHAT_TITLES = {"微信聊天记录", "聊天记录", "聊天记录截图", "微信聊天记录截图"}


def contract(case: Case, kind: Kind) -> Draft:
    """A contract with articles."""
    chance = case.chance
    numbers = itertools.count(1)

    def article() -> str:
        if case.maybe(0.7):
            return f"　　第{written_number(next(numbers) % 99 + 1)}条　{case.sentence()}。"
        return case.paragraph(1)

    day = printed_day(case.day())
    pieces: list[Piece] = []
    if case.maybe(0.5):
        pieces.append(Line(text=f"合同编号：{chance.randint(1000, 99999)}", at="right"))
    pieces += title_lines(case, kind.title)
    pieces += [Line(text=f"甲方：{case.plaintiff}"), Line(text=f"乙方：{case.defendant}")]
    pieces.append(Line(text="　　根据有关法律规定，双方经协商一致，订立本协议：", at="text"))
    pieces += [fill_of(case, kind, article), Line(text="甲方（盖章）：          乙方（签字）：")]
    signed_on = day if case.maybe(0.7) else f"签订日期：{day}"
    pieces.append(Line(text=signed_on, at=chance.choice(("left", "right"))))
    draft = draft_of(case, kind, pieces)
    draft.foot = chance.choice(("", "dashes", "page_of", "page"))
    draft.scale = chance.uniform(0.8, 1.1)
    return draft


def receipt_of_debt(case: Case, kind: Kind) -> Draft:
    """A note of hand, larger than printed text."""
    day = case.day()
    signer = case.chance.choice(("借款人", "立据人", "出具人"))
    sum_lent = f"　　今借到{case.plaintiff}人民币{case.chance.randint(1, 90)}万元整"
    pieces = [
        *title_lines(case, kind.title),
        Line(text=f"{sum_lent}，{case.sentence()}。", at="text"),
        Line(text=f"{signer}：{case.defendant}", at="right", size=1.1),
        Line(text=printed_day(day), at="right", size=1.1),
    ]
    return dated(draft_of(case, kind, pieces), kind, day)


def table(case: Case, kind: Kind) -> Draft:
    """An account statement or another long table; its heading may stand on every page."""
    chance = case.chance
    running = case.maybe(0.6)
    account = f"户名：{case.plaintiff}　账号：6222{chance.randint(10**8, 10**9)}"
    heads = (("日期", 0.1), ("摘要", 0.28), ("金额", 0.45), ("余额", 0.62), ("对方户名", 0.78))
    heading = title_lines(case, kind.title)
    pieces: list[Piece] = []
    for page in range(chance.randint(*kind.pages)):
        pieces += [NewPage()] if page else []
        if page == 0 or running:
            pieces += [*heading, Line(text=account)]
        if page == 0 or running or case.maybe(0.5):
            pieces.append(Line(cells=heads))
        for _ in range(chance.randint(18, 30)):
            year, month, day = case.day()
            row = (
                f"{year}-{month:02d}-{day:02d}",
                chance.choice(("转账", "消费", "现金存入", "结息")),
                f"{chance.randint(10, 99999)}.{chance.randint(10, 99)}",
                f"{chance.randint(10, 99999)}.00",
                case.name(),
            )
            places = (left for _, left in heads)
            pieces.append(Line(cells=tuple(zip(row, places, strict=True))))
    draft = draft_of(case, kind, pieces)
    draft.foot = chance.choice(("page_of", "page_of", "page", "slash", ""))
    draft.scale = 0.8
    return draft


def chat(case: Case, kind: Kind) -> Draft:
    """Screens of a chat, with or without a title."""
    chance = case.chance
    titled = case.maybe(0.5)
    pieces: list[Piece] = title_lines(case, kind.title) if titled else []
    for page in range(chance.randint(*kind.pages)):
        pieces += [NewPage()] if page else []
        for _ in range(chance.randint(8, 16)):
            at = chance.choice((0.15, 0.55))
            pieces.append(Line(text=chance.choice(CHATTED), at=at, gap=1.6))
    draft = draft_of(case, kind, pieces)
    draft.printed = titled
    draft.titles |= set() if titled else CHAT_TITLES
    return draft


def identity_card(case: Case, kind: Kind) -> Draft:
    """A copied identity card: both faces on one page or on two."""
    chance = case.chance
    holder = chance.choice((case.plaintiff, case.defendant, case.agent))
    serial = f"3201{chance.randint(10**9, 10**10)}3717"
    front: list[Piece] = [
        Line(text=f"姓名 {holder}", at=0.25),
        Line(text="性别 男   民族 汉", at=0.25),
        Line(text="出生 1983 年 5 月 6 日", at=0.25),
        Line(text=f"住址 {case.place}", at=0.25),
        Line(text=f"公民身份号码 {serial}", at=0.25),
    ]
    back: list[Piece] = [
        Line(text="中华人民共和国", at="centre", size=1.2, gap=4),
        Line(text="居民身份证", at="centre", size=1.5),
        Line(text=f"签发机关 {case.place}公安局", at=0.35),
        Line(text="有效期限 2012.05.24-2032.05.24", at=0.35),
    ]
    ways = ([*front, *back], [*front, *back], [*back, *front], [*front, NewPage(), *back])
    draft = draft_of(case, kind, chance.choice(ways))
    draft.printed = False
    draft.titles |= {*CARD_TITLES, f"{holder}身份证"}
    return draft


def licence(case: Case, kind: Kind) -> Draft:
    """A business licence."""
    code = f"统一社会信用代码 9132{case.chance.randint(10**9, 10**10)}"
    fields = (
        f"名称 {case.company()}",
        "类型 有限责任公司",
        f"法定代表人 {case.name()}",
        "经营范围 建筑材料销售",
        "注册资本 500万元整",
        "成立日期 2010年03月05日",
    )
    pieces = [*title_lines(case, kind.title), Line(text="（副 本）", at="centre"), Line(text=code)]
    pieces += [Line(text=text, at=0.2) for text in fields]
    pieces += [Line(text="登记机关", at="right"), Line(text="2019年8月8日", at="right")]
    draft = draft_of(case, kind, pieces)
    draft.titles |= {"企业法人营业执照", "营业执照副本"}
    return draft


def licence_of_lawyer(case: Case, kind: Kind) -> Draft:
    """A lawyer's licence."""
    fields = (
        f"执业机构 {case.firm}",
        "执业证类别 专职律师",
        f"执业证号 13201{case.chance.randint(10**8, 10**9)}",
        f"持证人 {case.agent}",
        "发证机关 司法厅",
    )
    pieces: list[Piece] = [Line(text="中华人民共和国", at="centre", size=1.2)]
    pieces += [*title_lines(case, kind.title), *(Line(text=text, at=0.2) for text in fields)]
    return draft_of(case, kind, pieces)


def household(case: Case, kind: Kind) -> Draft:
    """A household register; its second page is the card of a member."""
    pieces = title_lines(case, kind.title)
    pieces.append(Line(text=f"户别 家庭户   户主姓名 {case.plaintiff}", at=0.2))
    pieces.append(Line(text=f"住址 {case.place}", at=0.2))
    for _ in range(1, case.chance.randint(*kind.pages)):
        pieces += [NewPage(), Line(text="常住人口登记卡", at="centre", size=1.3)]
        pieces.append(Line(text=f"姓名 {case.plaintiff}  户主或与户主关系 户主", at=0.2))
    return draft_of(case, kind, pieces)


def certificate(case: Case, kind: Kind) -> Draft:
    """A certificate of property or marriage."""
    pieces: list[Piece] = []
    if case.maybe(0.4):
        pieces.append(Line(text="中华人民共和国", at="centre", size=1.2))
    pieces += title_lines(case, kind.title)
    pieces.append(Line(text=f"编号 {case.chance.randint(10**6, 10**7)}", at=0.3))
    pages = case.chance.randint(*kind.pages)
    for _ in range(1, pages):
        pieces += [NewPage(), Line(cells=(("权利人", 0.15), (case.plaintiff, 0.4)))]
        pieces.append(Line(cells=(("坐落", 0.15), (case.place, 0.4))))
    if pages == 1:
        pieces.append(Line(text=f"持证人 {case.plaintiff}", at=0.2))
        pieces.append(Line(text="登记日期 2011年3月4日", at=0.2))
    return draft_of(case, kind, pieces)


def statement(case: Case, kind: Kind) -> Draft:
    """A statement of who represents a company."""
    day = case.day()
    signer = case.chance.choice((case.defendant, case.plaintiff, "（单位盖章）"))
    text = f"　　{case.name()}同志，系我单位法定代表人，职务经理，特此证明。"
    pieces = [*title_lines(case, kind.title), Line(text=text, at="text")]
    pieces += [Line(text=signer, at="right"), Line(text=printed_day(day), at="right")]
    return dated(draft_of(case, kind, pieces), kind, day)


def proxy(case: Case, kind: Kind) -> Draft:
    """A power of attorney."""
    day = case.day()
    me = case.chance.choice((case.plaintiff, case.defendant))
    scope = case.chance.choice(("一般代理", "特别授权，代为承认、放弃、变更诉讼请求"))
    task = (
        f"　　现委托上列受委托人在{case.plaintiff}与{case.defendant}合同纠纷一案中作为我方代理人。"
    )
    pieces = [
        *title_lines(case, kind.title),
        Line(text=f"委托人：{me}"),
        Line(text=f"受委托人：{case.agent}，{case.firm}律师"),
        Line(text=task, at="text"),
        Line(text=f"代理权限：{scope}"),
        Line(text=f"委托人：{me}" if case.maybe(0.7) else "委托人（签字）：", at="right"),
        Line(text=printed_day(day), at="right"),
    ]
    draft = draft_of(case, kind, pieces)
    draft.authors = () if case.proceeding == "criminal" else (me,)
    return dated(draft, kind, day)


def law_firm(case: Case, kind: Kind) -> Draft:
    """A letter of a law firm."""
    day = case.day()
    pieces: list[Piece] = []
    if case.maybe(0.6):
        pieces.append(Line(text=case.firm, at="centre", size=1.5))
    told = f"　　我所接受委托，指派{case.agent}律师担任诉讼代理人，{case.sentence()}。"
    pieces += [
        *title_lines(case, kind.title),
        Line(text=f"（{case.year}）函字第{case.chance.randint(1, 300)}号", at="right"),
        Line(text=f"{case.court}："),
        Line(text=told, at="text"),
        fill_of(case, kind),
        Line(text="特此函告。"),
        Line(text=case.firm, at="right"),
        Line(text=printed_day(day) if case.maybe(0.6) else written_day(day), at="right"),
    ]
    return dated(draft_of(case, kind, pieces), kind, day)


def letter(case: Case, kind: Kind) -> Draft:
    """A letter or statement of anybody."""
    day = case.day()
    chance = case.chance
    writer = chance.choice((case.plaintiff, case.defendant, case.company()))
    pieces = [
        *title_lines(case, kind.title),
        Line(text=chance.choice((case.court, case.name())) + "："),
        fill_of(case, kind),
        Line(text=chance.choice(("特此证明。", "特此说明。"))),
        Line(text=chance.choice((writer, f"说明人：{writer}")), at="right"),
        Line(text=printed_day(day), at="right"),
    ]
    draft = draft_of(case, kind, pieces)
    draft.foot = chance.choice(("", "dashes"))
    return dated(draft, kind, day)


def authority(case: Case, kind: Kind) -> Draft:
    """A paper of a notary, an expert, the police, a prosecutor or another authority."""
    day = case.day()
    chance = case.chance
    maker, number = _maker(case, kind)
    space = "" if len(maker) > 9 else case.space
    red = chance.choice(("", "文件")) if kind.style == "authority" else ""
    size = chance.choice((1.5, 1.9, 2.3))
    head = Line(text=space.join(maker) + red, at="centre", size=size)
    pages = chance.randint(*kind.pages)
    pieces: list[Piece] = [head]
    if kind.style == "expert" and pages >= 3 and case.maybe(0.6):
        pieces += title_lines(case, kind.title, 2.2)
        pieces += [Line(text=number, at="centre"), Line(text=maker, at="centre", size=1.2, gap=10)]
        pieces += [Line(text=f"地址：{case.place}  电话：025-8888", at="centre"), NewPage()]
        pieces += title_lines(case, kind.title, 1.6) if case.maybe(0.6) else []
        pieces += [
            Line(text="一、基本情况", size=1.1),
            Fill(pages=pages - 1, paragraph=case.paragraph),
        ]
    else:
        pieces += title_lines(case, kind.title)
        pieces.append(Line(text=number, at=chance.choice(("centre", "right"))))
        if kind.style == "authority" and case.maybe(0.6):
            pieces.append(Line(text=f"{case.name()}："))
        pieces.append(Fill(pages=pages, paragraph=case.paragraph))
    if kind.style == "prosecution":
        pieces += [Line(text="　　此致"), Line(text=case.court)]
        pieces.append(Line(text=f"检　察　员　{case.name()}", at="right"))
    if kind.style == "expert":
        pieces.append(Line(text=f"鉴定人：{case.name()}", at="right"))
    if kind.style == "notary":
        pieces += [
            Line(text=maker, at="right"),
            Line(text=f"公　证　员　{case.name()}", at="right"),
        ]
    elif case.maybe(0.6):
        pieces.append(Line(text=maker, at="right"))
    signed_on = written_day(day) if case.maybe(0.6) else printed_day(day)
    draft = draft_of(case, kind, [*pieces, Line(text=signed_on, at="right")])
    draft.authors = (maker,) if kind.author == "maker" else ()
    draft.foot = chance.choice(("", "dashes", "page_of", "page"))
    return dated(draft, kind, day)


def _maker(case: Case, kind: Kind) -> tuple[str, str]:
    """Who makes the paper, and its number."""
    chance = case.chance
    place, year, serial = case.place, case.year, chance.randint(1, 300)
    if kind.style == "notary":
        return place + "公证处", f"（{year}）云{place[:1]}证字第{serial}号"
    if kind.style == "expert":
        name = chance.choice(("正和司法鉴定中心", "中信司法鉴定所", "天衡价格评估有限公司"))
        return place[:2] + name, f"{name[:2]}司鉴所〔{year}〕临鉴字第{serial}号"
    if kind.style == "police":
        traffic = "交通警察大队" if "交通" in kind.title else ""
        return f"{place}公安局{traffic}", f"第{chance.randint(10**6, 10**7)}号"
    if kind.style == "prosecution":
        return place + "人民检察院", f"{place[:1]}检刑诉〔{year}〕{serial}号"
    name = chance.choice(("人力资源和社会保障局", "市场监督管理局", "人民政府"))
    return place + name, f"{place[:1]}人社罚字〔{year}〕第{serial}号"


def speech(case: Case, kind: Kind) -> Draft:
    """What a lawyer argued, in writing."""
    day = case.day()
    chance = case.chance
    told = f"　　{case.firm}接受{case.plaintiff}的委托，指派我担任代理人，现发表如下意见："
    pieces = [
        *title_lines(case, kind.title),
        Line(text=chance.choice(("审判长、审判员：", "尊敬的审判长、人民陪审员："))),
        Line(text=told, at="text"),
        fill_of(case, kind),
    ]
    authors: tuple[str, ...] = (case.agent,)
    if kind.author != "agent":
        authors = ()
    elif case.maybe(0.7):
        signer = "辩护人：" if "辩护" in kind.title else chance.choice(("代理人：", "诉讼代理人："))
        pieces.append(Line(text=signer + case.agent, at="right"))
    else:
        pieces.append(Line(text=case.firm, at="right"))
        pieces.append(Line(text=f"律师：{case.agent}", at="right"))
        authors = (case.firm, case.agent)
    draft = draft_of(case, kind, [*pieces, Line(text=printed_day(day), at="right")])
    draft.authors = authors
    draft.foot = chance.choice(("", "dashes", "page_of"))
    return dated(draft, kind, day)


STYLES: dict[str, Style] = {
    "contract": contract,
    "receipt_of_debt": receipt_of_debt,
    "table": table,
    "chat": chat,
    "identity_card": identity_card,
    "licence": licence,
    "licence_of_lawyer": licence_of_lawyer,
    "household": household,
    "certificate": certificate,
    "statement": statement,
    "proxy": proxy,
    "law_firm": law_firm,
    "letter": letter,
    **dict.fromkeys(("notary", "expert", "police", "prosecution", "authority"), authority),
    "speech": speech,
}
