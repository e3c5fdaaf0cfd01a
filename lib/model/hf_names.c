/* Sources: parameter names in huggingface/transformers src/transformers/models/.../modeling_*.py; packed layouts in AutoAWQ and
   GPTQModel (qweight, qzeros, scales, g_idx), vllm-project/compressed-tensors (weight_packed, weight_scale, weight_shape, …),
   NVIDIA ModelOpt (weight_scale, weight_scale_2, input_scale), bitsandbytes functional.py (absmax, quant_map, quant_state),
   ml-explore/mlx (scales, biases), openai/gpt-oss (_blocks, _scales). */
#include "model/hf_names.h"

#include <string.h>

#include "base/text.h"

/* ---- Pieces ---- */

/* Stands behind a dot, or behind `_proj_` where all experts of a layer share one tensor. No two end alike at such a place. */
static const struct {
    const char *word;
    ep_hf_piece piece;
} pieces[] = {
    {"weight", EP_HF_WEIGHT},
    {"qweight", EP_HF_COLUMNS},
    {"weight_packed", EP_HF_WEIGHT},
    {"blocks", EP_HF_BLOCKS},
    {"bias", EP_HF_BIAS},
    {"scales", EP_HF_SCALES},
    {"weight_scale", EP_HF_SCALES},
    {"weight_scale_inv", EP_HF_SCALES},
    {"g_idx", EP_HF_INDEX},
    {"weight_g_idx", EP_HF_INDEX},
    {"weight.absmax", EP_HF_ABSMAX},
    {"weight.nested_absmax", EP_HF_AUXILIARY},
    {"weight.quant_map", EP_HF_AUXILIARY},
    {"weight.nested_quant_map", EP_HF_AUXILIARY},
    {"weight.quant_state.bitsandbytes__nf4", EP_HF_AUXILIARY},
    {"weight.quant_state.bitsandbytes__fp4", EP_HF_AUXILIARY},
    {"SCB", EP_HF_AUXILIARY},
    {"weight_format", EP_HF_AUXILIARY},
    {"biases", EP_HF_AUXILIARY},
    {"qzeros", EP_HF_AUXILIARY},
    {"weight_zero_point", EP_HF_AUXILIARY},
    {"weight_shape", EP_HF_AUXILIARY},
    {"weight_scale_2", EP_HF_AUXILIARY},
    {"weight_global_scale", EP_HF_AUXILIARY},
    {"input_scale", EP_HF_AUXILIARY},
    {"input_global_scale", EP_HF_AUXILIARY},
    {"input_zero_point", EP_HF_AUXILIARY},
    {"output_scale", EP_HF_AUXILIARY},
    {"pre_quant_scale", EP_HF_AUXILIARY},
    {"q_scale", EP_HF_AUXILIARY},
    {"k_scale", EP_HF_AUXILIARY},
    {"v_scale", EP_HF_AUXILIARY},
};

static int ends_with(const char *text, size_t length, const char *end)
{
    const size_t size = strlen(end);
    return length >= size && memcmp(text + length - size, end, size) == 0;
}

static int starts_with(const char *text, size_t length, const char *beginning)
{
    const size_t size = strlen(beginning);
    return length >= size && memcmp(text, beginning, size) == 0;
}

ep_hf_piece ep_hf_piece_of(const char *name, size_t *length)
{
    const size_t whole = strlen(name);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const size_t size = strlen(pieces[i].word);
        if (whole <= size + 1 || !ends_with(name, whole, pieces[i].word))
            continue;
        *length = whole - size - 1;
        if (name[*length] == '.' || (name[*length] == '_' && ends_with(name, *length, "_proj")))
            return pieces[i].piece;
    }
    *length = whole;
    return EP_HF_WEIGHT;
}

/* ---- Modules ---- */

typedef struct ep_segment {
    const char *text;
    size_t length;
} ep_segment;

/* In front of the layers, in any order and number. */
static const char *const wrappers[] = {
    "model", "language_model", "text_model", "transformer", "backbone", "decoder", "thinker", "llm",
};
static const char *const layer_lists[] = {"layers", "h", "blocks"};
static const char *const towers[] = {
    "vision_tower", "vision_model", "vision_encoder", "visual", "vision_embed_tokens", "vision_embedder", "embed_vision",
    "audio_tower", "audio_model", "audio_encoder", "embed_audio", "multi_modal_projector", "mm_projector", "projector", "connector",
    "mlp1", "talker", "code2wav", "token2wav",
};
static const char *const next_token[] = {"mtp", "nextn", "mtp_block", "mtp_layers"};

