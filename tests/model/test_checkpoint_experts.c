/* Checkpoints with experts: stored together, one by one, or turned. */
#include "checkpoints.h"

#define GPT_OSS                                                                                                                        \
    "{\"model_type\":\"gpt_oss\",\"hidden_size\":2880,\"num_hidden_layers\":24,\"num_attention_heads\":64,\"num_key_value_heads\":8,"       \
    "\"head_dim\":64,\"intermediate_size\":2880,\"vocab_size\":201088,\"max_position_embeddings\":131072,\"num_local_experts\":32,"        \
    "\"num_experts_per_tok\":4,\"sliding_window\":128,\"attention_bias\":true,\"tie_word_embeddings\":false"

/* openai/gpt-oss-20b model.safetensors.index.json: 459 tensors of 13,761,264,768 bytes (total_size). */
static void test_gpt_oss(void **state)
{
    static const struct { const char *piece, *dtype; uint64_t a, b, c, d; } pieces[] = {
        {"input_layernorm.weight", "BF16", 2880, 0, 0, 0},       {"mlp.experts.down_proj_bias", "BF16", 32, 2880, 0, 0},
        {"mlp.experts.down_proj_blocks", "U8", 32, 2880, 90, 16}, {"mlp.experts.down_proj_scales", "U8", 32, 2880, 90, 0},
        {"mlp.experts.gate_up_proj_bias", "BF16", 32, 5760, 0, 0}, {"mlp.experts.gate_up_proj_blocks", "U8", 32, 5760, 90, 16},
        {"mlp.experts.gate_up_proj_scales", "U8", 32, 5760, 90, 0}, {"mlp.router.bias", "BF16", 32, 0, 0, 0},
        {"mlp.router.weight", "BF16", 32, 2880, 0, 0},           {"post_attention_layernorm.weight", "BF16", 2880, 0, 0, 0},
        {"self_attn.k_proj.bias", "BF16", 512, 0, 0, 0},         {"self_attn.k_proj.weight", "BF16", 512, 2880, 0, 0},
        {"self_attn.o_proj.bias", "BF16", 2880, 0, 0, 0},        {"self_attn.o_proj.weight", "BF16", 2880, 4096, 0, 0},
        {"self_attn.q_proj.bias", "BF16", 4096, 0, 0, 0},        {"self_attn.q_proj.weight", "BF16", 4096, 2880, 0, 0},
        {"self_attn.sinks", "BF16", 64, 0, 0, 0},                {"self_attn.v_proj.bias", "BF16", 512, 0, 0, 0},
        {"self_attn.v_proj.weight", "BF16", 512, 2880, 0, 0},
    };
    st_header header = st_begin();
    char name[120];
    (void)state;
    add_bf16(&header, "model.embed_tokens", 201088, 2880);
    add_bf16(&header, "lm_head", 201088, 2880);
    add_norm(&header, "model.norm", "BF16", 2880);
    for (uint64_t i = 0; i < 24; i++)
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++)
            st_add(&header, layer_module(name, i, pieces[p].piece), pieces[p].dtype, pieces[p].a, pieces[p].b, pieces[p].c, pieces[p].d);
    st_end(&header);
    assert_int_equal(header.tensors, 459);
    st_opened opened = open_pair(&header, GPT_OSS ",\"quantization_config\":{\"quant_method\":\"mxfp4\"}}");
    assert_int_equal(opened.status, EDGEPLAN_OK);
    assert_count(stored_bytes(opened.model), 13761264768);
    assert_count(opened.model->head.parameters, 20914757184);       /* of unsloth/gpt-oss-20b-BF16, as the config alone gives */
    assert_count(opened.model->head.active_parameters, 3608307264);
    assert_string_equal(edgeplan_model_format(opened.model), "mxfp4-experts");
    for (uint32_t i = 0; i < opened.model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &opened.model->tensors[i];
        if (tensor->role != EDGEPLAN_ROLE_EXPERT_UP)
            continue;
        assert_int_equal(tensor->element_type, EDGEPLAN_ELEMENT_GROUPED);
        assert_count(tensor->slices, 32);
        assert_count(tensor->rows, 5760);
        assert_count(tensor->columns, 2880);
        assert_count(tensor->stored_bytes, UINT64_C(32) * 5760 * 2880 / 32 * 17);
    }
    release(&opened);
    free(header.text.bytes);
}

#define QWEN_MOE                                                                                                                       \
    "{\"model_type\":\"qwen3_moe\",\"hidden_size\":256,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"num_key_value_heads\":2,"        \
    "\"head_dim\":64,\"moe_intermediate_size\":128,\"intermediate_size\":512,\"vocab_size\":1000,\"max_position_embeddings\":4096,"        \
    "\"num_experts\":12,\"num_experts_per_tok\":2,\"decoder_sparse_step\":1,\"tie_word_embeddings\":false"

