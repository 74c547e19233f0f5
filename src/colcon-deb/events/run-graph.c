/* SPDX-License-Identifier: Apache-2.0 */
#include "run-graph.h"

typedef struct {
    GArray *needs;      /* guint */
    GArray *dependents; /* guint */
} Node;

struct RunGraph {
    GArray *nodes; /* Node */
    guint n_needs; /* of all nodes together */
};

static void
clear_node(gpointer data)
{
    Node *node = data;

    g_array_unref(node->needs);
    g_array_unref(node->dependents);
}

static Node *
get_node(const RunGraph *graph, guint package)
{
    return &g_array_index(graph->nodes, Node, package);
}

/* From a package's name to its number plus one. */
static GHashTable *
number(const RunState *state)
{
    GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        g_hash_table_insert(numbers, package->name, GUINT_TO_POINTER(i + 1));
    }
    return numbers;
}

/* The needs of @own are added one after another, so its number is the last one that @other has. */
static gboolean
is_known(const RunGraph *graph, guint own, guint other)
{
    const GArray *dependents = get_node(graph, other)->dependents;

    return dependents->len > 0 && g_array_index(dependents, guint, dependents->len - 1) == own;
}

static void
add_need(RunGraph *graph, guint own, guint other)
{
    if (other >= own || is_known(graph, own, other) || graph->n_needs == RUN_GRAPH_MAX_NEEDS)
        return;
    graph->n_needs++;
    g_array_append_val(get_node(graph, own)->needs, other);
    g_array_append_val(get_node(graph, other)->dependents, own);
}

static void
add_needs(RunGraph *graph, GHashTable *numbers, const Package *package, guint own)
{
    g_auto(GStrv) names = g_strsplit(package->deps != NULL ? package->deps : "", " ", -1);

    for (char **name = names; *name != NULL; name++) {
        guint other = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, *name));

        if (other != 0)
            add_need(graph, own, other - 1);
    }
}

RunGraph *
run_graph_new(const RunState *state)
{
    RunGraph *graph = g_new0(RunGraph, 1);
    g_autoptr(GHashTable) numbers = number(state);

    graph->nodes = g_array_new(FALSE, TRUE, sizeof(Node));
    g_array_set_clear_func(graph->nodes, clear_node);
    for (guint i = 0; i < state->packages->len; i++) {
        const Node node = {.needs = g_array_new(FALSE, FALSE, sizeof(guint)),
                           .dependents = g_array_new(FALSE, FALSE, sizeof(guint))};

        g_array_append_val(graph->nodes, node);
    }
    for (guint i = 0; i < state->packages->len; i++)
        add_needs(graph, numbers, state->packages->pdata[i], i);
    return graph;
}

void
run_graph_free(RunGraph *graph)
{
    if (graph == NULL)
        return;
    g_array_unref(graph->nodes);
    g_free(graph);
}

guint
run_graph_get_n_packages(const RunGraph *graph)
{
    return graph->nodes->len;
}

const GArray *
run_graph_get_needs(const RunGraph *graph, guint package)
{
    return get_node(graph, package)->needs;
}

const GArray *
run_graph_get_dependents(const RunGraph *graph, guint package)
{
    return get_node(graph, package)->dependents;
}

/* Dependents have higher numbers, so one pass upwards reaches all of them. */
guint
run_graph_count_waiting(const RunGraph *graph, const RunState *state, guint package)
{
    g_autofree guint8 *reached = g_malloc0(graph->nodes->len);
    guint count = 0;

    reached[package] = 1;
    for (guint i = package; i < graph->nodes->len; i++) {
        const GArray *dependents = get_node(graph, i)->dependents;

        if (!reached[i])
            continue;
        count += i != package && !package_is_finished(state->packages->pdata[i]);
        for (guint j = 0; j < dependents->len; j++)
            reached[g_array_index(dependents, guint, j)] = 1;
    }
    return count;
}
