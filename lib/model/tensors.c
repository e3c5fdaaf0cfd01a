#include "model/tensors.h"

#include "base/checked.h"
#include "base/text.h"

typedef struct ep_walk {
    ep_draft *draft;
    const ep_blueprint *blueprint;
    uint64_t sides[EP_SIDE_COUNT];
    uint64_t layer; /* 1 + index, 0 for the head */
    edgeplan_status status; /* the first failure is kept */
} ep_walk;

static void add(ep_walk *walk, uint32_t role, uint64_t rows, uint64_t columns, uint64_t slices)
{
    const edgeplan_tensor tensor = {
        .role = role, .element_type = EDGEPLAN_ELEMENT_NONE, .layer = walk->layer,
        .rows = rows, .columns = columns, .slices = slices,
    };
    if (rows != 0 && columns != 0 && slices != 0 && walk->status == EDGEPLAN_OK)
        walk->status = ep_draft_add_tensor(walk->draft, &tensor);
}

static void add_list(ep_walk *walk, const ep_recipe *list)
{
    const uint32_t biases = walk->blueprint->biases | walk->blueprint->parts->biases | EP_BIAS_ALWAYS;
    for (const ep_recipe *recipe = list; recipe != NULL && recipe->columns != EP_SIDE_NONE; recipe++) {
        uint64_t rows = 0;
        for (size_t i = 0; i < sizeof recipe->rows / sizeof recipe->rows[0]; i++)
            rows = ep_add(rows, ep_mul(recipe->rows[i].times, walk->sides[recipe->rows[i].dim]));
        const uint64_t columns = walk->sides[recipe->columns], slices = walk->sides[recipe->slices];
        add(walk, recipe->role, rows, columns, slices);
        if ((recipe->bias & biases) != 0 && columns != 0)
            add(walk, recipe->role == EDGEPLAN_ROLE_ENCODER ? recipe->role : (uint32_t)EDGEPLAN_ROLE_BIAS, 1, rows, slices);
    }
}

static void set_head(ep_walk *walk)
{
    const edgeplan_head *head = &walk->draft->head;
    uint64_t *sides = walk->sides;
    for (uint32_t i = 0; i < EP_SIDE_COUNT; i++)
        sides[i] = walk->blueprint->sides[i];
    sides[EP_SIDE_NONE] = 0;
    sides[EP_SIDE_ONE] = 1;
    sides[EP_SIDE_HIDDEN] = head->hidden_width;
    sides[EP_SIDE_HIDDEN_PAIR] = ep_mul(2, head->hidden_width);
    sides[EP_SIDE_VOCABULARY] = head->vocabulary;
    sides[EP_SIDE_OUTPUT] = head->tied_head == EDGEPLAN_SWITCH_ON ? 0 : head->vocabulary;
    sides[EP_SIDE_CONTEXT] = head->trained_context_tokens;
    sides[EP_SIDE_QUERY_INPUT] = sides[EP_SIDE_QUERY_RANK] != 0 ? 0 : head->hidden_width;
}

