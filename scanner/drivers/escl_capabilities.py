"""What an eSCL scanner says it can do (ScannerCapabilities), read and put into our words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from scanner.api import Capabilities, OptionDescription, SourceCapabilities
from scanner.drivers.escl_xml import children, descendants, first, number, parse, text, texts

UNITS_PER_INCH = 300
MILLIMETRES_PER_INCH = 25.4
FEEDER, FLATBED, CAMERA = "Feeder", "Platen", "Camera"
KINDS = {FEEDER: "feeder", FLATBED: "flatbed", CAMERA: "camera"}
# The option that holds the digest of the device's certificate.
CERTIFICATE = "certificate"
# The usual depths only: 16 bits per sample cannot travel as JPEG and help no document.
COLOR_MODES = {"color": "RGB24", "gray": "Grayscale8", "lineart": "BlackAndWhite1"}
# Settings that are numbers in a range, as `<name>Support` announces them.
RANGES = (
    "Brightness",
    "CompressionFactor",
    "Contrast",
    "Gamma",
    "Highlight",
    "NoiseRemoval",
    "Shadow",
    "Sharpen",
    "Threshold",
)
_LONG_PAPER_UNITS = 4300  # a little more than Legal, the longest sheet of an office


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberRange:
    """A setting from `low` to `high` in steps of `step`; `normal` is as delivered."""

    low: int
    high: int
    normal: int
    step: int = 1

    def nearest(self, value: float) -> int:
        """The value on the grid of the device nearest to `value`."""
        steps = round((value - self.low) / self.step)
        return max(self.low, min(self.high, self.low + steps * self.step))


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingProfile:
    """Settings that go together: these colour modes at these resolutions in these formats."""

    color_modes: tuple[str, ...]
    formats: tuple[str, ...]
    extended_formats: tuple[str, ...]
    resolutions: tuple[int, ...]
    resolution_range: NumberRange | None
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class InputDescription:
    """One way into the device, simplex or duplex; sizes in 1/300 inch."""

    word: str
    duplex: bool
    minimum: tuple[int, int]
    maximum: tuple[int, int]
    profiles: tuple[SettingProfile, ...]
    intents: tuple[str, ...]

    def for_mode(self, color_mode: str) -> tuple[SettingProfile, ...]:
        """The profiles that know this colour mode."""
        return tuple(entry for entry in self.profiles if color_mode in entry.color_modes)


@dataclass(frozen=True, kw_only=True, slots=True)
class EsclDescription:
    """A device as its ScannerCapabilities describe it."""

    version: str
    model: str
    serial: str
    uuid: str
    inputs: tuple[InputDescription, ...]
    adf_options: tuple[str, ...]
    feeder_capacity: int
    ranges: dict[str, NumberRange]
    blank_page_detection: bool

    def input(self, word: str, *, duplex: bool = False) -> InputDescription | None:
        """The input of that word, None when the device has none."""
        return next((one for one in self.inputs if (one.word, one.duplex) == (word, duplex)), None)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the inputs, each once."""
        return tuple(dict.fromkeys(one.word for one in self.inputs))


def read_capabilities(data: bytes) -> EsclDescription:
    """The description in a ScannerCapabilities document. Raises NotEscl."""
    root = parse(data, "ScannerCapabilities")
    named = {
        name: profile
        for profile in descendants(root, "SettingProfile")
        if (name := profile.get("name"))
    }
    ranges = {name: found for name in RANGES if (found := _range(first(root, f"{name}Support")))}
    return EsclDescription(
        version=text(root, "Version") or "2.0",
        model=text(root, "MakeAndModel"),
        serial=text(root, "SerialNumber"),
        uuid=text(root, "UUID").lower(),
        inputs=tuple(_inputs(root, named)),
        adf_options=texts(root, "AdfOption"),
        feeder_capacity=number(root, "FeederCapacity"),
        ranges=ranges,
        blank_page_detection=text(root, "BlankPageDetection").lower() in ("true", "1"),
    )


def as_capabilities(device: EsclDescription, certificate: str) -> Capabilities:
    """The description in the words of the port. `certificate` becomes an option: nobody vouches
    for it, but a person can compare it and save it as the only one to accept."""
    longest = max((one.maximum[1] for one in device.inputs if one.word == FEEDER), default=0)
    return Capabilities(
        sources=tuple(_source(device, word) for word in KINDS if word in device.words),
        brightness="Brightness" in device.ranges,
        contrast="Contrast" in device.ranges,
        multifeed="MultipickDetection" in device.adf_options,
        long_paper=longest >= _LONG_PAPER_UNITS,
        options=(*_choice_options(device), *_range_options(device), *_facts(device, certificate)),
    )


def choices_of(inputs: tuple[InputDescription, ...], name: str) -> tuple[str, ...]:
    """What the inputs offer for a setting that is chosen from a list, each value once."""
    found: list[str] = []
    for one in inputs:
        if name == "Intent":
            found.extend(one.intents)
        for profile in one.profiles:
            if name == "ColorMode":
                found.extend(profile.color_modes)
            elif name == "DocumentFormat":
                found.extend((*profile.extended_formats, *profile.formats))
            else:
                found.extend(profile.lists.get(name, ()))
    return tuple(dict.fromkeys(found))


