"""Between the plan of the services and the package writer; runs in a worker process."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.adapters.packaging.builder import Finish
from app.adapters.packaging.check import ARCHIVING, check_package
from app.adapters.packaging.check_virus import virus_results
from app.adapters.packaging.manifest import read_manifest
from app.adapters.packaging.package import build_package, is_whole
from app.adapters.packaging.pdf_text import PdfCharacter, PdfLine
from app.adapters.packaging.plan import EventPlan, ItemPlan, PackagePlan, PagePlan, VolumePlan
from app.adapters.virus_scan import scan_folder
from app.kernel.errors import Refused
from archive_rules.four_property import Stage

# Provisional packages lie apart: none of them can be taken for the sealed one by its place.
PROVISIONAL_FOLDER = "provisional"
MOST_PROVISIONAL = 999
# Below this nobody sees the tilt, and the picture stays on its pixels.
DESKEW_FROM_DEGREES = 0.3


def build(plan: dict[str, Any], out: str) -> dict[str, Any]:
    """Build the package of a plan made by `app.services.packaging_plan` below `out`.

    With "signing" in the plan the volumes are signed (`app.adapters.signing.building`), and
    "signatures" of the answer are those made. A provisional package of other content than an
    earlier one gets the next version.
    """
    package_plan = to_plan(plan)
    folder = Path(out)
    if package_plan.provisional:
        folder = folder / PROVISIONAL_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
    with _signing(plan.get("signing")) as (finish, signatures):
        while True:
            try:
                built = build_package(package_plan, folder, finish=finish)
                break
            except Refused as fault:
                taken = fault.code == "PKG-201" and package_plan.provisional
                if not taken or package_plan.version >= MOST_PROVISIONAL:
                    raise
                package_plan = replace(package_plan, version=package_plan.version + 1)
    pages = sum(page.role == "page" for page in package_plan.pages)
    return {
        "path": str(built.path.resolve()),
        "version": package_plan.version,
        "sha256": built.sha256,
        "sm3": built.sm3,
        "pages": pages,
        "sides": len(package_plan.pages),
        "volumes": len(package_plan.volumes),
        "unreadable": list(built.unreadable),
        "reused": built.reused,
        "signatures": signatures,
    }


def _signing(
    order: dict[str, Any] | None,
) -> AbstractContextManager[tuple[Finish | None, list[dict[str, Any]]]]:
    """Signs the volumes when the plan asks for it. What it needs is loaded only then."""
    if not order:
        return nullcontext((None, []))
    from app.adapters.signing.building import signing_volumes

    return signing_volumes(order)


def stands(path: str, sha256: str) -> bool:
    """Whether the package at `path` is the one whose manifest has this digest, whole."""
    root = Path(path)
    try:
        _content, identity = read_manifest(root)
    except (OSError, ValueError):
        return False
    return identity.sha256 == sha256 and is_whole(root)


def check(path: str, stage: Stage = ARCHIVING, clamd: str = "") -> dict[str, Any]:
    """The check report of a package, folder or container, as plain data; with what the virus
    scanner at the address `clamd` says, if there is one."""
    root = Path(path)
    found = virus_results(scan_folder(root, clamd)) if clamd else ()
    record = check_package(root, stage=stage, outside=found).as_record()
    try:
        content, _identity = read_manifest(root)
    except (OSError, ValueError):
        # What is wrong with the manifest stands in the report.
        content = {}
    return record | {
        "version": int(content.get("version") or 0),
        "provisional": bool(content.get("provisional")),
    }


def to_plan(plan: dict[str, Any]) -> PackagePlan:
    """The plan as the writer takes it."""
    case = {name: str(value) for name, value in plan["case"].items() if value not in (None, "")}
    return PackagePlan(
        package_id=plan["package_id"],
        case=case,
        created=datetime.fromisoformat(plan["created_at"]),
        volumes=tuple(_volume(volume) for volume in plan["volumes"]),
        version=plan["version"],
        mode=case.get("mode", "dual"),
        creator=case.get("court", ""),
        events=tuple(
            EventPlan(
                code=event["action"],
                action=event["name"],
                at=event["at"],
                actor=event["actor"],
                role=event["duty"],
                state=event["state"],
                basis=event["basis"],
                description=event["description"],
            )
            for event in plan["events"]
        ),
        accepted=tuple(plan["discrepancies"]),
        provisional=plan["provisional"],
        earlier=tuple(plan["earlier_versions"]),
    )


def _volume(volume: dict[str, Any]) -> VolumePlan:
    order = {side["position"]: index for index, side in enumerate(volume["sides"])}
    items = []
    for item in volume["items"]:
        inside = [
            order[position]
            for position in range(item["first_position"], item["last_position"] + 1)
            if position in order
        ]
        if inside:
            items.append(
                ItemPlan(
                    number=item["number"],
                    title=item["title"],
                    first=min(inside),
                    last=max(inside),
                    category=item["category"],
                    date=item["date"],
                    responsible=item["author"],
                )
            )
    return VolumePlan(
        part=volume["part"],
        number=volume["number"],
        pages=tuple(_page(side) for side in volume["sides"]),
        items=tuple(items),
    )


def _page(side: dict[str, Any]) -> PagePlan:
    turned = side["turn"] in (90, 270)
    width, height = side["width"], side["height"]
    return PagePlan(
        position=side["position"],
        master=Path(side["path"]),
        sha256=side["sha256"],
        media_type=side["media_type"],
        frame=side["frame"],
        role=side["role"],
        page_number=side["page_number"],
        turn=side["turn"],
        deskew_deg=deskew_of(side),
        dpi=side["dpi"],
        width=height if turned else width,
        height=width if turned else height,
        fault=side["fault"],
        lines=tuple(
            PdfLine(
                text=line["text"],
                box=_box(line["box"]),
                characters=tuple(
                    PdfCharacter(text=text, box=_box(box))
                    for text, _confidence, box in line["characters"]
                ),
            )
            for line in side["lines"]
        ),
    )


def deskew_of(side: dict[str, Any]) -> float:
    """The tilt that is taken out of a side, in degrees."""
    skew = float(side["skew_deg"])
    return skew if abs(skew) >= DESKEW_FROM_DEGREES else 0.0


def _box(values: list[float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = values
    return (x0, y0, x1, y1)
