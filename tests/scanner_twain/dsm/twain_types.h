/* The structures of TWAIN 2.5 that the test manager uses, written down a second time from the
   specification, so that the layout of the binding is compared with a C compiler's. */
#ifndef TWAIN_TYPES_H
#define TWAIN_TYPES_H

#include <stdint.h>

typedef void *TW_HANDLE;
typedef void *TW_MEMREF;
typedef char TW_STR32[34];
typedef char TW_STR255[256];
typedef uint16_t TW_BOOL;
typedef uintptr_t TW_UINTPTR;

#pragma pack(push, 2)
typedef struct { int16_t Whole; uint16_t Frac; } TW_FIX32;
typedef struct { TW_FIX32 Left, Top, Right, Bottom; } TW_FRAME;
typedef struct {
    uint16_t MajorNum, MinorNum, Language, Country;
    TW_STR32 Info;
} TW_VERSION;
typedef struct {
    uint32_t Id;
    TW_VERSION Version;
    uint16_t ProtocolMajor, ProtocolMinor;
    uint32_t SupportedGroups;
    TW_STR32 Manufacturer, ProductFamily, ProductName;
} TW_IDENTITY;
typedef struct { uint16_t Cap, ConType; TW_HANDLE hContainer; } TW_CAPABILITY;
typedef struct { uint16_t ItemType; uint32_t Item; } TW_ONEVALUE;
typedef struct {
    uint16_t ItemType;
    uint32_t NumItems, CurrentIndex, DefaultIndex;
    uint8_t ItemList[1];
} TW_ENUMERATION;
typedef struct {
    uint16_t ItemType;
    uint32_t MinValue, MaxValue, StepSize, DefaultValue, CurrentValue;
} TW_RANGE;
typedef struct { uint16_t ItemType; uint32_t NumItems; uint8_t ItemList[1]; } TW_ARRAY;
typedef struct {
    TW_FIX32 XResolution, YResolution;
    int32_t ImageWidth, ImageLength;
    int16_t SamplesPerPixel, BitsPerSample[8], BitsPerPixel;
    TW_BOOL Planar;
    int16_t PixelType;
    uint16_t Compression;
} TW_IMAGEINFO;
typedef struct {
    TW_FRAME Frame;
    uint32_t DocumentNumber, PageNumber, FrameNumber;
} TW_IMAGELAYOUT;
typedef struct { uint32_t Flags, Length; TW_MEMREF TheMem; } TW_MEMORY;
typedef struct {
    uint16_t Compression;
    uint32_t BytesPerRow, Columns, Rows, XOffset, YOffset, BytesWritten;
    TW_MEMORY Memory;
} TW_IMAGEMEMXFER;
typedef struct { uint32_t MinBufSize, MaxBufSize, Preferred; } TW_SETUPMEMXFER;
typedef struct { TW_STR255 FileName; uint16_t Format; int16_t VRefNum; } TW_SETUPFILEXFER;
typedef struct { TW_BOOL ShowUI, ModalUI; TW_HANDLE hParent; } TW_USERINTERFACE;
typedef struct { uint16_t Count; uint32_t EOJ; } TW_PENDINGXFERS;
typedef struct { TW_MEMREF pEvent; uint16_t TWMessage; } TW_EVENT;
typedef struct {
    uint32_t Event;
    TW_STR255 DeviceName;
    uint32_t BatteryMinutes;
    int16_t BatteryPercentage;
    int32_t PowerSupply;
    TW_FIX32 XResolution, YResolution;
    uint32_t FlashUsed2, AutomaticCapture, TimeBeforeFirstCapture, TimeBetweenCaptures;
} TW_DEVICEEVENT;
typedef struct { uint16_t ConditionCode, Data; } TW_STATUS;
typedef struct { TW_STATUS Status; uint32_t Size; TW_HANDLE UTF8string; } TW_STATUSUTF8;
typedef struct { uint32_t InfoLength; TW_HANDLE hData; } TW_CUSTOMDSDATA;
typedef struct {
    uint16_t InfoID, ItemType, NumItems, ReturnCode;
    TW_UINTPTR Item;
} TW_INFO;
typedef struct { uint32_t NumInfos; TW_INFO Info[1]; } TW_EXTIMAGEINFO;
typedef struct { TW_MEMREF CallBackProc; uint32_t RefCon; int16_t Message; } TW_CALLBACK;
typedef struct {
    uint32_t Size;
    TW_MEMREF DSM_Entry, DSM_MemAllocate, DSM_MemFree, DSM_MemLock, DSM_MemUnlock;
} TW_ENTRYPOINT;
#pragma pack(pop)

