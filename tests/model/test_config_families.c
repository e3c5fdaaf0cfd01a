/* What single families do with their layers, and what is wrong with files that say otherwise. */
#include "configs.h"

#include "model/model.h"

/* One letter a layer: F all, S window, C chunk, R recurrent, P both, D feed-forward only, X fixed. */
static void letters(const edgeplan_model *model, char *out)
{
    static const char spans[] = {'F', 'S', 'C', 'X'};
    for (uint32_t i = 0; i < model->layer_count; i++) {
        const edgeplan_layer *layer = &model->layers[i];
        const int attends = layer->attention != EDGEPLAN_ATTENTION_NONE, recurs = layer->recurrent != EDGEPLAN_RECURRENT_NONE;
        out[i] = attends && recurs ? 'P' : attends ? spans[layer->span] : recurs ? 'R' : 'D';
    }
    out[model->layer_count] = '\0';
}

static void test_order_of_layers(void **state)
{
    (void)state;
    static const struct {
        const char *config, *order;
    } cases[] = {
        {"lfm2-350m", "RRFRRFRRFRFRFRFR"},  /* full_attn_idxs */
        {"lfm2-1.2b", "RRFRRFRRFRFRFRFR"},  /* 17 layer_types for 16 layers */
        {"lfm2-2.6b", "RRFRRFRRRFRRRFRRRFRRRFRRFRRFRR"},
        {"lfm2-8b-a1b", "RRFRRRFRRRFRRRFRRRFRRFRR"},
        {"kimi-linear-48b-a3b", "RRRFRRRFRRRFRRRFRRRFRRRFRRF"}, /* counted from 1 */
        {"jamba-1.5-mini", "RRRRFRRRRRRRFRRRRRRRFRRRRRRRFRRR"},
        {"granite-4.0-h-350m", "RRRRRRRRRRFRRFRRRFRRRRRRRRRFRRRR"},
        {"nemotron-nano-9b-v2", "RDRDRDRRDRDRDRFDRDRDRFDRDRDRDRFDRDRDRDRFDRDRRDRDRDRDRDRD"},
        {"falcon-h1-0.5b", "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP"},
        {"qwen3-next-80b-a3b", "RRRFRRRFRRRFRRRFRRRFRRRFRRRFRRRFRRRFRRRFRRRFRRRF"},
        {"qwen3.5-0.8b", "RRRFRRRFRRRFRRRFRRRFRRRF"},
        {"llama-4-scout", "CCCFCCCFCCCFCCCFCCCFCCCFCCCFCCCFCCCFCCCFCCCFCCCF"},
        {"gemma-3n-e2b", "SSSSFSSSSFSSSSFSSSSFSSSSFSSSSF"},
        {"gemma-4-e4b", "SSSSSFSSSSSFSSSSSFSSSSSFSSSSSFSSSSSFSSSSSF"},
        {"whisper-tiny", "FXFXFXFX"},
        {"rwkv7-0.1b", "RRRRRRRRRRRR"},
    };
    char order[128];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeplan_model *model = open_config(cases[i].config);
        letters(model, order);
        assert_string_equal(order, cases[i].order);
        edgeplan_model_unref(model);
    }
}

static void test_shared_caches(void **state)
{
    (void)state;
    edgeplan_model *small = open_config("gemma-4-e2b"), *large = open_config("gemma-4-31b");
    edgeplan_model *mixed = open_config("gemma-4-26b-a4b");
    /* 15 layers keep a cache; of the others a window layer reads layer 14's, a full one layer 15's. */
    assert_int_equal(small->layers[14].kv_source, 0);
    assert_int_equal(small->layers[15].kv_source, 14);
    assert_int_equal(small->layers[19].kv_source, 15);
    assert_int_equal(small->layers[34].kv_source, 15);
    /* Twice as wide where the cache is another's; full layers have wider heads. */
    assert_int_equal(small->layers[14].ffn_width, 6144);
    assert_int_equal(small->layers[15].ffn_width, 12288);
    assert_int_equal(small->layers[13].key_width, 256);
    assert_int_equal(small->layers[14].key_width, 512);
    assert_int_equal(small->layers[14].kv_heads, 1);
    /* Keys that serve as values leave two caches and one projection. */
    assert_int_equal(large->layers[5].kv_heads, 4);
    assert_int_equal(large->layers[5].value_width, 512);
    assert_int_equal(large->layers[4].kv_heads, 16);
    assert_int_equal(mixed->layers[0].experts, 128);
    assert_int_equal(mixed->layers[0].shared_width, 2112);
    uint32_t values = 0;
    for (uint32_t i = 0; i < large->tensor_count; i++)
        values += large->tensors[i].role == EDGEPLAN_ROLE_ATTENTION_VALUE;
    assert_int_equal(values, 50);
    edgeplan_model_unref(small);
    edgeplan_model_unref(large);
    edgeplan_model_unref(mixed);
}

