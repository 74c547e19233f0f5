/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

/*
 * Copies plain structures. A table says where a structure has pointers, and to what: a string, a
 * NULL-terminated list of strings, an array of structures, or one structure.
 */
typedef enum {
    CDD_MEMBER_END,
    CDD_MEMBER_STRING,
    CDD_MEMBER_LIST,
    CDD_MEMBER_ITEMS,
    CDD_MEMBER_STRUCTURE,
} CddMemberKind;

typedef struct CddMember CddMember;

struct CddMember {
    CddMemberKind kind;
    gsize offset;
    /* Where the number of items is. */
    gsize count_offset;
    /* Of an item or structure. */
    gsize size;
    const CddMember *members;
};

/* @member may be in a nested structure: security.user_ns_mode */
#define CDD_STRING(Type, member)                                                                   \
    {                                                                                              \
        .kind = CDD_MEMBER_STRING, .offset = G_STRUCT_OFFSET(Type, member)                         \
    }
#define CDD_LIST(Type, member)                                                                     \
    {                                                                                              \
        .kind = CDD_MEMBER_LIST, .offset = G_STRUCT_OFFSET(Type, member)                           \
    }
/* An array @member with n_@member items, which the table @table describes. */
#define CDD_ITEMS(Type, member, table)                                                             \
    {                                                                                              \
        .kind = CDD_MEMBER_ITEMS, .offset = G_STRUCT_OFFSET(Type, member),                         \
        .count_offset = G_STRUCT_OFFSET(Type, n_##member), .size = sizeof *((Type *)NULL)->member, \
        .members = (table)                                                                         \
    }
#define CDD_STRUCTURE(Type, member, table)                                                         \
    {                                                                                              \
        .kind = CDD_MEMBER_STRUCTURE, .offset = G_STRUCT_OFFSET(Type, member),                     \
        .size = sizeof *((Type *)NULL)->member, .members = (table)                                 \
    }

gpointer cdd_plain_copy(gconstpointer value, gsize size, const CddMember *members);
/* Frees what the pointers of @value lead to, but not @value. */
void cdd_plain_clear(gpointer value, const CddMember *members);
void cdd_plain_free(gpointer value, const CddMember *members);

/* Defines function_copy() and function_free() for a type and its table. */
#define CDD_DEFINE_PLAIN_COPY(linkage, Type, function, members)                                    \
    linkage Type *function##_copy(const Type *value)                                               \
    {                                                                                              \
        return cdd_plain_copy(value, sizeof(Type), members);                                       \
    }                                                                                              \
    linkage void function##_free(Type *value)                                                      \
    {                                                                                              \
        cdd_plain_free(value, members);                                                            \
    }
