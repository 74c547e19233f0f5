/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/program-error.h"
#include "events/event-json.h"
#include "report/critical-path.h"
#include "report/events-file.h"
#include "report/phase-merge.h"
#include "report/report-data.h"
#include "report/report-html.h"
#include "report/report-text.h"
#include "report/report.h"
#include "report/trace.h"
#include "run-events.h"

#include <glib/gstdio.h>

#define HOSTILE "</script><script>alert(1)</script><!--&\u2028"

static const gint64 BEGIN = G_GINT64_CONSTANT(1700000000000);

static void
apply_one(History *history, const char *line, gint64 timestamp)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    history_apply(history, event, BEGIN + timestamp);
}

/* Lines, one second apart. */
static void
apply_history(History *history, const char *const *lines)
{
    for (gint64 time = 0; *lines != NULL; lines++, time += 1000)
        apply_one(history, *lines, time);
}

/* a is needed by b and c, b by d. */
static const char *const diamond[] = {
    "::progress::type=run,workspace=/ws,version=1",
    "::progress::type=hello,distro=jazzy,arch=amd64",
    "::progress::type=plan_package,name=a,version=1.0,deps=",
    "::progress::type=plan_package,name=b,version=1.0,deps=a",
    "::progress::type=plan_package,name=c,version=1.0,deps=a",
    "::progress::type=plan_package,name=d,version=1.0,deps=b c zlib",
    "::progress::type=stage,value=build",
    "::progress::type=schedule,slots=2,cores=4,total=4",
    "::progress::type=package_expected,name=a,ms=900,measured=true",
    "::progress::type=package_start,name=a,current=1,total=4,reason=new", /* at 9 s */
    "::progress::type=package_phase,name=a,phase=configure",
    "::progress::type=package_progress,name=a,percent=10,output=x",
    "::progress::type=package_phase,name=a,phase=compile",
    "::progress::type=load,cpu=150,memory=1048576",
    "::progress::type=package_complete,name=a,success=true,ms=5000", /* at 14 s */
    "::progress::type=package_start,name=b,current=2,total=4",
    "::progress::type=package_start,name=c,current=3,total=4",
    "::progress::type=package_complete,name=b,success=true,ms=2000",
    "::progress::type=package_complete,name=c,success=true,ms=2000", /* at 18 s */
    "::progress::type=package_start,name=d,current=4,total=4",
    "::progress::type=package_complete,name=d,success=false,ms=1000,error=it broke",
    "::progress::type=stage_complete,value=build,success=false,ms=14000",
    "::progress::type=build_complete,success=false,built=3,failed=1",
    "::progress::type=run_complete,state=failed,ms=1,error=1 failed",
    NULL,
};

static const PackageHistory *
named(const History *history, const char *name)
{
    for (guint i = 0; i < history->packages->len; i++) {
        const PackageHistory *package = history->packages->pdata[i];

        if (g_str_equal(package->package->name, name))
            return package;
    }
    g_assert_not_reached();
}

static void
test_times_lanes_and_phases(void)
{
    g_autoptr(History) history = history_new();
    const PackageHistory *a = NULL;
    const StageHistory *stage = NULL;

    apply_history(history, diamond);
    a = named(history, "a");
    g_assert_cmpint(a->started - history->begin, ==, 9000);
    g_assert_cmpint(a->ended - history->begin, ==, 14000);
    g_assert_cmpuint(a->phases->len, ==, 2);
    g_assert_cmpstr(history_phases[g_array_index(a->phases, PhaseTime, 1).phase], ==, "compile");
    g_assert_cmpint(g_array_index(a->phases, PhaseTime, 1).begin - history->begin, ==, 12000);
    g_assert_cmpuint(a->lane, ==, 0);
    g_assert_cmpuint(named(history, "b")->lane, ==, 0);
    g_assert_cmpuint(named(history, "c")->lane, ==, 1);
    g_assert_cmpuint(named(history, "d")->lane, ==, 0);
    stage = history->stages->pdata[0];
    g_assert_cmpint(stage->end - stage->begin, ==, 15000);
    g_assert_cmpuint(history->load->len, ==, 1);
    g_assert_true(history->ended);
    g_assert_cmpstr(history->error, ==, "1 failed");
    g_assert_cmpint(history->now - history->begin, ==, 23000);
}

