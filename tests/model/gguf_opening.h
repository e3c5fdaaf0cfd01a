/* Opening what the GGUF writer wrote. */
#ifndef EP_TESTS_GGUF_OPENING_H
#define EP_TESTS_GGUF_OPENING_H

#include "support.h"

#include <stdio.h>

#include <string.h>

#include <edgeplan/model.h>

#include "gguf_models.h"
#include "model/model.h"

static inline edgeplan_status open_bytes(edgeplan_context *context, const void *bytes, size_t length, const char *name, uint32_t complete,
                                         edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    edgeplan_open_options options = {.struct_size = sizeof options, .complete = complete};

    return edgeplan_model_open_memory(context, bytes, length, name, &options, diagnostics, out);
}

/* Must open. Release the model; the writer is freed. */
static inline edgeplan_model *open_written(gguf_writer *writer)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model = NULL;
    size_t length;
    const unsigned char *bytes = gguf_end(writer, &length);

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    if (open_bytes(NULL, bytes, length, "m.gguf", 0, diagnostics, &model) != EDGEPLAN_OK)
        print_error("%s: %s: %s\n", edgeplan_diagnostics_source(diagnostics, 0), edgeplan_diagnostics_key_path(diagnostics, 0),
                    edgeplan_diagnostics_message(diagnostics, 0));
    assert_non_null(model);
    edgeplan_diagnostics_unref(diagnostics);
    gguf_free(writer);
    return model;
}

static inline edgeplan_model *open_preset(const char *name)
{
    const gguf_model *preset = gguf_model_find(name);
    gguf_writer writer;

    assert_non_null(preset);
    gguf_write_model(&writer, preset, 100);
    return open_written(&writer);
}

/* A preset with fewer layers, to be changed before it is written. */
static inline gguf_model preset(const char *name, uint32_t layers)
{
    gguf_model model = *gguf_model_find(name);

    model.layers = layers;
    return model;
}

static inline edgeplan_model *open_model(const gguf_model *model)
{
    gguf_writer w;

    gguf_write_model(&w, model, 10);
    return open_written(&w);
}

static inline void check_written_is_refused(gguf_writer *w, edgeplan_status status, const char *key, const char *message)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    size_t length;
    const unsigned char *bytes = gguf_end(w, &length);

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(open_bytes(NULL, bytes, length, "m", 0, diagnostics, &model), status);
    assert_null(model);
    assert_diagnostic(diagnostics, 0, status, 0, 0, key, message);
    assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "m");
    edgeplan_diagnostics_unref(diagnostics);
    gguf_free(w);
}

#endif
