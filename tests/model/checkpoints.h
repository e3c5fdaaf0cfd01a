/* Checkpoints for tests: headers laid out as the published ones are, a description beside them, and both opened. */
#ifndef EP_TESTS_MODEL_CHECKPOINTS_H
#define EP_TESTS_MODEL_CHECKPOINTS_H

#include "safetensors_writer.h"

#include <edgeplan/model.h>

#include "model/model.h"

typedef struct st_model {
    const char *name, *family;
    uint64_t layers, hidden, ffn, heads, kv_heads, head_width, vocabulary;
    int qkv_bias, head_norm;
    uint64_t parameters; /* published */
} st_model;

static const st_model tiny = {"tiny", "llama", 2, 256, 512, 4, 2, 64, 1000, 0, 0, 0};

typedef void (*st_layout)(st_header *header, const char *module, uint64_t rows, uint64_t columns);

static inline void add(st_header *header, const char *module, const char *piece, const char *dtype, uint64_t a, uint64_t b, uint64_t c,
                       uint64_t d)
{
    char name[200];
    snprintf(name, sizeof name, "%s%s", module, piece);
    st_add(header, name, dtype, a, b, c, d);
}

static inline void add_bf16(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "BF16", rows, columns, 0, 0);
}

static inline void add_f16(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "F16", rows, columns, 0, 0);
}

static inline void add_awq(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".qweight", "I32", columns, rows / 8, 0, 0);
    add(header, module, ".qzeros", "I32", columns / 128, rows / 8, 0, 0);
    add(header, module, ".scales", "F16", columns / 128, rows, 0, 0);
}

static inline void add_gptq(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".g_idx", "I32", columns, 0, 0, 0);
    add(header, module, ".qweight", "I32", columns / 8, rows, 0, 0);
    add(header, module, ".qzeros", "I32", columns / 128, rows / 8, 0, 0);
    add(header, module, ".scales", "F16", columns / 128, rows, 0, 0);
}

static inline void add_w4a16(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight_packed", "I32", rows, columns / 8, 0, 0);
    add(header, module, ".weight_scale", "BF16", rows, columns / 128, 0, 0);
    add(header, module, ".weight_shape", "I64", 2, 0, 0, 0);
}

/* One scale for the weights, one for what goes in. */
static inline void add_fp8(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "F8_E4M3", rows, columns, 0, 0);
    add(header, module, ".input_scale", "BF16", 1, 0, 0, 0);
    add(header, module, ".weight_scale", "BF16", 1, 0, 0, 0);
}

static inline void add_fp8_rows(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "F8_E4M3", rows, columns, 0, 0);
    add(header, module, ".weight_scale", "BF16", rows, 1, 0, 0);
}

static inline void add_fp8_tiles(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "F8_E4M3", rows, columns, 0, 0);
    add(header, module, ".weight_scale_inv", "BF16", (rows + 127) / 128, (columns + 127) / 128, 0, 0);
}

static inline void add_nvfp4(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".input_scale", "F32", 0, 0, 0, 0);
    add(header, module, ".weight", "U8", rows, columns / 2, 0, 0);
    add(header, module, ".weight_scale", "F8_E4M3", rows, columns / 16, 0, 0);
    add(header, module, ".weight_scale_2", "F32", 0, 0, 0, 0);
}

/* compressed-tensors names the same otherwise. */
static inline void add_nvfp4_packed(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".input_global_scale", "F32", 1, 0, 0, 0);
    add(header, module, ".weight_global_scale", "F32", 1, 0, 0, 0);
    add(header, module, ".weight_packed", "U8", rows, columns / 2, 0, 0);
    add(header, module, ".weight_scale", "F8_E4M3", rows, columns / 16, 0, 0);
}

/* One run of bytes; 64 elements share a scale of 8 bits, 256 of those a scale of 32. */
static inline void add_nf4(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".weight", "U8", rows * columns / 2, 1, 0, 0);
    add(header, module, ".weight.absmax", "U8", rows * columns / 64, 0, 0, 0);
    add(header, module, ".weight.nested_absmax", "F32", rows * columns / 64 / 256, 0, 0, 0);
    add(header, module, ".weight.nested_quant_map", "F32", 256, 0, 0, 0);
    add(header, module, ".weight.quant_map", "F32", 16, 0, 0, 0);
    add(header, module, ".weight.quant_state.bitsandbytes__nf4", "U8", 168, 0, 0, 0);
}

static inline void add_mlx(st_header *header, const char *module, uint64_t rows, uint64_t columns, uint64_t bits, uint64_t group)
{
    add(header, module, ".biases", "BF16", rows, columns / group, 0, 0);
    add(header, module, ".scales", "BF16", rows, columns / group, 0, 0);
    add(header, module, ".weight", "U32", rows, columns * bits / 32, 0, 0);
}

static inline void add_mlx4(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add_mlx(header, module, rows, columns, 4, 64);
}

static inline void add_mlx8(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add_mlx(header, module, rows, columns, 8, 64);
}

static inline void add_mlx3(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add_mlx(header, module, rows, columns, 3, 64);
}

/* ---- Whole checkpoints ---- */