/* By the last parts of a module's name; `#` is a number, `*` the beginning or end of a part. The first that matches counts, so that
   a rule with its context stands before the one without. */
typedef struct ep_role_rule {
    const char *pattern;
    edgeplan_role role;
} ep_role_rule;

static const ep_role_rule layer_rules[] = {
    {"*norm*", EDGEPLAN_ROLE_NORM},
    {"ln_*", EDGEPLAN_ROLE_NORM},
    {"q_proj", EDGEPLAN_ROLE_ATTENTION_QUERY},
    {"k_proj", EDGEPLAN_ROLE_ATTENTION_KEY},
    {"v_proj", EDGEPLAN_ROLE_ATTENTION_VALUE},
    {"qkv_proj", EDGEPLAN_ROLE_ATTENTION_QKV},
    {"query_key_value", EDGEPLAN_ROLE_ATTENTION_QKV},
    {"W_pack", EDGEPLAN_ROLE_ATTENTION_QKV},
    {"o_proj", EDGEPLAN_ROLE_ATTENTION_OUTPUT},
    {"self_attn.out_proj", EDGEPLAN_ROLE_ATTENTION_OUTPUT},
    {"encoder_attn.out_proj", EDGEPLAN_ROLE_ATTENTION_OUTPUT},
    {"q_a_proj", EDGEPLAN_ROLE_ATTENTION_LATENT},
    {"q_b_proj", EDGEPLAN_ROLE_ATTENTION_QUERY},
    {"kv_a_proj_with_mqa", EDGEPLAN_ROLE_ATTENTION_LATENT},
    {"kv_b_proj", EDGEPLAN_ROLE_ATTENTION_LATENT},
    {"eh_proj", EDGEPLAN_ROLE_NEXT_TOKEN},
    {"fc", EDGEPLAN_ROLE_NEXT_TOKEN},
    {"input_proj", EDGEPLAN_ROLE_NEXT_TOKEN},
    {"embed_tokens", EDGEPLAN_ROLE_TOKEN_EMBEDDING},
    {"shared_head.head", EDGEPLAN_ROLE_OUTPUT_HEAD},
    {"sinks", EDGEPLAN_ROLE_BIAS},
    {"rotary_emb.inv_freq", EDGEPLAN_ROLE_CONSTANT},
    {"experts.#.gate_proj", EDGEPLAN_ROLE_EXPERT_GATE},
    {"experts.#.up_proj", EDGEPLAN_ROLE_EXPERT_UP},
    {"experts.#.down_proj", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"experts.#.w1", EDGEPLAN_ROLE_EXPERT_GATE},
    {"experts.#.w3", EDGEPLAN_ROLE_EXPERT_UP},
    {"experts.#.w2", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"experts.gate_up_proj", EDGEPLAN_ROLE_EXPERT_UP},
    {"experts.gate_proj", EDGEPLAN_ROLE_EXPERT_GATE},
    {"experts.up_proj", EDGEPLAN_ROLE_EXPERT_UP},
    {"experts.down_proj", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"switch_mlp.gate_up_proj", EDGEPLAN_ROLE_EXPERT_UP},
    {"switch_mlp.gate_proj", EDGEPLAN_ROLE_EXPERT_GATE},
    {"switch_mlp.up_proj", EDGEPLAN_ROLE_EXPERT_UP},
    {"switch_mlp.fc1", EDGEPLAN_ROLE_EXPERT_UP},
    {"switch_mlp.down_proj", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"switch_mlp.fc2", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"block_sparse_moe.input_linear", EDGEPLAN_ROLE_EXPERT_UP},
    {"block_sparse_moe.output_linear", EDGEPLAN_ROLE_EXPERT_DOWN},
    {"shared_mlp.input_linear", EDGEPLAN_ROLE_SHARED_UP},
    {"shared_mlp.output_linear", EDGEPLAN_ROLE_SHARED_DOWN},
    {"shared_expert*.gate_proj", EDGEPLAN_ROLE_SHARED_GATE},
    {"shared_expert*.up_proj", EDGEPLAN_ROLE_SHARED_UP},
    {"shared_expert*.down_proj", EDGEPLAN_ROLE_SHARED_DOWN},
    {"shared_expert_gate", EDGEPLAN_ROLE_ROUTER},
    {"mlp.gate", EDGEPLAN_ROLE_ROUTER},
    {"mixer.gate", EDGEPLAN_ROLE_ROUTER},
    {"feed_forward.gate", EDGEPLAN_ROLE_ROUTER},
    {"block_sparse_moe.gate", EDGEPLAN_ROLE_ROUTER},
    {"router", EDGEPLAN_ROLE_ROUTER},
    {"router.layer", EDGEPLAN_ROLE_ROUTER},
    {"router.proj", EDGEPLAN_ROLE_ROUTER},
    {"*correction_bias", EDGEPLAN_ROLE_BIAS},
    {"expert_bias", EDGEPLAN_ROLE_BIAS},
    {"gate_up_proj", EDGEPLAN_ROLE_FFN_UP},
    {"gate_proj", EDGEPLAN_ROLE_FFN_GATE},
    {"up_proj", EDGEPLAN_ROLE_FFN_UP},
    {"down_proj", EDGEPLAN_ROLE_FFN_DOWN},
    {"feed_forward.w1", EDGEPLAN_ROLE_FFN_GATE},
    {"feed_forward.w3", EDGEPLAN_ROLE_FFN_UP},
    {"feed_forward.w2", EDGEPLAN_ROLE_FFN_DOWN},
    {"fc1", EDGEPLAN_ROLE_FFN_UP},
    {"fc2", EDGEPLAN_ROLE_FFN_DOWN},
    {"conv1d", EDGEPLAN_ROLE_CONVOLUTION},
    {"conv.conv", EDGEPLAN_ROLE_CONVOLUTION},
    {"in_proj_qkv*", EDGEPLAN_ROLE_ATTENTION_QKV}, /* of linear attention, as llama.cpp names it */
    {"in_proj*", EDGEPLAN_ROLE_RECURRENT},
    {"out_proj", EDGEPLAN_ROLE_RECURRENT},
    {"x_proj", EDGEPLAN_ROLE_RECURRENT},
    {"dt_proj", EDGEPLAN_ROLE_RECURRENT},
    {"A_log", EDGEPLAN_ROLE_BIAS},
    {"D", EDGEPLAN_ROLE_BIAS},
    {"dt_bias", EDGEPLAN_ROLE_BIAS},
};

