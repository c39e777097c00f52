/* A UVC camera at the level of the C library, loaded before it: /dev/video77 captures,
 * /dev/video78 is the metadata node that such cameras have beside it. Checks the order of calls
 * as the kernel documents it and writes them to a log. Set up by environment variables. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <linux/videodev2.h>

#define BUFFERS 4
#define CAPACITY (8u << 20)
#define PATHS 4096

static int camera = -1, metadata = -1;
static int format_set, streaming, count, delivered;
static void *memory[BUFFERS];
static int queued[BUFFERS], queue[BUFFERS], waiting;
static struct v4l2_pix_format pix;
static char *paths[PATHS];
static int path_count;
static DIR *devices;
static int extra;

static long number(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

static void note(const char *text) {
    const char *path = getenv("FAKE_CAMERA_LOG");
    if (!path) return;
    int file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    char line[256];
    int length = snprintf(line, sizeof line, "%s\n", text);
    if (write(file, line, length) != length) abort();
    syscall(SYS_close, file);
}

static int fail(int error) { errno = error; return -1; }

static int wrong(const char *text) {
    char line[200];
    snprintf(line, sizeof line, "WRONG %s", text);
    note(line);
    return fail(EINVAL);
}

static int open_node(const char *path) {
    if (!strcmp(path, "/dev/video78")) {
        note("open metadata");
        return metadata = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    }
    note("open");
    long error = number("FAKE_CAMERA_OPEN_ERRNO", 0);
    if (error) return fail(error);
    if (camera >= 0) return fail(EBUSY);
    format_set = streaming = count = waiting = delivered = 0;
    memset(queued, 0, sizeof queued);
    return camera = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
}

static int ours(const char *path) {
    return path && (!strcmp(path, "/dev/video77") || !strcmp(path, "/dev/video78"));
}

#define OPEN(name)                                                                   \
    int name(const char *path, int flags, ...) {                                     \
        if (ours(path)) return open_node(path);                                      \
        va_list rest;                                                                \
        va_start(rest, flags);                                                       \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;    \
        va_end(rest);                                                                \
        return syscall(SYS_openat, AT_FDCWD, path, flags, mode);                     \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                 \
    int name(int folder, const char *path, int flags, ...) {                         \
        if (ours(path)) return open_node(path);                                      \
        va_list rest;                                                                \
        va_start(rest, flags);                                                       \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;    \
        va_end(rest);                                                                \
        return syscall(SYS_openat, folder, path, flags, mode);                       \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int descriptor) {
    if (descriptor >= 0 && descriptor == camera) {
        if (streaming) note("WRONG close while streaming");
        note("close");
        camera = -1;
    }
    if (descriptor >= 0 && descriptor == metadata) metadata = -1;
    return syscall(SYS_close, descriptor);
}

static void *map(void *place, size_t length, int rights, int flags, int descriptor, off_t offset) {
    if (descriptor >= 0 && descriptor == camera) {
        int index = (int)(offset / CAPACITY);
        if (offset % CAPACITY || index >= count || length != CAPACITY || !(flags & MAP_SHARED)) {
            wrong("mmap");
            return MAP_FAILED;
        }
        note("mmap");
        /* Written to from here, whatever the reader may do. */
        memory[index] = (void *)syscall(SYS_mmap, NULL, length, PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        return memory[index];
    }
    return (void *)syscall(SYS_mmap, place, length, rights, flags, descriptor, offset);
}
void *mmap(void *p, size_t n, int r, int f, int d, off_t o) { return map(p, n, r, f, d, o); }
void *mmap64(void *p, size_t n, int r, int f, int d, off64_t o) { return map(p, n, r, f, d, o); }

int munmap(void *place, size_t length) {
    for (int i = 0; i < BUFFERS; i++)
        if (place && memory[i] == place) {
            if (streaming) note("WRONG munmap while streaming");
            note("munmap");
            memory[i] = NULL;
        }
    return (int)syscall(SYS_munmap, place, length);
}

/* The folder of devices shows the two nodes. */
DIR *opendir(const char *path) {
    DIR *(*real)(const char *) = dlsym(RTLD_NEXT, "opendir");
    DIR *folder = real(path);
    if (folder && (!strcmp(path, "/dev") || !strcmp(path, "/dev/"))) devices = folder, extra = 0;
    return folder;
}