static void test_latent(void **state)
{
    (void)state;
    edgeplan_model *deepseek = open_config("deepseek-v2-lite"), *minicpm = open_config("minicpm3-4b");
    const edgeplan_layer *layer = &deepseek->layers[1];
    assert_int_equal(layer->attention, EDGEPLAN_ATTENTION_LATENT);
    assert_int_equal(layer->kv_heads, 1);
    assert_int_equal(layer->key_width, 192);
    assert_int_equal(layer->shared_width, 2 * 1408);
    assert_int_equal(deepseek->layers[0].feed_forward, EDGEPLAN_FEED_FORWARD_DENSE);
    assert_int_equal(layer->feed_forward, EDGEPLAN_FEED_FORWARD_EXPERTS);
    assert_int_equal(minicpm->layers[0].attention, EDGEPLAN_ATTENTION_GROUPED); /* llama.cpp, MLX LM and vLLM cache all its heads */
    assert_int_equal(minicpm->layers[0].kv_heads, 40);
    assert_int_equal(minicpm->layers[0].key_width, 96);
    assert_int_equal(minicpm->layers[0].value_width, 64);
    assert_true(assumes(minicpm, "`v_head_dim` is not given: 64"));
    edgeplan_model_unref(deepseek);
    edgeplan_model_unref(minicpm);
}

static void test_encoder(void **state)
{
    (void)state;
    edgeplan_model *model = open_config("whisper-tiny");
    uint64_t encoder = 0;
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        encoder += tensor->role == EDGEPLAN_ROLE_ENCODER ? tensor->rows * tensor->columns : 0;
    }
    /* Two convolutions, positions, a norm; four layers of four projections, three with a bias, two more with one, two norms. */
    assert_int_equal(encoder, 384 * 240 + 384 + 384 * 1152 + 384 + 1500 * 384 + 768 +
                                  4 * (4 * 384 * 384 + 3 * 384 + 2 * 384 * 1536 + 1536 + 384 + 4 * 384));
    assert_int_equal(model->head.parameters - model->head.active_parameters, encoder);
    assert_int_equal(model->head.trained_context_tokens, 448);
    assert_int_equal(model->layers[1].span_tokens, 1500);
    assert_int_equal(model->layers[0].feed_forward, EDGEPLAN_FEED_FORWARD_NONE);
    assert_true(assumes(model, "encoder"));
    edgeplan_model_unref(model);
}

#define SIZES                                                                                                    \
    "\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"num_key_value_heads\":2,\"head_dim\":16," \
    "\"intermediate_size\":128,\"vocab_size\":100,\"max_position_embeddings\":4096"
#define TYPE(name) "{\"model_type\":\"" name "\"," SIZES
#define NEMOTRON TYPE("nemotron_h") ",\"ssm_state_size\":16,\"mamba_num_heads\":8,\"mamba_head_dim\":16"

