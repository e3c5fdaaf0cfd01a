/* Sources: huggingface/transformers configuration_*.py and modeling_*.py under src/transformers/models (defaults, biases,
   norms), v4.55 to 5.0; checked to the parameter against published totals (reference/models.csv). */
#include "model/family.h"

#include "base/text.h"

#define EP_BIAS_ATTENTION (EP_BIAS_QKV | EP_BIAS_OUTPUT)
#define END {EP_KEY_COUNT, 0}

static const ep_traits llama = {.norms = 2};
static const ep_traits qkv_bias = {.norms = 2, .biases = EP_BIAS_QKV};
static const ep_traits head_norm = {.norms = 2, .qk_norm = EP_QK_NORM_HEAD};
static const ep_traits full_norm = {.norms = 2, .qk_norm = EP_QK_NORM_FULL};
static const ep_traits fused = {.norms = 2, .fused = EP_FUSED_QKV | EP_FUSED_GATE_UP};
static const ep_traits gemma2 = {.norms = 4};
static const ep_traits gemma3 = {.norms = 4, .qk_norm = EP_QK_NORM_HEAD};
static const ep_traits gpt_oss = {.norms = 2, .biases = EP_BIAS_ROUTER | EP_BIAS_EXPERTS, .sinks = 1};

static const ep_family_default untied[] = {{EP_KEY_TIED, 0}, END};
static const ep_family_default tied[] = {{EP_KEY_TIED, 1}, END};
static const ep_family_default qwen2_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_USE_WINDOW, 0}, {EP_KEY_WINDOW_FIRST, 28}, END};
static const ep_family_default qwen_moe_defaults[] = {{EP_KEY_TIED, 0},         {EP_KEY_USE_WINDOW, 0}, {EP_KEY_WINDOW_FIRST, 28},
                                                      {EP_KEY_SPARSE_STEP, 1}, END};
static const ep_family_default gemma_defaults[] = {{EP_KEY_TIED, 1}, {EP_KEY_HEAD_WIDTH, 256}, END};
static const ep_family_default gemma2_defaults[] = {{EP_KEY_TIED, 1},         {EP_KEY_HEAD_WIDTH, 256},   {EP_KEY_KV_HEADS, 4},
                                                    {EP_KEY_WINDOW, 4096},    {EP_KEY_WINDOW_PERIOD, 2},  {EP_KEY_CONTEXT, 8192},
                                                    {EP_KEY_VOCABULARY, 256000}, END};
/* The multimodal files of Gemma 3 write only what differs from their class. */
static const ep_family_default gemma3_defaults[] = {{EP_KEY_TIED, 1},         {EP_KEY_HEAD_WIDTH, 256},  {EP_KEY_HEADS, 8},
                                                    {EP_KEY_KV_HEADS, 4},     {EP_KEY_WINDOW, 4096},     {EP_KEY_WINDOW_PERIOD, 6},
                                                    {EP_KEY_CONTEXT, 131072}, {EP_KEY_VOCABULARY, 262208}, END};
static const ep_family_default gpt_oss_defaults[] = {{EP_KEY_TIED, 0},       {EP_KEY_ATTENTION_BIAS, 1}, {EP_KEY_HEAD_WIDTH, 64},
                                                     {EP_KEY_KV_HEADS, 8},   {EP_KEY_WINDOW, 128},       {EP_KEY_WINDOW_PERIOD, 2}, END};
static const ep_family_default olmo3_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_WINDOW, 4096}, {EP_KEY_WINDOW_PERIOD, 4}, END};

static const ep_family families[] = {
    {"llama", "llama", &llama, EP_BIAS_ATTENTION, EP_BIAS_FFN, EP_WINDOW_NEVER, EP_EXPERTS_NONE, untied},
    {"mistral", "mistral", &llama, 0, 0, EP_WINDOW_EVERY, EP_EXPERTS_NONE, untied},
    {"ministral3", "ministral3", &llama, 0, 0, EP_WINDOW_EVERY, EP_EXPERTS_NONE, untied},
    {"mixtral", "mixtral", &llama, 0, 0, EP_WINDOW_EVERY, EP_EXPERTS_EVERY, untied},
    {"qwen2", "qwen2", &qkv_bias, 0, 0, EP_WINDOW_LATE, EP_EXPERTS_NONE, qwen2_defaults},
    {"qwen2_moe", "qwen2_moe", &qkv_bias, 0, 0, EP_WINDOW_LATE, EP_EXPERTS_SOME, qwen_moe_defaults},
    {"qwen3", "qwen3", &head_norm, EP_BIAS_ATTENTION, 0, EP_WINDOW_LATE, EP_EXPERTS_NONE, qwen2_defaults},
    {"qwen3_moe", "qwen3_moe", &head_norm, EP_BIAS_ATTENTION, 0, EP_WINDOW_LATE, EP_EXPERTS_SOME, qwen_moe_defaults},
    {"qwen3_vl_text", "qwen3_vl", &head_norm, EP_BIAS_ATTENTION, 0, EP_WINDOW_NEVER, EP_EXPERTS_NONE, untied},
    {"phi3", "phi3", &fused, 0, 0, EP_WINDOW_EVERY, EP_EXPERTS_NONE, untied},
    {"gemma", "gemma", &llama, EP_BIAS_ATTENTION, 0, EP_WINDOW_NEVER, EP_EXPERTS_NONE, gemma_defaults},
    {"gemma2", "gemma2", &gemma2, EP_BIAS_ATTENTION, 0, EP_WINDOW_PERIOD, EP_EXPERTS_NONE, gemma2_defaults},
    {"gemma3_text", "gemma3", &gemma3, EP_BIAS_ATTENTION, 0, EP_WINDOW_PERIOD, EP_EXPERTS_NONE, gemma3_defaults},
    {"gemma3", "gemma3", &gemma3, EP_BIAS_ATTENTION, 0, EP_WINDOW_PERIOD, EP_EXPERTS_NONE, gemma3_defaults},
    {"gpt_oss", "gpt-oss", &gpt_oss, EP_BIAS_ATTENTION, 0, EP_WINDOW_PERIOD, EP_EXPERTS_EVERY, gpt_oss_defaults},
    {"smollm3", "smollm3", &llama, EP_BIAS_ATTENTION, EP_BIAS_FFN, EP_WINDOW_NEVER, EP_EXPERTS_NONE, tied},
    {"olmo2", "olmo2", &full_norm, EP_BIAS_ATTENTION, 0, EP_WINDOW_NEVER, EP_EXPERTS_NONE, untied},
    {"olmo3", "olmo3", &full_norm, EP_BIAS_ATTENTION, 0, EP_WINDOW_PERIOD, EP_EXPERTS_NONE, olmo3_defaults},
    {"granite", "granite", &llama, EP_BIAS_ATTENTION, EP_BIAS_FFN, EP_WINDOW_NEVER, EP_EXPERTS_NONE, untied},
};

const ep_family *ep_family_find(const char *model_type)
{
    for (size_t i = 0; model_type != NULL && i < sizeof families / sizeof families[0]; i++)
        if (ep_equal(families[i].model_type, model_type))
            return &families[i];
    return NULL;
}

int ep_family_default_of(const ep_family *family, ep_key key, uint64_t *out)
{
    for (const ep_family_default *item = family->defaults; item->key != EP_KEY_COUNT; item++) {
        if (item->key == key) {
            *out = item->value;
            return 1;
        }
    }
    return 0;
}
