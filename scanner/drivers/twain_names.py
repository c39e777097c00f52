"""Capabilities by number: their names in the specification, and words for a form.

The names are those of TWAIN 2.5, chapter 10; titles and groups are ours. Options of a profile are
written by these names; a capability of the maker's own is written by its number ("CAP_0x8002").
"""

from __future__ import annotations

import enum

FIRST_CUSTOM = 0x8000


class Cap(enum.IntEnum):
    """CAP_… and ICAP_…"""

    CAP_XFERCOUNT = 0x0001
    ICAP_COMPRESSION = 0x0100
    ICAP_PIXELTYPE = 0x0101
    ICAP_UNITS = 0x0102
    ICAP_XFERMECH = 0x0103
    CAP_AUTHOR = 0x1000
    CAP_CAPTION = 0x1001
    CAP_FEEDERENABLED = 0x1002
    CAP_FEEDERLOADED = 0x1003
    CAP_TIMEDATE = 0x1004
    CAP_SUPPORTEDCAPS = 0x1005
    CAP_EXTENDEDCAPS = 0x1006
    CAP_AUTOFEED = 0x1007
    CAP_CLEARPAGE = 0x1008
    CAP_FEEDPAGE = 0x1009
    CAP_REWINDPAGE = 0x100A
    CAP_INDICATORS = 0x100B
    CAP_PAPERDETECTABLE = 0x100D
    CAP_UICONTROLLABLE = 0x100E
    CAP_DEVICEONLINE = 0x100F
    CAP_AUTOSCAN = 0x1010
    CAP_THUMBNAILSENABLED = 0x1011
    CAP_DUPLEX = 0x1012
    CAP_DUPLEXENABLED = 0x1013
    CAP_ENABLEDSUIONLY = 0x1014
    CAP_CUSTOMDSDATA = 0x1015
    CAP_ENDORSER = 0x1016
    CAP_JOBCONTROL = 0x1017
    CAP_ALARMS = 0x1018
    CAP_ALARMVOLUME = 0x1019
    CAP_CLEARBUFFERS = 0x101D
    CAP_MAXBATCHBUFFERS = 0x101E
    CAP_DEVICETIMEDATE = 0x101F
    CAP_POWERSUPPLY = 0x1020
    CAP_DEVICEEVENT = 0x1022
    CAP_SERIALNUMBER = 0x1024
    CAP_PRINTER = 0x1026
    CAP_PRINTERENABLED = 0x1027
    CAP_PRINTERINDEX = 0x1028
    CAP_PRINTERMODE = 0x1029
    CAP_PRINTERSTRING = 0x102A
    CAP_PRINTERSUFFIX = 0x102B
    CAP_LANGUAGE = 0x102C
    CAP_FEEDERALIGNMENT = 0x102D
    CAP_FEEDERORDER = 0x102E
    CAP_REACQUIREALLOWED = 0x1030
    CAP_CAMERASIDE = 0x1034
    CAP_SEGMENTED = 0x1035
    CAP_CAMERAENABLED = 0x1036
    CAP_CAMERAORDER = 0x1037
    CAP_FEEDERPREP = 0x1039
    CAP_FEEDERPOCKET = 0x103A
    CAP_AUTOMATICSENSEMEDIUM = 0x103B
    CAP_SUPPORTEDDATS = 0x103E
    CAP_DOUBLEFEEDDETECTION = 0x103F
    CAP_DOUBLEFEEDDETECTIONLENGTH = 0x1040
    CAP_DOUBLEFEEDDETECTIONSENSITIVITY = 0x1041
    CAP_DOUBLEFEEDDETECTIONRESPONSE = 0x1042
    CAP_PAPERHANDLING = 0x1043
    CAP_INDICATORSMODE = 0x1044
    CAP_PRINTERVERTICALOFFSET = 0x1045
    CAP_POWERSAVETIME = 0x1046
    CAP_PRINTERCHARROTATION = 0x1047
    CAP_PRINTERFONTSTYLE = 0x1048
    CAP_PRINTERINDEXLEADCHAR = 0x1049
    CAP_PRINTERINDEXMAXVALUE = 0x104A
    CAP_PRINTERINDEXNUMDIGITS = 0x104B
    CAP_PRINTERINDEXSTEP = 0x104C
    CAP_PRINTERINDEXTRIGGER = 0x104D
    CAP_PRINTERSTRINGPREVIEW = 0x104E
    CAP_SHEETCOUNT = 0x104F
    ICAP_AUTOBRIGHT = 0x1100
    ICAP_BRIGHTNESS = 0x1101
    ICAP_CONTRAST = 0x1103
    ICAP_FILTER = 0x1106
    ICAP_GAMMA = 0x1108
    ICAP_HALFTONES = 0x1109
    ICAP_HIGHLIGHT = 0x110A
    ICAP_IMAGEFILEFORMAT = 0x110C
    ICAP_LAMPSTATE = 0x110D
    ICAP_LIGHTSOURCE = 0x110E
    ICAP_ORIENTATION = 0x1110
    ICAP_PHYSICALWIDTH = 0x1111
    ICAP_PHYSICALHEIGHT = 0x1112
    ICAP_SHADOW = 0x1113
    ICAP_FRAMES = 0x1114
    ICAP_XNATIVERESOLUTION = 0x1116
    ICAP_YNATIVERESOLUTION = 0x1117
    ICAP_XRESOLUTION = 0x1118
    ICAP_YRESOLUTION = 0x1119
    ICAP_MAXFRAMES = 0x111A
    ICAP_TILES = 0x111B
    ICAP_BITORDER = 0x111C
    ICAP_LIGHTPATH = 0x111E
    ICAP_PIXELFLAVOR = 0x111F
    ICAP_PLANARCHUNKY = 0x1120
    ICAP_ROTATION = 0x1121
    ICAP_SUPPORTEDSIZES = 0x1122
    ICAP_THRESHOLD = 0x1123
    ICAP_XSCALING = 0x1124
    ICAP_YSCALING = 0x1125
    ICAP_JPEGPIXELTYPE = 0x1128
    ICAP_BITDEPTH = 0x112B
    ICAP_BITDEPTHREDUCTION = 0x112C
    ICAP_UNDEFINEDIMAGESIZE = 0x112D
    ICAP_EXTIMAGEINFO = 0x112F
    ICAP_MINIMUMHEIGHT = 0x1130
    ICAP_MINIMUMWIDTH = 0x1131
    ICAP_AUTODISCARDBLANKPAGES = 0x1134
    ICAP_FLIPROTATION = 0x1136
    ICAP_BARCODEDETECTIONENABLED = 0x1137
    ICAP_SUPPORTEDBARCODETYPES = 0x1138
    ICAP_ZOOMFACTOR = 0x113E
    ICAP_PATCHCODEDETECTIONENABLED = 0x113F
    ICAP_SUPPORTEDPATCHCODETYPES = 0x1140
    ICAP_IMAGEFILTER = 0x1147
    ICAP_NOISEFILTER = 0x1148
    ICAP_OVERSCAN = 0x1149
    ICAP_AUTOMATICBORDERDETECTION = 0x1150
    ICAP_AUTOMATICDESKEW = 0x1151
    ICAP_AUTOMATICROTATE = 0x1152
    ICAP_JPEGQUALITY = 0x1153
    ICAP_FEEDERTYPE = 0x1154
    ICAP_ICCPROFILE = 0x1155
    ICAP_AUTOSIZE = 0x1156
    ICAP_AUTOMATICCROPUSESFRAME = 0x1157
    ICAP_AUTOMATICLENGTHDETECTION = 0x1158
    ICAP_AUTOMATICCOLORENABLED = 0x1159
    ICAP_AUTOMATICCOLORNONCOLORPIXELTYPE = 0x115A
    ICAP_COLORMANAGEMENTENABLED = 0x115B
    ICAP_IMAGEMERGE = 0x115C
    ICAP_SUPPORTEDEXTIMAGEINFO = 0x115E
    ICAP_MIRROR = 0x1160
    ICAP_JPEGSUBSAMPLING = 0x1161


