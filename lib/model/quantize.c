#include "model/quantize.h"

#include "base/checked.h"
#include "base/text.h"
#include "model/element.h"
#include "model/quantize_table.h"

/* Never quantized: the converter writes these as F32 and llama-quantize leaves them. */
#define EP_CATEGORY_KEPT EP_CATEGORY_COUNT
/* Converted to F16 and left so, by name: tensor_allows_quantization in src/llama-quant.cpp of llama.cpp v0.5.0. */
#define EP_CATEGORY_CONVERTED (EP_CATEGORY_COUNT + 1)

enum { MOST_RULES = 32 }; /* of one file type */

typedef struct ep_mix {
    const edgeplan_model *model;
    uint32_t file_type;
    uint32_t imatrix;
    uint32_t fixed;        /* conditions that hold for the whole file */
    uint32_t experts;      /* most of any layer */
    uint32_t attention_v;  /* attn_v-like tensors */
    uint32_t tied;
    uint32_t ruled;        /* set of categories that some rule is about */
    uint32_t ordinals[EP_CATEGORY_COUNT];
    const ep_mix_rule *rules[MOST_RULES]; /* of the file type, in their order */
    const ep_mix_rule *posts[MOST_RULES]; /* that change what they chose */
    size_t rule_count, post_count;
} ep_mix;

static const uint8_t categories[] = { /* by role; any other is EP_CATEGORY_OTHER */
    [EDGEPLAN_ROLE_TOKEN_EMBEDDING] = EP_CATEGORY_EMBD,
    [EDGEPLAN_ROLE_OUTPUT_HEAD] = EP_CATEGORY_OUT,
    [EDGEPLAN_ROLE_PER_LAYER_EMBEDDING] = EP_CATEGORY_EMBD,
    [EDGEPLAN_ROLE_OTHER] = EP_CATEGORY_CONVERTED,
    [EDGEPLAN_ROLE_ENCODER] = EP_CATEGORY_CONVERTED,
    [EDGEPLAN_ROLE_NORM] = EP_CATEGORY_KEPT,
    [EDGEPLAN_ROLE_BIAS] = EP_CATEGORY_KEPT,
    [EDGEPLAN_ROLE_ROUTER] = EP_CATEGORY_KEPT,
    [EDGEPLAN_ROLE_CONVOLUTION] = EP_CATEGORY_KEPT,
    [EDGEPLAN_ROLE_ATTENTION_QUERY] = EP_CATEGORY_Q,
    [EDGEPLAN_ROLE_ATTENTION_KEY] = EP_CATEGORY_K,
    [EDGEPLAN_ROLE_ATTENTION_VALUE] = EP_CATEGORY_V,
    [EDGEPLAN_ROLE_ATTENTION_QKV] = EP_CATEGORY_V,
    [EDGEPLAN_ROLE_ATTENTION_OUTPUT] = EP_CATEGORY_O,
    [EDGEPLAN_ROLE_FFN_GATE] = EP_CATEGORY_GATE,
    [EDGEPLAN_ROLE_FFN_UP] = EP_CATEGORY_UP,
    [EDGEPLAN_ROLE_FFN_DOWN] = EP_CATEGORY_DOWN,
    [EDGEPLAN_ROLE_EXPERT_GATE] = EP_CATEGORY_GATE,
    [EDGEPLAN_ROLE_EXPERT_UP] = EP_CATEGORY_UP,
    [EDGEPLAN_ROLE_EXPERT_DOWN] = EP_CATEGORY_DOWN,
    [EDGEPLAN_ROLE_SHARED_GATE] = EP_CATEGORY_GATE,
    [EDGEPLAN_ROLE_SHARED_UP] = EP_CATEGORY_UP,
    [EDGEPLAN_ROLE_SHARED_DOWN] = EP_CATEGORY_DOWN,
};

uint32_t ep_quantize_file_type(const char *name)
{
    for (uint32_t i = 1; name != NULL && i < EP_FILE_COUNT; i++)
        if (ep_equal(ep_mix_files[i].name, name))
            return i;
    return 0;
}

const char *ep_quantize_file_type_name(uint32_t file_type)
{
    return file_type >= 1 && file_type < EP_FILE_COUNT ? ep_mix_files[file_type].name : "";
}

uint32_t ep_quantize_needs_imatrix(uint32_t file_type)
{
    return file_type >= 1 && file_type < EP_FILE_COUNT && ep_mix_files[file_type].imatrix;
}

/* RWKV's networks are called channel_mix, which no rule names. */
static int is_of_rwkv(const edgeplan_model *model, const edgeplan_tensor *tensor)
{
    return tensor->layer != 0 && model->layers[tensor->layer - 1].recurrent == EDGEPLAN_RECURRENT_RWKV;
}

