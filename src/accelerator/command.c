/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "option-rules.h"
#include "rules-file.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

#define PROGRAMS ACCELERATOR "/programs/"
#define LIBRARIES ACCELERATOR "/lib"
#define MACHINE LIBRARIES "/libcolcon-deb-machine.so"

bool
command_is_native(const Call *call, const char *rules)
{
    const Program program = program_find(call->path);

    switch (program.kind) {
    case PROGRAM_UNKNOWN:
        return false;
    case PROGRAM_ALWAYS:
    case PROGRAM_LINKER:
        return true;
    case PROGRAM_DRIVER:
    case PROGRAM_PREPROCESSOR:
    case PROGRAM_COMPILER:
        return option_rules_allow(program.kind, call) &&
               rules_file_allow_machine(rules, program.key);
    case PROGRAM_INTERPRETER:
        return rules_file_allow(rules, program.key, call);
    }
    return false;
}

/* ---- arguments */

typedef struct {
    char **items;
    size_t length;
    size_t size;
} List;

/* False if the list is full. One place stays for the NULL at the end. */
static bool
list_add(List *list, const char *item)
{
    if (list->length + 1 >= list->size)
        return false;
    list->items[list->length++] = (char *)item;
    list->items[list->length] = NULL;
    return true;
}

static bool
list_add_all(List *list, char *const *items)
{
    for (; *items != NULL; items++)
        if (!list_add(list, *items))
            return false;
    return true;
}

/* NULL stands for a list of no directories, too. */
static const char *
get_directories(const Call *call, const char *name)
{
    const char *value = call_get_variable(call, name);

    return value != NULL && *value != '\0' ? value : NULL;
}

static bool
add_rpath_link(List *list, const char *directories)
{
    return list_add(list, "-rpath-link") && list_add(list, directories);
}

/* The directory list of a -rpath option; NULL for another option. */
static const char *
get_rpath(char *const *argument)
{
    const char *option = *argument;

    if (text_is(option, "-rpath") || text_is(option, "--rpath") || text_is(option, "-R"))
        return argument[1];
    if (text_begins(option, "-rpath="))
        return option + strlen("-rpath=");
    return text_begins(option, "--rpath=") ? option + strlen("--rpath=") : NULL;
}

static bool
is_rpath_link(const char *option)
{
    return text_begins(option, "-rpath-link") || text_begins(option, "--rpath-link");
}

/*
 * Where a linker looks for the libraries that libraries need: in -rpath-link, in -rpath, and, if it
 * links for its own machine, in LD_RUN_PATH (without any of these) and in LD_LIBRARY_PATH. Those
 * two become -rpath-link, after all that comes before them. What a response file adds to them is
 * not known.
 */
static bool
add_search_path(List *list, const Call *call)
{
    const char *library_path = get_directories(call, "LD_LIBRARY_PATH");
    const char *run_path = get_directories(call, "LD_RUN_PATH");
    bool has_rpath = false;

    if (library_path == NULL && run_path == NULL)
        return true;
    for (char *const *argument = call->arguments; *argument != NULL; argument++) {
        if (**argument == '@')
            return false;
        if (get_rpath(argument) != NULL || is_rpath_link(*argument))
            has_rpath = true;
    }
    if (library_path != NULL)
        for (char *const *argument = call->arguments; *argument != NULL; argument++)
            if (get_rpath(argument) != NULL && !add_rpath_link(list, get_rpath(argument)))
                return false;
    if (run_path != NULL && !has_rpath && !add_rpath_link(list, run_path))
        return false;
    return library_path == NULL || add_rpath_link(list, library_path);
}

static bool
add_arguments(Command *command, const Call *call, ProgramKind kind, bool by_loader)
{
    List list = {command->arguments, 0, COMMAND_MAX_ARGUMENTS};
    const char *name = call->arguments[0] != NULL ? call->arguments[0] : "";

    if (by_loader &&
        !(list_add(&list, ACCELERATOR_LOADER) && list_add(&list, "--library-path") &&
          list_add(&list, LIBRARIES) && list_add(&list, "--preload") && list_add(&list, MACHINE) &&
          list_add(&list, "--argv0") && list_add(&list, name) && list_add(&list, command->file)))
        return false;
    if (!by_loader && !list_add(&list, name))
        return false;
    if (call->arguments[0] != NULL && !list_add_all(&list, call->arguments + 1))
        return false;
    return kind != PROGRAM_LINKER || add_search_path(&list, call);
}

/* ---- environment */

/* Whether an entry sets the variable that @setting ("NAME=VALUE") sets. */
static bool
sets_same(const char *entry, const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;

    return strncmp(entry, setting, length) == 0;
}

/* Puts the setting in place of an entry, or at the end. */
static bool
put_setting(List *list, const char *setting, bool is_default)
{
    for (size_t i = 0; i < list->length; i++) {
        if (!sets_same(list->items[i], setting))
            continue;
        if (!is_default)
            list->items[i] = (char *)setting;
        return true;
    }
    return list_add(list, setting);
}

static bool
add_environment(Command *command, const Call *call, const char *key)
{
    List list = {command->environment, 0, COMMAND_MAX_VARIABLES};
    char *rest = command->rules;
    RulesLine line;

    command->environment[0] = NULL;
    if (!list_add_all(&list, call->environment))
        return false;
    while (rules_file_next(&rest, &line)) {
        bool is_default = text_is(line.verb, "default");

        if (text_is(line.key, key) && (is_default || text_is(line.verb, "set")) &&
            strchr(line.text, '=') != NULL && !put_setting(&list, line.text, is_default))
            return false;
    }
    return true;
}

bool
command_make(Command *command, const Call *call, const char *rules, bool by_loader)
{
    const Program program = program_find(call->path);
    int length =
        snprintf(command->file, sizeof command->file, PROGRAMS "%s", text_base_name(call->path));

    if (length < 0 || (size_t)length >= sizeof command->file ||
        strlen(rules) >= sizeof command->rules)
        return false;
    memcpy(command->rules, rules, strlen(rules) + 1);
    return add_arguments(command, call, program.kind, by_loader) &&
           add_environment(command, call, program.key);
}
