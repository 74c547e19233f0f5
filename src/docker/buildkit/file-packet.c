/* SPDX-License-Identifier: Apache-2.0 */
#include "file-packet.h"

#include "../wire/message.h"

#define WIRE_DIRECTORY (1U << 31)
#define WIRE_SYMLINK (1U << 27)
#define WIRE_DEVICE (1U << 26)
#define WIRE_PIPE (1U << 25)
#define WIRE_SOCKET (1U << 24)
#define WIRE_SET_UID (1U << 23)
#define WIRE_SET_GID (1U << 22)
#define WIRE_STICKY (1U << 20)
#define WIRE_IRREGULAR (1U << 19)
#define WIRE_OTHER (WIRE_DEVICE | WIRE_PIPE | WIRE_SOCKET | WIRE_IRREGULAR)
#define PERMISSIONS 0777U

guint32
cdd_file_mode_to_wire(mode_t mode)
{
    guint32 wire = mode & PERMISSIONS;

    if (S_ISDIR(mode))
        wire |= WIRE_DIRECTORY;
    else if (S_ISLNK(mode))
        wire |= WIRE_SYMLINK;
    if ((mode & S_ISUID) != 0)
        wire |= WIRE_SET_UID;
    if ((mode & S_ISGID) != 0)
        wire |= WIRE_SET_GID;
    if ((mode & S_ISVTX) != 0)
        wire |= WIRE_STICKY;
    return wire;
}

mode_t
cdd_file_mode_from_wire(guint32 wire)
{
    mode_t permissions = wire & PERMISSIONS;

    if ((wire & WIRE_OTHER) != 0)
        return 0;
    if ((wire & WIRE_DIRECTORY) != 0)
        return S_IFDIR | permissions;
    if ((wire & WIRE_SYMLINK) != 0)
        return S_IFLNK | permissions;
    return S_IFREG | permissions;
}

GBytes *
cdd_file_packet_new(Cdd__FilePacket__Type type, guint32 id)
{
    Cdd__FilePacket packet = CDD__FILE_PACKET__INIT;

    packet.type = type;
    packet.id = id;
    return cdd_message_pack(&packet.base);
}
