"""Measures the whole line on dossiers with planted faults: `python build/accuracy_dossier.py`.

Draws dossiers with `scanner.paper`, one for each kind and place of fault, runs them through the
use cases of `digitize` (scan, examine, recognise, catalogue, reconcile) and compares the answer
with what was planted. Recognition of one image is done once and kept under `var/accuracy`, by the
digest of the image; `--again` forgets it. Tune on the family `development`; report on `check`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.adapters.jobs.calling import call_by_name  # noqa: E402
from app.bootstrap import open_workstation  # noqa: E402
from app.cli.records import catalogue_record, reconciliation_record  # noqa: E402
from app.domain.access import ADMINISTRATOR, Actor  # noqa: E402
from app.kernel.errors import fault_from_record  # noqa: E402
from app.services.comparison import CompareSides  # noqa: E402
from app.services.tasks import (  # noqa: E402
    COMPARE,
    EXAMINE,
    RECOGNISE,
    BackgroundTask,
    ExamineSide,
    RecogniseSide,
)
from app.services.workstation import Workstation  # noqa: E402
from planted_faults import mixed_faults, placed_faults, single_faults  # noqa: E402
from scanner.paper.build import build_dossier  # noqa: E402
from scanner.paper.plan import make_plan  # noqa: E402
from scanner.paper.spec import (  # noqa: E402
    BINDING_PAPERS,
    NUMBERINGS,
    DossierSpec,
    PlantedFault,
    parse_fault,
)

ACTOR = Actor(name="accuracy", role=ADMINISTRATOR)
DISCREPANCIES = frozenset(
    {
        "missing_page",
        "duplicate_page",
        "wrong_order",
        "foreign_case",
        "extra_page",
        "unnumbered_page",
        "count_mismatch",
        "catalogue_mismatch",
    }
)
# So many faults of one kind may stand side by side.
MOST_TOGETHER = 3
# A side that cannot be opened stands where a page should be: it shows no number.
SHOWN_AS = {"unreadable": "unnumbered_page"}


@dataclass
class Score:
    """What was found over many dossiers."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    clean_consistent: int = 0
    numbers: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)


def known_facts(folder: Path, known: str) -> dict[str, Any]:
    """What the court tells of the paper: "all", "open" (rows name their first page only) or
    "case" (nothing but the case number)."""
    facts: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    if known == "open":
        rows = [{**row, "pages": row["pages"][:1]} for row in facts["catalogue"]]
        return {**facts, "catalogue": rows}
    return {"case_no": facts["case_no"]} if known == "case" else facts