/* What expands a latent vector before keys and values are cached is taken as values; cached latent it is two tensors that no rule names. */
static int expands(const edgeplan_model *model, const edgeplan_tensor *tensor)
{
    return tensor->role == EDGEPLAN_ROLE_ATTENTION_LATENT && tensor->columns != model->head.hidden_width &&
           model->layers[tensor->layer - 1].attention == EDGEPLAN_ATTENTION_GROUPED;
}

static uint32_t category_of(const edgeplan_model *model, const edgeplan_tensor *tensor)
{
    if (ep_mul(tensor->rows, tensor->slices) <= 1)
        return EP_CATEGORY_KEPT; /* one dimension */
    if (expands(model, tensor))
        return EP_CATEGORY_V;
    const uint32_t category = tensor->role < sizeof categories ? categories[tensor->role] : EP_CATEGORY_OTHER;
    if (category >= EP_CATEGORY_V && category < EP_CATEGORY_COUNT && is_of_rwkv(model, tensor))
        return EP_CATEGORY_OTHER;
    return category;
}

static int more(uint64_t index, uint64_t count)
{
    const uint64_t eighth = count / 8;
    return index < eighth || index >= 7 * count / 8 || (index - eighth) % 3 == 2;
}

static uint32_t is_70b(const edgeplan_model *model)
{
    const edgeplan_layer *first = &model->layers[0];
    for (size_t i = 0; i < ep_mix_70b_count; i++) {
        const ep_mix_size *size = &ep_mix_70b[i];
        if (ep_equal(size->family, model->family) && size->layers == model->layer_count &&
            (size->grouped == 0 || first->query_heads != first->kv_heads))
            return EP_IF_SIZE_70B;
    }
    return 0;
}

/* What holds for the whole file is settled here, once. */
static int is_for(const ep_mix *mix, const ep_mix_rule *rule)
{
    if (rule->when & EP_MIX_OF_FILE & ~mix->fixed)
        return 0;
    return rule->file_type == mix->file_type || rule->file_type == EP_MIX_ANY ||
           (rule->file_type == EP_MIX_NOT_LOW && !ep_mix_files[mix->file_type].low);
}

static size_t select_rules(ep_mix *mix, const ep_mix_rule *all, size_t count, const ep_mix_rule **out)
{
    size_t selected = 0;
    for (size_t i = 0; i < count && selected < MOST_RULES; i++) {
        if (!is_for(mix, &all[i]))
            continue;
        mix->ruled |= all[i].category == EP_CATEGORY_BODY ? ~(1u << EP_CATEGORY_OUT) : 1u << all[i].category;
        out[selected++] = &all[i];
    }
    return selected;
}

/* `kinds` gets the category of each tensor. */
static void start(ep_mix *mix, uint32_t *kinds)
{
    const edgeplan_model *model = mix->model;
    const edgeplan_layer *first = &model->layers[0];
    const ep_mix_file *file = &ep_mix_files[mix->file_type];
    mix->tied = 1;
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        kinds[i] = category_of(model, &model->tensors[i]);
        mix->attention_v += kinds[i] == EP_CATEGORY_V;
        if (model->tensors[i].role == EDGEPLAN_ROLE_OUTPUT_HEAD)
            mix->tied = 0;
    }
    for (uint32_t i = 0; i < model->layer_count; i++)
        if (model->layers[i].feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS)
            mix->experts = (uint32_t)ep_max(mix->experts, model->layers[i].experts);
    /* A first layer without KV heads counts as no grouping: llama-hparams.cpp. */
    if (model->layer_count != 0 && first->kv_heads != 0 && first->query_heads / first->kv_heads >= 4)
        mix->fixed |= EP_IF_GQA_4;
    mix->fixed |= mix->experts >= 4 ? EP_IF_EXPERTS_4 : 0;
    mix->fixed |= mix->experts == 8 ? EP_IF_EXPERTS_8 : EP_IF_NOT_EXPERTS_8;
    mix->fixed |= mix->imatrix ? EP_IF_IMATRIX : EP_IF_NO_IMATRIX;
    mix->fixed |= ep_equal(model->family, ep_mix_falcon) ? EP_IF_FALCON : EP_IF_NOT_FALCON;
    mix->fixed |= file->type != EDGEPLAN_ELEMENT_Q8_0 ? EP_IF_DEFAULT_NOT_Q8_0 : 0;
    mix->fixed |= is_70b(model);
    mix->rule_count = select_rules(mix, ep_mix_select, ep_mix_select_count, mix->rules);
    mix->post_count = select_rules(mix, ep_mix_post, ep_mix_post_count, mix->posts);
}

static int is_ragged(uint32_t type, const edgeplan_tensor *tensor)
{
    const ep_block_size block = ep_element_block(type);
    return block.elements != 0 && tensor->columns % block.elements != 0;
}

