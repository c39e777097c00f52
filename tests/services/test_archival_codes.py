"""Archival codes and terms of keeping through the real service, up to cover and package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pypdfium2
import pytest

from app.adapters.db.uow import SqlStorage
from app.domain.access import ARCHIVIST, CLERK, Actor
from app.domain.dossier import Dossier as DossierRecord
from app.kernel.errors import Fault, Refused
from app.services.archival_codes import adopt_code
from app.services.workstation import Workstation
from tests.contracts.test_storage import engine, postgres_url, storage  # noqa: F401
from tests.replay import CASE_NO, Dossier

OTHER = "（2021）辽0899刑初2号"


@pytest.fixture
def court(workstation: Workstation, actor: Actor) -> Iterator[Workstation]:
    """Two cases, and the fonds of the court is set."""
    workstation.register_case(actor, {"case_no": CASE_NO, "closed_on": "2021-03-05"})
    workstation.register_case(actor, {"case_no": OTHER})
    workstation.save_archival_settings(actor, values={"fonds": "J380", "unit.criminal": "XS"})
    yield workstation


def test_numbers_run_by_year_term_and_unit(court: Workstation, actor: Actor) -> None:
    assert court.archival_code(CASE_NO).next_code == "J380-ZY·2021-D60-FGC-0001"
    view = court.assign_archival_code(actor, CASE_NO)
    assert view.code == "J380-ZY·2021-D60-FGC-0001"
    assert view.parts == {"fonds": "J380", "catalogue": "ZY·2021-D60-FGC", "number": "0001"}
    assert court.assign_archival_code(actor, OTHER).code == "J380-ZY·2021-D60-XS-0001"
    court.register_case(actor, {"case_no": "（2021）辽0899民初9号"})
    third = court.assign_archival_code(actor, "（2021）辽0899民初9号")
    assert third.code == "J380-ZY·2021-D60-FGC-0002"
    # Asking again gives the same number, for nobody else has it.
    assert court.assign_archival_code(actor, "（2021）辽0899民初9号").code == third.code
    last = court.history(CASE_NO)[-1]
    assert (last.action, last.details["code"]) == ("archival_code_assigned", view.code)


def test_a_code_is_one_case_s_own_and_fits_it(court: Workstation, actor: Actor) -> None:
    court.assign_archival_code(actor, CASE_NO)
    court.register_case(actor, {"case_no": "（2021）辽0899民初9号"})
    for text, code in (
        ("j380－ZY•2021-D60-FGC-0001", "ACD-108"),
        ("J380-ZY·2021-Y-FGC-0001", "ACD-109"),
        ("J381-ZY·2021-D60-FGC-0001", "ACD-109"),
        ("0001", "ACD-101"),
    ):
        with pytest.raises(Fault) as caught:
            court.assign_archival_code(actor, "（2021）辽0899民初9号", text)
        assert caught.value.code == code
    assert court.archival_code("（2021）辽0899民初9号").code == ""
    view = court.assign_archival_code(actor, CASE_NO, "J380-ZY·2020-D60-FGC-0042")
    assert (view.code, view.parts["number"]) == ("J380-ZY·2020-D60-FGC-0042", "0042")


def test_another_term_of_keeping_makes_the_code_doubtful(court: Workstation, actor: Actor) -> None:
    court.assign_archival_code(actor, CASE_NO)
    view = court.set_retention(actor, CASE_NO, "永久", " 审判委员会决定 ")
    assert (view.retention, view.settled_by, view.remark) == ("永久", actor.name, "审判委员会决定")
    assert (view.proposal, view.reasons[0].reason) == ("长期", "没有适用的专门规定，按一般案件")
    last = court.history(CASE_NO)[-1]
    assert (last.action, last.details["before"]) == ("retention_set", "长期")
    code = court.archival_code(CASE_NO)
    assert code.differs == ("保管期限",)
    assert court.assign_archival_code(actor, CASE_NO).code == "J380-ZY·2021-Y-FGC-0001"
    with pytest.raises(Fault) as caught:
        court.set_retention(actor, CASE_NO, "十年")
    assert caught.value.code == "RET-101"


def test_only_the_administrator_sets_the_pattern(court: Workstation, tmp_path: Path) -> None:
    for role in (ARCHIVIST, CLERK):
        with pytest.raises(Refused) as caught:
            court.save_archival_settings(Actor(name="甲", role=role), values={"fonds": "J1"})
        assert caught.value.code == "ACC-101"
    with pytest.raises(Refused):
        court.assign_archival_code(Actor(name="甲", role=CLERK), CASE_NO)
    with pytest.raises(Refused):
        court.set_retention(Actor(name="甲", role=CLERK), CASE_NO, "永久")


def test_a_pattern_of_the_court_and_a_first_number(
    court: Workstation, actor: Actor, tmp_path: Path
) -> None:
    court.assign_archival_code(actor, OTHER)
    view = court.save_archival_settings(
        actor, pattern="volume", values={"catalogue": "12"}, first=300
    )
    assert [(row.name, row.value) for row in view.fields] == [
        ("fonds", "J380"),
        ("catalogue", "12"),
    ]
    assert court.assign_archival_code(actor, CASE_NO).code == "J380-12-0300"
    # What was given by the earlier pattern keeps its parts.
    assert court.archival_code(OTHER).parts["catalogue"] == "ZY·2021-D60-XS"
    for changes, code in (
        ({"first": 0}, "ACD-110"),
        ({"file": tmp_path / "没有.toml"}, "ACD-111"),
        ({"pattern": "pieces"}, "ARC-207"),
        ({"values": {"unit": "A"}}, "ACD-105"),
    ):
        with pytest.raises(Fault) as caught:
            court.save_archival_settings(actor, **changes)  # type: ignore[arg-type]
        assert caught.value.code == code
    assert court.archival_settings() == view


def test_lists_bring_codes_and_terms_and_bad_rows_are_named(
    court: Workstation, actor: Actor, tmp_path: Path
) -> None:
    court.assign_archival_code(actor, CASE_NO)
    rows = [
        {
            "case_no": "（2021）辽0899民初11号",
            "retention": "60年",
            "archival_code": "J380-ZY·2021-D60-FGC-0008",
        },
        {"case_no": "（2021）辽0899民初12号", "retention": "十年"},
        {"case_no": "（2021）辽0899民初13号", "archival_code": "J380-ZY·2021-D60-FGC-0001"},
        {"case_no": "（2021）辽0899民初14号", "archival_code": "随便"},
    ]
    path = tmp_path / "清单.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    result = court.import_cases(actor, path)
    assert result["imported"] == 1
    codes = [(row["row"], row["fault"]["code"]) for row in result["rejected"]]
    assert codes == [(2, "RET-101"), (3, "ACD-108"), (4, "ACD-101")]
    taken = court.retention("（2021）辽0899民初11号")
    assert (taken.retention, taken.settled_by) == ("长期", actor.name)
    assert [row.action for row in court.history("（2021）辽0899民初11号")] == [
        "case_registered",
        "retention_set",
        "archival_code_assigned",
    ]
    # A bad row leaves no half case behind.
    assert len(court.cases()) == 3
    again = court.import_cases(actor, path)
    assert again["imported"] == 1
    assert len(court.history("（2021）辽0899民初11号")) == 3


def test_the_code_reaches_cover_label_and_package_and_rests_with_the_seal(
    court: Workstation, actor: Actor, dossier: Dossier, tmp_path: Path
) -> None:
    court.register_case(actor, {"case_no": CASE_NO, "court": "澄溪市河东区人民法院"})
    court.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    court.process(actor, CASE_NO)
    court.catalogue(actor, CASE_NO)
    assert court.retention(CASE_NO).reasons[0].reason == "以判决结案的一般民事案件"
    code = court.assign_archival_code(actor, CASE_NO).code
    papers, labels = court.write_binding_papers(actor, CASE_NO, tmp_path / "装订")
    document = pypdfium2.PdfDocument(papers)
    cover = document[0].get_textpage().get_text_bounded()
    document.close()
    for word in (f"档号：{code}", "J380", "ZY·2021-D60-FGC", "0001"):
        assert word in cover
    document = pypdfium2.PdfDocument(labels)
    label = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "380" in label and "0001" in label
    court.reconcile(actor, CASE_NO)
    for row in court.reconciliation(CASE_NO).discrepancies:  # type: ignore[union-attr]
        court.resolve(actor, row.id, "same", "核对无误")
    court.seal(actor, CASE_NO)
    first = court.build_package(actor, CASE_NO, tmp_path / "包")
    described = next(Path(first.package).rglob("封装元数据.xml")).read_text(encoding="utf-8")
    assert f"<编码>{code}</编码>" in described
    assert "<全宗号>J380</全宗号>" in described
    assert "<目录号>ZY·2021-D60-FGC</目录号>" in described
    assert f"<档号>{code}</档号>" in (Path(first.package) / "data/目录文件.XML").read_text("utf-8")
    for attempt in (
        lambda: court.assign_archival_code(actor, CASE_NO),
        lambda: court.set_retention(actor, CASE_NO, "永久"),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code in ("ACD-107", "RET-102")
    # A later pattern of the court changes no package.
    court.save_archival_settings(actor, pattern="volume", values={"catalogue": "9"})
    assert court.build_package(actor, CASE_NO, tmp_path / "又一次").sha256 == first.sha256


def test_two_stations_never_give_one_number(storage: SqlStorage) -> None:  # noqa: F811
    """On SQLite and PostgreSQL: each writer seeks the next number and writes it."""
    people = [Actor(name=f"站{n}", role=ARCHIVIST) for n in range(4)]
    with storage.write() as tx:
        for n in range(12):
            tx.dossiers.add(DossierRecord(id=f"d{n}", case_no=f"（2021）辽0899民初{n + 1}号"))
            tx.audit.record("tester", "case_registered", "x")
        tx.commit()

    def give(n: int) -> None:
        from app.services.archival_codes import _next_code, _settings

        with storage.write() as tx:
            dossier = tx.dossiers.get(f"d{n}")
            pattern, _values, first = _settings(tx)
            code = _next_code(tx, dossier, pattern, {"fonds": "J380"}, first)
            adopt_code(tx, people[n % 4], dossier, code)
            tx.commit()

    with ThreadPoolExecutor(4) as stations:
        list(stations.map(give, range(12)))
    with storage.read() as tx:
        codes = sorted(code for (code,) in tx.dossiers.pick(("archival_code",)))
    assert codes == [f"J380-ZY·2021-D60-FGC-{n:04d}" for n in range(1, 13)]
    with pytest.raises(Refused) as caught, storage.write() as tx:
        free = attrs.evolve(tx.dossiers.get("d0"), id="d99", archival_code="")
        adopt_code(tx, people[0], free, codes[5])
    assert caught.value.code == "ACD-108"
