/* A Data Source Manager for tests: one source behind it, every call checked for its place in the
   order of states, its sender and its thread, every handle counted. */
#include "source.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 4096

static struct { void *memory; int locks; } blocks[BLOCKS];
static int now_state = 2;
static uint16_t last_condition;
static TW_PROCEDURE callback;
static TW_IDENTITY application, source_identity;
static pthread_t main_thread;
static volatile int ready;

long setting(const char *key, long otherwise)
{
    const char *text = setting_text(key, NULL);
    return text ? strtol(text, NULL, 0) : otherwise;
}

const char *setting_text(const char *key, const char *otherwise)
{
    char name[64];
    snprintf(name, sizeof name, "FAKE_TWAIN_%s", key);
    const char *text = getenv(name);
    return text && *text ? text : otherwise;
}

void note(const char *format, ...)
{
    const char *path = setting_text("TRACE", NULL);
    if (!path) return;
    FILE *file = fopen(path, "a");
    if (!file) return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
    fclose(file);
}

int state(void) { return now_state; }
void change_state(int now) { now_state = now; }

uint16_t fail(uint16_t condition)
{
    last_condition = condition;
    return TWRC_FAILURE;
}

TW_HANDLE memory_allocate(uint32_t size)
{
    for (int index = 0; index < BLOCKS; index++)
        if (!blocks[index].memory) {
            blocks[index].memory = calloc(1, size ? size : 1);
            blocks[index].locks = 0;
            /* A handle is no address: who uses it as one falls over at once. */
            return (TW_HANDLE)(uintptr_t)(index + 1);
        }
    return NULL;
}

static int block_of(TW_HANDLE handle, const char *what)
{
    uintptr_t index = (uintptr_t)handle - 1;
    if (index >= BLOCKS || !blocks[index].memory) {
        note("VIOLATION %s of no handle %p", what, handle);
        return -1;
    }
    return (int)index;
}

void memory_free(TW_HANDLE handle)
{
    int index = block_of(handle, "free");
    if (index < 0) return;
    if (blocks[index].locks) note("VIOLATION free of a locked handle");
    free(blocks[index].memory);
    blocks[index].memory = NULL;
}

TW_MEMREF memory_lock(TW_HANDLE handle)
{
    int index = block_of(handle, "lock");
    if (index < 0) return NULL;
    blocks[index].locks++;
    return blocks[index].memory;
}

void memory_unlock(TW_HANDLE handle)
{
    int index = block_of(handle, "unlock");
    if (index < 0) return;
    if (--blocks[index].locks < 0) note("VIOLATION unlock of an unlocked handle");
}

static void count_handles(void)
{
    int open = 0, locked = 0;
    for (int index = 0; index < BLOCKS; index++)
        if (blocks[index].memory) {
            open++;
            locked += blocks[index].locks;
        }
    note("HANDLES open=%d locked=%d", open, locked);
}

void tell_application(uint16_t message)
{
    /* From the message on, the image is ready. */
    if (message == MSG_XFERREADY && callback) ready = 1;
    if (callback)
        callback(&source_identity, &application, DG_CONTROL, DAT_NULL, message, NULL);
}

static int within(int low, int high) { return now_state >= low && now_state <= high; }

/* Whether the state allows the operation (specification, chapter 7, "valid states"). */
static int in_order(uint32_t group, uint16_t data, uint16_t message)
{
    if (group == DG_CONTROL) switch (data) {
        case DAT_PARENT: return message == MSG_OPENDSM ? within(2, 2) : within(3, 3);
        case DAT_IDENTITY:
            if (message == MSG_OPENDS) return within(3, 3);
            return message == MSG_CLOSEDS ? within(4, 4) : within(3, 7);
        case DAT_ENTRYPOINT: return within(3, 7);
        case DAT_STATUS: return within(2, 7);
        case DAT_CAPABILITY:
            return message == MSG_SET || message == MSG_RESET ? within(4, 4) : within(4, 7);
        case DAT_USERINTERFACE: return message == MSG_ENABLEDS ? within(4, 4) : within(5, 5);
        case DAT_PENDINGXFERS: return message == MSG_RESET ? within(6, 6) : within(6, 7);
        case DAT_EVENT: return within(5, 7);
        case DAT_CUSTOMDSDATA: return within(4, 4);
        case DAT_SETUPMEMXFER: case DAT_SETUPFILEXFER: return within(4, 6);
        default: return within(4, 7);
    }
    switch (data) {
        case DAT_IMAGELAYOUT: return message == MSG_GET ? within(4, 6) : within(4, 4);
        case DAT_IMAGEMEMXFER: return within(6, 7);
        case DAT_IMAGENATIVEXFER: case DAT_IMAGEFILEXFER: return within(6, 6);
        case DAT_IMAGEINFO: return within(6, 7);
        case DAT_EXTIMAGEINFO: return within(7, 7);
        default: return within(4, 7);
    }
}