static struct dirent64 *read_entry(DIR *folder) {
    static struct dirent64 made;
    if (folder == devices && extra < 2) {
        memset(&made, 0, sizeof made);
        made.d_ino = 77 + extra;
        made.d_type = DT_CHR;
        made.d_reclen = sizeof made;
        snprintf(made.d_name, sizeof made.d_name, "video%d", 77 + extra++);
        return &made;
    }
    struct dirent64 *(*real)(DIR *) = dlsym(RTLD_NEXT, "readdir64");
    return real(folder);
}
struct dirent64 *readdir64(DIR *folder) { return read_entry(folder); }
struct dirent *readdir(DIR *folder) { return (struct dirent *)read_entry(folder); }

/* Controls, as a UVC document camera has them. */
struct control {
    uint32_t id, type;
    const char *name;
    int minimum, maximum, step, value;
};
static struct control controls[] = {
    {V4L2_CID_USER_CLASS, V4L2_CTRL_TYPE_CTRL_CLASS, "User Controls", 0, 0, 0, 0},
    {V4L2_CID_BRIGHTNESS, V4L2_CTRL_TYPE_INTEGER, "Brightness", -64, 64, 1, 0},
    {V4L2_CID_AUTO_WHITE_BALANCE, V4L2_CTRL_TYPE_BOOLEAN, "White Balance, Automatic", 0, 1, 1, 1},
    {V4L2_CID_POWER_LINE_FREQUENCY, V4L2_CTRL_TYPE_MENU, "Power Line Frequency", 0, 2, 1, 1},
    {V4L2_CID_WHITE_BALANCE_TEMPERATURE, V4L2_CTRL_TYPE_INTEGER, "White Balance Temperature",
     2800, 6500, 10, 4600},
    {V4L2_CID_CAMERA_CLASS, V4L2_CTRL_TYPE_CTRL_CLASS, "Camera Controls", 0, 0, 0, 0},
    {V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, "Auto Exposure", 0, 3, 1, 3},
    {V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, "Exposure Time, Absolute",
     3, 2047, 1, 250},
    {V4L2_CID_FOCUS_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, "Focus, Absolute", 0, 250, 5, 30},
    {V4L2_CID_FOCUS_AUTO, V4L2_CTRL_TYPE_BOOLEAN, "Focus, Automatic Continuous", 0, 1, 1, 1},
};
#define CONTROLS (sizeof controls / sizeof *controls)

static struct control *control_of(uint32_t id) {
    for (size_t i = 0; i < CONTROLS; i++)
        if (controls[i].id == id) return &controls[i];
    return NULL;
}

static int inactive(const struct control *c) {
    if (c->id == V4L2_CID_WHITE_BALANCE_TEMPERATURE)
        return control_of(V4L2_CID_AUTO_WHITE_BALANCE)->value;
    if (c->id == V4L2_CID_EXPOSURE_ABSOLUTE)
        return control_of(V4L2_CID_EXPOSURE_AUTO)->value != V4L2_EXPOSURE_MANUAL;
    if (c->id == V4L2_CID_FOCUS_ABSOLUTE) return control_of(V4L2_CID_FOCUS_AUTO)->value;
    return 0;
}

static int query_control(struct v4l2_queryctrl *q) {
    struct control *found = NULL;
    uint32_t id = q->id & ~V4L2_CTRL_FLAG_NEXT_CTRL;
    if (q->id & V4L2_CTRL_FLAG_NEXT_CTRL) {
        for (size_t i = 0; i < CONTROLS; i++)
            if (controls[i].id > id && (!found || controls[i].id < found->id))
                found = &controls[i];
    } else {
        found = control_of(id);
    }
    if (!found) return fail(EINVAL);
    memset(q, 0, sizeof *q);
    q->id = found->id;
    q->type = found->type;
    snprintf((char *)q->name, sizeof q->name, "%s", found->name);
    q->minimum = found->minimum;
    q->maximum = found->maximum;
    q->step = found->step;
    q->default_value = found->value;
    q->flags = inactive(found) ? V4L2_CTRL_FLAG_INACTIVE : 0;
    if (found->type == V4L2_CTRL_TYPE_CTRL_CLASS)
        q->flags = V4L2_CTRL_FLAG_READ_ONLY | V4L2_CTRL_FLAG_WRITE_ONLY;
    return 0;
}

static int query_menu(struct v4l2_querymenu *q) {
    static const char *line[] = {"Disabled", "50 Hz", "60 Hz"};
    static const char *exposure[] = {NULL, "Manual Mode", NULL, "Aperture Priority Mode"};
    const char *name = NULL;
    if (q->id == V4L2_CID_POWER_LINE_FREQUENCY && q->index < 3) name = line[q->index];
    if (q->id == V4L2_CID_EXPOSURE_AUTO && q->index < 4) name = exposure[q->index];
    if (!name) return fail(EINVAL);
    snprintf((char *)q->name, sizeof q->name, "%s", name);
    return 0;
}

