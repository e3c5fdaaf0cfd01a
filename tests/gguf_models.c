#include "gguf_models.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Dimensions: config.json of each model on huggingface.co. Totals: the safetensors totals shown there, of the text model; for Falcon-H1 and
   Mamba-2, where none is shown, the sum over the dimensions. */
const gguf_model gguf_models[] = {
    {"llama-3.1-8b", "llama", 32, 4096, 14336, 32, 8, 128, 128, 128256, 131072, .rope_factors = 1, .parameters = 8030261248},
    {"llama-3.2-1b", "llama", 16, 2048, 8192, 32, 8, 64, 64, 128256, 131072, .tied = 1, .rope_factors = 1, .parameters = 1235814400},
    {"mixtral-8x7b", "llama", 32, 4096, 14336, 32, 8, 128, 128, 32000, 32768, .experts = 8, .experts_used = 2, .expert_ffn = 14336,
     .parameters = 46702792704},
    {"qwen2.5-0.5b", "qwen2", 24, 896, 4864, 14, 2, 64, 64, 151936, 32768, .tied = 1, .qkv_bias = 1, .parameters = 494032768},
    {"qwen3-0.6b", "qwen3", 28, 1024, 3072, 16, 8, 128, 128, 151936, 40960, .tied = 1, .head_norms = 1, .parameters = 596049920},
    {"qwen3-30b-a3b", "qwen3moe", 48, 2048, 6144, 32, 4, 128, 128, 151936, 40960, .head_norms = 1, .experts = 128, .experts_used = 8,
     .expert_ffn = 768, .parameters = 30532122624},
    {"gemma-2-2b", "gemma2", 26, 2304, 9216, 8, 4, 256, 256, 256000, 8192, .tied = 1, .four_norms = 1, .window = 4096,
     .parameters = 2614341888},
    {"gemma-3-1b", "gemma3", 26, 1152, 6912, 4, 1, 256, 256, 262144, 32768, .tied = 1, .four_norms = 1, .head_norms = 1, .window = 512,
     .period = 6, .parameters = 999885952},
    {"gpt-oss-20b", "gpt-oss", 24, 2880, 2880, 64, 8, 64, 64, 201088, 131072, .qkv_bias = 1, .output_bias = 1, .sinks = 1, .experts = 32,
     .experts_used = 4, .expert_ffn = 2880, .expert_bias = 1, .window = 128, .parameters = 20914757184},
    {"phi-3.5-mini", "phi3", 32, 3072, 8192, 32, 32, 96, 96, 32064, 131072, .fused = 1, .rope_factors = 2, .window = 262144,
     .parameters = 3821079552},
    {"olmo-2-7b", "olmo2", 32, 4096, 11008, 32, 32, 128, 128, 100352, 4096, .full_norms = 1, .parameters = 7298617344},
    {"granite-4.1-3b", "granite", 40, 2560, 8192, 40, 8, 64, 64, 100352, 131072, .tied = 1, .parameters = 3402836480},
    {"deepseek-v2-lite", "deepseek2", 27, 2048, 10944, 16, 16, 192, 128, 102400, 163840, .experts = 64, .experts_used = 6,
     .expert_ffn = 1408, .shared_ffn = 2816, .dense_lead = 1, .latent = 512, .rope = 64, .parameters = 15706484224},
    {"lfm2-1.2b", "lfm2", 16, 2048, 8192, 32, 8, 64, 64, 65536, 128000, .tied = 1, .head_norms = 1, .attends = "RRFRRFRRFRFRFRFR",
     .short_kernel = 3, .parameters = 1170340608},
    {"granite-4.0-h-tiny", "granitehybrid", 40, 1536, 512, 12, 4, 128, 128, 100352, 131072, .tied = 1, .experts = 64, .experts_used = 6,
     .expert_ffn = 512, .shared_ffn = 1024, .attends = "RRRRRFRRRR", .inner = 3072, .state = 128, .kernel = 4, .cells = 48, .groups = 1,
     .parameters = 6939037248},
    {"falcon-h1-0.5b", "falcon-h1", 36, 1024, 2048, 8, 2, 64, 64, 32784, 16384, .attends = "B", .inner = 1536, .state = 128, .kernel = 4,
     .cells = 24, .groups = 1, .parameters = 521411104},
    {"falcon-mamba-7b", "mamba", 64, 4096, 0, 0, 0, 0, 0, 65024, 1048576, .attends = "R", .inner = 8192, .state = 16, .kernel = 4,
     .cells = 256, .parameters = 7272665088},
    {"mamba2-1.3b", "mamba2", 48, 2048, 0, 0, 0, 0, 0, 50288, 1048576, .tied = 1, .attends = "R", .inner = 4096, .state = 128, .kernel = 4,
     .cells = 64, .groups = 1, .parameters = 1343757312},
    {"nemotron-nano-9b-v2", "nemotron_h", 56, 4480, 15680, 40, 8, 128, 128, 131072, 131072,
     .attends = "RDRDRDRRDRDRDRFDRDRDRFDRDRDRDRFDRDRDRDRFDRDRRDRDRDRDRDRD", .inner = 10240, .state = 128, .kernel = 4, .cells = 128,
     .groups = 8, .parameters = 8888227328},
    {"qwen3-coder-next", "qwen3next", 48, 2048, 5120, 16, 2, 256, 256, 151936, 262144, .head_norms = 1, .gated = 1, .experts = 512,
     .experts_used = 10, .expert_ffn = 512, .shared_ffn = 512, .attends = "RRRF", .inner = 4096, .state = 128, .kernel = 4, .cells = 32,
     .groups = 16, .parameters = 79674391296},
    /* 27,781,427,952 with 424,699,392 of the layer that predicts the token after next and 460,730,096 of the vision tower. */
    {"qwen3.5-27b", "qwen35", 64, 5120, 17408, 24, 4, 256, 256, 248320, 262144, .head_norms = 1, .gated = 1, .attends = "RRRF",
     .inner = 6144, .state = 128, .kernel = 4, .cells = 48, .groups = 16, .parameters = 26895998464},
};

