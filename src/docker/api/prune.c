/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what nothing uses: networks, volumes, the build cache. */
#include "../value/plain.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-system.h>

static const CddMember pruned_members[] = {
    CDD_LIST(CddPruned, removed),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddPruned, cdd_pruned, pruned_members)
G_DEFINE_BOXED_TYPE(CddPruned, cdd_pruned, cdd_pruned_copy, cdd_pruned_free)

static gpointer
parse(JsonNode *node, const char *list, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "prune", error);
    CddPruned *pruned;

    if (object == NULL)
        return NULL;
    pruned = g_new0(CddPruned, 1);
    pruned->removed = cdd_json_dup_strv(object, list);
    pruned->space_reclaimed = (guint64)MAX(0, cdd_json_get_int(object, "SpaceReclaimed"));
    return pruned;
}

static gpointer
parse_build_cache(JsonNode *node, GError **error)
{
    return parse(node, "CachesDeleted", error);
}

void
cdd_service_prune_build_cache_async(CddService *self,
                                    const char *const *filters,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_prune(
        cdd_operation_new(self, cancellable, callback, user_data, "pruning the build cache"),
        "/build/prune", filters, parse_build_cache, (GDestroyNotify)cdd_pruned_free);
}

CddPruned *
cdd_service_prune_build_cache_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
parse_networks(JsonNode *node, GError **error)
{
    return parse(node, "NetworksDeleted", error);
}

void
cdd_service_prune_networks_async(CddService *self,
                                 const char *const *filters,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_prune(
        cdd_operation_new(self, cancellable, callback, user_data, "pruning networks"),
        "/networks/prune", filters, parse_networks, (GDestroyNotify)cdd_pruned_free);
}

CddPruned *
cdd_service_prune_networks_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
parse_volumes(JsonNode *node, GError **error)
{
    return parse(node, "VolumesDeleted", error);
}

void
cdd_service_prune_volumes_async(CddService *self,
                                const char *const *filters,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_prune(
        cdd_operation_new(self, cancellable, callback, user_data, "pruning volumes"),
        "/volumes/prune", filters, parse_volumes, (GDestroyNotify)cdd_pruned_free);
}

CddPruned *
cdd_service_prune_volumes_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
