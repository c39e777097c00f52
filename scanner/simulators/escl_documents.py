"""The XML that the simulated eSCL scanner sends, and the one it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from scanner.simulators.escl_mishaps import Mishaps
from scanner.simulators.escl_paper import JobSettings

MAKER = "Juanzong"
MODEL = "eSCL Simulator"
SERIAL = "JZ0001"
VERSION = "2.63"
RESOLUTIONS = (75, 100, 150, 200, 300, 600, 1200)
COLOR_MODES = ("BlackAndWhite1", "Grayscale8", "RGB24")
# A4 and Legal in 1/300 inch.
PLATEN_SIZE = (2550, 3508)
FEEDER_SIZE = (2550, 4200)
_SPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, kw_only=True, slots=True)
class JobFacts:
    """A job as the status shows it."""

    identifier: str
    state: str
    reason: str
    images: int
    age: int


class Unsuitable(Exception):
    """Settings that this device does not take; the argument says why."""


def formats(mishaps: Mishaps) -> tuple[str, ...]:
    """The formats on offer."""
    if mishaps.pdf_only or mishaps.one_pdf:
        return ("application/pdf",)
    return ("image/jpeg", "application/pdf", "image/tiff")


def capabilities(uuid: str, url: str, mishaps: Mishaps) -> str:
    """ScannerCapabilities."""
    body = [
        f"<pwg:Version>{VERSION}</pwg:Version>",
        f"<pwg:MakeAndModel>{MAKER} {MODEL}</pwg:MakeAndModel>",
        f"<pwg:SerialNumber>{SERIAL}</pwg:SerialNumber>",
        f"<scan:UUID>{uuid}</scan:UUID>",
        f"<scan:AdminURI>{escape(url)}</scan:AdminURI>",
        f"<scan:Platen>{_input('PlatenInputCaps', PLATEN_SIZE, mishaps)}</scan:Platen>",
    ]
    if not mishaps.platen_only:
        body += [
            "<scan:Adf>",
            _input("AdfSimplexInputCaps", FEEDER_SIZE, mishaps),
            "" if mishaps.simplex_only else _input("AdfDuplexInputCaps", FEEDER_SIZE, mishaps),
            "<scan:FeederCapacity>80</scan:FeederCapacity>",
            "<scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption>",
            "" if mishaps.simplex_only else "<scan:AdfOption>Duplex</scan:AdfOption>",
            "<scan:AdfOption>MultipickDetection</scan:AdfOption>",
            "</scan:AdfOptions></scan:Adf>",
        ]
    for name, low, high, normal in (
        ("Brightness", -100, 100, 0),
        ("CompressionFactor", 0, 100, 25),
        ("Contrast", -100, 100, 0),
        ("Threshold", 0, 255, 128),
    ):
        body.append(
            f"<scan:{name}Support><scan:Min>{low}</scan:Min><scan:Max>{high}</scan:Max>"
            f"<scan:Normal>{normal}</scan:Normal><scan:Step>1</scan:Step></scan:{name}Support>"
        )
    body.append("<scan:BlankPageDetection>false</scan:BlankPageDetection>")
    return f"{_HEAD}<scan:ScannerCapabilities {_SPACES}>{''.join(body)}</scan:ScannerCapabilities>"


def status(state: str, feeder: str, root: str, jobs: Sequence[JobFacts]) -> str:
    """ScannerStatus, the newest job first; `feeder` is "" for a device without one."""
    shown = "".join(
        f"<scan:JobInfo><pwg:JobUri>{root}/ScanJobs/{job.identifier}</pwg:JobUri>"
        f"<pwg:JobUuid>urn:uuid:{job.identifier}</pwg:JobUuid><scan:Age>{job.age}</scan:Age>"
        f"<pwg:ImagesCompleted>{job.images}</pwg:ImagesCompleted>"
        f"<pwg:ImagesToTransfer>{int(job.state == 'Processing')}</pwg:ImagesToTransfer>"
        f"<pwg:JobState>{job.state}</pwg:JobState><pwg:JobStateReasons>"
        f"<pwg:JobStateReason>{job.reason}</pwg:JobStateReason></pwg:JobStateReasons>"
        "</scan:JobInfo>"
        for job in jobs
    )
    body = f"<pwg:Version>{VERSION}</pwg:Version><pwg:State>{state}</pwg:State>"
    body += f"<scan:AdfState>{feeder}</scan:AdfState>" if feeder else ""
    body += f"<scan:Jobs>{shown}</scan:Jobs>" if shown else ""
    return f"{_HEAD}<scan:ScannerStatus {_SPACES}>{body}</scan:ScannerStatus>"


def read_settings(data: bytes, mishaps: Mishaps) -> JobSettings:
    """The ScanSettings of a client. Raises Unsuitable, ValueError when it is no such document."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    found = {
        etree.QName(element).localname: (element.text or "").strip()
        for element in root.iter()
        if isinstance(element.tag, str)
    }
    if etree.QName(root).localname != "ScanSettings":
        raise ValueError("no ScanSettings")
    settings = JobSettings(
        source=found.get("InputSource", "Platen"),
        duplex=found.get("Duplex", "false") == "true",
        color_mode=found.get("ColorMode", "RGB24"),
        resolution=int(found.get("XResolution", "300")),
        media_type=found.get("DocumentFormatExt") or found.get("DocumentFormat") or "image/jpeg",
        width=int(found.get("Width", PLATEN_SIZE[0])),
        height=int(found.get("Height", PLATEN_SIZE[1])),
        elements=found,
    )
    _check(settings, mishaps)
    return settings


