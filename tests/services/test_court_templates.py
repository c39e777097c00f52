"""Templates of a court: published once, given to new cases, kept by old ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.workstation import Workstation
from archive_rules.case_number import CaseKind
from tests.replay import Dossier

ROWS = ("立案材料", "起诉材料", "证据", "裁判文书", "其他材料")
CLASSES = (["filing"], ["complaint"], ["evidence"], ["judgment"], ["other"])


def table(**changes: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "id": "本院民事",
        "title": "本院民事一审目录",
        "version": "1",
        "effective": "2026-01-01",
        "source": "澄溪市河东区人民法院目录规定",
        "part": "main",
        "kinds": ["civil"],
        "rows": [
            {"number": number, "title": title, "classes": classes}
            for number, (title, classes) in enumerate(zip(ROWS, CLASSES, strict=True), start=1)
        ],
        **changes,
    }


def given(workstation: Workstation, actor: Actor, case_no: str) -> str:
    workstation.register_case(actor, {"case_no": case_no})
    return workstation.case(case_no).template


def test_a_new_case_gets_the_template_of_the_court_and_an_old_one_keeps_its_own(
    workstation: Workstation, actor: Actor
) -> None:
    assert given(workstation, actor, "（2020）辽0899民初1号") == "civil_first"
    workstation.publish_template(actor, table())
    assert given(workstation, actor, "（2020）辽0899民初2号") == "本院民事@1"
    assert given(workstation, actor, "（2020）辽0899刑初2号") == "criminal_network"
    workstation.publish_template(actor, table(version="2", effective="2026-02-01"))
    workstation.publish_template(actor, table(version="3", effective="2999-01-01"))
    assert given(workstation, actor, "（2020）辽0899民初3号") == "本院民事@2"
    workstation.withdraw_template(actor, "本院民事", "2")
    assert given(workstation, actor, "（2020）辽0899民初4号") == "本院民事@1"
    assert workstation.case("（2020）辽0899民初1号").template == "civil_first"
    assert list(workstation.suggestions("（2020）辽0899民初3号").category) == list(ROWS)
    with pytest.raises(Refused) as caught:
        workstation.withdraw_template(actor, "本院民事", "2")
    assert caught.value.code == "TPL-104"


def test_type_codes_go_before_kinds_and_reach_types_of_no_table(
    workstation: Workstation, actor: Actor
) -> None:
    workstation.publish_template(actor, table())
    workstation.publish_template(actor, table(id="特别程序", kinds=[], type_codes=["民特", "民快"]))
    assert given(workstation, actor, "（2020）辽0899民特1号") == "特别程序@1"
    assert given(workstation, actor, "（2020）辽0899民快1号") == "特别程序@1"
    assert given(workstation, actor, "（2020）辽0899民终1号") == "本院民事@1"
    assert workstation.case("（2020）辽0899民快1号").doubts == ()


def test_the_restricted_part_may_have_one_of_its_own(
    workstation: Workstation, actor: Actor
) -> None:
    workstation.publish_template(actor, table(id="副卷", part="restricted"))
    case_no = "（2020）辽0899民初1号"
    assert given(workstation, actor, case_no) == "civil_first|副卷@1"
    assert len(workstation.suggestions(case_no).category) == 25
    workstation.set_template(actor, case_no, "main_unified")
    assert workstation.case(case_no).template == "main_unified@2013.1|副卷@1"
    workstation.set_template(actor, case_no, "restricted_unified")
    stored = workstation.case(case_no).template
    assert stored == "main_unified@2013.1|restricted_unified@2013.1"


def test_a_published_version_never_changes(workstation: Workstation, actor: Actor) -> None:
    workstation.publish_template(actor, table())
    with pytest.raises(BadInput) as caught:
        workstation.publish_template(actor, table(title="另一个"))
    assert (caught.value.code, caught.value.parameters["count"]) == ("TPL-102", 1)
    assert [fault.code for fault in workstation.check_template(table())] == ["version_used"]
    assert workstation.catalogue_template("本院民事").table == table()


def test_the_list_tells_where_each_comes_from(workstation: Workstation, actor: Actor) -> None:
    workstation.publish_template(actor, table())
    workstation.publish_template(actor, table(version="2"))
    workstation.withdraw_template(actor, "本院民事", "1")
    views = workstation.catalogue_templates()
    assert [(view.version, view.state) for view in views[:2]] == [
        ("2", "published"),
        ("1", "withdrawn"),
    ]
    assert {view.state for view in views[2:]} == {"packaged"}
    assert len(views) == 11
    assert workstation.catalogue_template("本院民事").view.version == "2"
    assert workstation.catalogue_template("本院民事", "1").view.state == "withdrawn"
    assert workstation.catalogue_template("civil_first@2026.1").view.rows == 25
    for name in ("本院民示", "civil_first@2031.1", "本院民事@9"):
        with pytest.raises(BadInput) as caught:
            workstation.catalogue_template(name)
        assert caught.value.code == "TPL-101"
    for name, version, code in (("civil_first", "2026.1", "TPL-103"), ("无", "1", "TPL-101")):
        with pytest.raises((BadInput, Refused)) as refused:
            workstation.withdraw_template(actor, name, version)
        assert refused.value.code == code


def test_only_whoever_may_publishes_and_everything_is_recorded(
    workstation: Workstation, actor: Actor
) -> None:
    archivist = Actor(name="沈若溪", role="archivist")
    with pytest.raises(Refused) as caught:
        workstation.publish_template(archivist, table())
    assert caught.value.code == "ACC-101"
    workstation.publish_template(actor, table())
    case_no = "（2020）辽0899民初1号"
    workstation.register_case(actor, {"case_no": case_no})
    workstation.set_template(archivist, case_no, "civil_first")
    last = workstation.history(case_no)[-1]
    assert (last.action, last.details["template"]) == ("template_set", "civil_first@2026.1")
    assert last.details["earlier"] == "本院民事@1"


def test_a_sealed_dossier_keeps_its_template(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    case_no = workstation.register_case(actor, {"case_no": dossier.case_no}).case_no
    workstation.scan(actor, case_no, f"folder:{dossier.folder}", options={"duplex_pairs": True})
    workstation.process(actor, case_no)
    workstation.catalogue(actor, case_no)
    workstation.publish_template(actor, table())
    workstation.set_template(actor, case_no, "本院民事")
    workstation.catalogue(actor, case_no)
    assert [item.category for item in workstation.items(case_no)] == ["起诉材料", "裁判文书"]
    workstation.confirm_all(actor, case_no)
    view = workstation.reconcile(actor, case_no)
    for row in view.discrepancies:
        workstation.resolve(actor, row.id, "same")
    workstation.seal(actor, case_no)
    with pytest.raises(Refused) as caught:
        workstation.set_template(actor, case_no, "civil_first")
    assert caught.value.code == "DOS-101"
    assert workstation.case(case_no).template == "本院民事@1"


def test_a_case_of_an_unknown_type_is_taken_in_and_waits_for_a_person(
    workstation: Workstation, actor: Actor
) -> None:
    case_no = "（2026）辽0882民快31号"
    assert given(workstation, actor, "(2026)辽0882民快31号") == "main_unified"
    assert workstation.case(case_no).doubts == ("case_type_unknown",)
    workstation.set_template(actor, case_no, "main_unified")
    assert workstation.case(case_no).doubts == ()


def test_the_codes_of_a_court_are_read_at_the_start(tmp_path: Path, actor: Actor) -> None:
    from app.bootstrap import CASE_CODES, open_workstation

    folder = tmp_path / "法院"
    folder.mkdir()
    codes = folder / CASE_CODES
    codes.write_text('schema = 1\n[[type]]\ncode = "民快"\nkind = "civil"\n', encoding="utf-8")
    opened = open_workstation(folder)
    try:
        case_no = opened.register_case(actor, {"case_no": "（2026）辽0882民快31号"}).case_no
        assert opened.case(case_no).doubts == ()
    finally:
        opened.close()
    codes.write_text('schema = 1\n[[type]]\ncode = "民快"\nkind = "民"\n', encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        open_workstation(folder)
    assert caught.value.code == "ARC-206"
    codes.unlink()
    again = open_workstation(folder)
    try:
        assert again.case(case_no).doubts == ("case_type_unknown",)
    finally:
        again.close()
    assert CaseKind.UNKNOWN.value == "unknown"