typedef uint16_t (*TW_PROCEDURE)(
    TW_IDENTITY *, TW_IDENTITY *, uint32_t, uint16_t, uint16_t, TW_MEMREF);

enum { DG_CONTROL = 1, DG_IMAGE = 2 };
enum { DF_DSM2 = 0x10000000, DF_APP2 = 0x20000000, DF_DS2 = 0x40000000 };
enum {
    DAT_NULL = 0, DAT_CAPABILITY = 1, DAT_EVENT = 2, DAT_IDENTITY = 3, DAT_PARENT = 4,
    DAT_PENDINGXFERS = 5, DAT_SETUPMEMXFER = 6, DAT_SETUPFILEXFER = 7, DAT_STATUS = 8,
    DAT_USERINTERFACE = 9, DAT_CUSTOMDSDATA = 0xC, DAT_DEVICEEVENT = 0xD, DAT_CALLBACK = 0x10,
    DAT_STATUSUTF8 = 0x11, DAT_IMAGEINFO = 0x101, DAT_IMAGELAYOUT = 0x102,
    DAT_IMAGEMEMXFER = 0x103, DAT_IMAGENATIVEXFER = 0x104, DAT_IMAGEFILEXFER = 0x105,
    DAT_EXTIMAGEINFO = 0x10B, DAT_ENTRYPOINT = 0x403
};
enum {
    MSG_GET = 1, MSG_GETCURRENT = 2, MSG_GETDEFAULT = 3, MSG_GETFIRST = 4, MSG_GETNEXT = 5,
    MSG_SET = 6, MSG_RESET = 7, MSG_QUERYSUPPORT = 8, MSG_XFERREADY = 0x101,
    MSG_CLOSEDSREQ = 0x102, MSG_DEVICEEVENT = 0x104, MSG_OPENDSM = 0x301, MSG_CLOSEDSM = 0x302,
    MSG_OPENDS = 0x401, MSG_CLOSEDS = 0x402, MSG_DISABLEDS = 0x501, MSG_ENABLEDS = 0x502,
    MSG_PROCESSEVENT = 0x601, MSG_ENDXFER = 0x701, MSG_REGISTER_CALLBACK = 0x902
};
enum {
    TWRC_SUCCESS = 0, TWRC_FAILURE = 1, TWRC_CHECKSTATUS = 2, TWRC_CANCEL = 3, TWRC_DSEVENT = 4,
    TWRC_NOTDSEVENT = 5, TWRC_XFERDONE = 6, TWRC_ENDOFLIST = 7, TWRC_INFONOTSUPPORTED = 8,
    TWRC_DATANOTAVAILABLE = 9
};
enum {
    TWCC_BUMMER = 1, TWCC_LOWMEMORY = 2, TWCC_NODS = 3, TWCC_MAXCONNECTIONS = 4,
    TWCC_BADPROTOCOL = 9, TWCC_BADVALUE = 10, TWCC_SEQERROR = 11, TWCC_BADDEST = 12,
    TWCC_CAPUNSUPPORTED = 13, TWCC_CAPBADOPERATION = 14, TWCC_CHECKDEVICEONLINE = 23,
    TWCC_FILEWRITEERROR = 22
};
enum { TWON_ARRAY = 3, TWON_ENUMERATION = 4, TWON_ONEVALUE = 5, TWON_RANGE = 6 };
enum {
    TWTY_INT16 = 1, TWTY_INT32 = 2, TWTY_UINT16 = 4, TWTY_UINT32 = 5, TWTY_BOOL = 6,
    TWTY_FIX32 = 7, TWTY_FRAME = 8, TWTY_STR32 = 9, TWTY_STR255 = 12
};

#endif
