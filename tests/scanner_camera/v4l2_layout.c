/* What the kernel's own header says about the structures and requests of the camera driver. */
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/videodev2.h>

#define SIZE(type) printf("size %s %zu\n", #type, sizeof(struct type))
#define PLACE(type, field) printf("place %s.%s %zu\n", #type, #field, offsetof(struct type, field))
#define CODE(name) printf("code %s %lu\n", #name, (unsigned long)VIDIOC_##name & 0xffffffffUL)

int main(void) {
    SIZE(v4l2_capability);
    SIZE(v4l2_fmtdesc);
    SIZE(v4l2_frmsizeenum);
    SIZE(v4l2_pix_format);
    SIZE(v4l2_format);
    SIZE(v4l2_requestbuffers);
    SIZE(v4l2_buffer);
    SIZE(v4l2_queryctrl);
    SIZE(v4l2_querymenu);
    SIZE(v4l2_control);
    PLACE(v4l2_capability, capabilities);
    PLACE(v4l2_capability, device_caps);
    PLACE(v4l2_fmtdesc, pixelformat);
    PLACE(v4l2_frmsizeenum, type);
    PLACE(v4l2_frmsizeenum, discrete);
    PLACE(v4l2_pix_format, pixelformat);
    PLACE(v4l2_pix_format, bytesperline);
    PLACE(v4l2_format, fmt);
    PLACE(v4l2_buffer, bytesused);
    PLACE(v4l2_buffer, flags);
    PLACE(v4l2_buffer, timestamp);
    PLACE(v4l2_buffer, timecode);
    PLACE(v4l2_buffer, sequence);
    PLACE(v4l2_buffer, memory);
    PLACE(v4l2_buffer, m);
    PLACE(v4l2_buffer, length);
    PLACE(v4l2_queryctrl, name);
    PLACE(v4l2_queryctrl, minimum);
    PLACE(v4l2_queryctrl, flags);
    PLACE(v4l2_querymenu, name);
    PLACE(v4l2_control, value);
    CODE(QUERYCAP);
    CODE(ENUM_FMT);
    CODE(S_FMT);
    CODE(REQBUFS);
    CODE(QUERYBUF);
    CODE(QBUF);
    CODE(DQBUF);
    CODE(STREAMON);
    CODE(STREAMOFF);
    CODE(G_CTRL);
    CODE(S_CTRL);
    CODE(QUERYCTRL);
    CODE(QUERYMENU);
    CODE(ENUM_FRAMESIZES);
    printf("value fourcc %u\n", V4L2_PIX_FMT_MJPEG);
    return 0;
}
