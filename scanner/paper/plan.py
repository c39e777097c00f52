"""From the papers of a case to the sides a scanner is fed: sheets, numbers, cover, catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scanner.paper.case import CaseText, make_case
from scanner.paper.chance import choices, seed_of
from scanner.paper.growth import grown
from scanner.paper.layout import set_pages
from scanner.paper.marks import PageDraft
from scanner.paper.papers import Paper, make_papers
from scanner.paper.spec import DossierSpec
from scanner.paper.texts import load_texts, titles_for
from scanner.paper.typography import Typography, typography_of
from scanner.paper.wording import expand

UNNUMBERED_SIDES = 6
"""Cover, catalogue and remarks with their backs."""


@dataclass(frozen=True, kw_only=True)
class PlannedSide:
    """One side in feeding order. `stamp` is the number pressed on it, `None` for none.

    `origin` and `copy` name its ink and its scan, so that a second scan of one paper shows the
    same ink; `behind` is the draft on the other side of the sheet. `tags` are indexes of planted
    faults, `damage` the image faults with their values and modes, `traits` kinds and modes of what
    is no fault. A side of a kind of `LEAF_KINDS` names it in `leaf` and has no draft.
    """

    role: str
    face: str
    sheet: int
    origin: str
    draft: PageDraft | None
    behind: PageDraft | None = None
    page_number: int | None = None
    stamp: int | None = None
    item: int | None = None
    title: str | None = None
    copy: int = 0
    tags: tuple[int, ...] = ()
    damage: tuple[tuple[str, float, str], ...] = ()
    leaf: str = ""
    traits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """A row of the catalogue with the pages of its document."""

    number: int
    title: str
    category: str
    date: str
    first_page: int
    last_page: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole dossier before rendering. `claimed` is what catalogue and facts say of items."""

    case: CaseText
    typography: Typography
    sides: tuple[PlannedSide, ...]
    items: tuple[Item, ...]
    page_count: int
    claimed_count: int
    claimed_ranges: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def range_of(self, item: Item) -> tuple[int, int]:
        """The page range the catalogue claims."""
        return self.claimed_ranges.get(item.number, (item.first_page, item.last_page))


def make_plan(
    spec: DossierSpec,
    *,
    count_claim: int | None = None,
    range_claims: Mapping[int, tuple[int, int]] | None = None,
) -> Plan:
    """The sound dossier of a spec; the claims make catalogue and remarks say something else."""
    case = make_case(spec.seed, spec.matter)
    typography = typography_of(spec.family, choices(spec.seed, "typography"))
    papers = _fitting(_papers(spec, case, typography), spec)
    items: list[Item] = []
    body: list[PlannedSide] = []
    page = 1
    sheet = 2  # sheets 1 and 2 are cover and catalogue; a longer catalogue moves the rest
    for number, paper in enumerate(papers, start=1):
        made = _sheets(paper, number, page, spec)
        last = max((side.page_number for side in made if side.page_number), default=page)
        items.append(
            Item(
                number=number,
                title=paper.title,
                category=paper.category,
                date=paper.date.isoformat(),
                first_page=page,
                last_page=last,
            )
        )
        body.extend(made)
        page = last + 1
    plan = Plan(
        case=case,
        typography=typography,
        sides=(),
        items=tuple(items),
        page_count=page - 1,
        claimed_count=count_claim if count_claim is not None else page - 1,
        claimed_ranges=dict(range_claims or {}),
    )
    front, remarks = _cover(plan, spec), _remarks(plan, spec)
    if "catalogue" not in spec.without:
        front += _catalogue(plan, spec)
    if "remarks" in spec.without:
        remarks = []
    ordered = front + body + _leaves(spec) + remarks
    sides = []
    sheet = 0
    for side in ordered:
        sheet += side.face == "front"
        sides.append(replace(side, sheet=sheet))
    return replace(plan, sides=tuple(sides))


def _papers(spec: DossierSpec, case: CaseText, typography: Typography) -> list[Paper]:
    papers = make_papers(case, typography, spec.family, spec.seed)
    if spec.grown:
        wanted = spec.sides - UNNUMBERED_SIDES
        papers = grown(papers, case, typography, family=spec.family, seed=spec.seed, sides=wanted)
    if spec.simplex:
        papers = [replace(paper, duplex=False) for paper in papers]
    return papers


def _fitting(papers: list[Paper], spec: DossierSpec) -> list[Paper]:
    """Leaves out papers that may be missing until the dossier is no longer than asked."""
    order = [paper.key for paper in papers if not paper.needed]
    choices(spec.seed, "leave-out").shuffle(order)
    order += [key for key in LEAVE_OUT if key not in order]
    sides = {paper.key: paper.sides for paper in papers}
    total = sum(sides.values()) + UNNUMBERED_SIDES
    left_out: list[str] = []
    for key in order:
        if total <= spec.sides:
            break
        if key in sides:
            total -= sides[key]
            left_out.append(key)
    for key in reversed(left_out):
        if total + sides[key] <= spec.sides:
            total += sides[key]
            left_out.remove(key)
    return [paper for paper in papers if paper.key not in left_out]


