"""The papers of courts and parties, line by line; forms, lists and receipts among them."""

from __future__ import annotations

from collections.abc import Callable

from catalogue_cases import Case, Kind, iso_day, printed_day, written_day
from catalogue_layout import Cells, Draft, Fill, Line, NewPage, Piece

Style = Callable[[Case, Kind], Draft]
# Who signs a paper of a party: of its own side, of the other, and the word before the signature.
SIGNERS = {
    "反诉": ("反诉原告", "反诉被告", "反诉人"),
    "起诉": ("原告", "被告", "具状人"),
    "上诉": ("上诉人", "被上诉人", "上诉人"),
    "答辩": ("答辩人", "被答辩人", "答辩人"),
    "执行": ("申请执行人", "被执行人", "申请执行人"),
    "具结": ("犯罪嫌疑人", "", "具结人"),
    "保证书": ("犯罪嫌疑人", "", "具结人"),
    "承诺书": ("承诺人", "", "承诺人"),
}
FORM_LABELS = {
    "form": "案号 案由 当事人 收案日期 承办人 承办人意见 庭长意见 院长意见 备注 电话 住址 填表人",
    "summons": "案号 案由 被传唤人 工作单位或住址 传唤事由 应到时间 应到处所 注意事项",
    "voucher": "付款人 收款人 金额 开票日期 项目名称 票据代码 校验码 备注",
    "mail": "寄件人 收件人 联系电话 地址 内件品名 收件人签名 备注",
    "medical": "姓名 性别 年龄 科别 住院号 入院日期 诊断 医师意见",
}
LISTED = (
    "借条复印件",
    "转账凭证",
    "身份证复印件",
    "民事起诉状",
    "购销合同",
    "授权委托书",
    "录音光盘",
)
BREAKS_BEFORE = ("通知", "告知", "申请", "情况", "材料", "组成", "程序", "清单", "鉴定")


def title_lines(case: Case, title: str, size: float | None = None) -> list[Piece]:
    """The title as a heading; a long one now and then in two lines."""
    size = size or case.title_size * case.chance.uniform(0.97, 1.03)
    if len(title) >= 9 and case.maybe(0.3):
        cut = case.chance.randint(3, len(title) - 3)
        for word in BREAKS_BEFORE:
            if 2 < title.find(word) < len(title) - 1:
                cut = title.find(word)
        return [Line(text=part, at="centre", size=size) for part in (title[:cut], title[cut:])]
    text = case.space.join(title) if len(title) <= 7 else title
    return [Line(text=text, at="centre", size=size)]


def draft_of(case: Case, kind: Kind, pieces: list[Piece]) -> Draft:
    """A draft with the answers that follow from the kind alone; it carries no day yet."""
    known = {
        "court": (case.court,),
        "plaintiff": (case.plaintiff,),
        "defendant": (case.defendant,),
        "firm": (case.firm,),
    }
    authors = known.get(kind.author, ())
    if case.proceeding == "criminal" and kind.author in ("plaintiff", "defendant"):
        authors = ()
    return Draft(
        pieces=pieces, titles={kind.title}, authors=authors, date_asked=kind.date == "none"
    )


def fill_of(case: Case, kind: Kind, paragraph: Callable[[], str] | None = None) -> Fill:
    """The text of a document of a drawn number of pages."""
    return Fill(pages=case.chance.randint(*kind.pages), paragraph=paragraph or case.paragraph)


def court_heading(case: Case, share: float = 0.8) -> list[Piece]:
    """The name of the court above a title, in this share of papers."""
    if not case.maybe(share):
        return []
    space = "" if len(case.court) > 9 else case.chance.choice(("", case.space))
    return [Line(text=space.join(case.court), at="centre", size=case.court_size)]


def names_court(case: Case, pieces: list[Piece]) -> bool:
    """Whether the court stands on the paper, so that an author can be asked for."""
    return any(
        isinstance(piece, Line) and case.court in piece.text.replace(" ", "") for piece in pieces
    )


def dated(draft: Draft, kind: Kind, day: tuple[int, int, int]) -> Draft:
    """The draft with its day, where the kind asks for one."""
    if kind.date in ("signed", "head"):
        draft.date, draft.date_asked = iso_day(day), True
    return draft


