/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The user's settings: from options, else from the file, else the default. Paths are absolute. NULL
 * leaves the choice to the run, which may ask the image.
 */
enum {
    CONFIG_MAX_TARGETS = 64,
    CONFIG_MAX_TARGET_NAME = 64, /* bytes */
};

typedef struct {
    char *file;     /* the file that was read, or NULL */
    char **targets; /* the names of all targets in the file; NULL if it has none */
    char *target;   /* whose keys win over those of the top level; NULL for none */
    char *colcon_repo;
    char *debian_dirs;
    char *output_dir;     /* of this run: with a target, targets/NAME of repository_dir */
    char *repository_dir; /* holds apt/; all targets share it */
    char *ros_distro;
    guint parallel_jobs; /* 0 for the number of processors */
    char *build_type;
    char *test_failures;
    char **cmake_args;
    char **ament_cmake_args;
    char **catkin_cmake_args;
    char **meta_args; /* of colcon.meta in the workspace; see colcon-files.h */
    char *install_prefix;
    char *package_prefix;
    gboolean run_tests;
    gboolean debug_symbols;
    gboolean fast; /* skip idle debhelper steps */
    gboolean continue_on_error;
    guint retry;
    guint package_timeout; /* seconds; 0 for none */
    gboolean build_stamp;
    gboolean ccache;
    char **environment; /* NAME=value entries */
    gboolean repository_prune;
    gboolean repository_hold_partial;
    gboolean repository_allow_stale;
    char *signing_key;
    char *signing_key_file;
    char *passphrase_file;
    char *image;
    char *dockerfile; /* never set together with @image */
    char *platform;   /* as architecture_get_platform() writes it */
    char *pull;
    char *accelerate; /* auto, off or force */
    char *network_mode;
    char *host;
    char *context;
    char *cert_path;
    char *transfer;          /* auto, bind or copy */
    guint dependency_layers; /* images to keep; 0 for none */
    guint keep_warm;         /* seconds that a container waits for the next build; 0 for none */
    gboolean no_new_privileges;
    gboolean privileged;
    char *gpus; /* see gpus_parse() */
    char *view; /* auto, live, plain, github or json */
    gboolean title_progress;
} Config;

typedef enum {
    CONFIG_TEXT,        /* anything */
    CONFIG_WORD,        /* a letter or digit, then letters, digits and . _ + - */
    CONFIG_PATH,        /* on this machine; relative to the file's directory */
    CONFIG_PREFIX,      /* a directory in the container that packages may install to */
    CONFIG_COUNT,       /* a whole number */
    CONFIG_SECONDS,     /* a whole number of seconds, up to a week */
    CONFIG_DURATION,    /* what duration_parse() takes, up to a week; in seconds */
    CONFIG_BOOLEAN,     /* true or false; its flag takes no value and has a --no- form */
    CONFIG_CHOICE,      /* one of ConfigKey.choices */
    CONFIG_PLATFORM,    /* a platform, or Debian's name of an architecture */
    CONFIG_GPUS,        /* what gpus_parse() takes */
    CONFIG_ARGUMENTS,   /* arguments of CMake; in the file a list, its flag takes several words */
    CONFIG_ENVIRONMENT, /* NAME: value pairs; its flag takes NAME=VALUE and adds one */
} ConfigType;

/* What a key is about; --help and the manual list keys by it. */
typedef enum {
    CONFIG_GROUP_PACKAGES,
    CONFIG_GROUP_CONTAINER,
    CONFIG_GROUP_ENGINE,
    CONFIG_GROUP_REPOSITORY,
    CONFIG_GROUP_OUTPUT,
    CONFIG_N_GROUPS,
} ConfigGroup;

/* One key of the configuration: its name in the file, the flag, the help text and the documentation
 * come from here. */
typedef struct {
    const char *name; /* as in the file; a dot leads into a mapping */
    const char *flag; /* without dashes; NULL if it is an argument */
    gsize field;      /* its offset in Config */
    const char *placeholder;
    const char *description; /* verb and object, at most 60 characters */
    const char *details;     /* sentences that complete it; or NULL */
    const char *fallback;    /* the default, for people */
    const char *implied;     /* the value of the flag alone; NULL if the flag needs one */
    const char *const *choices;
    const char *setting; /* the build container's setting that is given this value as it is */
    const char *decides; /* or the setting that it influences; see run-spec.c */
    ConfigType type;
    ConfigGroup group;
    gboolean affects_output; /* another value makes other versions, packages or another repository,
                                where the table of settings does not say so */
    gboolean of_builds;      /* only commands that build have the flag */
    gboolean of_whole;       /* the same for all targets */
    char letter;             /* the flag's short form, or 0 */
} ConfigKey;

extern const ConfigKey config_keys[];
extern const gsize config_n_keys;

/* An option of the command line, kept until the file has been read. */
typedef struct {
    const ConfigKey *key;
    char *flag; /* as the user wrote it, for errors */
    char *value;
} ConfigSetting;

ConfigSetting *config_setting_new(const ConfigKey *key, const char *flag, const char *value);
void config_setting_free(ConfigSetting *setting);

/*
 * @workspace: the PATH argument, or NULL. @file: the argument of --config; NULL for colcon-deb.yaml
 * of the workspace, if there is one. @settings: ConfigSetting; a later one wins.
 */
Config *
config_load(const char *workspace, const char *file, const GPtrArray *settings, GError **error);

/* The same with the keys of @target, which win over those of the top level; options win over both.
 * NULL for the top level alone. A usage error if the file has no such target. */
Config *config_load_target(const char *workspace,
                           const char *file,
                           const char *target,
                           const GPtrArray *settings,
                           GError **error);

/* Sets @error: the configuration has no target @name. Returns FALSE. */
gboolean config_set_unknown_target(const Config *config, const char *name, GError **error);

/* Reads the text of a file with the keys of @target, or NULL, without options and defaults. @name:
 * of the file, for errors. */
Config *
config_parse(const char *name, const char *text, gsize length, const char *target, GError **error);

void config_free(Config *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The title of a group: "Packages". */
const char *config_group_get_title(ConfigGroup group);

/* The type of a key's value: "one of always, missing, never". */
char *config_key_describe_type(const ConfigKey *key);

/* A table of all keys, in Markdown: what docs/configuration.md holds. */
char *config_keys_describe(void);
