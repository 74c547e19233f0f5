/* SPDX-License-Identifier: Apache-2.0 */
#include "base/interrupt.h"

static void
count(guint number, gpointer user_data)
{
    *(guint *)user_data = number;
}

/* Sends each signal, and lets it arrive before the next. */
static guint
count_after(const int *signals, gsize n_signals)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();
    guint number = 0;

    interrupt_set_handler(interrupt, count, &number);
    for (gsize i = 0; i < n_signals; i++) {
        raise(signals[i]);
        g_main_context_iteration(NULL, TRUE);
        while (g_main_context_iteration(NULL, FALSE))
            continue;
    }
    g_assert_cmpint(g_cancellable_is_cancelled(interrupt_get_cancellable(interrupt)), ==,
                    number > 0);
    return number;
}

/* Ctrl-C reaches parent and child, and the parent tells the child as well. */
static void
test_what_both_have_got_counts_once(void)
{
    static const int first[] = {SIGINT, INTERRUPT_SIGNAL};
    static const int other_order[] = {INTERRUPT_SIGNAL, SIGINT};
    static const int twice[] = {SIGINT, INTERRUPT_SIGNAL, INTERRUPT_SIGNAL, SIGINT};

    g_assert_cmpuint(count_after(first, G_N_ELEMENTS(first)), ==, 1);
    g_assert_cmpuint(count_after(other_order, G_N_ELEMENTS(other_order)), ==, 1);
    g_assert_cmpuint(count_after(twice, G_N_ELEMENTS(twice)), ==, 2);
}

static void
test_each_signal_counts_without_a_parent(void)
{
    static const int signals[] = {SIGINT, SIGTERM};
    static const int of_parent[] = {INTERRUPT_SIGNAL, INTERRUPT_SIGNAL};

    g_assert_cmpuint(count_after(signals, G_N_ELEMENTS(signals)), ==, 2);
    g_assert_cmpuint(count_after(of_parent, G_N_ELEMENTS(of_parent)), ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/interrupt/what-both-have-got-counts-once",
                    test_what_both_have_got_counts_once);
    g_test_add_func("/interrupt/each-signal-counts-without-a-parent",
                    test_each_signal_counts_without_a_parent);
    return g_test_run();
}
