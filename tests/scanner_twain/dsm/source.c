/* The scanner behind the test manager: a feeder of numbered pages and every mishap of one. */
#include "source.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int image, images; /* the image under way from 0, and how many there are */
static int row;           /* rows (or bytes) of it that are out */
static int event_due;
static TW_FRAME layout;
static char file_name[256];
static uint16_t file_format;

static int is(const char *key, const char *value) { return !strcmp(setting_text(key, ""), value); }

void source_opened(void)
{
    capabilities_reset();
    memset(&layout, 0, sizeof layout);
    layout.Right.Whole = 12;
    layout.Bottom.Whole = 17;
}

/* The images of one side: one for each camera that is on. */
static int streams(void)
{
    int main_type = (int)capability_value(0x0101);
    return main_type != 0 && camera_enabled(0) && camera_enabled(main_type) ? 2 : 1;
}

static int sides(void) { return capability_value(0x1002) && capability_value(0x1013) ? 2 : 1; }

static int pixel_type(void)
{
    return streams() == 2 && image % 2 ? 0 : (int)capability_value(0x0101);
}

/* Some sides never come: the position of the side in the stack, from 0. */
static int side(void)
{
    long dropped = setting("DROPPED", -1);
    int number = image / streams();
    return dropped >= 0 && number >= dropped ? number + 1 : number;
}

static Page current(void)
{
    int type = pixel_type();
    int bits = type ? (int)setting("BITS", 8) : 1;
    int planar = type == 2 && setting("PLANAR", 0);
    int width = (int)setting("WIDTH", 61);
    int pixel = type == 2 && !planar ? 3 * bits : bits;
    int padding = (int)setting("PADDING", 4);
    int stride = ((width * pixel + 7) / 8 + padding - 1) / padding * padding;
    Page page = {side(), type, bits, width, (int)setting("HEIGHT", 23), stride, planar};
    return page;
}

static int at_fault(const char *where)
{
    return setting("FAULT_AT", 0) == image + 1 && !strcmp(setting_text("FAULT_IN", "transfer"), where);
}

static uint16_t mishap(void)
{
    long code = setting("FAULT_CODE", TWRC_FAILURE);
    if (is("FAULT", "crash")) raise(SIGSEGV);
    if (is("FAULT", "hang"))
        for (;;) pause();
    return code == TWRC_FAILURE ? fail((uint16_t)setting("FAULT", TWCC_BUMMER)) : (uint16_t)code;
}

static void *call_later(void *message)
{
    usleep((useconds_t)setting("DELAY_MS", 30) * 1000);
    tell_application((uint16_t)(uintptr_t)message);
    return NULL;
}

static void tell(uint16_t message)
{
    pthread_t thread;
    if (is("CALLBACK", "thread")) {
        pthread_create(&thread, NULL, call_later, (void *)(uintptr_t)message);
        pthread_detach(thread);
    } else if (!is("CALLBACK", "never")) {
        tell_application(message);
    }
}

static uint16_t enable(const TW_USERINTERFACE *interface)
{
    if (interface->ShowUI) note("VIOLATION the window of the source was asked for");
    image = row = 0;
    if (at_fault("enable")) return mishap();
    long count = (long)capability_value(0x0001);
    images = (int)setting("SHEETS", 3) * sides() * streams();
    if (!capability_value(0x1002)) images = streams();
    if (setting("DROPPED", -1) >= 0) images -= streams();
    if (count > 0 && count < images) images = (int)count;
    change_state(5);
    if (setting("CLOSE_AT", 0)) tell(MSG_CLOSEDSREQ);
    /* Ready before ENABLEDS has returned, as the sample source does it. */
    else tell(MSG_XFERREADY);
    return setting("INSISTS", 0) ? TWRC_CHECKSTATUS : TWRC_SUCCESS;
}