static void add_moe_attention(st_header *header)
{
    add_bf16(header, "model.embed_tokens", 1000, 256);
    add_bf16(header, "lm_head", 1000, 256);
    add_norm(header, "model.norm", "BF16", 256);
    add_norm(header, "model.layers.0.input_layernorm", "BF16", 256);
    add_norm(header, "model.layers.0.post_attention_layernorm", "BF16", 256);
    add_norm(header, "model.layers.0.self_attn.q_norm", "BF16", 64);
    add_norm(header, "model.layers.0.self_attn.k_norm", "BF16", 64);
    add_bf16(header, "model.layers.0.self_attn.q_proj", 256, 256);
    add_bf16(header, "model.layers.0.self_attn.k_proj", 128, 256);
    add_bf16(header, "model.layers.0.self_attn.v_proj", 128, 256);
    add_bf16(header, "model.layers.0.self_attn.o_proj", 256, 256);
    add_bf16(header, "model.layers.0.mlp.gate", 12, 256);
}

static const edgeplan_tensor *find_role(const edgeplan_model *model, uint32_t role)
{
    const edgeplan_tensor *found = NULL;
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        if (model->tensors[i].role != role)
            continue;
        assert_null(found); /* one of each */
        found = &model->tensors[i];
    }
    assert_non_null(found);
    return found;
}

/* Experts one by one, in FP8 with tiles, are stacked with their scales. */
static void test_single_experts_are_stacked(void **state)
{
    st_header header = st_begin();
    char name[120];
    (void)state;
    add_moe_attention(&header);
    for (unsigned i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "model.layers.0.mlp.experts.%u.gate_proj", i);
        add_fp8_tiles(&header, name, 128, 256);
        snprintf(name, sizeof name, "model.layers.0.mlp.experts.%u.up_proj", i);
        add_fp8_tiles(&header, name, 128, 256);
        snprintf(name, sizeof name, "model.layers.0.mlp.experts.%u.down_proj", i);
        add_fp8_tiles(&header, name, 256, 128);
    }
    st_end(&header);
    st_opened opened = open_pair(&header, QWEN_MOE "}");
    assert_int_equal(opened.status, EDGEPLAN_OK);
    const edgeplan_tensor *down = find_role(opened.model, EDGEPLAN_ROLE_EXPERT_DOWN),
        *up = find_role(opened.model, EDGEPLAN_ROLE_EXPERT_UP);
    assert_int_equal(down->element_type, EDGEPLAN_ELEMENT_FP8);
    assert_count(down->slices, 12);
    assert_count(down->rows, 256);
    assert_count(down->columns, 128);
    assert_count(down->stored_bytes, 12 * (256 * 128 + 2 * 2 * 1));
    assert_count(up->stored_bytes, 12 * (256 * 128 + 2 * 2 * 1));
    assert_count(stored_bytes(opened.model), header.data_bytes);
    assert_int_equal(opened.model->assumption_count, 0);
    release(&opened);
    free(header.text.bytes);
}

/* One tensor for all experts, inputs × outputs as some classes keep them. */
static void test_fused_experts_are_turned(void **state)
{
    st_header header = st_begin();
    (void)state;
    add_moe_attention(&header);
    add(&header, "model.layers.0.mlp.experts.gate_up_proj", "", "BF16", 12, 256, 192, 0);
    add(&header, "model.layers.0.mlp.experts.down_proj", "", "BF16", 12, 96, 256, 0);
    st_end(&header);
    st_opened opened = open_pair(&header, QWEN_MOE "}");
    assert_int_equal(opened.status, EDGEPLAN_OK);
    const edgeplan_tensor *down = find_role(opened.model, EDGEPLAN_ROLE_EXPERT_DOWN),
        *up = find_role(opened.model, EDGEPLAN_ROLE_EXPERT_UP);
    assert_count(up->slices, 12);
    assert_count(up->rows, 192);
    assert_count(up->columns, 256);
    assert_count(down->rows, 256);
    assert_count(down->columns, 96);
    assert_count(opened.model->layers[0].ffn_width, 96); /* the description says 128 */
    assert_true(assumes(opened.model, "width of an expert of 96, where the description says 128"));
    assert_string_equal(edgeplan_model_format(opened.model), "bf16");
    release(&opened);
    free(header.text.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gpt_oss),
        cmocka_unit_test(test_single_experts_are_stacked),
        cmocka_unit_test(test_fused_experts_are_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