TITLES: dict[int, tuple[str, str]] = {
    Cap.CAP_XFERCOUNT: ("Images of a batch", "Feeder"),
    Cap.ICAP_COMPRESSION: ("Compression", "Transfer"),
    Cap.ICAP_PIXELTYPE: ("Colour", "Image"),
    Cap.ICAP_UNITS: ("Units", "Size"),
    Cap.ICAP_XFERMECH: ("Way of transfer", "Transfer"),
    Cap.CAP_AUTHOR: ("Author", "Device"),
    Cap.CAP_CAPTION: ("Caption", "Device"),
    Cap.CAP_FEEDERENABLED: ("Use the feeder", "Feeder"),
    Cap.CAP_FEEDERLOADED: ("Paper in the feeder", "Feeder"),
    Cap.CAP_TIMEDATE: ("Date and time", "Device"),
    Cap.CAP_SUPPORTEDCAPS: ("Capabilities", "Device"),
    Cap.CAP_EXTENDEDCAPS: ("Extended capabilities", "Device"),
    Cap.CAP_AUTOFEED: ("Feed by itself", "Feeder"),
    Cap.CAP_CLEARPAGE: ("Eject the page", "Feeder"),
    Cap.CAP_FEEDPAGE: ("Feed a page", "Feeder"),
    Cap.CAP_REWINDPAGE: ("Rewind the page", "Feeder"),
    Cap.CAP_INDICATORS: ("Show progress", "Device"),
    Cap.CAP_PAPERDETECTABLE: ("Detects paper", "Feeder"),
    Cap.CAP_UICONTROLLABLE: ("Works without window", "Device"),
    Cap.CAP_DEVICEONLINE: ("Online", "Device"),
    Cap.CAP_AUTOSCAN: ("Scan ahead", "Feeder"),
    Cap.CAP_THUMBNAILSENABLED: ("Thumbnails", "Image"),
    Cap.CAP_DUPLEX: ("Kind of duplex", "Feeder"),
    Cap.CAP_DUPLEXENABLED: ("Both sides", "Feeder"),
    Cap.CAP_ENABLEDSUIONLY: ("Window for settings alone", "Device"),
    Cap.CAP_CUSTOMDSDATA: ("Saves its settings", "Device"),
    Cap.CAP_ENDORSER: ("Endorser number", "Imprinter"),
    Cap.CAP_JOBCONTROL: ("Job separators", "Feeder"),
    Cap.CAP_ALARMS: ("Alarms", "Device"),
    Cap.CAP_ALARMVOLUME: ("Volume of alarms", "Device"),
    Cap.CAP_CLEARBUFFERS: ("Clear buffers", "Device"),
    Cap.CAP_MAXBATCHBUFFERS: ("Most buffered images", "Device"),
    Cap.CAP_DEVICETIMEDATE: ("Clock of the device", "Device"),
    Cap.CAP_POWERSUPPLY: ("Power supply", "Device"),
    Cap.CAP_DEVICEEVENT: ("Reported events", "Device"),
    Cap.CAP_SERIALNUMBER: ("Serial number", "Device"),
    Cap.CAP_PRINTER: ("Imprinter", "Imprinter"),
    Cap.CAP_PRINTERENABLED: ("Print on the paper", "Imprinter"),
    Cap.CAP_PRINTERINDEX: ("Running number", "Imprinter"),
    Cap.CAP_PRINTERMODE: ("What is printed", "Imprinter"),
    Cap.CAP_PRINTERSTRING: ("Text before the number", "Imprinter"),
    Cap.CAP_PRINTERSUFFIX: ("Text after the number", "Imprinter"),
    Cap.CAP_LANGUAGE: ("Language", "Device"),
    Cap.CAP_FEEDERALIGNMENT: ("Alignment of the feeder", "Feeder"),
    Cap.CAP_FEEDERORDER: ("Order of the feeder", "Feeder"),
    Cap.CAP_REACQUIREALLOWED: ("Acquires again", "Device"),
    Cap.CAP_CAMERASIDE: ("Side to set", "Feeder"),
    Cap.CAP_SEGMENTED: ("Segmented images", "Image"),
    Cap.CAP_CAMERAENABLED: ("Camera on", "Image"),
    Cap.CAP_CAMERAORDER: ("Order of cameras", "Image"),
    Cap.CAP_FEEDERPREP: ("Prepare the feeder", "Feeder"),
    Cap.CAP_FEEDERPOCKET: ("Output pocket", "Feeder"),
    Cap.CAP_AUTOMATICSENSEMEDIUM: ("Choose feeder or flatbed by itself", "Feeder"),
    Cap.CAP_SUPPORTEDDATS: ("Supported operations", "Device"),
    Cap.CAP_DOUBLEFEEDDETECTION: ("Double feed detection", "Double feed"),
    Cap.CAP_DOUBLEFEEDDETECTIONLENGTH: ("Longest sheet", "Double feed"),
    Cap.CAP_DOUBLEFEEDDETECTIONSENSITIVITY: ("Sensitivity", "Double feed"),
    Cap.CAP_DOUBLEFEEDDETECTIONRESPONSE: ("Response", "Double feed"),
    Cap.CAP_PAPERHANDLING: ("Kind of paper", "Feeder"),
    Cap.CAP_INDICATORSMODE: ("Indicators", "Device"),
    Cap.CAP_PRINTERVERTICALOFFSET: ("Vertical offset", "Imprinter"),
    Cap.CAP_POWERSAVETIME: ("Seconds to standby", "Device"),
    Cap.CAP_PRINTERCHARROTATION: ("Rotation of characters", "Imprinter"),
    Cap.CAP_PRINTERFONTSTYLE: ("Style of characters", "Imprinter"),
    Cap.CAP_PRINTERINDEXLEADCHAR: ("Leading character", "Imprinter"),
    Cap.CAP_PRINTERINDEXMAXVALUE: ("Largest number", "Imprinter"),
    Cap.CAP_PRINTERINDEXNUMDIGITS: ("Digits", "Imprinter"),
    Cap.CAP_PRINTERINDEXSTEP: ("Step", "Imprinter"),
    Cap.CAP_PRINTERINDEXTRIGGER: ("What counts", "Imprinter"),
    Cap.CAP_PRINTERSTRINGPREVIEW: ("Preview of the text", "Imprinter"),
    Cap.CAP_SHEETCOUNT: ("Sheets of a batch", "Feeder"),
    Cap.ICAP_AUTOBRIGHT: ("Automatic brightness", "Image"),
    Cap.ICAP_BRIGHTNESS: ("Brightness", "Image"),
    Cap.ICAP_CONTRAST: ("Contrast", "Image"),
    Cap.ICAP_FILTER: ("Dropout colour", "Image"),
    Cap.ICAP_GAMMA: ("Gamma", "Image"),
    Cap.ICAP_HALFTONES: ("Halftones", "Image"),
    Cap.ICAP_HIGHLIGHT: ("Highlight", "Image"),
    Cap.ICAP_IMAGEFILEFORMAT: ("File format", "Transfer"),
    Cap.ICAP_LAMPSTATE: ("Lamp", "Device"),
    Cap.ICAP_LIGHTSOURCE: ("Light source", "Image"),
    Cap.ICAP_ORIENTATION: ("Orientation", "Size"),
    Cap.ICAP_PHYSICALWIDTH: ("Largest width", "Size"),
    Cap.ICAP_PHYSICALHEIGHT: ("Largest height", "Size"),
    Cap.ICAP_SHADOW: ("Shadow", "Image"),
    Cap.ICAP_FRAMES: ("Frames", "Size"),
    Cap.ICAP_XNATIVERESOLUTION: ("Optical resolution across", "Image"),
    Cap.ICAP_YNATIVERESOLUTION: ("Optical resolution along", "Image"),
    Cap.ICAP_XRESOLUTION: ("Resolution across", "Image"),
    Cap.ICAP_YRESOLUTION: ("Resolution along", "Image"),
    Cap.ICAP_MAXFRAMES: ("Most frames", "Size"),
    Cap.ICAP_TILES: ("Tiles", "Transfer"),
    Cap.ICAP_BITORDER: ("Order of bits", "Transfer"),
    Cap.ICAP_LIGHTPATH: ("Light path", "Image"),
    Cap.ICAP_PIXELFLAVOR: ("Meaning of zero", "Transfer"),
    Cap.ICAP_PLANARCHUNKY: ("Planes", "Transfer"),
    Cap.ICAP_ROTATION: ("Rotation", "Size"),
    Cap.ICAP_SUPPORTEDSIZES: ("Paper size", "Size"),
    Cap.ICAP_THRESHOLD: ("Threshold", "Image"),
    Cap.ICAP_XSCALING: ("Scaling across", "Size"),
    Cap.ICAP_YSCALING: ("Scaling along", "Size"),
    Cap.ICAP_JPEGPIXELTYPE: ("Colour in JPEG", "Transfer"),
    Cap.ICAP_BITDEPTH: ("Bits per pixel", "Image"),
    Cap.ICAP_BITDEPTHREDUCTION: ("Reduction to two levels", "Image"),
    Cap.ICAP_UNDEFINEDIMAGESIZE: ("Length as it comes", "Size"),
    Cap.ICAP_EXTIMAGEINFO: ("Facts about images", "Transfer"),
    Cap.ICAP_MINIMUMHEIGHT: ("Smallest height", "Size"),
    Cap.ICAP_MINIMUMWIDTH: ("Smallest width", "Size"),
    Cap.ICAP_AUTODISCARDBLANKPAGES: ("Discard blank pages", "Image"),
    Cap.ICAP_FLIPROTATION: ("Turning of the back", "Size"),
    Cap.ICAP_BARCODEDETECTIONENABLED: ("Bar codes", "Codes"),
    Cap.ICAP_SUPPORTEDBARCODETYPES: ("Kinds of bar codes", "Codes"),
    Cap.ICAP_ZOOMFACTOR: ("Zoom", "Image"),
    Cap.ICAP_PATCHCODEDETECTIONENABLED: ("Patch codes", "Codes"),
    Cap.ICAP_SUPPORTEDPATCHCODETYPES: ("Kinds of patch codes", "Codes"),
    Cap.ICAP_IMAGEFILTER: ("Image filter", "Image"),
    Cap.ICAP_NOISEFILTER: ("Noise filter", "Image"),
    Cap.ICAP_OVERSCAN: ("Overscan", "Size"),
    Cap.ICAP_AUTOMATICBORDERDETECTION: ("Border detection", "Size"),
    Cap.ICAP_AUTOMATICDESKEW: ("Deskew", "Image"),
    Cap.ICAP_AUTOMATICROTATE: ("Automatic rotation", "Image"),
    Cap.ICAP_JPEGQUALITY: ("JPEG quality", "Transfer"),
    Cap.ICAP_FEEDERTYPE: ("Kind of feeder", "Feeder"),
    Cap.ICAP_ICCPROFILE: ("Colour profile", "Image"),
    Cap.ICAP_AUTOSIZE: ("Automatic size", "Size"),
    Cap.ICAP_AUTOMATICCROPUSESFRAME: ("Crop within the frame", "Size"),
    Cap.ICAP_AUTOMATICLENGTHDETECTION: ("Length detection", "Size"),
    Cap.ICAP_AUTOMATICCOLORENABLED: ("Colour detection", "Image"),
    Cap.ICAP_AUTOMATICCOLORNONCOLORPIXELTYPE: ("What is not colour", "Image"),
    Cap.ICAP_COLORMANAGEMENTENABLED: ("Colour management", "Image"),
    Cap.ICAP_IMAGEMERGE: ("Merge both sides", "Image"),
    Cap.ICAP_SUPPORTEDEXTIMAGEINFO: ("Facts on offer", "Transfer"),
    Cap.ICAP_MIRROR: ("Mirror", "Image"),
    Cap.ICAP_JPEGSUBSAMPLING: ("JPEG subsampling", "Transfer"),
}

