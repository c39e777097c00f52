"""The further papers of a big case: more evidence, further hearings, reports, forms, long tables.

They stand among the papers that every case has, until the dossier has about the sides asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scanner.paper.case import CaseText, make_case
from scanner.paper.chance import choices, seed_of
from scanner.paper.layout import set_pages
from scanner.paper.marks import PageDraft
from scanner.paper.papers import Paper, make_papers
from scanner.paper.people import NameBook
from scanner.paper.texts import load_texts, titles_for
from scanner.paper.typography import Typography
from scanner.paper.wording import expand, plain_date, small_number

# One round of what comes up in a big case; the order within a round is left to chance.
ROUND = (
    "hearing", "flow", "contract", "slip", "form", "service", "ledger", "invoice", "photograph",
    "chat", "form", "service", "talk", "slip", "flow", "form", "report", "annex",
)  # fmt: skip
ENTRIES = ("消费", "转账", "货款", "利息", "往来款", "现金存入", "工程款", "手续费")
OFFICES = ("岚川正衡司法鉴定所", "清堰同信会计师事务所", "宁浦恒准工程造价咨询有限公司")
EVIDENCE = "当事人提供的证据材料"
RECORDS = "开庭通知、公告、庭审笔录"
NOTICES = "受理通知书、应诉通知书及送达回证"
_ROWS = 21


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What a maker draws: where it goes, how it is set, and its sheets' texts."""

    after: str
    title: str
    category: str
    step: str
    texts: list[str]
    duplex: bool = False
    footer: bool = False
    signed: bool = False
    plain: bool = True
    scale: float = 1.0


def grown(
    papers: Sequence[Paper],
    case: CaseText,
    typography: Typography,
    *,
    family: str,
    seed: int,
    sides: int,
) -> list[Paper]:
    """The papers with as many more as it takes to have `sides` sides or a few more."""
    growth = _Growth(case, typography, family, seed)
    more: list[tuple[str, Paper]] = []
    total = sum(paper.sides for paper in papers)
    while total < sides:
        after, paper = growth.next_paper()
        more.append((after, paper))
        total += paper.sides
    last = max((paper.key for paper in papers if paper.key.startswith("evidence-")), default="")
    placed: list[Paper] = []
    for paper in papers:
        placed.append(paper)
        places = {paper.key} | ({"evidence_end"} if paper.key == last else set())
        placed += [further for after, further in more if after in places]
    return placed


