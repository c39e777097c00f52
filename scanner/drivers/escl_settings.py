"""Makes the ScanSettings of a job out of a request and of what the device offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.kernel.errors import BadInput
from scanner.api import PAPER_SIZES, ScanRequest, ScanWarning
from scanner.drivers.escl_capabilities import (
    CAMERA,
    CERTIFICATE,
    COLOR_MODES,
    FEEDER,
    FLATBED,
    LISTS,
    MILLIMETRES_PER_INCH,
    UNITS_PER_INCH,
    EsclDescription,
    InputDescription,
    NumberRange,
    SettingProfile,
    choices_of,
)
from scanner.drivers.escl_xml import PWG_NAMESPACE, SCAN_NAMESPACE

# Options that are not the device's: those of the line for every driver, and one of the driver.
_FOREIGN = frozenset({"cache", "duplex_pairs", "start_sheet", CERTIFICATE})
_WAYS = {"feeder": FEEDER, "flatbed": FLATBED}
_NUMBERS = ("XResolution", "YResolution", "XOffset", "YOffset", "Width", "Height")
_SWITCHES = ("BlankPageDetection", "MultipickDetection")
_FORMATS = ("image/jpeg", "application/pdf", "image/tiff", "image/png")
# A page in two tones is no matter for JPEG; devices send it as Group 4 inside TIFF or PDF.
_LINE_ART_FORMATS = ("image/tiff", "image/png", "application/pdf", "image/jpeg")
# Devices of A4 are often a hair smaller than A4, and so are sheets.
_TOLERANCE_UNITS = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanTicket:
    """A job ready to be asked for. `pairs`: two sides are one sheet. `resolution` in dots per
    inch; `width` is how many pixels a side should have then."""

    settings: bytes
    feeder: bool
    pairs: bool
    resolution: int
    width: int
    warnings: tuple[ScanWarning, ...]


def make_ticket(device: EsclDescription, request: ScanRequest) -> ScanTicket:
    """The job for `request` on `device`.

    Raises BadInput SCN-114 for an option, a value, a colour mode or a resolution that the device
    does not take. Other wishes that it cannot fulfil become warnings SCN-213, rounded values
    SCN-212.
    """
    return _Writer(device, request).ticket()


class _Writer:
    def __init__(self, device: EsclDescription, request: ScanRequest) -> None:
        self._device = device
        self._request = request
        self._own = {key: value for key, value in request.options.items() if key not in _FOREIGN}
        self._warnings: list[ScanWarning] = []
        self._input = self._choose_input()

    def ticket(self) -> ScanTicket:
        own, request, chosen = self._own, self._request, self._input
        self._refuse_unknown()
        color_mode = str(own.get("ColorMode") or self._color_mode())
        profiles = chosen.for_mode(color_mode) or chosen.profiles
        resolution = self._resolution(profiles)
        region = self._region()
        values: dict[str, str] = {"InputSource": chosen.word}
        values |= self._listed("ContentType")
        values |= {"ColorMode": color_mode, **self._format(profiles, color_mode)}
        values["XResolution"] = str(self._whole("XResolution", resolution))
        values["YResolution"] = str(self._whole("YResolution", resolution))
        if chosen.word == FEEDER and self._device.input(FEEDER, duplex=True) is not None:
            values["Duplex"] = "true" if chosen.duplex else "false"
        if self._one_sheet_only():
            values["NumberOfPages"] = "1"
        for name in LISTS:
            values |= self._listed(name)
        values |= self._ranges() | self._switches()
        if request.imprint:
            self._not_fulfilled("imprint", request.imprint)
        if request.dual_stream:
            self._not_fulfilled("dual_stream", "true")
        dots = int(values["XResolution"])
        return ScanTicket(
            settings=self._document(values, region),
            feeder=chosen.word == FEEDER,
            pairs=chosen.duplex,
            resolution=dots,
            width=round(region[2] * dots / UNITS_PER_INCH),
            warnings=tuple(self._warnings),
        )

    def _choose_input(self) -> InputDescription:
        device, request = self._device, self._request
        words = device.words
        wanted = str(self._own.get("InputSource") or _WAYS.get(request.way, ""))
        if not wanted:
            # The feeder when there is one.
            wanted = next((word for word in (FEEDER, FLATBED, CAMERA) if word in words), "")
        if wanted not in words:
            raise BadInput("SCN-114", option="way", value=request.way, allowed=", ".join(words))
        duplex = _switch("Duplex", self._own.get("Duplex", request.duplex))
        both, one = device.input(wanted, duplex=True), device.input(wanted)
        if duplex and both is not None:
            return both
        if duplex and wanted == FEEDER:
            self._not_fulfilled("duplex", "true")
        chosen = one or both
        if chosen is None:
            raise BadInput("SCN-114", option="way", value=request.way, allowed=", ".join(words))
        return chosen

    def _refuse_unknown(self) -> None:
        known = (
            *("InputSource", "Duplex", "ColorMode", "DocumentFormat", "Intent"),
            *(*_NUMBERS, *LISTS, *_SWITCHES, *self._device.ranges),
        )
        for name, value in self._own.items():
            if name not in known:
                raise BadInput(
                    "SCN-114", option=name, value=str(value), allowed=", ".join(sorted(known))
                )

    def _color_mode(self) -> str:
        mode = self._request.mode
        offered = choices_of((self._input,), "ColorMode")
        wanted = COLOR_MODES.get(mode, "")
        if not wanted or (offered and wanted not in offered):
            allowed = [word for word, value in COLOR_MODES.items() if value in offered]
            raise BadInput("SCN-114", option="mode", value=mode, allowed=", ".join(allowed))
        return wanted

    def _resolution(self, profiles: tuple[SettingProfile, ...]) -> int:
        """The smallest resolution on offer that is not below the one asked for: finer is safe,
        coarser breaks the standard silently."""
        asked = self._request.resolution
        discrete = sorted({value for profile in profiles for value in profile.resolutions})
        spans = [span for profile in profiles if (span := profile.resolution_range)]
        offers = [value for value in discrete if value >= asked > 0]
        offers += [_at_least(span, asked) for span in spans if 0 < asked <= span.high]
        if not offers and not discrete and not spans and asked > 0:
            return asked
        if not offers:
            allowed = ", ".join(map(str, discrete)) or f"{spans[0].low} - {spans[0].high}"
            raise BadInput("SCN-114", option="resolution", value=str(asked), allowed=allowed)
        if min(offers) != asked and "XResolution" not in self._own:
            parameters = {"option": "resolution", "asked": str(asked), "got": str(min(offers))}
            self._warnings.append(ScanWarning(code="SCN-212", parameters=parameters))
        return min(offers)

    def _region(self) -> tuple[int, int, int, int]:
        """Left, top, width and height in 1/300 inch."""
        request, (most_wide, most_high) = self._request, self._input.maximum
        if request.paper not in (*PAPER_SIZES, "auto"):
            allowed = ", ".join((*PAPER_SIZES, "auto"))
            raise BadInput("SCN-114", option="paper", value=request.paper, allowed=allowed)
        # A device that does not tell its size gets the usual page.
        size = PAPER_SIZES.get(request.paper, PAPER_SIZES["A4"])
        width, height = (_units(length) for length in size)
        known = most_wide > 0 and most_high > 0
        if known and request.paper == "auto":
            width, height = most_wide, most_high
        elif known:
            if width > most_wide + _TOLERANCE_UNITS or height > most_high + _TOLERANCE_UNITS:
                self._not_fulfilled("paper", request.paper)
            if request.long_paper and most_high <= height + _TOLERANCE_UNITS:
                self._not_fulfilled("long_paper", "true")
            height = most_high if request.long_paper else height
            width, height = min(width, most_wide), min(height, most_high)
        least_wide, least_high = self._input.minimum
        return (
            self._whole("XOffset", 0),
            self._whole("YOffset", 0),
            self._whole("Width", max(width, least_wide)),
            self._whole("Height", max(height, least_high)),
        )

    def _format(self, profiles: tuple[SettingProfile, ...], color_mode: str) -> dict[str, str]:
        plain = tuple(dict.fromkeys(name for one in profiles for name in one.formats))
        extended = tuple(dict.fromkeys(name for one in profiles for name in one.extended_formats))
        offered = (*plain, *extended)
        order = _LINE_ART_FORMATS if color_mode == COLOR_MODES["lineart"] else _FORMATS
        if "DocumentFormat" in self._own:
            chosen = self._from_list("DocumentFormat", offered)
        else:
            # A device that lists nothing has to send what every eSCL device must know.
            chosen = next((name for name in order if name in offered), "")
            if not chosen and offered:
                raise BadInput("SCN-120", format=", ".join(offered), depth=0)
            chosen = chosen or "image/jpeg"
        # Devices of version 2.1 and later read the second element, older ones the first.
        return {"DocumentFormat": chosen, **({"DocumentFormatExt": chosen} if extended else {})}

    def _one_sheet_only(self) -> bool:
        # Of a duplex device it is not written whether a page is a sheet or a side.
        one = self._request.sheets == 1 and self._input.word == FEEDER and not self._input.duplex
        return one and "SelectSinglePage" in self._device.adf_options

    def _ranges(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, wish in (
            ("Brightness", self._request.brightness),
            ("Contrast", self._request.contrast),
        ):
            span = self._device.ranges.get(name)
            if not wish or name in self._own:
                continue
            if span is None:
                self._not_fulfilled(name.lower(), str(wish))
                continue
            share = max(-100, min(100, wish)) / 100.0
            room = span.high - span.normal if share > 0 else span.normal - span.low
            values[name] = str(span.nearest(span.normal + share * room))
        for name, span in self._device.ranges.items():
            if name in self._own:
                value = self._whole(name, 0)
                if not span.low <= value <= span.high:
                    raise BadInput(
                        "SCN-114",
                        option=name,
                        value=str(value),
                        allowed=f"{span.low} - {span.high}",
                    )
                values[name] = str(value)
        return values

    def _switches(self) -> dict[str, str]:
        values = {
            name: "true" if _switch(name, self._own[name]) else "false"
            for name in _SWITCHES
            if name in self._own
        }
        # A device that cannot be told stops by itself when it notices a double feed.
        wish = self._request.multifeed
        told = "MultipickDetection" in self._device.adf_options and self._input.word == FEEDER
        if wish not in ("stop", "warn", "off"):
            raise BadInput("SCN-114", option="multifeed", value=wish, allowed="stop, warn, off")
        if told and "MultipickDetection" not in values:
            values["MultipickDetection"] = "false" if wish == "off" else "true"
        if wish == "warn" or (wish == "off" and not told):
            self._not_fulfilled("multifeed", wish)
        return values

    def _listed(self, name: str) -> dict[str, str]:
        if name not in self._own:
            return {}
        return {name: self._from_list(name, choices_of((self._input,), name))}

    def _from_list(self, name: str, offered: tuple[str, ...]) -> str:
        value = str(self._own[name])
        found = next((one for one in offered if one.lower() == value.lower()), None)
        if found is None:
            raise BadInput("SCN-114", option=name, value=value, allowed=", ".join(offered))
        return found

    def _whole(self, name: str, default: int) -> int:
        value = self._own.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="0 …") from error
        if name in _NUMBERS and not 0 <= number < 1 << 20:
            raise BadInput("SCN-114", option=name, value=str(value), allowed="0 …")
        return number

    def _not_fulfilled(self, setting: str, value: str) -> None:
        parameters = {"setting": setting, "value": value}
        self._warnings.append(ScanWarning(code="SCN-213", parameters=parameters))

    def _document(self, values: dict[str, str], region: tuple[int, int, int, int]) -> bytes:
        spaces = {"scan": SCAN_NAMESPACE, "pwg": PWG_NAMESPACE}
        root = etree.Element(f"{{{SCAN_NAMESPACE}}}ScanSettings", nsmap=spaces)
        _add(root, "pwg", "Version", self._device.version)
        intents = self._input.intents
        if "Intent" in self._own:
            _add(root, "scan", "Intent", self._from_list("Intent", intents))
        elif "Document" in intents:
            _add(root, "scan", "Intent", "Document")
        regions = etree.SubElement(root, f"{{{PWG_NAMESPACE}}}ScanRegions")
        one = etree.SubElement(regions, f"{{{PWG_NAMESPACE}}}ScanRegion")
        left, top, width, height = region
        _add(one, "pwg", "ContentRegionUnits", "escl:ThreeHundredthsOfInches")
        for name, size in (
            ("XOffset", left),
            ("YOffset", top),
            ("Width", width),
            ("Height", height),
        ):
            _add(one, "pwg", name, str(size))
        for name, value in values.items():
            space = "pwg" if name in ("InputSource", "DocumentFormat", "ContentType") else "scan"
            _add(root, space, name, value)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add(parent: etree._Element, space: str, name: str, value: str) -> None:
    namespace = SCAN_NAMESPACE if space == "scan" else PWG_NAMESPACE
    etree.SubElement(parent, f"{{{namespace}}}{name}").text = value


def _at_least(span: NumberRange, asked: int) -> int:
    steps = max(0, -((span.low - asked) // span.step)) if asked > span.low else 0
    return min(span.high, span.low + steps * span.step)


def _units(millimetres: float) -> int:
    return round(millimetres * UNITS_PER_INCH / MILLIMETRES_PER_INCH)


def _switch(name: str, value: Any) -> bool:
    if isinstance(value, str):
        lowered = value.strip().lower()
        if lowered not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
            raise BadInput("SCN-114", option=name, value=value, allowed="true, false")
        return lowered in ("true", "yes", "on", "1")
    return bool(value)
