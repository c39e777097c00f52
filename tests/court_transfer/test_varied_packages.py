"""Packages of other programs and of every kind of side: nothing is lost when they are taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.adapters.packaging.container import write_container
from app.adapters.packaging.package import build_package
from app.adapters.packaging.pdf_text import PdfLine
from app.adapters.packaging.plan import ItemPlan, PackagePlan
from tests.cli import conftest as cli
from tests.cli.conftest import Program
from tests.court_transfer.comparing import content
from tests.packaging import conftest as packaging

dossier, pool, program = cli.dossier, cli.pool, cli.program
make_plan = packaging.make_plan

Make = Callable[..., PackagePlan]


@pytest.fixture
def court(program: Program, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs a command in the receiving court."""

    def run(*arguments: object, status: int = 0) -> dict[str, Any]:
        said = program(*arguments, "--json")
        assert said.status == status, (said.out, said.err)
        return dict(said.record)

    return run


def sized(plan: PackagePlan) -> PackagePlan:
    """The plan with the sizes of its pages, which every examined side has."""
    volumes = [
        replace(volume, pages=tuple(replace(page, width=620, height=877) for page in volume.pages))
        for volume in plan.volumes
    ]
    return replace(plan, volumes=tuple(volumes))


def varied(plan: PackagePlan) -> PackagePlan:
    """The plan with a page on its side, tilted and at another resolution, a column of letters, an
    item with all its fields, and a second volume."""
    main, restricted = sized(plan).volumes
    pages = list(main.pages)
    column = PdfLine(text="竖排", box=(300.0, 100.5, 320.0, 180.0))
    turned = replace(pages[2], turn=90, deskew_deg=1.25, dpi=300, width=877, height=620)
    pages[2] = replace(turned, lines=(*pages[2].lines, column))
    pages[4] = replace(pages[4], role="blank", page_number=None)
    item = replace(main.items[0], category="起诉", responsible="甲某")
    first = replace(main, pages=tuple(pages[:4]), items=(item,))
    other = ItemPlan(number=2, title="庭审笔录", first=0, last=0, date="2019-05-06")
    second = replace(main, number=2, pages=(pages[4],), items=(other,))
    return replace(plan, volumes=(first, second, restricted))


@pytest.mark.parametrize("kind", ["varied", "one container"])
def test_every_kind_of_side_is_taken_in_as_it_is(
    make_plan: Make, court: Callable[..., dict[str, Any]], tmp_path: Path, kind: str
) -> None:
    plan = varied(make_plan()) if kind == "varied" else make_plan(container=True)
    source = build_package(plan, tmp_path / "外院").path
    file = tmp_path / "来件.zip"
    write_container(source, file)
    taken = court("court", "receive", file)
    assert (taken["state"], taken["receipt"]["reasons"]) == ("accepted", [])
    case_no = taken["case_no"]
    assert case_no == plan.case["case_no"]
    built = court("package", case_no, "--provisional", "--out", tmp_path / "本院")
    here, there = content(Path(built["package"])), content(source)
    assert here == there
    assert {volume["part"] for volume in there} == (
        {"main", "restricted"} if kind == "varied" else {"main"}
    )


def test_a_provisional_package_is_rejected(
    make_plan: Make, court: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    source = build_package(replace(make_plan(), provisional=True), tmp_path / "外院").path
    said = court("court", "receive", source, status=1)
    assert said["state"] == "rejected"
    assert said["receipt"]["reasons"]
    assert court("case", "list")["cases"] == []


def test_a_dossier_goes_on_to_a_third_court_and_its_restricted_part_to_courts_only(
    make_plan: Make, court: Callable[..., dict[str, Any]], program: Program, tmp_path: Path
) -> None:
    source = build_package(sized(make_plan()), tmp_path / "外院").path
    case_no = court("court", "receive", source)["case_no"]
    assert source.with_name(f"{source.name}_回执.json").is_file()
    court("reconcile", case_no)
    court("seal", case_no)
    package = Path(court("package", case_no)["package"])
    file = tmp_path / "再送.zip"
    send = ("court", "send", case_no, "--out", file, "--json", "--to")
    assert program(*send, "张某律师事务所").code == "CTR-105"
    assert not file.exists()
    sent = court(*send[:-2], "--to", "晴川省高级人民法院", "--purpose", "other")
    assert (sent["purpose"], sent["details"]["restricted"]) == ("other", True)
    third = ("--data", tmp_path / "第三法院")
    assert court(*third, "court", "receive", file)["purpose"] == "other"
    built = court(*third, "package", case_no, "--provisional", "--out", tmp_path / "三院")
    assert content(Path(built["package"])) == content(source)
    # What was damaged on the disk meanwhile goes nowhere.
    picture = next(package.rglob("00001.jpg"))
    picture.write_bytes(picture.read_bytes()[:-1])
    again = tmp_path / "又送.zip"
    said = program("court", "send", case_no, "--out", again, "--to", "某法院", "--json")
    assert said.code == "CTR-106"
    assert not again.exists()
