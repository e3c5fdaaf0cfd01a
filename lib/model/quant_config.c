/* Sources of the keys: AutoAWQ and GPTQModel quantize_config (bits, group_size; w_bit, q_group_size in old files),
   vllm-project/compressed-tensors quant_config.py (config_groups, weights.num_bits), NVIDIA ModelOpt hf_quant_config.json
   (quant_algo), ml-explore/mlx-lm utils.py (`quantization` with bits, group_size, mode, and an entry for each module that differs). */
#include "model/quant_config.h"

#include <string.h>

#include "base/checked.h"
#include "base/number.h"
#include "base/sort.h"
#include "base/text.h"

#define EP_MOST_BITS 16
#define EP_ANY UINT64_MAX

/* What the registry calls a scheme. `kind` and `strategy` are a method's own varieties: see kind_of() and strategy_of(). */
static const struct {
    const char *method, *kind, *strategy; /* NULL: any */
    uint64_t bits, group;
    const char *format;
} formats[] = {
    {"mlx", "affine", NULL, 2, 32, "mlx-2bit-g32"},
    {"mlx", "affine", NULL, 2, 64, "mlx-2bit-g64"},
    {"mlx", "affine", NULL, 2, 128, "mlx-2bit-g128"},
    {"mlx", "affine", NULL, 3, 32, "mlx-3bit-g32"},
    {"mlx", "affine", NULL, 3, 64, "mlx-3bit-g64"},
    {"mlx", "affine", NULL, 3, 128, "mlx-3bit-g128"},
    {"mlx", "affine", NULL, 4, 32, "mlx-4bit-g32"},
    {"mlx", "affine", NULL, 4, 64, "mlx-4bit-g64"},
    {"mlx", "affine", NULL, 4, 128, "mlx-4bit-g128"},
    {"mlx", "affine", NULL, 5, 32, "mlx-5bit-g32"},
    {"mlx", "affine", NULL, 5, 64, "mlx-5bit-g64"},
    {"mlx", "affine", NULL, 5, 128, "mlx-5bit-g128"},
    {"mlx", "affine", NULL, 6, 32, "mlx-6bit-g32"},
    {"mlx", "affine", NULL, 6, 64, "mlx-6bit-g64"},
    {"mlx", "affine", NULL, 6, 128, "mlx-6bit-g128"},
    {"mlx", "affine", NULL, 8, 32, "mlx-8bit-g32"},
    {"mlx", "affine", NULL, 8, 64, "mlx-8bit-g64"},
    {"mlx", "affine", NULL, 8, 128, "mlx-8bit-g128"},
    {"mlx", "mxfp4", NULL, 4, 32, "mlx-mxfp4"},
    {"mlx", "mxfp8", NULL, 8, 32, "mlx-mxfp8"},
    {"mlx", "nvfp4", NULL, 4, 16, "mlx-nvfp4"},
    {"awq", NULL, NULL, 4, 128, "awq-int4-g128"},
    {"gptq", NULL, NULL, 4, 128, "gptq-int4-g128"},
    {"bitsandbytes", "nf4", NULL, EP_ANY, EP_ANY, "bnb-nf4"},
    {"mxfp4", NULL, NULL, EP_ANY, EP_ANY, "mxfp4-experts"},
    {"compressed-tensors", "int", "group", 4, 128, "w4a16-g128"},
    {"compressed-tensors", "int for int", "channel", 8, EP_ANY, "int8-w8a8"},
    {"compressed-tensors", "float", "tensor", 8, EP_ANY, "fp8-tensor"},
    {"compressed-tensors", "float", "channel", 8, EP_ANY, "fp8"},
    {"compressed-tensors", "float", "block", 8, EP_ANY, "fp8-block128"},
    {"compressed-tensors", "float", "group", 8, 32, "ct-mxfp8"},
    {"compressed-tensors", "float", "group", 4, 32, "ct-mxfp4"},
    {"compressed-tensors", "float", NULL, 4, 16, "nvfp4"}, /* groups, with a scale of the tensor's own */
    {"fp8", NULL, "tensor", EP_ANY, EP_ANY, "fp8-tensor"},
    {"fp8", NULL, "block", EP_ANY, EP_ANY, "fp8-block128"},
    {"fbgemm_fp8", NULL, NULL, EP_ANY, EP_ANY, "fp8"},
    {"modelopt", "FP8", NULL, EP_ANY, EP_ANY, "fp8-tensor"},
    {"modelopt", "FP8_PER_CHANNEL_PER_TOKEN", NULL, EP_ANY, EP_ANY, "fp8"},
    {"modelopt", "FP8_PB_WO", NULL, EP_ANY, EP_ANY, "fp8-block128"},
    {"modelopt", "NVFP4", NULL, EP_ANY, EP_ANY, "nvfp4"},
    {"modelopt", "W4A16_NVFP4", NULL, EP_ANY, EP_ANY, "nvfp4"},
};