# Settings that are chosen from a list, by the element that lists them.
LISTS = {
    "ContentType": "ContentType",
    "ColorSpace": "ColorSpace",
    "CcdChannel": "CcdChannel",
    "BinaryRendering": "BinaryRendering",
}


def _inputs(root: etree._Element, named: dict[str, etree._Element]) -> Iterator[InputDescription]:
    for holder, element, word, duplex in (
        ("Platen", "PlatenInputCaps", FLATBED, False),
        ("Adf", "AdfSimplexInputCaps", FEEDER, False),
        ("Adf", "AdfDuplexInputCaps", FEEDER, True),
        ("Camera", "CameraInputCaps", CAMERA, False),
    ):
        for parent in children(root, holder):
            for caps in children(parent, element):
                yield _input(caps, named, word, duplex)


def _input(
    caps: etree._Element, named: dict[str, etree._Element], word: str, duplex: bool
) -> InputDescription:
    profiles = [
        _profile(named.get(profile.get("ref") or "", profile))
        for profile in descendants(caps, "SettingProfile")
    ]
    return InputDescription(
        word=word,
        duplex=duplex,
        minimum=(number(caps, "MinWidth", 1), number(caps, "MinHeight", 1)),
        maximum=(number(caps, "MaxWidth"), number(caps, "MaxHeight")),
        profiles=tuple(profiles),
        intents=texts(caps, "Intent") + texts(caps, "SupportedIntent"),
    )


def _profile(element: etree._Element) -> SettingProfile:
    discrete = list(descendants(element, "DiscreteResolution"))
    pairs = [(number(one, "XResolution"), number(one, "YResolution")) for one in discrete]
    return SettingProfile(
        color_modes=texts(element, "ColorMode"),
        formats=texts(element, "DocumentFormat"),
        extended_formats=texts(element, "DocumentFormatExt"),
        resolutions=tuple(sorted({x for x, y in pairs if x == y and x > 0})),
        resolution_range=_range(first(element, "XResolutionRange")),
        lists={name: texts(element, listed) for name, listed in LISTS.items()},
    )


def _range(element: etree._Element | None) -> NumberRange | None:
    if element is None or not text(element, "Max"):
        return None
    low, high = number(element, "Min"), number(element, "Max")
    if low > high:
        return None
    normal = number(element, "Normal", low)
    step = max(1, number(element, "Step", 1))
    return NumberRange(low=low, high=high, normal=min(max(normal, low), high), step=step)


def _source(device: EsclDescription, word: str) -> SourceCapabilities:
    both = tuple(one for one in device.inputs if one.word == word)
    profiles = [profile for one in both for profile in one.profiles]
    offered = {mode for profile in profiles for mode in profile.color_modes}
    resolutions = {value for profile in profiles for value in profile.resolutions}
    ranges = [entry for profile in profiles if (entry := profile.resolution_range)]
    low = [*resolutions, *(entry.low for entry in ranges)]
    high = [*resolutions, *(entry.high for entry in ranges)]
    return SourceCapabilities(
        kind=KINDS[word],
        name=word,
        duplex=device.input(word, duplex=True) is not None,
        resolutions=() if ranges else tuple(sorted(resolutions)),
        minimum_resolution=min(low, default=0),
        maximum_resolution=max(high, default=0),
        modes=tuple(mode for mode, value in COLOR_MODES.items() if value in offered),
        width_mm=_millimetres(max(one.maximum[0] for one in both)),
        height_mm=_millimetres(max(one.maximum[1] for one in both)),
    )


def _choice_options(device: EsclDescription) -> Iterator[OptionDescription]:
    for name in ("Intent", "ColorMode", "DocumentFormat", *LISTS):
        choices = choices_of(device.inputs, name)
        if choices:
            yield OptionDescription(name=name, title=_title(name), choices=choices, advanced=True)
    for name, offered in (
        ("BlankPageDetection", device.blank_page_detection),
        ("MultipickDetection", "MultipickDetection" in device.adf_options),
    ):
        if offered:
            yield OptionDescription(name=name, title=_title(name), type="bool", advanced=True)


def _range_options(device: EsclDescription) -> Iterator[OptionDescription]:
    for name, span in device.ranges.items():
        yield OptionDescription(
            name=name,
            title=_title(name),
            type="int",
            value=span.normal,
            minimum=span.low,
            maximum=span.high,
            step=span.step,
        )


def _facts(device: EsclDescription, certificate: str) -> Iterator[OptionDescription]:
    for name, title, value in (
        ("version", "eSCL version", device.version),
        ("serial", "Serial number", device.serial),
        ("feeder_capacity", "Sheets the feeder holds", device.feeder_capacity or ""),
        (CERTIFICATE, "Certificate of the device (SHA-256)", certificate),
    ):
        if value:
            yield OptionDescription(
                name=name,
                title=title,
                group="Device",
                type="int" if isinstance(value, int) else "text",
                value=value,
                settable=name == CERTIFICATE,
                advanced=name == CERTIFICATE,
            )


def _title(name: str) -> str:
    """`CompressionFactor` as "Compression factor"."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()
    return words.capitalize()


def _millimetres(units: int) -> float:
    return round(units * MILLIMETRES_PER_INCH / UNITS_PER_INCH, 1)
