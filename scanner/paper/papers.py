"""The documents of a case, set as pages: which papers there are and what each says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scanner.paper.case import CaseText
from scanner.paper.chance import choices
from scanner.paper.layout import set_pages
from scanner.paper.marks import PageDraft
from scanner.paper.people import Party
from scanner.paper.texts import load_texts, titles_for
from scanner.paper.typography import Typography
from scanner.paper.wording import expand, plain_date


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document: a row of the catalogue. `duplex` when its sheets are written on both sides."""

    key: str
    title: str
    category: str
    date: date
    pages: tuple[PageDraft, ...]
    duplex: bool
    needed: bool

    @property
    def sides(self) -> int:
        """How many sides its sheets have, blank backs included."""
        count = len(self.pages)
        return count + count % 2 if self.duplex else count * 2


def make_papers(case: CaseText, typography: Typography, family: str, seed: int) -> list[Paper]:
    """All papers of the case in the order of the unified catalogue."""
    documents = load_texts("civil")["document"]
    by_key = {document["key"]: document for document in documents}
    papers = []
    for document in documents:
        source = by_key[document["same_as"]] if "same_as" in document else document
        chance = choices(seed, "paper", document["key"])
        title = chance.choice(titles_for(document["titles"], family))
        if document.get("evidence"):
            papers.extend(_evidence(case, typography, document, chance))
            continue
        pages: list[PageDraft] = []
        for fields in _repeats(case, document, chance):
            markup = _markup(case, document, source, fields | {"title": title}, chance)
            for text in markup:
                pages.extend(_set(case, typography, document, text, chance))
        papers.append(
            Paper(
                key=document["key"],
                title=title,
                category=document["category"],
                date=case.dates[document["date"]],
                pages=tuple(pages),
                duplex=document.get("duplex", False),
                needed=document.get("keep", True),
            )
        )
    return papers


def _set(
    case: CaseText,
    typography: Typography,
    document: dict[str, Any],
    markup: str,
    chance: random.Random,
) -> list[PageDraft]:
    plain = document.get("plain", False)
    signers: tuple[str, ...] = ()
    if document.get("signers"):
        signers = (
            case.plaintiff.person.name,
            case.fields["plaintiff_agent"],
            case.defendant.person.name,
            case.fields["defendant_agent"],
        )
    letterhead = not plain and document.get("letterhead", True)
    header = (
        "" if not letterhead else typography.header.format(court=case.court, case_no=case.case_no)
    )
    return set_pages(
        markup,
        typography,
        chance,
        body=chance.choice(["kai", "song", "serif"]) if plain else "",
        scale=float(document.get("scale", 1.0)),
        fit=0 if document.get("duplex") else 1,
        footer=bool(document.get("footer") or document.get("footer_plain")),
        header=header,
        signers=signers,
    )


def _markup(
    case: CaseText,
    document: dict[str, Any],
    source: dict[str, Any],
    fields: dict[str, str],
    chance: random.Random,
) -> list[str]:
    """The texts of the document, one for every sheet that starts anew."""
    if document.get("identity"):
        return [
            _identity(case, party, role, chance)
            for role, party in (("原告", case.plaintiff), ("被告", case.defendant))
        ]
    if document["key"] == "evidence_list":
        fields["evidence_rows"] = _evidence_rows(case, chance)
    if document["key"] == "transcript":
        fields["exhibits"] = _exhibits(case, chance)
        fields["questions"] = _questions(case, chance)
    return [expand(source["text"], {**case.fields, **fields}, chance)]


def _repeats(
    case: CaseText, document: dict[str, Any], chance: random.Random
) -> Iterator[dict[str, str]]:
    """The fill-ins of every copy of a form."""
    kind = document.get("repeat")
    sides = (("plaintiff", case.plaintiff), ("defendant", case.defendant))
    if kind is None:
        yield {}
    elif kind == "summons":
        for role, party in sides:
            yield {
                "summoned_name": party.name,
                "summoned_place": case.fields[f"{role}_address"],
            }
    else:
        first = kind == "service_first"
        for role, party in sides:
            agent = case.fields[f"{role}_agent"]
            papers = {
                ("plaintiff", True): "受理案件通知书、举证通知书、传票各一份",
                ("defendant", True): "应诉通知书、起诉状副本、举证通知书各一份",
                ("plaintiff", False): "民事判决书一份",
                ("defendant", False): "民事判决书二份",
            }[(role, first)]
            signer = party.person.name if first else agent
            day = case.dates[document["date"]] + timedelta(days=chance.randint(0, 2))
            yield {
                "service_papers": papers,
                "service_to": party.name,
                "service_place": case.fields[f"{role}_address"] if first else case.court,
                "service_signer": signer,
                "service_date": plain_date(day),
                "service_reason": "",
                "service_bearer": f"{case.clerk}、{case.fields['assessor_a']}"
                if chance.random() < 0.4
                else case.clerk,
                "service_way": chance.choice(["直接送达", "当庭送达", "邮寄送达，邮件已签收"]),
            }