static uint32_t conditions(const ep_mix *mix, const edgeplan_tensor *tensor, uint32_t ordinal)
{
    const uint64_t layers = mix->model->layer_count;
    const uint64_t index = mix->experts > 1 && tensor->layer != 0 ? tensor->layer - 1 : ordinal;
    uint32_t holds = mix->fixed;
    holds |= tensor->slices > 1 ? EP_IF_STACKED : 0;
    holds |= is_ragged(ep_mix_files[mix->file_type].type, tensor) ? EP_IF_RAGGED : 0;
    holds |= ordinal < 2 ? EP_IF_ORDINAL_2 : 0;
    holds |= ordinal < 4 ? EP_IF_ORDINAL_4 : 0;
    holds |= ordinal < layers / 8 ? EP_IF_ORDINAL_EIGHTH : 0;
    holds |= more(ordinal, mix->attention_v) ? EP_IF_ORDINAL_MORE : 0;
    holds |= index < layers / 8 ? EP_IF_INDEX_EIGHTH : 0;
    holds |= index < layers / 16 ? EP_IF_INDEX_SIXTEENTH : 0;
    holds |= index >= layers / 8 && index < 7 * layers / 8 ? EP_IF_INDEX_MIDDLE : 0;
    holds |= more(index, layers) ? EP_IF_INDEX_MORE : 0;
    return holds;
}

static int applies(const ep_mix_rule *rule, uint32_t category, uint32_t holds)
{
    const int kind = rule->category == category || (rule->category == EP_CATEGORY_BODY && category != EP_CATEGORY_OUT);
    return kind && (rule->when & ~holds) == 0;
}

static uint32_t choose(const ep_mix *mix, uint32_t category, uint32_t holds)
{
    uint32_t type = ep_mix_files[mix->file_type].type;
    for (size_t i = 0; i < mix->rule_count; i++) {
        if (applies(mix->rules[i], category, holds)) {
            type = mix->rules[i]->type;
            break;
        }
    }
    for (size_t i = 0; i < mix->post_count; i++) {
        uint32_t current = type == EDGEPLAN_ELEMENT_Q3_K ? EP_IF_CURRENT_Q3_K : 0;
        current |= type == EDGEPLAN_ELEMENT_Q4_K ? EP_IF_CURRENT_Q4_K : 0;
        if (applies(mix->posts[i], category, holds | current))
            type = mix->posts[i]->type;
    }
    return type;
}

/* A type whose block is small already has no fallback and becomes F16; a wider block without one is an error. */
static edgeplan_status fall_back(const edgeplan_tensor *tensor, uint32_t *type)
{
    if (!is_ragged(*type, tensor))
        return EDGEPLAN_OK;
    uint32_t to = ep_element_block(*type).elements <= EP_MIX_SMALL_BLOCK ? *type : EDGEPLAN_ELEMENT_NONE;
    for (size_t i = 0; i < ep_mix_fallback_count; i++)
        if (ep_mix_fallbacks[i].from == *type)
            to = ep_mix_fallbacks[i].to;
    if (to == EDGEPLAN_ELEMENT_NONE)
        return EDGEPLAN_ERROR_RANGE;
    *type = is_ragged(to, tensor) ? EDGEPLAN_ELEMENT_F16 : to;
    return EDGEPLAN_OK;
}

edgeplan_status ep_quantize_types(const edgeplan_model *model, uint32_t file_type, uint32_t imatrix, uint32_t *types)
{
    if (model == NULL || types == NULL || file_type < 1 || file_type >= EP_FILE_COUNT)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    ep_mix mix = {.model = model, .file_type = file_type, .imatrix = imatrix};
    const int is_float = ep_element_block(ep_mix_files[file_type].type).elements == 1;
    start(&mix, types);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        const uint32_t category = types[i] == EP_CATEGORY_EMBD && mix.tied ? EP_CATEGORY_OUT : types[i];
        if (category == EP_CATEGORY_KEPT) {
            types[i] = EDGEPLAN_ELEMENT_F32;
        } else if (is_float) {
            types[i] = ep_mix_files[file_type].type;
        } else if (category == EP_CATEGORY_CONVERTED) {
            types[i] = EDGEPLAN_ELEMENT_F16;
        } else {
            const uint32_t ordinal = mix.ordinals[category]++;
            types[i] = mix.ruled >> category & 1 ? choose(&mix, category, conditions(&mix, tensor, ordinal))
                                                 : ep_mix_files[file_type].type;
            const edgeplan_status status = fall_back(tensor, &types[i]);
            if (status != EDGEPLAN_OK)
                return status;
        }
    }
    return EDGEPLAN_OK;
}