# What the numbers of a capability mean, for a form.
WORDS: dict[int, dict[int, str]] = {
    Cap.ICAP_PIXELTYPE: {0: "BW", 1: "GRAY", 2: "RGB", 3: "PALETTE"},
    Cap.ICAP_COMPRESSION: {0: "NONE", 1: "PACKBITS", 5: "GROUP4", 6: "JPEG", 9: "PNG"},
    Cap.ICAP_IMAGEFILEFORMAT: {0: "TIFF", 2: "BMP", 4: "JFIF", 7: "PNG", 10: "PDF"},
    Cap.ICAP_UNITS: {0: "INCHES", 1: "CENTIMETERS", 5: "PIXELS"},
    Cap.ICAP_FILTER: {0: "RED", 1: "GREEN", 2: "BLUE", 3: "NONE"},
    Cap.ICAP_BITDEPTHREDUCTION: {
        0: "THRESHOLD",
        1: "HALFTONE",
        2: "CUSTOMHALFTONE",
        3: "DIFFUSION",
    },
    Cap.ICAP_SUPPORTEDSIZES: {
        0: "NONE",
        1: "A4",
        2: "JISB5",
        3: "USLETTER",
        4: "USLEGAL",
        5: "A5",
        11: "A3",
        38: "JISB4",
        54: "MAXSIZE",
    },
    Cap.CAP_DUPLEX: {0: "NONE", 1: "1PASSDUPLEX", 2: "2PASSDUPLEX"},
    Cap.CAP_DOUBLEFEEDDETECTION: {0: "ULTRASONIC", 1: "BYLENGTH", 2: "INFRARED"},
    Cap.CAP_DOUBLEFEEDDETECTIONSENSITIVITY: {0: "LOW", 1: "MEDIUM", 2: "HIGH"},
    Cap.CAP_DOUBLEFEEDDETECTIONRESPONSE: {
        0: "STOP",
        1: "STOPANDWAIT",
        2: "SOUND",
        3: "DONOTIMPRINT",
    },
    Cap.CAP_PRINTER: {
        0: "IMPRINTERTOPBEFORE",
        1: "IMPRINTERTOPAFTER",
        2: "IMPRINTERBOTTOMBEFORE",
        3: "IMPRINTERBOTTOMAFTER",
        4: "ENDORSERTOPBEFORE",
        5: "ENDORSERTOPAFTER",
        6: "ENDORSERBOTTOMBEFORE",
        7: "ENDORSERBOTTOMAFTER",
    },
    Cap.CAP_PRINTERMODE: {0: "SINGLESTRING", 1: "MULTISTRING", 2: "COMPOUNDSTRING"},
    Cap.CAP_PAPERHANDLING: {0: "NORMAL", 1: "FRAGILE", 2: "THICK", 3: "TRIFOLD", 4: "PHOTOGRAPH"},
    Cap.CAP_SEGMENTED: {0: "NONE", 1: "AUTO", 2: "MANUAL"},
    Cap.CAP_CAMERASIDE: {0: "BOTH", 1: "TOP", 2: "BOTTOM"},
    Cap.CAP_JOBCONTROL: {0: "NONE"},
}


def capability_name(number: int) -> str:
    """The name that an option has."""
    try:
        return Cap(number).name
    except ValueError:
        return f"CAP_0x{number:04X}"


def capability_number(name: str) -> int | None:
    """The capability that an option names, None when it names none."""
    upper = name.strip().upper()
    if upper in Cap.__members__:
        return Cap[upper]
    if upper.startswith("CAP_0X"):
        try:
            number = int(upper.removeprefix("CAP_0X"), 16)
        except ValueError:
            return None
        return number if 0 < number <= 0xFFFF else None
    return None
