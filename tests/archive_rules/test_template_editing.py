"""Templates that courts write: every fault at once, at its row and field; nothing crashes."""

from __future__ import annotations

import datetime
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_rules.case_number import parse
from archive_rules.template_editing import (
    check_table,
    class_labels,
    class_of,
    known_classes,
    readable_table,
    stored_table,
    table_of,
    toml_of,
)
from archive_rules.templates import (
    Template,
    best_of,
    load_template,
    template_from_table,
    template_names,
)


def table(**changes: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "id": "own",
        "title": "本院目录",
        "version": "1",
        "effective": datetime.date(2026, 1, 1),
        "source": "本院规定",
        "part": "main",
        "kinds": ["civil"],
        "rows": [
            {"number": 1, "title": "起诉状", "classes": ["complaint"]},
            {"number": 2, "title": "其他材料", "classes": ["other"]},
        ],
        **changes,
    }


def found(**changes: Any) -> list[tuple[str, int, str]]:
    return [(fault.code, fault.row, fault.key) for fault in check_table(table(**changes))]


def rows(*entries: tuple[int, str, list[str]]) -> list[dict[str, Any]]:
    return [
        {"number": number, "title": title, "classes": classes} for number, title, classes in entries
    ]


def test_a_good_table_has_no_faults() -> None:
    assert found() == []
    assert found(effective="2026-01-01", type_codes=["民快"], kinds=[]) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"colour": "red"}, ("unknown_key", 0, "colour")),
        ({"title": None}, ("missing", 0, "title")),
        ({"title": "  "}, ("empty", 0, "title")),
        ({"source": 5}, ("empty", 0, "source")),
        ({"schema": 2}, ("schema", 0, "schema")),
        ({"id": "a b"}, ("name", 0, "id")),
        ({"id": "civil_first"}, ("name_packaged", 0, "id")),
        ({"version": "1/2"}, ("version", 0, "version")),
        ({"effective": "2026-02-30"}, ("day", 0, "effective")),
        ({"effective": 2026}, ("day", 0, "effective")),
        ({"part": "left"}, ("part", 0, "part")),
        ({"part": ["main"]}, ("part", 0, "part")),
        ({"kinds": ["civl"]}, ("kind", 0, "kinds")),
        ({"kinds": "civil"}, ("no_list", 0, "kinds")),
        ({"type_codes": ["民初5"]}, ("type_code", 0, "type_codes")),
        ({"rows": []}, ("no_rows", 0, "rows")),
        ({"rows": 7}, ("no_list", 0, "rows")),
        ({"rows": [5, *rows((2, "其他", ["other"]))]}, ("no_row", 1, "rows")),
        ({"rows": rows((2, "其他", ["other"]))}, ("number", 1, "number")),
        ({"rows": rows((1, "", ["fee"]), (2, "其他", ["other"]))}, ("empty", 1, "title")),
        (
            {"rows": rows((1, "其 他", ["fee"]), (2, "其他", ["other"]))},
            ("title_twice", 2, "title"),
        ),
        ({"rows": rows((1, "费", ["fees"]), (2, "其他", ["other"]))}, ("class", 1, "classes")),
        (
            {"rows": rows((1, "费", ["fee", "fee"]), (2, "其他", ["other"]))},
            ("class_twice", 1, "classes"),
        ),
        ({"rows": rows((1, "长" * 121, ["other"]))}, ("long", 1, "title")),
        ({"rows": rows((1, "费", ["fee"]))}, ("other_missing", 1, "classes")),
        (
            {"rows": rows((1, "其他", ["other"]), (2, "费", ["fee"]))},
            ("other_not_last", 1, "classes"),
        ),
        (
            {"rows": rows((1, "未列", ["other"]), (2, "其他", ["other"]))},
            ("other_twice", 2, "classes"),
        ),
        (
            {"rows": [{"number": 1, "title": "其他", "classes": ["other"], "colour": 1}]},
            ("unknown_key", 1, "colour"),
        ),
        ({"rows": [{"number": 1, "title": "其他"}]}, ("missing", 1, "classes")),
    ],
)
def test_every_fault_is_told_at_its_place(
    changes: dict[str, Any], fault: tuple[str, int, str]
) -> None:
    assert fault in found(**changes)


