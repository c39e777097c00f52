/* The capabilities of the test source: all four containers, values that are rounded, values that
   are refused, and two of the maker's own. */
#include "source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 12
#define LOCKED 1 /* cannot be set */

typedef struct {
    uint16_t id, type, container;
    int flags, count;
    double values[MOST], low, high, step, current;
    char text[256];
    int on_count;
    double on[MOST];
} Cap;

static Cap table[] = {
    {0x0001, TWTY_INT16, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, -1, "", 0, {0}},
    {0x0100, TWTY_UINT16, TWON_ENUMERATION, 0, 3, {0, 5, 6}, 0, 0, 0, 0, "", 0, {0}},
    {0x0101, TWTY_UINT16, TWON_ENUMERATION, 0, 3, {0, 1, 2}, 0, 0, 0, 0, "", 0, {0}},
    {0x0102, TWTY_UINT16, TWON_ENUMERATION, 0, 2, {0, 1}, 0, 0, 0, 0, "", 0, {0}},
    {0x0103, TWTY_UINT16, TWON_ENUMERATION, 0, 3, {0, 1, 2}, 0, 0, 0, 0, "", 0, {0}},
    {0x1002, TWTY_BOOL, TWON_ENUMERATION, 0, 2, {0, 1}, 0, 0, 0, 1, "", 0, {0}},
    {0x1003, TWTY_BOOL, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x1007, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x100B, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x100D, TWTY_BOOL, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x100F, TWTY_BOOL, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x1012, TWTY_UINT16, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x1013, TWTY_BOOL, TWON_ENUMERATION, 0, 2, {0, 1}, 0, 0, 0, 0, "", 0, {0}},
    {0x1015, TWTY_BOOL, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x1022, TWTY_UINT16, TWON_ARRAY, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1024, TWTY_STR255, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 0, "SN-0042", 0, {0}},
    {0x1026, TWTY_UINT16, TWON_ENUMERATION, 0, 2, {0, 6}, 0, 0, 0, 0, "", 0, {0}},
    {0x1027, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1028, TWTY_UINT32, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x1029, TWTY_UINT16, TWON_ENUMERATION, 0, 2, {0, 2}, 0, 0, 0, 0, "", 0, {0}},
    {0x102A, TWTY_STR255, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x102B, TWTY_STR255, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1036, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1037, TWTY_UINT16, TWON_ARRAY, 0, 0, {0}, 0, 0, 0, 0, "", 2, {2, 0}},
    {0x103F, TWTY_UINT16, TWON_ARRAY, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1042, TWTY_UINT16, TWON_ENUMERATION, 0, 2, {0, 2}, 0, 0, 0, 0, "", 0, {0}},
    {0x1101, TWTY_FIX32, TWON_RANGE, 0, 0, {0}, -1000, 1000, 50, 0, "", 0, {0}},
    {0x1103, TWTY_FIX32, TWON_ENUMERATION, 0, 3, {-500, 0, 500}, 0, 0, 0, 0, "", 0, {0}},
    {0x110C, TWTY_UINT16, TWON_ENUMERATION, 0, 3, {0, 2, 4}, 0, 0, 0, 2, "", 0, {0}},
    {0x1111, TWTY_FIX32, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 12, "", 0, {0}},
    {0x1112, TWTY_FIX32, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 34, "", 0, {0}},
    {0x1114, TWTY_FRAME, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1118, TWTY_FIX32, TWON_ENUMERATION, 0, 4, {150, 200, 300, 600}, 0, 0, 0, 200, "", 0, {0}},
    {0x1119, TWTY_FIX32, TWON_RANGE, 0, 0, {0}, 50, 600, 25, 200, "", 0, {0}},
    {0x111B, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x111C, TWTY_UINT16, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 1, "", 0, {0}},
    {0x111F, TWTY_UINT16, TWON_ONEVALUE, LOCKED, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1122, TWTY_UINT16, TWON_ENUMERATION, 0, 4, {0, 1, 5, 54}, 0, 0, 0, 0, "", 0, {0}},
    {0x112D, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x112F, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x1134, TWTY_INT32, TWON_ENUMERATION, 0, 2, {-2, -1}, 0, 0, 0, -1, "", 0, {0}},
    {0x1153, TWTY_INT16, TWON_RANGE, 0, 0, {0}, 1, 100, 1, 80, "", 0, {0}},
    {0x1158, TWTY_BOOL, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0, 0, "", 0, {0}},
    {0x8001, TWTY_INT32, TWON_RANGE, 0, 0, {0}, -10, 10, 5, 0, "", 0, {0}},
    {0x8002, TWTY_STR32, TWON_ENUMERATION, 0, 2, {0}, 0, 0, 0, 0, "plain", 0, {0}},
};
#define CAPS (sizeof table / sizeof *table)
static const char *const styles[] = {"plain", "fancy"};
static Cap power_on[CAPS];
static int cameras[3];