static void
assert_path(const History *history, const char *expected)
{
    g_autoptr(RunGraph) graph = run_graph_new(history->state);
    g_autoptr(GPtrArray) path = critical_path(history, graph);
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < path->len; i++) {
        const PackageHistory *package = path->pdata[i];

        g_string_append(names, package->package->name);
    }
    g_assert_cmpstr(names->str, ==, expected);
}

/* The console shows the same sum. */
static void
test_a_size_has_all_files_of_a_package(void)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=a",
        "::progress::type=artifact,name=a,path=debs/a.deb,size=10,kind=deb",
        "::progress::type=artifact,name=a,path=debs/a-dbgsym.deb,size=90,kind=dbgsym",
        "::progress::type=package_complete,name=a,success=true,ms=1",
        NULL,
    };
    g_autoptr(History) history = history_new();
    g_autofree char *data = NULL;

    apply_history(history, lines);
    data = report_data(history);
    g_assert_nonnull(strstr(data, "\"size\":100,"));
}

static void
test_the_critical_path_goes_by_the_last_dependency(void)
{
    static const char *const circle[] = {
        "::progress::type=plan_package,name=a,deps=b",
        "::progress::type=plan_package,name=b,deps=a b",
        "::progress::type=package_start,name=a",
        "::progress::type=package_complete,name=a,success=true",
        "::progress::type=package_start,name=b",
        "::progress::type=package_complete,name=b,success=true",
        NULL,
    };
    g_autoptr(History) history = history_new();
    g_autoptr(History) forged = history_new();
    g_autoptr(History) empty = history_new();

    apply_history(history, diamond);
    assert_path(history, "acd");
    apply_history(forged, circle);
    assert_path(forged, "ab");
    assert_path(empty, "");
}

static void
test_a_flood_is_bounded(void)
{
    g_autoptr(History) history = history_new();

    apply_one(history, "::progress::type=package_start,name=a", 0);
    for (guint i = 0; i < 3 * HISTORY_MAX_SAMPLES; i++) {
        apply_one(history, "::progress::type=load,cpu=1,memory=1", i);
        apply_one(history, "::progress::type=package_phase,name=a,phase=unheard_of", i);
        apply_one(history, "::progress::type=stage,value=x", i);
    }
    g_assert_cmpuint(history->load->len, <=, HISTORY_MAX_SAMPLES);
    g_assert_cmpint(g_array_index(history->load, LoadSample, history->load->len - 1).time, >,
                    history->begin + 5 * HISTORY_MAX_SAMPLES / 2);
    g_assert_cmpuint(named(history, "a")->phases->len, ==, HISTORY_MAX_PHASES);
    g_assert_cmpuint(history->stages->len, ==, HISTORY_MAX_STAGES);
}

static void
apply_format(History *history, const char *format, guint number)
{
    const char *place = strstr(format, "%u");
    g_autofree char *event =
        g_strdup_printf("%.*s%u%s", (int)(place - format), format, number, place + strlen("%u"));

    apply_one(history, event, number);
}

