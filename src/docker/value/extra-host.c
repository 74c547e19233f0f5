/* SPDX-License-Identifier: Apache-2.0 */
#include "extra-host.h"

#include "text.h"

#include <arpa/inet.h>
#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* The engine's own address, which it finds itself. */
#define HOST_GATEWAY "host-gateway"

enum {
    MAX_SHOWN = 200,
};

static gboolean
is_ip_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

/* Docker's client lets white space through. It would end the name in the file of hosts. */
static gboolean
is_name(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (g_ascii_isspace(*at) || g_ascii_iscntrl(*at) || *at == ':')
            return FALSE;
    }
    return *text != '\0';
}

static char *
without_brackets(const char *address)
{
    gsize length = strlen(address);

    if (length > 2 && address[0] == '[' && address[length - 1] == ']')
        return g_strndup(address + 1, length - 2);
    return g_strdup(address);
}

static char *
fail(GError **error, const char *text, const char *fault)
{
    g_autofree char *shown = cdd_text_clean(text, strlen(text), MAX_SHOWN, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "the additional host \"%s\" is not valid: %s; write NAME:ADDRESS", shown, fault);
    return NULL;
}

char *
cdd_extra_host_normalize(const char *text, GError **error)
{
    const char *equals = strchr(text, '=');
    const char *between = equals != NULL ? equals : strchr(text, ':');
    g_autofree char *name = NULL;
    g_autofree char *address = NULL;

    if (between == NULL)
        return fail(error, text, "it has no address");
    name = g_strndup(text, (gsize)(between - text));
    address = without_brackets(between + 1);
    if (!is_name(name))
        return fail(error, text, "the name is empty, or has a colon or white space");
    if (!g_utf8_validate(name, -1, NULL))
        return fail(error, text, "the name is not UTF-8");
    if (!is_ip_address(address) && !g_str_equal(between + 1, HOST_GATEWAY))
        return fail(error, text, "the address is neither an IP address nor host-gateway");
    return g_strconcat(name, ":", address, NULL);
}