LEAVE_OUT = (
    "summons_plaintiff",
    "evidence-2",
    "service_last",
    "announcement",
    "argument",
    "receipt",
    "identity",
    "delivery",
    "filing",
    "answer",
    "proxy",
    "evidence_list",
    "evidence-1",
    "transcript",
    "response_notice",
    "service_first",
    "judgment",
)
"""What is left out of a dossier that must be short, first to last."""


def _sheets(paper: Paper, number: int, first_page: int, spec: DossierSpec) -> list[PlannedSide]:
    sides: list[PlannedSide] = []
    pages: list[PageDraft] = list(paper.pages)
    index = sheets = 0
    while index < len(pages):
        front = pages[index]
        back = pages[index + 1] if paper.duplex and index + 1 < len(pages) else None
        page = first_page + (sheets if spec.numbering == "sheets" else index)
        for face, draft, other in (("front", front, back), ("back", back, front)):
            shown: int | None = page + (face == "back")
            if not draft or (face == "back" and spec.numbering == "sheets"):
                shown = None
            sides.append(
                PlannedSide(
                    role="page" if draft else "blank",
                    face=face,
                    sheet=0,
                    origin=f"{paper.key}-{index}-{face}",
                    draft=draft,
                    behind=other,
                    page_number=shown,
                    stamp=None if spec.numbering == "none" else shown,
                    item=number if draft else None,
                    title=paper.title if draft and shown == first_page else None,
                )
            )
        index += 2 if back else 1
        sheets += 1
    return sides


def unnumbered_sheet(role: str, pages: list[PageDraft], title: str, key: str) -> list[PlannedSide]:
    """Sheets without numbers, written on both sides when there is a second page."""
    sides = []
    for index in range(0, len(pages), 2):
        front = pages[index]
        back = pages[index + 1] if index + 1 < len(pages) else None
        for face, draft, other in (("front", front, back), ("back", back, front)):
            sides.append(
                PlannedSide(
                    role=role if draft else "blank",
                    face=face,
                    sheet=0,
                    origin=f"{key}-{index}-{face}",
                    draft=draft,
                    behind=other,
                    title=title if draft and index == 0 and face == "front" else None,
                )
            )
    return sides


def _leaves(spec: DossierSpec) -> list[PlannedSide]:
    """Papers of other kinds: written on one side, without numbers, each fed as one side."""
    return [
        PlannedSide(
            role="leaf", face="front", sheet=0, origin=f"leaf-{place}-front", draft=None, leaf=kind
        )
        for place, kind in enumerate(spec.leaves)
    ]


def _cover(plan: Plan, spec: DossierSpec) -> list[PlannedSide]:
    chance = choices(spec.seed, "cover")
    fields = {
        **plan.case.fields,
        "kind_title": "民事诉讼",
        "part_title": chance.choice(["正　卷", "（正卷）"]),
        "side_a": "原告",
        "side_b": "被告",
        "result": "判决",
        "retention": chance.choice(["长期", "短期", "60年", "30年"]),
        "fonds": str(chance.randint(20, 190)),
        "catalogue_number": str(chance.randint(2, 40)),
        "volume_number": str(chance.randint(100, 4000)),
    }
    text = expand(load_texts("frame")["cover"]["text"], fields, chance)
    pages = set_pages(text, plan.typography, chance)
    return unnumbered_sheet("cover", pages, "卷宗封面", "cover")


def _catalogue(plan: Plan, spec: DossierSpec) -> list[PlannedSide]:
    chance = choices(spec.seed, "catalogue")
    rows = []
    single_style = chance.choice(["{first}", "{first}-{last}"])
    for item in plan.items:
        first, last = plan.range_of(item)
        style = single_style if first == last else "{first}-{last}"
        rows.append(f"| {item.number} | {item.title} | {style.format(first=first, last=last)} | |")
    texts = load_texts("frame")["catalogue"]
    title = chance.choice(titles_for(texts["title"], spec.family))
    fields = {**plan.case.fields, "title": title, "rows": "\n".join(rows)}
    pages = set_pages(expand(texts["text"], fields, chance), plan.typography, chance)
    return unnumbered_sheet("catalogue", pages, title, "catalogue")


def _remarks(plan: Plan, spec: DossierSpec) -> list[PlannedSide]:
    chance = choices(spec.seed, "remarks")
    texts = load_texts("frame")["remarks"]
    title = chance.choice(titles_for(texts["title"], spec.family))
    remark = chance.choice(
        ["卷内文书齐全，无缺损。", "材料完整，无其他需要说明的情况。", "本卷无附件。"]
    )
    fields = {
        **plan.case.fields,
        "title": title,
        "count": str(plan.claimed_count),
        "remark": remark,
    }
    pages = set_pages(expand(texts["text"], fields, chance), plan.typography, chance)
    return unnumbered_sheet("remarks", pages, title, "remarks")


def foreign_seed(spec: DossierSpec) -> int:
    """The seed of the other case a stray page comes from."""
    return seed_of(spec.seed, "foreign") % 1_000_000_007
