#include <string.h>

#include "support.h"

#include "base/arena.h"
#include "model/hf_names.h"
#include "model/quant_config.h"
#include "source/json.h"

/* ---- Pieces ---- */

/* Names as in the checkpoints named in hf_names.c. */
static const struct { const char *name, *module; ep_hf_piece piece; } piece_rows[] = {
    {"model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.q_proj", EP_HF_WEIGHT},
    {"model.layers.0.self_attn.q_proj.bias", "model.layers.0.self_attn.q_proj", EP_HF_BIAS},
    {"model.layers.0.self_attn.q_proj.qweight", "model.layers.0.self_attn.q_proj", EP_HF_COLUMNS},
    {"model.layers.0.self_attn.q_proj.qzeros", "model.layers.0.self_attn.q_proj", EP_HF_AUXILIARY},
    {"model.layers.0.self_attn.q_proj.scales", "model.layers.0.self_attn.q_proj", EP_HF_SCALES},
    {"model.layers.0.self_attn.q_proj.g_idx", "model.layers.0.self_attn.q_proj", EP_HF_INDEX},
    {"model.layers.0.mlp.up_proj.weight_packed", "model.layers.0.mlp.up_proj", EP_HF_WEIGHT},
    {"model.layers.0.mlp.up_proj.weight_scale", "model.layers.0.mlp.up_proj", EP_HF_SCALES},
    {"model.layers.0.mlp.up_proj.weight_scale_inv", "model.layers.0.mlp.up_proj", EP_HF_SCALES},
    {"model.layers.0.mlp.up_proj.weight_scale_2", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight_global_scale", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight_zero_point", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight_shape", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.input_scale", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.self_attn.k_proj.k_scale", "model.layers.0.self_attn.k_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight.absmax", "model.layers.0.mlp.up_proj", EP_HF_ABSMAX},
    {"model.layers.0.mlp.up_proj.weight.nested_absmax", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight.quant_map", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.weight.quant_state.bitsandbytes__nf4", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.up_proj.biases", "model.layers.0.mlp.up_proj", EP_HF_AUXILIARY},
    {"model.layers.0.mlp.experts.gate_up_proj_blocks", "model.layers.0.mlp.experts.gate_up_proj", EP_HF_BLOCKS},
    {"model.layers.0.mlp.experts.gate_up_proj_scales", "model.layers.0.mlp.experts.gate_up_proj", EP_HF_SCALES},
    {"model.layers.0.mlp.experts.gate_up_proj_bias", "model.layers.0.mlp.experts.gate_up_proj", EP_HF_BIAS},
    {"model.layers.0.mlp.experts.gate_up_proj", "model.layers.0.mlp.experts.gate_up_proj", EP_HF_WEIGHT},
    {"model.layers.0.linear_attn.dt_bias", "model.layers.0.linear_attn.dt_bias", EP_HF_WEIGHT},
    {"model.layers.0.linear_attn.A_log", "model.layers.0.linear_attn.A_log", EP_HF_WEIGHT},
    {"model.layers.0.mlp.gate.e_score_correction_bias", "model.layers.0.mlp.gate.e_score_correction_bias", EP_HF_WEIGHT},
    {"weight", "weight", EP_HF_WEIGHT},
    {".weight", ".weight", EP_HF_WEIGHT},
    {"", "", EP_HF_WEIGHT},
};

static void test_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof piece_rows / sizeof piece_rows[0]; i++) {
        size_t length = 999;
        const ep_hf_piece piece = ep_hf_piece_of(piece_rows[i].name, &length);
        if (piece != piece_rows[i].piece || length != strlen(piece_rows[i].module))
            fail_msg("%s: piece %d of the first %u characters", piece_rows[i].name, (int)piece, (unsigned)length);
    }
}

/* ---- Modules ---- */

