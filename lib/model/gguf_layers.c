/* Layers from the keys of the architecture and what the tensors show. Sources: llama_model::load_hparams and load_arch_hparams of
   src/models/ (which key means what, defaults), src/llama-hparams.cpp (n_embd_r, n_embd_s: states) of ggml-org/llama.cpp, tree of
   2026-08-22. */
#include "model/gguf_parts.h"

#include "base/checked.h"

#define GEMMA_3N_OWN_CACHES 20
#define RWKV_SHIFTS 2 /* token_shift_count where the file has none */

typedef struct plan {
    ep_gguf_reading *reading;
    ep_gguf_list heads, kv_heads, ffn, pattern;
    uint64_t key_width, value_width, key_width_window, value_width_window; /* 0: not given */
    uint64_t latent_width, rope_width, key_width_latent, value_width_latent;
    uint64_t window, period, own_caches;
    uint64_t state, conv; /* elements; conv 0: as the tensors show */
    uint64_t experts_used, experts, expert_width;
} plan;

/* ---- What holds for all layers ---- */

static void read_latent(plan *p)
{
    ep_gguf_reading *r = p->reading;

    ep_gguf_get(r, "attention.key_length_mla", &p->key_width_latent);
    ep_gguf_get(r, "attention.value_length_mla", &p->value_width_latent);
    if (p->key_width_latent == 0 || p->value_width_latent == 0) {
        p->key_width_latent = 0; /* an older file, whose attention is cached expanded */
        return;
    }
    if (!ep_gguf_get(r, "attention.kv_lora_rank", &p->latent_width))
        ep_gguf_fail(r, EDGEPLAN_ERROR_SCHEMA, "attention.kv_lora_rank", "is missing, yet attention is latent");
    if (!ep_gguf_get(r, "rope.dimension_count", &p->rope_width))
        p->rope_width = p->key_width > p->latent_width ? p->key_width - p->latent_width : 0;
}

static void read_attention(plan *p)
{
    ep_gguf_reading *r = p->reading;

    p->heads = ep_gguf_list_get(r, "attention.head_count");
    p->kv_heads = ep_gguf_list_get(r, "attention.head_count_kv");
    ep_gguf_get(r, "attention.key_length", &p->key_width);
    ep_gguf_get(r, "attention.value_length", &p->value_width);
    ep_gguf_get(r, "attention.key_length_swa", &p->key_width_window);
    ep_gguf_get(r, "attention.value_length_swa", &p->value_width_window);
    read_latent(p);
}

static void read_window(plan *p)
{
    ep_gguf_reading *r = p->reading;
    const ep_gguf_architecture *a = r->architecture;
    const int given = ep_gguf_get(r, "attention.sliding_window", &p->window);

    p->period = a->period;
    if (a->window == EP_GGUF_WINDOW_NEVER || (a->only_layers != 0 && r->trunk != a->only_layers)) {
        p->window = 0;
        return;
    }
    if (!given || (a->span == EDGEPLAN_SPAN_CHUNK && p->window != 0))
        p->window = a->tokens; /* a chunk has the architecture's size, whatever the file says */
    p->pattern = ep_gguf_list_get(r, "attention.sliding_window_pattern");
    if (p->pattern.value != NULL && !p->pattern.value->is_array) {
        p->period = (uint64_t)p->pattern.value->numbers[0];
        p->pattern.value = NULL;
    }
    if (a->window == EP_GGUF_WINDOW_LISTED && p->window != 0 && p->pattern.value == NULL)
        ep_gguf_fail(r, EDGEPLAN_ERROR_SCHEMA, "attention.sliding_window_pattern", "must list which layers have the window");
}

static void read_sharing(plan *p)
{
    ep_gguf_reading *r = p->reading;
    uint64_t shared = 0;

    p->own_caches = r->first + r->layers;
    if (r->first != 0)
        return;
    if (r->architecture->sharing == EP_GGUF_SHARES_AFTER_20)
        p->own_caches = ep_min(r->layers, GEMMA_3N_OWN_CACHES);
    if (r->architecture->sharing != EP_GGUF_SHARES_BY_KEY || !ep_gguf_get(r, "attention.shared_kv_layers", &shared))
        return;
    if (shared + 2 > r->layers && shared != 0)
        ep_gguf_fail(r, EDGEPLAN_ERROR_RANGE, "attention.shared_kv_layers", "leaves no two layers with caches of their own");
    else
        p->own_caches = r->layers - shared;
}

static uint64_t need(plan *p, const char *name)
{
    uint64_t value = 0;

    if (!ep_gguf_get(p->reading, name, &value))
        ep_gguf_fail(p->reading, EDGEPLAN_ERROR_SCHEMA, name, "is missing, yet there are recurrent layers");
    return value;
}

static uint64_t state_of_keys(plan *p)
{
    const uint64_t state = need(p, "ssm.state_size"), inner = need(p, "ssm.inner_size");

    return ep_mul(state, inner);
}

