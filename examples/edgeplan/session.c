/* Opening what was named on the command line. */
#include "session.h"

#include <string.h>

#include "nearest.h"

int session_open(session *now, const options *given)
{
    memset(now, 0, sizeof *now);
    now->options = given;
    edgeplan_status status = edgeplan_diagnostics_new(NULL, &now->diagnostics);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, now->diagnostics, &now->registry);
    if (status != EDGEPLAN_OK)
        return print_failure("built-in registry", status, now->diagnostics);
    for (uint32_t i = 0; i < given->registry_count; i++) {
        edgeplan_registry *laid = NULL;
        edgeplan_diagnostics_clear(now->diagnostics);
        status = edgeplan_registry_with_file(now->registry, given->registries[i], now->diagnostics, &laid);
        if (status != EDGEPLAN_OK)
            return print_failure(given->registries[i], status, now->diagnostics);
        print_diagnostics(now->diagnostics, EDGEPLAN_SEVERITY_WARNING);
        edgeplan_registry_unref(now->registry);
        now->registry = laid;
    }
    edgeplan_diagnostics_clear(now->diagnostics);
    return EXIT_YES;
}

void session_close(session *now)
{
    edgeplan_registry_unref(now->registry);
    edgeplan_diagnostics_unref(now->diagnostics);
}

/* A folder of which only the description is there, as a clone without its weights, can be planned by that. */
static void tell_description(const char *name)
{
    const edgeplan_open_options alone = {.struct_size = sizeof alone, .kind = EDGEPLAN_FILE_KIND_CONFIG};
    edgeplan_model *model = NULL;
    const size_t length = strlen(name);
    char *path = allocate(length + sizeof "/config.json", 1);
    sprintf(path, "%s%sconfig.json", name, length > 0 && name[length - 1] == '/' ? "" : "/");
    if (edgeplan_model_open(NULL, path, &alone, NULL, &model) == EDGEPLAN_OK)
        fprintf(stderr, "edgeplan: note: %s alone is enough to plan with\n", path);
    edgeplan_model_unref(model);
    release(path);
}

static edgeplan_model *open_part(session *now, const char *name, edgeplan_part part)
{
    const edgeplan_open_options how = {.struct_size = sizeof how, .part = part};
    edgeplan_model *model = NULL;
    if (name[0] == '\0') {
        print_error("the name of a model is empty");
        return NULL;
    }
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status = edgeplan_registry_model_part(now->registry, name, part, now->diagnostics, &model);
    if (status == EDGEPLAN_ERROR_NOT_FOUND) {
        edgeplan_diagnostics_clear(now->diagnostics);
        status = edgeplan_model_open(NULL, name, &how, now->diagnostics, &model);
        if (status == EDGEPLAN_ERROR_IO && strcmp(edgeplan_diagnostics_source(now->diagnostics, 0), name) == 0) {
            print_error("%s: neither a model of the registry nor a readable model file, nor a folder that holds config.json%s", name,
                        nearest_id(now->registry, EDGEPLAN_SECTION_MODELS, name, "").s);
            return NULL;
        }
    }
    if (status != EDGEPLAN_OK) {
        print_failure(name, status, now->diagnostics);
        tell_description(name);
    } else {
        print_diagnostics(now->diagnostics, EDGEPLAN_SEVERITY_WARNING);
    }
    edgeplan_diagnostics_clear(now->diagnostics);
    return model;
}

edgeplan_model *session_model(session *now, const char *name)
{
    return open_part(now, name, EDGEPLAN_PART_TEXT);
}

const edgeplan_target *session_find_target(const session *now, const char *name)
{
    const edgeplan_target *target = edgeplan_target_find(now->registry, name);
    return target != NULL ? target : edgeplan_target_find_by(now->registry, NULL, name);
}

const edgeplan_target *session_next_holding(const session *now, const char *text, uint32_t *index)
{
    const edgeplan_target *target;
    while ((target = edgeplan_target_at(now->registry, (*index)++)) != NULL)
        if (nearest_holds(edgeplan_target_id(target), text) || nearest_holds(edgeplan_target_name(target), text))
            break;
    return target;
}

const edgeplan_target *session_target(session *now, const char *name)
{
    const edgeplan_target *target = session_find_target(now, name);
    if (target != NULL)
        return target;
    const hint meant = nearest_id(now->registry, EDGEPLAN_SECTION_TARGETS, name, "; see edgeplan targets");
    uint32_t i = 0;
    const int several = session_next_holding(now, name, &i) != NULL && session_next_holding(now, name, &i) != NULL;
    if (several)
        print_error("no target `%s`%s Others: edgeplan targets --find '%s'", name, meant.s, name);
    else
        print_error("no target `%s`%s", name, meant.s);
    return NULL;
}

