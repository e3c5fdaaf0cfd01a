"""The library under test: a model from its dimensions and tensors, and what it plans for a request."""
import ctypes
import pathlib
import sys
from ctypes import byref, c_void_p

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"))
import edgeplan
from tensors import TRAITS, has_experts, head_width, ffn_width, kind_of, reads_another_cache

edgeplan._FUNCTIONS.update({
    "model_builder_new": "u:pssp", "model_builder_unref": "n:p", "model_builder_set_head": "u:pp",
    "model_builder_add_layers": "u:ppu", "model_builder_add_tensor": "u:pp", "model_builder_finish": "u:ppp"})

# CPUs by what their features let llama.cpp repack, and a GPU.
TARGETS = """edgeplan_registry: 1.0
sources:
  - {id: oracle, title: Hypothetical machines for comparing allocations}
chips:
%s
targets:
%s
"""
CHIP = ("  - {id: %s, name: %s, vendor: none, source: oracle, confidence: assumed, memory: {peak_bandwidth: 100 GB/s}, "
        "engines: [{accelerator: %s, architecture: %s, features: [%s]}]}")
TARGET = ("  - {id: %s, name: %s, platform: %s, class: laptop, chip: %s, ram: [512 GiB], runtimes: [llama.cpp], source: oracle, "
          "confidence: assumed}")
MACHINES = {"oracle-plain": ("cpu", "x86-64", ""), "oracle-avx2": ("cpu", "x86-64", "avx2"),
            "oracle-avx512": ("cpu", "x86-64", "avx2, avx512"), "oracle-gpu": ("gpu", "apple-gpu", "")}

ROLES = {"token_embd": 1, "output": 2, "per_layer_token_embd": 3, "attn_q": 10, "attn_k": 11, "attn_v": 12, "attn_qkv": 13,
         "attn_output": 14, "attn_kv_a_mqa": 15, "attn_k_b": 15, "attn_v_b": 15, "ffn_gate": 20, "ffn_up": 21, "ffn_down": 22,
         "ffn_gate_inp": 23, "ffn_gate_inp_shexp": 23, "ffn_gate_exps": 24, "ffn_up_exps": 25, "ffn_down_exps": 26,
         "ffn_gate_shexp": 27, "ffn_up_shexp": 28, "ffn_down_shexp": 29, "ssm_conv1d": 31, "shortconv.conv": 31,
         "altup_correct_coef": 5, "altup_predict_coef": 5}
NORM, BIAS, RECURRENT, NO_TYPE = 4, 5, 30, 191
SWITCH = {True: 2, False: 1}
PRESETS = {"library": 1, "cli": 2, "server": 3}


def role_of(name):
    stem = name.split(".", 2)[2] if name.startswith("blk.") else name
    if not stem.endswith(".weight"):
        return BIAS
    stem = stem.removesuffix(".weight")
    if stem.endswith("_norm") or stem in ("attn_norm_2", "ssm_norm"):
        return NORM
    if stem.startswith(("ssm_", "shortconv.", "time_mix", "channel_mix", "attn_gate")) and stem not in ROLES:
        return RECURRENT
    return ROLES.get(stem, 0)


def recurrent_fields(model):
    """Kind of recurrence, and elements of convolution and state."""
    kind, hidden = TRAITS[model["architecture"]]["recurrent"], model["hidden"]
    if kind == "convolution":
        return 4, hidden * (model["kernel"] - 1), 0
    if kind == "rwkv":
        return 3, 2 * hidden, hidden * model["rwkv_head_width"]
    inner, state = model["inner_width"], model["state_width"]
    return (2 if kind == "delta" else 1), (model["kernel"] - 1) * (inner + 2 * model["groups"] * state), inner * state