static uint16_t image_info(TW_IMAGEINFO *info)
{
    if (at_fault("info")) return mishap();
    Page page = current();
    int channels = page.pixel_type == 2 ? 3 : 1;
    memset(info, 0, sizeof *info);
    info->XResolution.Whole = (int16_t)capability_value(0x1118);
    info->YResolution.Whole = (int16_t)capability_value(0x1119);
    info->ImageWidth = setting("LIES", 0) == 6 ? -5 : page.width;
    info->ImageLength = capability_value(0x112D) ? -1 : page.height;
    info->SamplesPerPixel = (int16_t)channels;
    for (int index = 0; index < channels; index++) info->BitsPerSample[index] = (int16_t)page.bits;
    info->BitsPerPixel = (int16_t)(channels * page.bits);
    info->Planar = (TW_BOOL)page.planar;
    info->PixelType = (int16_t)page.pixel_type;
    if (capability_value(0x0103) == 2) info->Compression = (uint16_t)capability_value(0x0100);
    return TWRC_SUCCESS;
}

/* Bytes from a file that the test has put down for this image. */
static uint16_t compressed_strip(TW_IMAGEMEMXFER *strip)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%d.bin", setting_text("PAGES", "."), image + 1);
    FILE *file = fopen(path, "rb");
    if (!file) return fail(TWCC_BUMMER);
    fseek(file, row, SEEK_SET);
    uint32_t room = strip->Memory.Length < 700 ? strip->Memory.Length : 700;
    strip->BytesWritten = (uint32_t)fread(strip->Memory.TheMem, 1, room, file);
    strip->Compression = (uint16_t)capability_value(0x0100);
    row += (int)strip->BytesWritten;
    int ended = fgetc(file) == EOF;
    fclose(file);
    change_state(7);
    return ended ? TWRC_XFERDONE : TWRC_SUCCESS;
}

/* Tiles of 16 columns and 8 rows, from the right to the left. */
static uint16_t tile(TW_IMAGEMEMXFER *strip, const Page *page)
{
    int pixel = page->pixel_type == 2 ? 3 : 1, across = (page->width + 15) / 16;
    int left = (across - 1 - row % across) * 16, top = row / across * 8;
    int columns = page->width - left < 16 ? page->width - left : 16;
    int rows = page->height - top < 8 ? page->height - top : 8;
    unsigned char whole[8192], *target = strip->Memory.TheMem;
    for (int y = 0; y < rows; y++) {
        page_row(page, top + y, whole);
        memcpy(target + y * 64, whole + left * pixel, (size_t)(columns * pixel));
    }
    strip->BytesPerRow = 64;
    strip->Columns = (uint32_t)columns;
    strip->Rows = (uint32_t)rows;
    strip->XOffset = (uint32_t)left;
    strip->YOffset = (uint32_t)top;
    strip->BytesWritten = (uint32_t)(64 * rows);
    row++;
    change_state(7);
    int all = across * ((page->height + 7) / 8) - (setting("SHORT_AT", 0) == image + 1);
    return row == all ? TWRC_XFERDONE : TWRC_SUCCESS;
}

static uint16_t memory_strip(TW_IMAGEMEMXFER *strip)
{
    if (at_fault("transfer") || (row && at_fault("middle"))) return mishap();
    if (strip->Memory.Flags != 9) note("VIOLATION flags of the buffer %u", strip->Memory.Flags);
    if (strip->Memory.Length > (uint32_t)setting("MOST_BYTES", 1 << 16) ||
        strip->Memory.Length < (uint32_t)setting("LEAST_BYTES", 256)) {
        note("VIOLATION a buffer of %u bytes", strip->Memory.Length);
        return fail(TWCC_BADVALUE);
    }
    if (capability_value(0x0100)) return compressed_strip(strip);
    Page page = current();
    if (setting("TILES", 0)) return tile(strip, &page);
    /* Some sources pad their first strip in another way than the rest. */
    if (row == 0) page.stride += (int)setting("FIRST_PADDING", 0);
    int all = (int)page_rows(&page), fitting = (int)strip->Memory.Length / page.stride;
    int most = (int)setting("STRIP_ROWS", 7);
    int rows = fitting < most ? fitting : most;
    int last = all - (setting("SHORT_AT", 0) == image + 1 ? 2 : 0);
    if (rows > last - row) rows = last - row;
    for (int index = 0; index < rows; index++)
        page_row(&page, row + index, (unsigned char *)strip->Memory.TheMem + index * page.stride);
    strip->Compression = 0;
    strip->BytesPerRow = (uint32_t)page.stride;
    strip->Columns = (uint32_t)page.width;
    strip->Rows = (uint32_t)rows;
    strip->XOffset = 0;
    strip->YOffset = (uint32_t)row;
    strip->BytesWritten = (uint32_t)(rows * page.stride);
    if (setting("LIES", 0) == 1) strip->Rows += 100000;
    if (setting("LIES", 0) == 2) strip->BytesWritten = 0x7FFFFFFF;
    if (setting("LIES", 0) == 3) strip->BytesPerRow = 1;
    if (setting("LIES", 0) == 4) strip->XOffset = 1000, strip->Columns = 8;
    if (setting("LIES", 0) == 5) strip->YOffset = 0x7FFFFFF0, strip->Columns = 8;
    row += rows;
    change_state(7);
    return row >= last ? TWRC_XFERDONE : TWRC_SUCCESS;
}