static inline const char *layer_module(char *buffer, uint64_t layer, const char *rest)
{
    snprintf(buffer, 120, "model.layers.%llu.%s", (unsigned long long)layer, rest);
    return buffer;
}

static inline void add_norm(st_header *header, const char *module, const char *dtype, uint64_t width)
{
    add(header, module, ".weight", dtype, width, 0, 0, 0);
}

/* `outer` is for embedding and head, `inner` for the projections, `dtype` for norms and biases. */
static inline st_header lay_out(const st_model *model, st_layout outer, st_layout inner, const char *dtype)
{
    const uint64_t query = model->heads * model->head_width, key = model->kv_heads * model->head_width;
    const struct { const char *name; uint64_t rows, columns; int bias; } matrices[] = {
        {"self_attn.q_proj", query, model->hidden, model->qkv_bias}, {"self_attn.k_proj", key, model->hidden, model->qkv_bias},
        {"self_attn.v_proj", key, model->hidden, model->qkv_bias},   {"self_attn.o_proj", model->hidden, query, 0},
        {"mlp.gate_proj", model->ffn, model->hidden, 0},             {"mlp.up_proj", model->ffn, model->hidden, 0},
        {"mlp.down_proj", model->hidden, model->ffn, 0},
    };
    st_header header = st_begin();
    char name[120];
    outer(&header, "model.embed_tokens", model->vocabulary, model->hidden);
    outer(&header, "lm_head", model->vocabulary, model->hidden);
    add_norm(&header, "model.norm", dtype, model->hidden);
    for (uint64_t i = 0; i < model->layers; i++) {
        add_norm(&header, layer_module(name, i, "input_layernorm"), dtype, model->hidden);
        add_norm(&header, layer_module(name, i, "post_attention_layernorm"), dtype, model->hidden);
        if (model->head_norm) {
            add_norm(&header, layer_module(name, i, "self_attn.q_norm"), dtype, model->head_width);
            add_norm(&header, layer_module(name, i, "self_attn.k_norm"), dtype, model->head_width);
        }
        for (size_t m = 0; m < sizeof matrices / sizeof matrices[0]; m++) {
            inner(&header, layer_module(name, i, matrices[m].name), matrices[m].rows, matrices[m].columns);
            if (matrices[m].bias)
                add(&header, name, ".bias", dtype, matrices[m].rows, 0, 0, 0);
        }
    }
    st_end(&header);
    return header;
}

static inline st_text describe(const st_model *model, const char *more)
{
    st_text config = {NULL, 0, 0};
    st_print(&config, "{\"model_type\":\"%s\",\"hidden_size\":%llu,\"num_hidden_layers\":%llu,\"num_attention_heads\":%llu,", model->family,
             (unsigned long long)model->hidden, (unsigned long long)model->layers, (unsigned long long)model->heads);
    st_print(&config, "\"num_key_value_heads\":%llu,\"head_dim\":%llu,\"intermediate_size\":%llu,\"vocab_size\":%llu,",
             (unsigned long long)model->kv_heads, (unsigned long long)model->head_width, (unsigned long long)model->ffn,
             (unsigned long long)model->vocabulary);
    st_print(&config, "\"max_position_embeddings\":32768,\"tie_word_embeddings\":false%s%s}", more[0] != '\0' ? "," : "", more);
    return config;
}

typedef struct st_opened {
    edgeplan_model *model;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;
} st_opened;

static inline st_opened open_in(edgeplan_context *context, const st_file *files, size_t count, const edgeplan_open_options *options)
{
    st_folder folder = {files, count};
    st_opened opened = {NULL, NULL, EDGEPLAN_OK};
    assert_int_equal(edgeplan_diagnostics_new(NULL, &opened.diagnostics), EDGEPLAN_OK);
    opened.status = edgeplan_model_open_reader(context, st_read, &folder, "m", options, opened.diagnostics, &opened.model);
    assert_int_equal(opened.model != NULL, opened.status == EDGEPLAN_OK);
    assert_int_equal(edgeplan_diagnostics_count(opened.diagnostics) != 0, opened.status != EDGEPLAN_OK);
    return opened;
}

static inline void release(st_opened *opened)
{
    edgeplan_model_unref(opened->model);
    edgeplan_diagnostics_unref(opened->diagnostics);
}

static inline st_opened open_pair(const st_header *header, const char *config)
{
    const st_file files[] = {{"", header->text.bytes, header->text.length, 0}, {"config.json", config, strlen(config), 0}};
    return open_in(NULL, files, 2, NULL);
}

static inline st_opened open_part(const st_header *header, const char *config, edgeplan_part part)
{
    const st_file files[] = {{"", header->text.bytes, header->text.length, 0}, {"config.json", config, strlen(config), 0}};
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = part};
    return open_in(NULL, files, 2, &options);
}

static inline uint64_t stored_bytes(const edgeplan_model *model)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < model->tensor_count; i++)
        bytes += model->tensors[i].stored_bytes;
    return bytes;
}

#define Q(text) "\"quantization_config\":" text
#define CT(weights) Q("{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":" weights "}}}")

#endif