const edgeplan_target **session_targets(session *now, uint32_t *count)
{
    const char *one = now->options->target, *many = now->options->platform;
    const edgeplan_platform *platform = many == NULL ? NULL : edgeplan_platform_find(now->registry, many);
    if (many != NULL && platform == NULL) {
        print_error("no platform `%s`%s", many, nearest_id(now->registry, EDGEPLAN_SECTION_PLATFORMS, many, "; see edgeplan targets").s);
        return NULL;
    }
    *count = one != NULL        ? 1
             : platform != NULL ? edgeplan_platform_target_count(platform)
                                : edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_TARGETS);
    const edgeplan_target **list = allocate(*count, sizeof *list);
    for (uint32_t i = 0; i < *count; i++) {
        list[i] = one != NULL        ? session_target(now, one)
                  : platform != NULL ? edgeplan_platform_target(platform, i)
                                     : edgeplan_target_at(now->registry, i);
        if (list[i] == NULL) {
            release(list);
            return NULL;
        }
    }
    return list;
}

edgeplan_status session_path(session *now, const edgeplan_runtime **runtime, const edgeplan_format **format)
{
    const options *given = now->options;
    *runtime = given->runtime == NULL ? NULL : edgeplan_runtime_find(now->registry, given->runtime);
    *format = given->format == NULL ? NULL : edgeplan_format_find(now->registry, given->format);
    if (given->runtime != NULL && *runtime == NULL) {
        print_error("no runtime `%s`%s", given->runtime,
                    nearest_id(now->registry, EDGEPLAN_SECTION_RUNTIMES, given->runtime, "; see edgeplan runtimes").s);
        return EDGEPLAN_ERROR_NOT_FOUND;
    }
    if (given->format != NULL && *format == NULL) {
        print_error("no format `%s`%s", given->format,
                    nearest_id(now->registry, EDGEPLAN_SECTION_FORMATS, given->format, "; see edgeplan formats").s);
        return EDGEPLAN_ERROR_NOT_FOUND;
    }
    return EDGEPLAN_OK;
}

edgeplan_status session_deploy(session *now, const edgeplan_model *model, const edgeplan_target *target, edgeplan_deployment **out)
{
    const edgeplan_runtime *runtime;
    const edgeplan_format *format;
    *out = NULL;
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status = session_path(now, &runtime, &format);
    if (status != EDGEPLAN_OK)
        return status;
    return edgeplan_deployment_new_for(model, target, (edgeplan_accelerator)now->options->accelerator, runtime, format,
                                       &now->options->request, now->diagnostics, out);
}

static edgeplan_companion role_of(const char *name)
{
    for (uint32_t i = EDGEPLAN_COMPANION_DRAFT; i <= EDGEPLAN_COMPANION_MTP; i++)
        if (strcmp(name, edgeplan_companion_name((edgeplan_companion)i)) == 0)
            return (edgeplan_companion)i;
    return EDGEPLAN_COMPANION_FORCE32;
}

static edgeplan_part part_of(edgeplan_companion role)
{
    if (role == EDGEPLAN_COMPANION_MTP)
        return EDGEPLAN_PART_MTP;
    return role == EDGEPLAN_COMPANION_PROJECTOR ? EDGEPLAN_PART_ENCODER : EDGEPLAN_PART_TEXT;
}

/* A file stays as it is. */
static int is_stored(const edgeplan_model *model)
{
    edgeplan_artefact files = {.struct_size = sizeof files};
    return edgeplan_model_artefact(model, &files) == EDGEPLAN_OK && files.files != 0;
}

/* Whether what it needs is known. */
static int is_sized(const edgeplan_deployment *path, const edgeplan_request *request)
{
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    return edgeplan_deployment_verdict(path, request, &verdict) == EDGEPLAN_OK && verdict.verdict != EDGEPLAN_VERDICT_UNKNOWN;
}