static uint16_t native(TW_HANDLE *handle)
{
    if (at_fault("transfer")) return mishap();
    Page page = current();
    unsigned char *file;
    double dpi = capability_value(0x1118);
    size_t size = is("NATIVE", "bitmap") ? page_bitmap(&page, dpi, &file) : page_tiff(&page, dpi, &file);
    *handle = memory_allocate((uint32_t)size);
    memcpy(memory_lock(*handle), file, size);
    memory_unlock(*handle);
    free(file);
    change_state(7);
    return TWRC_XFERDONE;
}

static uint16_t write_file(void)
{
    if (at_fault("transfer")) return mishap();
    char path[512];
    unsigned char *data = NULL;
    size_t size = 0;
    Page page = current();
    snprintf(path, sizeof path, "%s%s", file_name, setting_text("ENDING", ""));
    FILE *file = fopen(path, "wb");
    if (!file) return fail(TWCC_FILEWRITEERROR);
    if (file_format == 0) {
        size = page_tiff(&page, capability_value(0x1118), &data);
    } else {
        char from[512];
        snprintf(from, sizeof from, "%s/%d.bin", setting_text("PAGES", "."), image + 1);
        FILE *ready = fopen(from, "rb");
        data = calloc(1, 1 << 20);
        if (ready) {
            size = fread(data, 1, 1 << 20, ready);
            fclose(ready);
        }
    }
    if (setting("SHORT_AT", 0) == image + 1) size = size / 2;
    if (setting("EMPTY_AT", 0) == image + 1) size = 0;
    fwrite(data, 1, size, file);
    free(data);
    fclose(file);
    change_state(7);
    return TWRC_XFERDONE;
}

static uint16_t facts(TW_EXTIMAGEINFO *question)
{
    int tells = (int)setting("TELLS", 0), second = sides() == 2 && side() % 2;
    for (uint32_t index = 0; index < question->NumInfos; index++) {
        TW_INFO *info = &question->Info[index];
        info->ReturnCode = TWRC_INFONOTSUPPORTED;
        if (info->InfoID == 0x1245 && tells) {
            int back = setting("BACK_FIRST", 0) ? !second : second;
            info->ItemType = TWTY_UINT16;
            info->NumItems = 1;
            info->Item = back ? 2 : 1;
            info->ReturnCode = TWRC_SUCCESS;
        } else if (info->InfoID == 0x124A && tells && capability_value(0x1027)) {
            info->ItemType = TWTY_STR255;
            info->NumItems = 1;
            info->Item = (TW_UINTPTR)memory_allocate(256);
            snprintf(memory_lock((TW_HANDLE)info->Item), 256, "%s%d%s", capability_text(0x102A),
                     (int)capability_value(0x1028) + side() / sides(), capability_text(0x102B));
            memory_unlock((TW_HANDLE)info->Item);
            info->ReturnCode = TWRC_SUCCESS;
        }
    }
    return TWRC_SUCCESS;
}

static uint16_t end_transfer(TW_PENDINGXFERS *pending)
{
    image++;
    row = 0;
    if (setting("DOUBLE_AT", 0) == image && capability_listed(0x1022, 12)) {
        event_due = 1;
        tell_application(MSG_DEVICEEVENT);
    }
    int left = images - image;
    if (setting("UNKNOWN_COUNT", 0)) {
        /* Nobody knows how many are left until the feeder is empty. */
        pending->Count = 0xFFFF;
        change_state(6);
        return TWRC_SUCCESS;
    }
    pending->Count = (uint16_t)(left > 0 ? left : 0);
    change_state(left > 0 ? 6 : 5);
    return TWRC_SUCCESS;
}