static void read_state(plan *p)
{
    ep_gguf_reading *r = p->reading;
    const uint64_t hidden = r->draft.head.hidden_width;
    uint64_t width = 0, shifts = RWKV_SHIFTS;

    switch (r->architecture->recurrent) {
    case EDGEPLAN_RECURRENT_RWKV:
        ep_gguf_get(r, "token_shift_count", &shifts);
        p->conv = ep_mul(shifts != 0 ? shifts : RWKV_SHIFTS, hidden);
        p->state = ep_mul(hidden, need(p, "wkv.head_size"));
        break;
    case EDGEPLAN_RECURRENT_DELTA:
        if (ep_gguf_get(r, "kda.head_dim", &width)) {
            p->state = ep_mul(ep_mul(width, width), ep_gguf_list_at(&p->heads, 0, 0));
            break;
        }
        p->state = state_of_keys(p);
        break;
    case EDGEPLAN_RECURRENT_SSM: p->state = state_of_keys(p); break;
    default: break;
    }
}

static void read_feed_forward(plan *p)
{
    p->ffn = ep_gguf_list_get(p->reading, "feed_forward_length");
    ep_gguf_get(p->reading, "expert_used_count", &p->experts_used);
    ep_gguf_get(p->reading, "expert_count", &p->experts);
    ep_gguf_get(p->reading, "expert_feed_forward_length", &p->expert_width);
}

/* ---- One layer ---- */

static int has_window(const plan *p, uint64_t layer)
{
    if (p->window == 0)
        return 0;
    if (p->pattern.value != NULL)
        return ep_gguf_list_at(&p->pattern, layer, 0) != 0;
    switch (p->reading->architecture->window) {
    case EP_GGUF_WINDOW_EVERY: return 1;
    case EP_GGUF_WINDOW_PERIOD: return p->period == 0 || layer % p->period + 1 < p->period;
    case EP_GGUF_WINDOW_FIRST: return p->period == 0 || layer % p->period != 0;
    default: return 0;
    }
}

static void disagree(plan *p, uint32_t what, const char *sentence, uint64_t layer, uint64_t said, uint64_t shown)
{
    const uint64_t numbers[] = { said, layer, shown };

    if ((p->reading->said & what) == 0 && said != 0)
        ep_gguf_assume(p->reading, sentence, numbers);
    p->reading->said |= what;
}

/* Rows of the key projection are KV heads × key width; of these two the width is the surer. */
static void settle_heads(plan *p, uint64_t index, edgeplan_layer *layer)
{
    const ep_gguf_seen *seen = &p->reading->seen[index];
    const uint64_t hidden = p->reading->draft.head.hidden_width;

    if (layer->key_width == 0)
        layer->key_width = hidden / layer->query_heads;
    if (layer->value_width == 0)
        layer->value_width = hidden / layer->query_heads;
    if (seen->key_rows == 0 || layer->key_width == 0)
        return;
    if (seen->key_rows % layer->key_width != 0) {
        ep_gguf_fail(p->reading, EDGEPLAN_ERROR_RANGE, "attention.key_length", "does not divide the rows of a layer's attn_k");
        return;
    }
    if (layer->kv_heads != seen->key_rows / layer->key_width)
        disagree(p, EP_GGUF_SAID_HEADS, "`attention.head_count_kv` says #, the tensors of layer # show # KV heads: these are taken.",
                 index, ep_gguf_list_at(&p->kv_heads, index, 0), seen->key_rows / layer->key_width);
    layer->kv_heads = seen->key_rows / layer->key_width;
    if (seen->value_rows != 0)
        layer->value_width = seen->value_rows / layer->kv_heads;
}

static void set_latent(const plan *p, edgeplan_layer *layer)
{
    layer->attention = EDGEPLAN_ATTENTION_LATENT;
    layer->kv_heads = 1;
    layer->key_width = p->key_width_latent;
    layer->value_width = p->value_width_latent;
    layer->latent_width = p->latent_width;
    layer->rope_width = p->rope_width;
}

static void set_attention(plan *p, uint64_t index, edgeplan_layer *layer)
{
    const ep_gguf_architecture *a = p->reading->architecture;
    const int window = has_window(p, index);

    layer->query_heads = ep_gguf_list_at(&p->heads, index, 0);
    if (layer->query_heads == 0) {
        ep_gguf_fail(p->reading, EDGEPLAN_ERROR_SCHEMA, "attention.head_count", "is missing or 0 for a layer with attention");
        return;
    }
    layer->attention = EDGEPLAN_ATTENTION_GROUPED;
    layer->kv_heads = ep_gguf_list_at(&p->kv_heads, index, layer->query_heads);
    layer->key_width = window && p->key_width_window != 0 ? p->key_width_window : p->key_width;
    layer->value_width = window && p->value_width_window != 0 ? p->value_width_window : p->value_width;
    if (p->key_width_latent != 0)
        set_latent(p, layer);
    else
        settle_heads(p, index, layer);
    if (window) {
        layer->span = a->span != 0 ? a->span : EDGEPLAN_SPAN_WINDOW;
        layer->span_tokens = p->window;
    }
    /* Source: layer_reuse of llama_model::create_memory. */
    if (index >= p->own_caches)
        layer->kv_source = 1 + p->own_caches - (window ? 2 : 1);
}