static void test_spans_of_single_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *order;
    } cases[] = {
        {TYPE("exaone4") ",\"sliding_window\":512,\"sliding_window_pattern\":\"LLG\"}", "SSFS"},
        {TYPE("exaone4") ",\"sliding_window\":512,\"sliding_window_pattern\":2}", "SFSF"},
        {TYPE("exaone4") ",\"sliding_window\":null,\"sliding_window_pattern\":\"LLG\"}", "FFFF"},
        {TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":512}", "CCCF"},
        {TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":512,\"no_rope_layers\":[]}", "CCCF"},
        {TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":512,\"no_rope_layers\":[1,0,1,0]}", "CFCF"},
        {TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":8192}", "FFFF"},
        {TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":512,\"layer_types\":[\"full_attention\","
         "\"chunked_attention\",\"chunked_attention\",\"full_attention\"]}", "FCCF"},
        {TYPE("mistral") ",\"sliding_window\":512}", "SSSS"},
        {TYPE("never_seen") ",\"sliding_window\":512,\"sliding_window_pattern\":2}", "SFSF"},
        {TYPE("lfm2") ",\"block_auto_adjust_ff_dim\":false}", "FFFF"},
        {TYPE("granitemoehybrid") ",\"num_local_experts\":0,\"shared_intermediate_size\":128,\"mamba_n_heads\":8}", "RRRR"},
        {TYPE("qwen3_5_text") ",\"full_attention_interval\":2}", "RFRF"},
        {NEMOTRON ",\"hybrid_override_pattern\":\"M*-\"}", "RFD"},
        {NEMOTRON ",\"layers_block_type\":[\"mamba\",\"mlp\",\"attention\",\"linear_attention\",\"full_attention\"]}", "RDFRF"},
    };
    char order[8];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeplan_model *model = accept(cases[i].text);
        letters(model, order);
        if (strcmp(order, cases[i].order) != 0)
            fail_msg("%s: %s, expected %s", cases[i].text, order, cases[i].order);
        edgeplan_model_unref(model);
    }
}

static void test_widths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t first, last; /* of the first and the last layer's feed-forward part */
    } cases[] = {
        {TYPE("lfm2") ",\"block_ff_dim\":12288}", 8192, 8192},
        {TYPE("lfm2") ",\"block_ff_dim\":12288,\"block_ffn_dim_multiplier\":null}", 8192, 8192},
        {TYPE("lfm2") ",\"block_ff_dim\":6656,\"block_ffn_dim_multiplier\":null}", 4437, 4437},
        {TYPE("lfm2") ",\"block_ff_dim\":6656,\"block_ffn_dim_multiplier\":1.5,\"block_multiple_of\":128}", 6656, 6656},
        {"{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,\"vocab_size\":9,"
         "\"max_position_embeddings\":9,\"intermediate_size\":[32,\"64\",128]}", 32, 64},
        {TYPE("llama4_text") ",\"num_local_experts\":4,\"num_experts_per_tok\":1,\"interleave_moe_layer_step\":2,"
         "\"intermediate_size_mlp\":512}", 512, 128},
        {TYPE("granitemoehybrid") ",\"num_local_experts\":4,\"num_experts_per_tok\":1,\"shared_intermediate_size\":32}", 128, 128},
        {TYPE("never_seen") ",\"n_routed_experts\":4,\"num_experts_per_tok\":1,\"moe_intermediate_size\":32,\"n_shared_experts\":2,"
         "\"first_k_dense_replace\":1}", 128, 32},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeplan_model *model = accept(cases[i].text);
        const uint64_t first = model->layers[0].ffn_width, last = model->layers[model->layer_count - 1].ffn_width;
        if (first != cases[i].first || last != cases[i].last)
            fail_msg("%s: %llu and %llu", cases[i].text, (unsigned long long)first, (unsigned long long)last);
        edgeplan_model_unref(model);
    }
}

/* `mamba_d_ssm` null means heads times width; "auto" the hidden width times `mamba_expand`, and for the rank a sixteenth of it. */
#define FALCON TYPE("falcon_h1") ",\"mamba_d_ssm\":null,\"mamba_n_heads\":8,\"mamba_d_state\":16"

