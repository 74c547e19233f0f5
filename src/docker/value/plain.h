/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

/*
 * Copies plain structures whose pointers are all strings or NULL-terminated lists of strings. A
 * table says where the pointers are.
 */
typedef enum {
    CDD_MEMBER_END,
    CDD_MEMBER_STRING,
    CDD_MEMBER_LIST,
} CddMemberKind;

typedef struct {
    CddMemberKind kind;
    gsize offset;
} CddMember;

/* @member may be in a nested structure: security.user_ns_mode */
#define CDD_STRING(Type, member)                                                                   \
    {                                                                                              \
        CDD_MEMBER_STRING, G_STRUCT_OFFSET(Type, member)                                           \
    }
#define CDD_LIST(Type, member)                                                                     \
    {                                                                                              \
        CDD_MEMBER_LIST, G_STRUCT_OFFSET(Type, member)                                             \
    }

gpointer cdd_plain_copy(gconstpointer value, gsize size, const CddMember *members);
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
