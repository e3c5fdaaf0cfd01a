/* Checkpoints of families whose layers are not all alike: the description and the tensors must come to the same. */
#include "checkpoints.h"

#include "configs.h"

static void put(st_header *header, st_layout lay, uint64_t layer, const char *list, const char *rest, uint64_t rows, uint64_t columns)
{
    char name[160];
    snprintf(name, sizeof name, "%s.%llu.%s", list, (unsigned long long)layer, rest);
    lay(header, name, rows, columns);
}

static void put_vector(st_header *header, uint64_t layer, const char *list, const char *rest, const char *dtype, uint64_t width)
{
    char name[160];
    snprintf(name, sizeof name, "%s.%llu.%s", list, (unsigned long long)layer, rest);
    st_add(header, name, dtype, width, 0, 0, 0);
}

/* The description in tests/data/configs with one more key. */
static char *describe_with(const char *name, const char *more)
{
    size_t length = 0;
    char *text = load_text(name, &length);
    while (length > 0 && text[length - 1] != '}')
        length--;
    assert_true(length > 0);
    char *whole = malloc(length + strlen(more) + 3);
    assert_non_null(whole);
    snprintf(whole, length + strlen(more) + 3, "%.*s%s%s}", (int)length - 1, text, more[0] != '\0' ? "," : "", more);
    free(text);
    return whole;
}

/* ---- Nemotron 3 Nano: Mamba, experts and attention by a pattern ---- */

static unsigned nemotron_bits; /* of the layouts below */

static void add_nemotron_mlx(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add_mlx(header, module, rows, columns, nemotron_bits, 64);
}

static void add_mlx_mxfp4(st_header *header, const char *module, uint64_t rows, uint64_t columns)
{
    add(header, module, ".scales", "U8", rows, columns / 32, 0, 0);
    add(header, module, ".weight", "U32", rows, columns / 8, 0, 0);
}

static void add_mamba(st_header *header, st_layout lay, uint64_t layer)
{
    const uint64_t inner = 64 * 64, convolved = inner + 2 * 8 * 128;
    const char *const list = "backbone.layers";
    char name[160];
    put(header, lay, layer, list, "mixer.in_proj", inner + convolved + 64, 2688);
    put(header, lay, layer, list, "mixer.out_proj", 2688, inner);
    snprintf(name, sizeof name, "%s.%llu.mixer.conv1d.weight", list, (unsigned long long)layer);
    st_add(header, name, "BF16", convolved, 4, 1, 0);
    put_vector(header, layer, list, "mixer.conv1d.bias", "BF16", convolved);
    put_vector(header, layer, list, "mixer.norm.weight", "BF16", inner);
    put_vector(header, layer, list, "mixer.A_log", "F32", 64);
    put_vector(header, layer, list, "mixer.D", "F32", 64);
    put_vector(header, layer, list, "mixer.dt_bias", "F32", 64);
}

static void add_nemotron_experts(st_header *header, st_layout lay, uint64_t layer)
{
    const char *const list = "backbone.layers";
    for (unsigned i = 0; i < 128; i++) {
        char rest[80];
        snprintf(rest, sizeof rest, "mixer.experts.%u.up_proj", i);
        put(header, lay, layer, list, rest, 1856, 2688);
        snprintf(rest, sizeof rest, "mixer.experts.%u.down_proj", i);
        put(header, lay, layer, list, rest, 2688, 1856);
    }
    put(header, lay, layer, list, "mixer.shared_experts.up_proj", 3712, 2688);
    put(header, lay, layer, list, "mixer.shared_experts.down_proj", 2688, 3712);
    put(header, add_bf16, layer, list, "mixer.gate", 128, 2688);
    put_vector(header, layer, list, "mixer.gate.e_score_correction_bias", "BF16", 128);
}

static st_header lay_out_nemotron(st_layout lay)
{
    static const char pattern[] = "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME";
    const char *const list = "backbone.layers";
    st_header header = st_begin();
    lay(&header, "backbone.embeddings", 131072, 2688);
    lay(&header, "lm_head", 131072, 2688);
    add_norm(&header, "backbone.norm_f", "BF16", 2688);
    for (uint64_t i = 0; pattern[i] != '\0'; i++) {
        put_vector(&header, i, list, "norm.weight", "BF16", 2688);
        if (pattern[i] == 'M') {
            add_mamba(&header, lay, i);
        } else if (pattern[i] == 'E') {
            add_nemotron_experts(&header, lay, i);
        } else {
            put(&header, lay, i, list, "mixer.q_proj", 4096, 2688);
            put(&header, lay, i, list, "mixer.k_proj", 256, 2688);
            put(&header, lay, i, list, "mixer.v_proj", 256, 2688);
            put(&header, lay, i, list, "mixer.o_proj", 2688, 4096);
        }
    }
    st_end(&header);
    return header;
}

/* Tensor bytes of the mlx-community checkpoints, from exo-explore/exo resources/inference_model_cards. With the three vectors of a
   Mamba layer in 32 bit and everything else that is not quantized in 16, all five follow to the byte. */