typedef struct ep_quant_reader {
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status; /* of the first mistake */
} ep_quant_reader;

static void fail(ep_quant_reader *reader, edgeplan_status status, const ep_node *node, const char *path, const char *message)
{
    const ep_place place = ep_node_place(node);
    ep_report(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, path, message);
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
}

/* Null, missing and -1 (one group for a whole row) are 0. */
static uint64_t read_count(ep_quant_reader *reader, const ep_node *map, const char *key, const char *other_key, uint64_t most)
{
    uint64_t count = 0;
    const ep_node *node = ep_node_get(map, key);
    if (node == NULL)
        node = ep_node_get(map, key = other_key);
    if (node == NULL || node->kind == EP_NODE_NULL || ep_node_is(node, "-1"))
        return 0;
    if (node->kind != EP_NODE_PLAIN || ep_count_read(node->text, node->length, &count) == EDGEPLAN_ERROR_SYNTAX)
        fail(reader, EDGEPLAN_ERROR_SCHEMA, node, key, "must be a whole number");
    else if (count == 0 || count > most)
        fail(reader, EDGEPLAN_ERROR_RANGE, node, key, "is no number of bits or elements that a matrix is quantized with");
    return count;
}

static ep_quant_scheme read_scheme(ep_quant_reader *reader, const ep_node *map)
{
    return (ep_quant_scheme){
        .bits = read_count(reader, map, "bits", ep_node_get(map, "w_bit") != NULL ? "w_bit" : "num_bits", EP_MOST_BITS),
        .group = read_count(reader, map, "group_size", "q_group_size", UINT64_C(1) << 24),
    };
}

/* compressed-tensors has groups of modules, each with a scheme for weights. *is_mixed if those differ. */
static const ep_node *first_group(ep_quant_reader *reader, const ep_node *groups, int *is_mixed)
{
    const ep_node *first = NULL;
    ep_quant_scheme scheme = {0, 0};
    for (uint32_t i = 0; groups != NULL && groups->kind == EP_NODE_MAP && i < groups->count; i++) {
        const ep_node *weights = ep_node_get(groups->entries[i].value, "weights");
        if (weights == NULL || weights->kind != EP_NODE_MAP)
            continue;
        const ep_quant_scheme other = read_scheme(reader, weights);
        *is_mixed |= first != NULL && (other.bits != scheme.bits || other.group != scheme.group);
        scheme = first == NULL ? other : scheme;
        first = first == NULL ? groups->entries[i].value : first;
    }
    return first;
}

static const char *text_of(const ep_node *map, const char *key, const char *otherwise)
{
    const ep_node *node = ep_node_get(map, key);
    return ep_node_is_scalar(node) ? node->text : otherwise;
}

/* Integers with zeros are stored as no format of ours is; those that are computed with as integers have one of their own. */
static const char *integer_kind(const ep_node *group)
{
    const ep_node *activations = ep_node_get(group, "input_activations");
    if (ep_node_is(ep_node_get(ep_node_get(group, "weights"), "symmetric"), "false"))
        return "";
    return activations != NULL && activations->kind != EP_NODE_NULL ? "int for int" : "int";
}

static const char *kind_of(const ep_node *map, const ep_node *group, const char *method)
{
    if (ep_equal(method, "mlx"))
        return text_of(map, "mode", "affine");
    if (ep_equal(method, "bitsandbytes"))
        return ep_node_is(ep_node_get(map, "load_in_4bit"), "true") ? text_of(map, "bnb_4bit_quant_type", "fp4") : "";
    if (group == NULL || ep_equal(method, "modelopt"))
        return text_of(map, "quant_algo", "");
    const char *type = text_of(ep_node_get(group, "weights"), "type", "int");
    return ep_equal(type, "int") ? integer_kind(group) : type;
}