def _identity(case: CaseText, party: Party, role: str, chance: random.Random) -> str:
    frame = load_texts("frame")
    if party.company:
        return expand(
            frame["identity_company"]["text"],
            {
                "officer": party.person.name,
                "office": party.office,
                "officer_address": party.person.address,
                "officer_mobile": party.person.mobile,
                "credit_code": party.credit_code,
                "company": party.company,
                "day": case.fields["proxied"],
            },
            chance,
        )
    person = party.person
    issued = date(2012, 3, 4) + timedelta(days=chance.randint(0, 2200))
    return expand(
        frame["identity_person"]["text"],
        {
            "heading": f"{role}身份证复印件",
            "name": person.name,
            "sex": person.sex,
            "nation": person.nation.removesuffix("族"),
            "birth": plain_date(person.birth),
            "address_lines": _card_lines("住址", person.address, 14),
            "identity_number": person.identity_number,
            "place": case.court_record["place"],
            "valid": f"{issued:%Y.%m.%d}－{issued.year + 20}{issued:.%m.%d}",
            "clerk": case.clerk,
        },
        chance,
    )


def _card_lines(label: str, text: str, width: int) -> str:
    """A labelled text in lines of `width` characters, the later ones below the first."""
    parts = [text[start : start + width] for start in range(0, len(text), width)]
    return "\n".join(
        f"< 　{label if index == 0 else '　' * len(label)}　{part}"
        for index, part in enumerate(parts)
    )


def _evidence(
    case: CaseText, typography: Typography, document: dict[str, Any], chance: random.Random
) -> list[Paper]:
    papers = []
    for index, evidence in enumerate(load_texts(case.matter)["evidence"]):
        own = choices(chance.randint(0, 2**40), "evidence", index)
        fields = dict(case.fields)
        if evidence.get("flow"):
            fields["flow_rows"] = _flow_rows(case, own)
        markup = expand(evidence["text"], fields, own)
        pages = _set(case, typography, document, markup, own)
        papers.append(
            Paper(
                key=f"evidence-{index + 1}",
                title=evidence["title"],
                category=document["category"],
                date=case.dates["filed"],
                pages=tuple(pages),
                duplex=False,
                needed=index < 2,
            )
        )
    return papers


def _evidence_rows(case: CaseText, chance: random.Random) -> str:
    rows = []
    for index, evidence in enumerate(load_texts(case.matter)["evidence"], start=1):
        aim = expand(evidence["aim"], case.fields, chance)
        kind = "复印件" if index != 1 else "原件"
        rows.append(f"| {index} | {evidence['title']}（{kind}） | 原告提供 | {aim} | {index} |")
    return "\n".join(rows)


def _exhibits(case: CaseText, chance: random.Random) -> str:
    replies = [
        "对真实性无异议，对证明目的有异议。",
        "对真实性、合法性无异议，对关联性有异议，不能证明原告的主张。",
        "真实性请法庭核实，该证据系原告单方提供。",
        "三性均无异议。",
    ]
    lines = []
    for index, evidence in enumerate(load_texts(case.matter)["evidence"], start=1):
        aim = expand(evidence["aim"], case.fields, chance)
        lines.append(f"原代：证据{index}，{evidence['title']}，{aim}")
        lines.append("审判长：请被告发表质证意见。")
        lines.append(f"被代：{chance.choice(replies)}")
    return "\n".join(lines)


def _questions(case: CaseText, chance: random.Random) -> str:
    questions = load_texts(case.matter)["questions"]
    lines = []
    for question, role, reply in questions:
        lines.append(f"审判长：{expand(question, case.fields, chance)}")
        lines.append(f"{role}：{expand(reply, case.fields, chance)}")
    return "\n".join(lines)


def _flow_rows(case: CaseText, chance: random.Random) -> str:
    entries = ["消费", "转账", "工资", "利息", "支付宝消费", "现金存入", "水电费", "微信支付"]
    day = date.fromisoformat(case.fields["flow_start"])
    event = date.fromisoformat(case.fields["event_iso"])
    amount = int(case.fields["amount"])
    balance = amount + chance.randint(8000, 60000)
    rows: list[str] = []
    written = False
    while len(rows) < 20:
        day += timedelta(days=chance.randint(1, 4))
        if not written and day >= event:
            written = True
            balance -= amount
            rows.append(
                f"| {event.isoformat()} | 转账 | -{amount}.00 | {balance}.00 "
                f"| {case.defendant.name} |"
            )
            continue
        entry = chance.choice(entries)
        change = chance.randint(20, 2600)
        income = entry in ("工资", "利息", "现金存入")
        balance += change if income else -change
        sign = "" if income else "-"
        cents = chance.randint(0, 99)
        rows.append(
            f"| {day.isoformat()} | {entry} | {sign}{change}.{cents:02d} "
            f"| {balance}.{cents:02d} | — |"
        )
    return "\n".join(rows)
