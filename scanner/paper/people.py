"""Invented persons and companies."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from scanner.paper.texts import load_texts
from scanner.paper.wording import plain_date


@dataclass(frozen=True, kw_only=True)
class Person:
    """A natural person as papers describe one.

    The area code of the identity number and the prefix of the telephone number do not exist.
    """

    name: str
    sex: str
    birth: date
    nation: str
    address: str
    identity_number: str
    mobile: str


@dataclass(frozen=True, kw_only=True)
class Party:
    """A plaintiff or defendant: a person, or a company with the person who acts for it."""

    person: Person
    company: str = ""
    office: str = ""
    address: str = ""
    credit_code: str = ""

    @property
    def name(self) -> str:
        return self.company or self.person.name

    @property
    def full(self) -> str:
        """The description at the head of pleadings and judgments."""
        if self.company:
            return (
                f"{self.company}，住所地{self.address}，统一社会信用代码{self.credit_code}。"
                f"法定代表人：{self.person.name}，该公司{self.office}。"
            )
        return (
            f"{self.person.name}，{self.person.sex}，{plain_date(self.person.birth)}出生，"
            f"{self.person.nation}，住{self.person.address}，"
            f"公民身份号码{self.person.identity_number}。"
        )

    @property
    def line(self) -> str:
        """The short description for forms."""
        if self.company:
            return f"{self.company}，法定代表人：{self.person.name}"
        return f"{self.person.name}，{self.person.sex}，住{self.person.address}"

    @property
    def mark(self) -> str:
        """The markup that confirms a signature."""
        return f"@seal {self.company}" if self.company else "@finger"


class NameBook:
    """Gives names, none of them twice in one dossier."""

    def __init__(self, chance: random.Random, court: dict[str, str]) -> None:
        self._chance = chance
        self._court = court
        self._names = load_texts("names")
        self._used: set[str] = set()

    def name(self) -> str:
        """A personal name of two or three characters."""
        while True:
            given = "".join(
                self._chance.choice(self._names["given"])
                for _ in range(self._chance.choice([1, 2, 2]))
            )
            name = str(self._chance.choice(self._names["surnames"])) + given
            if name not in self._used and len(set(name)) == len(name):
                self._used.add(name)
                return name

    def address(self, *, home: bool) -> str:
        """An address in the invented place of the court."""
        street = self._chance.choice(self._names["streets"])
        start = f"{self._court['province']}{self._court['place']}{street}"
        number = self._chance.randint(2, 268)
        if not home:
            return f"{start}{number}号"
        estate = self._chance.choice(self._names["estates"])
        room = f"{self._chance.randint(1, 18)}0{self._chance.randint(1, 4)}"
        return f"{start}{number}号{estate}{self._chance.randint(1, 24)}号楼{room}室"

    def person(self) -> Person:
        """A person of 24 to 68 years."""
        birth = date(1956, 1, 1) + timedelta(days=self._chance.randint(0, 16_000))
        return Person(
            name=self.name(),
            sex=self._chance.choice(["男", "女"]),
            birth=birth,
            nation=self._chance.choice(self._names["nations"]),
            address=self.address(home=True),
            identity_number=f"{self._court['area']}{birth:%Y%m%d}"
            f"{self._chance.randint(1, 999):03d}{self._chance.choice('0123456789X')}",
            mobile=f"2{self._chance.randint(0, 10**9 - 1):09d}",
        )

    def company(self) -> Party:
        """A company and its legal representative."""
        word = self._chance.choice(self._names["company_words"])
        trade = self._chance.choice(self._names["company_trades"])
        place = self._court["place"].split("市")[0].removesuffix("县")
        name = f"{place}{word}{trade}"
        if name in self._used:
            return self.company()
        self._used.add(name)
        code = "".join(self._chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
        return Party(
            person=self.person(),
            company=name,
            office=self._chance.choice(["经理", "执行董事", "董事长", "总经理"]),
            address=self.address(home=False),
            credit_code=f"91{self._court['area']}M{code}",
        )

    def party(self, kind: str) -> Party:
        """A party of the kind "person" or "company"."""
        return self.company() if kind == "company" else Party(person=self.person())
