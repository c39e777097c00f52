"""The wishes of a request in the words of the backends, on option tables of known scanners."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput
from scanner.api import ScanRequest
from scanner.drivers.sane_capabilities import read_capabilities
from scanner.drivers.sane_library import INFO_RELOAD_OPTIONS, OptionEntry, ValueType
from scanner.drivers.sane_options import SaneOptions
from scanner.drivers.sane_request import apply_request
from scanner.drivers.sane_sources import feeds, gives_both_sides
from scanner.drivers.sane_values import empty_buffer, from_buffer, number_of, to_buffer, word_of
from scanner.drivers.sane_wishes import double_fed, printed_text, prints

ONE = 65536
Table = dict[str, tuple[OptionEntry, Any]]


def words(name: str, *choices: str, **more: Any) -> tuple[OptionEntry, Any]:
    entry = OptionEntry(index=0, name=name, type=ValueType.STRING, size=32, strings=choices, **more)
    return entry, choices[0]


def text(name: str, size: int, **more: Any) -> tuple[OptionEntry, Any]:
    return OptionEntry(index=0, name=name, type=ValueType.STRING, size=size, **more), ""


def switch(name: str, *, value: bool = False, **more: Any) -> tuple[OptionEntry, Any]:
    return OptionEntry(index=0, name=name, type=ValueType.BOOL, size=4, **more), value


def sensor(name: str) -> tuple[OptionEntry, Any]:
    return switch(name, selectable=False)


def number(name: str, low: int, high: int, **more: Any) -> tuple[OptionEntry, Any]:
    entry = OptionEntry(index=0, name=name, type=ValueType.INT, size=4, low=low, high=high, **more)
    return entry, low


def length(name: str, high: float, value: float = 0.0) -> tuple[OptionEntry, Any]:
    limit = int(high * ONE)
    entry = OptionEntry(index=0, name=name, type=ValueType.FIXED, size=4, unit=3, low=0, high=limit)
    return entry, value


def table(*rows: tuple[OptionEntry, Any]) -> Table:
    return {
        entry.name: (replace(entry, index=index), value)
        for index, (entry, value) in enumerate(rows, 1)
    }


def area(width: float, height: float) -> list[tuple[OptionEntry, Any]]:
    return [length(name, width if name.endswith("x") else height) for name in CORNERS]


CORNERS = ("tl-x", "tl-y", "br-x", "br-y")

FUJITSU = table(
    words("source", "Flatbed", "ADF Front", "ADF Back", "ADF Duplex"),
    words("mode", "Lineart", "Halftone", "Gray", "Color"),
    number("resolution", 50, 600, unit=4),
    length("page-width", 221.121, 215.872),
    length("page-height", 863.489, 279.364),
    *area(215.9, 355.6),
    number("brightness", -127, 127),
    number("contrast", -127, 127),
    words("df-action", "Default", "Continue", "Stop"),
    switch("df-skew"),
    switch("df-thickness"),
    switch("df-length"),
    switch("ald"),
    switch("awd"),
    switch("endorser"),
    number("endorser-bits", 16, 24),
    number("endorser-val", 0, 16777215),
    number("endorser-step", -2, 2),
    text("endorser-string", 81),
    sensor("page-loaded"),
    sensor("double-feed"),
    sensor("duplex"),
)
CANON_DR = table(
    words("source", "ADF Front", "ADF Back", "ADF Duplex"),
    words("mode", "Lineart", "Gray", "Color"),
    number("resolution", 100, 600, unit=4),
    length("page-width", 224.846),
    length("page-height", 355.6),
    *area(224.846, 355.6),
    number("brightness", -127, 127),
    switch("df-length"),
    switch("df-thickness"),
    text("pre-imprint-string", 33),
)
KVS40XX = table(
    words("mode", "bw", "gray", "color"),
    number("resolution", 100, 600, unit=4),
    switch("duplex"),
    words("source", "adf", "fb"),
    words("feeder-mode", "single", "continuous"),
    switch("long-paper"),
    switch("dfeed"),
    switch("dfstop", value=True),
    words("paper-size", "user_def", "A3", "A4", "A5", "Letter"),
    *area(297.0, 432.0),
    number("brightness", 0, 255),
)
HS2P = table(
    words("source", "FB", "ADF"),
    words("mode", "Lineart", "Gray"),
    number("resolution", 100, 800, unit=4),
    switch("duplex"),
    switch("endorser"),
    text("endorser-string", 20),
    switch("auto-size"),
    *area(297.0, 432.0),
)
AVISION = table(
    words("mode", "Lineart", "Gray", "Color"),
    words("source", "Normal", "ADF Front", "ADF Duplex"),
    number("resolution", 75, 600, unit=4),
    *area(216.0, 356.0),
    number("brightness", -100, 100),
)
EPSON = table(
    words("mode", "Lineart", "Gray", "Color"),
    words("source", "Flatbed", "Automatic Document Feeder"),
    words("adf-mode", "Simplex", "Duplex"),
    number("resolution", 75, 1200, unit=4),
    *area(215.9, 297.2),
)


class Device:
    """Stands for the library and an open device with a table of options."""

    def __init__(self, rows: Table) -> None:
        self.rows = dict(rows)
        self.order: list[str] = []

    def options(self, handle: ctypes.c_void_p) -> dict[str, OptionEntry]:
        return {name: entry for name, (entry, _) in self.rows.items()}

    def control(
        self, handle: ctypes.c_void_p, entry: OptionEntry, value: Any, *, change: bool
    ) -> int:
        known, held = self.rows[entry.name]
        if change:
            self.rows[entry.name] = (known, from_buffer(entry, value))
            self.order.append(entry.name)
            return INFO_RELOAD_OPTIONS
        source = to_buffer(replace(entry, strings=()), held)
        ctypes.memmove(value, source, ctypes.sizeof(empty_buffer(entry)))
        return 0

    def __getitem__(self, name: str) -> Any:
        return self.rows[name][1]


Apply = Callable[..., tuple[Device, SaneOptions, list[tuple[str, str]]]]


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    def run(rows: Table, **wishes: Any) -> tuple[Device, SaneOptions, list[tuple[str, str]]]:
        device = Device(rows)
        options = SaneOptions(device, ctypes.c_void_p())
        request = ScanRequest(name="x", spool=tmp_path, **{"mode": "gray", **wishes})
        apply_request(options, request)
        told = [
            (warning.code, str(warning.parameters.get("setting", warning.parameters.get("option"))))
            for warning in options.warnings
        ]
        return device, options, told

    return run


@pytest.mark.parametrize("rows", [FUJITSU, CANON_DR, KVS40XX, HS2P, AVISION, EPSON])
def test_the_defaults_need_no_warning(apply: Apply, rows: Table) -> None:
    _, options, told = apply(rows)
    assert told == []
    assert feeds(options)
    assert gives_both_sides(options)


@pytest.mark.parametrize(
    ("rows", "way", "duplex", "source", "told"),
    [
        (FUJITSU, "auto", True, "ADF Duplex", []),
        (FUJITSU, "feeder", False, "ADF Front", []),
        (FUJITSU, "flatbed", True, "Flatbed", []),
        (AVISION, "flatbed", True, "Normal", []),
        (KVS40XX, "flatbed", True, "fb", []),
        (KVS40XX, "feeder", True, "adf", []),
        (EPSON, "feeder", True, "Automatic Document Feeder", []),
        (CANON_DR, "flatbed", True, "ADF Front", [("SCN-213", "way")]),
        (
            table(words("source", "Flatbed"), words("mode", "Gray")),
            "feeder",
            True,
            "Flatbed",
            [("SCN-213", "way")],
        ),
    ],
)
def test_the_way_in(
    apply: Apply, rows: Table, way: str, duplex: bool, source: str, told: list[tuple[str, str]]
) -> None:
    device, _, warned = apply(rows, way=way, duplex=duplex)
    assert device["source"] == source
    assert warned == told


def test_both_sides_and_endless_feeding_are_settings_of_their_own(apply: Apply) -> None:
    device, options, _ = apply(KVS40XX)
    assert (device["duplex"], device["feeder-mode"]) == (True, "continuous")
    device, options, _ = apply(KVS40XX, way="flatbed")
    assert device["duplex"] is False
    assert not feeds(options)
    assert apply(EPSON, duplex=False)[0]["adf-mode"] == "Simplex"
    assert apply(EPSON)[0]["adf-mode"] == "Duplex"


@pytest.mark.parametrize("way", ["", "upside"])
def test_a_way_that_does_not_exist(apply: Apply, way: str) -> None:
    with pytest.raises(BadInput) as caught:
        apply(FUJITSU, way=way)
    assert caught.value.parameters["option"] == "way"


def test_paper_sets_page_and_corners(apply: Apply) -> None:
    device, _, told = apply(FUJITSU, paper="A5")
    size = [device[name] for name in ("page-width", "page-height", *CORNERS)]
    assert size == pytest.approx([148.0, 210.0, 0.0, 0.0, 148.0, 210.0], abs=0.01)
    assert device.order.index("page-width") < device.order.index("br-x")
    assert told == []


def test_paper_has_a_name_at_some_devices(apply: Apply) -> None:
    assert apply(KVS40XX, paper="A3")[0]["paper-size"] == "A3"
    assert apply(KVS40XX, paper="A4")[0]["paper-size"] == "A4"
    device, _, told = apply(KVS40XX, paper="B5")
    assert device["paper-size"] == "user_def"
    assert (device["br-x"], device["br-y"]) == pytest.approx((182.0, 257.0), abs=0.01)
    assert told == []


def test_paper_that_is_larger_than_the_device(apply: Apply) -> None:
    device, _, told = apply(AVISION, paper="A3")
    assert device["br-x"] == pytest.approx(216.0, abs=0.01)
    assert told == [("SCN-213", "paper")]


def test_paper_found_by_the_device(apply: Apply) -> None:
    device, _, told = apply(FUJITSU, paper="auto")
    assert (device["ald"], device["awd"]) == (True, True)
    assert device["br-y"] == pytest.approx(355.6, abs=0.01)
    assert told == []
    assert apply(HS2P, paper="auto")[0]["auto-size"] is True
    with pytest.raises(BadInput):
        apply(FUJITSU, paper="A17")


@pytest.mark.parametrize(
    ("rows", "share", "expected"),
    [
        (FUJITSU, 100, 127),
        (FUJITSU, -50, -64),
        (AVISION, 30, 30),
        (KVS40XX, 100, 255),
        (KVS40XX, -100, 0),
        (KVS40XX, 20, 153),
    ],
)
def test_brightness_in_the_range_of_the_device(
    apply: Apply, rows: Table, share: int, expected: int
) -> None:
    device, _, told = apply(rows, brightness=share)
    assert device["brightness"] == expected
    assert told == []


def test_what_the_device_cannot_set_is_told(apply: Apply) -> None:
    _, _, told = apply(EPSON, brightness=5, contrast=-5, dual_stream=True, multifeed="warn")
    assert sorted(told) == [
        ("SCN-213", "brightness"),
        ("SCN-213", "contrast"),
        ("SCN-213", "dual_stream"),
        ("SCN-213", "multifeed"),
    ]
    with pytest.raises(BadInput):
        apply(FUJITSU, brightness=101)


def test_a_double_feed_stops_the_batch(apply: Apply) -> None:
    device, _, _ = apply(FUJITSU)
    assert (device["df-action"], device["df-thickness"], device["df-length"]) == (
        "Stop",
        True,
        False,
    )
    device, _, _ = apply(CANON_DR)
    assert (device["df-thickness"], device["df-length"]) == (True, False)
    device, _, _ = apply(KVS40XX)
    assert (device["dfeed"], device["dfstop"]) == (True, False)


def test_length_decides_where_there_is_nothing_better(apply: Apply) -> None:
    rows = {name: row for name, row in CANON_DR.items() if name != "df-thickness"}
    assert apply(rows)[0]["df-length"] is True


def test_a_double_feed_is_only_told(apply: Apply) -> None:
    device, options, told = apply(FUJITSU, multifeed="warn")
    assert (device["df-action"], device["df-thickness"]) == ("Continue", True)
    assert told == []
    assert not double_fed(options)
    entry, _ = device.rows["double-feed"]
    device.rows["double-feed"] = (entry, True)
    assert double_fed(options)
    # A device that cannot say it afterwards goes on stopping.
    device, options, told = apply(CANON_DR, multifeed="warn")
    assert device["df-thickness"] is True
    assert told == [("SCN-213", "multifeed")]
    assert not double_fed(options)


def test_a_double_feed_does_not_matter(apply: Apply) -> None:
    device, _, told = apply(FUJITSU, multifeed="off")
    assert (device["df-action"], device["df-thickness"]) == ("Default", False)
    assert apply(KVS40XX, multifeed="off")[0]["dfeed"] is False
    assert apply(EPSON, multifeed="off")[2] == told == []
    with pytest.raises(BadInput):
        apply(FUJITSU, multifeed="perhaps")


def test_the_imprinter_counts(apply: Apply, tmp_path: Path) -> None:
    device, options, told = apply(FUJITSU, imprint="0104-{number}", imprint_start=17)
    assert told == []
    assert device["endorser"] is True
    assert device["endorser-string"] == "0104-%05ud"
    assert (device["endorser-val"], device["endorser-step"]) == (17, 1)
    assert prints(options)
    request = ScanRequest(name="x", spool=tmp_path, imprint="0104-{number}", imprint_start=17)
    assert [printed_text(request, sheet) for sheet in (1, 2)] == ["0104-00017", "0104-00018"]


def test_a_large_number_needs_the_long_counter(apply: Apply, tmp_path: Path) -> None:
    device, _, _ = apply(FUJITSU, imprint="{number}", imprint_start=123_456)
    assert (device["endorser-string"], device["endorser-bits"]) == ("%08ud", 24)
    request = ScanRequest(name="x", spool=tmp_path, imprint="{number}", imprint_start=123_456)
    assert printed_text(request, 1) == "00123456"


def test_imprinters_without_a_counter_print_fixed_text(apply: Apply) -> None:
    assert apply(CANON_DR, imprint="民初104")[0]["pre-imprint-string"] == "民初104"
    device, _, told = apply(HS2P, imprint="ARCHIVED")
    assert (device["endorser"], device["endorser-string"], told) == (True, "ARCHIVED", [])


@pytest.mark.parametrize(
    ("rows", "imprint"),
    [
        (EPSON, "A"),
        (HS2P, "more than nineteen characters"),
        (HS2P, "{number}"),
        (CANON_DR, "A{number}"),
        (FUJITSU, "{number} behind"),
    ],
)
def test_an_imprint_that_cannot_be_printed(apply: Apply, rows: Table, imprint: str) -> None:
    device, options, told = apply(rows, imprint=imprint)
    assert told == [("SCN-213", "imprint")]
    assert not (prints(options) and "endorser" in device.rows)


def test_the_imprinter_of_the_last_batch_is_switched_off(apply: Apply) -> None:
    entry, _ = FUJITSU["endorser"]
    device, _, _ = apply(FUJITSU | {"endorser": (entry, True)})
    assert device["endorser"] is False


def test_long_paper(apply: Apply) -> None:
    device, _, told = apply(FUJITSU, long_paper=True)
    assert device["ald"] is True
    assert device["page-height"] == pytest.approx(863.489, abs=0.01)
    assert device["page-width"] == pytest.approx(210.0, abs=0.01)
    assert told == []
    assert apply(KVS40XX, long_paper=True)[0]["long-paper"] is True
    rows = {name: row for name, row in EPSON.items() if name not in CORNERS}
    assert apply(rows, long_paper=True)[2] == [("SCN-213", "long_paper")]


def test_options_by_name_win_over_everything(apply: Apply) -> None:
    own = {"df-thickness": False, "endorser": False, "brightness": 3, "br-y": 100, "ald": False}
    device, _, told = apply(
        FUJITSU, options=own, brightness=50, imprint="A", long_paper=True, paper="A3"
    )
    assert {name: device[name] for name in own} == own
    assert ("SCN-213", "brightness") not in told


def test_the_capabilities_of_known_scanners() -> None:
    found = read_capabilities(SaneOptions(Device(FUJITSU), ctypes.c_void_p()))
    assert [(one.kind, one.name, one.duplex) for one in found.sources] == [
        ("flatbed", "Flatbed", False),
        ("feeder", "ADF Front", False),
        ("feeder", "ADF Back", False),
        ("feeder", "ADF Duplex", True),
    ]
    assert found.brightness and found.multifeed and found.imprinter and found.long_paper
    assert not found.dual_stream
    assert (found.sources[0].minimum_resolution, found.sources[0].maximum_resolution) == (50, 600)
    epson = read_capabilities(SaneOptions(Device(EPSON), ctypes.c_void_p()))
    assert [one.duplex for one in epson.sources] == [False, True]
    assert not (epson.multifeed or epson.imprinter or epson.long_paper)


def test_what_is_shown_is_taken_back() -> None:
    thirds = (round(ONE * 12.1) - 1, round(ONE * 100 / 3))
    entry = OptionEntry(index=1, name="x", type=ValueType.FIXED, size=4, words=thirds)
    shown = [number_of(entry, word) for word in thirds]
    assert [word_of(entry, value) for value in shown] == list(thirds)
    limited = OptionEntry(index=1, name="x", type=ValueType.FIXED, size=4, low=7, high=23304601)
    assert word_of(limited, number_of(limited, 23304601)) == 23304601
    assert word_of(limited, number_of(limited, 7)) == 7
    for value in (355.7, -0.1, 40000, "wide"):
        with pytest.raises(BadInput):
            word_of(limited, value)