static uint16_t custom_data(uint16_t message, TW_CUSTOMDSDATA *blob)
{
    if (message == MSG_GET) {
        size_t size = capabilities_save(NULL, 0);
        blob->InfoLength = (uint32_t)size;
        blob->hData = memory_allocate((uint32_t)size);
        capabilities_save(memory_lock(blob->hData), size);
        memory_unlock(blob->hData);
        return TWRC_SUCCESS;
    }
    int taken = capabilities_restore(memory_lock(blob->hData), blob->InfoLength);
    memory_unlock(blob->hData);
    return taken ? TWRC_SUCCESS : fail(TWCC_BADVALUE);
}

static uint16_t control(uint16_t data, uint16_t message, TW_MEMREF at)
{
    TW_SETUPMEMXFER *sizes = at;
    switch (data) {
        case DAT_CAPABILITY: return capability_call(message, at);
        case DAT_USERINTERFACE:
            if (message == MSG_ENABLEDS) return enable(at);
            change_state(4);
            return TWRC_SUCCESS;
        case DAT_PENDINGXFERS:
            if (message == MSG_ENDXFER) return end_transfer(at);
            ((TW_PENDINGXFERS *)at)->Count = 0;
            change_state(5);
            return TWRC_SUCCESS;
        case DAT_SETUPMEMXFER:
            sizes->MinBufSize = (uint32_t)setting("LEAST_BYTES", 256);
            sizes->MaxBufSize = (uint32_t)setting("MOST_BYTES", 1 << 16);
            sizes->Preferred = (uint32_t)setting("LEAST_BYTES", 256);
            return TWRC_SUCCESS;
        case DAT_SETUPFILEXFER:
            memcpy(file_name, ((TW_SETUPFILEXFER *)at)->FileName, sizeof file_name);
            file_format = ((TW_SETUPFILEXFER *)at)->Format;
            return TWRC_SUCCESS;
        case DAT_CUSTOMDSDATA: return custom_data(message, at);
        case DAT_EVENT:
            /* A source that has no callback answers with its messages. */
            if (state() != 5) return TWRC_NOTDSEVENT;
            ((TW_EVENT *)at)->TWMessage = MSG_XFERREADY;
            change_state(6);
            return TWRC_DSEVENT;
        case DAT_DEVICEEVENT:
            if (!event_due) return fail(TWCC_BUMMER);
            event_due = 0;
            memset(at, 0, sizeof(TW_DEVICEEVENT));
            ((TW_DEVICEEVENT *)at)->Event = 12;
            return TWRC_SUCCESS;
        default: return fail(TWCC_BADPROTOCOL);
    }
}

uint16_t source_call(uint32_t group, uint16_t data, uint16_t message, TW_MEMREF at)
{
    if (group == DG_CONTROL) return control(data, message, at);
    /* A source of version 1 is ready as soon as it is asked for the image. */
    if (state() == 5) return fail(TWCC_SEQERROR);
    switch (data) {
        case DAT_IMAGELAYOUT:
            if (message == MSG_GET) {
                memset(at, 0, sizeof(TW_IMAGELAYOUT));
                ((TW_IMAGELAYOUT *)at)->Frame = layout;
                return TWRC_SUCCESS;
            }
            layout = ((TW_IMAGELAYOUT *)at)->Frame;
            note("LAYOUT %d %d", layout.Right.Whole * 1000 + layout.Right.Frac * 1000 / 65536,
                 layout.Bottom.Whole * 1000 + layout.Bottom.Frac * 1000 / 65536);
            return TWRC_SUCCESS;
        case DAT_IMAGEINFO:
            if (image >= images) return fail(29);
            return image_info(at);
        case DAT_IMAGEMEMXFER: return memory_strip(at);
        case DAT_IMAGENATIVEXFER: return native(at);
        case DAT_IMAGEFILEXFER: return write_file();
        case DAT_EXTIMAGEINFO: return facts(at);
        default: return fail(TWCC_BADPROTOCOL);
    }
}
