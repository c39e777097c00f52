"""What a source can do, in the terms of the scanner port."""

from __future__ import annotations

from scanner.api import Capabilities, SourceCapabilities
from scanner.drivers.twain_capabilities import Capabilities as SourceAnswers
from scanner.drivers.twain_constants import DUPLEX_NONE, Container, PixelType
from scanner.drivers.twain_manager import SourceManager
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_options import describe_options
from scanner.drivers.twain_paper import largest_page

_MODES = {PixelType.RGB: "color", PixelType.GRAY: "gray", PixelType.BW: "lineart"}
_MILLIMETRES = 25.4


def describe_source(manager: SourceManager, answers: SourceAnswers) -> Capabilities:
    """Ways in, the flags, and every capability as an option. Raises TwainError."""
    offers = answers.supports
    return Capabilities(
        sources=_ways(answers),
        brightness=offers(Cap.ICAP_BRIGHTNESS),
        contrast=offers(Cap.ICAP_CONTRAST),
        multifeed=offers(Cap.CAP_DOUBLEFEEDDETECTION),
        imprinter=offers(Cap.CAP_PRINTERENABLED),
        long_paper=offers(Cap.ICAP_AUTOMATICLENGTHDETECTION) or offers(Cap.ICAP_UNDEFINEDIMAGESIZE),
        dual_stream=offers(Cap.CAP_CAMERAENABLED),
        options=describe_options(manager, answers),
    )


def _ways(answers: SourceAnswers) -> tuple[SourceCapabilities, ...]:
    """Feeder and flatbed. Largest page and resolutions depend on which of them is chosen, so
    each is chosen before it is asked; what was chosen before is set again."""
    before = answers.current(Cap.CAP_FEEDERENABLED)
    if before is None:
        return (_way(answers, "flatbed"),)
    found = []
    for kind, enabled in (("feeder", True), ("flatbed", False)):
        if bool(answers.try_set(Cap.CAP_FEEDERENABLED, enabled)) == enabled and (
            answers.current(Cap.CAP_FEEDERENABLED) is enabled
        ):
            found.append(_way(answers, kind))
    answers.try_set(Cap.CAP_FEEDERENABLED, before)
    return tuple(found)


def _way(answers: SourceAnswers, kind: str) -> SourceCapabilities:
    resolutions: tuple[int, ...] = ()
    low = high = 0
    values = answers.get(Cap.ICAP_XRESOLUTION)
    if values is not None and values.container == Container.RANGE:
        low, high = round(values.minimum or 0), round(values.maximum or 0)
    elif values is not None:
        numbers = values.choices or (values.current or 0,)
        resolutions = tuple(sorted({round(one) for one in numbers if isinstance(one, int | float)}))
        low, high = min(resolutions, default=0), max(resolutions, default=0)
    width, height = largest_page(answers)
    pixels = answers.get(Cap.ICAP_PIXELTYPE)
    offered = (pixels.choices or (pixels.current,)) if pixels is not None else ()
    duplex = kind == "feeder" and answers.supports(Cap.CAP_DUPLEXENABLED)
    return SourceCapabilities(
        kind=kind,
        name=kind,
        duplex=duplex and answers.current(Cap.CAP_DUPLEX) != DUPLEX_NONE,
        resolutions=resolutions,
        minimum_resolution=low,
        maximum_resolution=high,
        modes=tuple(name for number, name in _MODES.items() if number in offered),
        width_mm=round(width * _MILLIMETRES, 1),
        height_mm=round(height * _MILLIMETRES, 1),
    )