class _Growth:
    """Draws one paper after the other; no two pages say the same."""

    def __init__(self, case: CaseText, typography: Typography, family: str, seed: int) -> None:
        self._case, self._typography, self._family, self._seed = case, typography, family, seed
        self._texts = load_texts("grown")
        self._chance = choices(seed, "growth")
        self._count = 0
        self._hearings = 1
        self._photographs = 0
        self._waiting: list[str] = []
        self._forms: list[dict[str, Any]] = []
        people = NameBook(choices(seed, "growth-people"), dict(case.court_record))
        self._people = [people.name() for _ in range(24)]
        self._makers: dict[str, Callable[[], _Made]] = {
            name: getattr(self, f"_{name}") for name in set(ROUND) - {"annex"}
        }

    def next_paper(self) -> tuple[str, Paper]:
        """The key of the paper it stands behind, and the paper."""
        if not self._waiting:
            self._waiting = list(ROUND)
            self._chance.shuffle(self._waiting)
        kind = self._waiting.pop()
        self._count += 1
        key = f"grown-{self._count}-{kind}"
        if kind == "annex":
            return "evidence_end", self._annex(key)
        made = self._makers[kind]()
        return made.after, Paper(
            key=key,
            title=made.title,
            category=made.category,
            date=self._case.dates[made.step],
            pages=tuple(page for text in made.texts for page in self._set(made, text)),
            duplex=made.duplex,
            needed=False,
        )

    def _set(self, made: _Made, text: str) -> list[PageDraft]:
        case, typography = self._case, self._typography
        signers = (case.plaintiff.person.name, case.defendant.person.name) if made.signed else ()
        header = "" if made.plain else typography.header
        return set_pages(
            text,
            typography,
            self._chance,
            scale=made.scale,
            footer=made.footer,
            header=header.format(court=case.court, case_no=case.case_no),
            signers=signers,
        )

    def _title(self, kind: str, **fields: str) -> str:
        title: str = self._chance.choice(titles_for(self._texts[kind]["titles"], self._family))
        return title.format(**fields)

    def _words(self) -> dict[str, str]:
        """Days, sums, things and persons for one line."""
        chance, texts = self._chance, self._texts
        price, count = chance.randint(12, 980), chance.randint(2, 96)
        price_b, count_b = chance.randint(12, 980), chance.randint(2, 96)
        goods = chance.sample(texts["goods"], 2)
        names = chance.sample(self._people, 3)
        return {
            **self._case.fields,
            "day": plain_date(self._day()),
            "day_b": plain_date(self._day()),
            "price": str(price),
            "count": str(count),
            "sum": str(price * count),
            "price_b": str(price_b),
            "count_b": str(count_b),
            "sum_b": str(price_b * count_b),
            "goods": goods[0],
            "goods_b": goods[1],
            "name": names[0],
            "name_b": names[1],
            "name_c": names[2],
            "unit": chance.choice(texts["units"]),
            "place": chance.choice(texts["places"]),
            "job": chance.choice(texts["jobs"]),
            "number": f"{chance.randint(0, 10**8 - 1):08d}",
            "code": f"{chance.randint(10**9, 10**10 - 1)}",
            "office": chance.choice(OFFICES),
            "mark": chance.choice("衡信准明"),
            "account": f"62{chance.randint(10**16, 10**17 - 1)}",
        }

    def _day(self) -> date:
        event = date.fromisoformat(self._case.fields["event_iso"])
        return event + timedelta(days=self._chance.randint(-300, 140))

    def _text(self, template: str, **fields: str) -> str:
        return expand(template, {**self._words(), **fields}, self._chance)

    def _spoken(self, pool: Sequence[Sequence[str]], length: int) -> Iterator[str]:
        for _ in range(length):
            asker, question, answerer, answer = self._chance.choice(pool)
            words = self._words()
            yield f"{asker}：{expand(question, words, self._chance)}"
            yield expand(f"{answerer}：{answer}", words, self._chance)

    def _hearing(self) -> _Made:
        texts = self._texts["hearing"]
        self._hearings += 1
        number = small_number(self._hearings)
        title = self._title("hearing", round=number)
        head = self._text(texts["head"], round=number, title=title)
        spoken = "\n".join(self._spoken(texts["pool"], self._chance.randint(24, 200)))
        text = f"{head.strip()}\n{spoken}\n{texts['foot'].strip()}"
        return _Made(
            after="transcript", title=title, category=RECORDS, step="heard", texts=[text],
            duplex=True, footer=True, signed=True, plain=False, scale=0.92,
        )  # fmt: skip

    def _talk(self) -> _Made:
        texts = self._texts["talk"]
        title = self._title("talk")
        name = self._chance.choice(self._people)
        head = self._text(texts["head"], title=title, name=name)
        lines = [
            line.replace(line.split("：")[0], "问" if index % 2 == 0 else "答", 1)
            for index, line in enumerate(
                self._spoken(self._texts["hearing"]["pool"], self._chance.randint(5, 24))
            )
        ]
        text = "\n".join([head.strip(), *lines, self._text(texts["foot"], name=name).strip()])
        return _Made(
            after="transcript", title=title, category=RECORDS, step="heard", texts=[text],
            duplex=True, plain=False,
        )  # fmt: skip

    def _contract(self) -> _Made:
        texts = self._texts["contract"]
        title = self._title("contract")
        clauses = [
            f"第{small_number(index)}条　{self._text(self._chance.choice(texts['pool']))}"
            for index in range(1, self._chance.randint(8, 46))
        ]
        head = self._text(texts["head"], title=title).strip()
        text = "\n".join([head, *clauses, self._text(texts["foot"]).strip()])
        return _Made(
            after="evidence_end", title=title, category=EVIDENCE, step="filed", texts=[text],
            duplex=self._chance.random() < 0.4, footer=self._chance.random() < 0.5,
        )  # fmt: skip

    def _table(self, kind: str, row: Callable[[int], str]) -> _Made:
        """A long table, its head on the first page only or on every page."""
        title = self._title(kind)
        heading = self._text(
            self._texts[kind]["heading"], printed=title, holder=self._chance.choice(self._holders())
        ).strip()
        rows = [row(index) for index in range(1, self._chance.randint(26, 170))]
        if self._chance.random() < 0.5:
            parts = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
            text = "\n@page\n".join("\n".join([heading, *part]) for part in parts)
        else:
            text = "\n".join([heading, *rows])
        return _Made(
            after="evidence_end", title=title, category=EVIDENCE, step="filed", texts=[text],
            footer=self._chance.random() < 0.5, duplex=self._chance.random() < 0.3,
        )  # fmt: skip

    def _holders(self) -> list[str]:
        return [self._case.plaintiff.name, self._case.defendant.name]

    def _flow(self) -> _Made:
        chance, day, balance = self._chance, self._day(), self._chance.randint(20000, 400000)
        others = [*self._people, *self._holders()]

        def row(_: int) -> str:
            nonlocal day, balance
            day += timedelta(days=chance.randint(0, 3))
            change = chance.randint(20, 18000)
            change = -change if change < balance and chance.random() < 0.6 else change
            balance += change
            entry, other = chance.choice(ENTRIES), chance.choice(others)
            cents = f"{chance.randint(0, 99):02d}"
            sums = f"{change}.{cents} | {balance}.{cents}"
            return f"| {day.isoformat()} | {entry} | {sums} | {other} |"

        return self._table("flow", row)

    def _ledger(self) -> _Made:
        def row(index: int) -> str:
            words = self._words()
            day = self._day().isoformat()
            return (
                f"| {index} | {day} | {words['goods']} | {words['count']} | {words['price']} "
                f"| {words['sum']} | {words['name']} |"
            )

        return self._table("ledger", row)

    def _chat(self) -> _Made:
        texts = self._texts["chat"]
        title = self._title("chat")
        lines = [self._text(texts["head"], printed=title).strip()]
        for _ in range(self._chance.randint(8, 44)):
            question, answer = self._chance.choice(texts["pool"])
            clock = f"{self._chance.randint(7, 22)}:{self._chance.randint(0, 59):02d}"
            lines += [
                f"< {plain_date(self._day())}　{clock}",
                f"< {self._case.plaintiff.person.name}：{self._text(question)}",
                f"< {self._case.defendant.person.name}：{self._text(answer)}",
            ]
        return _Made(
            after="evidence_end", title=title, category=EVIDENCE, step="filed",
            texts=["\n".join(lines)],
        )  # fmt: skip

    def _pieces(self, kind: str, most: int) -> _Made:
        """Several single sheets of one kind under one row."""
        texts = [
            self._text(self._texts[kind]["text"]) for _ in range(self._chance.randint(1, most))
        ]
        return _Made(
            after="evidence_end", title=self._title(kind), category=EVIDENCE, step="filed",
            texts=texts,
        )  # fmt: skip

    def _invoice(self) -> _Made:
        return self._pieces("invoice", 6)

    def _slip(self) -> _Made:
        return self._pieces("slip", 9)

    def _photograph(self) -> _Made:
        texts = []
        for _ in range(self._chance.randint(1, 4)):
            self._photographs += 2
            index, following = str(self._photographs - 1), str(self._photographs)
            template = self._texts["photograph"]["text"]
            texts.append(self._text(template, index=index, index_b=following))
        return _Made(
            after="evidence_end", title=self._title("photograph"), category=EVIDENCE,
            step="filed", texts=texts,
        )  # fmt: skip

    def _report(self) -> _Made:
        texts = self._texts["report"]
        title = self._title("report")
        office = self._chance.choice(OFFICES)
        lines = [self._text(texts["head"], title=title, office=office).strip()]
        for index in range(1, self._chance.randint(14, 60)):
            lines.append(f"{index}．{self._text(self._chance.choice(texts['pool']))}")
        lines.append(self._text(texts["foot"], office=office).strip())
        return _Made(
            after="evidence_end", title=title, category=EVIDENCE, step="heard",
            texts=["\n".join(lines)], duplex=True, footer=True,
        )  # fmt: skip

    def _service(self) -> _Made:
        civil = {document["key"]: document for document in load_texts("civil")["document"]}
        texts = []
        for _ in range(self._chance.randint(2, 6)):
            holder = self._chance.choice(self._holders())
            words = {
                "title": "送达回证",
                "service_papers": self._chance.choice(self._texts["service"]["papers"]),
                "service_to": holder,
                "service_place": self._case.court,
                "service_signer": self._chance.choice(self._people),
                "service_date": plain_date(self._day()),
                "service_reason": "",
                "service_bearer": self._case.clerk,
                "service_way": self._chance.choice(["直接送达", "邮寄送达，邮件已签收"]),
            }
            texts.append(self._text(civil["service_first"]["text"], **words))
        after = self._chance.choice(["service_first", "summons_plaintiff", "transcript"])
        return _Made(
            after=after, title=self._title("service"), category=NOTICES, step="served",
            texts=texts, scale=0.94,
        )  # fmt: skip

    def _form(self) -> _Made:
        if not self._forms:
            self._forms = list(self._texts["form"])
            self._chance.shuffle(self._forms)
        form = self._forms.pop()
        title = self._chance.choice(titles_for(form["titles"], self._family))
        return _Made(
            after=form["after"], title=title, category=NOTICES, step="served",
            texts=[self._text(form["text"], title=title)],
        )  # fmt: skip

    def _annex(self, key: str) -> Paper:
        """A judgment of another case that rightly lies here, as its row of the catalogue says."""
        other = make_case(seed_of(self._seed, key) % 1_000_000_007)
        papers = make_papers(other, self._typography, self._family, self._seed)
        judgment = next(paper for paper in papers if paper.key == "judgment")
        return Paper(
            key=key,
            title=self._title("annex"),
            category=EVIDENCE,
            date=self._case.dates["filed"],
            pages=judgment.pages,
            duplex=True,
            needed=False,
        )