static void test_left_to_the_class(void **state)
{
    (void)state;
    edgeplan_model *model = accept(FALCON ",\"mamba_d_head\":24}");
    assert_int_equal(model->layers[0].state_elements, 8 * 24 * 16);
    assert_int_equal(model->layers[0].conv_elements, 3 * (8 * 24 + 2 * 16));
    edgeplan_model_unref(model);
    model = accept(FALCON ",\"mamba_d_head\":\"auto\"}");
    assert_int_equal(model->layers[0].state_elements, 2 * 64 * 16);
    edgeplan_model_unref(model);
    model = accept("{\"model_type\":\"mamba\",\"hidden_size\":768,\"num_hidden_layers\":24,\"vocab_size\":50280,"
                   "\"time_step_rank\":\"auto\"}");
    /* mamba-130m: inner 1536, rank 48, state 16; 129,135,360 parameters as published (state-spaces/mamba-130m-hf). */
    assert_int_equal(model->head.parameters, 129135360);
    assert_true(assumes(model, "`mamba_d_state` is not given: 16"));
    edgeplan_model_unref(model);
}

static void test_unknown_is_planned_as_usual(void **state)
{
    (void)state;
    edgeplan_model *model = accept(TYPE("never_seen") ",\"tie_word_embeddings\":false,\"attention_bias\":true,\"mlp_bias\":true,"
                                                      "\"num_kv_shared_layers\":0,\"kv_lora_rank\":null}");
    edgeplan_model *usual = accept(TYPE("llama") ",\"tie_word_embeddings\":false,\"attention_bias\":true,\"mlp_bias\":true}");
    assert_int_equal(model->head.parameters, usual->head.parameters);
    assert_string_equal(edgeplan_model_family(model), "never_seen");
    assert_true(assumes(model, "not known"));
    assert_false(assumes(model, "as its class has it"));
    edgeplan_model_unref(model);
    edgeplan_model_unref(usual);
}

#define MAMBA "{\"model_type\":\"mamba\",\"hidden_size\":64,\"num_hidden_layers\":2,\"vocab_size\":9"
#define GEMMA4 TYPE("gemma4_text") ",\"sliding_window\":512,\"sliding_window_pattern\":2,\"hidden_size_per_layer_input\":0"
#define KIMI                                                                                                     \
    TYPE("kimi_linear") ",\"num_experts\":0,\"kv_lora_rank\":8,\"qk_nope_head_dim\":8,\"qk_rope_head_dim\":8,"       \
    "\"v_head_dim\":8"
#define LINEAR "\"linear_attn_config\":{\"num_heads\":2,\"head_dim\":8,\"short_conv_kernel_size\":4"
#define DEEPSEEK                                                                                                 \
    "{\"model_type\":\"deepseek_v2\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"          \
    "\"vocab_size\":9,\"max_position_embeddings\":99,\"intermediate_size\":8"

