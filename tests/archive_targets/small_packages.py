"""Small packages whose pictures are noise, so that a container has many parts and none is alike."""

from __future__ import annotations

import hashlib
import io
import random
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from app.adapters.packaging.package import BuiltPackage, build_package
from app.adapters.packaging.plan import EventPlan, ItemPlan, PackagePlan, PagePlan, VolumePlan

PACKAGE_ID = "（2019）辽0882民初4866号_v1"


def make_package(folder: Path, *, pages: int = 2, width: int = 400, **case: str) -> BuiltPackage:
    """A package of one volume; words change one thing about its case."""
    masters = folder / "masters"
    masters.mkdir(parents=True, exist_ok=True)
    plan = PackagePlan(
        package_id=PACKAGE_ID,
        case={
            "case_no": "（2019）辽0882民初4866号",
            "court": "营口市鲅鱼圈区人民法院",
            "cause": "民间借贷纠纷",
            "plaintiff": "甲某",
            "defendant": "乙某",
            "retention": "长期",
            **case,
        },
        created=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        version=1,
        volumes=(
            VolumePlan(
                part="main",
                number=1,
                pages=tuple(_page(masters, number, width) for number in range(1, pages + 1)),
                items=(ItemPlan(number=1, title="民事起诉状", first=0, last=pages - 1),),
            ),
        ),
        events=(EventPlan(action="扫描", at="2026-03-01T08:00:00Z", actor="李四", role="扫描员"),),
    )
    return build_package(plan, folder / "out")


def _page(folder: Path, number: int, width: int) -> PagePlan:
    noise = random.Random(number).randbytes(width * width)
    stream = io.BytesIO()
    Image.frombytes("L", (width, width), noise).save(stream, "JPEG", quality=85, dpi=(75, 75))
    digest = hashlib.sha256(stream.getvalue()).hexdigest()
    (folder / digest).write_bytes(stream.getvalue())
    return PagePlan(
        position=number,
        master=folder / digest,
        sha256=digest,
        media_type="image/jpeg",
        dpi=75,
        page_number=number,
    )
