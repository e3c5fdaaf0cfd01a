/* A runtime's rules as plain numbers: one table per block of docs/rules.md. A back end's block is merged over the runtime's and
   read anew; blocks it does not mention are inherited as they were read, with the runtime's own source. */
#include "registry/words.h"

#include <string.h>

#define FIELD(field) .offset = offsetof(ep_backend, field)
#define TOKENS(word, field) {.name = (word), .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, FIELD(field)}
#define WORD(word, list, field) {.name = (word), .kind = EP_KEY_WORD, .words = (list), FIELD(field)}

static const ep_key context_key[] = {
    TOKENS("step", rules.context.step),
    WORD("split", ep_split_words, rules.context.split),
    WORD("per", ep_per_words, rules.context.per),
};

static const ep_key cache_key[] = {
    {.name = "mechanism", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_cache_words, FIELD(rules.cache.mechanism)},
    TOKENS("step", rules.cache.step),
    WORD("window_plus", ep_window_plus_words, rules.cache.window_plus),
    WORD("window_times", ep_window_times_words, rules.cache.window_times),
    WORD("value_rows", ep_value_rows_words, rules.cache.value_rows),
    {.name = "window_add", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_I64, .flags = EP_SIGNED,
     FIELD(rules.cache.window_add)},
    {.name = "window_saves", .kind = EP_KEY_SWITCH, FIELD(rules.cache.window_saves)},
    {.name = "extra_pages", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64, FIELD(rules.cache.extra_pages)},
    WORD("group", ep_group_words, rules.cache.group),
    {.name = "scale_bits_per_head", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BIT_COUNT, .store = EP_STORE_U32,
     FIELD(rules.cache.scale_bits_per_head)},
};

static const ep_key reservation_key[] = {
    {.name = "mechanism", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_reservation_words, FIELD(rules.reservation.mechanism)},
    TOKENS("tokens", rules.reservation.tokens),
    {.name = "share", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_SHARE, .store = EP_STORE_DOUBLE, FIELD(rules.reservation.share)},
};

static const ep_key state_key[] = {
    {.name = "type", .kind = EP_KEY_ELEMENT, .flags = EP_REQUIRED, FIELD(rules.state.type)},
    {.name = "conv_type", .kind = EP_KEY_ELEMENT, FIELD(rules.state.conv_type)},
    WORD("rows", ep_rows_words, rules.state.rows),
};

static const ep_key output_key[] = {
    {.name = "type", .kind = EP_KEY_ELEMENT, .flags = EP_REQUIRED, FIELD(rules.output.type)},
};

/* ---- compute ---- */

static void read_per(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_term *term = object;

    if (!ep_is_list_within(loader, frame, node, EP_MAX_TERM_DIMENSIONS))
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        uint32_t dimension;
        if (ep_read_word(loader, &item, node->entries[i].value, ep_dimension_words, &dimension))
            term->dimensions[term->dimension_count++] = (ep_dimension)dimension;
    }
}

static const ep_key term_key[] = {
    {.name = "bytes", .kind = EP_KEY_NUMBER, .flags = EP_REQUIRED, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     .offset = offsetof(ep_term, bytes)},
    {.name = "per", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_per},
    {.name = "phase", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_COUNT, .store = EP_STORE_U32, .offset = offsetof(ep_term, phase)},
    {.name = "when", .kind = EP_KEY_WORD, .words = ep_when_words, .offset = offsetof(ep_term, when)},
};
static const ep_keys term_keys = EP_KEYS(term_key);

static uint32_t read_terms_within(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_term *terms, uint32_t most)
{
    if (!ep_is_list_within(loader, frame, node, most))
        return 0;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        ep_read_map(loader, &item, node->entries[i].value, &term_keys, &terms[i]);
        if (terms[i].phase > EP_MAX_PHASES) {
            ep_fault(loader, EDGEPLAN_ERROR_RANGE, &item, node->entries[i].value, "there are six phases at most", NULL, NULL);
            terms[i].phase = 0;
        }
    }
    return node->count;
}

static void read_terms(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_compute_rule *compute = &((ep_backend *)object)->rules.compute;

    compute->term_count = read_terms_within(loader, frame, node, compute->terms, EP_MAX_TERMS);
}

static void read_tower_terms(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_tower_rule *tower = object;

    tower->term_count = read_terms_within(loader, frame, node, tower->terms, EP_MAX_TOWER_TERMS);
}