const size_t gguf_model_count = sizeof gguf_models / sizeof gguf_models[0];

const gguf_model *gguf_model_find(const char *name)
{
    for (size_t i = 0; i < gguf_model_count; i++)
        if (strcmp(gguf_models[i].name, name) == 0)
            return &gguf_models[i];
    return NULL;
}

static int is(const gguf_model *m, const char *arch)
{
    return strcmp(m->arch, arch) == 0;
}

static char part(const gguf_model *m, uint32_t layer)
{
    return m->attends == NULL ? 'F' : m->attends[layer % strlen(m->attends)];
}

/* ---- Keys ---- */

static void key(gguf_writer *w, const gguf_model *m, const char *name, uint32_t value)
{
    char full[128];

    snprintf(full, sizeof full, "%s.%s", m->arch, name);
    gguf_key_u32(w, full, value);
}

static void key_by_layer(gguf_writer *w, const gguf_model *m, const char *name, uint32_t value, char where)
{
    uint32_t values[256];
    char full[128];

    for (uint32_t i = 0; i < m->layers; i++)
        values[i] = part(m, i) == where ? value : 0;
    snprintf(full, sizeof full, "%s.%s", m->arch, name);
    gguf_key_list(w, full, GGUF_I32, values, m->layers);
}

static void write_attention_keys(gguf_writer *w, const gguf_model *m)
{
    key(w, m, "attention.head_count", m->heads);
    if (m->heads == 0)
        return;
    if (m->latent != 0) {
        key(w, m, "attention.head_count_kv", 1);
        key(w, m, "attention.key_length", m->latent + m->rope);
        key(w, m, "attention.value_length", m->latent);
        key(w, m, "attention.key_length_mla", m->key);
        key(w, m, "attention.value_length_mla", m->value);
        key(w, m, "attention.kv_lora_rank", m->latent);
        key(w, m, "rope.dimension_count", m->rope);
        return;
    }
    if (m->attends != NULL && m->attends[0] != 'B' && !m->gated)
        key_by_layer(w, m, "attention.head_count_kv", m->kv_heads, 'F');
    else
        key(w, m, "attention.head_count_kv", m->kv_heads);
    if (m->hidden != m->heads * m->key) {
        key(w, m, "attention.key_length", m->key);
        key(w, m, "attention.value_length", m->value);
    }
}

