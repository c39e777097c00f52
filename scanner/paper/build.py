"""Making paper dossiers on disk: the bundled ones by name, and any other by its spec."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from app.kernel.errors import BadInput, Broken
from scanner.paper.bundled import BUNDLED
from scanner.paper.chance import choices
from scanner.paper.faults import Planted, plant
from scanner.paper.field.scanner import FieldScanner
from scanner.paper.plan import Plan, PlannedSide
from scanner.paper.scan import PaperScanner, Scanned
from scanner.paper.spec import GENERATOR_VERSION, DossierSpec, check_spec
from scanner.paper.typography import number_style_of, scan_style_of

SIDES = "sides"
FACTS = "facts.json"
TRUTH = "truth.json"
LABELS = "labels.json"


def bundled_names() -> list[str]:
    """The names `build_bundled` knows, "demo" first."""
    return list(BUNDLED)


def build_bundled(name: str, folder: Path) -> Path:
    """Makes the bundled dossier once and returns `<folder>/<name>`; raises BadInput PAP-204."""
    if name not in BUNDLED:
        raise BadInput("PAP-204", name=name)
    return build_dossier(BUNDLED[name], folder)


def build_dossier(spec: DossierSpec, folder: Path) -> Path:
    """Makes the dossier of a spec and returns its folder `<folder>/<spec.name>`.

    In it: `sides/00001.jpg` ... in feeding order, `facts.json` (what is known of the paper),
    `truth.json` and `labels.json` (where the faults of every side lie, in its pixels). A complete
    folder of the same spec and generator is used again; a half-made one never shows under its
    name. Raises BadInput PAP-202, PAP-203; Broken PAP-101 without a font, PAP-102 when the folder
    cannot be written.
    """
    check_spec(spec)
    target = folder / spec.name
    digest = spec_digest(spec)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{spec.name}.lock"):
            if is_complete(target, digest):
                return target
            for stale in folder.glob(f".{spec.name}.making-*"):
                shutil.rmtree(stale)
            making = folder / f".{spec.name}.making-{os.getpid()}"
            _write(spec, digest, making)
            if target.exists():
                shutil.rmtree(target)
            making.rename(target)
    except OSError as error:
        raise Broken("PAP-102", folder=str(folder), reason=error.strerror or str(error)) from error
    return target


def spec_digest(spec: DossierSpec) -> str:
    """Names the content: equal for equal specs and the same generator."""
    text = json.dumps([GENERATOR_VERSION, spec.as_record()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_complete(target: Path, digest: str) -> bool:
    """Whether the folder holds the dossier of this digest with every side in its full length."""
    try:
        truth = json.loads((target / TRUTH).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    if truth.get("digest") != digest or not (target / FACTS).is_file():
        return False
    return all(
        (target / side["file"]).is_file()
        and (target / side["file"]).stat().st_size == side["bytes"]
        for side in truth["sides"]
    )


def _write(spec: DossierSpec, digest: str, making: Path) -> None:
    plan, sides, planted = plant(spec)
    chance = choices(spec.seed, "scanner")
    numbers = number_style_of(spec.family, chance)
    if spec.numbering == "hand":
        numbers = replace(numbers, by_hand=True, digits=1, strength=1.0)
    scanner: PaperScanner | FieldScanner
    if spec.family == "field":
        scanner = FieldScanner(spec, numbers)
    else:
        scanner = PaperScanner(spec, numbers, scan_style_of(spec.family, chance))
    (making / SIDES).mkdir(parents=True)
    records = []
    labels = []
    for position, side in enumerate(sides, start=1):
        scanned = scanner.scan(side)
        file = f"{SIDES}/{position:05d}.jpg"
        (making / file).write_bytes(scanned.data)
        records.append(_side_record(position, file, side, scanned))
        labels.append(_label_record(records[-1], side, scanned))
    truth = {
        "case_no": plan.case.case_no,
        "generator_version": GENERATOR_VERSION,
        "digest": digest,
        "spec": spec.as_record(),
        "sides": records,
        "items": _item_records(plan, sides),
        "planted": [
            _planted_record(number, record, sides) for number, record in enumerate(planted)
        ],
    }
    _write_json(making / FACTS, facts_of(plan))
    _write_json(making / TRUTH, truth)
    _write_json(making / LABELS, {"family": spec.family, "sides": labels})


def facts_of(plan: Plan) -> dict[str, Any]:
    """What the court knows of the paper, in the form of `--facts`."""
    case = plan.case
    return {
        "case_no": case.case_no,
        "court": case.court,
        "cause": case.cause,
        "plaintiff": case.plaintiff.name,
        "defendant": case.defendant.name,
        "judge": case.judge,
        "clerk": case.clerk,
        "paper_pages": plan.claimed_count,
        "catalogue": [
            {"title": item.title, "pages": list(plan.range_of(item))} for item in plan.items
        ],
    }


def _side_record(position: int, file: str, side: PlannedSide, scanned: Scanned) -> dict[str, Any]:
    return {
        "position": position,
        "file": file,
        "role": side.role,
        "page_number": side.page_number,
        "stamped_number": side.stamp,
        "item": side.item,
        "title": side.title,
        "sheet": side.sheet,
        "face": side.face,
        "turn": scanned.turn,
        "skew_deg": scanned.skew,
        "width": scanned.width,
        "height": scanned.height,
        "bytes": len(scanned.data),
        "text_lines": list(side.draft.text_lines) if side.draft else [],
        "number_box": list(scanned.number_box) if scanned.number_box else None,
        "faults": [kind for kind, _, _ in side.damage],
    }


def _label_record(record: dict[str, Any], side: PlannedSide, scanned: Scanned) -> dict[str, Any]:
    """What inspection should find on a side: codes with mode and boxes; `either` are codes that
    are true of the picture although nobody planted them."""
    kept = ("position", "file", "role", "turn", "skew_deg", "width", "height")
    return {
        **{key: record[key] for key in kept},
        "blank": side.draft is None and not side.leaf,
        "leaf": side.leaf,
        "lines": scanned.lines,
        "copy": side.copy,
        "traits": [list(trait) for trait in side.traits],
        "faults": [
            {
                "code": kind,
                "mode": mode,
                "boxes": [
                    [round(value, 1) for value in box] for box in scanned.boxes.get(kind, ())
                ],
            }
            for kind, _, mode in side.damage
        ],
        "either": sorted(scanned.either),
    }


def _item_records(plan: Plan, sides: Sequence[PlannedSide]) -> list[dict[str, Any]]:
    records = []
    for item in plan.items:
        positions = [
            position
            for position, side in enumerate(sides, start=1)
            if side.item == item.number and side.copy == 0
        ]
        records.append(
            {
                "number": item.number,
                "title": item.title,
                "category": item.category,
                "first_page": item.first_page,
                "last_page": item.last_page,
                "date": item.date,
                "first_position": min(positions, default=None),
                "last_position": max(positions, default=None),
            }
        )
    return records


def _planted_record(number: int, planted: Planted, sides: Sequence[PlannedSide]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "kind": planted.kind,
        "positions": [
            position for position, side in enumerate(sides, start=1) if number in side.tags
        ],
        "page_numbers": list(planted.page_numbers),
        "mode": planted.mode,
    }
    if planted.item is not None:
        record["item"] = planted.item
    if planted.value is not None:
        record["value"] = planted.value
    return record


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