static int lacks(uint16_t id)
{
    char list[256], name[8];
    snprintf(list, sizeof list, ",%s,", setting_text("LACKS", ""));
    snprintf(name, sizeof name, ",%04X,", id);
    return strstr(list, name) != NULL;
}

static Cap *find(uint16_t id)
{
    for (size_t index = 0; index < CAPS; index++)
        if (table[index].id == id && !lacks(id)) return &table[index];
    return NULL;
}

static void preset(uint16_t id, const char *key)
{
    Cap *cap = find(id);
    if (cap) cap->current = (double)setting(key, (long)cap->current);
}

void capabilities_reset(void)
{
    static int saved;
    if (!saved) memcpy(power_on, table, sizeof table);
    saved = 1;
    memcpy(table, power_on, sizeof table);
    memset(cameras, 0, sizeof cameras);
    preset(0x1003, "LOADED");
    preset(0x100F, "ONLINE");
    preset(0x1012, "DUPLEX");
    preset(0x111C, "BIT_ORDER");
    preset(0x111F, "FLAVOR");
}

double capability_value(uint16_t id)
{
    Cap *cap = find(id);
    return cap ? cap->current : id == 0x111C ? 1 : 0;
}

const char *capability_text(uint16_t id)
{
    Cap *cap = find(id);
    return cap ? cap->text : "";
}

int capability_listed(uint16_t id, double value)
{
    Cap *cap = find(id);
    for (int index = 0; cap && index < cap->on_count; index++)
        if (cap->on[index] == value) return 1;
    return 0;
}

int camera_enabled(int pixel_type) { return cameras[pixel_type]; }

static size_t item_size(uint16_t type)
{
    switch (type) {
        case TWTY_INT16: case TWTY_UINT16: case TWTY_BOOL: return 2;
        case TWTY_FRAME: return 16;
        case TWTY_STR32: return 34;
        case TWTY_STR255: return 256;
        default: return 4;
    }
}

static void write_item(unsigned char *at, uint16_t type, double value, const char *text)
{
    memset(at, 0, item_size(type));
    if (type == TWTY_STR32 || type == TWTY_STR255) {
        strcpy((char *)at, text);
    } else if (type == TWTY_FIX32) {
        TW_FIX32 fix = {(int16_t)floor(value), (uint16_t)((value - floor(value)) * 65536)};
        memcpy(at, &fix, sizeof fix);
    } else if (type == TWTY_FRAME) {
        TW_FRAME frame = {{0, 0}, {0, 0}, {8, 0x4000}, {11, 0x8000}};
        memcpy(at, &frame, sizeof frame);
    } else {
        int32_t number = (int32_t)value;
        memcpy(at, &number, item_size(type));
    }
}

static double read_item(const unsigned char *at, uint16_t type)
{
    int16_t small;
    uint16_t positive;
    int32_t large;
    TW_FIX32 fix;
    switch (type) {
        case TWTY_FIX32: memcpy(&fix, at, 4); return fix.Whole + fix.Frac / 65536.0;
        case TWTY_INT16: memcpy(&small, at, 2); return small;
        case TWTY_UINT16: case TWTY_BOOL: memcpy(&positive, at, 2); return positive;
        default: memcpy(&large, at, 4); return large;
    }
}