static void set_layer(ep_walk *walk, const edgeplan_layer *layer)
{
    const int unused = layer->kv_source != 0 && !walk->blueprint->parts->keeps_unused;
    const int no_value = unused || (walk->blueprint->key_is_value && layer->span == EDGEPLAN_SPAN_ALL);
    const uint64_t plain = layer->key_width > layer->rope_width ? layer->key_width - layer->rope_width : 0;
    uint64_t *sides = walk->sides;
    sides[EP_SIDE_HEADS] = layer->query_heads;
    sides[EP_SIDE_HEAD] = layer->key_width;
    sides[EP_SIDE_QUERY] = ep_mul(layer->query_heads, layer->key_width);
    sides[EP_SIDE_ATTENDED] = ep_mul(layer->query_heads, layer->value_width);
    sides[EP_SIDE_KEY] = unused ? 0 : ep_mul(layer->kv_heads, layer->key_width);
    sides[EP_SIDE_VALUE] = no_value ? 0 : ep_mul(layer->kv_heads, layer->value_width);
    sides[EP_SIDE_LATENT] = layer->latent_width;
    sides[EP_SIDE_LATENT_ROPE] = ep_add(layer->latent_width, layer->rope_width);
    sides[EP_SIDE_EXPANDED] = ep_mul(layer->query_heads, ep_add(plain, layer->value_width));
    sides[EP_SIDE_FFN] = layer->ffn_width;
    sides[EP_SIDE_EXPERTS] = layer->experts;
    sides[EP_SIDE_SHARED] = layer->shared_width;
    sides[EP_SIDE_HAS_SHARED] = layer->shared_width != 0;
    sides[EP_SIDE_MIX] = walk->layer > 1 ? sides[EP_SIDE_HIDDEN] : 0;
    sides[EP_SIDE_MIX_RANK] = walk->layer > 1 ? walk->blueprint->sides[EP_SIDE_MIX_RANK] : 0;
}

static void add_layer(ep_walk *walk, const edgeplan_layer *layer)
{
    const ep_parts *parts = walk->blueprint->parts;
    set_layer(walk, layer);
    if (layer->attention != EDGEPLAN_ATTENTION_NONE || layer->recurrent != EDGEPLAN_RECURRENT_NONE)
        add_list(walk, parts->mixer_norm);
    if (layer->attention == EDGEPLAN_ATTENTION_GROUPED)
        add_list(walk, parts->grouped);
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        add_list(walk, parts->latent);
    if (layer->recurrent != EDGEPLAN_RECURRENT_NONE)
        add_list(walk, parts->recurrent);
    if (layer->feed_forward != EDGEPLAN_FEED_FORWARD_NONE)
        add_list(walk, parts->ffn_norm);
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_DENSE)
        add_list(walk, parts->dense);
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS)
        add_list(walk, parts->experts);
    add_list(walk, parts->every_layer);
}

static edgeplan_status fail_recurrent(const ep_draft *draft, size_t index, edgeplan_diagnostics *diagnostics)
{
    char path[32];
    ep_text text;
    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, "layers[");
    ep_text_add_count(&text, index);
    ep_text_add_char(&text, ']');
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, &draft->place, path,
                     "the matrices of a recurrent part do not follow from its state: add the tensors");
}

edgeplan_status ep_tensors_derive(ep_draft *draft, const ep_blueprint *blueprint, edgeplan_diagnostics *diagnostics)
{
    ep_walk walk = {.draft = draft, .blueprint = blueprint, .status = EDGEPLAN_OK};
    for (size_t i = 0; i < draft->layer_count && blueprint->parts->recurrent == NULL; i++)
        if (draft->layers[i].recurrent != EDGEPLAN_RECURRENT_NONE)
            walk.status = fail_recurrent(draft, i, diagnostics);
    if (walk.status != EDGEPLAN_OK)
        return walk.status;
    set_head(&walk);
    add_list(&walk, blueprint->parts->head);
    for (uint64_t i = 0; i < walk.sides[EP_SIDE_ENCODER_LAYERS]; i++)
        add_list(&walk, blueprint->parts->encoder);
    for (size_t i = 0; i < draft->layer_count && walk.status == EDGEPLAN_OK; i++) {
        walk.layer = i + 1;
        add_layer(&walk, &draft->layers[i]);
    }
    return walk.status;
}

int ep_tensor_is_read(const edgeplan_tensor *tensor, const edgeplan_layer *layer)
{
    if (tensor->role == EDGEPLAN_ROLE_ENCODER)
        return 0;
    return layer == NULL || layer->kv_source == 0 ||
           (tensor->role != EDGEPLAN_ROLE_ATTENTION_KEY && tensor->role != EDGEPLAN_ROLE_ATTENTION_VALUE);
}