static const struct {
    const char *text;
    edgeplan_status status;
    const char *path;
} mistakes[] = {
    {TYPE("never_seen") ",\"ssm_state_size\":16}", EDGEPLAN_ERROR_UNSUPPORTED, "ssm_state_size"},
    {"{\"text_config\":" TYPE("never_seen") ",\"encoder_layers\":6}}", EDGEPLAN_ERROR_UNSUPPORTED, "text_config.encoder_layers"},
    {TYPE("never_seen") ",\"layer_types\":[\"full_attention\",\"mamba\",\"full_attention\",\"full_attention\"]}",
     EDGEPLAN_ERROR_UNSUPPORTED, "layer_types"},
    {MAMBA ",\"conv_kernel\":0}", EDGEPLAN_ERROR_RANGE, "conv_kernel"},
    {MAMBA ",\"intermediate_size\":[]}", EDGEPLAN_ERROR_SCHEMA, "intermediate_size"},
    {MAMBA ",\"state_size\":\"x\"}", EDGEPLAN_ERROR_SCHEMA, "state_size"},
    {MAMBA ",\"layer_types\":[\"mamba\",\"attention\"]}", EDGEPLAN_ERROR_UNSUPPORTED, "layer_types"},
    {GEMMA4 ",\"num_kv_shared_layers\":4}", EDGEPLAN_ERROR_RANGE, "num_kv_shared_layers"},
    {GEMMA4 ",\"num_kv_shared_layers\":3}", EDGEPLAN_ERROR_RANGE, "num_kv_shared_layers"},
    {GEMMA4 ",\"attention_k_eq_v\":true,\"num_global_key_value_heads\":3}", EDGEPLAN_ERROR_RANGE, "num_global_key_value_heads"},
    {GEMMA4 ",\"enable_moe_block\":true,\"num_experts\":4,\"top_k_experts\":1}", EDGEPLAN_ERROR_SCHEMA, "moe_intermediate_size"},
    {KIMI "}", EDGEPLAN_ERROR_SCHEMA, "linear_attn_config"},
    {KIMI ",\"linear_attn_config\":3}", EDGEPLAN_ERROR_SCHEMA, "linear_attn_config"},
    {KIMI "," LINEAR ",\"full_attn_layers\":[0]}}", EDGEPLAN_ERROR_RANGE, "linear_attn_config.full_attn_layers"},
    {KIMI "," LINEAR ",\"full_attn_layers\":[5]}}", EDGEPLAN_ERROR_RANGE, "linear_attn_config.full_attn_layers"},
    {KIMI "," LINEAR ",\"full_attn_layers\":5}}", EDGEPLAN_ERROR_SCHEMA, "linear_attn_config.full_attn_layers"},
    {TYPE("lfm2") ",\"full_attn_idxs\":[4]}", EDGEPLAN_ERROR_RANGE, "full_attn_idxs"},
    {TYPE("lfm2") ",\"block_ffn_dim_multiplier\":-1}", EDGEPLAN_ERROR_RANGE, "block_ffn_dim_multiplier"},
    {TYPE("lfm2") ",\"block_ffn_dim_multiplier\":{}}", EDGEPLAN_ERROR_RANGE, "block_ffn_dim_multiplier"},
    {NEMOTRON ",\"hybrid_override_pattern\":\"M*-x\"}", EDGEPLAN_ERROR_UNSUPPORTED, "hybrid_override_pattern"},
    {NEMOTRON ",\"hybrid_override_pattern\":[]}", EDGEPLAN_ERROR_SCHEMA, "hybrid_override_pattern"},
    {NEMOTRON "}", EDGEPLAN_ERROR_SCHEMA, "hybrid_override_pattern"},
    {NEMOTRON ",\"hybrid_override_pattern\":\"M*-\",\"moe_latent_size\":64}", EDGEPLAN_ERROR_UNSUPPORTED, "moe_latent_size"},
    {TYPE("jamba") ",\"num_experts\":0,\"attn_layer_offset\":8}", EDGEPLAN_ERROR_RANGE, "attn_layer_offset"},
    {TYPE("jamba") ",\"num_experts\":4,\"num_experts_per_tok\":2,\"expert_layer_offset\":2}", EDGEPLAN_ERROR_RANGE,
     "expert_layer_offset"},
    {DEEPSEEK ",\"n_routed_experts\":4,\"num_experts_per_tok\":2}", EDGEPLAN_ERROR_SCHEMA, "moe_intermediate_size"},
    {DEEPSEEK ",\"n_routed_experts\":0,\"kv_lora_rank\":0}", EDGEPLAN_ERROR_RANGE, "kv_lora_rank"},
    {DEEPSEEK ",\"num_experts_per_tok\":2,\"moe_intermediate_size\":8}", EDGEPLAN_ERROR_SCHEMA, "num_local_experts"},
    {TYPE("llama4_text") ",\"num_local_experts\":0,\"no_rope_layers\":[1]}", EDGEPLAN_ERROR_SCHEMA, "no_rope_layers"},
    {TYPE("llama4_text") ",\"num_local_experts\":0,\"no_rope_layers\":1}", EDGEPLAN_ERROR_SCHEMA, "no_rope_layers"},
    {TYPE("exaone4") ",\"sliding_window\":512,\"sliding_window_pattern\":\"LXG\"}", EDGEPLAN_ERROR_SCHEMA,
     "sliding_window_pattern"},
    {"{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,\"vocab_size\":9,"
     "\"max_position_embeddings\":9,\"intermediate_size\":[32]}", EDGEPLAN_ERROR_SCHEMA, "intermediate_size"},
    {"{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,\"vocab_size\":9,"
     "\"max_position_embeddings\":9,\"intermediate_size\":[32,-1]}", EDGEPLAN_ERROR_RANGE, "intermediate_size"},
    {"{\"model_type\":\"rwkv7\",\"hidden_size\":64,\"num_hidden_layers\":2,\"vocab_size\":9,\"intermediate_size\":8,"
     "\"decay_low_rank_dim\":8,\"a_low_rank_dim\":8,\"v_low_rank_dim\":8}", EDGEPLAN_ERROR_SCHEMA, "gate_low_rank_dim"},
    {"{\"model_type\":\"whisper\",\"d_model\":64,\"decoder_layers\":2,\"decoder_attention_heads\":4,\"decoder_ffn_dim\":8,"
     "\"vocab_size\":9,\"encoder_layers\":2}", EDGEPLAN_ERROR_SCHEMA, "encoder_ffn_dim"},
};