#define IMAGE(text, its_unit, field) \
    {.name = (text), .kind = EP_KEY_NUMBER, .flags = EP_REQUIRED | EP_POSITIVE, .unit = (its_unit), .store = EP_STORE_U64, \
     .offset = offsetof(ep_image_rule, field)}
static const ep_key image_key[] = {
    IMAGE("merge", EP_UNIT_COUNT, merge),
    IMAGE("least", EP_UNIT_TOKEN_COUNT, least_tokens),
    IMAGE("most", EP_UNIT_TOKEN_COUNT, most_tokens),
};
static const ep_keys image_keys = EP_KEYS(image_key);

static const ep_key tower_key[] = {
    {.name = "projectors", .kind = EP_KEY_TEXTS, .flags = EP_REQUIRED, .offset = offsetof(ep_tower_rule, projectors)},
    {.name = "patches", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     .offset = offsetof(ep_tower_rule, patches)},
    {.name = "image", .kind = EP_KEY_MAP, .keys = &image_keys, .offset = offsetof(ep_tower_rule, image)},
    {.name = "low", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_NUMBER, .store = EP_STORE_DOUBLE, .flags = EP_REQUIRED | EP_POSITIVE,
     .offset = offsetof(ep_tower_rule, low)},
    {.name = "high", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_NUMBER, .store = EP_STORE_DOUBLE, .flags = EP_REQUIRED | EP_POSITIVE,
     .offset = offsetof(ep_tower_rule, high)},
    {.name = "terms", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_tower_terms},
};
static const ep_keys tower_keys = EP_KEYS(tower_key);

static const ep_key compute_key[] = {
    {.name = "mechanism", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_compute_words, FIELD(rules.compute.mechanism)},
    WORD("graphs", ep_graphs_words, rules.compute.graphs),
    {.name = "terms", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_terms},
};

static const ep_key encoder_key[] = {
    {.name = "towers", .kind = EP_KEY_LIST, .flags = EP_REQUIRED, .keys = &tower_keys, .item_size = sizeof(ep_tower_rule),
     FIELD(encoder.towers), .count_offset = offsetof(ep_backend, encoder.tower_count)},
};

/* ---- placement ---- */

static void read_types(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_repack *repack = object;

    if (!ep_is_list_within(loader, frame, node, EP_MAX_REPACK_TYPES))
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        if (ep_read_element(loader, &item, node->entries[i].value, &repack->types[repack->type_count]))
            repack->type_count++;
    }
}

static const ep_key repack_key[] = {
    {.name = "feature", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_repack, feature)},
    {.name = "types", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_types},
};
static const ep_keys repack_keys = EP_KEYS(repack_key);

static const ep_key placement_key[] = {
    WORD("tied_head", ep_tied_head_words, rules.placement.tied_head_duplicated),
    WORD("embedding", ep_embedding_words, rules.placement.embedding_on_host),
    WORD("weights", ep_embedding_words, rules.placement.weights_on_host),
    WORD("offload", ep_offload_words, rules.placement.offload),
    {.name = "mapped", .kind = EP_KEY_SWITCH, FIELD(rules.placement.mapped)},
    {.name = "repack", .kind = EP_KEY_LIST, .keys = &repack_keys, .item_size = sizeof(ep_repack), FIELD(repacks),
     .count_offset = offsetof(ep_backend, repack_count)},
    {.name = "expands", .kind = EP_KEY_ELEMENT, FIELD(rules.placement.expands)},
    {.name = "may_expand", .kind = EP_KEY_ELEMENT, FIELD(rules.placement.may_expand)},
    {.name = "sessions", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_COUNT, .store = EP_STORE_U32, FIELD(rules.placement.sessions)},
    {.name = "one_buffer", .kind = EP_KEY_FLAG, FIELD(rules.placement.one_buffer)},
    {.name = "tensor_buffers", .kind = EP_KEY_FLAG, FIELD(rules.placement.tensor_buffers)},
};

/* ---- the small blocks ---- */

static const ep_key charge_key[] = {
    {.name = "weights", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_charge_words, FIELD(rules.charge.weights)},
    WORD("embedding", ep_charge_words, rules.charge.embedding),
};

static const ep_key overhead_key[] = {
    {.name = "base", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, FIELD(rules.overhead.base_bytes)},
    {.name = "base_low", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, FIELD(rules.overhead.base_low_bytes)},
    {.name = "base_high", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, FIELD(rules.overhead.base_high_bytes)},
    {.name = "code", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, FIELD(rules.overhead.code_bytes)},
    {.name = "per_vocabulary_entry", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.per_vocabulary_entry_bytes)},
    {.name = "per_parameter", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.per_parameter_bytes)},
    {.name = "per_weight_byte", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.per_weight_byte)},
    {.name = "per_largest_tensor_byte", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.per_largest_tensor_byte)},
    {.name = "loading_per_largest_tensor_byte", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.loading_per_largest_tensor_byte)},
    {.name = "per_tensor", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_DOUBLE,
     FIELD(rules.overhead.per_tensor_bytes)},
};