/* In the runtime that is loaded already, else on its engine, else wherever it runs. */
static edgeplan_status open_beside(session *now, const edgeplan_model *model, const edgeplan_target *target,
                                   const edgeplan_deployment *first, edgeplan_deployment **out)
{
    const edgeplan_request *request = &now->options->request;
    const edgeplan_accelerator own = edgeplan_deployment_accelerator(first);
    edgeplan_status status = edgeplan_deployment_new_for(model, target, own, edgeplan_deployment_runtime(first),
                                                         is_stored(model) ? NULL : edgeplan_deployment_format(first), request, NULL, out);
    if (status != EDGEPLAN_ERROR_REFUSED)
        return status;
    status = edgeplan_deployment_new_for(model, target, own, NULL, NULL, request, NULL, out);
    if (status == EDGEPLAN_OK && is_sized(*out, request))
        return EDGEPLAN_OK;
    edgeplan_deployment_unref(*out);
    return edgeplan_deployment_new_for(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, request, now->diagnostics, out);
}

edgeplan_status session_add_companion(session *now, const edgeplan_target *target, const char *named, edgeplan_deployment **deployment,
                                      edgeplan_deployment **draft, edgeplan_companion *drafts)
{
    const char *colon = strrchr(named, ':');
    edgeplan_companion role = colon == NULL ? EDGEPLAN_COMPANION_FORCE32 : role_of(colon + 1);
    if (role == EDGEPLAN_COMPANION_FORCE32) {
        print_error("--with: `%s` is no MODEL:ROLE with one of the roles draft, mtp, projector, stt, tts, other", named);
        return EDGEPLAN_ERROR_NOT_FOUND;
    }
    char *name = copy_text(named);
    name[colon - named] = '\0';
    edgeplan_deployment *companion = NULL, *both = NULL;
    edgeplan_status status = edgeplan_deployment_with_measured(*deployment, role, name, &both);
    edgeplan_model *model = status == EDGEPLAN_OK ? NULL : open_part(now, name, part_of(role));
    if (model != NULL)
        status = open_beside(now, model, target, *deployment, &companion);
    if (companion != NULL)
        status = edgeplan_deployment_with(*deployment, role, companion, &both);
    if (status == EDGEPLAN_OK) {
        edgeplan_deployment_unref(*deployment);
        *deployment = both;
        if ((role == EDGEPLAN_COMPANION_DRAFT || role == EDGEPLAN_COMPANION_MTP) && *draft == NULL) {
            *draft = edgeplan_deployment_ref(companion);
            *drafts = role;
        }
    }
    edgeplan_deployment_unref(companion);
    edgeplan_model_unref(model);
    release(name);
    return status;
}

char *session_describe(const session *now, edgeplan_section section, const char *id)
{
    size_t needed = 0;
    if (edgeplan_registry_describe(now->registry, section, id, NULL, 0, &needed) != EDGEPLAN_OK)
        return NULL;
    char *text = allocate(needed, 1);
    if (edgeplan_registry_describe(now->registry, section, id, text, needed, NULL) == EDGEPLAN_OK)
        return text;
    release(text);
    return NULL;
}

entry_value session_value(const session *now, edgeplan_section section, const char *id, const char *key)
{
    entry_value out = {""};
    char *text = session_describe(now, section, id);
    size_t length = strlen(key);
    for (const char *line = text; line != NULL && *line != '\0';) {
        size_t size = strcspn(line, "\n");
        const char *word = line + strspn(line, " -");
        if (strncmp(word, key, length) == 0 && strncmp(word + length, ": ", 2) == 0) {
            const char *value = word + length + 2;
            size_t used = size - (size_t)(value - line), quoted = *value == '"' && used >= 2;
            snprintf(out.s, sizeof out.s, "%.*s", (int)(used - 2 * quoted), value + quoted);
            break;
        }
        line += size + (line[size] == '\n');
    }
    release(text);
    return out;
}

static int validate(const session *now, const char *path)
{
    edgeplan_registry *laid = NULL;
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status = edgeplan_registry_with_file(now->registry, path, now->diagnostics, &laid);
    edgeplan_registry_unref(laid);
    if (status != EDGEPLAN_OK)
        return print_failure(path, status, now->diagnostics);
    print_diagnostics(now->diagnostics, EDGEPLAN_SEVERITY_NOTE);
    printf("%s: valid\n", path);
    return EXIT_YES;
}

int session_answer(session *now, edgeplan_section section, int *code)
{
    const char *id = now->options->show;
    if (now->options->validate != NULL) {
        *code = validate(now, now->options->validate);
        return 1;
    }
    if (id == NULL)
        return 0;
    char *text = session_describe(now, section, id);
    *code = text != NULL ? EXIT_YES : print_error("no entry `%s`%s", id, nearest_id(now->registry, section, id, "").s);
    if (text != NULL)
        fputs(text, stdout);
    release(text);
    return 1;
}
