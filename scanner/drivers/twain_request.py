"""What a scan request means for the capabilities of one source: agreed before each batch.

Sources keep values from batch to batch, so everything the line relies on is set anew. Each value
is read again where the source answers that it took something near; what it lacks is told by
SCN-213, what it changed by SCN-212.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import ScanRequest, ScanWarning
from scanner.drivers.twain_capabilities import Capabilities, lacks, nearest_above, same
from scanner.drivers.twain_constants import (
    BITORDER_LSB_FIRST,
    BITORDER_MSB_FIRST,
    BLANK_PAGES_KEEP,
    DUPLEX_NONE,
    FLAVOR_CHOCOLATE,
    FLAVOR_VANILLA,
    PLANAR_CHUNKY,
    UNITS_INCHES,
    Compression,
    Container,
    FileFormat,
    Item,
    Mechanism,
    PixelType,
)
from scanner.drivers.twain_containers import Value, Values
from scanner.drivers.twain_manager import SourceManager
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_options import (
    CUSTOM_SETTINGS,
    TRANSFER,
    TRANSFER_WORDS,
    restore_settings,
    set_option,
)
from scanner.drivers.twain_paper import choose_paper
from scanner.drivers.twain_production import (
    Imprinter,
    choose_cameras,
    choose_imprinter,
    choose_multifeed,
)

# Options that the line itself uses for every driver; they are not the device's.
_FOREIGN = frozenset({"cache", "duplex_pairs", "start_sheet"})
_PIXEL_TYPES = {"color": PixelType.RGB, "gray": PixelType.GRAY, "lineart": PixelType.BW}
_BIT_DEPTHS = {PixelType.RGB: 24, PixelType.GRAY: 8, PixelType.BW: 1}
_WAYS = ("auto", "feeder", "flatbed")
_MOST_IMAGES = 32767
_BRIGHTEST = 100
# The order in which ways of transfer are tried when the wanted one is not there.
_MECHANISMS = (Mechanism.MEMORY, Mechanism.NATIVE, Mechanism.FILE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """What was agreed with the source before the batch. `file_format` and `compression` are
    TWFF and TWCP numbers; `zero_is_white` and `low_bit_first` tell how to read samples."""

    mechanism: int
    file_format: int
    compression: int
    zero_is_white: bool
    low_bit_first: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """What source and driver agreed on. `dpi` is 0 when the source does not tell; `image_facts`
    says that the source tells more about each image (face, imprint)."""

    feeder: bool
    duplex: bool
    dual: bool
    dpi: int
    format: Format
    image_facts: bool
    imprinter: Imprinter | None


class Negotiation:
    """Agrees on one request. Collects `warnings`.

    Raises BadInput SCN-114 for an option or value that the source does not take, and TwainError.
    """

    def __init__(self, manager: SourceManager, capabilities: Capabilities) -> None:
        self._manager = manager
        self._capabilities = capabilities
        self.warnings: list[ScanWarning] = []

    def agree(self, request: ScanRequest) -> Agreement:
        """Set everything that `request` asks for; its own options last, for they win."""
        own = {name: value for name, value in request.options.items() if name not in _FOREIGN}
        transfer = own.pop(TRANSFER, "memory")
        settings = own.pop(CUSTOM_SETTINGS, "")
        if settings and not restore_settings(self._manager, self._capabilities, str(settings)):
            self._lacks(CUSTOM_SETTINGS, "")
        self._always()
        feeder = self._choose_way(request)
        duplex = self._choose_duplex(request, feeder=feeder)
        self._choose_pixels(request, own)
        self._choose_resolution(request.resolution, own)
        self.warnings += choose_paper(self._capabilities, self._manager, request)
        self._choose_levels(request)
        self.warnings += choose_multifeed(self._capabilities, request, feeder=feeder)
        imprinter, warnings = choose_imprinter(self._capabilities, request)
        self.warnings += warnings
        dual, warnings = choose_cameras(
            self._capabilities, request, _PIXEL_TYPES.get(request.mode, PixelType.RGB)
        )
        self.warnings += warnings
        mechanism = self._choose_mechanism(str(transfer))
        for name, value in own.items():
            self.warnings += set_option(self._capabilities, name, value)
        # What the options changed counts, not what was asked before.
        feeder = self._is(Cap.CAP_FEEDERENABLED, feeder)
        duplex = feeder and self._is(Cap.CAP_DUPLEXENABLED, duplex)
        self._choose_count(request.sheets * (2 if duplex else 1) * (2 if dual else 1), own)
        return Agreement(
            feeder=feeder,
            duplex=duplex,
            dual=dual,
            dpi=self._number(Cap.ICAP_XRESOLUTION),
            format=self._format(mechanism, own),
            image_facts=self._capabilities.try_set(Cap.ICAP_EXTIMAGEINFO, True) is True,
            imprinter=imprinter,
        )

    def _always(self) -> None:
        """What every batch needs, where the source has it: lengths in inches, no window of
        progress, no image swallowed or cut up."""
        for capability, value in (
            (Cap.ICAP_UNITS, UNITS_INCHES),
            (Cap.CAP_INDICATORS, False),
            (Cap.CAP_THUMBNAILSENABLED, False),
            (Cap.CAP_JOBCONTROL, 0),
            (Cap.CAP_SEGMENTED, 0),
            (Cap.ICAP_AUTODISCARDBLANKPAGES, BLANK_PAGES_KEEP),
            (Cap.ICAP_IMAGEMERGE, 0),
            (Cap.ICAP_TILES, False),
        ):
            self._capabilities.try_set(capability, value)

    def _choose_way(self, request: ScanRequest) -> bool:
        """Feeder or glass; whether it is the feeder."""
        if request.way not in _WAYS:
            allowed = ", ".join(_WAYS)
            raise BadInput("SCN-114", option="way", value=request.way, allowed=allowed)
        wanted = request.way != "flatbed"
        if not self._capabilities.supports(Cap.CAP_FEEDERENABLED):
            if request.way == "feeder":
                self._lacks("way", request.way)
            return False
        got = self._capabilities.try_set(Cap.CAP_FEEDERENABLED, wanted)
        feeder = wanted if got is None else bool(got)
        if got is None or feeder != wanted:
            feeder = self._is(Cap.CAP_FEEDERENABLED, not wanted)
        if feeder != wanted and request.way != "auto":
            self._lacks("way", request.way)
        if feeder:
            self._capabilities.try_set(Cap.CAP_AUTOFEED, True)
            self._capabilities.try_set(Cap.CAP_AUTOSCAN, True)
        return feeder

    def _choose_duplex(self, request: ScanRequest, *, feeder: bool) -> bool:
        if not feeder:
            return False
        kind = self._capabilities.current(Cap.CAP_DUPLEX)
        able = self._capabilities.supports(Cap.CAP_DUPLEXENABLED) and kind != DUPLEX_NONE
        got = self._capabilities.try_set(Cap.CAP_DUPLEXENABLED, request.duplex) if able else None
        duplex = bool(got)
        if duplex != request.duplex:
            self._lacks("duplex", "true" if request.duplex else "false")
        # Both cameras: a source may have been left on one of them.
        if duplex:
            self._capabilities.try_set(Cap.CAP_CAMERASIDE, 0)
        return duplex

    def _choose_pixels(self, request: ScanRequest, own: dict[str, Any]) -> None:
        """Kind of pixels, and the plain form of each."""
        if request.mode not in _PIXEL_TYPES:
            allowed = ", ".join(_PIXEL_TYPES)
            raise BadInput("SCN-114", option="mode", value=request.mode, allowed=allowed)
        wanted = _PIXEL_TYPES[request.mode]
        if "ICAP_PIXELTYPE" not in own:
            got = self._capabilities.try_set(Cap.ICAP_PIXELTYPE, int(wanted))
            if got is None:
                got = self._capabilities.current(Cap.ICAP_PIXELTYPE)
            if got != wanted:
                names = {int(kind): name for name, kind in _PIXEL_TYPES.items()}
                offered = self._capabilities.get(Cap.ICAP_PIXELTYPE)
                allowed = ", ".join(
                    names[one]
                    for one in (offered.choices if offered else ())
                    if isinstance(one, int) and one in names
                )
                raise BadInput("SCN-114", option="mode", value=request.mode, allowed=allowed)
        if "ICAP_COMPRESSION" not in own:
            self._capabilities.try_set(Cap.ICAP_COMPRESSION, int(Compression.NONE))
        for capability, value in (
            (Cap.ICAP_BITDEPTH, _BIT_DEPTHS[wanted]),
            (Cap.ICAP_PIXELFLAVOR, FLAVOR_CHOCOLATE),
            (Cap.ICAP_BITORDER, BITORDER_MSB_FIRST),
            (Cap.ICAP_PLANARCHUNKY, PLANAR_CHUNKY),
        ):
            self._capabilities.try_set(capability, value)

    def _choose_resolution(self, asked: int, own: dict[str, Any]) -> None:
        """The smallest on offer that is not below `asked`: finer is safe, coarser breaks the
        standard silently."""
        for capability in (Cap.ICAP_XRESOLUTION, Cap.ICAP_YRESOLUTION):
            if capability.name in own:
                continue
            values = self._capabilities.get(capability)
            if values is None:
                self._lacks("resolution", str(asked))
                return
            chosen = nearest_above(values, float(asked))
            got = None if chosen is None else self._capabilities.try_set(capability, chosen)
            if got is None or isinstance(got, str | tuple) or got < asked * 0.99:
                offered = [f"{one:g}" for one in values.choices if isinstance(one, int | float)]
                if values.maximum is not None:
                    offered = [f"{values.minimum:g} - {values.maximum:g}"]
                allowed = ", ".join(offered) or str(values.current)
                raise BadInput("SCN-114", option="resolution", value=str(asked), allowed=allowed)
            # One remark is enough for both directions.
            if capability == Cap.ICAP_XRESOLUTION and not same(float(asked), float(got)):
                self._changed("resolution", str(asked), f"{got:g}")

    def _choose_levels(self, request: ScanRequest) -> None:
        """Brightness and contrast; 0 leaves the source as it is."""
        for setting, capability, asked in (
            ("brightness", Cap.ICAP_BRIGHTNESS, request.brightness),
            ("contrast", Cap.ICAP_CONTRAST, request.contrast),
        ):
            if not asked:
                continue
            values = self._capabilities.get(capability)
            if values is None:
                self._lacks(setting, str(asked))
                continue
            wanted = nearest = _level(values, asked)
            if values.container == Container.ENUMERATION:
                nearest = min(_numbers(values), key=lambda one: abs(one - wanted))
            got = self._capabilities.try_set(capability, nearest)
            if got is None:
                self._lacks(setting, str(asked))
            elif not isinstance(got, str | tuple) and not _near(wanted, float(got)):
                self._changed(setting, f"{wanted:g}", f"{float(got):g}")

    def _choose_mechanism(self, asked: str) -> int:
        """The way of transfer: the wanted one, else the best that the source has."""
        if asked not in TRANSFER_WORDS:
            allowed = ", ".join(TRANSFER_WORDS)
            raise BadInput("SCN-114", option=TRANSFER, value=asked, allowed=allowed)
        wanted = TRANSFER_WORDS[asked]
        for mechanism in (wanted, *(one for one in _MECHANISMS if one != wanted)):
            got = self._capabilities.try_set(Cap.ICAP_XFERMECH, int(mechanism))
            if got == mechanism:
                if mechanism != wanted and asked != "memory":
                    self._lacks(TRANSFER, asked)
                return int(mechanism)
        if asked == "file":
            self._lacks(TRANSFER, asked)
        # Native is the only one that every source must have, also one without the capability.
        return int(Mechanism.NATIVE)

    def _choose_count(self, images: int, own: dict[str, Any]) -> None:
        """How many images the source delivers at most: -1 for all there are."""
        if Cap.CAP_XFERCOUNT.name not in own:
            count = images if 0 < images <= _MOST_IMAGES else -1
            self._capabilities.set(Cap.CAP_XFERCOUNT, Item.INT16, count)

    def _format(self, mechanism: int, own: dict[str, Any]) -> Format:
        """Everything needed to read what will come."""
        compression = self._number(Cap.ICAP_COMPRESSION)
        file_format = int(FileFormat.TIFF)
        if mechanism == Mechanism.FILE:
            if Cap.ICAP_IMAGEFILEFORMAT.name not in own:
                first = FileFormat.JFIF if compression == Compression.JPEG else FileFormat.TIFF
                for wish in (
                    first,
                    FileFormat.TIFF,
                    FileFormat.PNG,
                    FileFormat.BMP,
                    FileFormat.JFIF,
                ):
                    if self._capabilities.try_set(Cap.ICAP_IMAGEFILEFORMAT, int(wish)) == wish:
                        break
            file_format = self._number(Cap.ICAP_IMAGEFILEFORMAT)
        flavor = self._capabilities.current(Cap.ICAP_PIXELFLAVOR)
        order = self._capabilities.current(Cap.ICAP_BITORDER)
        return Format(
            mechanism=mechanism,
            file_format=file_format,
            compression=compression,
            zero_is_white=flavor == FLAVOR_VANILLA,
            low_bit_first=order is not None and order == BITORDER_LSB_FIRST,
        )

    def _is(self, capability: Cap, otherwise: bool) -> bool:
        value = self._capabilities.current(capability)
        return otherwise if value is None else bool(value)

    def _number(self, capability: Cap) -> int:
        value = self._capabilities.current(capability)
        return 0 if value is None or isinstance(value, str | tuple) else round(value)

    def _lacks(self, setting: str, value: str) -> None:
        self.warnings.append(lacks(setting, value))

    def _changed(self, option: str, asked: str, got: Value) -> None:
        parameters = {"option": option, "asked": asked, "got": str(got)}
        self.warnings.append(ScanWarning(code="SCN-212", parameters=parameters))


def _level(values: Values, asked: int) -> float:
    """-100 to 100 on the scale of the source, whose middle is 0."""
    low, high = values.minimum, values.maximum
    if low is None or high is None:
        numbers = _numbers(values) or [-1000.0, 1000.0]
        low, high = min(numbers), max(numbers)
    return asked / _BRIGHTEST * (high if asked > 0 else -low)


def _numbers(values: Values) -> list[float]:
    return [float(one) for one in values.choices if isinstance(one, int | float)]


def _near(wanted: float, got: float) -> bool:
    return abs(wanted - got) <= max(1.0, abs(wanted) * 0.05)