static int set_control(struct v4l2_control *wish) {
    struct control *found = control_of(wish->id);
    char line[100];
    if (!found || found->type == V4L2_CTRL_TYPE_CTRL_CLASS) return fail(EINVAL);
    if (inactive(found)) return fail(EACCES);
    if (wish->value < found->minimum || wish->value > found->maximum) return fail(ERANGE);
    found->value = found->minimum +
        (wish->value - found->minimum + found->step / 2) / found->step * found->step;
    snprintf(line, sizeof line, "control %s = %d", found->name, found->value);
    note(line);
    return 0;
}

/* Frames. */
static uint32_t wanted_format(void) {
    const char *name = getenv("FAKE_CAMERA_FORMAT");
    if (!name) return V4L2_PIX_FMT_MJPEG;
    return v4l2_fourcc(name[0], name[1], name[2], name[3]);
}

static int list_sizes(struct v4l2_frmsizeenum *f) {
    long width = number("FAKE_CAMERA_WIDTH", 640), height = number("FAKE_CAMERA_HEIGHT", 480);
    if (f->pixel_format == V4L2_PIX_FMT_H264) return fail(EINVAL);
    if (number("FAKE_CAMERA_STEPWISE", 0)) {
        if (f->index) return fail(EINVAL);
        f->type = V4L2_FRMSIZE_TYPE_STEPWISE;
        f->stepwise = (struct v4l2_frmsize_stepwise){16, width, 8, 16, height, 8};
        return 0;
    }
    if (f->index > 1) return fail(EINVAL);
    f->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    f->discrete.width = f->index ? width : 160;
    f->discrete.height = f->index ? height : 120;
    return 0;
}

static int list_formats(struct v4l2_fmtdesc *f) {
    /* A format that nobody here reads comes first, as on many cameras. */
    if (f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || f->index > 1) return fail(EINVAL);
    f->pixelformat = f->index ? wanted_format() : V4L2_PIX_FMT_H264;
    snprintf((char *)f->description, sizeof f->description, "format %u", f->index);
    return 0;
}

