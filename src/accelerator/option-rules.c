/* SPDX-License-Identifier: Apache-2.0 */
#include "option-rules.h"

#include "file.h"
#include "text.h"

enum {
    DRIVERS = 1 << PROGRAM_DRIVER | 1 << PROGRAM_PREPROCESSOR,
    COMPILERS = 1 << PROGRAM_COMPILER,
    MAX_RESPONSE_FILE = 1 << 20,
};

static const char it_compiles[] = "nothing is linked";
static const char it_answers[] = "the answer names the compiler's own target, version or paths";
static const char it_probes[] = "a native driver would look at this machine's processor";
static const char it_searches[] = "a native driver would look elsewhere";
static const char it_loads[] = "a plug-in is a library of the emulated system";
static const char it_converts[] = "the C library loads a module of the emulated system";
static const char has_value[] = "the next argument is its value";

const OptionRule option_rules[] = {
    {RULE_ARGUMENT_IS, "-c", RULE_COMPILES, DRIVERS, it_compiles},
    {RULE_ARGUMENT_IS, "-S", RULE_COMPILES, DRIVERS, it_compiles},
    {RULE_ARGUMENT_IS, "-E", RULE_COMPILES, DRIVERS, it_compiles},
    {RULE_ARGUMENT_IS, "-M", RULE_COMPILES, DRIVERS, it_compiles},
    {RULE_ARGUMENT_IS, "-MM", RULE_COMPILES, DRIVERS, it_compiles},

    {RULE_ARGUMENT_IS, "-v", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_IS, "-###", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_IS, "-Q", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_IS, "--verbose", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "--version", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "--help", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "--target-help", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "-print-", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "--print-", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "-dump", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "--dump", RULE_EMULATED, DRIVERS, it_answers},
    {RULE_ARGUMENT_BEGINS, "-Wp,-v", RULE_EMULATED, DRIVERS, it_answers},

    {RULE_ARGUMENT_BEGINS, "-march=native", RULE_EMULATED, DRIVERS, it_probes},
    {RULE_ARGUMENT_BEGINS, "-mcpu=native", RULE_EMULATED, DRIVERS, it_probes},
    {RULE_ARGUMENT_BEGINS, "-mtune=native", RULE_EMULATED, DRIVERS, it_probes},

    {RULE_ARGUMENT_BEGINS, "-B", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "--prefix", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "--sysroot", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "-specs", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "--specs", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "-iplugindir", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "-foffload", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_IS, "-wrapper", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_ARGUMENT_IS, "-pass-exit-codes", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_VARIABLE_IS_SET, "LIBRARY_PATH", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_VARIABLE_IS_SET, "COMPILER_PATH", RULE_EMULATED, DRIVERS, it_searches},
    {RULE_VARIABLE_IS_SET, "GCC_EXEC_PREFIX", RULE_EMULATED, DRIVERS, it_searches},

    {RULE_ARGUMENT_BEGINS, "-isysroot", RULE_EMULATED, DRIVERS | COMPILERS, it_searches},
    {RULE_ARGUMENT_BEGINS, "-finput-charset", RULE_EMULATED, DRIVERS | COMPILERS, it_converts},
    {RULE_ARGUMENT_BEGINS, "-fexec-charset", RULE_EMULATED, DRIVERS | COMPILERS, it_converts},
    {RULE_ARGUMENT_BEGINS, "-fwide-exec-charset", RULE_EMULATED, DRIVERS | COMPILERS, it_converts},

    {RULE_ARGUMENT_BEGINS, "-fplugin", RULE_EMULATED, DRIVERS | COMPILERS, it_loads},

    {RULE_ARGUMENT_IS, "-o", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-x", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-D", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-U", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-I", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-L", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-l", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-T", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-u", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-z", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-e", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-A", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-MF", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-MT", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-MQ", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-include", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-imacros", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-isystem", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-iquote", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-idirafter", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-iprefix", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-iwithprefix", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-iwithprefixbefore", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-imultilib", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-aux-info", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-Xlinker", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-Xassembler", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "-Xpreprocessor", RULE_TAKES_VALUE, DRIVERS, has_value},
    {RULE_ARGUMENT_IS, "--param", RULE_TAKES_VALUE, DRIVERS, has_value},
};

const size_t n_option_rules = sizeof option_rules / sizeof option_rules[0];

static bool
argument_fits(const OptionRule *rule, const char *argument)
{
    if (rule->test == RULE_ARGUMENT_IS)
        return text_is(argument, rule->text);
    return rule->test == RULE_ARGUMENT_BEGINS && text_begins(argument, rule->text);
}

/* Whether a rule with that effect fits the argument. */
static bool
has_effect(unsigned kinds, const char *argument, RuleEffect effect)
{
    for (size_t i = 0; i < n_option_rules; i++)
        if (option_rules[i].effect == effect && (option_rules[i].kinds & kinds) != 0 &&
            argument_fits(&option_rules[i], argument))
            return true;
    return false;
}

static bool
variables_forbid(unsigned kinds, const Call *call)
{
    for (size_t i = 0; i < n_option_rules; i++)
        if (option_rules[i].test == RULE_VARIABLE_IS_SET && (option_rules[i].kinds & kinds) != 0 &&
            call_get_variable(call, option_rules[i].text) != NULL)
            return true;
    return false;
}

/* Whether the options in a response file forbid a native run. One that cannot be read whole, or
 * names another response file, does. */
static bool
response_file_forbids(unsigned kinds, const char *path)
{
    static char content[MAX_RESPONSE_FILE + 1];
    char *rest = content;

    if (!file_read(path, content, sizeof content))
        return true;
    for (char *word; (word = strsep(&rest, " \t\n\v\f\r\"'\\")) != NULL;)
        if (*word == '@' || has_effect(kinds, word, RULE_EMULATED))
            return true;
    return false;
}

static bool
forbids(unsigned kinds, const char *argument)
{
    return has_effect(kinds, argument, RULE_EMULATED) ||
           (*argument == '@' && response_file_forbids(kinds, argument + 1));
}

bool
option_rules_allow(ProgramKind kind, const Call *call)
{
    unsigned kinds = 1U << kind;
    bool compiles = kind != PROGRAM_DRIVER;
    bool is_value = false;

    if (call->arguments[0] == NULL || variables_forbid(kinds, call))
        return false;
    for (char *const *argument = call->arguments + 1; *argument != NULL; argument++) {
        if (forbids(kinds, *argument))
            return false;
        if (!is_value && has_effect(kinds, *argument, RULE_COMPILES))
            compiles = true;
        is_value = !is_value && has_effect(kinds, *argument, RULE_TAKES_VALUE);
    }
    return compiles && call->arguments[1] != NULL;
}