def test_all_faults_come_at_once_and_with_the_nearest_name() -> None:
    broken = table(
        part="left",
        versoin="2",
        rows=rows((1, "诉状", ["complain"]), (3, "诉状", ["other"]), (3, "", ["fee"])),
    )
    faults = check_table(broken, used={("own", "1")})
    assert {(fault.code, fault.row) for fault in faults} == {
        ("unknown_key", 0),
        ("part", 0),
        ("version_used", 0),
        ("class", 1),
        ("number", 2),
        ("title_twice", 2),
        ("empty", 3),
        ("other_not_last", 2),
    }
    nearest = {fault.key: fault.parameters.get("nearest") for fault in faults}
    assert (nearest["versoin"], nearest["part"]) == ("version", None)
    assert next(f for f in faults if f.code == "class").parameters["nearest"] == "complaint"


def test_papers_of_the_volume_may_stand_behind_what_is_not_listed() -> None:
    own = rows((1, "其他", ["other"]), (2, "备考表", ["dossier_remarks"]))
    assert found(rows=own) == []


@pytest.mark.parametrize("name", template_names())
def test_packaged_templates_are_copied_and_read_back(name: str) -> None:
    template = load_template(name)
    copied = table_of(template)
    assert template_from_table(readable_table(copied), name=name) == template
    assert template_from_table(tomllib.loads(toml_of(copied)), name=name) == template
    assert stored_table(tomllib.loads(toml_of(copied))) == copied
    codes = {fault.code for fault in check_table({**copied, "id": "own"})}
    # The list of 1991 knows no row for what is not listed.
    assert codes == ({"other_missing"} if name == "criminal_first" else set())


def test_classes_are_told_by_titles_of_documents() -> None:
    labels = class_labels()
    assert set(labels) == set(known_classes())
    assert len(set(labels.values())) == len(labels)
    assert (labels["delivery"], labels["other"]) == ("送达回证", "未列材料")
    assert all(class_of(label) == name for name, label in labels.items())
    assert (class_of("delivery"), class_of(" 传票 "), class_of("无此物")) == (
        "delivery",
        "summons",
        "无此物",
    )


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates(),
        st.sampled_from(["main", "civil", "other", "2026-01-01", "own"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["number", "title", "classes", "x"]), inner, max_size=4),
    ),
    max_leaves=12,
)
KEYS = st.sampled_from([*table(), "type_codes", "colour"])


@given(broken=st.dictionaries(KEYS, VALUES))
def test_no_table_does_harm(broken: dict[str, Any]) -> None:
    faults = check_table({**table(), **broken})
    assert all(fault.code and fault.row >= 0 for fault in faults)
    if not faults:
        made = readable_table(stored_table({**table(), **broken}))
        assert isinstance(template_from_table(made, name="own"), Template)


def test_the_best_of_several_templates() -> None:
    def made(**changes: Any) -> Template:
        return template_from_table(table(**changes), name="own")

    day = datetime.date(2026, 6, 1)
    broad, narrow = made(), made(version="2", type_codes=["民初"])
    later = made(version="3", effective=datetime.date(2026, 5, 1))
    future = made(version="4", effective=datetime.date(2026, 7, 1))
    first, final = parse("（2026）辽0882民初1号"), parse("（2026）辽08民终1号")
    everything = [broad, narrow, later, future]
    assert best_of(everything, first, "main", day) is narrow
    assert best_of(everything, final, "main", day) is later
    assert best_of([broad, made(version="5")], final, "main", day).version == "5"  # type: ignore[union-attr]
    assert best_of(everything, final, "restricted", day) is None
    assert best_of(everything, parse("（2026）辽08刑终1号"), "main", day) is None