static int set_format(struct v4l2_format *f) {
    if (f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return wrong("S_FMT type");
    if (count) return fail(EBUSY);
    long width = number("FAKE_CAMERA_WIDTH", 640), height = number("FAKE_CAMERA_HEIGHT", 480);
    if (f->fmt.pix.width < width) width = 160, height = 120;
    pix = f->fmt.pix;
    pix.width = width;
    pix.height = height;
    pix.pixelformat = wanted_format();
    pix.bytesperline = number("FAKE_CAMERA_STRIDE", 0);
    pix.sizeimage = CAPACITY;
    f->fmt.pix = pix;
    format_set = 1;
    char line[80];
    snprintf(line, sizeof line, "S_FMT %ux%u", pix.width, pix.height);
    note(line);
    return 0;
}

static void read_list(void) {
    const char *name = getenv("FAKE_CAMERA_FRAMES");
    path_count = 0;
    if (!name) return;
    FILE *list = fopen(name, "r");
    char line[4096];
    while (list && path_count < PATHS && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        paths[path_count++] = strdup(line);
    }
    if (list) fclose(list);
}

static int request_buffers(struct v4l2_requestbuffers *r) {
    if (!format_set) return wrong("REQBUFS before S_FMT");
    if (streaming) return fail(EBUSY);
    if (r->memory != V4L2_MEMORY_MMAP || r->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return wrong("REQBUFS kind");
    for (int i = 0; i < BUFFERS; i++)
        if (memory[i]) return wrong("REQBUFS while mapped");
    count = r->count = r->count > BUFFERS ? BUFFERS : r->count;
    char line[40];
    snprintf(line, sizeof line, "REQBUFS %d", count);
    note(line);
    return 0;
}

static int query_buffer(struct v4l2_buffer *b) {
    if ((int)b->index >= count) return wrong("QUERYBUF index");
    b->length = CAPACITY;
    b->m.offset = b->index * CAPACITY;
    b->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return 0;
}

static int queue_buffer(struct v4l2_buffer *b) {
    if ((int)b->index >= count || queued[b->index] || b->memory != V4L2_MEMORY_MMAP)
        return wrong("QBUF");
    queued[b->index] = 1;
    queue[waiting++] = b->index;
    return 0;
}

static int stream_on(const int *type) {
    long error = number("FAKE_CAMERA_STREAMON_ERRNO", 0);
    if (*type != V4L2_BUF_TYPE_VIDEO_CAPTURE || !waiting) return wrong("STREAMON");
    if (error) return fail(error);
    note("STREAMON");
    read_list();
    streaming = 1;
    long nanoseconds = number("FAKE_CAMERA_INTERVAL_MS", 5) * 1000000L;
    struct itimerspec pace = {{0, nanoseconds}, {0, nanoseconds}};
    if (number("FAKE_CAMERA_SILENT_AT", -1) != 0) timerfd_settime(camera, 0, &pace, NULL);
    return 0;
}

static int dequeue_buffer(struct v4l2_buffer *b) {
    uint64_t expirations;
    if (!streaming) return wrong("DQBUF before STREAMON");
    if (delivered == number("FAKE_CAMERA_FAIL_AT", -1))
        return fail(number("FAKE_CAMERA_FAIL_ERRNO", ENODEV));
    if (!waiting || read(camera, &expirations, sizeof expirations) != sizeof expirations)
        return fail(EAGAIN);
    int index = queue[0];
    memmove(queue, queue + 1, sizeof *queue * --waiting);
    queued[index] = 0;
    b->index = index;
    b->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    b->length = CAPACITY;
    b->m.offset = index * CAPACITY;
    b->bytesused = 0;
    if (path_count) {
        int place = delivered < path_count ? delivered : path_count - 1;
        FILE *file = fopen(paths[place], "rb");
        if (file) {
            b->bytesused = fread(memory[index], 1, CAPACITY, file);
            fclose(file);
        }
    }
    if (delivered == number("FAKE_CAMERA_ERROR_FLAG_AT", -1)) b->flags |= V4L2_BUF_FLAG_ERROR;
    b->sequence = delivered++;
    if (delivered == number("FAKE_CAMERA_SILENT_AT", -1)) {
        struct itimerspec never = {{0, 0}, {0, 0}};
        timerfd_settime(camera, 0, &never, NULL);
    }
    return 0;
}

static int answer(int descriptor, unsigned long code, void *argument) {
    int capture = descriptor == camera;
    switch (code) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *c = argument;
        memset(c, 0, sizeof *c);
        strcpy((char *)c->driver, "uvcvideo");
        strcpy((char *)c->card, "Document Camera 高拍仪");
        c->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS |
                          V4L2_CAP_META_CAPTURE;
        c->device_caps = V4L2_CAP_STREAMING |
                         (capture ? V4L2_CAP_VIDEO_CAPTURE : V4L2_CAP_META_CAPTURE);
        return 0;
    }
    case VIDIOC_ENUM_FMT: return list_formats(argument);
    case VIDIOC_ENUM_FRAMESIZES: return list_sizes(argument);
    case VIDIOC_S_FMT: return set_format(argument);
    case VIDIOC_G_FMT: {
        struct v4l2_format *f = argument;
        f->fmt.pix = pix;
        if (!pix.width) {
            f->fmt.pix.width = 160;
            f->fmt.pix.height = 120;
            f->fmt.pix.pixelformat = wanted_format();
        }
        return 0;
    }
    case VIDIOC_REQBUFS: return request_buffers(argument);
    case VIDIOC_QUERYBUF: return query_buffer(argument);
    case VIDIOC_QBUF: return queue_buffer(argument);
    case VIDIOC_DQBUF: return dequeue_buffer(argument);
    case VIDIOC_STREAMON: return stream_on(argument);
    case VIDIOC_STREAMOFF:
        note("STREAMOFF");
        streaming = waiting = 0;
        return 0;
    case VIDIOC_QUERYCTRL: return query_control(argument);
    case VIDIOC_QUERYMENU: return query_menu(argument);
    case VIDIOC_S_CTRL: return set_control(argument);
    case VIDIOC_G_CTRL: {
        struct v4l2_control *c = argument;
        struct control *found = control_of(c->id);
        if (!found) return fail(EINVAL);
        c->value = found->value;
        return 0;
    }
    }
    return fail(ENOTTY);
}

int ioctl(int descriptor, unsigned long code, ...) {
    va_list rest;
    va_start(rest, code);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    code &= 0xffffffffUL;
    if (descriptor >= 0 && (descriptor == camera || descriptor == metadata) &&
        _IOC_TYPE(code) == 'V')
        return answer(descriptor, code, argument);
    return syscall(SYS_ioctl, descriptor, code, argument);
}