def notice(case: Case, kind: Kind) -> Draft:
    """A paper that the court sends or posts."""
    day = case.day()
    chance = case.chance
    signature: list[Piece] = []
    if kind.date != "none":
        signature += [Line(text=case.court, at="right")] if case.maybe(0.5) else []
        signature += [Line(text="★", at=0.7, size=1.5)] if case.maybe(0.2) else []
        signature.append(Line(text=written_day(day), at="right"))
    head = court_heading(case)
    if not head and not names_court(case, signature):
        head = [Line(text=case.court, at="centre", size=case.court_size)]
    receivers = (case.plaintiff, case.defendant, case.place + "公安局", case.name())
    to = [] if kind.title.endswith("公告") else [Line(text=chance.choice(receivers) + "：")]
    number = [Line(text=case.case_no, at=case.number_at)] if case.maybe(0.85) else []
    pieces = [*head, *title_lines(case, kind.title), *number, *to, fill_of(case, kind), *signature]
    if case.maybe(0.25):
        pieces.append(Line(text=chance.choice(("附：举证须知一份", "附：起诉状副本一份"))))
    if case.maybe(0.2):
        pieces.append(Line(text="（此联存卷）"))
    draft = draft_of(case, kind, pieces)
    draft.head, draft.foot = case.running_head, case.foot
    return dated(draft, kind, day)


def judgment(case: Case, kind: Kind) -> Draft:
    """A judgment, ruling or mediation agreement of the court."""
    day = case.day()
    chance = case.chance
    labels = {"criminal": ("公诉机关", "被告人"), "enforcement": ("申请执行人", "被执行人")}
    own, other = labels.get(case.proceeding, ("原告", "被告"))
    space = case.space if len(case.court) < 10 else ""
    verdict = "判决" if "判决" in kind.title else "裁定"
    texts = (
        f"　　{own}：{case.plaintiff}，男，1980年3月2日出生，汉族，住{case.place}。",
        f"　　{other}：{case.defendant}，住所地{case.place}。",
        f"　　委托诉讼代理人：{case.agent}，{case.firm}律师。",
    )
    pieces: list[Piece] = [
        Line(text=space.join(case.court), at="centre", size=max(case.court_size, 1.2)),
        *title_lines(case, kind.title),
        Line(text=case.case_no, at=case.number_at),
        *(Line(text=text, at="text") for text in texts),
        fill_of(case, kind),
        Line(text=f"　　本院认为，{case.sentence()}。", at="text"),
        Line(text=f"　　{verdict}如下：", at="text"),
        Line(text=case.paragraph(), at="text"),
        Line(text=f"审　判　长　　{case.name()}", at="right"),
        Line(text=f"审　判　员　　{case.name()}", at="right"),
        Line(text=written_day(day), at="right"),
    ]
    if case.maybe(0.5):
        pieces.append(Line(text="本件与原本核对无异", at=0.2))
    pieces.append(Line(text=f"书　记　员　　{case.name()}", at="right"))
    if kind.style == "judgment" and case.maybe(0.35):
        annex = chance.choice(("附：本案适用的法律条文", "附：相关法律条文", "附相关法律规定："))
        place, size = chance.choice(("left", "centre")), chance.choice((1.0, 1.3))
        pieces += [NewPage(), Line(text=annex, at=place, size=size)]
        pieces.append(Line(text=case.paragraph(3), at="text"))
    draft = draft_of(case, kind, pieces)
    draft.head, draft.foot = case.running_head, case.foot
    return dated(draft, kind, day)


def claim(case: Case, kind: Kind) -> Draft:
    """A statement of claim, a defence or a request of a party."""
    day = case.day()
    chance = case.chance
    own, other, signer = next(
        (labels for word, labels in SIGNERS.items() if word in kind.title),
        ("申请人", "被申请人", "申请人"),
    )
    me, opponent = case.plaintiff, case.defendant
    if kind.author == "defendant":
        me, opponent = opponent, me
    who = f"男，汉族，1985年6月1日出生，住{case.place}"
    if len(me) > 4:
        who = f"住所地{case.place}，法定代表人{case.name()}"
    pieces = [*title_lines(case, kind.title), Line(text=f"　　{own}：{me}，{who}。", at="text")]
    if other:
        pieces.append(Line(text=f"　　{other}：{opponent}，住{case.place}。", at="text"))
    if "答辩" in kind.title:
        told = f"　　答辩人因与{opponent}合同纠纷一案，现答辩如下："
        pieces.append(Line(text=told, at="text"))
    else:
        place = chance.choice(("left", "centre"))
        heading = chance.choice(("诉讼请求：", "请求事项：", "申请事项："))
        pieces += [
            Line(text=heading, at=place),
            Line(text=f"　　一、{case.sentence()}；", at="text"),
            Line(text="　　二、诉讼费用由对方承担。", at="text"),
            Line(text="事实与理由：", at=place),
        ]
    unsigned = case.maybe(0.12)
    signature = f"{signer}{chance.choice(('', '（签名）'))}：{'' if unsigned else me}"
    signed_on = printed_day(day) if case.maybe(0.7) else written_day(day)
    pieces += [fill_of(case, kind), Line(text="　　此致"), Line(text=case.court)]
    pieces += [Line(text=signature, at="right"), Line(text=signed_on, at="right")]
    if kind.style == "claim" and case.maybe(0.5):
        pieces.append(Line(text=chance.choice(("附：1.本诉状副本一份；", "附：证据材料若干份"))))
    draft = draft_of(case, kind, pieces)
    draft.foot = chance.choice(("", "", "dashes", "page_of"))
    return dated(draft, kind, day)


