/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers plain structures as boxed types, for language bindings. In C the caller's structures
 * borrow their strings, so only copies own them.
 */
#include "../value/plain.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Structures that an engine's answers fill. */
G_DEFINE_BOXED_TYPE(CddAnswer, cdd_answer, cdd_answer_copy, cdd_answer_free)
G_DEFINE_BOXED_TYPE(CddArchitectureInfo,
                    cdd_architecture_info,
                    cdd_architecture_info_copy,
                    cdd_architecture_info_free)
G_DEFINE_BOXED_TYPE(CddBuildEvent, cdd_build_event, cdd_build_event_copy, cdd_build_event_free)
G_DEFINE_BOXED_TYPE(CddContainerInfo,
                    cdd_container_info,
                    cdd_container_info_copy,
                    cdd_container_info_free)
G_DEFINE_BOXED_TYPE(CddContainerOutcome,
                    cdd_container_outcome,
                    cdd_container_outcome_copy,
                    cdd_container_outcome_free)
G_DEFINE_BOXED_TYPE(CddContainerResult,
                    cdd_container_result,
                    cdd_container_result_copy,
                    cdd_container_result_free)
G_DEFINE_BOXED_TYPE(CddContainerStats,
                    cdd_container_stats,
                    cdd_container_stats_copy,
                    cdd_container_stats_free)
G_DEFINE_BOXED_TYPE(CddContainerSummary,
                    cdd_container_summary,
                    cdd_container_summary_copy,
                    cdd_container_summary_free)
G_DEFINE_BOXED_TYPE(CddContextEntry,
                    cdd_context_entry,
                    cdd_context_entry_copy,
                    cdd_context_entry_free)
G_DEFINE_BOXED_TYPE(CddContextReport,
                    cdd_context_report,
                    cdd_context_report_copy,
                    cdd_context_report_free)
G_DEFINE_BOXED_TYPE(CddCredentials, cdd_credentials, cdd_credentials_copy, cdd_credentials_free)
G_DEFINE_BOXED_TYPE(CddEngineInfo, cdd_engine_info, cdd_engine_info_copy, cdd_engine_info_free)
G_DEFINE_BOXED_TYPE(CddEvent, cdd_event, cdd_event_copy, cdd_event_free)
G_DEFINE_BOXED_TYPE(CddExecInfo, cdd_exec_info, cdd_exec_info_copy, cdd_exec_info_free)
G_DEFINE_BOXED_TYPE(CddImageInfo, cdd_image_info, cdd_image_info_copy, cdd_image_info_free)
G_DEFINE_BOXED_TYPE(CddImageReference,
                    cdd_image_reference,
                    cdd_image_reference_copy,
                    cdd_image_reference_free)
G_DEFINE_BOXED_TYPE(CddImageSummary,
                    cdd_image_summary,
                    cdd_image_summary_copy,
                    cdd_image_summary_free)
G_DEFINE_BOXED_TYPE(CddNetwork, cdd_network, cdd_network_copy, cdd_network_free)
G_DEFINE_BOXED_TYPE(CddPathStat, cdd_path_stat, cdd_path_stat_copy, cdd_path_stat_free)
G_DEFINE_BOXED_TYPE(CddProcessTable,
                    cdd_process_table,
                    cdd_process_table_copy,
                    cdd_process_table_free)
G_DEFINE_BOXED_TYPE(CddRemovedImages,
                    cdd_removed_images,
                    cdd_removed_images_copy,
                    cdd_removed_images_free)
G_DEFINE_BOXED_TYPE(CddVolume, cdd_volume, cdd_volume_copy, cdd_volume_free)
G_DEFINE_BOXED_TYPE(CddBuildOutputHandler,
                    cdd_build_output_handler,
                    cdd_build_output_handler_ref,
                    cdd_build_output_handler_unref)

