"""Capabilities as a form shows them, and what a request makes of them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from app.kernel.errors import BadInput, Transient
from scanner.api import Capabilities, OptionDescription
from scanner.bridge import HostedScanner
from tests.scanner_twain.scanned import Batch

Scan = Callable[..., Batch]
SIMPLEX = {"duplex": False}
ONE = SIMPLEX | {"mode": "gray"}


@pytest.fixture
def ask(twain_environment: Callable[..., dict[str, str]]) -> Callable[..., Capabilities]:
    """The capabilities of the scanner; keywords script it."""

    def run(**settings: object) -> Capabilities:
        driver = HostedScanner("twain", environment=twain_environment(**settings))
        return driver.capabilities("Scanner")

    return run


def option(found: Capabilities, name: str) -> OptionDescription:
    return next(one for one in found.options if one.name == name)


def test_sources_are_listed_by_name(
    twain_environment: Callable[..., dict[str, str]],
) -> None:
    devices = HostedScanner("twain", environment=twain_environment(sources=2)).devices()
    assert [device.source for device in devices] == ["twain:Scanner", "twain:Scanner 2"]
    assert {(device.maker, device.model) for device in devices} == {
        ("Maker", "Scanner"),
        ("Maker", "Scanner 2"),
    }


def test_no_source_is_an_empty_list(twain_environment: Callable[..., dict[str, str]]) -> None:
    assert HostedScanner("twain", environment=twain_environment(sources=0)).devices() == []


def test_the_second_source_is_found_by_its_name(scan: Scan) -> None:
    batch = scan(SIMPLEX, source="twain:Scanner 2", sources=2, sheets=1)
    assert batch.error is None
    assert len(batch.sides) == 1


def test_what_a_source_can_do(ask: Callable[..., Capabilities]) -> None:
    found = ask()
    feeder, flatbed = found.sources
    assert (feeder.kind, feeder.duplex) == ("feeder", True)
    assert (flatbed.kind, flatbed.duplex) == ("flatbed", False)
    assert feeder.resolutions == (150, 200, 300, 600)
    assert feeder.modes == ("color", "gray", "lineart")
    assert (feeder.width_mm, feeder.height_mm) == (304.8, 863.6)
    flags = (found.brightness, found.contrast, found.multifeed, found.imprinter)
    assert flags == (True, True, True, True)
    assert (found.long_paper, found.dual_stream) == (True, True)


def test_what_a_source_lacks_is_not_claimed(ask: Callable[..., Capabilities]) -> None:
    found = ask(lacks="1002,1101,1103,103F,1027,112D,1158,1036", duplex=0)
    assert [way.kind for way in found.sources] == ["flatbed"]
    flags = (found.brightness, found.contrast, found.multifeed, found.imprinter)
    assert flags == (False, False, False, False)
    assert (found.long_paper, found.dual_stream) == (False, False)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "ICAP_XRESOLUTION",
            {"type": "float", "unit": "dpi", "choices": (150.0, 200.0, 300.0, 600.0), "value": 200},
        ),
        (
            "ICAP_YRESOLUTION",
            {"type": "float", "minimum": 50, "maximum": 600, "step": 25, "value": 200},
        ),
        ("ICAP_PIXELTYPE", {"type": "text", "choices": ("BW", "GRAY", "RGB"), "value": "BW"}),
        ("ICAP_BRIGHTNESS", {"type": "float", "minimum": -1000, "maximum": 1000, "step": 50}),
        ("CAP_DUPLEXENABLED", {"type": "bool", "value": False, "choices": ()}),
        ("CAP_SERIALNUMBER", {"type": "text", "value": "SN-0042", "settable": False}),
        ("CAP_CAMERAORDER", {"type": "text", "value": "2,0", "advanced": True}),
        ("ICAP_FRAMES", {"type": "text", "value": "0,0,8.25,11.5", "settable": False}),
        ("ICAP_AUTODISCARDBLANKPAGES", {"type": "int", "choices": (-2, -1), "value": -1}),
        ("CAP_0x8001", {"type": "int", "minimum": -10, "maximum": 10, "step": 5, "value": 0}),
        ("CAP_0x8002", {"type": "text", "choices": ("plain", "fancy"), "value": "plain"}),
        ("CAP_PRINTER", {"choices": ("IMPRINTERTOPBEFORE", "ENDORSERBOTTOMBEFORE")}),
    ],
)
def test_every_capability_is_described(
    settings_once: Capabilities, name: str, wanted: dict[str, Any]
) -> None:
    described = option(settings_once, name)
    assert {key: getattr(described, key) for key in wanted} == wanted
    assert described.title
    assert described.group


def test_the_source_is_closed_before_the_answer(
    ask: Callable[..., Capabilities], tmp_path: Any
) -> None:
    ask()
    lines = (tmp_path / "trace").read_text().splitlines()
    assert "HANDLES open=0 locked=0" in lines
    assert not [line for line in lines if "VIOLATION" in line]


@pytest.mark.parametrize(
    ("options", "capability", "value"),
    [
        ({"CAP_0x8001": -5}, 0x8001, "-5"),
        ({"CAP_0x8002": "fancy"}, 0x8002, "0 fancy"),
        ({"icap_brightness": 150}, 0x1101, "150"),
        ({"ICAP_AUTODISCARDBLANKPAGES": "-1"}, 0x1134, "-1"),
        ({"ICAP_XRESOLUTION": "600"}, 0x1118, "600"),
        ({"CAP_DUPLEXENABLED": "yes"}, 0x1013, "1"),
        ({"ICAP_PIXELTYPE": "RGB"}, 0x0101, "2"),
        ({"CAP_PRINTERSTRING": "京"}, 0x102A, "0 京"),
        ({"cache": "/nowhere", "start_sheet": 3}, 0x0101, "1"),
    ],
)
def test_options_of_a_profile_win(
    scan: Scan, options: dict[str, Any], capability: int, value: str
) -> None:
    batch = scan(ONE | {"options": options}, sheets=1)
    assert batch.error is None
    assert batch.warnings == []
    assert batch.value_set(capability) == value


def test_an_option_may_switch_both_sides_on(scan: Scan) -> None:
    batch = scan(ONE | {"options": {"CAP_DUPLEXENABLED": True}}, sheets=1)
    assert [(side.sheet, side.face) for side in batch.sides] == [(1, "front"), (1, "back")]


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({"CAP_0x8002": "bold"}, "plain, fancy"),
        ({"CAP_0x8001": 11}, "-10 - 10"),
        ({"CAP_0x8001": 2.5}, "-10 - 10"),
        ({"ICAP_XRESOLUTION": 301}, "150, 200, 300, 600"),
        ({"ICAP_BRIGHTNESS": "hell"}, "-1000 - 1000"),
        ({"ICAP_BRIGHTNESS": 99999}, "-1000 - 1000"),
        ({"CAP_NOTHING": 1}, ""),
        ({"CAP_0x8FFF": 1}, ""),
        ({"CAP_SERIALNUMBER": "mine"}, ""),
        ({"CAP_DUPLEXENABLED": "perhaps"}, "0, 1"),
        ({"ICAP_JPEGQUALITY": 0}, "1 - 100"),
        ({"transfer": "fax"}, "native, file, memory"),
        ({"custom_settings": "%%%"}, "base64"),
        ({"custom_settings": base64.b64encode(b"of another scanner").decode()}, "base64"),
    ],
)
def test_options_that_a_source_does_not_take(
    scan: Scan, options: dict[str, Any], allowed: str
) -> None:
    batch = scan(ONE | {"options": options}, sheets=1)
    assert isinstance(batch.error, BadInput)
    assert batch.error.code == "SCN-114"
    assert batch.error.parameters["allowed"] == allowed
    assert batch.sides == []


def test_a_value_that_the_source_rounds_is_read_again(scan: Scan) -> None:
    batch = scan(ONE | {"options": {"CAP_0x8001": 4, "ICAP_BRIGHTNESS": 160}}, sheets=1)
    assert batch.warnings == [
        ("SCN-212", {"option": "CAP_0x8001", "asked": "4", "got": "5"}),
        ("SCN-212", {"option": "ICAP_BRIGHTNESS", "asked": "160", "got": "150"}),
    ]


@pytest.mark.parametrize(
    ("asked", "across", "along", "warned"),
    [(300, "300", "300", False), (250, "300", "250", True), (151, "200", "175", True)],
)
def test_the_next_finer_resolution_is_chosen(
    scan: Scan, asked: int, across: str, along: str, warned: bool
) -> None:
    batch = scan(ONE | {"resolution": asked}, sheets=1)
    assert batch.codes == (["SCN-212"] if warned else [])
    assert batch.sides[0].dpi == int(across)
    # A value that is in force already is left alone.
    known = {"200": "200"}
    assert known.get(across) or batch.value_set(0x1118) == across
    assert batch.value_set(0x1119) == along


def test_a_resolution_beyond_all_is_refused(scan: Scan) -> None:
    batch = scan(ONE | {"resolution": 1200}, sheets=1)
    assert isinstance(batch.error, BadInput)
    assert batch.error.code == "SCN-114"
    assert batch.error.parameters["allowed"] == "150, 200, 300, 600"


@pytest.mark.parametrize(
    ("request_", "capability", "value"),
    [
        ({"brightness": 50}, 0x1101, "500"),
        ({"brightness": -100}, 0x1101, "-1000"),
        ({"contrast": 100}, 0x1103, "500"),
        ({"paper": "A5"}, 0x1122, "5"),
        ({"paper": "auto"}, 0x1122, "54"),
        ({"multifeed": "stop"}, 0x103F, "0"),
    ],
)
def test_wishes_become_capabilities(
    scan: Scan, request_: dict[str, Any], capability: int, value: str
) -> None:
    batch = scan(ONE | request_, sheets=1)
    assert batch.warnings == []
    assert batch.value_set(capability) == value


def test_a_level_between_two_steps_is_told(scan: Scan) -> None:
    batch = scan(ONE | {"contrast": -70, "brightness": 33}, sheets=1)
    assert batch.warnings == [
        ("SCN-212", {"option": "brightness", "asked": "330", "got": "350"}),
        ("SCN-212", {"option": "contrast", "asked": "-350", "got": "-500"}),
    ]


@pytest.mark.parametrize(
    ("paper", "layout"),
    [("16K", "LAYOUT 7283 10236"), ("B4", "LAYOUT 10118 14330")],
)
def test_a_paper_without_a_name_is_a_rectangle(scan: Scan, paper: str, layout: str) -> None:
    batch = scan(ONE | {"paper": paper}, sheets=1)
    assert batch.warnings == []
    assert layout in batch.trace


@pytest.mark.parametrize(
    ("request_", "lacks", "setting"),
    [
        ({"brightness": 10}, "1101", "brightness"),
        ({"contrast": 10}, "1103", "contrast"),
        ({"multifeed": "warn"}, "103F", "multifeed"),
        ({"multifeed": "warn"}, "1022", "multifeed"),
        ({"multifeed": "warn"}, "1042", "multifeed"),
        ({"imprint": "x{number}"}, "1027", "imprint"),
        ({"imprint": "x{number}"}, "1028", "imprint"),
        ({"imprint": "x" * 300}, "", "imprint"),
        ({"long_paper": True}, "112D,1158", "long_paper"),
        ({"dual_stream": True}, "1036", "dual_stream"),
        ({"way": "feeder", "multifeed": "off"}, "1002", "way"),
        ({"paper": "A9"}, "", "paper"),
        ({"options": {"custom_settings": "RkFLRQ=="}}, "1015", "custom_settings"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_told(
    scan: Scan, request_: dict[str, Any], lacks: str, setting: str
) -> None:
    batch = scan(ONE | request_, sheets=1, lacks=lacks)
    assert batch.error is None
    told = [values["setting"] for code, values in batch.warnings if code == "SCN-213"]
    assert told == [setting]
    assert len(batch.sides) == 1


def test_a_double_feed_that_nobody_would_hear_of_still_stops(scan: Scan) -> None:
    batch = scan(ONE | {"multifeed": "warn"}, sheets=1, lacks="1022")
    assert batch.value_set(0x103F) == "0"
    # The source was left on its own default, which is to stop.
    assert not [line for line in batch.trace if line.startswith("SET 0x1042 = 2")]


def test_what_every_profile_begins_with_is_no_warning(scan: Scan) -> None:
    assert scan(ONE, sheets=1, lacks="103F").warnings == []


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        ({"multifeed": "perhaps"}, "stop, warn, off"),
        ({"way": "roof"}, "auto, feeder, flatbed"),
        ({"mode": "sepia"}, "color, gray, lineart"),
    ],
)
def test_a_request_that_makes_no_sense(scan: Scan, request_: dict[str, Any], allowed: str) -> None:
    batch = scan(ONE | request_, sheets=1)
    assert isinstance(batch.error, BadInput)
    assert (batch.error.code, batch.error.parameters["allowed"]) == ("SCN-114", allowed)


def test_half_a_text_is_never_printed(scan: Scan) -> None:
    batch = scan(ONE | {"imprint": "京{number}"}, sheets=1, lacks="1028")
    assert batch.value_set(0x1027) == "0"
    assert batch.sides[0].imprint == ""


def test_no_side_is_ever_discarded_by_the_device(scan: Scan) -> None:
    assert scan(ONE, sheets=1).value_set(0x1134) == "-2"


def test_settings_are_handed_out_and_in_again(
    ask: Callable[..., Capabilities], scan: Scan, settings_once: Capabilities
) -> None:
    blob = option(settings_once, "custom_settings")
    assert blob.advanced
    assert isinstance(blob.value, str)
    data = bytearray(base64.b64decode(blob.value))
    assert data[:4] == b"FAKE"
    changed = base64.b64encode(bytes(data)).decode()
    batch = scan(ONE | {"options": {"custom_settings": changed}}, sheets=1)
    assert batch.error is None
    assert any(line.startswith("CALL 1/0xC/0x6") for line in batch.trace)


def test_a_source_that_keeps_no_settings_offers_none(ask: Callable[..., Capabilities]) -> None:
    names = [one.name for one in ask(lacks="1015").options]
    assert "custom_settings" not in names
    assert "ICAP_XRESOLUTION" in names


def test_the_capabilities_of_a_device_that_is_off(ask: Callable[..., Capabilities]) -> None:
    with pytest.raises(Transient) as caught:
        ask(online=0)
    assert caught.value.code == "SCN-102"