static void write_keys(gguf_writer *w, const gguf_model *m, uint64_t tokens)
{
    gguf_key_text(w, "general.architecture", m->arch);
    gguf_key_text(w, "general.name", m->name);
    gguf_key_u32(w, "general.file_type", m->type == 8 ? 7 : 1);
    key(w, m, "block_count", m->layers);
    key(w, m, "context_length", m->context);
    key(w, m, "embedding_length", m->hidden);
    if (is(m, "nemotron_h"))
        key_by_layer(w, m, "feed_forward_length", m->ffn, 'D');
    else
        key(w, m, "feed_forward_length", m->ffn);
    write_attention_keys(w, m);
    if (m->window != 0)
        key(w, m, "attention.sliding_window", m->window);
    if (m->period != 0)
        key(w, m, "attention.sliding_window_pattern", m->period);
    if (m->experts != 0) {
        key(w, m, "expert_count", m->experts);
        key(w, m, "expert_used_count", m->experts_used);
        key(w, m, "expert_feed_forward_length", m->expert_ffn);
    }
    if (m->inner != 0) {
        key(w, m, "ssm.conv_kernel", m->kernel);
        key(w, m, "ssm.inner_size", m->inner);
        key(w, m, "ssm.state_size", m->state);
        key(w, m, "ssm.time_step_rank", m->cells);
        if (m->groups != 0)
            key(w, m, "ssm.group_count", m->groups);
    }
    if (m->short_kernel != 0)
        key(w, m, "shortconv.l_cache", m->short_kernel);
    gguf_key_text(w, "tokenizer.ggml.model", "gpt2");
    if (tokens != 0)
        gguf_key_texts(w, "tokenizer.ggml.tokens", tokens, 7);
}

/* ---- Tensors ---- */

typedef struct target {
    gguf_writer *w;
    const gguf_model *m;
    uint32_t layer, inside;
} target;

/* A matrix of `columns` × `rows`; `rows` 0: a vector, in F32 like everything that is small. `slices` 0: none. */
static void add(target *t, const char *name, const char *end, uint64_t columns, uint64_t rows, uint64_t slices, int small)
{
    const uint64_t sizes[] = {columns, rows, rows != 0 ? slices : 0, 0};
    char full[96];

    if (t->inside)
        snprintf(full, sizeof full, "blk.%u.%s%s", (unsigned)t->layer, name, end);
    else
        snprintf(full, sizeof full, "%s%s", name, end);
    gguf_tensor(t->w, full, small || rows == 0 ? 0 : t->m->type != 0 ? t->m->type : 1, sizes);
}

static void matrix(target *t, const char *name, uint64_t columns, uint64_t rows)
{
    add(t, name, ".weight", columns, rows, 0, 0);
}

static void vector(target *t, const char *name, uint64_t elements)
{
    add(t, name, ".weight", elements, 0, 0, 1);
}

static void bias(target *t, const char *name, uint64_t elements)
{
    add(t, name, ".bias", elements, 0, 0, 1);
}

static void add_outer(target *t)
{
    const gguf_model *m = t->m;

    matrix(t, "token_embd", m->hidden, m->vocabulary);
    vector(t, is(m, "lfm2") ? "token_embd_norm" : "output_norm", m->hidden);
    if (!m->tied)
        matrix(t, "output", m->hidden, m->vocabulary);
    if (m->rope_factors == 1)
        vector(t, "rope_freqs", m->key / 2);
    if (m->rope_factors == 2) {
        vector(t, "rope_factors_long", m->key / 2);
        vector(t, "rope_factors_short", m->key / 2);
    }
}