def record(case: Case, kind: Kind) -> Draft:
    """A record of a hearing, a talk or a deliberation."""
    day = case.day()
    chance = case.chance
    title = title_lines(case, kind.title)
    last = title[-1]
    if isinstance(last, Line) and case.maybe(0.2):
        text = last.text + chance.choice(("（第一次）", "（第2次）"))
        title[-1] = Line(text=text, at="centre", size=last.size)
    pieces = [*court_heading(case, 0.5), *title]
    if any(word in kind.title for word in ("评议", "审判委员会", "阅卷")):
        texts = [f"时间：{printed_day(day)}", "地点：本院第二会议室", f"案号：{case.case_no}"]
    else:
        hour = chance.choice(("上午9时", "14时30分至15时40分", "下午"))
        place = chance.choice(("本院第五法庭", case.court + "第一审判庭", "谈话室"))
        texts = [f"时间：{printed_day(day)}{hour}", f"地点：{place}"]
        texts.append(f"审判员：{case.name()}    书记员：{case.name()}")
    if case.maybe(0.5):
        texts.append("案由：" + chance.choice(("民间借贷纠纷", "买卖合同纠纷", "盗窃")))
    closing = chance.choice(("以上笔录我看过，和我说的一样。", "笔录阅后无误签字。", "休庭。"))
    pieces += [Line(text=text) for text in texts]
    pieces += [fill_of(case, kind, case.speech), Line(text=closing)]
    pieces.append(Line(text=f"{case.plaintiff}    {case.defendant}", at=0.4))
    if kind.date == "head" and case.maybe(0.2):
        pieces.append(Line(text=printed_day(day), at="right"))
    draft = draft_of(case, kind, pieces)
    draft.foot = chance.choice(("", "", "page", "page_of", "dashes"))
    if not names_court(case, pieces):
        draft.authors = ()
    return dated(draft, kind, day)


def report(case: Case, kind: Kind) -> Draft:
    """A report within the court."""
    day = case.day()
    pieces = [
        *court_heading(case, 0.6),
        *title_lines(case, kind.title),
        Line(text=case.case_no, at=case.number_at),
        Line(text="一、案件由来和审理经过", size=1.05),
        fill_of(case, kind),
        Line(text=f"承办人：{case.name()}", at="right"),
        Line(text=written_day(day), at="right"),
    ]
    draft = draft_of(case, kind, pieces)
    draft.head, draft.foot = case.running_head, case.foot
    if not names_court(case, pieces):
        draft.authors = ()
    return dated(draft, kind, day)


def form(case: Case, kind: Kind) -> Draft:
    """A form with labels and boxes: of the court, of a bank, a hospital or the post."""
    day = case.day()
    chance = case.chance
    pieces: list[Piece] = []
    if kind.author == "court" or kind.style == "summons":
        pieces += court_heading(case)
    if kind.style == "medical":
        pieces.append(Line(text=case.place + "第一人民医院", at="centre", size=1.4))
    if kind.style == "voucher" and case.maybe(0.4):
        pieces.append(Line(text=chance.choice(("中国工商银行", "江苏省")), at="centre", size=1.1))
    pieces += title_lines(case, kind.title)
    if kind.style in ("form", "summons") and case.maybe(0.5):
        pieces.append(Line(text=case.case_no, at=case.number_at))
    for page in range(chance.randint(*kind.pages)):
        pieces += [NewPage()] if page else []
        for label in FORM_LABELS[kind.style].split():
            value = _value(case, label, printed_day(day))
            cells: Cells = ((label, 0.12), (value, 0.36)) if value else ((label, 0.12),)
            pieces.append(Line(cells=cells, gap=chance.choice((1.5, 2.0, 2.5))))
    if kind.style == "summons":
        pieces += [Line(text=case.court, at="right")] if case.maybe(0.5) else []
        pieces.append(Line(text=written_day(day), at="right"))
    elif kind.date == "signed":
        pieces.append(Line(text=printed_day(day), at="right"))
    draft = draft_of(case, kind, pieces)
    if kind.author == "court" and not names_court(case, pieces):
        draft.authors = ()
    return draft if kind.style == "voucher" else dated(draft, kind, day)


