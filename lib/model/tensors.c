#include "model/tensors.h"

#include "base/checked.h"
#include "base/text.h"

const ep_traits ep_usual_traits = {.norms = 2};

/* Where the tensors go; the first failure is kept, so that the lists below read as lists. */
typedef struct ep_tensor_list {
    ep_draft *draft;
    const ep_traits *traits;
    uint64_t layer; /* 1 + index, 0 for the head */
    edgeplan_status status;
} ep_tensor_list;

static void add(ep_tensor_list *list, edgeplan_role role, uint64_t rows, uint64_t columns, uint64_t slices)
{
    const edgeplan_tensor tensor = {
        .role = role, .element_type = EDGEPLAN_ELEMENT_NONE, .layer = list->layer, .rows = rows, .columns = columns, .slices = slices,
    };
    if (list->status == EDGEPLAN_OK)
        list->status = ep_draft_add_tensor(list->draft, &tensor);
}

static void add_matrix(ep_tensor_list *list, edgeplan_role role, uint64_t rows, uint64_t columns)
{
    add(list, role, rows, columns, 1);
}

static void add_vector(ep_tensor_list *list, edgeplan_role role, uint64_t columns)
{
    add(list, role, 1, columns, 1);
}

static int has_bias(const ep_tensor_list *list, ep_bias bias)
{
    return (list->traits->biases & (uint32_t)bias) != 0;
}

static void add_biased(ep_tensor_list *list, edgeplan_role role, uint64_t rows, uint64_t columns, ep_bias bias)
{
    add_matrix(list, role, rows, columns);
    if (has_bias(list, bias))
        add_vector(list, EDGEPLAN_ROLE_BIAS, rows);
}

static void add_qk_norms(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t query, uint64_t key)
{
    if (list->traits->qk_norm == EP_QK_NORM_NONE)
        return;
    const int full = list->traits->qk_norm == EP_QK_NORM_FULL;
    add_vector(list, EDGEPLAN_ROLE_NORM, full ? query : layer->key_width);
    add_vector(list, EDGEPLAN_ROLE_NORM, full ? key : layer->key_width);
}

static void add_grouped_attention(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t hidden)
{
    const uint64_t query = ep_mul(layer->query_heads, layer->key_width);
    /* A layer that reads another's cache computes no keys and values of its own. */
    const uint64_t key = layer->kv_source != 0 ? 0 : ep_mul(layer->kv_heads, layer->key_width);
    const uint64_t value = layer->kv_source != 0 ? 0 : ep_mul(layer->kv_heads, layer->value_width);
    if ((list->traits->fused & EP_FUSED_QKV) != 0) {
        add_biased(list, EDGEPLAN_ROLE_ATTENTION_QKV, ep_add(query, ep_add(key, value)), hidden, EP_BIAS_QKV);
    } else {
        add_biased(list, EDGEPLAN_ROLE_ATTENTION_QUERY, query, hidden, EP_BIAS_QKV);
        if (key != 0)
            add_biased(list, EDGEPLAN_ROLE_ATTENTION_KEY, key, hidden, EP_BIAS_QKV);
        if (value != 0)
            add_biased(list, EDGEPLAN_ROLE_ATTENTION_VALUE, value, hidden, EP_BIAS_QKV);
    }
    add_biased(list, EDGEPLAN_ROLE_ATTENTION_OUTPUT, hidden, ep_mul(layer->query_heads, layer->value_width), EP_BIAS_OUTPUT);
    add_qk_norms(list, layer, query, key);
    if (list->traits->sinks != 0)
        add_vector(list, EDGEPLAN_ROLE_BIAS, layer->query_heads);
}

/* Queries in one step, keys and values through the latent vector; `key_width` holds the part with and the part without rope. */
static void add_latent_attention(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t hidden)
{
    const uint64_t plain = layer->key_width > layer->rope_width ? layer->key_width - layer->rope_width : 0;
    const uint64_t expanded = ep_mul(layer->query_heads, ep_add(plain, layer->value_width));
    add_biased(list, EDGEPLAN_ROLE_ATTENTION_QUERY, ep_mul(layer->query_heads, layer->key_width), hidden, EP_BIAS_QKV);
    add_biased(list, EDGEPLAN_ROLE_ATTENTION_LATENT, ep_add(layer->latent_width, layer->rope_width), hidden, EP_BIAS_QKV);
    add_vector(list, EDGEPLAN_ROLE_NORM, layer->latent_width);
    add_matrix(list, EDGEPLAN_ROLE_ATTENTION_LATENT, expanded, layer->latent_width);
    add_biased(list, EDGEPLAN_ROLE_ATTENTION_OUTPUT, hidden, ep_mul(layer->query_heads, layer->value_width), EP_BIAS_OUTPUT);
}