static uint16_t answer(TW_CAPABILITY *wish, uint16_t container, uint32_t size, unsigned char **at)
{
    wish->ConType = container;
    wish->hContainer = memory_allocate(size);
    *at = memory_lock(wish->hContainer);
    return TWRC_SUCCESS;
}

static uint16_t get_list(TW_CAPABILITY *wish)
{
    unsigned char *at;
    uint32_t count = 0;
    answer(wish, TWON_ARRAY, 6 + 2 * (CAPS + 1), &at);
    ((TW_ARRAY *)at)->ItemType = TWTY_UINT16;
    for (size_t index = 0; index < CAPS; index++)
        if (!lacks(table[index].id)) memcpy(at + 6 + 2 * count++, &table[index].id, 2);
    ((TW_ARRAY *)at)->NumItems = count;
    memory_unlock(wish->hContainer);
    return TWRC_SUCCESS;
}

static uint16_t get(TW_CAPABILITY *wish, const Cap *cap, int current_only)
{
    unsigned char *at;
    size_t size = item_size(cap->type);
    uint16_t container = current_only && cap->container != TWON_ARRAY ? TWON_ONEVALUE
                                                                       : cap->container;
    if (container == TWON_ONEVALUE) {
        answer(wish, container, (uint32_t)(2 + (size < 4 ? 4 : size)), &at);
        ((TW_ONEVALUE *)at)->ItemType = cap->type;
        write_item(at + 2, cap->type, cap->current, cap->text);
    } else if (container == TWON_RANGE) {
        const double slots[] = {cap->low, cap->high, cap->step, 0, cap->current};
        answer(wish, container, sizeof(TW_RANGE), &at);
        ((TW_RANGE *)at)->ItemType = cap->type;
        for (int index = 0; index < 5; index++)
            write_item(at + 2 + 4 * index, cap->type, slots[index], "");
    } else if (container == TWON_ENUMERATION) {
        TW_ENUMERATION *list;
        answer(wish, container, (uint32_t)(14 + size * (size_t)cap->count), &at);
        list = (TW_ENUMERATION *)at;
        list->ItemType = cap->type;
        list->NumItems = (uint32_t)cap->count;
        /* The index of the default is left undefined, as some sources do. */
        list->DefaultIndex = 0xFFFFFFFF;
        for (int index = 0; index < cap->count; index++) {
            int text = cap->type == TWTY_STR32;
            if (text ? !strcmp(styles[index], cap->text) : cap->values[index] == cap->current)
                list->CurrentIndex = (uint32_t)index;
            write_item(at + 14 + size * (size_t)index, cap->type, cap->values[index],
                       text ? styles[index] : "");
        }
    } else {
        answer(wish, container, (uint32_t)(6 + size * (size_t)(cap->on_count + 1)), &at);
        ((TW_ARRAY *)at)->ItemType = cap->type;
        ((TW_ARRAY *)at)->NumItems = (uint32_t)cap->on_count;
        for (int index = 0; index < cap->on_count; index++)
            write_item(at + 6 + size * (size_t)index, cap->type, cap->on[index], "");
    }
    memory_unlock(wish->hContainer);
    return TWRC_SUCCESS;
}

static uint16_t set_text(Cap *cap, const unsigned char *at)
{
    if (cap->container == TWON_ENUMERATION && strcmp((const char *)at, styles[0]) &&
        strcmp((const char *)at, styles[1]))
        return fail(TWCC_BADVALUE);
    snprintf(cap->text, sizeof cap->text, "%s", (const char *)at);
    return TWRC_SUCCESS;
}

static uint16_t set_array(Cap *cap, const unsigned char *at)
{
    uint32_t count = ((const TW_ARRAY *)at)->NumItems;
    if (cap->container != TWON_ARRAY || count > MOST) return fail(TWCC_BADVALUE);
    cap->on_count = (int)count;
    for (uint32_t index = 0; index < count; index++)
        cap->on[index] = read_item(at + 6 + item_size(cap->type) * index, cap->type);
    return TWRC_SUCCESS;
}

