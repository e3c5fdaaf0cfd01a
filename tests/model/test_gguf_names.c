/* What the names of tensors in a GGUF tell. */
#include "support.h"

#include "model/gguf_names.h"

static void names_tell_what_a_tensor_is_for(void **state)
{
    static const struct {
        const char *name;
        uint64_t layer;
        uint32_t role;
    } names[] = {
        {"token_embd.weight", 0, EDGEPLAN_ROLE_TOKEN_EMBEDDING},     {"output.weight", 0, EDGEPLAN_ROLE_OUTPUT_HEAD},
        {"altup_proj.weight", 0, EDGEPLAN_ROLE_OTHER},               {"token_types.weight", 0, EDGEPLAN_ROLE_OTHER},
        {"per_layer_token_embd.weight", 0, EDGEPLAN_ROLE_PER_LAYER_EMBEDDING}, {"rope_freqs.weight", 0, EDGEPLAN_ROLE_CONSTANT},
        {"output.bias", 0, EDGEPLAN_ROLE_BIAS},                      {"blk.0.altup_correct_coef.weight", 1, EDGEPLAN_ROLE_BIAS},
        {"blk.31.attn_q.weight", 32, EDGEPLAN_ROLE_ATTENTION_QUERY}, {"blk.31.attn_q.bias", 32, EDGEPLAN_ROLE_BIAS},
        {"blk.7.attn_q.scale", 8, EDGEPLAN_ROLE_BIAS},               {"blk.0.attn_qkv.weight", 1, EDGEPLAN_ROLE_ATTENTION_QKV},
        {"blk.0.attn_kv_a_mqa.weight", 1, EDGEPLAN_ROLE_ATTENTION_LATENT}, {"blk.0.attn_v_b.weight", 1, EDGEPLAN_ROLE_ATTENTION_LATENT},
        {"blk.0.attn_sinks.weight", 1, EDGEPLAN_ROLE_BIAS},          {"blk.0.exp_probs_b.bias", 1, EDGEPLAN_ROLE_BIAS},
        {"blk.0.ffn_gate_inp.weight", 1, EDGEPLAN_ROLE_ROUTER},      {"blk.0.ffn_gate_exps.weight", 1, EDGEPLAN_ROLE_EXPERT_GATE},
        {"blk.0.ffn_gate_up_exps.weight", 1, EDGEPLAN_ROLE_EXPERT_UP}, {"blk.0.ffn_down_shexp.weight", 1, EDGEPLAN_ROLE_SHARED_DOWN},
        {"blk.0.ffn_down.11.weight", 1, EDGEPLAN_ROLE_EXPERT_DOWN},  {"blk.0.inp_gate.weight", 1, EDGEPLAN_ROLE_PER_LAYER_PROJECTION},
        {"blk.0.ssm_conv1d.weight", 1, EDGEPLAN_ROLE_CONVOLUTION},   {"blk.0.ssm_a", 1, EDGEPLAN_ROLE_BIAS},
        {"blk.0.shortconv.in_proj.weight", 1, EDGEPLAN_ROLE_RECURRENT}, {"blk.0.time_mix_key.weight", 1, EDGEPLAN_ROLE_RECURRENT},
        {"blk.0.channel_mix_value.weight", 1, EDGEPLAN_ROLE_FFN_DOWN}, {"blk.0.time_mix_w2.weight", 1, EDGEPLAN_ROLE_BIAS},
        {"blk.0.time_mix_ln.weight", 1, EDGEPLAN_ROLE_NORM},
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const ep_tensor_name name = ep_tensor_name_read(names[i].name);

        assert_true(name.known);
        assert_count(name.layer, names[i].layer);
        assert_count(name.role, names[i].role);
    }
    assert_false(ep_tensor_name_read("blk.0.attn").known); /* the beginning of a name, and more than one */
    assert_false(ep_tensor_name_read("blk.0.attn_qkvx.weight").known);
    assert_false(ep_tensor_name_read("blk..attn_q.weight").known);
    assert_false(ep_tensor_name_read("blk.99999999.attn_q.weight").known);
    assert_count(ep_tensor_name_read("blk.0.mystery_norm.weight").role, EDGEPLAN_ROLE_NORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_what_a_tensor_is_for),
    };

    return cmocka_run_group_tests_name("model/gguf_names", tests, NULL, NULL);
}
