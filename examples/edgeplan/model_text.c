#include "model_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

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

uint64_t kv_bytes_per_token(const edgeplan_model *model)
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

/* ---- Tensors ---- */

typedef struct sum { /* of the tensors of one role and element type */
    uint32_t role, element_type;
    uint64_t tensors, elements, stored_bytes;
} sum;

typedef struct sums {
    sum *list;
    uint32_t count;
    uint64_t embedding, stored_bytes; /* elements of lookup tables; bytes of all tensors */
    int is_stored;
} sums;

static void add_tensor(sums *all, const edgeplan_tensor *tensor)
{
    uint64_t elements = tensor->rows * tensor->columns * tensor->slices;
    uint32_t i = 0;
    while (i < all->count && (all->list[i].role != tensor->role || all->list[i].element_type != tensor->element_type))
        i++;
    if (i == all->count)
        all->list[all->count++] = (sum){.role = tensor->role, .element_type = tensor->element_type};
    all->list[i].tensors++;
    all->list[i].elements += elements;
    all->list[i].stored_bytes += tensor->stored_bytes;
    all->stored_bytes += tensor->stored_bytes;
    all->is_stored &= tensor->stored_bytes != 0;
    if (tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING || tensor->role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING)
        all->embedding += elements;
}

static int compare_sums(const void *a, const void *b)
{
    const sum *one = a, *other = b;
    if (one->role != other->role)
        return one->role < other->role ? -1 : 1;
    return one->element_type < other->element_type ? -1 : one->element_type > other->element_type;
}

/* Release the list. */
static sums sum_tensors(const edgeplan_model *model)
{
    uint32_t count = edgeplan_model_tensor_count(model);
    sums all = {.list = allocate(count, sizeof *all.list), .is_stored = 1};
    edgeplan_tensor tensor;
    for (uint32_t i = 0; i < count; i++)
        if (edgeplan_struct_init(&tensor, sizeof tensor) == EDGEPLAN_OK && edgeplan_model_tensor(model, i, &tensor) == EDGEPLAN_OK)
            add_tensor(&all, &tensor);
    qsort(all.list, all.count, sizeof *all.list, compare_sums);
    return all;
}

static double bits_per_weight(const sums *all, const edgeplan_head *head)
{
    return all->is_stored && head->parameters != 0 ? 8 * (double)all->stored_bytes / (double)head->parameters : 0;
}

static void print_tensors(const sums *all)
{
    table *lines = table_new("role|type|>tensors|>elements|>stored");
    for (uint32_t i = 0; i < all->count; i++) {
        const sum *one = &all->list[i];
        table_cell(lines, "%s", edgeplan_role_name((edgeplan_role)one->role));
        table_cell(lines, "%s", edgeplan_element_type_name((edgeplan_element_type)one->element_type));
        table_cell(lines, "%" PRIu64, one->tensors);
        table_cell(lines, "%" PRIu64, one->elements);
        table_cell(lines, "%s", one->stored_bytes != 0 ? bytes_text(one->stored_bytes).s : "");
    }
    table_print(lines, stdout);
}

/* ---- For people ---- */

static int read_head(const edgeplan_model *model, edgeplan_head *head)
{
    return edgeplan_struct_init(head, sizeof *head) == EDGEPLAN_OK && edgeplan_model_head(model, head) == EDGEPLAN_OK;
}

static int read_artefact(const edgeplan_model *model, edgeplan_artefact *artefact)
{
    return edgeplan_struct_init(artefact, sizeof *artefact) == EDGEPLAN_OK && edgeplan_model_artefact(model, artefact) == EDGEPLAN_OK &&
           artefact->files != 0;
}

static void print_storage(const edgeplan_model *model, const sums *all, const edgeplan_head *head)
{
    edgeplan_artefact artefact;
    const char *format = edgeplan_model_format(model);
    if (!read_artefact(model, &artefact))
        return;
    printf("stored as %s, %s bits per weight, %" PRIu64 " bytes in %" PRIu64 " file%s\n", format[0] != '\0' ? format : "a mixture",
           number_text(bits_per_weight(all, head)).s, artefact.file_bytes, artefact.files, artefact.files == 1 ? "" : "s");
}

