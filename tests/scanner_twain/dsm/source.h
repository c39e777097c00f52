/* What manager, source, capabilities and pages of the test library share. */
#ifndef TEST_SOURCE_H
#define TEST_SOURCE_H

#include <stddef.h>
#include "twain_types.h"

/* Behaviour is scripted by environment variables FAKE_TWAIN_<KEY>. */
long setting(const char *key, long otherwise);
const char *setting_text(const char *key, const char *otherwise);

/* manager.c: every block is counted, so that a forgotten one shows. */
TW_HANDLE memory_allocate(uint32_t size);
void memory_free(TW_HANDLE handle);
TW_MEMREF memory_lock(TW_HANDLE handle);
void memory_unlock(TW_HANDLE handle);
void note(const char *format, ...);
void tell_application(uint16_t message);
int state(void);
void change_state(int now);
uint16_t fail(uint16_t condition);

/* source.c */
uint16_t source_call(uint32_t group, uint16_t data, uint16_t message, TW_MEMREF reference);
void source_opened(void);

/* capabilities.c */
void capabilities_reset(void);
uint16_t capability_call(uint16_t message, TW_CAPABILITY *capability);
double capability_value(uint16_t id);
const char *capability_text(uint16_t id);
int capability_listed(uint16_t id, double value);
int camera_enabled(int pixel_type);
size_t capabilities_save(unsigned char *target, size_t room);
int capabilities_restore(const unsigned char *blob, size_t size);

/* pages.c */
typedef struct {
    int page, pixel_type, bits, width, height, stride, planar;
} Page;
size_t page_rows(const Page *page);
void page_row(const Page *page, int row, unsigned char *target);
size_t page_tiff(const Page *page, double dpi, unsigned char **target);
size_t page_bitmap(const Page *page, double dpi, unsigned char **target);

#endif