static void add_latent_attention(target *t)
{
    const gguf_model *m = t->m;
    const uint64_t plain = m->key - m->rope;

    vector(t, "attn_kv_a_norm", m->latent);
    matrix(t, "attn_q", m->hidden, (uint64_t)m->heads * m->key);
    matrix(t, "attn_kv_a_mqa", m->hidden, m->latent + m->rope);
    add(t, "attn_k_b", ".weight", plain, m->latent, m->heads, 0);
    add(t, "attn_v_b", ".weight", m->latent, m->value, m->heads, 0);
    matrix(t, "attn_output", (uint64_t)m->heads * m->value, m->hidden);
}

static void add_attention(target *t)
{
    const gguf_model *m = t->m;
    const uint64_t query = (uint64_t)m->heads * m->key, keys = (uint64_t)m->kv_heads * m->key, values = (uint64_t)m->kv_heads * m->value;

    if (m->latent != 0) {
        add_latent_attention(t);
        return;
    }
    if (m->fused) {
        matrix(t, "attn_qkv", m->hidden, query + keys + values);
    } else {
        matrix(t, "attn_q", m->hidden, m->gated ? 2 * query : query);
        matrix(t, "attn_k", m->hidden, keys);
        matrix(t, "attn_v", m->hidden, values);
    }
    matrix(t, "attn_output", query, m->hidden);
    if (m->qkv_bias) {
        bias(t, "attn_q", query);
        bias(t, "attn_k", keys);
        bias(t, "attn_v", values);
    }
    if (m->output_bias)
        bias(t, "attn_output", m->hidden);
    if (m->head_norms || m->full_norms) {
        vector(t, "attn_q_norm", m->full_norms ? query : m->key);
        vector(t, "attn_k_norm", m->full_norms ? keys : m->key);
    }
    if (m->sinks)
        vector(t, "attn_sinks", m->heads);
}

static void add_mamba(target *t)
{
    const gguf_model *m = t->m;

    matrix(t, "ssm_in", m->hidden, 2 * m->inner);
    add(t, "ssm_conv1d", ".weight", m->kernel, m->inner, 0, 1);
    bias(t, "ssm_conv1d", m->inner);
    matrix(t, "ssm_x", m->inner, m->cells + 2 * m->state);
    matrix(t, "ssm_dt", m->cells, m->inner);
    bias(t, "ssm_dt", m->inner);
    add(t, "ssm_a", "", m->state, m->inner, 0, 1);
    add(t, "ssm_d", "", m->inner, 0, 0, 1);
    matrix(t, "ssm_out", m->inner, m->hidden);
}

static void add_mamba2(target *t)
{
    const gguf_model *m = t->m;
    const uint64_t conv = m->inner + 2 * (uint64_t)m->groups * m->state;

    matrix(t, "ssm_in", m->hidden, m->inner + conv + m->cells);
    add(t, "ssm_conv1d", ".weight", m->kernel, conv, 0, 1);
    bias(t, "ssm_conv1d", conv);
    bias(t, "ssm_dt", m->cells);
    add(t, "ssm_a", "", 1, m->cells, 0, 1);
    add(t, "ssm_d", "", 1, m->cells, 0, 1);
    if (!is(m, "falcon-h1"))
        add(t, "ssm_norm", ".weight", m->inner / m->groups, m->groups, 0, 1);
    matrix(t, "ssm_out", m->inner, m->hidden);
}

static void add_delta(target *t)
{
    const gguf_model *m = t->m;
    const uint64_t keys = (uint64_t)m->state * m->groups, values = (uint64_t)m->state * m->cells;

    matrix(t, "attn_qkv", m->hidden, 2 * keys + values);
    matrix(t, "attn_gate", m->hidden, values);
    add(t, "ssm_conv1d", ".weight", m->kernel, 2 * keys + values, 0, 1);
    bias(t, "ssm_dt", m->cells);
    add(t, "ssm_a", "", m->cells, 0, 0, 1);
    if (is(m, "qwen3next")) {
        matrix(t, "ssm_ba", m->hidden, 2 * m->cells);
    } else {
        matrix(t, "ssm_beta", m->hidden, m->cells);
        matrix(t, "ssm_alpha", m->hidden, m->cells);
    }
    vector(t, "ssm_norm", m->state);
    matrix(t, "ssm_out", values, m->hidden);
}

