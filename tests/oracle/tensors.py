"""The tensors and metadata a GGUF file of an architecture holds, from its dimensions (models.json).

Names and shapes as llama.cpp v0.5.0 asks for them: src/models/*.cpp (load_arch_tensors) and src/llama-arch.cpp. It refuses a file
with a tensor too many, too few or of another shape, so that a file that opens has exactly these. Shapes have the row length first.
"""

# What dimensions do not say. `norms` are the vectors of hidden width in each layer.
TRAITS = {
    "llama": {}, "mistral3": {}, "granite": {}, "minicpm": {}, "smollm3": {}, "ernie4_5": {}, "gemma": {},
    "qwen2": {"biased": ("attn_q", "attn_k", "attn_v")},
    "qwen2moe": {"biased": ("attn_q", "attn_k", "attn_v"), "shared_gate": True},
    "qwen3": {"qk_norm": "head"}, "qwen3moe": {"qk_norm": "head"}, "hunyuan-dense": {"qk_norm": "head"},
    "qwen3next": {"qk_norm": "head", "norms": ("attn_norm", "post_attention_norm"), "query_gate": True, "shared_gate": True,
                  "recurrent": "delta"},
    "qwen35": {"qk_norm": "head", "norms": ("attn_norm", "post_attention_norm"), "query_gate": True, "recurrent": "delta"},
    "gemma2": {"norms": ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm")},
    "gemma3": {"norms": ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm"), "qk_norm": "head"},
    "gemma3n": {"norms": ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm"), "qk_norm": "head", "late_keys": True},
    "gemma4": {"norms": ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm"), "qk_norm": "head", "output_scale": True},
    "phi3": {"fused_qkv": True, "gate": "fused"},
    "gpt-oss": {"norms": ("attn_norm", "post_attention_norm"), "sinks": True,
                "biased": ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate_inp", "ffn_gate_exps", "ffn_down_exps",
                           "ffn_up_exps")},
    "phimoe": {"norm_biases": True, "biased": ("attn_q", "attn_k", "attn_v", "attn_output", "output")},
    "llama4": {}, "granitemoe": {}, "ernie4_5-moe": {"router_bias": True},
    "olmoe": {"qk_norm": "full"}, "qwen3vlmoe": {"qk_norm": "head"},
    "glm4": {"norms": ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm"), "biased": ("attn_q", "attn_k", "attn_v"),
             "gate": "fused"},
    "deepseek2": {},
    "minicpm3": {"expanded": True},
    "granitehybrid": {"recurrent": "ssm"},
    "lfm2": {"qk_norm": "head", "recurrent": "convolution", "final_norm": "token_embd_norm"},
    "lfm2moe": {"qk_norm": "head", "recurrent": "convolution", "final_norm": "token_embd_norm", "router_bias": True},
    "falcon-h1": {"recurrent": "ssm", "ssm_norm": False, "bare": "ffn_norm"},
    "nemotron_h": {"recurrent": "ssm", "norms": ("attn_norm",), "gate": None, "lone_mixer": True},
    "nemotron_h_moe": {"recurrent": "ssm", "norms": ("attn_norm",), "gate": None, "lone_mixer": True, "router_bias": True},
    "jamba": {"recurrent": "selective", "selective_norms": True},
    "mamba": {"recurrent": "selective", "norms": ("attn_norm",), "lone_mixer": True},
    "mamba2": {"recurrent": "ssm", "norms": ("attn_norm",), "lone_mixer": True},
    "rwkv7": {"recurrent": "rwkv", "norms": ("attn_norm", "attn_norm_2"), "norm_biases": True, "lone_mixer": True},
    "olmo2": {"norms": ("post_attention_norm", "post_ffw_norm"), "qk_norm": "full"},
    "exaone4": {"norms": ("post_attention_norm", "post_ffw_norm"), "qk_norm": "head"},
    "command-r": {"norms": ("attn_norm",)}, "cohere2": {"norms": ("attn_norm",)},
    "arcee": {"gate": None}, "nemotron": {"norm_biases": True, "gate": None},
    "starcoder2": {"norm_biases": True, "gate": None,
                   "biased": ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_down", "ffn_up")},
}


def kind_of(model, layer):
    pattern = model.get("pattern", "F")
    return pattern[layer % len(pattern)]


def has_experts(model, layer):
    return (model.get("experts", 0) > 0 and layer >= model.get("dense_layers", 0)
            and (layer + 1) % model.get("experts_every", 1) == 0)


def reads_another_cache(model, layer):
    return layer >= model.get("kv_layers", model["layers"])


def head_width(model, layer):
    return model.get("window_head_width", model["head_width"]) if kind_of(model, layer) == "W" else model["head_width"]


def ffn_width(model, layer):
    return model.get("late_ffn_width", model["ffn_width"]) if reads_another_cache(model, layer) else model["ffn_width"]


class _Layer:
    """Collects the tensors of a layer under its prefix."""

    def __init__(self, model, layer, out):
        self.model, self.index, self.out = model, layer, out
        self.traits = TRAITS[model["architecture"]]

    def add(self, name, *shape):
        self.out.append(("blk.%d.%s" % (self.index, name), shape))

    def weight(self, name, *shape):
        self.add(name + ".weight", *shape)
        if name in self.traits.get("biased", ()):
            self.add(name + ".bias", *shape[1:])

    def norm(self, name, *shape):
        self.add(name if name == self.traits.get("bare") else name + ".weight", *shape)
        if self.traits.get("norm_biases"):
            self.add(name + ".bias", *shape)

    def grouped(self):
        m, traits, hidden = self.model, self.traits, self.model["hidden"]
        width = head_width(m, self.index)
        query, keys = m["query_heads"] * width, m["kv_heads"] * width
        own = traits.get("late_keys") or not reads_another_cache(m, self.index)
        if traits.get("fused_qkv"):
            self.weight("attn_qkv", hidden, query + 2 * keys)
        else:
            self.weight("attn_q", hidden, query * (2 if traits.get("query_gate") else 1))
            if own:
                self.weight("attn_k", hidden, keys)
                self.weight("attn_v", hidden, keys)
        self.weight("attn_output", query, hidden)
        if traits.get("qk_norm"):
            full = traits["qk_norm"] == "full"
            self.add("attn_q_norm.weight", query if full else width)
            if own:
                self.add("attn_k_norm.weight", keys if full else width)
        if traits.get("sinks"):
            self.add("attn_sinks.weight", m["query_heads"])

    def latent(self):
        m, hidden = self.model, self.model["hidden"]
        heads, latent, rope, value = m["query_heads"], m["latent_width"], m["rope_width"], m["value_width"]
        rank = m.get("query_rank")
        self.add("attn_kv_a_norm.weight", latent)
        if rank:
            self.add("attn_q_a_norm.weight", rank)
            self.weight("attn_q_a", hidden, rank)
        self.weight("attn_q_b" if rank else "attn_q", rank or hidden, heads * m["key_width"])
        self.weight("attn_kv_a_mqa", hidden, latent + rope)
        if self.traits.get("expanded"):
            self.weight("attn_kv_b", latent, heads * (m["key_width"] - rope + value))
        else:
            self.weight("attn_k_b", m["key_width"] - rope, latent, heads)
            self.weight("attn_v_b", latent, value, heads)
        self.weight("attn_output", heads * value, hidden)

    def ssm(self):
        m, hidden = self.model, self.model["hidden"]
        inner, groups, heads = m["inner_width"], m["groups"], m["ssm_heads"]
        conv = inner + 2 * groups * m["state_width"]
        self.weight("ssm_in", hidden, inner + conv + heads)
        self.weight("ssm_conv1d", m["kernel"], conv)
        self.add("ssm_conv1d.bias", conv)
        self.add("ssm_dt.bias", heads)
        self.add("ssm_a", 1, heads)
        self.add("ssm_d", 1, heads)
        if self.traits.get("ssm_norm", True):
            self.weight("ssm_norm", inner // groups, groups)
        self.weight("ssm_out", inner, hidden)

    def selective(self):
        m, hidden, inner = self.model, self.model["hidden"], self.model["inner_width"]
        self.weight("ssm_in", hidden, 2 * inner)
        self.weight("ssm_conv1d", m["kernel"], inner)
        self.add("ssm_conv1d.bias", inner)
        self.weight("ssm_x", inner, m["ssm_heads"] + 2 * m["state_width"])
        if self.traits.get("selective_norms"):
            for name, width in (("dt", m["ssm_heads"]), ("b", m["state_width"]), ("c", m["state_width"])):
                self.add("ssm_%s_norm.weight" % name, width)
        self.weight("ssm_dt", m["ssm_heads"], inner)
        self.add("ssm_dt.bias", inner)
        self.add("ssm_a", m["state_width"], inner)
        self.add("ssm_d", inner)
        self.weight("ssm_out", inner, hidden)

    def delta(self):
        m, hidden, heads = self.model, self.model["hidden"], self.model["ssm_heads"]
        keys, values = m["state_width"] * m["groups"], m["state_width"] * heads
        self.weight("attn_qkv", hidden, 2 * keys + values)
        self.weight("attn_gate", hidden, values)
        self.weight("ssm_conv1d", m["kernel"], 2 * keys + values)
        self.add("ssm_dt.bias", heads)
        self.add("ssm_a", heads)
        if m["architecture"] == "qwen3next":
            self.weight("ssm_ba", hidden, 2 * heads)
        else:
            self.weight("ssm_beta", hidden, heads)
            self.weight("ssm_alpha", hidden, heads)
        self.weight("ssm_norm", m["state_width"])
        self.weight("ssm_out", values, hidden)

    def convolution(self):
        hidden = self.model["hidden"]
        self.weight("shortconv.conv", self.model["kernel"], hidden)
        self.weight("shortconv.in_proj", hidden, 3 * hidden)
        self.weight("shortconv.out_proj", hidden, hidden)

    def rwkv(self):
        m, hidden, ranks = self.model, self.model["hidden"], self.model["ranks"]
        for letter, rank in (("w", "decay"), ("a", "iclr"), ("v", "value_residual_mix" if self.index else "iclr")):
            self.weight("time_mix_%s0" % letter, hidden)
            self.weight("time_mix_%s1" % letter, hidden, ranks[rank])
            self.weight("time_mix_%s2" % letter, ranks[rank], hidden)
        self.weight("time_mix_g1", hidden, ranks["gate"])
        self.weight("time_mix_g2", ranks["gate"], hidden)
        self.weight("time_mix_lerp_fused", hidden, 1, 1, 6)
        for name in ("k_k", "k_a", "r_k"):
            self.weight("time_mix_" + name, hidden)
        for name in ("key", "value", "receptance", "output"):
            self.weight("time_mix_" + name, hidden, hidden)
        self.norm("time_mix_ln", hidden)
        self.weight("channel_mix_lerp_k", hidden, 1, 1)
        self.weight("channel_mix_key", hidden, m["ffn_width"])
        self.weight("channel_mix_value", m["ffn_width"], hidden)

    def dense(self):
        hidden, width, gate = self.model["hidden"], ffn_width(self.model, self.index), self.traits.get("gate", "apart")
        if gate == "apart":
            self.weight("ffn_gate", hidden, width)
        self.weight("ffn_down", width, hidden)
        self.weight("ffn_up", hidden, width * (2 if gate == "fused" else 1))

    def experts(self):
        m, hidden, width, count = self.model, self.model["hidden"], self.model["expert_width"], self.model["experts"]
        gated = self.traits.get("gate", "apart")
        self.weight("ffn_gate_inp", hidden, count)
        if self.traits.get("router_bias"):
            self.add("exp_probs_b.bias", count)
        if gated:
            self.weight("ffn_gate_exps", hidden, width, count)
        self.weight("ffn_down_exps", width, hidden, count)
        self.weight("ffn_up_exps", hidden, width, count)
        if m.get("shared_width"):
            if self.traits.get("shared_gate"):
                self.weight("ffn_gate_inp_shexp", hidden)
            if gated:
                self.weight("ffn_gate_shexp", hidden, m["shared_width"])
            self.weight("ffn_down_shexp", m["shared_width"], hidden)
            self.weight("ffn_up_shexp", hidden, m["shared_width"])

    def extras(self):
        m, hidden = self.model, self.model["hidden"]
        if m.get("per_layer_width"):
            self.weight("inp_gate", hidden, m["per_layer_width"])
            self.weight("proj", m["per_layer_width"], hidden)
            self.weight("post_norm", hidden)
        if self.traits.get("output_scale"):
            self.weight("layer_output_scale", 1)
        if m.get("altup"):
            count = m["altup"]
            self.weight("altup_correct_coef", count, count)
            self.weight("altup_correct_scale", hidden)
            self.weight("altup_predict_coef", count, count * count)
            self.weight("altup_router", hidden, count)
            self.weight("altup_router_norm", hidden)
            self.weight("laurel_l", hidden, m["laurel"])
            self.weight("laurel_r", m["laurel"], hidden)
            self.weight("laurel_post_norm", hidden)

    def whole(self):
        kind = kind_of(self.model, self.index)
        for name in self.traits.get("norms", ("attn_norm", "ffn_norm")):
            self.norm(name, self.model["hidden"])
        if kind in "FWB":
            self.latent() if self.model.get("latent_width") else self.grouped()
        if kind in "RB":
            getattr(self, self.traits["recurrent"])()
        if kind == "D" or not self.traits.get("lone_mixer"):
            self.experts() if has_experts(self.model, self.index) else self.dense()
        self.extras()


def tensors_of(model):
    """(name, shape) of every tensor, in file order."""
    m, hidden, out = model, model["hidden"], []
    traits = TRAITS[m["architecture"]]
    add = lambda name, *shape: out.append((name, shape))
    add("token_embd.weight", hidden, m["vocabulary"])
    for name in (traits.get("final_norm", "output_norm"), *(("token_embd_norm",) if m["architecture"] == "rwkv7" else ())):
        add(name + ".weight", hidden)
        if traits.get("norm_biases"):
            add(name + ".bias", hidden)
    if not m["tied"]:
        add("output.weight", hidden, m["vocabulary"])
    if "output" in traits.get("biased", ()):
        add("output.bias", m["vocabulary"])
    for name in m.get("rope_factors", ()):
        add(name + ".weight", (m.get("rope_width") or m["head_width"]) // 2)
    if m.get("altup"):
        add("altup_proj.weight", hidden, hidden, m["altup"] - 1)
        add("altup_unembd_proj.weight", hidden, hidden, m["altup"] - 1)
    if m.get("per_layer_width"):
        add("per_layer_token_embd.weight", m["per_layer_width"] * m["layers"], m["vocabulary"])
        add("per_layer_model_proj.weight", hidden, m["per_layer_width"] * m["layers"])
        add("per_layer_proj_norm.weight", m["per_layer_width"])
    for layer in range(m["layers"]):
        _Layer(m, layer, out).whole()
    return out


def _heads(model, put):
    layers = range(model["layers"])
    attends = [kind_of(model, layer) in "FWB" for layer in layers]
    latent, expanded = model.get("latent_width"), TRAITS[model["architecture"]].get("expanded")
    if not any(attends):
        put("attention.head_count", 0)
        return
    put("attention.head_count", model["query_heads"])
    by_layer = not all(attends) and TRAITS[model["architecture"]]["recurrent"] != "delta" # which has an interval of its own
    put("attention.head_count_kv", [model["kv_heads"] if a else 0 for a in attends] if by_layer else model["kv_heads"])
    cached = (model["key_width"], model["value_width"]) if expanded else (latent + model["rope_width"], latent) if latent else None
    for name, width in zip(("key", "value"), cached or 2 * (model["head_width"],)):
        put("attention.%s_length" % name, width)
    put("rope.dimension_count", model.get("rope_width", model.get("head_width")))
    put("rope.freq_base", 10000.0)
    if latent:
        put("attention.kv_lora_rank", latent)
    if model.get("query_rank"):
        put("attention.q_lora_rank", model["query_rank"])
    if latent and not expanded:
        put("attention.key_length_mla", model["key_width"])
        put("attention.value_length_mla", model["value_width"])
    if model.get("window"):
        put("attention.sliding_window", model["window"])
    if model.get("window_head_width"):
        put("attention.key_length_swa", model["window_head_width"])
        put("attention.value_length_swa", model["window_head_width"])
        put("rope.dimension_count_swa", model["window_head_width"])
        put("attention.sliding_window_pattern", [kind_of(model, layer) == "W" for layer in layers])
        put("attention.shared_kv_layers", model["layers"] - model["kv_layers"])


def _feed_forward(model, put):
    layers = range(model["layers"])
    mixers = TRAITS[model["architecture"]].get("lone_mixer") and "D" in model.get("pattern", "")
    if mixers:
        put("feed_forward_length", [model["ffn_width"] if kind_of(model, layer) == "D" else 0 for layer in layers])
    elif model.get("late_ffn_width"):
        put("feed_forward_length", [ffn_width(model, layer) for layer in layers])
    else:
        put("feed_forward_length", model["ffn_width"])
    for key, name in (("experts", "expert_count"), ("experts_used", "expert_used_count"), ("experts_shared", "expert_shared_count"),
                      ("expert_width", "expert_feed_forward_length"), ("shared_width", "expert_shared_feed_forward_length"),
                      ("dense_layers", "leading_dense_block_count"), ("experts_every", "interleave_moe_layer_step")):
        if model.get(key):
            put(name, model[key])
    if model["architecture"] == "lfm2moe":
        put("expert_gating_func", 2) # sigmoid
    if model["architecture"] == "deepseek2":
        put("expert_weights_scale", 1.0)
    if model["architecture"] == "nemotron_h_moe":
        put("expert_weights_norm", True)
        put("expert_weights_scale", 2.5)


def _recurrence(model, put):
    kind = TRAITS[model["architecture"]].get("recurrent")
    if kind == "convolution":
        put("shortconv.l_cache", model["kernel"])
    elif kind == "rwkv":
        put("wkv.head_size", model["rwkv_head_width"])
        for name, rank in model["ranks"].items():
            put("attention.%s_lora_rank" % name, rank)
    elif kind:
        for key, name in (("kernel", "conv_kernel"), ("inner_width", "inner_size"), ("state_width", "state_size"),
                          ("ssm_heads", "time_step_rank"), ("groups", "group_count")):
            put("ssm." + name, model[key])
    if kind == "delta":
        put("full_attention_interval", len(model["pattern"]))


def metadata_of(model):
    """(key, value) of everything but the tokenizer."""
    architecture, out = model["architecture"], []
    put = lambda name, value: out.append((architecture + "." + name, value))
    out.append(("general.architecture", architecture))
    put("block_count", model["layers"])
    put("context_length", model["context"])
    put("embedding_length", model["hidden"])
    put("vocab_size", model["vocabulary"])
    _heads(model, put)
    _feed_forward(model, put)
    _recurrence(model, put)
    for name in ("attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon"):
        put(name, 1e-5)
    if model.get("per_layer_width"):
        put("embedding_length_per_layer_input", model["per_layer_width"])
    if architecture == "qwen3vlmoe":
        put("n_deepstack_layers", 3)
    if model.get("rope_sections"):
        put("rope.dimension_sections", model["rope_sections"])
    if architecture in ("granite", "granitemoe", "granitehybrid", "command-r", "cohere2"): # scalings; they cost no memory
        put("logit_scale", 8.0)
    out.append(("tokenizer.ggml.model", "no_vocab"))
    return out
