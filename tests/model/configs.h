/* Reads the descriptions of models under tests/data/configs (our own, in the published keys). */
#ifndef EP_TESTS_MODEL_CONFIGS_H
#define EP_TESTS_MODEL_CONFIGS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "base/arena.h"
#include "model/config.h"
#include "source/json.h"

static inline edgeplan_status read_text_part(edgeplan_context *context, const char *text, size_t length, const char *name,
                                             edgeplan_part part, edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    const ep_model_names names = {name, name, NULL};
    const ep_node *tree = NULL;
    ep_arena arena;
    *out = NULL;
    ep_arena_init(&arena, context);
    edgeplan_status status = ep_json_parse(&arena, text, length, name, diagnostics, &tree);
    if (status == EDGEPLAN_OK)
        status = ep_config_read(context, tree, &names, part, diagnostics, out);
    ep_arena_free(&arena); /* a model keeps nothing of its text */
    return status;
}

static inline edgeplan_status read_text(edgeplan_context *context, const char *text, size_t length, const char *name,
                                        edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    return read_text_part(context, text, length, name, EDGEPLAN_PART_TEXT, diagnostics, out);
}

static inline edgeplan_status read_string(const char *text, edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    return read_text(NULL, text, strlen(text), "test.json", diagnostics, out);
}

static inline edgeplan_model *accept(const char *text)
{
    edgeplan_model *model = NULL;
    if (read_string(text, NULL, &model) != EDGEPLAN_OK)
        fail_msg("refused: %s", text);
    return model;
}

/* Release with free(). */
static inline char *load_text(const char *name, size_t *length)
{
    char file[256];
    snprintf(file, sizeof file, "configs/%s.json", name);
    return test_read_file(test_data_path(file), length);
}

static inline edgeplan_model *open_config_part(const char *name, edgeplan_part part)
{
    edgeplan_model *model = NULL;
    edgeplan_diagnostics *diagnostics = NULL;
    size_t length = 0;
    char *text = load_text(name, &length);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    const edgeplan_status status = read_text_part(NULL, text, length, name, part, diagnostics, &model);
    if (status != EDGEPLAN_OK)
        fail_msg("%s: %s: %s", name, edgeplan_diagnostics_key_path(diagnostics, 0), edgeplan_diagnostics_message(diagnostics, 0));
    assert_int_equal(edgeplan_diagnostics_count(diagnostics), 0);
    edgeplan_diagnostics_unref(diagnostics);
    free(text);
    return model;
}

static inline edgeplan_model *open_config(const char *name)
{
    return open_config_part(name, EDGEPLAN_PART_TEXT);
}

static inline edgeplan_status read_tree(edgeplan_context *context, void *argument)
{
    const ep_model_names names = {"id", "name", "licence"};
    const ep_node *tree = argument;
    edgeplan_model *model = NULL;
    const edgeplan_status status = ep_config_read(context, tree, &names, EDGEPLAN_PART_TEXT, NULL, &model);
    assert_true((status == EDGEPLAN_OK) == (model != NULL));
    edgeplan_model_unref(model);
    return status;
}

/* Lets each allocation fail in turn. */
static inline void sweep(const char *text, size_t length)
{
    const ep_node *tree = NULL;
    ep_arena arena;
    ep_arena_init(&arena, NULL);
    assert_int_equal(ep_json_parse(&arena, text, length, "test.json", NULL, &tree), EDGEPLAN_OK);
    assert_true(test_sweep_allocations(read_tree, (void *)(uintptr_t)tree) > 0);
    ep_arena_free(&arena);
}

#endif