static const struct {
    const char *name;
    ep_hf_part part;
    uint64_t layer; /* 1 + index */
    edgeplan_role role;
    uint32_t is_expert, is_known;
} module_rows[] = {
    {"model.embed_tokens", EP_HF_TEXT, 0, EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, 1},
    {"model.norm", EP_HF_TEXT, 0, EDGEPLAN_ROLE_NORM, 0, 1},
    {"lm_head", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OUTPUT_HEAD, 0, 1},
    {"language_model.lm_head", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OUTPUT_HEAD, 0, 1},
    {"model.language_model.embed_tokens_per_layer", EP_HF_TEXT, 0, EDGEPLAN_ROLE_PER_LAYER_EMBEDDING, 0, 1},
    {"backbone.embeddings", EP_HF_TEXT, 0, EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, 1},
    {"model.layers.31.self_attn.q_proj", EP_HF_TEXT, 32, EDGEPLAN_ROLE_ATTENTION_QUERY, 0, 1},
    {"model.language_model.layers.3.self_attn.k_proj", EP_HF_TEXT, 4, EDGEPLAN_ROLE_ATTENTION_KEY, 0, 1},
    {"language_model.model.layers.3.self_attn.v_proj", EP_HF_TEXT, 4, EDGEPLAN_ROLE_ATTENTION_VALUE, 0, 1},
    {"model.layers.0.self_attn.qkv_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ATTENTION_QKV, 0, 1},
    {"model.layers.0.self_attn.o_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ATTENTION_OUTPUT, 0, 1},
    {"model.layers.2.self_attn.out_proj", EP_HF_TEXT, 3, EDGEPLAN_ROLE_ATTENTION_OUTPUT, 0, 1},
    {"model.layers.2.conv.out_proj", EP_HF_TEXT, 3, EDGEPLAN_ROLE_RECURRENT, 0, 1},
    {"model.layers.2.conv.conv", EP_HF_TEXT, 3, EDGEPLAN_ROLE_CONVOLUTION, 0, 1},
    {"model.layers.0.self_attn.kv_a_proj_with_mqa", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ATTENTION_LATENT, 0, 1},
    {"model.layers.0.self_attn.kv_a_layernorm", EP_HF_TEXT, 1, EDGEPLAN_ROLE_NORM, 0, 1},
    {"model.layers.0.self_attn.sinks", EP_HF_TEXT, 1, EDGEPLAN_ROLE_BIAS, 0, 1},
    {"model.layers.0.post_attention_layernorm", EP_HF_TEXT, 1, EDGEPLAN_ROLE_NORM, 0, 1},
    {"model.layers.0.mlp.gate_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_FFN_GATE, 0, 1},
    {"model.layers.0.mlp.gate_up_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_FFN_UP, 0, 1},
    {"model.layers.0.mlp.down_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_FFN_DOWN, 0, 1},
    {"model.layers.0.feed_forward.w2", EP_HF_TEXT, 1, EDGEPLAN_ROLE_FFN_DOWN, 0, 1},
    {"model.layers.0.mlp.gate", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ROUTER, 0, 1},
    {"model.layers.0.mlp.router", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ROUTER, 0, 1},
    {"model.layers.0.mlp.gate.e_score_correction_bias", EP_HF_TEXT, 1, EDGEPLAN_ROLE_BIAS, 0, 1},
    {"model.layers.0.mlp.experts.127.up_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_EXPERT_UP, 1, 1},
    {"model.layers.0.block_sparse_moe.experts.7.w2", EP_HF_TEXT, 1, EDGEPLAN_ROLE_EXPERT_DOWN, 1, 1},
    {"model.layers.0.mlp.experts.gate_up_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_EXPERT_UP, 0, 1},
    {"model.layers.0.mlp.switch_mlp.down_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_EXPERT_DOWN, 0, 1},
    {"model.layers.0.mlp.shared_expert.gate_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_SHARED_GATE, 0, 1},
    {"model.layers.0.mlp.shared_experts.down_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_SHARED_DOWN, 0, 1},
    {"model.layers.0.mlp.shared_expert_gate", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ROUTER, 0, 1},
    {"model.layers.0.shared_mlp.input_linear", EP_HF_TEXT, 1, EDGEPLAN_ROLE_SHARED_UP, 0, 1},
    {"model.layers.0.linear_attn.in_proj_qkv", EP_HF_TEXT, 1, EDGEPLAN_ROLE_ATTENTION_QKV, 0, 1},
    {"model.layers.0.linear_attn.in_proj_z", EP_HF_TEXT, 1, EDGEPLAN_ROLE_RECURRENT, 0, 1},
    {"model.layers.0.linear_attn.out_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_RECURRENT, 0, 1},
    {"backbone.layers.5.mixer.conv1d", EP_HF_TEXT, 6, EDGEPLAN_ROLE_CONVOLUTION, 0, 1},
    {"backbone.layers.5.mixer.experts.0.up_proj", EP_HF_TEXT, 6, EDGEPLAN_ROLE_EXPERT_UP, 1, 1},
    {"backbone.layers.5.mixer.D", EP_HF_TEXT, 6, EDGEPLAN_ROLE_BIAS, 0, 1},
    {"model.layers.0.something.new", EP_HF_TEXT, 1, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"model.layers.0.experts.x.up_proj", EP_HF_TEXT, 1, EDGEPLAN_ROLE_FFN_UP, 0, 1},
    {"model.layers.9999999999.self_attn.q_proj", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OTHER, 0, 0}, /* no layer: taken for a name nobody knows */
    {"model.visual.blocks.0.attn.qkv", EP_HF_TOWER, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"model.vision_tower.encoder.layers.0.self_attn.q_proj", EP_HF_TOWER, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"multi_modal_projector.linear_1", EP_HF_TOWER, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"mtp.layers.0.mlp.down_proj", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_FFN_DOWN, 0, 1},
    {"mtp.layers.1.mlp.experts.3.up_proj", EP_HF_NEXT_TOKEN, 2, EDGEPLAN_ROLE_EXPERT_UP, 1, 1},
    {"mtp.fc", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_NEXT_TOKEN, 0, 1},
    {"mtp.pre_fc_norm_hidden", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_NORM, 0, 1},
    {"model.mtp_layers.0.input_proj", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_NEXT_TOKEN, 0, 1},
    {"model.mtp_layers.0.token_layernorm", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_NORM, 0, 1},
    {"model.layers.61.eh_proj", EP_HF_TEXT, 62, EDGEPLAN_ROLE_NEXT_TOKEN, 0, 1},
    {"model.layers.61.shared_head.head", EP_HF_TEXT, 62, EDGEPLAN_ROLE_OUTPUT_HEAD, 0, 1},
    {"mtp", EP_HF_NEXT_TOKEN, 1, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"...", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"model.layers.", EP_HF_TEXT, 0, EDGEPLAN_ROLE_OTHER, 0, 0},
    {"model.layers.7", EP_HF_TEXT, 8, EDGEPLAN_ROLE_OTHER, 0, 0},
};

static void test_modules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof module_rows / sizeof module_rows[0]; i++) {
        const ep_hf_module module = ep_hf_module_of(module_rows[i].name, strlen(module_rows[i].name));
        if (module.part != (uint32_t)module_rows[i].part || module.layer != module_rows[i].layer ||
            module.role != (uint32_t)module_rows[i].role || module.is_expert != module_rows[i].is_expert ||
            module.is_known != module_rows[i].is_known)
            fail_msg("%s: part %u, layer %llu, role %u, expert %u, known %u", module_rows[i].name, module.part,
                     (unsigned long long)module.layer, module.role, module.is_expert, module.is_known);
    }
}

/* ---- Quantization ---- */

static const struct {
    const char *config, *beside; /* NULL: no such file */
    uint32_t is_given;
    uint64_t bits, group;
    const char *format;
} scheme_rows[] = {
    {"{}", NULL, 0, 0, 0, ""},
    {"{\"quantization_config\":null}", NULL, 0, 0, 0, ""},
    {"{\"quantization\":{\"group_size\":64,\"bits\":4},\"quantization_config\":{\"group_size\":64,\"bits\":4}}", NULL, 1, 4, 64, "mlx-4bit-g64"},
    {"{\"quantization\":{\"group_size\":64,\"bits\":8,\"mode\":\"affine\"}}", NULL, 1, 8, 64, "mlx-8bit-g64"},
    {"{\"quantization\":{\"group_size\":64,\"bits\":6}}", NULL, 1, 6, 64, "mlx-6bit-g64"},
    {"{\"quantization\":{\"group_size\":32,\"bits\":4,\"mode\":\"mxfp4\"}}", NULL, 1, 4, 32, "mlx-mxfp4"},
    {"{\"quantization_config\":{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128,\"version\":\"gemm\",\"zero_point\":true}}", NULL, 1, 4, 128,
     "awq-int4-g128"},
    {"{\"quantization_config\":{\"quant_method\":\"awq\",\"w_bit\":4,\"q_group_size\":128}}", NULL, 1, 4, 128, "awq-int4-g128"},
    {"{\"quantization_config\":{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":64}}", NULL, 1, 4, 64, ""},
    {"{\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"desc_act\":true}}", NULL, 1, 4, 128, "gptq-int4-g128"},
    {"{\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":-1}}", NULL, 1, 8, 0, ""},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\",\"config_groups\":{\"group_0\":{\"weights\":"
     "{\"num_bits\":4,\"group_size\":128,\"symmetric\":true,\"type\":\"int\",\"strategy\":\"group\"},\"input_activations\":null}}}}", NULL, 1, 4, 128,
     "w4a16-g128"},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":4,"
     "\"group_size\":128,\"symmetric\":false,\"type\":\"int\"}}}}}", NULL, 1, 4, 128, ""},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":4,"
     "\"group_size\":128,\"type\":\"int\"},\"input_activations\":{\"num_bits\":8,\"type\":\"int\"}}}}}", NULL, 1, 4, 128, ""},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":8,"
     "\"group_size\":null,\"type\":\"float\",\"strategy\":\"channel\"},\"input_activations\":{\"num_bits\":8,\"type\":\"float\"}}}}}", NULL, 1, 8, 0, "fp8"},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":4,"
     "\"group_size\":16,\"type\":\"float\"}}}}}", NULL, 1, 4, 16, "nvfp4"},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":8,"
     "\"type\":\"float\"}},\"group_1\":{\"weights\":{\"num_bits\":4,\"group_size\":16,\"type\":\"float\"}}}}}", NULL, 1, 8, 0, ""},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"g\":{\"weights\":{\"num_bits\":8,\"type\":\"int\","
     "\"strategy\":\"channel\"},\"input_activations\":{\"num_bits\":8,\"type\":\"int\"}}}}}", NULL, 1, 8, 0, "int8-w8a8"},
    {"{\"quantization_config\":{\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"g\":{\"weights\":{\"num_bits\":4,"
     "\"type\":\"float\",\"strategy\":\"group\",\"group_size\":32}}}}}", NULL, 1, 4, 32, "ct-mxfp4"},
    {"{\"quantization_config\":{\"quant_method\":\"fp8\",\"weight_block_size\":[64,64]}}", NULL, 1, 0, 0, ""},
    {"{\"quantization_config\":{\"quant_method\":\"bitsandbytes\",\"load_in_8bit\":true}}", NULL, 1, 0, 0, ""},
    {"{\"quantization_config\":{\"quant_method\":\"fp8\",\"activation_scheme\":\"dynamic\",\"weight_block_size\":[128,128]}}", NULL, 1, 0, 0, "fp8-block128"},
    {"{\"quantization_config\":{\"quant_method\":\"mxfp4\"}}", NULL, 1, 0, 0, "mxfp4-experts"},
    {"{\"quantization_config\":{\"quant_method\":\"bitsandbytes\",\"load_in_4bit\":true,\"bnb_4bit_quant_type\":\"nf4\"}}", NULL, 1, 0, 0, "bnb-nf4"},
    {"{\"quantization_config\":{\"quant_method\":\"modelopt\",\"quant_algo\":\"MIXED_PRECISION\"}}", NULL, 1, 0, 0, ""},
    {"{\"quantization_config\":{\"quant_method\":\"modelopt\",\"quant_algo\":\"NVFP4\"}}", NULL, 1, 0, 0, "nvfp4"},
    {"{}", "{\"producer\":{\"name\":\"modelopt\"},\"quantization\":{\"quant_algo\":\"NVFP4\",\"kv_cache_quant_algo\":\"FP8\",\"group_size\":16}}", 1, 0,
     16, "nvfp4"},
    {"{}", "{\"quantization\":{\"quant_algo\":\"FP8\",\"group_size\":null}}", 1, 0, 0, "fp8-tensor"},
    {"{\"text_config\":{\"quantization_config\":{\"quant_method\":\"fp8\"}}}", NULL, 1, 0, 0, "fp8-tensor"},
};