static void
test_phases_of_all_packages_are_bounded(void)
{
    g_autoptr(History) history = history_new();
    guint phases = 0;

    for (guint i = 0; i < 2 * HISTORY_MAX_ALL_PHASES / HISTORY_MAX_PHASES; i++) {
        apply_format(history, "::progress::type=package_start,name=p%u", i);
        /* A start that comes again begins anew. */
        apply_format(history, "::progress::type=package_phase,name=p%u,phase=copy", i);
        apply_format(history, "::progress::type=package_start,name=p%u", i);
        for (guint phase = 0; phase < HISTORY_MAX_PHASES; phase++)
            apply_format(history, "::progress::type=package_phase,name=p%u,phase=compile", i);
    }
    for (guint i = 0; i < history->packages->len; i++)
        phases += ((const PackageHistory *)history->packages->pdata[i])->phases->len;
    g_assert_cmpuint(phases, ==, HISTORY_MAX_ALL_PHASES);
}

static void
test_a_clock_that_is_set_back_does_no_harm(void)
{
    g_autoptr(History) history = history_new();

    apply_one(history, "::progress::type=package_start,name=a", 5000);
    apply_one(history, "::progress::type=package_complete,name=a,success=true,ms=7", -5000);
    g_assert_cmpint(named(history, "a")->ended, ==, named(history, "a")->started);
}

static JsonObject *
parse(const char *text)
{
    JsonObject *object = json_text_parse_object(text, strlen(text));

    g_assert_nonnull(object);
    return object;
}

static void
test_the_data_says_what_happened(void)
{
    g_autoptr(History) history = history_new();
    g_autofree char *text = NULL;
    g_autoptr(JsonObject) data = NULL;
    JsonObject *d = NULL;
    JsonObject *a = NULL;

    apply_history(history, diamond);
    text = report_data(history);
    data = parse(text);
    g_assert_cmpstr(json_text_get_string(json_text_get_object(data, "run"), "result"), ==,
                    "failed");
    g_assert_cmpint(json_text_get_count(json_text_get_object(data, "counts"), "built"), ==, 3);
    g_assert_cmpuint(json_array_get_length(json_text_get_array(data, "critical")), ==, 3);
    a = json_text_get_element(json_text_get_array(data, "packages"), 0);
    g_assert_cmpint(json_text_get_count(a, "former"), ==, 900);
    d = json_text_get_element(json_text_get_array(data, "packages"), 3);
    g_assert_cmpint(json_text_get_count(d, "ready"), ==, 18000);
    g_assert_cmpint(json_text_get_count(d, "waited_for"), ==, 2);
    g_assert_cmpstr(json_text_get_string(d, "error"), ==, "it broke");
}

/* A package whose every text is hostile, failed. */
static void
apply_hostile(History *history)
{
    static const char *const events[] = {
        "::progress::type=run,workspace=" HOSTILE ",image=" HOSTILE,
        "::progress::type=stage,value=" HOSTILE,
        "::progress::type=plan_package,name=" HOSTILE ",version=" HOSTILE ",deps=" HOSTILE,
        "::progress::type=package_start,name=" HOSTILE ",reason=" HOSTILE,
        "::progress::type=package_phase,name=" HOSTILE ",phase=" HOSTILE,
        "::progress::type=package_output,name=" HOSTILE ",msg=@SCRIPT@" HOSTILE,
        "::progress::type=test_failed,name=" HOSTILE ",test=" HOSTILE ",msg=" HOSTILE,
        "::progress::type=package_complete,name=" HOSTILE ",error=" HOSTILE ",log=" HOSTILE,
        "::log::level=error,v=1,msg=" HOSTILE,
        NULL,
    };

    apply_history(history, events);
}

static guint
count_of(const char *text, const char *part)
{
    guint count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
        count++;
    return count;
}

