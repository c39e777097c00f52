"""Reading the documents of devices: capabilities and status as makers write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import BadInput
from scanner.api import Capabilities, ScanRequest
from scanner.drivers.escl_address import parse_address, redirected
from scanner.drivers.escl_capabilities import as_capabilities, read_capabilities
from scanner.drivers.escl_settings import ScanTicket, make_ticket
from scanner.drivers.escl_status import read_status
from scanner.drivers.escl_xml import NotEscl, parse
from scanner.session import capabilities_of
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]

# Ranges instead of lists, the default namespace, profiles by reference, a single A4 feeder.
RANGES = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<ScannerCapabilities xmlns="http://schemas.hp.com/imaging/escl/2011/05/03"
    xmlns:p="http://www.pwg.org/schemas/2010/12/sm">
  <p:Version>2.0</p:Version><p:MakeAndModel>Maker One</p:MakeAndModel>
  <UUID>ABCD</UUID>
  <SettingProfiles><SettingProfile name="all">
    <ColorModes><ColorMode>RGB24</ColorMode><ColorMode>Grayscale8</ColorMode></ColorModes>
    <DocumentFormats><p:DocumentFormat>image/jpeg</p:DocumentFormat></DocumentFormats>
    <SupportedResolutions><ResolutionRange>
      <XResolutionRange><Min>100</Min><Max>400</Max><Normal>300</Normal><Step>50</Step></XResolutionRange>
      <YResolutionRange><Min>100</Min><Max>400</Max><Normal>300</Normal><Step>50</Step></YResolutionRange>
    </ResolutionRange></SupportedResolutions>
  </SettingProfile></SettingProfiles>
  <Adf><AdfSimplexInputCaps>
    <MinWidth>600</MinWidth><MaxWidth>2480</MaxWidth>
    <MinHeight>600</MinHeight><MaxHeight>10200</MaxHeight>
    <SettingProfiles><SettingProfile ref="all"/></SettingProfiles>
  </AdfSimplexInputCaps></Adf>
  <BrightnessSupport><Min>0</Min><Max>1000</Max><Normal>400</Normal><Step>100</Step></BrightnessSupport>
  <ThresholdSupport><Min>9</Min><Max>1</Max></ThresholdSupport>
</ScannerCapabilities>"""


def ticket(**wishes: Any) -> ScanTicket:
    request = ScanRequest(name="x", spool=Path("x"), **wishes)
    return make_ticket(read_capabilities(RANGES), request)


def element(made: ScanTicket, name: str) -> str:
    found = [
        (one.text or "")
        for one in parse(made.settings, "ScanSettings").iter()
        if str(one.tag).endswith(f"}}{name}")
    ]
    return found[0] if found else ""


def test_capabilities_with_ranges_and_references() -> None:
    device = read_capabilities(RANGES)
    assert (device.version, device.model, device.uuid) == ("2.0", "Maker One", "abcd")
    found = as_capabilities(device, "f00d")
    (source,) = found.sources
    assert (source.kind, source.duplex, source.modes) == ("feeder", False, ("color", "gray"))
    assert (source.resolutions, source.minimum_resolution, source.maximum_resolution) == (
        (),
        100,
        400,
    )
    assert (source.width_mm, source.height_mm) == (210.0, 863.6)
    flags = (found.brightness, found.contrast, found.multifeed, found.imprinter, found.long_paper)
    assert flags == (True, False, False, False, True)
    options = {option.name: option for option in found.options}
    brightness = options["Brightness"]
    assert (brightness.minimum, brightness.maximum, brightness.step) == (0, 1000, 100)
    assert (options["certificate"].value, options["certificate"].settable) == ("f00d", True)
    # A range upside down is no range.
    assert "Threshold" not in options


@pytest.mark.parametrize(("asked", "got"), [(100, 100), (101, 150), (300, 300), (60, 100)])
def test_a_resolution_out_of_a_range(asked: int, got: int) -> None:
    made = ticket(resolution=asked)
    assert (made.resolution, element(made, "XResolution")) == (got, str(got))
    told = [warning.parameters["got"] for warning in made.warnings if warning.code == "SCN-212"]
    assert told == ([] if asked == got else [str(got)])