static const ep_role_rule head_rules[] = {
    {"*norm*", EDGEPLAN_ROLE_NORM},
    {"ln_f", EDGEPLAN_ROLE_NORM},
    {"embed_tokens", EDGEPLAN_ROLE_TOKEN_EMBEDDING},
    {"wte", EDGEPLAN_ROLE_TOKEN_EMBEDDING},
    {"embeddings", EDGEPLAN_ROLE_TOKEN_EMBEDDING},
    {"word_embeddings", EDGEPLAN_ROLE_TOKEN_EMBEDDING},
    {"embed_tokens_per_layer", EDGEPLAN_ROLE_PER_LAYER_EMBEDDING},
    {"embed_positions", EDGEPLAN_ROLE_OTHER},
    {"lm_head", EDGEPLAN_ROLE_OUTPUT_HEAD},
    {"embed_out", EDGEPLAN_ROLE_OUTPUT_HEAD},
    {"proj_out", EDGEPLAN_ROLE_OUTPUT_HEAD},
};

/* The part that begins at *at, which then stands behind it; an empty one at the end. */
static ep_segment next_segment(const char *name, size_t length, size_t *at)
{
    const ep_segment segment = {name + *at, 0};
    const char *dot = memchr(segment.text, '.', length - *at);
    const size_t size = dot != NULL ? (size_t)(dot - segment.text) : length - *at;
    *at += size + (dot != NULL);
    return (ep_segment){segment.text, size};
}

static int is_one_of(ep_segment segment, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ep_equal_n(segment.text, segment.length, words[i]))
            return 1;
    return 0;
}

#define IS_ONE_OF(segment, words) is_one_of(segment, words, sizeof words / sizeof words[0])