def _check(settings: JobSettings, mishaps: Mishaps) -> None:
    feeder = settings.source == "Feeder"
    most_wide, most_high = FEEDER_SIZE if feeder else PLATEN_SIZE
    for wrong, reason in (
        (settings.source not in ("Feeder", "Platen"), settings.source),
        (feeder and mishaps.platen_only, "no feeder"),
        (settings.duplex and (not feeder or mishaps.simplex_only), "no duplex"),
        (settings.color_mode not in COLOR_MODES, settings.color_mode),
        (settings.resolution not in RESOLUTIONS, f"{settings.resolution} dpi"),
        (settings.media_type not in formats(mishaps), settings.media_type),
        (not 0 < settings.width <= most_wide, f"width {settings.width}"),
        (not 0 < settings.height <= most_high, f"height {settings.height}"),
    ):
        if wrong:
            raise Unsuitable(reason)


def _input(element: str, size: tuple[int, int], mishaps: Mishaps) -> str:
    dots = _all(
        "DiscreteResolution",
        (
            f"<scan:XResolution>{value}</scan:XResolution>"
            f"<scan:YResolution>{value}</scan:YResolution>"
            for value in RESOLUTIONS
        ),
    )
    offered = formats(mishaps)
    plain = "".join(f"<pwg:DocumentFormat>{name}</pwg:DocumentFormat>" for name in offered)
    profile = (
        f"<scan:ColorModes>{_all('ColorMode', COLOR_MODES)}</scan:ColorModes>"
        f"<scan:DocumentFormats>{plain}{_all('DocumentFormatExt', offered)}"
        "</scan:DocumentFormats>"
        f"<scan:SupportedResolutions><scan:DiscreteResolutions>{dots}"
        "</scan:DiscreteResolutions></scan:SupportedResolutions>"
        f"<scan:ColorSpaces>{_all('ColorSpace', ['sRGB'])}</scan:ColorSpaces>"
    )
    wide, high = size
    return (
        f"<scan:{element}><scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{wide}</scan:MaxWidth>"
        f"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{high}</scan:MaxHeight>"
        "<scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles>"
        f"<scan:SettingProfile>{profile}</scan:SettingProfile></scan:SettingProfiles>"
        f"<scan:SupportedIntents>{_all('Intent', ['Document', 'Photo', 'TextAndGraphic'])}"
        "</scan:SupportedIntents><scan:MaxOpticalXResolution>1200</scan:MaxOpticalXResolution>"
        f"<scan:MaxOpticalYResolution>1200</scan:MaxOpticalYResolution></scan:{element}>"
    )


def _all(name: str, values: Iterable[str]) -> str:
    return "".join(f"<scan:{name}>{value}</scan:{name}>" for value in values)