/* What shares a scale. */
static const char *strategy_of(const ep_node *map, const ep_node *group, ep_quant_scheme scheme)
{
    const ep_node *tile = ep_node_get(map, "weight_block_size");
    if (group != NULL)
        return text_of(ep_node_get(group, "weights"), "strategy", scheme.group != 0 ? "group" : "tensor");
    if (tile == NULL || tile->kind != EP_NODE_LIST)
        return "tensor";
    const int is_128 = tile->count == 2 && ep_node_is(tile->entries[0].value, "128") && ep_node_is(tile->entries[1].value, "128");
    return is_128 ? "block" : "";
}

static const char *format_of(const char *method, const char *kind, const char *strategy, ep_quant_scheme scheme)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (ep_equal(formats[i].method, method) && (formats[i].kind == NULL || ep_equal(formats[i].kind, kind)) &&
            (formats[i].strategy == NULL || ep_equal(formats[i].strategy, strategy)) &&
            (formats[i].bits == EP_ANY || formats[i].bits == scheme.bits) &&
            (formats[i].group == EP_ANY || formats[i].group == scheme.group))
            return formats[i].format;
    return "";
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const ep_entry *)a)->key, ((const ep_entry *)b)->key);
}

/* MLX: every key whose value is a map names a module. */
static void read_exceptions(ep_quant_reader *reader, ep_arena *arena, const ep_node *map, ep_quant_config *out)
{
    const void **entries = ep_arena_array(arena, map->count, sizeof *entries);
    if (entries == NULL) {
        reader->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->entries[i].value->kind != EP_NODE_MAP)
            continue;
        read_scheme(reader, map->entries[i].value); /* for its mistakes */
        entries[out->exception_count++] = &map->entries[i];
    }
    ep_sort(entries, out->exception_count, compare_keys);
    out->exceptions = entries;
}

/* Where a checkpoint says it, the nearest first: MLX writes its own key and a copy under the usual one. */
static const ep_node *find_map(const ep_node *config, const ep_node *beside, int *is_mlx)
{
    const ep_node *const places[] = {
        ep_node_get(config, "quantization"),
        ep_node_get(config, "quantization_config"),
        ep_node_get(config, "compression_config"),
        ep_node_get(ep_node_get(config, "text_config"), "quantization_config"),
        ep_node_get(beside, "quantization"),
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (places[i] == NULL || places[i]->kind != EP_NODE_MAP)
            continue;
        *is_mlx = i == 0;
        return places[i];
    }
    return NULL;
}

edgeplan_status ep_quant_config_read(ep_arena *arena, const ep_node *config, const ep_node *beside,
                                     edgeplan_diagnostics *diagnostics, ep_quant_config *out)
{
    ep_quant_reader reader = {diagnostics, EDGEPLAN_OK};
    int is_mlx = 0, is_mixed = 0;
    memset(out, 0, sizeof *out);
    out->format = "";
    const ep_node *map = find_map(config, beside, &is_mlx);
    if (map == NULL)
        return EDGEPLAN_OK;
    const ep_node *group = first_group(&reader, ep_node_get(map, "config_groups"), &is_mixed);
    const char *method = is_mlx ? "mlx" : text_of(map, "quant_method", "modelopt");
    out->is_given = 1;
    out->scheme = read_scheme(&reader, group != NULL ? ep_node_get(group, "weights") : map);
    if (is_mlx)
        read_exceptions(&reader, arena, map, out);
    if (!is_mixed)
        out->format = format_of(method, kind_of(map, group, method), strategy_of(map, group, out->scheme), out->scheme);
    return reader.status;
}

ep_quant_scheme ep_quant_scheme_of(const ep_quant_config *config, const char *name, size_t length)
{
    ep_quant_reader silent = {NULL, EDGEPLAN_OK};
    size_t low = 0, high = config->exception_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const ep_entry *entry = config->exceptions[middle];
        const int order = strncmp(entry->key, name, length);
        if (order == 0 && entry->key[length] == '\0')
            return read_scheme(&silent, entry->value);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return config->scheme;
}