static void
test_no_text_ends_the_script_element(void)
{
    g_autoptr(History) history = history_new();
    g_autoptr(History) harmless = history_new();
    g_autoptr(GBytes) page = NULL;
    g_autoptr(GBytes) other = NULL;
    const char *text = NULL;
    const char *expected = NULL;

    apply_hostile(history);
    apply_history(harmless, diamond);
    page = report_html(history);
    other = report_html(harmless);
    text = g_bytes_get_data(page, NULL);
    expected = g_bytes_get_data(other, NULL);
    g_assert_null(g_strstr_len(text, (gssize)g_bytes_get_size(page), "alert(1)</"));
    g_assert_nonnull(strstr(text, "\\u003c/script\\u003e"));
    g_assert_cmpuint(count_of(text, "<script"), ==, 2);
    g_assert_cmpuint(count_of(text, "</script"), ==, 2);
    g_assert_cmpuint(count_of(text, "<!--"), ==, count_of(expected, "<!--"));
    g_assert_null(strstr(text, "\u2028"));
    /* What is inserted is not searched for markers. */
    g_assert_nonnull(strstr(text, "@SCRIPT@\\u003c"));
}

static void
test_the_policy_names_what_is_in_the_page(void)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GBytes) page = report_html(history);
    const char *text = g_bytes_get_data(page, NULL);
    const char *begin = strstr(text, "<script>") + strlen("<script>");
    gssize length = strstr(begin, "</script>") - begin;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize size = sizeof digest;
    g_autofree char *base64 = NULL;
    g_autofree char *source = NULL;

    g_checksum_update(checksum, (const guchar *)begin, length);
    g_checksum_get_digest(checksum, digest, &size);
    base64 = g_base64_encode(digest, size);
    source = g_strdup_printf("script-src 'sha256-%s'", base64);
    g_assert_nonnull(strstr(text, source));
    g_assert_nonnull(strstr(text, "default-src 'none'"));
    g_assert_null(strstr(text, "unsafe"));
}

static void
apply_large_package(History *history, guint i)
{
    g_autofree char *noise = g_strnfill(600, '<');
    const char *const formats[] = {
        ("::progress::type=plan_package,name=package_%u,version=1.0.0,path=src/p,deps=package_1 "
         "package_2 package_3"),
        "::progress::type=package_start,name=package_%u,reason=source changed",
        "::progress::type=package_phase,name=package_%u,phase=configure",
        "::progress::type=package_phase,name=package_%u,phase=compile",
        "::progress::type=package_complete,name=package_%u,success=false,error=it broke",
    };

    for (guint line = 0; line < PACKAGE_MAX_TAIL; line++) {
        g_autofree char *output =
            g_strdup_printf("::progress::type=package_output,name=package_%u,msg=%s", i, noise);

        apply_one(history, output, i);
    }
    for (gsize f = 0; f < G_N_ELEMENTS(formats); f++)
        apply_format(history, formats[f], i);
}

static void
test_three_hundred_failures_are_below_a_megabyte(void)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GBytes) page = NULL;

    for (guint i = 0; i < 300; i++)
        apply_large_package(history, i);
    for (guint i = 0; i < 5000; i++)
        apply_one(history, "::progress::type=load,cpu=399,memory=12345678901", 1000 * i);
    page = report_html(history);
    g_assert_cmpuint(g_bytes_get_size(page), <, 1000000);
    g_assert_nonnull(strstr(g_bytes_get_data(page, NULL), "\"shortened\":true"));
}

/* Each number and each text is as long as it can be. */
static void
apply_longest(History *history, guint number, const char *type, const char *name, const char *rest)
{
    g_autofree char *line = g_strdup_printf("::progress::type=%s,name=%s,%s", type, name, rest);

    apply_one(history, line, (G_GINT64_CONSTANT(1) << 47) + 1000 * (gint64)number);
}