static const ep_node *parse(ep_arena *arena, const char *text)
{
    const ep_node *root = NULL;
    if (text != NULL)
        assert_int_equal(ep_json_parse(arena, text, strlen(text), "config.json", NULL, &root), EDGEPLAN_OK);
    return root;
}

static void test_schemes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scheme_rows / sizeof scheme_rows[0]; i++) {
        ep_quant_config config;
        ep_arena arena;
        ep_arena_init(&arena, NULL);
        const ep_node *tree = parse(&arena, scheme_rows[i].config), *beside = parse(&arena, scheme_rows[i].beside);
        assert_int_equal(ep_quant_config_read(&arena, tree, beside, NULL, &config), EDGEPLAN_OK);
        if (config.is_given != scheme_rows[i].is_given || config.scheme.bits != scheme_rows[i].bits ||
            config.scheme.group != scheme_rows[i].group || strcmp(config.format, scheme_rows[i].format) != 0)
            fail_msg("%s: given %u, bits %u, group %u, format '%s'", scheme_rows[i].config, config.is_given, (unsigned)config.scheme.bits,
                     (unsigned)config.scheme.group, config.format);
        ep_arena_free(&arena);
    }
}

/* MLX lists the modules that differ; `false` and other scalars are no schemes. */
static void test_exceptions(void **state)
{
    static const char text[] = "{\"quantization\":{\"group_size\":64,\"bits\":4,\"mode\":\"affine\",\"c.d\":{\"group_size\":32,\"bits\":8},"
                               "\"a\":{\"bits\":6,\"group_size\":64},\"c\":false,\"c.d.e\":{\"bits\":3,\"group_size\":128}}}";
    static const struct { const char *name; size_t length; uint64_t bits, group; } rows[] = {
        {"a.weight", 1, 6, 64},    {"c.weight", 1, 4, 64}, {"c.d.weight", 3, 8, 32}, {"c.d.e.weight", 5, 3, 128},
        {"c.d.f.weight", 5, 4, 64}, {"", 0, 4, 64},         {"zz", 2, 4, 64},         {"c.d.e", 4, 4, 64},
    };
    ep_quant_config config;
    ep_arena arena;
    (void)state;
    ep_arena_init(&arena, NULL);
    assert_int_equal(ep_quant_config_read(&arena, parse(&arena, text), NULL, NULL, &config), EDGEPLAN_OK);
    assert_int_equal(config.exception_count, 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const ep_quant_scheme scheme = ep_quant_scheme_of(&config, rows[i].name, rows[i].length);
        if (scheme.bits != rows[i].bits || scheme.group != rows[i].group)
            fail_msg("%.*s: %u bits in groups of %u", (int)rows[i].length, rows[i].name, (unsigned)scheme.bits, (unsigned)scheme.group);
    }
    ep_arena_free(&arena);
}