/* Up to 9 digits: no model has more layers or experts. */
static int read_number(ep_segment segment, uint64_t *out)
{
    *out = 0;
    if (segment.length == 0 || segment.length > 9)
        return 0;
    for (size_t i = 0; i < segment.length; i++) {
        if (segment.text[i] < '0' || segment.text[i] > '9')
            return 0;
        *out = *out * 10 + (uint64_t)(segment.text[i] - '0');
    }
    return 1;
}

/* One part of a name against one of a pattern, both without dots. */
static int part_matches(ep_segment part, ep_segment pattern)
{
    uint64_t number;
    if (pattern.length == 1 && pattern.text[0] == '#')
        return read_number(part, &number);
    const int open_start = pattern.text[0] == '*', open_end = pattern.text[pattern.length - 1] == '*';
    const ep_segment core = {pattern.text + open_start, pattern.length - (size_t)open_start - (size_t)open_end};
    if (part.length < core.length)
        return 0;
    const size_t last = part.length - core.length;
    for (size_t at = open_start && !open_end ? last : 0; at <= (open_start ? last : 0); at++)
        if (memcmp(part.text + at, core.text, core.length) == 0 && (open_end || at == last))
            return 1;
    return 0;
}

/* Takes the last part off. */
static ep_segment last_part(ep_segment *name)
{
    size_t begin = name->length;
    while (begin > 0 && name->text[begin - 1] != '.')
        begin--;
    const ep_segment part = {name->text + begin, name->length - begin};
    name->length = begin > 0 ? begin - 1 : 0;
    return part;
}

static int matches(ep_segment name, const char *pattern)
{
    ep_segment rest = {pattern, strlen(pattern)};
    while (rest.length > 0) {
        if (name.length == 0 || !part_matches(last_part(&name), last_part(&rest)))
            return 0;
    }
    return 1;
}

static void find_role(ep_segment name, const ep_role_rule *rules, size_t count, ep_hf_module *module)
{
    for (size_t i = 0; i < count; i++) {
        if (!matches(name, rules[i].pattern))
            continue;
        module->role = rules[i].role;
        module->is_expert = strchr(rules[i].pattern, '#') != NULL;
        module->is_known = 1;
        return;
    }
}

#define FIND_ROLE(name, rules, module) find_role(name, rules, sizeof rules / sizeof rules[0], module)

/* `mtp.layers.0.…`, `mtp_layers.0.…`, or what there is once: `mtp.fc`. */
static void read_next_token(const char *name, size_t length, size_t at, ep_hf_module *module)
{
    uint64_t number = 0;
    size_t begin = at;
    ep_segment segment = next_segment(name, length, &at);
    if (IS_ONE_OF(segment, layer_lists)) {
        begin = at;
        segment = next_segment(name, length, &at);
    }
    if (read_number(segment, &number))
        begin = at;
    module->part = EP_HF_NEXT_TOKEN;
    module->layer = number + 1;
    FIND_ROLE(((ep_segment){name + begin, length - begin}), layer_rules, module);
}

ep_hf_module ep_hf_module_of(const char *name, size_t length)
{
    ep_hf_module module = {.role = EDGEPLAN_ROLE_OTHER};
    size_t at = 0, begin = 0;
    uint64_t number = 0;
    ep_segment segment = next_segment(name, length, &at);
    while (at < length && IS_ONE_OF(segment, wrappers)) {
        begin = at;
        segment = next_segment(name, length, &at);
    }
    if (IS_ONE_OF(segment, towers)) {
        module.part = EP_HF_TOWER;
        return module;
    }
    if (IS_ONE_OF(segment, next_token)) {
        read_next_token(name, length, at, &module);
        return module;
    }
    if (ep_equal_n(segment.text, segment.length, "encoder")) {
        module.role = EDGEPLAN_ROLE_ENCODER;
        module.is_known = 1;
        return module;
    }
    if (IS_ONE_OF(segment, layer_lists) && read_number(next_segment(name, length, &at), &number)) {
        module.layer = number + 1;
        module.is_self = starts_with(name + at, length - at, "self_attn") ? 1u : 0u;
        FIND_ROLE(((ep_segment){name + at, length - at}), layer_rules, &module);
        return module;
    }
    FIND_ROLE(((ep_segment){name + begin, length - begin}), head_rules, &module);
    return module;
}