static void
apply_longest_package(History *history, guint i, const char *name, const char *deps)
{
    g_autofree char *noise = g_strnfill(500, '<');
    g_autofree char *plan = g_strdup_printf("version=%s,deps=%s", noise, deps);
    g_autofree char *start = g_strdup_printf("reason=%s", noise);
    g_autofree char *output = g_strdup_printf("msg=%s", noise);
    g_autofree char *test = g_strdup_printf("test=%s,msg=%s", noise, noise);
    g_autofree char *end =
        g_strdup_printf("success=false,ms=281474976710656,warnings=281474976710656,line="
                        "281474976710656,error=%s,file=%s,log=%s",
                        noise, noise, noise);

    apply_longest(history, i, "plan_package", name, plan);
    apply_longest(history, i, "package_expected", name, "ms=281474976710656,measured=true");
    apply_longest(history, i, "package_start", name, start);
    for (guint phase = 0; phase < 2 * REPORT_MAX_PHASES; phase++)
        apply_longest(history, i, "package_phase", name, "phase=publish");
    /* The excerpts of fewer packages take all the room. */
    for (guint line = 0; i < 30 && line < PACKAGE_MAX_TAIL; line++)
        apply_longest(history, i, "package_output", name, output);
    apply_longest(history, i, "package_retry", name, "attempt=2");
    apply_longest(history, i, "artifact", name, "kind=deb,path=x,size=281474976710656");
    apply_longest(history, i, "test_results", name,
                  "tests=281474976710656,failed=281474976710656,skipped=281474976710656");
    for (guint number = 0; i < 30 && number < PACKAGE_MAX_FAILED_TESTS; number++)
        apply_longest(history, i, "test_failed", name, test);
    apply_longest(history, i, "package_complete", name, end);
}

static void
apply_longest_rest(History *history)
{
    g_autofree char *noise = g_strnfill(500, '<');
    g_autofree char *run =
        g_strdup_printf("workspace=%s,image=%s,engine=%s,distro=%s", noise, noise, noise, noise);
    g_autofree char *stage = g_strdup_printf("value=%s", noise);

    apply_longest(history, 300, "run", "x", run);
    for (guint i = 0; i < HISTORY_MAX_STAGES; i++)
        apply_longest(history, 300, "stage", "x", stage);
    for (guint i = 0; i < STATE_MAX_FORMER; i++) {
        apply_longest(history, 300, "repository_kept", "x", "deb=x");
        apply_longest(history, 300, "repository_removed", "x", "deb=x");
    }
    for (guint i = 0; i < HISTORY_MAX_SAMPLES; i++)
        apply_longest(history, 300, "load", "x", "cpu=281474976710656,memory=281474976710656");
    apply_longest(history, 300, "repository", "x", "path=apt,count=1,signed=true");
}

static void
assert_below_a_megabyte(const History *history)
{
    g_autoptr(GBytes) page = report_html(history);

    g_assert_cmpuint(history->packages->len, ==, 300);
    g_assert_cmpuint(g_bytes_get_size(page), <, 1000000);
    g_assert_nonnull(strstr(g_bytes_get_data(page, NULL), "\"tail\":"));
}

/* Long names, or many needs: a text of an event does not hold both. */
static void
test_the_longest_texts_are_below_a_megabyte(void)
{
    g_autofree char *noise = g_strnfill(500, '<');
    g_autoptr(History) named_long = history_new();
    g_autoptr(History) linked = history_new();
    g_autoptr(GString) deps = g_string_new(NULL);

    apply_one(named_long, "::progress::type=run", 0);
    apply_one(linked, "::progress::type=run", 0);
    for (guint i = 0; i < 300; i++) {
        g_autofree char *long_name = g_strdup_printf("%03u%s", i, noise);
        g_autofree char *name = g_strdup_printf("%03u", i);

        apply_longest_package(named_long, i, long_name, "");
        apply_longest_package(linked, i, name, deps->str);
        g_string_append_printf(deps, " %s", name);
    }
    apply_longest_rest(named_long);
    apply_longest_rest(linked);
    assert_below_a_megabyte(named_long);
    assert_below_a_megabyte(linked);
}

