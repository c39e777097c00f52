"""Measures masking on invented text: `python build/accuracy_masking.py --seeds 1-60`.

Draws what parties, forms, statements and bank papers say with the people of the paper generator,
breaks it into lines as a page would, and misreads some of it as recognition does. Told are the
share of secrets that are covered wholly, and of other characters that are covered for nothing.
Patterns were made on seeds below 100; report others.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.domain.masking import hidden_characters  # noqa: E402
from scanner.paper.case import make_case  # noqa: E402
from scanner.paper.people import NameBook, Person  # noqa: E402

# What stands in square brackets is secret; its kind is told before the colon.
SENTENCES = (
    "原告：{name}，{sex}，{birth}出生，{nation}，住{county}[address:{home}]，"
    "公民身份号码[identity:{identity}]。联系电话：[phone:{mobile}]。",
    "委托人：{name}，{sex}，住{county}[address:{home}]。",
    "被告于2021年3月5日将借款{amount}元汇入原告账户，账号：[account:{card}]，开户行为{bank}。",
    "本院（2023）苏0102民初{number}号案件受理费{amount}元，由被告负担。",
    "证人{name}陈述：我住在{county}[address:{home}]，手机号是[phone:{mobile}]。",
    "收款人{name}，卡号[account:{spaced}]，金额¥{amount}.00，日期2022-03-15。",
    "被告{company}，住所地{county}北仓路166号，统一社会信用代码91{area}M{code}。",
    "事故车辆为[plate:{plate}]号小型轿车，由{name}驾驶。",
    "送达地址：{county}[address:{home}]，电子邮箱：[mail:{mail}]。",
    "姓名 {name} 性别 {sex} 住址 {county}[address:{home}]",
    "公民身份号码 [identity:{identity}]",
    "座机：[phone:025-{landline}]，传真：[phone:025-{landline}]。",
    "双方约定年利率为15.4%，于{birth}签订合同，共12条，第3条第2款约定违约金{amount}元。",
    "代理人王律师，江苏某律师事务所律师，执业证号13201{licence}。",
    "经审理查明，{name}于2020年1月至2021年12月期间向被告供货{number}件，货款合计{amount}元。",
)
KINDS = ("address", "identity", "phone", "account", "plate", "mail")
ALIKE = {"0": "O", "1": "l", "5": "S", "8": "B"}


def parts_of(person: Person, place: str, chance: random.Random, company: str) -> dict[str, str]:
    """What the sentences need."""
    card = f"62{chance.randrange(10**16, 10**17)}"
    home = person.address.split(place, 1)[1]
    return {
        "name": person.name,
        "sex": person.sex,
        "birth": f"{person.birth.year}年{person.birth.month}月{person.birth.day}日",
        "nation": person.nation,
        "county": person.address[: len(person.address) - len(home)],
        "home": home,
        "identity": person.identity_number,
        "mobile": f"1{chance.choice('3456789')}{chance.randrange(10**9):09}",
        "landline": f"8{chance.randrange(10**7):07}",
        "card": card,
        "spaced": " ".join(card[at : at + 4] for at in range(0, len(card), 4)),
        "plate": f"苏{chance.choice('ABCDE')}{chance.choice('·-') * chance.randint(0, 1)}"
        f"{chance.randrange(10**4):04}{chance.choice('0KXF3')}",
        "mail": f"{chance.choice(['wang', 'li.na', 'zhao88'])}@{chance.choice(['qq', '163'])}.com",
        "amount": str(chance.choice([1500, 26000, 410000, 1380000])),
        "number": str(chance.randint(10, 9999)),
        "company": company,
        "area": "320102",
        "code": "A1ABCDE3X",
        "licence": f"{chance.randrange(10**12):012}",
        "bank": "中国工商银行宁浦青石支行",
    }


def drawn(seed: int, misread: float) -> tuple[list[str], list[list[str]]]:
    """The lines of a page, and of every character the secret it belongs to ("" for none)."""
    chance = random.Random(seed)
    book, place = people_of(seed, chance)
    text, kinds = "", []
    for sentence in chance.sample(SENTENCES, 9):
        said, owned = told(sentence, book, place, chance, f"{len(text)}.{seed}")
        text += said + "\n"
        kinds += [*owned, ""]
    return _broken(text, kinds, chance, misread)


def people_of(seed: int, chance: random.Random) -> tuple[NameBook, str]:
    """The people of an invented case, and the place they live in."""
    court = dict(make_case(seed).court_record)
    return NameBook(chance, court), court["place"]


def told(
    sentence: str, book: NameBook, place: str, chance: random.Random, name: str
) -> tuple[str, list[str]]:
    """A sentence with somebody's words filled in, and of every character the secret it belongs to
    (its kind, a number, and `name`, which tells sentences apart; "" for none)."""
    filled = sentence.format(**parts_of(book.person(), place, chance, book.company().company))
    text, kinds = "", []
    for chunk in filled.replace("]", "[").split("["):
        kind, colon, secret = chunk.partition(":")
        known = kind in KINDS and colon
        said = secret if known else chunk
        text += said
        kinds += [f"{kind}{len(text)}.{name}" if known else ""] * len(said)
    return text, kinds


def _broken(
    text: str, kinds: list[str], chance: random.Random, misread: float
) -> tuple[list[str], list[list[str]]]:
    lines: list[str] = [""]
    owners: list[list[str]] = [[]]
    width = chance.randint(18, 34)
    for sign, kind in zip(text, kinds, strict=True):
        if sign == "\n" or len(lines[-1]) >= width:
            lines.append("")
            owners.append([])
        if sign == "\n":
            continue
        if kind.startswith(("identity", "account", "phone")) and chance.random() < misread:
            lines[-1] += ALIKE.get(sign, sign)
        else:
            lines[-1] += sign
        owners[-1].append(kind)
    return lines, owners


def main() -> int:
    """Print the shares over all seeds."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--seeds", default="1001-1060", metavar="FIRST-LAST")
    parser.add_argument("--misread", type=float, default=0.02, help="share of figures misread")
    parser.add_argument("--verbose", action="store_true", help="name what got through")
    chosen = parser.parse_args()
    first, _dash, last = chosen.seeds.partition("-")
    secrets, whole = Counter[str](), Counter[str]()
    other = over = characters = hidden_ones = 0
    for seed in range(int(first), int(last or first) + 1):
        lines, owners = drawn(seed, chosen.misread)
        shown: dict[str, list[bool]] = {}
        for line, owner, hidden in zip(lines, owners, hidden_characters(lines), strict=True):
            for at, kind in enumerate(owner):
                if kind:
                    shown.setdefault(kind, []).append(at in hidden)
                else:
                    other, over = other + 1, over + (at in hidden)
            missed = [kind for at, kind in enumerate(owner) if kind and at not in hidden]
            if chosen.verbose and missed:
                print(f"{seed}: {line}")
        for name, places in shown.items():
            kind = name.rstrip("0123456789.")
            secrets[kind] += 1
            whole[kind] += all(places)
            characters, hidden_ones = characters + len(places), hidden_ones + sum(places)
    for kind in sorted(secrets):
        print(f"{kind:10} {whole[kind]:5} of {secrets[kind]:5} {whole[kind] / secrets[kind]:8.2%}")
    total, covered = sum(secrets.values()), sum(whole.values())
    print(f"{'recall':10} {covered:5} of {total:5} {covered / max(1, total):8.2%}")
    share = hidden_ones / max(1, characters)
    print(f"{'characters':10} {hidden_ones:5} of {characters:5} {share:8.2%}")
    print(f"over-masked {over} of {other} other characters {over / max(1, other):8.2%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
