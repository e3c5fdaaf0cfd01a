/* The models of tests/data/llamacpp/models.csv, built by hand. */
#ifndef EP_TESTS_LLAMACPP_MODELS_H
#define EP_TESTS_LLAMACPP_MODELS_H

#include "csv.h"

#include <edgeplan/model.h>

static inline void add_matrix(edgeplan_model_builder *builder, uint32_t role, uint64_t layer, uint64_t rows, uint64_t columns)
{
    edgeplan_tensor tensor = {.struct_size = sizeof tensor, .role = role, .layer = layer, .rows = rows, .columns = columns,
                              .slices = 1, .element_type = EDGEPLAN_ELEMENT_F16};

    if (rows > 0 && columns > 0)
        assert_count(edgeplan_model_builder_add_tensor(builder, &tensor), EDGEPLAN_OK);
}

/* The matrices that tell a recurrent part's inner dimensions. */
static inline void add_recurrent(edgeplan_model_builder *builder, const csv *m, uint64_t layer)
{
    uint64_t hidden = csv_count(m, "hidden"), inner = csv_count(m, "inner"), state = csv_count(m, "state");
    uint64_t heads = csv_count(m, "state_heads"), groups = csv_count(m, "groups"), taps = csv_count(m, "conv_taps");
    const char *architecture = csv_text(m, "architecture");
    int channels = strcmp(architecture, "mamba") == 0, delta = strncmp(architecture, "qwen3", 5) == 0;
    uint64_t keys = groups * state, convolved = channels ? inner : delta ? 2 * keys + state * heads : inner + 2 * keys;

    if (csv_count(m, "rwkv_head"))
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, hidden, hidden);
    if (inner == 0)
        return;
    add_matrix(builder, EDGEPLAN_ROLE_CONVOLUTION, layer, convolved, taps);
    if (channels) {
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, 2 * inner, hidden);
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, heads + 2 * state, inner);
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, inner, heads);
    } else if (delta) {
        add_matrix(builder, EDGEPLAN_ROLE_ATTENTION_QKV, layer, convolved, hidden);
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, state * heads, hidden);
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, 2 * heads, hidden);
    } else {
        add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, inner + convolved + heads, hidden);
    }
    add_matrix(builder, EDGEPLAN_ROLE_RECURRENT, layer, hidden, delta ? state * heads : inner);
}

static inline int is_listed(const char *list, uint64_t number)
{
    for (const char *at = list; *at != '\0';) {
        char *end;
        if (strtoull(at, &end, 10) == number)
            return 1;
        at = *end == ' ' ? end + 1 : end;
    }
    return 0;
}

static inline int attends(const csv *m, uint64_t layer)
{
    uint64_t every = csv_count(m, "attention_every");

    if (csv_count(m, "query_heads") == 0)
        return 0;
    if (every)
        return (layer + 1) % every == 0;
    return *csv_text(m, "attention_at") == '\0' || is_listed(csv_text(m, "attention_at"), layer);
}

static inline void set_attention(edgeplan_layer *layer, const csv *m, uint64_t index)
{
    uint64_t period = csv_count(m, "window_period"), own = csv_count(m, "own_caches");
    int windowed = period != 0 && index % period != period - 1;

    layer->attention = csv_count(m, "latent") && strstr(csv_text(m, "model"), "-mha") == NULL ? EDGEPLAN_ATTENTION_LATENT
                                                                                              : EDGEPLAN_ATTENTION_GROUPED;
    layer->query_heads = csv_count(m, "query_heads");
    layer->kv_heads = csv_count(m, !windowed && csv_count(m, "full_kv_heads") ? "full_kv_heads" : "kv_heads");
    layer->key_width = csv_count(m, "key");
    layer->value_width = csv_count(m, "value");
    layer->latent_width = csv_count(m, "latent");
    layer->rope_width = csv_count(m, "rope");
    if (windowed) {
        layer->span = EDGEPLAN_SPAN_WINDOW;
        layer->span_tokens = csv_count(m, "window");
        if (csv_count(m, "window_key")) {
            layer->key_width = csv_count(m, "window_key");
            layer->value_width = csv_count(m, "window_value");
        }
    }
    if (own != 0 && index >= own) /* the last of the same kind that keeps one */
        for (uint64_t i = own; i-- > 0 && layer->kv_source == 0;)
            if ((i % period != period - 1) == windowed)
                layer->kv_source = i + 1;
}