def data_of(folder: Path, home: Path, recognised: Path, facts: dict[str, Any]) -> tuple[Path, bool]:
    """The data folder of a dossier after recognition, made when missing; whether it was made."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    told = json.dumps(facts, sort_keys=True)
    mark = hashlib.sha256(f"{truth['digest']}{told}".encode()).hexdigest()[:16]
    data = home / "data" / f"{folder.name}-{mark}"
    done = data / "recognised"
    if done.exists():
        return data, False
    shutil.rmtree(data, ignore_errors=True)
    workstation = open_workstation(data)
    try:
        case_no = workstation.register_case(ACTOR, facts).case_no
        workstation.scan(ACTOR, case_no, f"folder:{(folder / 'sides').resolve()}")
        _process(workstation, recognised)
    finally:
        workstation.close()
    done.touch()
    return data, True


def _process(workstation: Workstation, recognised: Path) -> None:
    """Works through the queue in this process; what was once read of an image is read again from
    its record. The pictures of the screens are left out."""
    context = workstation._context
    tasks: dict[str, BackgroundTask] = {
        EXAMINE: ExamineSide(context),
        RECOGNISE: RecogniseSide(context),
        COMPARE: CompareSides(context),
    }
    while True:
        with context.storage.write() as tx:
            job = tx.jobs.claim()
            call = tasks[job.task].prepare(tx, job.arguments) if job else None
            tx.commit()
        if job is None:
            return
        if call is not None:
            function, arguments = call.function, call.arguments
            if function == "ocr.study:study":
                function, arguments = "ocr.inspection:examine", arguments[:3]
            answer = _answered(function, arguments, recognised)
            if "fault" in answer:
                tasks[job.task].failed(job.arguments, fault_from_record(answer["fault"]))
            else:
                result = answer["result"]
                if function == "ocr.inspection:examine":
                    from ocr.study import found_turn

                    result = {"examination": result, "turn": found_turn(result), "pictures": {}}
                tasks[job.task].apply(job.arguments, result)
        with context.storage.write() as tx:
            tx.jobs.finish(job)
            tx.commit()


def _answered(function: str, arguments: tuple[Any, ...], recognised: Path) -> dict[str, Any]:
    if not isinstance(arguments[0], str):
        return call_by_name(function, arguments)  # a comparison of many sides
    image = Path(arguments[0]).name
    key = hashlib.sha256(repr((function, image, arguments[1:])).encode()).hexdigest()
    record = recognised / f"{key}.json"
    if record.exists():
        loaded: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        return loaded
    answer = call_by_name(function, arguments)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return answer


def answer_of(facts: dict[str, Any], data: Path) -> dict[str, Any]:
    """Catalogue and reconciliation as the command line would give them."""
    workstation = open_workstation(data)
    try:
        case_no = str(facts["case_no"])
        workstation.catalogue(ACTOR, case_no)
        view = workstation.reconcile(ACTOR, case_no, facts)
        return {
            "reconciliation": reconciliation_record(view),
            "catalogue": catalogue_record(workstation.items(case_no), workstation.sides(case_no)),
        }
    finally:
        workstation.close()


def compare(name: str, truth: dict[str, Any], answer: dict[str, Any], score: Score) -> None:
    """Count what was found, missed and invented in one dossier."""
    planted = [
        {**row, "kind": SHOWN_AS.get(row["kind"], row["kind"])}
        for row in truth["planted"]
        if row["kind"] in DISCREPANCIES or row["kind"] in SHOWN_AS
    ]
    reported = list(answer["reconciliation"]["discrepancies"])
    if not planted:
        score.clean += 1
        score.clean_consistent += not reported
    left = list(reported)
    for row in planted:
        score.planted[row["kind"]] += 1
        hit = next((found for found in left if _same(row, found)), None)
        # Two faults of one kind side by side are one row.
        hit = hit or next((found for found in reported if _same(row, found)), None)
        if hit is None:
            score.details.append(f"{name}: missed {_shown(row)}")
            continue
        if hit in left:
            left.remove(hit)
        score.found[row["kind"]] += 1
        if any(_exact(together, hit) for together in _with_neighbours(row, planted)):
            score.exact[row["kind"]] += 1
        else:
            score.details.append(f"{name}: {_shown(row)} reported as {_shown(hit)}")
    for found in left:
        score.false_alarms[found["kind"]] += 1
        score.details.append(f"{name}: false {_shown(found)} {found['explanation']}")
    _compare_catalogue(name, truth, answer["catalogue"], score)


def _with_neighbours(
    row: dict[str, Any], planted: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """A planted fault by itself, and together with others of its kind beside it."""
    alike = [other for other in planted if other["kind"] == row["kind"]]
    for size in range(1, min(len(alike), MOST_TOGETHER) + 1):
        for group in combinations(alike, size):
            if row in group:
                yield {
                    **row,
                    "positions": sorted({p for other in group for p in other["positions"]}),
                    "page_numbers": sorted({n for other in group for n in other["page_numbers"]}),
                }


def _same(planted: dict[str, Any], found: dict[str, Any]) -> bool:
    if planted["kind"] != found["kind"]:
        return False
    if not planted["positions"] and not planted["page_numbers"]:
        return True
    return bool(
        set(planted["page_numbers"]) & set(found["page_numbers"])
        or set(planted["positions"]) & set(found["positions"])
    )


def _exact(planted: dict[str, Any], found: dict[str, Any]) -> bool:
    """The same pages or, for sides without a page number of their own, the same positions."""
    if planted["kind"] in ("count_mismatch", "catalogue_mismatch"):
        return True
    pages = sorted(planted["page_numbers"]) == sorted(found["page_numbers"])
    if planted["kind"] == "missing_page":
        return pages and not found["positions"]
    if planted["kind"] in ("foreign_case", "extra_page"):
        return set(found["positions"]) <= set(planted["positions"])
    return pages


def _shown(row: dict[str, Any]) -> str:
    pages, positions = row["page_numbers"], row["positions"]
    return f"{row['kind']} pages {pages} positions {positions}"


def _compare_catalogue(
    name: str, truth: dict[str, Any], catalogue: dict[str, Any], score: Score
) -> None:
    for side, found in zip(truth["sides"], catalogue["sides"], strict=True):
        score.roles["all"] += 1
        score.roles["right"] += side["role"] == found["role"]
        if side["role"] != found["role"]:
            score.details.append(
                f"{name}: side {side['position']} is {side['role']}, not {found['role']}"
            )
        if side["faults"]:
            continue
        true, read = side["stamped_number"], found["page_number"]
        if true is None:
            score.numbers["none" if read is None else "invented"] += 1
        else:
            score.numbers["right" if read == true else "not read" if read is None else "wrong"] += 1
        if read != true:
            score.details.append(f"{name}: side {side['position']} bears {true}, read {read}")
    true_items = {(item["title"], item["first_position"]) for item in truth["items"]}
    true_items = {item for item in true_items if item[1] is not None}
    found_items = {(item["title"], item["first_position"]) for item in catalogue["items"]}
    score.items["all"] += len(true_items)
    score.items["right"] += len(true_items & found_items)
    score.items["too many"] += len(found_items - true_items)
    score.details.extend(f"{name}: item {item} missed" for item in sorted(true_items - found_items))
    score.details.extend(
        f"{name}: item {item} too many" for item in sorted(found_items - true_items)
    )


def report(score: Score, *, verbose: bool) -> str:
    """The plain table."""
    lines = [f"{'kind':20}{'planted':>8}{'found':>7}{'exact':>7}{'missed':>8}{'false':>7}"]
    for kind in sorted(DISCREPANCIES):
        planted, found = score.planted[kind], score.found[kind]
        lines.append(
            f"{kind:20}{planted:8}{found:7}{score.exact[kind]:7}{planted - found:8}"
            f"{score.false_alarms[kind]:7}"
        )
    lines.append(f"clean dossiers found consistent: {score.clean_consistent} of {score.clean}")
    for label, counts in (
        ("page numbers", score.numbers),
        ("items (title and first side)", score.items),
        ("roles", score.roles),
    ):
        shown = ", ".join(f"{key} {value}" for key, value in sorted(counts.items()))
        lines.append(f"{label}: {shown}")
    return "\n".join([*lines, *(score.details if verbose else [])])


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--family", choices=("development", "check"), default="development")
    parser.add_argument("--seeds", default="101", help="for instance 101,102")
    parser.add_argument("--only", default="", help="names of fault sets, comma between")
    parser.add_argument(
        "--mixed", type=int, default=0, metavar="N", help="N mixtures of one to six faults instead"
    )
    parser.add_argument(
        "--placed", type=int, default=0, metavar="N", help="N such mixtures at hard places instead"
    )
    parser.add_argument("--sides", type=int, default=20)
    parser.add_argument("--grown", action="store_true", help="add papers until it is that long")
    parser.add_argument("--numbering", choices=NUMBERINGS, default="")
    parser.add_argument("--simplex", action="store_true")
    parser.add_argument("--without", action="append", default=[], choices=BINDING_PAPERS)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "accuracy")
    parser.add_argument("--known", choices=("all", "open", "case"), default="all")
    parser.add_argument("--again", action="store_true", help="recognise again")
    parser.add_argument("--verbose", action="store_true", help="name every difference")
    arguments = parser.parse_args()
    recognised = arguments.home / "recognised"
    if arguments.again:
        shutil.rmtree(recognised, ignore_errors=True)
        shutil.rmtree(arguments.home / "data", ignore_errors=True)
    total: defaultdict[str, Score] = defaultdict(Score)
    for seed in (int(text) for text in arguments.seeds.split(",")):
        drawn = DossierSpec(
            name="plan",
            seed=seed,
            family=arguments.family,
            sides=arguments.sides,
            dpi=arguments.dpi,
            grown=arguments.grown,
            numbering=arguments.numbering,
            simplex=arguments.simplex,
            without=tuple(arguments.without),
        )
        plan = make_plan(drawn)
        if arguments.mixed:
            sets = mixed_faults(plan, seed, arguments.mixed)
        elif arguments.placed:
            sets = placed_faults(plan, seed, arguments.placed)
        else:
            sets = single_faults(plan)
        for name, faults in sets.items():
            if arguments.only and name not in arguments.only.split(","):
                continue
            planted: tuple[PlantedFault, ...] = tuple(parse_fault(fault) for fault in faults)
            label = f"{arguments.family}-{seed}-{name}"
            spec = replace(drawn, name=label, faults=planted)
            folder = build_dossier(spec, arguments.home / "paper")
            truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
            facts = known_facts(folder, arguments.known)
            data, made = data_of(folder, arguments.home, recognised, facts)
            print(f"{label} ({len(truth['sides'])} sides)", "made" if made else "", file=sys.stderr)
            compare(label, truth, answer_of(facts, data), total["all"])
    print(report(total["all"], verbose=arguments.verbose))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
