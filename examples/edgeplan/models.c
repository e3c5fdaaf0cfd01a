/* edgeplan models: the models of the registry; one of them, or a file, with its layers by kind. */
#include <inttypes.h>
#include <string.h>

#include "session.h"

/* Bytes a layer's own cache grows by for each token, in f16. */
static uint64_t layer_kv_bytes(const edgeplan_layer *layer)
{
    uint64_t bytes = 0;
    edgeplan_status status = EDGEPLAN_OK;
    if (layer->kv_source != 0)
        return 0;
    if (layer->attention == EDGEPLAN_ATTENTION_GROUPED)
        status = edgeplan_kv_bytes(1, layer->kv_heads, layer->key_width, layer->value_width, 1, EDGEPLAN_ELEMENT_F16,
                                   EDGEPLAN_ELEMENT_F16, &bytes);
    else if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        bytes = 2 * (layer->latent_width + layer->rope_width);
    return status == EDGEPLAN_OK ? bytes : 0;
}

static uint64_t model_kv_bytes(const edgeplan_model *model)
{
    uint64_t bytes = 0;
    edgeplan_layer layer;
    for (uint32_t i = 0; i < edgeplan_model_layer_count(model); i++)
        if (edgeplan_struct_init(&layer, sizeof layer) == EDGEPLAN_OK && edgeplan_model_layer(model, i, &layer) == EDGEPLAN_OK)
            bytes += layer_kv_bytes(&layer);
    return bytes;
}

static void print_attention(table *lines, const edgeplan_layer *layer)
{
    static const char *const spans[] = {"all", "window", "chunk", "fixed"};
    char span[64] = "";
    if (layer->attention == EDGEPLAN_ATTENTION_NONE) {
        table_cell(lines, "none");
        table_cell(lines, "%s", "");
        table_cell(lines, "%s", "");
        return;
    }
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        table_cell(lines, "latent %" PRIu64 " + rope %" PRIu64, layer->latent_width, layer->rope_width);
    else
        table_cell(lines, "%" PRIu64 " query, %" PRIu64 " KV heads of %" PRIu64, layer->query_heads, layer->kv_heads, layer->key_width);
    if (layer->span != EDGEPLAN_SPAN_ALL && layer->span < sizeof spans / sizeof *spans)
        snprintf(span, sizeof span, "%s %" PRIu64, spans[layer->span], layer->span_tokens);
    table_cell(lines, "%s", span[0] != '\0' ? span : spans[0]);
    if (layer->kv_source != 0)
        table_cell(lines, "of layer %" PRIu64, layer->kv_source - 1);
    else
        table_cell(lines, "%s", bytes_text(layer_kv_bytes(layer)).s);
}

static void print_layer(table *lines, const edgeplan_layer *layer, uint32_t repeat)
{
    static const char *const recurrences[] = {"none", "ssm", "delta", "rwkv", "convolution"};
    table_cell(lines, "%u", (unsigned)repeat);
    print_attention(lines, layer);
    table_cell(lines, "%s", layer->recurrent < sizeof recurrences / sizeof *recurrences ? recurrences[layer->recurrent] : "");
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS)
        table_cell(lines, "%" PRIu64 " of %" PRIu64 " experts of %" PRIu64, layer->experts_used, layer->experts, layer->ffn_width);
    else if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_DENSE)
        table_cell(lines, "%" PRIu64, layer->ffn_width);
    else
        table_cell(lines, "none");
}

/* Layers of one kind together, in the order of their first. */
static void print_layers(const edgeplan_model *model)
{
    uint32_t count = edgeplan_model_layer_count(model), kinds = 0;
    edgeplan_layer *kind = allocate(count, sizeof *kind);
    uint32_t *repeat = allocate(count, sizeof *repeat);
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_layer layer;
        uint32_t k = 0;
        if (edgeplan_struct_init(&layer, sizeof layer) != EDGEPLAN_OK || edgeplan_model_layer(model, i, &layer) != EDGEPLAN_OK)
            continue;
        while (k < kinds && memcmp(&kind[k], &layer, sizeof layer) != 0)
            k++;
        if (k == kinds)
            kind[kinds++] = layer;
        repeat[k]++;
    }
    table *lines = table_new(">layers|attention|span|>KV bytes/token, f16|recurrent|feed-forward");
    for (uint32_t k = 0; k < kinds; k++)
        print_layer(lines, &kind[k], repeat[k]);
    table_print(lines, stdout);
    release(kind);
    release(repeat);
}

static int show(session *now, const char *name)
{
    edgeplan_model *model = session_model(now, name);
    edgeplan_head head;
    if (model == NULL)
        return EXIT_UNDECIDED;
    if (edgeplan_struct_init(&head, sizeof head) == EDGEPLAN_OK && edgeplan_model_head(model, &head) == EDGEPLAN_OK) {
        printf("%s, family %s\n", edgeplan_model_name(model), edgeplan_model_family(model));
        printf("parameters %" PRIu64 ", active %" PRIu64 "; hidden %" PRIu64 ", vocabulary %" PRIu64 "%s; trained context ",
               head.parameters, head.active_parameters, head.hidden_width, head.vocabulary,
               head.tied_head == EDGEPLAN_SWITCH_ON ? " (tied head)" : "");
        if (KNOWN(edgeplan_head, head, trained_context_tokens))
            printf("%" PRIu64 " tokens\n", head.trained_context_tokens);
        else
            printf("unknown\n");
        printf("KV cache %" PRIu64 " bytes per token in f16, before windows are full\n\n", model_kv_bytes(model));
        print_layers(model);
    }
    char *entry = session_describe(now, EDGEPLAN_SECTION_MODELS, edgeplan_model_id(model));
    if (entry != NULL)
        printf("\n%s", entry);
    release(entry);
    edgeplan_model_unref(model);
    return EXIT_YES;
}

static int list(session *now)
{
    table *lines = table_new("id|name|family|>parameters|>layers|>context|>KV bytes/token, f16");
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_MODELS, i)) != NULL; i++) {
        edgeplan_model *model = session_model(now, id);
        edgeplan_head head;
        if (model == NULL || edgeplan_struct_init(&head, sizeof head) != EDGEPLAN_OK ||
            edgeplan_model_head(model, &head) != EDGEPLAN_OK) {
            edgeplan_model_unref(model);
            continue;
        }
        table_cell(lines, "%s", id);
        table_cell(lines, "%s", edgeplan_model_name(model));
        table_cell(lines, "%s", edgeplan_model_family(model));
        table_cell(lines, "%s B", number_text((double)head.parameters / 1e9).s);
        table_cell(lines, "%u", (unsigned)edgeplan_model_layer_count(model));
        table_cell(lines, "%" PRIu64, head.trained_context_tokens);
        table_cell(lines, "%" PRIu64, model_kv_bytes(model));
        edgeplan_model_unref(model);
    }
    table_print(lines, stdout);
    return EXIT_YES;
}

int command_models(session *now)
{
    int code = EXIT_YES;
    if (now->options->show != NULL)
        return show(now, now->options->show);
    return session_answer(now, EDGEPLAN_SECTION_MODELS, &code) ? code : list(now);
}