static inline void set_recurrence(edgeplan_layer *layer, const csv *m)
{
    uint64_t hidden = csv_count(m, "hidden"), inner = csv_count(m, "inner"), state = csv_count(m, "state");
    uint64_t before = csv_count(m, "conv_taps") - 1;
    const char *architecture = csv_text(m, "architecture");

    if (csv_count(m, "rwkv_head")) {
        layer->recurrent = EDGEPLAN_RECURRENT_RWKV;
        layer->conv_elements = 2 * hidden;
        layer->state_elements = hidden * csv_count(m, "rwkv_head");
    } else if (inner == 0) {
        layer->recurrent = EDGEPLAN_RECURRENT_CONVOLUTION;
        layer->conv_elements = before * hidden;
    } else {
        layer->recurrent = strncmp(architecture, "qwen3", 5) == 0 ? EDGEPLAN_RECURRENT_DELTA : EDGEPLAN_RECURRENT_SSM;
        layer->conv_elements = before * (inner + 2 * csv_count(m, "groups") * state);
        layer->state_elements = state * inner;
    }
}

static inline void set_feed_forward(edgeplan_layer *layer, const csv *m, uint64_t index)
{
    uint64_t own = csv_count(m, "own_caches");

    layer->ffn_width = csv_count(m, "ffn");
    if (own != 0 && index >= own && csv_count(m, "late_ffn"))
        layer->ffn_width = csv_count(m, "late_ffn");
    if (csv_count(m, "experts") && index >= csv_count(m, "dense_first")) {
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
        layer->ffn_width = csv_count(m, "expert_ffn");
        layer->experts = csv_count(m, "experts");
        layer->experts_used = csv_count(m, "experts_used");
        layer->shared_width = csv_count(m, "shared_ffn");
        if (csv_count(m, "full_kv_heads"))
            layer->shared_width = csv_count(m, "ffn");
    } else if (layer->ffn_width) {
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
    }
}

/* The model of the table's current line. */
static inline edgeplan_model *build_model(const csv *m)
{
    edgeplan_head head = {.struct_size = sizeof head, .hidden_width = csv_count(m, "hidden"),
                          .vocabulary = csv_count(m, "vocabulary"), .trained_context_tokens = 1048576};
    uint64_t layers = csv_count(m, "layers"), hidden = head.hidden_width, narrow = csv_count(m, "per_layer");
    edgeplan_model_builder *builder;
    edgeplan_model *model;

    assert_count(edgeplan_model_builder_new(NULL, csv_text(m, "model"), csv_text(m, "family"), &builder), EDGEPLAN_OK);
    assert_count(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    add_matrix(builder, EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, head.vocabulary, hidden);
    add_matrix(builder, EDGEPLAN_ROLE_PER_LAYER_EMBEDDING, 0, head.vocabulary, narrow * layers);
    for (uint64_t i = 0; i < layers; i++) {
        edgeplan_layer layer = {.struct_size = sizeof layer};
        int both = strcmp(csv_text(m, "architecture"), "falcon-h1") == 0;
        if (attends(m, i))
            set_attention(&layer, m, i);
        if (both || !attends(m, i)) {
            set_recurrence(&layer, m);
            add_recurrent(builder, m, i + 1);
        }
        for (int rank = 1; rank <= 4; rank++) {
            char column[] = {'r', 'a', 'n', 'k', '_', (char)('0' + rank), '\0'};
            add_matrix(builder, EDGEPLAN_ROLE_OTHER, i + 1, csv_count(m, column), hidden);
        }
        set_feed_forward(&layer, m, i);
        if (layer.attention == EDGEPLAN_ATTENTION_GROUPED && layer.latent_width) /* expanded before it is cached */
            add_matrix(builder, EDGEPLAN_ROLE_ATTENTION_LATENT, i + 1,
                       layer.query_heads * (layer.key_width - layer.rope_width + layer.value_width), layer.latent_width);
        if (csv_count(m, "full_kv_heads")) { /* full layers have no matrix for values */
            add_matrix(builder, EDGEPLAN_ROLE_ATTENTION_KEY, i + 1, layer.kv_heads * layer.key_width, hidden);
            if (layer.span == EDGEPLAN_SPAN_WINDOW)
                add_matrix(builder, EDGEPLAN_ROLE_ATTENTION_VALUE, i + 1, layer.kv_heads * layer.value_width, hidden);
        }
        assert_count(edgeplan_model_builder_add_layers(builder, &layer, 1), EDGEPLAN_OK);
    }
    assert_count(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_builder_unref(builder);
    return model;
}

#endif