/* Structures that the caller fills: a table of the pointers, and a boxed type that copies. */
#define DEFINE_SPEC(Type, name)                                                                    \
    CDD_DEFINE_PLAIN_COPY(, Type, cdd_##name, name##_members)                                      \
    G_DEFINE_BOXED_TYPE(Type, cdd_##name, cdd_##name##_copy, cdd_##name##_free)

static const CddMember build_config_members[] = {
    CDD_STRING(CddBuildConfig, ros_distro),
    CDD_LIST(CddBuildConfig, settings),
    CDD_STRING(CddBuildConfig, network),
    CDD_LIST(CddBuildConfig, security.drop_capabilities),
    CDD_LIST(CddBuildConfig, security.add_capabilities),
    CDD_STRING(CddBuildConfig, security.user_ns_mode),
    CDD_STRING(CddBuildConfig, user.username),
    CDD_LIST(CddBuildConfig, environment),
    CDD_LIST(CddBuildConfig, packages_select),
    CDD_LIST(CddBuildConfig, packages_up_to),
    CDD_LIST(CddBuildConfig, packages_above),
    CDD_STRING(CddBuildConfig, base_image),
    CDD_LIST(CddBuildConfig, labels),
    CDD_STRING(CddBuildConfig, scripts_dir),
    CDD_STRING(CddBuildConfig, platform),
    CDD_STRING(CddBuildConfig, ccache_volume),
    {0},
};
DEFINE_SPEC(CddBuildConfig, build_config)

static const CddMember build_context_members[] = {
    CDD_STRING(CddBuildContext, context_dir),
    CDD_STRING(CddBuildContext, dockerfile_path),
    CDD_STRING(CddBuildContext, dockerfile_text),
    CDD_LIST(CddBuildContext, tags),
    CDD_STRING(CddBuildContext, target),
    CDD_STRING(CddBuildContext, platform),
    CDD_LIST(CddBuildContext, build_args),
    CDD_LIST(CddBuildContext, labels),
    CDD_LIST(CddBuildContext, cache_from),
    CDD_STRING(CddBuildContext, network_mode),
    CDD_LIST(CddBuildContext, extra_hosts),
    CDD_LIST(CddBuildContext, secrets),
    CDD_LIST(CddBuildContext, ssh),
    CDD_STRING(CddBuildContext, output),
    {0},
};
DEFINE_SPEC(CddBuildContext, build_context)

static const CddMember build_progress_members[] = {
    CDD_STRING(CddBuildProgress, stage),
    CDD_STRING(CddBuildProgress, message),
    CDD_STRING(CddBuildProgress, id),
    {0},
};
DEFINE_SPEC(CddBuildProgress, build_progress)

static const CddMember commit_options_members[] = {
    CDD_STRING(CddCommitOptions, reference),
    CDD_STRING(CddCommitOptions, author),
    CDD_STRING(CddCommitOptions, message),
    CDD_LIST(CddCommitOptions, changes),
    CDD_LIST(CddCommitOptions, environment),
    CDD_LIST(CddCommitOptions, entrypoint),
    {0},
};
DEFINE_SPEC(CddCommitOptions, commit_options)

static const CddMember config_members[] = {
    CDD_STRING(CddConfig, socket_path),
    CDD_STRING(CddConfig, host),
    CDD_STRING(CddConfig, context),
    CDD_STRING(CddConfig, cert_path),
    {0},
};
DEFINE_SPEC(CddConfig, config)

static const CddMember events_options_members[] = {
    CDD_LIST(CddEventsOptions, filters),
    {0},
};
DEFINE_SPEC(CddEventsOptions, events_options)

static const CddMember exec_spec_members[] = {
    CDD_LIST(CddExecSpec, command),
    CDD_LIST(CddExecSpec, environment),
    CDD_STRING(CddExecSpec, working_dir),
    CDD_STRING(CddExecSpec, user),
    {0},
};
DEFINE_SPEC(CddExecSpec, exec_spec)

static const CddMember image_build_options_members[] = {
    CDD_STRING(CddImageBuildOptions, reference),
    CDD_STRING(CddImageBuildOptions, dockerfile),
    CDD_STRING(CddImageBuildOptions, target),
    CDD_STRING(CddImageBuildOptions, platform),
    CDD_LIST(CddImageBuildOptions, build_args),
    CDD_LIST(CddImageBuildOptions, labels),
    {0},
};
DEFINE_SPEC(CddImageBuildOptions, image_build_options)

static const CddMember request_members[] = {
    CDD_STRING(CddRequest, method),
    CDD_STRING(CddRequest, path),
    CDD_LIST(CddRequest, query),
    CDD_LIST(CddRequest, headers),
    CDD_STRING(CddRequest, body),
    CDD_STRING(CddRequest, content_type),
    {0},
};
DEFINE_SPEC(CddRequest, request)

static const CddMember import_options_members[] = {
    CDD_STRING(CddImportOptions, reference),
    CDD_STRING(CddImportOptions, platform),
    CDD_STRING(CddImportOptions, message),
    CDD_LIST(CddImportOptions, changes),
    {0},
};
DEFINE_SPEC(CddImportOptions, import_options)

static const CddMember logs_options_members[] = {
    {0},
};
DEFINE_SPEC(CddLogsOptions, logs_options)

static const CddMember network_spec_members[] = {
    CDD_STRING(CddNetworkSpec, name),
    CDD_STRING(CddNetworkSpec, driver),
    CDD_LIST(CddNetworkSpec, labels),
    CDD_LIST(CddNetworkSpec, driver_options),
    CDD_STRING(CddNetworkSpec, subnet),
    CDD_STRING(CddNetworkSpec, gateway),
    CDD_STRING(CddNetworkSpec, ip_range),
    CDD_STRING(CddNetworkSpec, ipv6_subnet),
    {0},
};
DEFINE_SPEC(CddNetworkSpec, network_spec)

static const CddMember volume_spec_members[] = {
    CDD_STRING(CddVolumeSpec, name),
    CDD_STRING(CddVolumeSpec, driver),
    CDD_LIST(CddVolumeSpec, driver_options),
    CDD_LIST(CddVolumeSpec, labels),
    {0},
};
DEFINE_SPEC(CddVolumeSpec, volume_spec)

static const CddMember user_setup_members[] = {
    CDD_STRING(CddUserSetup, username),
    {0},
};
DEFINE_SPEC(CddUserSetup, user_setup)

CddConfig *
cdd_config_new(const char *host, const char *context, const char *cert_path)
{
    return cdd_config_copy(&(CddConfig){.host = host, .context = context, .cert_path = cert_path});
}

CddExecSpec *
cdd_exec_spec_new(const char *const *command,
                  const char *const *environment,
                  const char *working_dir,
                  const char *user)
{
    return cdd_exec_spec_copy(&(CddExecSpec){
        .command = command, .environment = environment, .working_dir = working_dir, .user = user});
}

CddNetworkSpec *
cdd_network_spec_new(const char *name, const char *driver, const char *const *labels)
{
    return cdd_network_spec_copy(
        &(CddNetworkSpec){.name = name, .driver = driver, .labels = labels});
}

CddCommitOptions *
cdd_commit_options_new(const char *reference,
                       const char *author,
                       const char *message,
                       const char *const *changes,
                       const char *const *environment,
                       const char *const *entrypoint)
{
    return cdd_commit_options_copy(&(CddCommitOptions){.reference = reference,
                                                       .author = author,
                                                       .message = message,
                                                       .changes = changes,
                                                       .environment = environment,
                                                       .entrypoint = entrypoint});
}

CddBuildContext *
cdd_build_context_new(const char *context_dir,
                      const char *dockerfile_path,
                      const char *const *tags,
                      const char *const *build_args,
                      const char *const *secrets)
{
    return cdd_build_context_copy(&(CddBuildContext){.context_dir = context_dir,
                                                     .dockerfile_path = dockerfile_path,
                                                     .tags = tags,
                                                     .build_args = build_args,
                                                     .secrets = secrets});
}

CddImageBuildOptions *
cdd_image_build_options_new(const char *reference,
                            const char *dockerfile,
                            const char *target,
                            const char *platform,
                            const char *const *build_args,
                            const char *const *labels)
{
    return cdd_image_build_options_copy(&(CddImageBuildOptions){.reference = reference,
                                                                .dockerfile = dockerfile,
                                                                .target = target,
                                                                .platform = platform,
                                                                .build_args = build_args,
                                                                .labels = labels});
}

CddRequest *
cdd_request_new(const char *method,
                const char *path,
                const char *const *query,
                const char *const *headers,
                const char *body,
                const char *content_type)
{
    return cdd_request_copy(&(CddRequest){.method = method,
                                          .path = path,
                                          .query = query,
                                          .headers = headers,
                                          .body = body,
                                          .content_type = content_type});
}

CddImportOptions *
cdd_import_options_new(const char *reference,
                       const char *platform,
                       const char *message,
                       const char *const *changes)
{
    return cdd_import_options_copy(&(CddImportOptions){
        .reference = reference, .platform = platform, .message = message, .changes = changes});
}

CddEventsOptions *
cdd_events_options_new(const char *const *filters)
{
    return cdd_events_options_copy(&(CddEventsOptions){.filters = filters});
}

CddBuildConfig *
cdd_build_config_new(const char *ros_distro)
{
    return cdd_build_config_copy(&(CddBuildConfig){.ros_distro = ros_distro});
}

CddVolumeSpec *
cdd_volume_spec_new(const char *name,
                    const char *driver,
                    const char *const *driver_options,
                    const char *const *labels)
{
    return cdd_volume_spec_copy(&(CddVolumeSpec){
        .name = name, .driver = driver, .driver_options = driver_options, .labels = labels});
}

static void
assign(CddNetworkSpec *self, const CddNetworkSpec *value)
{
    g_autofree CddNetworkSpec *copy = cdd_network_spec_copy(value);

    cdd_plain_clear(self, network_spec_members);
    *self = *copy;
}

void
cdd_network_spec_set_addresses(CddNetworkSpec *self,
                               const char *subnet,
                               const char *gateway,
                               const char *ip_range,
                               const char *ipv6_subnet)
{
    CddNetworkSpec changed = *self;

    changed.subnet = subnet;
    changed.gateway = gateway;
    changed.ip_range = ip_range;
    changed.ipv6_subnet = ipv6_subnet;
    assign(self, &changed);
}

void
cdd_network_spec_set_driver_options(CddNetworkSpec *self, const char *const *driver_options)
{
    CddNetworkSpec changed = *self;

    changed.driver_options = driver_options;
    assign(self, &changed);
}