static uint16_t set_number(Cap *cap, double value)
{
    double taken = value;
    if (cap->container == TWON_RANGE) {
        if (value < cap->low || value > cap->high) return fail(TWCC_BADVALUE);
        taken = cap->low + round((value - cap->low) / cap->step) * cap->step;
    } else if (cap->container == TWON_ENUMERATION) {
        int found = 0;
        for (int index = 0; index < cap->count; index++) found |= cap->values[index] == value;
        if (!found) return fail(TWCC_BADVALUE);
    } else if (cap->container == TWON_ARRAY) {
        return fail(TWCC_BADVALUE);
    }
    cap->current = taken;
    if (cap->id == 0x1036) cameras[(int)capability_value(0x0101)] = (int)taken;
    return taken == value ? TWRC_SUCCESS : TWRC_CHECKSTATUS;
}

static uint16_t set(const TW_CAPABILITY *wish, Cap *cap)
{
    if (cap->flags & LOCKED) return fail(TWCC_CAPBADOPERATION);
    const unsigned char *at = memory_lock(wish->hContainer);
    uint16_t code, type;
    if (!at) return fail(TWCC_BADVALUE);
    memcpy(&type, at, 2);
    if (type != cap->type) {
        note("VIOLATION capability 0x%04X set as type %u", cap->id, type);
        code = fail(TWCC_BADVALUE);
    } else if (wish->ConType == TWON_ARRAY) {
        code = set_array(cap, at);
    } else if (wish->ConType != TWON_ONEVALUE) {
        code = fail(TWCC_BADVALUE);
    } else if (cap->type == TWTY_STR32 || cap->type == TWTY_STR255) {
        code = set_text(cap, at + 2);
    } else {
        code = set_number(cap, read_item(at + 2, type));
    }
    memory_unlock(wish->hContainer);
    note("SET 0x%04X = %g %s: %u", cap->id, cap->current, cap->text, code);
    return code;
}

uint16_t capability_call(uint16_t message, TW_CAPABILITY *wish)
{
    if (wish->Cap == 0x1005 && message != MSG_SET)
        return setting("NO_LIST", 0) ? fail(TWCC_CAPUNSUPPORTED) : get_list(wish);
    Cap *cap = find(wish->Cap);
    if (!cap) return fail(TWCC_CAPUNSUPPORTED);
    /* Each camera has a switch of its own. */
    if (cap->id == 0x1036) cap->current = cameras[(int)capability_value(0x0101)];
    switch (message) {
        case MSG_GET: return get(wish, cap, 0);
        case MSG_GETCURRENT: case MSG_GETDEFAULT: return get(wish, cap, 1);
        case MSG_SET: return set(wish, cap);
        case MSG_RESET:
            *cap = power_on[cap - table];
            return get(wish, cap, 1);
        case MSG_QUERYSUPPORT: {
            Cap query = {cap->id, TWTY_INT32, TWON_ONEVALUE, 0, 0, {0}, 0, 0, 0,
                         cap->flags & LOCKED ? 0x0D : 0x1F, "", 0, {0}};
            return get(wish, &query, 0);
        }
        default: return fail(TWCC_CAPBADOPERATION);
    }
}

size_t capabilities_save(unsigned char *target, size_t room)
{
    size_t size = 4 + CAPS * sizeof(double);
    if (!target || room < size) return size;
    memcpy(target, "FAKE", 4);
    for (size_t index = 0; index < CAPS; index++)
        memcpy(target + 4 + index * sizeof(double), &table[index].current, sizeof(double));
    return size;
}

int capabilities_restore(const unsigned char *blob, size_t size)
{
    if (size != capabilities_save(NULL, 0) || memcmp(blob, "FAKE", 4)) return 0;
    for (size_t index = 0; index < CAPS; index++)
        memcpy(&table[index].current, blob + 4 + index * sizeof(double), sizeof(double));
    return 1;
}