static void add_recurrence(target *t)
{
    const gguf_model *m = t->m;

    if (m->short_kernel != 0) {
        add(t, "shortconv.conv", ".weight", m->short_kernel, m->hidden, 0, 1);
        matrix(t, "shortconv.in_proj", m->hidden, 3 * m->hidden);
        matrix(t, "shortconv.out_proj", m->hidden, m->hidden);
    } else if (m->gated) {
        add_delta(t);
    } else if (is(m, "mamba")) {
        add_mamba(t);
    } else {
        add_mamba2(t);
    }
}

static void add_experts(target *t)
{
    const gguf_model *m = t->m;

    add(t, "ffn_gate_inp", ".weight", m->hidden, m->experts, 0, 1);
    add(t, "ffn_gate_exps", ".weight", m->hidden, m->expert_ffn, m->experts, 0);
    add(t, "ffn_down_exps", ".weight", m->expert_ffn, m->hidden, m->experts, 0);
    add(t, "ffn_up_exps", ".weight", m->hidden, m->expert_ffn, m->experts, 0);
    if (m->expert_bias) {
        bias(t, "ffn_gate_inp", m->experts);
        add(t, "ffn_gate_exps", ".bias", m->expert_ffn, m->experts, 0, 1);
        add(t, "ffn_down_exps", ".bias", m->hidden, m->experts, 0, 1);
        add(t, "ffn_up_exps", ".bias", m->expert_ffn, m->experts, 0, 1);
    }
    if (m->shared_ffn == 0)
        return;
    if (is(m, "qwen3next"))
        vector(t, "ffn_gate_inp_shexp", m->hidden);
    matrix(t, "ffn_gate_shexp", m->hidden, m->shared_ffn);
    matrix(t, "ffn_up_shexp", m->hidden, m->shared_ffn);
    matrix(t, "ffn_down_shexp", m->shared_ffn, m->hidden);
}

static void add_feed_forward(target *t)
{
    const gguf_model *m = t->m;

    if (m->experts != 0 && t->layer >= m->dense_lead) {
        add_experts(t);
        return;
    }
    if (!m->fused && !is(m, "nemotron_h"))
        matrix(t, "ffn_gate", m->hidden, m->ffn);
    matrix(t, "ffn_down", m->ffn, m->hidden);
    matrix(t, "ffn_up", m->hidden, m->fused ? 2 * m->ffn : m->ffn);
}

static void add_layer(target *t)
{
    const gguf_model *m = t->m;
    const char kind = part(m, t->layer);

    if (!m->full_norms)
        vector(t, "attn_norm", m->hidden);
    if (kind == 'F' || kind == 'B')
        add_attention(t);
    if (kind == 'R' || kind == 'B')
        add_recurrence(t);
    if (m->ffn == 0 || (is(m, "nemotron_h") && kind != 'D'))
        return;
    if (m->gated || m->full_norms || is(m, "gpt-oss"))
        vector(t, "post_attention_norm", m->hidden);
    else if (!is(m, "nemotron_h"))
        vector(t, "ffn_norm", m->hidden);
    if (m->four_norms)
        vector(t, "post_attention_norm", m->hidden);
    if (m->four_norms || m->full_norms)
        vector(t, "post_ffw_norm", m->hidden);
    add_feed_forward(t);
}

void gguf_write_model(gguf_writer *writer, const gguf_model *model, uint64_t tokens)
{
    target t = {.w = writer, .m = model};

    gguf_new(writer);
    write_keys(writer, model, tokens);
    add_outer(&t);
    t.inside = 1;
    for (t.layer = 0; t.layer < model->layers; t.layer++)
        add_layer(&t);
}
