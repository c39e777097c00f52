"""The numbers of TWAIN 2.5 that the driver uses (specification, chapter 8 and appendix)."""

from __future__ import annotations

import enum

PROTOCOL_MAJOR, PROTOCOL_MINOR = 2, 5
LANGUAGE_CHINESE_SIMPLIFIED = 41
COUNTRY_CHINA = 86

DONT_CARE_16 = 0xFFFF
DONT_CARE_32 = 0xFFFFFFFF

# Flags of `SupportedGroups` beside the groups themselves.
DF_DSM2 = 0x10000000
DF_APP2 = 0x20000000
DF_DS2 = 0x40000000


class Group(enum.IntEnum):
    """DG_…: data groups."""

    CONTROL = 1
    IMAGE = 2


class Data(enum.IntEnum):
    """DAT_…: data argument types."""

    NULL = 0x0000
    CAPABILITY = 0x0001
    EVENT = 0x0002
    IDENTITY = 0x0003
    PARENT = 0x0004
    PENDINGXFERS = 0x0005
    SETUPMEMXFER = 0x0006
    SETUPFILEXFER = 0x0007
    STATUS = 0x0008
    USERINTERFACE = 0x0009
    CUSTOMDSDATA = 0x000C
    DEVICEEVENT = 0x000D
    CALLBACK = 0x0010
    STATUSUTF8 = 0x0011
    IMAGEINFO = 0x0101
    IMAGELAYOUT = 0x0102
    IMAGEMEMXFER = 0x0103
    IMAGENATIVEXFER = 0x0104
    IMAGEFILEXFER = 0x0105
    EXTIMAGEINFO = 0x010B
    ENTRYPOINT = 0x0403


class Message(enum.IntEnum):
    """MSG_…: what to do, and what a source tells."""

    NULL = 0x0000
    GET = 0x0001
    GETCURRENT = 0x0002
    GETDEFAULT = 0x0003
    GETFIRST = 0x0004
    GETNEXT = 0x0005
    SET = 0x0006
    RESET = 0x0007
    QUERYSUPPORT = 0x0008
    XFERREADY = 0x0101
    CLOSEDSREQ = 0x0102
    CLOSEDSOK = 0x0103
    DEVICEEVENT = 0x0104
    OPENDSM = 0x0301
    CLOSEDSM = 0x0302
    OPENDS = 0x0401
    CLOSEDS = 0x0402
    DISABLEDS = 0x0501
    ENABLEDS = 0x0502
    PROCESSEVENT = 0x0601
    ENDXFER = 0x0701
    REGISTER_CALLBACK = 0x0902


class Return(enum.IntEnum):
    """TWRC_…: return codes."""

    SUCCESS = 0
    FAILURE = 1
    CHECKSTATUS = 2
    CANCEL = 3
    DSEVENT = 4
    NOTDSEVENT = 5
    XFERDONE = 6
    ENDOFLIST = 7
    INFONOTSUPPORTED = 8
    DATANOTAVAILABLE = 9
    BUSY = 10
    SCANNERLOCKED = 11


class Condition(enum.IntEnum):
    """TWCC_…: condition codes behind TWRC_FAILURE."""

    SUCCESS = 0
    BUMMER = 1
    LOWMEMORY = 2
    NODS = 3
    MAXCONNECTIONS = 4
    OPERATIONERROR = 5
    BADCAP = 6
    BADPROTOCOL = 9
    BADVALUE = 10
    SEQERROR = 11
    BADDEST = 12
    CAPUNSUPPORTED = 13
    CAPBADOPERATION = 14
    CAPSEQERROR = 15
    DENIED = 16
    FILEEXISTS = 17
    FILENOTFOUND = 18
    NOTEMPTY = 19
    PAPERJAM = 20
    PAPERDOUBLEFEED = 21
    FILEWRITEERROR = 22
    CHECKDEVICEONLINE = 23
    INTERLOCK = 24
    DAMAGEDCORNER = 25
    FOCUSERROR = 26
    DOCTOOLIGHT = 27
    DOCTOODARK = 28
    NOMEDIA = 29


