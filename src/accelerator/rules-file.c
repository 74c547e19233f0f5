/* SPDX-License-Identifier: Apache-2.0 */
#include "rules-file.h"

#include "file.h"
#include "text.h"

#include <stdio.h>
#include <unistd.h>

/* Replaces escapes in place. */
static void
unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] != '\0') {
            from++;
            *to++ = (char)(*from == 'n' ? '\n' : *from == 's' ? ' ' : *from);
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

bool
rules_file_next(char **rest, RulesLine *line)
{
    for (char *text; (text = strsep(rest, "\n")) != NULL;) {
        if (*text == '\0' || *text == '#')
            continue;
        line->key = strsep(&text, " ");
        line->verb = text != NULL ? strsep(&text, " ") : NULL;
        line->text = text;
        if (text == NULL)
            continue;
        unescape(text);
        return true;
    }
    return false;
}

/* What an interpreter was asked to run: one member is set, or none. */
typedef struct {
    const char *script;
    const char *module;
    const char *code;
} Script;

typedef struct {
    const char *rules;
    const char *key;
} Rules;

enum {
    MAX_RULES = 1 << 14,
    MAX_SETUP = 1 << 18,
    MAX_PATH = 1 << 12,
};

typedef bool (*LineTest)(const RulesLine *line, const char *subject);

/* Whether any line of the key has the verb and passes the test. */
static bool
any_line(const Rules *rules, const char *verb, LineTest test, const char *subject)
{
    static char copy[MAX_RULES];
    char *rest = copy;
    RulesLine line;

    if (strlen(rules->rules) >= sizeof copy)
        return false;
    memcpy(copy, rules->rules, strlen(rules->rules) + 1);
    while (rules_file_next(&rest, &line))
        if (text_is(line.key, rules->key) && text_is(line.verb, verb) && test(&line, subject))
            return true;
    return false;
}

static bool
is_text(const RulesLine *line, const char *subject)
{
    return text_is(subject, line->text);
}

static bool
begins_text(const RulesLine *line, const char *subject)
{
    return text_begins(subject, line->text);
}

static bool
ends_text(const RulesLine *line, const char *subject)
{
    return text_ends(subject, line->text);
}

static bool
has_text(const RulesLine *line, const char *subject)
{
    return *line->text != '\0' && strstr(subject, line->text) != NULL;
}

static Script
find_script(const Rules *rules, const Call *call)
{
    char *const *argument = call->arguments[0] != NULL ? call->arguments + 1 : call->arguments;
    bool modules_only = false;

    for (; *argument != NULL; argument++) {
        bool is_for_modules = any_line(rules, "module-option", is_text, *argument);

        if (!is_for_modules && !any_line(rules, "option", is_text, *argument))
            break;
        modules_only = modules_only || is_for_modules;
    }
    if (*argument == NULL)
        return (Script){NULL};
    if (text_is(*argument, "-m"))
        return (Script){.module = argument[1]};
    if (modules_only)
        return (Script){NULL};
    if (text_is(*argument, "-c"))
        return (Script){.code = argument[1]};
    return (Script){.script = *argument};
}

/* ---- Python text: which modules it imports */

/* The first word of @text, in place; NULL if there is none. */
static char *
take_word(char **text)
{
    *text += strspn(*text, " \t\r");
    return **text != '\0' ? strsep(text, " \t\r") : NULL;
}

/* Whether a list of modules ("os, xml.dom as dom") names only known ones. */
static bool
lists_only_known(const Rules *rules, char *list)
{
    for (char *entry; (entry = strsep(&list, ",")) != NULL;) {
        char *module = take_word(&entry);

        if (module == NULL)
            return false;
        module[strcspn(module, ".#")] = '\0';
        if (!any_line(rules, "imports", is_text, module))
            return false;
    }
    return true;
}

static bool
is_in_name(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | ' ') >= 'a' && (c | ' ') <= 'z');
}

/* Whether the text has the word "import", not as a part of a name such as importlib. */
static bool
has_import(const char *text)
{
    static const char word[] = "import";

    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        if ((at == text || !is_in_name(at[-1])) && !is_in_name(at[strlen(word)]))
            return true;
    return false;
}

/* Whether a statement imports nothing, or only known modules. An import that is not the first word,
 * as after "try:", counts as unknown. */
static bool
statement_is_known(const Rules *rules, char *statement)
{
    char *rest = statement;
    char *word = take_word(&rest);

    if (word == NULL || rest == NULL)
        return true;
    if (text_is(word, "import"))
        return lists_only_known(rules, rest);
    if (!text_is(word, "from"))
        return !has_import(rest) && !has_import(word);
    word = take_word(&rest);
    if (word == NULL)
        return false;
    word[strcspn(word, ".")] = '\0';
    return any_line(rules, "imports", is_text, word);
}

/* Whether Python text imports only known modules, and has none of the words that could hide more.
 * Changes @text. */
static bool
imports_only_known(const Rules *rules, char *text)
{
    if (any_line(rules, "without", has_text, text))
        return false;
    for (char *statement; (statement = strsep(&text, "\n;")) != NULL;)
        if (!statement_is_known(rules, statement))
            return false;
    return true;
}

static bool
allows_code(const Rules *rules, const char *code)
{
    static char copy[MAX_SETUP + 1];

    if (strlen(code) >= sizeof copy || *code == '\0')
        return false;
    memcpy(copy, code, strlen(code) + 1);
    return imports_only_known(rules, copy);
}

/* Whether a file beside the script has one of the words with which it names further code. */
static bool
sibling_is_known(const Rules *rules, const char *script, const char *name)
{
    static char content[MAX_SETUP + 1];
    char path[MAX_PATH];
    int length =
        snprintf(path, sizeof path, "%.*s%s", (int)(text_base_name(script) - script), script, name);

    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    if (access(path, F_OK) != 0)
        return true;
    return file_read(path, content, sizeof content) &&
           !any_line(rules, "setup-without", has_text, content);
}

/* A setup.py runs natively if neither it nor its configuration can lead to compiled modules. */
static bool
allows_setup(const Rules *rules, const char *path)
{
    static char content[MAX_SETUP + 1];

    return any_line(rules, "setup", is_text, text_base_name(path)) &&
           file_read(path, content, sizeof content) &&
           !any_line(rules, "setup-without", has_text, content) &&
           imports_only_known(rules, content) && sibling_is_known(rules, path, "setup.cfg") &&
           sibling_is_known(rules, path, "pyproject.toml");
}

/* The beginning of a path with ".." says nothing; its end does. */
static bool
allows_script(const Rules *rules, const char *path)
{
    bool is_straight = strstr(path, "/../") == NULL;

    if (any_line(rules, "not", is_text, path))
        return false;
    return (is_straight && (any_line(rules, "path", is_text, path) ||
                            any_line(rules, "below", begins_text, path))) ||
           any_line(rules, "ends", ends_text, path) || allows_setup(rules, path);
}

static bool
is_there(const RulesLine *line, const char *subject)
{
    return access(line->text, F_OK) == 0;
}

bool
rules_file_allow_machine(const char *text, const char *key)
{
    const Rules rules = {text, key};

    return !any_line(&rules, "absent", is_there, NULL);
}

bool
rules_file_allow(const char *text, const char *key, const Call *call)
{
    const Rules rules = {text, key};
    const Script script = find_script(&rules, call);

    if (script.module != NULL)
        return any_line(&rules, "module", is_text, script.module);
    if (script.code != NULL)
        return allows_code(&rules, script.code);
    return script.script != NULL && allows_script(&rules, script.script);
}