static void add_dense(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t hidden)
{
    if ((list->traits->fused & EP_FUSED_GATE_UP) != 0) {
        add_biased(list, EDGEPLAN_ROLE_FFN_UP, ep_mul(2, layer->ffn_width), hidden, EP_BIAS_FFN);
    } else {
        add_biased(list, EDGEPLAN_ROLE_FFN_GATE, layer->ffn_width, hidden, EP_BIAS_FFN);
        add_biased(list, EDGEPLAN_ROLE_FFN_UP, layer->ffn_width, hidden, EP_BIAS_FFN);
    }
    add_biased(list, EDGEPLAN_ROLE_FFN_DOWN, hidden, layer->ffn_width, EP_BIAS_FFN);
}

static void add_expert(ep_tensor_list *list, edgeplan_role role, uint64_t rows, uint64_t columns, uint64_t experts)
{
    add(list, role, rows, columns, experts);
    if (has_bias(list, EP_BIAS_EXPERTS))
        add(list, EDGEPLAN_ROLE_BIAS, 1, rows, experts);
}

static void add_experts(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t hidden)
{
    add_biased(list, EDGEPLAN_ROLE_ROUTER, layer->experts, hidden, EP_BIAS_ROUTER);
    add_expert(list, EDGEPLAN_ROLE_EXPERT_GATE, layer->ffn_width, hidden, layer->experts);
    add_expert(list, EDGEPLAN_ROLE_EXPERT_UP, layer->ffn_width, hidden, layer->experts);
    add_expert(list, EDGEPLAN_ROLE_EXPERT_DOWN, hidden, layer->ffn_width, layer->experts);
    if (layer->shared_width == 0)
        return;
    add_matrix(list, EDGEPLAN_ROLE_ROUTER, 1, hidden); /* how much of the shared expert */
    add_matrix(list, EDGEPLAN_ROLE_SHARED_GATE, layer->shared_width, hidden);
    add_matrix(list, EDGEPLAN_ROLE_SHARED_UP, layer->shared_width, hidden);
    add_matrix(list, EDGEPLAN_ROLE_SHARED_DOWN, hidden, layer->shared_width);
}

static void add_layer(ep_tensor_list *list, const edgeplan_layer *layer, uint64_t hidden)
{
    for (uint32_t i = 0; i < list->traits->norms; i++)
        add_vector(list, EDGEPLAN_ROLE_NORM, hidden);
    if (layer->attention == EDGEPLAN_ATTENTION_GROUPED)
        add_grouped_attention(list, layer, hidden);
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        add_latent_attention(list, layer, hidden);
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_DENSE)
        add_dense(list, layer, hidden);
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS)
        add_experts(list, layer, hidden);
}

static edgeplan_status fail_recurrent(size_t index, edgeplan_diagnostics *diagnostics)
{
    char path[32];
    ep_text text;
    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, "layers[");
    ep_text_add_count(&text, index);
    ep_text_add_char(&text, ']');
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, NULL, path,
                     "the matrices of a recurrent part do not follow from its state: add the tensors");
}

edgeplan_status ep_tensors_derive(ep_draft *draft, const ep_traits *traits, edgeplan_diagnostics *diagnostics)
{
    ep_tensor_list list = {draft, traits, 0, EDGEPLAN_OK};
    const uint64_t hidden = draft->head.hidden_width;
    for (size_t i = 0; i < draft->layer_count; i++)
        if (draft->layers[i].recurrent != EDGEPLAN_RECURRENT_NONE)
            list.status = fail_recurrent(i, diagnostics);
    if (list.status != EDGEPLAN_OK)
        return list.status;
    add_matrix(&list, EDGEPLAN_ROLE_TOKEN_EMBEDDING, draft->head.vocabulary, hidden);
    add_vector(&list, EDGEPLAN_ROLE_NORM, hidden);
    if (draft->head.tied_head != EDGEPLAN_SWITCH_ON)
        add_matrix(&list, EDGEPLAN_ROLE_OUTPUT_HEAD, draft->head.vocabulary, hidden);
    for (size_t i = 0; i < draft->layer_count; i++) {
        list.layer = i + 1;
        add_layer(&list, &draft->layers[i], hidden);
    }
    return list.status;
}