/* Every runtime reads rows of the embedding table; the word is there for people. */
static void read_rows(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    uint32_t ignored;
    (void)object;
    (void)ep_read_word(loader, frame, node, ep_reads_embedding_words, &ignored);
}

static const ep_key reads_key[] = {
    WORD("cache", ep_reads_cache_words, rules.reads.cache_per_query_head),
    WORD("context", ep_reads_context_words, rules.reads.context_reserved),
    {.name = "embedding", .kind = EP_KEY_CUSTOM, .read = read_rows},
    TOKENS("step", rules.reads.step),
    TOKENS("prompt_step", rules.reads.prompt_step),
};

static const ep_key request_key[] = {
    {.name = "max_sequences", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     FIELD(rules.request.max_sequences)},
    {.name = "max_chunk", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     FIELD(rules.request.max_chunk_tokens)},
    WORD("prompt", ep_prompt_words, rules.request.whole_prompt),
    WORD("quantized_values", ep_quantized_values_words, rules.request.values_need_flash_attention),
    WORD("latent_types", ep_latent_types_words, rules.request.equal_latent_types),
    WORD("blocks", ep_blocks_words, rules.request.blocks_divide_heads),
};

/* ---- blocks ---- */

typedef struct ep_block_rule {
    const char *name;
    ep_keys keys;
    size_t offset, size; /* what is cleared before it is read */
} ep_block_rule;

#define BLOCK(word, field, table) {(word), EP_KEYS(table), offsetof(ep_backend, field), sizeof(((ep_backend *)0)->field)}

static const ep_block_rule blocks[] = {
    BLOCK("context", rules.context, context_key),     BLOCK("cache", rules.cache, cache_key),
    BLOCK("reservation", rules.reservation, reservation_key), BLOCK("state", rules.state, state_key),
    BLOCK("output", rules.output, output_key),        BLOCK("compute", rules.compute, compute_key),
    BLOCK("placement", rules.placement, placement_key), BLOCK("charge", rules.charge, charge_key),
    BLOCK("overhead", rules.overhead, overhead_key),  BLOCK("reads", rules.reads, reads_key),
    BLOCK("request", rules.request, request_key),     BLOCK("encoder", encoder, encoder_key),
};

enum { PLAIN_BLOCKS = sizeof blocks / sizeof blocks[0] };

static void clear_block(ep_backend *backend, uint32_t block)
{
    memset((char *)backend + blocks[block].offset, 0, blocks[block].size);
    if (block == EP_RULE_PLACEMENT) {
        backend->rules.placement.expands = backend->rules.placement.may_expand = EDGEPLAN_ELEMENT_NONE;
        backend->repacks = NULL;
        backend->repack_count = 0;
    }
    if (block == EP_RULE_STATE)
        backend->rules.state.conv_type = EDGEPLAN_ELEMENT_NONE;
}

void ep_rules_default(ep_backend *backend)
{
    for (uint32_t i = 0; i < PLAIN_BLOCKS; i++)
        clear_block(backend, i);
}

static void settle_block(ep_backend *backend, uint32_t block)
{
    ep_rules *rules = &backend->rules;

    rules->state.known |= block == EP_RULE_STATE;
    rules->output.known |= block == EP_RULE_OUTPUT;
    rules->compute.known |= block == EP_RULE_COMPUTE;
    rules->overhead.known |= block == EP_RULE_OVERHEAD;
    if (block == EP_RULE_STATE && rules->state.conv_type == EDGEPLAN_ELEMENT_NONE)
        rules->state.conv_type = rules->state.type;
}

void ep_read_block(ep_loader *loader, ep_frame *frame, const ep_node *node, uint32_t block, ep_backend *backend)
{
    ep_frame here = ep_frame_of_key(frame, blocks[block].name);
    size_t first = loader->fact_count;
    ep_fact_range none = {0, 0};

    clear_block(backend, block);
    backend->rule_facts[block] = none;
    if (!node)
        return;
    ep_read_map(loader, &here, node, &blocks[block].keys, backend);
    settle_block(backend, block);
    backend->rule_facts[block] = ep_fact_block(loader, &here, node, first);
}