static void test_mistakes(void **state)
{
    (void)state;
    edgeplan_diagnostics *diagnostics = NULL;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        edgeplan_model *model = NULL;
        const edgeplan_status status = read_string(mistakes[i].text, diagnostics, &model);
        if (status != mistakes[i].status || edgeplan_diagnostics_count(diagnostics) != 1 ||
            strcmp(edgeplan_diagnostics_key_path(diagnostics, 0), mistakes[i].path) != 0)
            fail_msg("%s: status %d, %u diagnostics, first %s: %s", mistakes[i].text, (int)status,
                     edgeplan_diagnostics_count(diagnostics), edgeplan_diagnostics_key_path(diagnostics, 0),
                     edgeplan_diagnostics_message(diagnostics, 0));
        assert_null(model);
        assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "test.json");
        edgeplan_diagnostics_clear(diagnostics);
    }
    edgeplan_diagnostics_unref(diagnostics);
}

/* Every key of a class we do not know that tells of another part, and what else is wrong. */
static void test_every_mistake_is_reported(void **state)
{
    (void)state;
    static const char *const paths[] = {"ssm_state_size", "conv_kernel", "attn_layer_period", "num_attention_heads", "head_dim"};
    edgeplan_model *model = NULL;
    edgeplan_diagnostics *diagnostics = NULL;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(read_string("{\"model_type\":\"never_seen\",\"num_hidden_layers\":2,\"hidden_size\":64,\"vocab_size\":9,"
                                 "\"ssm_state_size\":1,\"conv_kernel\":4,\"attn_layer_period\":2,\"num_attention_heads\":0,"
                                 "\"head_dim\":-1,\"max_position_embeddings\":9,\"intermediate_size\":8}",
                                 diagnostics, &model),
                     EDGEPLAN_ERROR_UNSUPPORTED);
    assert_int_equal(edgeplan_diagnostics_count(diagnostics), sizeof paths / sizeof paths[0]);
    for (uint32_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_string_equal(edgeplan_diagnostics_key_path(diagnostics, i), paths[i]);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_allocation_failures(void **state)
{
    (void)state;
    static const char *const configs[] = {
        "gemma-3n-e2b", "gemma-4-26b-a4b", "llama-4-scout", "kimi-linear-48b-a3b", "nemotron-nano-9b-v2",
        "lfm2-8b-a1b", "whisper-tiny", "jamba-1.5-mini", "rwkv7-0.1b", "mimo-7b",
    };
    static const char unknown[] = TYPE("never_seen") ",\"sliding_window\":512,\"sliding_window_pattern\":2}";
    static const char chunks[] =
        TYPE("llama4_text") ",\"num_local_experts\":0,\"attention_chunk_size\":512,\"no_rope_layers\":[1,0,1,0]}";
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        size_t length = 0;
        char *text = load_text(configs[i], &length);
        sweep(text, length);
        free(text);
    }
    sweep(unknown, sizeof unknown - 1);
    sweep(chunks, sizeof chunks - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_layers),
        cmocka_unit_test(test_shared_caches),
        cmocka_unit_test(test_latent),
        cmocka_unit_test(test_encoder),
        cmocka_unit_test(test_spans_of_single_files),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_left_to_the_class),
        cmocka_unit_test(test_unknown_is_planned_as_usual),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_every_mistake_is_reported),
        cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