def _value(case: Case, label: str, day: str) -> str:
    known = {
        "收案日期": printed_day(case.day()),
        "案号": case.case_no,
        "当事人": case.plaintiff,
        "应到时间": printed_day(case.day()) + "上午9时",
        "传唤事由": "开庭",
        "应到处所": "本院第三法庭",
        "被传唤人": case.defendant,
        "金额": f"¥{case.chance.randint(50, 9000)}.00",
        "姓名": case.plaintiff,
        "付款人": case.plaintiff,
        "收件人": case.defendant,
        "寄件人": case.court,
        "案由": "合同纠纷",
        "开票日期": day,
    }
    return known.get(label) or case.chance.choice(("", case.sentence()[:16], case.name()))


def list_of_papers(case: Case, kind: Kind) -> Draft:
    """A list of evidence or of what was handed in."""
    day = case.day()
    chance = case.chance
    heads = ("名称", "数量", "备注")
    if "证据" in kind.title:
        heads = ("材料名称", "份数", chance.choice(("页数", "证明目的")))
    lefts = (0.28, 0.56, 0.72)
    pieces = court_heading(case) if kind.author == "court" else []
    pieces += title_lines(case, kind.title)
    pieces.append(Line(cells=(("序号", 0.12), *zip(heads, lefts, strict=True))))
    for index in range(chance.randint(4, 14) * chance.randint(*kind.pages)):
        row = (
            chance.choice(LISTED),
            chance.choice(("1份", "2份", "壹份")),
            chance.choice(("证明借款事实", "复印件", "证明双方关系", "")),
        )
        pieces.append(Line(cells=((str(index + 1), 0.13), *zip(row, lefts, strict=True))))
    pieces.append(Line(text=f"提交人：{case.plaintiff}"))
    if kind.date == "signed":
        pieces.append(Line(text=printed_day(day), at="right"))
    draft = draft_of(case, kind, pieces)
    if kind.author == "court" and not names_court(case, pieces):
        draft.authors = ()
    return dated(draft, kind, day)


def delivery(case: Case, kind: Kind) -> Draft:
    """A receipt of service (送达回证)."""
    chance = case.chance
    receiver = chance.choice((case.plaintiff, case.defendant, case.agent))
    served = ("民事判决书一份", "起诉状副本、应诉通知书、举证通知书各一份", "开庭传票一份")
    rows: tuple[Cells, ...] = (
        (("受送达人", 0.12), (receiver, 0.4)),
        (("案由", 0.12), ("民间借贷纠纷", 0.35), ("案号", 0.6), (case.case_no, 0.68)),
        (("送达文书名称和件数", 0.12), (chance.choice(served), 0.4)),
        (("送达地点", 0.12), (case.place, 0.4)),
        (("受送达人签名或盖章", 0.12), (receiver, 0.45), (printed_day(case.day()), 0.65)),
        (("代收人及代收理由", 0.12),),
        (("备考", 0.12),),
    )
    pieces = [
        *court_heading(case),
        *title_lines(case, kind.title),
        *(Line(cells=cells, gap=2) for cells in rows),
        Line(text=f"填发人：{case.name()}　　送达人：{case.name()}", gap=2),
    ]
    draft = draft_of(case, kind, pieces)
    if not names_court(case, pieces):
        draft.authors = ()
    return draft


STYLES: dict[str, Style] = {
    "notice": notice,
    "judgment": judgment,
    "ruling": judgment,
    "claim": claim,
    "request": claim,
    "record": record,
    "report": report,
    **dict.fromkeys(FORM_LABELS, form),
    "list_of_papers": list_of_papers,
    "delivery": delivery,
}