def layer_fields(model, layer):
    kind = kind_of(model, layer)
    out = {}
    if kind in "FWB":
        width = model.get("latent_width") or head_width(model, layer)
        out.update(attention=1, query_heads=model["query_heads"], kv_heads=model["kv_heads"], key_width=width, value_width=width)
        if model.get("latent_width"):
            out.update(attention=2, latent_width=width, rope_width=model["rope_width"], key_width=model["key_width"],
                       value_width=model["value_width"])
        if kind == "W":
            out.update(span=1, span_tokens=model["window"])
        if reads_another_cache(model, layer): # the last layer of its kind that keeps one
            out["kv_source"] = 1 + max(i for i in range(model["kv_layers"]) if kind_of(model, i) == kind)
    if kind in "RB":
        out["recurrent"], out["conv_elements"], out["state_elements"] = recurrent_fields(model)
    if kind == "D" or not TRAITS[model["architecture"]].get("lone_mixer"):
        if has_experts(model, layer):
            out.update(feed_forward=2, ffn_width=model["expert_width"], experts=model["experts"],
                       experts_used=model["experts_used"], shared_width=model.get("shared_width", 0))
        else:
            out.update(feed_forward=1, ffn_width=ffn_width(model, layer))
    return out


class Planner:
    """Registry, targets and models of this library."""

    def __init__(self, library):
        self.library = edgeplan.Library(library)
        self.registry = edgeplan.Registry(library=self.library)
        text = TARGETS % ("\n".join(CHIP % (id, id, *engine) for id, engine in MACHINES.items()),
                          "\n".join(TARGET % (id, id, "macos" if id == "oracle-gpu" else "linux", id) for id in MACHINES))
        base, data = self.registry.pointer, text.encode()
        over = edgeplan._Handle(self.library, "registry", lambda call, said, out: call.registry_with_memory(
            base, data, len(data), b"oracle", said, out))
        self.registry.pointer, over.pointer = over.pointer, base

    def _struct(self, name, **values):
        made = self.library.new(name)
        for field, value in values.items():
            setattr(made, field, value)
        return made

    def model(self, description, tensors):
        """A model with the tensors (name, shape, element type or None, bytes) stored, or only described."""
        library, call, builder = self.library, self.library.call, c_void_p()
        family = description.get("family", description["architecture"])
        library.check(call.model_builder_new(None, description["id"].encode(), family.encode(), byref(builder)))
        try:
            head = self._struct("head", hidden_width=description["hidden"], vocabulary=description["vocabulary"],
                                trained_context_tokens=description["context"], tied_head=SWITCH[description["tied"]])
            library.check(call.model_builder_set_head(builder, byref(head)))
            for layer in range(description["layers"]):
                fields = layer_fields(description, layer)
                library.check(call.model_builder_add_layers(builder, byref(self._struct("layer", **fields)), 1))
            for tensor in tensors:
                library.check(call.model_builder_add_tensor(builder, byref(self._tensor(description, *tensor))))
            return edgeplan._Handle(library, "model", lambda call, said, out: call.model_builder_finish(builder, said, out))
        finally:
            call.model_builder_unref(builder)

    def _tensor(self, description, name, shape, element_type, size):
        layer = int(name.split(".")[1]) + 1 if name.startswith("blk.") else 0
        columns, rows, slices = (list(shape) + [1, 1])[:3]
        for extra in shape[3:]:
            slices *= extra
        return self._struct("tensor", role=role_of(name), element_type=NO_TYPE if element_type is None else element_type,
                            layer=layer, rows=rows, columns=columns, slices=slices, stored_bytes=size or 0)

    def deploy(self, model, machine, form):
        return self.registry.deploy(model, machine, "llama.cpp", form, MACHINES[machine][0])

    def tensor_bytes(self, model):
        """Bytes of each tensor as the model stores it."""
        out, tensor = [], self.library.new("tensor")
        while self.library.call.model_tensor(model.pointer, len(out), byref(tensor)) == 0:
            out.append((tensor.element_type, tensor.stored_bytes))
        return out

    def memory(self, deployment, place=0, measure=0, **request):
        asked, out = self.library.new("request", **request), self.library.new("memory")
        self.library.check(self.library.call.deployment_memory(deployment.pointer, byref(asked), place, measure, byref(out)))
        return out