static uint16_t name_source(uint16_t message, TW_IDENTITY *target)
{
    static long next;
    next = message == MSG_GETFIRST ? 0 : next + 1;
    if (next >= setting("SOURCES", 1)) return TWRC_ENDOFLIST;
    memset(target, 0, sizeof *target);
    target->Id = (uint32_t)(next + 7);
    target->ProtocolMajor = 2;
    target->ProtocolMinor = 5;
    target->SupportedGroups = DG_CONTROL | DG_IMAGE | DF_DS2;
    snprintf(target->Manufacturer, sizeof target->Manufacturer, "Maker");
    snprintf(target->ProductFamily, sizeof target->ProductFamily, "Family");
    snprintf(target->ProductName, sizeof target->ProductName, next ? "Scanner %ld" : "Scanner",
             next + 1);
    return TWRC_SUCCESS;
}

static uint16_t open_source(TW_IDENTITY *target)
{
    if (target->Id < 7) {
        note("VIOLATION a source that nobody named");
        return fail(TWCC_NODS);
    }
    if (setting("OPEN_CONDITION", 0)) return fail((uint16_t)setting("OPEN_CONDITION", 0));
    source_identity = *target;
    callback = NULL;
    ready = 0;
    change_state(4);
    source_opened();
    return TWRC_SUCCESS;
}

static uint16_t manager_call(TW_IDENTITY *origin, uint16_t data, uint16_t message, TW_MEMREF at)
{
    if (data == DAT_PARENT && message == MSG_OPENDSM) {
        if (!(origin->SupportedGroups & DF_APP2)) note("VIOLATION an application of version 1");
        origin->Id = 3;
        if (setting("VERSION", 2) == 2) origin->SupportedGroups |= DF_DSM2;
        application = *origin;
        change_state(3);
        return TWRC_SUCCESS;
    }
    if (data == DAT_PARENT && message == MSG_CLOSEDSM) {
        count_handles();
        change_state(2);
        return TWRC_SUCCESS;
    }
    if (data == DAT_ENTRYPOINT && message == MSG_GET) {
        TW_ENTRYPOINT *entry = at;
        if (entry->Size != sizeof *entry) {
            note("VIOLATION size of TW_ENTRYPOINT %u", entry->Size);
            return fail(TWCC_BADVALUE);
        }
        entry->DSM_MemAllocate = (TW_MEMREF)memory_allocate;
        entry->DSM_MemFree = (TW_MEMREF)memory_free;
        entry->DSM_MemLock = (TW_MEMREF)memory_lock;
        entry->DSM_MemUnlock = (TW_MEMREF)memory_unlock;
        return TWRC_SUCCESS;
    }
    if (data == DAT_IDENTITY && (message == MSG_GETFIRST || message == MSG_GETNEXT))
        return name_source(message, at);
    if (data == DAT_IDENTITY && message == MSG_OPENDS) return open_source(at);
    if (data == DAT_IDENTITY && message == MSG_CLOSEDS) {
        change_state(3);
        return TWRC_SUCCESS;
    }
    return fail(TWCC_BADPROTOCOL);
}

static uint16_t status_call(uint16_t data, TW_MEMREF at)
{
    if (data == DAT_STATUS) {
        TW_STATUS *status = at;
        status->ConditionCode = last_condition;
        status->Data = 0;
        last_condition = 0;
        return TWRC_SUCCESS;
    }
    const char *words = setting_text("WORDS", NULL);
    TW_STATUSUTF8 *told = at;
    if (!words) return fail(TWCC_BADPROTOCOL);
    told->Size = (uint32_t)strlen(words) + 1;
    told->UTF8string = memory_allocate(told->Size);
    strcpy(memory_lock(told->UTF8string), words);
    memory_unlock(told->UTF8string);
    return TWRC_SUCCESS;
}

static uint16_t register_callback(const TW_CALLBACK *wish)
{
    if (!strcmp(setting_text("CALLBACK", "inside"), "none")) return fail(TWCC_BADPROTOCOL);
    callback = (TW_PROCEDURE)wish->CallBackProc;
    return TWRC_SUCCESS;
}

uint16_t DSM_Entry(TW_IDENTITY *origin, TW_IDENTITY *target, uint32_t group, uint16_t data,
                   uint16_t message, TW_MEMREF reference)
{
    if (now_state == 2) main_thread = pthread_self();
    if (!pthread_equal(main_thread, pthread_self())) note("VIOLATION a call from another thread");
    if (!origin) {
        note("VIOLATION no origin");
        return fail(TWCC_BADDEST);
    }
    if (now_state > 2 && origin->Id != 3) note("VIOLATION origin without the Id it was given");
    if (ready && now_state == 5 && data != DAT_USERINTERFACE) {
        ready = 0;
        now_state = 6;
    }
    uint16_t code;
    int before = now_state;
    if (!in_order(group, data, message)) {
        note("VIOLATION %u/0x%X/0x%X in state %d", group, data, message, now_state);
        code = fail(TWCC_SEQERROR);
    } else if (group == DG_CONTROL && (data == DAT_STATUS || data == DAT_STATUSUTF8)) {
        code = status_call(data, reference);
    } else if (group == DG_CONTROL && data == DAT_CALLBACK && message == MSG_REGISTER_CALLBACK) {
        code = register_callback(reference);
    } else if (!target || data == DAT_IDENTITY) {
        code = manager_call(origin, data, message, reference);
    } else if (target->Id != source_identity.Id) {
        note("VIOLATION a call to a source that is not open");
        code = fail(TWCC_BADDEST);
    } else {
        code = source_call(group, data, message, reference);
    }
    note("CALL %u/0x%X/0x%X state %d to %d: %u", group, data, message, before, now_state, code);
    return code;
}