class Container(enum.IntEnum):
    """TWON_…: the four shapes that a capability's values come in."""

    ARRAY = 3
    ENUMERATION = 4
    ONEVALUE = 5
    RANGE = 6


class Item(enum.IntEnum):
    """TWTY_…: types of single values."""

    INT8 = 0
    INT16 = 1
    INT32 = 2
    UINT8 = 3
    UINT16 = 4
    UINT32 = 5
    BOOL = 6
    FIX32 = 7
    FRAME = 8
    STR32 = 9
    STR64 = 10
    STR128 = 11
    STR255 = 12
    HANDLE = 15


class Query(enum.IntFlag):
    """TWQC_…: what MSG_QUERYSUPPORT says about a capability."""

    GET = 0x01
    SET = 0x02
    GETDEFAULT = 0x04
    GETCURRENT = 0x08
    RESET = 0x10


class Mechanism(enum.IntEnum):
    """TWSX_…: ways of transfer."""

    NATIVE = 0
    FILE = 1
    MEMORY = 2


class PixelType(enum.IntEnum):
    """TWPT_…: kinds of pixels."""

    BW = 0
    GRAY = 1
    RGB = 2
    PALETTE = 3


class Compression(enum.IntEnum):
    """TWCP_…: kinds of compressed image data."""

    NONE = 0
    PACKBITS = 1
    GROUP4 = 5
    JPEG = 6
    PNG = 9
    JPEG2000 = 14


class FileFormat(enum.IntEnum):
    """TWFF_…: what a source writes by file transfer."""

    TIFF = 0
    BMP = 2
    JFIF = 4
    TIFFMULTI = 6
    PNG = 7
    EXIF = 9
    JP2 = 11


class CameraSide(enum.IntEnum):
    """TWCS_…: the face of a sheet, as TWEI_PAGESIDE tells it."""

    BOTH = 0
    TOP = 1
    BOTTOM = 2


class ExtendedInfo(enum.IntEnum):
    """TWEI_…: facts about one image."""

    PAGESIDE = 0x1245
    PRINTERTEXT = 0x124A


class DeviceEventKind(enum.IntEnum):
    """TWDE_…: what a device reports while it works."""

    PAPERDOUBLEFEED = 12


# TWMF_…: who owns a block of memory, and whether it is named by address or by handle.
MEMORY_APP_OWNS = 0x01
MEMORY_POINTER = 0x08

UNITS_INCHES = 0  # TWUN_INCHES
FLAVOR_CHOCOLATE = 0  # TWPF_CHOCOLATE: 0 is black
FLAVOR_VANILLA = 1  # TWPF_VANILLA: 0 is white
BITORDER_LSB_FIRST = 0  # TWBO_LSBFIRST
BITORDER_MSB_FIRST = 1  # TWBO_MSBFIRST
PLANAR_CHUNKY = 0  # TWPC_CHUNKY
DUPLEX_NONE = 0  # TWDX_NONE
BLANK_PAGES_KEEP = -2  # TWBP_DISABLE
DOUBLE_FEED_ULTRASONIC = 0  # TWDF_ULTRASONIC
RESPONSE_STOP = 0  # TWDP_STOP
RESPONSE_SOUND = 2  # TWDP_SOUND
PRINTER_SINGLE_STRING = 0  # TWPM_SINGLESTRING
PRINTER_COMPOUND_STRING = 2  # TWPM_COMPOUNDSTRING
AUTOSIZE_NONE = 0  # TWAS_NONE
AUTOSIZE_AUTO = 1  # TWAS_AUTO
SIZE_NONE = 0  # TWSS_NONE
SIZE_MAXIMUM = 54  # TWSS_MAXSIZE

# TWSS_… by the names of `scanner.api.PAPER_SIZES`; B4 and B5 are those of JIS, as there.
SUPPORTED_SIZES = {
    "A3": 11,
    "A4": 1,
    "A5": 5,
    "B4": 38,
    "B5": 2,
    "Letter": 3,
    "Legal": 4,
}