void print_model(const edgeplan_model *model)
{
    edgeplan_head head;
    if (!read_head(model, &head))
        return;
    sums all = sum_tensors(model);
    printf("%s, family %s\n", edgeplan_model_name(model), edgeplan_model_family(model));
    printf("parameters %" PRIu64 ", active %" PRIu64 ", embedding %" PRIu64 "; hidden %" PRIu64 ", vocabulary %" PRIu64
           "%s; trained context ",
           head.parameters, head.active_parameters, all.embedding, head.hidden_width, head.vocabulary,
           head.tied_head == EDGEPLAN_SWITCH_ON ? " (tied head)" : "");
    if (KNOWN(edgeplan_head, head, trained_context_tokens))
        printf("%" PRIu64 " tokens\n", head.trained_context_tokens);
    else
        printf("unknown\n");
    print_storage(model, &all, &head);
    printf("KV cache %" PRIu64 " bytes per token in f16, before windows are full\n\n", kv_bytes_per_token(model));
    print_layers(model);
    printf("\n");
    print_tensors(&all);
    for (uint32_t i = 0; i < edgeplan_model_assumption_count(model); i++)
        printf("%sassumed: %s\n", i == 0 ? "\n" : "", edgeplan_model_assumption(model, i));
    release(all.list);
}

/* ---- JSON ---- */

static void print_text(const char *key, const char *text, const char *after)
{
    printf("\"%s\":\"", key);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p < 0x20)
            printf("\\u%04x", *p);
        else
            printf(*p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    }
    printf("\"%s", after);
}

static void print_tensors_json(const sums *all)
{
    printf("\"tensors\":[");
    for (uint32_t i = 0; i < all->count; i++) {
        const sum *one = &all->list[i];
        printf("%s{", i != 0 ? "," : "");
        print_text("role", edgeplan_role_name((edgeplan_role)one->role), ",");
        print_text("element_type", edgeplan_element_type_name((edgeplan_element_type)one->element_type), ",");
        printf("\"tensors\":%" PRIu64 ",\"elements\":%" PRIu64 ",\"stored_bytes\":", one->tensors, one->elements);
        if (one->stored_bytes != 0)
            printf("%" PRIu64 "}", one->stored_bytes);
        else
            printf("null}");
    }
    printf("],");
}

static void print_artefact_json(const edgeplan_model *model, const sums *all, const edgeplan_head *head)
{
    edgeplan_artefact artefact;
    char digits[32];
    if (!read_artefact(model, &artefact)) {
        printf("\"bits_per_weight\":null,\"artefact\":{\"file_bytes\":null,\"files\":null,\"largest_file_bytes\":null},");
        return;
    }
    edgeplan_number_text(bits_per_weight(all, head), digits, sizeof digits);
    printf("\"bits_per_weight\":%s,\"artefact\":{\"file_bytes\":%" PRIu64 ",\"files\":%" PRIu64 ",\"largest_file_bytes\":%" PRIu64 "},",
           digits, artefact.file_bytes, artefact.files, artefact.largest_file_bytes);
}

void print_model_json(const edgeplan_model *model)
{
    edgeplan_head head;
    if (!read_head(model, &head))
        return;
    sums all = sum_tensors(model);
    printf("{");
    print_text("id", edgeplan_model_id(model), ",");
    print_text("name", edgeplan_model_name(model), ",");
    print_text("family", edgeplan_model_family(model), ",");
    print_text("format", edgeplan_model_format(model), ",");
    printf("\"parameters\":%" PRIu64 ",\"active_parameters\":%" PRIu64 ",\"embedding_parameters\":%" PRIu64 ",", head.parameters,
           head.active_parameters, all.embedding);
    printf("\"hidden_width\":%" PRIu64 ",\"vocabulary\":%" PRIu64 ",\"tied_head\":%s,\"layers\":%u,", head.hidden_width, head.vocabulary,
           head.tied_head == EDGEPLAN_SWITCH_ON ? "true" : "false", (unsigned)edgeplan_model_layer_count(model));
    if (KNOWN(edgeplan_head, head, trained_context_tokens))
        printf("\"trained_context_tokens\":%" PRIu64 ",", head.trained_context_tokens);
    else
        printf("\"trained_context_tokens\":null,");
    printf("\"kv_bytes_per_token\":%" PRIu64 ",", kv_bytes_per_token(model));
    print_artefact_json(model, &all, &head);
    print_tensors_json(&all);
    printf("\"assumptions\":[");
    for (uint32_t i = 0; i < edgeplan_model_assumption_count(model); i++) {
        printf("%s{", i != 0 ? "," : "");
        print_text("message", edgeplan_model_assumption(model, i), "}");
    }
    printf("]}\n");
    release(all.list);
}
