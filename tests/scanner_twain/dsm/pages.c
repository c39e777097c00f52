/* Pages whose every pixel tells which page it is of; tests compute the same. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

static unsigned sample(const Page *page, int x, int y, int channel)
{
    if (page->bits == 16)
        return (unsigned)(x * 257 + y * 31 + page->page * 1009 + channel * 4099) & 0xFFFF;
    return (unsigned)(x * 3 + y * 5 + page->page * 37 + channel * 61) & 0xFF;
}

static int black(const Page *page, int x, int y) { return (x / 3 + y / 2 + page->page) & 1; }

static int channels(const Page *page) { return page->pixel_type == 2 ? 3 : 1; }

size_t page_rows(const Page *page)
{
    return (size_t)page->height * (page->planar ? (size_t)channels(page) : 1);
}

static void put(unsigned char **at, unsigned value, int bits)
{
    if (bits == 16) {
        uint16_t word = (uint16_t)value;
        memcpy(*at, &word, 2);
        *at += 2;
    } else {
        *(*at)++ = (unsigned char)value;
    }
}

void page_row(const Page *page, int row, unsigned char *target)
{
    int vanilla = capability_value(0x111F) == 1, low_first = capability_value(0x111C) == 0;
    /* What lies beside the image in a padded row is nobody's business. */
    memset(target, 0xA5, (size_t)page->stride);
    if (page->pixel_type == 0) {
        memset(target, 0, (size_t)(page->width + 7) / 8);
        for (int x = 0; x < page->width; x++) {
            int bit = black(page, x, row) ? vanilla : !vanilla;
            if (bit) target[x / 8] |= (unsigned char)(low_first ? 1 << x % 8 : 0x80 >> x % 8);
        }
        return;
    }
    int y = row % page->height, plane = row / page->height;
    for (int x = 0; x < page->width; x++) {
        if (page->planar) {
            put(&target, sample(page, x, y, plane), page->bits);
            continue;
        }
        for (int channel = 0; channel < channels(page); channel++) {
            unsigned value = sample(page, x, y, channel);
            if (vanilla && channels(page) == 1) value = ~value & (page->bits == 16 ? 0xFFFF : 0xFF);
            put(&target, value, page->bits);
        }
    }
}

static void word(unsigned char **at, uint32_t value, int bytes)
{
    memcpy(*at, &value, (size_t)bytes);
    *at += bytes;
}

static void field(unsigned char **at, unsigned tag, unsigned kind, uint32_t count, uint32_t value)
{
    word(at, tag, 2);
    word(at, kind, 2);
    word(at, count, 4);
    word(at, value, 4);
}

/* TIFF with its directory behind the data and one strip for each half of the page. */
size_t page_tiff(const Page *page, double dpi, unsigned char **target)
{
    Page plain = *page;
    plain.stride = page->pixel_type ? page->width * channels(page) * page->bits / 8
                                    : (page->width + 7) / 8;
    uint32_t size = (uint32_t)(plain.stride * page->height);
    uint32_t half = (uint32_t)(plain.stride * ((page->height + 1) / 2));
    int strips = half < size ? 2 : 1;
    uint32_t extra = 8 + size + (size & 1), directory = extra + 40;
    unsigned char *file = calloc(1, directory + 2 + 14 * 12 + 4), *at = file;
    memcpy(at, "II*\0", 4);
    at += 4;
    word(&at, directory, 4);
    for (int row = 0; row < page->height; row++) page_row(&plain, row, at + row * plain.stride);
    at = file + extra;
    word(&at, (uint32_t)dpi, 4);
    word(&at, 1, 4);
    for (int index = 0; index < 3; index++) word(&at, (uint32_t)page->bits, 2);
    word(&at, 0, 2);
    word(&at, 8, 4);
    word(&at, 8 + half, 4);
    word(&at, half, 4);
    word(&at, size - half, 4);
    at = file + directory;
    word(&at, 12, 2);
    field(&at, 256, 4, 1, (uint32_t)page->width);
    field(&at, 257, 4, 1, (uint32_t)page->height);
    if (channels(page) == 3) field(&at, 258, 3, 3, extra + 8);
    else field(&at, 258, 3, 1, page->pixel_type ? (uint32_t)page->bits : 1);
    field(&at, 259, 3, 1, 1);
    field(&at, 262, 3, 1, channels(page) == 3 ? 2 : 1);
    field(&at, 273, 4, (uint32_t)strips, strips == 2 ? extra + 16 : 8);
    field(&at, 277, 3, 1, (uint32_t)channels(page));
    field(&at, 278, 4, 1, (uint32_t)(page->height + 1) / 2);
    field(&at, 279, 4, (uint32_t)strips, strips == 2 ? extra + 24 : size);
    field(&at, 282, 5, 1, extra);
    field(&at, 283, 5, 1, extra);
    field(&at, 296, 3, 1, 2);
    word(&at, 0, 4);
    *target = file;
    return (size_t)(at - file);
}

/* A bitmap of Windows: rows from below, padded to four bytes, blue first. */
size_t page_bitmap(const Page *page, double dpi, unsigned char **target)
{
    int bits = page->pixel_type == 0 ? 1 : channels(page) * 8;
    uint32_t stride = (uint32_t)(page->width * bits + 31) / 32 * 4;
    uint32_t colors = bits <= 8 ? 1u << bits : 0;
    size_t size = 40 + colors * 4 + (size_t)stride * (size_t)page->height;
    unsigned char *file = calloc(1, size), *at = file;
    word(&at, 40, 4);
    word(&at, (uint32_t)page->width, 4);
    word(&at, (uint32_t)page->height, 4);
    word(&at, 1, 2);
    word(&at, (uint32_t)bits, 2);
    at += 8;
    word(&at, (uint32_t)(dpi * 39.37), 4);
    word(&at, (uint32_t)(dpi * 39.37), 4);
    at += 8;
    for (uint32_t index = 0; index < colors; index++)
        word(&at, index * (colors == 2 ? 0xFFFFFF : 0x010101), 4);
    Page plain = *page;
    plain.stride = page->width * channels(page) + 4;
    unsigned char *row = malloc((size_t)plain.stride);
    for (int y = page->height - 1; y >= 0; y--, at += stride) {
        page_row(&plain, y, row);
        memcpy(at, row, page->pixel_type ? (size_t)(page->width * channels(page))
                                         : (size_t)(page->width + 7) / 8);
        if (channels(page) == 3)
            for (int x = 0; x < page->width; x++) {
                unsigned char red = at[3 * x];
                at[3 * x] = at[3 * x + 2];
                at[3 * x + 2] = red;
            }
    }
    free(row);
    *target = file;
    return size;
}