static void test_bad_schemes(void **state)
{
    static const struct { const char *text; edgeplan_status status; const char *path; } rows[] = {
        {"{\"quantization\":{\"bits\":\"4\"}}", EDGEPLAN_ERROR_SCHEMA, "bits"},
        {"{\"quantization\":{\"bits\":4.5}}", EDGEPLAN_ERROR_SCHEMA, "bits"},
        {"{\"quantization\":{\"bits\":0}}", EDGEPLAN_ERROR_RANGE, "bits"},
        {"{\"quantization\":{\"bits\":17}}", EDGEPLAN_ERROR_RANGE, "bits"},
        {"{\"quantization\":{\"bits\":4,\"group_size\":[64]}}", EDGEPLAN_ERROR_SCHEMA, "group_size"},
        {"{\"quantization\":{\"bits\":4,\"group_size\":18446744073709551615}}", EDGEPLAN_ERROR_RANGE, "group_size"},
        {"{\"quantization\":{\"bits\":4,\"m\":{\"bits\":99}}}", EDGEPLAN_ERROR_RANGE, "bits"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        edgeplan_diagnostics *diagnostics = NULL;
        ep_quant_config config;
        ep_arena arena;
        ep_arena_init(&arena, NULL);
        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(ep_quant_config_read(&arena, parse(&arena, rows[i].text), NULL, diagnostics, &config), rows[i].status);
        assert_diagnostic(diagnostics, 0, rows[i].status, 1, 0, rows[i].path, NULL);
        edgeplan_diagnostics_unref(diagnostics);
        ep_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),  cmocka_unit_test(test_modules),     cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_exceptions), cmocka_unit_test(test_bad_schemes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