@pytest.mark.parametrize(("wish", "sent"), [(0, ""), (100, "1000"), (-100, "0"), (50, "700")])
def test_brightness_goes_from_the_normal_value_to_both_ends(wish: int, sent: str) -> None:
    assert element(ticket(brightness=wish), "Brightness") == sent


@pytest.mark.parametrize(
    ("wishes", "size", "told"),
    [
        ({"paper": "A4"}, ("2480", "3508"), []),
        ({"paper": "A5"}, ("1748", "2480"), []),
        ({"paper": "auto"}, ("2480", "10200"), []),
        ({"paper": "A4", "long_paper": True}, ("2480", "10200"), []),
        ({"paper": "A3"}, ("2480", "4961"), ["paper"]),
        ({"paper": "Letter"}, ("2480", "3300"), ["paper"]),
    ],
)
def test_paper_in_three_hundredths_of_an_inch(
    wishes: dict[str, Any], size: tuple[str, str], told: list[str]
) -> None:
    made = ticket(duplex=False, **wishes)
    assert (element(made, "Width"), element(made, "Height")) == size
    assert [warning.parameters["setting"] for warning in made.warnings] == told


def test_a_mode_the_device_does_not_have() -> None:
    with pytest.raises(BadInput) as caught:
        ticket(mode="lineart")
    assert caught.value.parameters["allowed"] == "color, gray"


def test_capabilities_of_the_simulator(simulate: Simulate, certificate: tuple[Path, Path]) -> None:
    found: Capabilities = capabilities_of(f"escl:{simulate(certificate=certificate).url}")
    feeder, flatbed = found.sources
    assert (feeder.kind, feeder.duplex, feeder.modes) == (
        "feeder",
        True,
        ("color", "gray", "lineart"),
    )
    assert feeder.resolutions == (75, 100, 150, 200, 300, 600, 1200)
    assert (flatbed.kind, flatbed.duplex, flatbed.height_mm) == ("flatbed", False, 297.0)
    assert (found.brightness, found.contrast, found.multifeed) == (True, True, True)
    options = {option.name: option for option in found.options}
    assert options["Intent"].choices == ("Document", "Photo", "TextAndGraphic")
    assert options["DocumentFormat"].choices == ("image/jpeg", "application/pdf", "image/tiff")
    assert (options["Threshold"].minimum, options["Threshold"].maximum) == (0, 255)
    assert len(str(options["certificate"].value)) == 64


@pytest.mark.parametrize(
    ("feeder", "trouble"),
    [
        ("ScannerAdfLoaded", ""),
        ("ScannerAdfProcessing", ""),
        ("ScannerAdfEmpty", ""),
        ("ScannerAdfJam", "jam"),
        ("ScannerAdfMispick", "jam"),
        ("ScannerAdfInputTrayFailed", "jam"),
        ("ScannerAdfInputTrayOverloaded", "jam"),
        ("ScannerAdfDoorOpen", "cover_open"),
        ("ScannerAdfHatchOpen", "cover_open"),
        ("ScannerAdfMultipickDetected", "double_feed"),
        ("ScannerAdfDuplexPageTooShort", "settings"),
        ("ScannerAdfDuplexPageTooLong", "settings"),
        ("SomethingNew", ""),
    ],
)
def test_every_state_of_a_feeder(feeder: str, trouble: str) -> None:
    text = f"<ScannerStatus><State>Idle</State><AdfState>{feeder}</AdfState></ScannerStatus>"
    status = read_status(text.encode())
    assert (status.trouble, status.feeder_empty) == (trouble, feeder == "ScannerAdfEmpty")


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [("media-jam-error", "jam"), ("cover-open", "cover_open"), ("none", "")],
)
def test_reasons_of_a_device_without_a_feeder_state(reason: str, trouble: str) -> None:
    text = "<ScannerStatus><State>Stopped</State><StateReasons>"
    text += f"<StateReason>{reason}</StateReason></StateReasons></ScannerStatus>"
    assert read_status(text.encode()).trouble == trouble