static void test_nemotron(void **state)
{
    static const struct { unsigned bits; const char *scheme, *format; uint64_t bytes; } rows[] = {
        {4, "\"quantization\":{\"group_size\":64,\"bits\":4}", "mlx-4bit-g64", 17775342336},
        {5, "\"quantization\":{\"group_size\":64,\"bits\":5}", "mlx-5bit-g64", 21721476864},
        {6, "\"quantization\":{\"group_size\":64,\"bits\":6}", "mlx-6bit-g64", 25667611392},
        {8, "\"quantization\":{\"group_size\":64,\"bits\":8}", "mlx-8bit-g64", 33559880448},
        {0, "\"quantization\":{\"group_size\":32,\"bits\":4,\"mode\":\"mxfp4\"}", "mlx-mxfp4", 16788808704},
    };
    edgeplan_model *described = open_config("nemotron-3-nano-30b-a3b");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *config = describe_with("nemotron-3-nano-30b-a3b", rows[i].scheme);
        nemotron_bits = rows[i].bits;
        st_header header = lay_out_nemotron(rows[i].bits != 0 ? add_nemotron_mlx : add_mlx_mxfp4);
        st_opened opened = open_pair(&header, config);
        if (opened.status != EDGEPLAN_OK)
            fail_msg("%s: %s", edgeplan_diagnostics_key_path(opened.diagnostics, 0), edgeplan_diagnostics_message(opened.diagnostics, 0));
        assert_count(stored_bytes(opened.model), rows[i].bytes);
        assert_count(opened.model->head.parameters, described->head.parameters);
        assert_count(opened.model->head.active_parameters, described->head.active_parameters);
        assert_string_equal(edgeplan_model_format(opened.model), rows[i].format);
        assert_int_equal(opened.model->assumption_count, described->assumption_count);
        release(&opened);
        free(header.text.bytes);
        free(config);
    }
    edgeplan_model_unref(described);
}

/* ---- Whisper: an encoder, and a decoder whose layers are described as two each ---- */

static void add_biased(st_header *header, const char *list, uint64_t layer, const char *rest, uint64_t rows, uint64_t columns)
{
    char name[120];
    put(header, add_bf16, layer, list, rest, rows, columns);
    snprintf(name, sizeof name, "%s.bias", rest);
    put_vector(header, layer, list, name, "BF16", rows);
}

static void add_layer_norm(st_header *header, const char *list, uint64_t layer, const char *rest)
{
    char name[120];
    snprintf(name, sizeof name, "%s.weight", rest);
    put_vector(header, layer, list, name, "BF16", 384);
    snprintf(name, sizeof name, "%s.bias", rest);
    put_vector(header, layer, list, name, "BF16", 384);
}

static void add_whisper_attention(st_header *header, const char *list, uint64_t layer, const char *kind)
{
    static const char *const biased[] = {"q_proj", "v_proj", "out_proj"};
    char rest[80];
    for (size_t i = 0; i < 3; i++) {
        snprintf(rest, sizeof rest, "%s.%s", kind, biased[i]);
        add_biased(header, list, layer, rest, 384, 384);
    }
    snprintf(rest, sizeof rest, "%s.k_proj", kind);
    put(header, add_bf16, layer, list, rest, 384, 384);
    snprintf(rest, sizeof rest, "%s_layer_norm", kind);
    add_layer_norm(header, list, layer, rest);
}

static st_header lay_out_whisper(void)
{
    static const char *const sides[] = {"model.encoder.layers", "model.decoder.layers"};
    st_header header = st_begin();
    st_add(&header, "model.encoder.conv1.weight", "BF16", 384, 80, 3, 0);
    st_add(&header, "model.encoder.conv1.bias", "BF16", 384, 0, 0, 0);
    st_add(&header, "model.encoder.conv2.weight", "BF16", 384, 384, 3, 0);
    st_add(&header, "model.encoder.conv2.bias", "BF16", 384, 0, 0, 0);
    add_bf16(&header, "model.encoder.embed_positions", 1500, 384);
    add_bf16(&header, "model.decoder.embed_positions", 448, 384);
    add_bf16(&header, "model.decoder.embed_tokens", 51865, 384);
    st_add(&header, "model.encoder.layer_norm.weight", "BF16", 384, 0, 0, 0);
    st_add(&header, "model.encoder.layer_norm.bias", "BF16", 384, 0, 0, 0);
    st_add(&header, "model.decoder.layer_norm.weight", "BF16", 384, 0, 0, 0);
    st_add(&header, "model.decoder.layer_norm.bias", "BF16", 384, 0, 0, 0);
    for (uint64_t i = 0; i < 8; i++) {
        const char *list = sides[i % 2];
        add_whisper_attention(&header, list, i / 2, "self_attn");
        if (i % 2 == 1)
            add_whisper_attention(&header, list, i / 2, "encoder_attn");
        add_biased(&header, list, i / 2, "fc1", 1536, 384);
        add_biased(&header, list, i / 2, "fc2", 384, 1536);
        add_layer_norm(&header, list, i / 2, "final_layer_norm");
    }
    st_end(&header);
    return header;
}

static void test_whisper(void **state)
{
    edgeplan_model *described = open_config("whisper-tiny");
    char *config = describe_with("whisper-tiny", "");
    st_header header = lay_out_whisper();
    (void)state;
    st_opened opened = open_pair(&header, config);
    if (opened.status != EDGEPLAN_OK)
        fail_msg("%s: %s", edgeplan_diagnostics_key_path(opened.diagnostics, 0), edgeplan_diagnostics_message(opened.diagnostics, 0));
    assert_count(opened.model->head.parameters, 37760640); /* published */
    assert_count(opened.model->head.active_parameters, described->head.active_parameters);
    assert_int_equal(opened.model->layer_count, 8);
    assert_count(stored_bytes(opened.model), header.data_bytes);
    assert_int_equal(opened.model->assumption_count, described->assumption_count);
    release(&opened);
    edgeplan_model_unref(described);
    free(header.text.bytes);
    free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nemotron),
        cmocka_unit_test(test_whisper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