static void
test_the_shortest_phases_are_merged(void)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GArray) phases = NULL;

    apply_one(history, "::progress::type=package_start,name=a", 0);
    apply_one(history, "::progress::type=package_phase,name=a,phase=copy", 0);
    apply_one(history, "::progress::type=package_phase,name=a,phase=configure", 10);
    apply_one(history, "::progress::type=package_phase,name=a,phase=wait", 5000);
    apply_one(history, "::progress::type=package_phase,name=a,phase=compile", 5020);
    apply_one(history, "::progress::type=package_phase,name=a,phase=check", 9000);
    apply_one(history, "::progress::type=package_complete,name=a,success=true", 9001);
    phases = phases_merged(history, named(history, "a"), 3);
    g_assert_cmpuint(phases->len, ==, 3);
    g_assert_cmpint(g_array_index(phases, PhaseTime, 1).begin - BEGIN, ==, 10);
    g_assert_cmpint(g_array_index(phases, PhaseTime, 2).begin - BEGIN, ==, 5020);
    g_assert_cmpuint(named(history, "a")->phases->len, ==, 5);
}

static char *
jsonl_of(const char *const *lines)
{
    GString *text = g_string_new(NULL);

    for (gint64 time = 0; *lines != NULL; lines++, time += 1000) {
        g_autoptr(CddBuildEvent) event = event_of(*lines);
        g_autofree char *line = event_to_json(event, BEGIN + time);

        if (strstr(*lines, "package_progress") == NULL)
            g_string_append(text, line);
    }
    return g_string_free(text, FALSE);
}