@pytest.mark.parametrize(
    "uri", ["/eSCL/ScanJobs/7", "http://host/eSCL/ScanJobs/7/", "ScanJobs/7", "7"]
)
def test_a_job_is_known_however_its_path_is_written(uri: str) -> None:
    text = (
        "<ScannerStatus><State>Processing</State><Jobs><JobInfo><JobUri>/eSCL/ScanJobs/6</JobUri>"
    )
    text += f"<JobState>Aborted</JobState></JobInfo><JobInfo><JobUri>{uri}</JobUri><JobState>"
    text += "Processing</JobState><ImagesCompleted>3</ImagesCompleted></JobInfo></Jobs>"
    job = read_status(f"{text}</ScannerStatus>".encode()).job("/eSCL/ScanJobs/7")
    assert job is not None
    assert (job.state, job.images) == ("Processing", 3)
    assert read_status(f"{text}</ScannerStatus>".encode()).job("/eSCL/ScanJobs/8") is None


@given(st.binary(max_size=200))
def test_rubbish_is_never_a_document(data: bytes) -> None:
    with pytest.raises(NotEscl):
        parse(data, "ScannerStatus")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ScannerStatus>&x;</ScannerStatus>',
        '<!DOCTYPE ScannerStatus SYSTEM "http://192.0.2.1/x.dtd"><ScannerStatus/>',
        "<ScannerStatus>&x;</ScannerStatus>",
        "<ScannerStatus>",
        "<Other/>",
        "<ScannerStatus/><ScannerStatus/>",
    ],
)
def test_entities_and_document_types_are_refused(text: str) -> None:
    with pytest.raises(NotEscl):
        parse(text.encode(), "ScannerStatus")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("192.0.2.7", "http://192.0.2.7:80/eSCL"),
        ("https://scanner/", "https://scanner:443/eSCL"),
        ("HTTP://Scanner:8080/scan/eSCL/", "http://scanner:8080/scan/eSCL"),
        ("[2001:db8::7]:9095", "http://[2001:db8::7]:9095/eSCL"),
        ("http://[fe80::1%25eth0]/eSCL", "http://[fe80::1%25eth0]:80/eSCL"),
    ],
)
def test_addresses_as_people_write_them(written: str, url: str) -> None:
    address = parse_address(written)
    assert address.url == url
    assert parse_address(address.url) == address
    assert "%" not in address.authority


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://scanner/eSCL/ScannerCapabilities", "https://scanner:443/eSCL"),
        ("/scan/ScannerCapabilities", "http://scanner:80/scan"),
        ("https://scanner/login", None),
        ("", None),
    ],
)
def test_devices_that_send_us_elsewhere(location: str, expected: str | None) -> None:
    other = redirected(parse_address("scanner"), location, "ScannerCapabilities")
    same = other is not None and other == parse_address("scanner")
    assert (None if other is None or same else other.url) == expected


@given(
    place=st.integers(0, len(RANGES) - 1),
    length=st.integers(0, 60),
    filling=st.sampled_from([b"", b"0", b"-1", b"1e999", b"nan", b"99999999999999999999", b"x"]),
    resolution=st.integers(1, 1200),
)
def test_damaged_capabilities_are_refused_or_of_use(
    place: int, length: int, filling: bytes, resolution: int
) -> None:
    damaged = RANGES[:place] + filling + RANGES[place + length :]
    try:
        device = read_capabilities(damaged)
    except NotEscl:
        return
    assert isinstance(as_capabilities(device, ""), Capabilities)
    request = ScanRequest(name="x", spool=Path("x"), resolution=resolution, brightness=30)
    try:
        made = make_ticket(device, request)
    except BadInput as fault:
        assert fault.code in ("SCN-114", "SCN-120")
    else:
        assert made.resolution > 0


@given(
    number=st.sampled_from(["0", "-5", "1", "75", "1e999", "nan", "99999999999", "", "x"]),
    tag=st.sampled_from(["Min", "Max", "Normal", "Step", "MaxWidth", "MaxHeight", "MinWidth"]),
    brightness=st.integers(-100, 100),
    resolution=st.integers(1, 1200),
)
def test_numbers_that_make_no_sense(
    number: str, tag: str, brightness: int, resolution: int
) -> None:
    text = re.sub(f"<{tag}>[^<]*</{tag}>", f"<{tag}>{number}</{tag}>", RANGES.decode())
    device = read_capabilities(text.encode())
    assert isinstance(as_capabilities(device, ""), Capabilities)
    request = ScanRequest(name="x", spool=Path("x"), resolution=resolution, brightness=brightness)
    try:
        made = make_ticket(device, request)
    except BadInput as fault:
        assert fault.code == "SCN-114"
    else:
        assert made.resolution > 0
        assert int(element(made, "Width")) > 0
