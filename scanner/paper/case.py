"""The invented case a dossier is about: everything its papers say, fixed by the seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scanner.paper.chance import choices
from scanner.paper.people import NameBook, Party
from scanner.paper.spec import MATTERS
from scanner.paper.texts import load_texts
from scanner.paper.wording import (
    capital_amount,
    court_fee,
    expand,
    plain_date,
    small_number,
    written_date,
)

# Days after filing on which the papers of a case are made.
STEPS = {
    "filed": (0, 0),
    "accepted": (2, 6),
    "paid": (7, 9),
    "served": (10, 14),
    "proxied": (15, 17),
    "answered": (18, 27),
    "summoned": (30, 38),
    "heard": (45, 60),
    "argued": (62, 65),
    "judged": (75, 110),
    "delivered": (112, 118),
    "archived": (140, 190),
}


@dataclass(frozen=True, kw_only=True)
class CaseText:
    """One case. `fields` fill the templates, `dates` are the days by step, `matter` its texts."""

    matter: str
    case_no: str
    court: str
    cause: str
    plaintiff: Party
    defendant: Party
    judge: str
    clerk: str
    dates: Mapping[str, date]
    fields: Mapping[str, str]
    court_record: Mapping[str, str]


def make_case(seed: int, matter: str = "") -> CaseText:
    """The case of a seed; an empty `matter` is chosen by the seed too."""
    chance = choices(seed, "case")
    chosen = chance.choice(MATTERS)
    matter = matter or chosen
    texts = load_texts(matter)
    court: dict[str, str] = chance.choice(load_texts("names")["courts"])
    book = NameBook(chance, court)
    plaintiff = book.party(texts["plaintiff"])
    defendant = book.party(texts["defendant"])
    filed = date(2019, 1, 10) + timedelta(days=chance.randint(0, 1900))
    dates = {
        step: filed + timedelta(days=chance.randint(first, last))
        for step, (first, last) in STEPS.items()
    }
    case_no = f"（{filed.year}）{court['code']}民初{chance.randint(108, 6890)}号"
    fields = _facts(chance, book, court, dates, texts)
    fields |= _party_fields("plaintiff", plaintiff) | _party_fields("defendant", defendant)
    fields |= {
        "case_no": case_no,
        "court": court["name"],
        "place": court["place"],
        "cause": texts["cause"],
        "year": str(filed.year),
        "law": texts["law"],
    }
    fields |= _arguments(texts, fields, chance)
    return CaseText(
        matter=matter,
        case_no=case_no,
        court=court["name"],
        cause=texts["cause"],
        plaintiff=plaintiff,
        defendant=defendant,
        judge=fields["judge"],
        clerk=fields["clerk"],
        dates=dates,
        fields=fields,
        court_record=court,
    )


def _party_fields(role: str, party: Party) -> dict[str, str]:
    return {
        role: party.name,
        f"{role}_full": party.full,
        f"{role}_line": party.line,
        f"{role}_signer": party.person.name,
        f"{role}_mark": party.mark,
        f"{role}_identity": party.person.identity_number,
        f"{role}_address": party.address or party.person.address,
    }


def _facts(
    chance: random.Random,
    book: NameBook,
    court: dict[str, str],
    dates: dict[str, date],
    texts: dict[str, Any],
) -> dict[str, str]:
    names = load_texts("names")
    low, high, step = texts["amount"]
    amount = low + step * chance.randint(0, (high - low) // step)
    months = chance.choice([6, 8, 10, 12, 18])
    event = dates["filed"] - timedelta(days=months * 30 + chance.randint(150, 420))
    due = event + timedelta(days=months * 30)
    reminded = due + timedelta(days=chance.randint(20, 70))
    monthly = chance.choice([0.8, 0.9, 1.0, 1.1, 1.2])
    hour = chance.choice([9, 10, 14, 15])
    half = chance.choice(["", "三十分"])
    firm, firm_b = chance.sample(names["firms"], 2)
    quantity = chance.randint(40, 900)
    heard = plain_date(dates["heard"])
    part_of_day = "上午" if hour < 12 else "下午"
    clock = f"{part_of_day}{small_number(hour if hour <= 12 else hour - 12)}时"
    fields = {step_name: plain_date(day) for step_name, day in dates.items()}
    fields |= {f"{step_name}_cn": written_date(day) for step_name, day in dates.items()}
    fields |= {
        "amount": f"{amount}",
        "amount_cn": capital_amount(amount),
        "fee": f"{court_fee(amount)}",
        "fee_cn": capital_amount(court_fee(amount)),
        "months": str(months),
        "event": plain_date(event),
        "event_later": plain_date(event + timedelta(days=chance.randint(20, 90))),
        "due": plain_date(due),
        "reminded": plain_date(reminded),
        "reminded_later": plain_date(reminded + timedelta(days=chance.randint(25, 60))),
        "flow_from": plain_date(event - timedelta(days=24)),
        "flow_to": plain_date(event + timedelta(days=32)),
        "flow_start": (event - timedelta(days=24)).isoformat(),
        "event_iso": event.isoformat(),
        "monthly_rate": f"{monthly:g}",
        "rate": f"{monthly * 12:g}",
        "part": f"{round(amount * 0.012 / 100) * 100 + 300}",
        "paid_back": f"{round(amount * chance.uniform(0.05, 0.16) / 100) * 100}",
        "third": f"{round(amount / 3 / 100) * 100}",
        "half_amount": f"{round(amount / 2 / 100) * 100}",
        "quantity": str(quantity),
        "unit_price": f"{max(1, round(amount * 1.25 / quantity))}",
        "total": f"{round(amount * 1.25)}",
        "monthly_rent": f"{chance.randint(14, 68) * 100}",
        "wage": f"{chance.randint(38, 96) * 100}",
        "area": f"{chance.randint(58, 240)}.{chance.randint(10, 99)}",
        "plate_a": f"{court['code'][0]}Z·{chance.randint(10000, 99999)}",
        "plate_b": f"{court['code'][0]}Z·{chance.randint(10000, 99999)}",
        "days": str(chance.randint(12, 46)),
        "medical": f"{round(amount * 0.42)}",
        "lost_pay": f"{round(amount * 0.2)}",
        "care": f"{round(amount * 0.12)}",
        "street": chance.choice(names["streets"]),
        "street_b": chance.choice(names["streets"]),
        "estate": chance.choice(names["estates"]),
        "room": f"{chance.randint(1, 18)}号楼{chance.randint(1, 12)}0{chance.randint(1, 4)}室",
        "bench": chance.choice(["审判员", "人民陪审员"]),
        "judge": book.name(),
        "assessor_a": book.name(),
        "assessor_b": book.name(),
        "clerk": book.name(),
        "filing_clerk": book.name(),
        "filing_head": book.name(),
        "cashier": book.name(),
        "inspector": book.name(),
        "plaintiff_agent": book.name(),
        "defendant_agent": book.name(),
        "witness": book.name(),
        "firm": f"{court['province']}{firm}",
        "firm_b": f"{court['province']}{firm_b}",
        "licence": f"1{court['area']}{chance.randint(1990, 2018)}1{chance.randint(0, 999999):06d}",
        "letter_number": str(chance.randint(12, 480)),
        "phone": f"{chance.randint(310, 999)}-{chance.randint(2000000, 8999999)}",
        "mobile": f"2{chance.randint(0, 10**9 - 1):09d}",
        "receipt_code": f"{court['area']}{chance.randint(10, 99)}",
        "receipt_number": f"{chance.randint(0, 10**8 - 1):08d}",
        "bank": chance.choice(names["banks"]),
        "account_a": f"62{chance.randint(10**16, 10**17 - 1)}",
        "account_b": f"62{chance.randint(10**16, 10**17 - 1)}",
        "courtroom": small_number(chance.randint(1, 12)),
        "hearing_time": f"{heard}{clock}{half}",
        "hearing_end": f"{small_number((hour + 1) % 12 + 1)}时"
        + chance.choice(["二十分", "四十分"]),
        "procedure": chance.choice(["普通程序", "普通程序"]),
        "appeal_court": _appeal_court(court),
    }
    fields["bench_wide"] = "审　判　员" if fields["bench"] == "审判员" else "人民陪审员"
    return fields


def _appeal_court(court: dict[str, str]) -> str:
    city = court["place"].split("市")[0] if "市" in court["place"] else "岚北"
    return f"{court['province']}{city}市中级人民法院"


def _arguments(
    texts: dict[str, Any], fields: dict[str, str], chance: random.Random
) -> dict[str, str]:
    """The claims, facts and reasons of the matter, worded once so that papers agree."""

    def worded(lines: list[str]) -> list[str]:
        return [expand(line, fields, chance) for line in lines]

    claims = worded(texts["claims"])
    story = worded(texts["story"])
    answer = worded(texts["answer"])
    numbered = [f"{index}、{claim}" for index, claim in enumerate(claims, start=1)]
    closed = "；".join(claim.rstrip("；。") for claim in numbered) + "。"
    result = {
        "claims": "\n".join(numbered),
        "claims_joined": closed,
        "story": "\n".join(story),
        "story_joined": "".join(story),
        "answer": "\n".join(answer),
        "answer_first": answer[0].split("、", 1)[-1],
        "answer_joined": "".join(line.split("、", 1)[-1] for line in answer),
    }
    for key in ("findings", "reasoning", "verdict", "argument"):
        result[key] = "\n".join(worded(texts[key]))
    for key in ("issues", "defendant_evidence", "debate_plaintiff", "debate_defendant"):
        result[key] = expand(texts[key], fields, chance)
    return result