static void set_recurrent(const plan *p, uint64_t index, edgeplan_layer *layer)
{
    layer->recurrent = p->reading->architecture->recurrent;
    layer->conv_elements = p->conv != 0 ? p->conv : p->reading->seen[index].conv_elements;
    layer->state_elements = p->state;
}

static void set_experts(plan *p, uint64_t index, edgeplan_layer *layer)
{
    const ep_gguf_seen *seen = &p->reading->seen[index];

    layer->feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
    layer->ffn_width = seen->expert_width;
    layer->experts = seen->experts;
    layer->experts_used = p->experts_used;
    layer->shared_width = seen->shared_width != 0 ? seen->shared_width : seen->ffn_width; /* a dense network may run beside */
    if (p->experts_used == 0)
        ep_gguf_fail(p->reading, EDGEPLAN_ERROR_SCHEMA, "expert_used_count", "is missing or 0, yet there are experts");
    if (seen->experts != p->experts)
        disagree(p, EP_GGUF_SAID_EXPERTS, "`expert_count` says #, the tensors of layer # show # experts: these are taken.", index,
                 p->experts, seen->experts);
    if (p->expert_width != 0 && seen->expert_width != p->expert_width)
        disagree(p, EP_GGUF_SAID_FFN, "`expert_feed_forward_length` says #, the tensors of layer # show #: this is taken.", index,
                 p->expert_width, seen->expert_width);
}

static void set_feed_forward(plan *p, uint64_t index, edgeplan_layer *layer)
{
    const ep_gguf_seen *seen = &p->reading->seen[index];
    const uint64_t said = ep_gguf_list_at(&p->ffn, index, 0);

    if (seen->experts != 0) {
        set_experts(p, index, layer);
    } else if (seen->ffn_width != 0) {
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
        layer->ffn_width = seen->ffn_width;
        if (said != seen->ffn_width)
            disagree(p, EP_GGUF_SAID_FFN, "`feed_forward_length` says #, the tensors of layer # show #: this is taken.", index,
                     said, seen->ffn_width);
    }
}

static void add_layer(plan *p, uint64_t index)
{
    ep_gguf_reading *r = p->reading;
    const ep_gguf_seen *seen = &r->seen[index];
    const int recurrent = seen->is_recurrent && r->architecture->recurrent != EDGEPLAN_RECURRENT_NONE;
    edgeplan_layer layer = { 0 };
    edgeplan_status status;

    if (seen->attends && (!recurrent || r->architecture->side_by_side))
        set_attention(p, index, &layer);
    if (recurrent)
        set_recurrent(p, index, &layer);
    set_feed_forward(p, index, &layer);
    status = ep_draft_add_layer(&r->draft, &layer);
    if (r->status == EDGEPLAN_OK)
        r->status = status;
}

/* Keys of a recurrence without its tensors, as dense files made from a hybrid's class have them; or tensors without a way to plan
   them. */
static void check_recurrence(plan *p)
{
    ep_gguf_reading *r = p->reading;
    uint64_t recurrent = 0, keys = 0;

    for (uint64_t i = r->first; i < r->first + r->layers; i++)
        recurrent += r->seen[i].is_recurrent != 0;
    if (recurrent != 0 && r->architecture->recurrent == EDGEPLAN_RECURRENT_NONE)
        ep_gguf_fail(r, EDGEPLAN_ERROR_UNSUPPORTED, "block_count",
                     "has layers with recurrent tensors, which this architecture should not");
    else if (recurrent != 0)
        read_state(p);
    else if (r->first == 0 && ep_gguf_get(r, "ssm.state_size", &keys) && keys != 0)
        ep_gguf_assume(r, "Keys tell of a recurrent state, but no tensor is recurrent: there is none.", NULL);
}

static void check_seen(const plan *p)
{
    for (uint64_t i = p->reading->first; i < p->reading->first + p->reading->layers; i++) {
        if (p->reading->seen[i].is_seen)
            continue;
        ep_gguf_fail(p->reading, EDGEPLAN_ERROR_SCHEMA, "block_count", "counts a layer that has no tensors");
        return;
    }
}

void ep_gguf_add_layers(ep_gguf_reading *reading)
{
    plan p = { .reading = reading };

    read_attention(&p);
    read_window(&p);
    read_sharing(&p);
    read_feed_forward(&p);
    check_recurrence(&p);
    check_seen(&p);
    for (uint64_t i = reading->first; i < reading->first + reading->layers && reading->status == EDGEPLAN_OK; i++)
        add_layer(&p, i);
}