typedef struct {
    char *directory;
    Folder *folder;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp("report-XXXXXX", NULL);
    f->folder = folder_open(f->directory, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_auto(GStrv) names = folder_list(f->folder, 100, NULL);

    for (char **name = names; *name != NULL; name++)
        folder_clear(f->folder, *name, NULL);
    folder_free(f->folder);
    g_rmdir(f->directory);
    g_free(f->directory);
}

static void
write_events(const Fixture *f, const char *text)
{
    g_autofree char *path = g_build_filename(f->directory, "events.jsonl", NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_the_file_gives_the_report_of_the_run(Fixture *f, gconstpointer data)
{
    g_autoptr(History) live = history_new();
    g_autoptr(History) read = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *jsonl = jsonl_of(diamond);
    g_autofree char *expected = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GBytes) expected_trace = NULL;
    g_autoptr(GBytes) trace = NULL;

    apply_history(live, diamond);
    write_events(f, jsonl);
    read = events_file_read(f->folder, "events.jsonl", &error);
    g_assert_no_error(error);
    expected = report_data(live);
    text = report_data(read);
    g_assert_cmpstr(text, ==, expected);
    expected_trace = trace_json(live);
    trace = trace_json(read);
    g_assert_true(g_bytes_equal(trace, expected_trace));
}

static void
test_half_a_line_at_the_end_is_ignored(Fixture *f, gconstpointer data)
{
    g_autofree char *jsonl = jsonl_of(diamond);
    g_autoptr(History) history = NULL;
    g_autoptr(GError) error = NULL;

    jsonl[strlen(jsonl) - 10] = '\0';
    write_events(f, jsonl);
    history = events_file_read(f->folder, "events.jsonl", &error);
    g_assert_no_error(error);
    g_assert_false(history->ended);
    g_assert_cmpuint(history->packages->len, ==, 4);
    g_assert_true(report_write(f->folder, &(Owner){0}, history, &error));
    g_assert_no_error(error);
    g_assert_true(folder_has_file(f->folder, "report.html"));
    g_assert_true(folder_has_file(f->folder, "trace.json"));
}

static void
test_a_foreign_line_is_named(Fixture *f, gconstpointer data)
{
    static const char *const foreign[] = {
        "hello\n",
        "{}\n",
        "{\"ts\":1,\"marker\":\"progress\"}\n",
        "{\"ts\":-1,\"marker\":\"progress\",\"type\":\"stage\"}\n",
        "{\"ts\":1,\"marker\":\"progress\",\"type\":\"\"}\n",
        "{\"ts\":1,\"marker\":\"progress\",\"type\":\"stage\",\"A b\":\"c\"}\n",
        "{\"ts\":1,\"marker\":\"progress\",\"type\":\"stage\",\"a\":[]}\n",
        "{\"ts\":1,\"type\":\"output\",\"line\":\"::progress::type=stage\"}\n",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
        g_autofree char *good = jsonl_of((const char *const[]){"::progress::type=x", NULL});
        g_autofree char *text = g_strconcat(good, foreign[i], NULL);
        g_autofree char *place = g_strdup_printf("%s/events.jsonl:2: ", f->directory);
        g_autoptr(GError) error = NULL;

        write_events(f, text);
        g_assert_null(events_file_read(f->folder, "events.jsonl", &error));
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
        g_assert_true(g_str_has_prefix(error->message, place));
    }
}

static void
test_an_endless_line_is_refused(Fixture *f, gconstpointer data)
{
    g_autofree char *text = g_strnfill(1024 * 1024, 'x');
    g_autoptr(GError) error = NULL;

    write_events(f, text);
    g_assert_null(events_file_read(f->folder, "events.jsonl", &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
}

static void
test_the_trace_is_in_microseconds(void)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GBytes) trace = NULL;
    const char *text = NULL;

    apply_history(history, diamond);
    trace = trace_json(history);
    text = g_bytes_get_data(trace, NULL);
    g_assert_nonnull(strstr(text,
                            "{\"ph\":\"X\",\"name\":\"c\",\"pid\":2,\"tid\":1,\"cat\":\"package\","
                            "\"ts\":16000000,\"dur\":2000000,"));
    g_assert_nonnull(strstr(text, "\"name\":\"compile\""));
    g_assert_nonnull(strstr(text, "{\"ph\":\"C\",\"name\":\"CPU (percent)\""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/a-size-has-all-files", test_a_size_has_all_files_of_a_package);
    g_test_add_func("/history/times-lanes-and-phases", test_times_lanes_and_phases);
    g_test_add_func("/history/a-flood-is-bounded", test_a_flood_is_bounded);
    g_test_add_func("/history/phases-of-all-packages-are-bounded",
                    test_phases_of_all_packages_are_bounded);
    g_test_add_func("/history/a-clock-that-is-set-back-does-no-harm",
                    test_a_clock_that_is_set_back_does_no_harm);
    g_test_add_func("/critical-path/goes-by-the-last-dependency",
                    test_the_critical_path_goes_by_the_last_dependency);
    g_test_add_func("/report/the-data-says-what-happened", test_the_data_says_what_happened);
    g_test_add_func("/report/no-text-ends-the-script-element",
                    test_no_text_ends_the_script_element);
    g_test_add_func("/report/the-policy-names-what-is-in-the-page",
                    test_the_policy_names_what_is_in_the_page);
    g_test_add_func("/report/three-hundred-failures-are-below-a-megabyte",
                    test_three_hundred_failures_are_below_a_megabyte);
    g_test_add_func("/report/the-longest-texts-are-below-a-megabyte",
                    test_the_longest_texts_are_below_a_megabyte);
    g_test_add_func("/report/the-shortest-phases-are-merged", test_the_shortest_phases_are_merged);
    g_test_add_func("/trace/is-in-microseconds", test_the_trace_is_in_microseconds);
    g_test_add("/file/gives-the-report-of-the-run", Fixture, NULL, set_up,
               test_the_file_gives_the_report_of_the_run, tear_down);
    g_test_add("/file/half-a-line-at-the-end-is-ignored", Fixture, NULL, set_up,
               test_half_a_line_at_the_end_is_ignored, tear_down);
    g_test_add("/file/a-foreign-line-is-named", Fixture, NULL, set_up, test_a_foreign_line_is_named,
               tear_down);
    g_test_add("/file/an-endless-line-is-refused", Fixture, NULL, set_up,
               test_an_endless_line_is_refused, tear_down);
    return g_test_run();
}
