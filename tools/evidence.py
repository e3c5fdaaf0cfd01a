"""Observations of the registry as rows for fitting and for holding the estimates against: what was measured beside what the library says.

A row carries numbers only the library knows how to count (traffic of a step, layers) and the words a calibration may be chosen by.
"""
import ctypes
import os
import pathlib
import re
import sys
import tempfile
from ctypes import byref
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "python"))
import edgeplan  # noqa: E402

ACCELERATORS = {1: "cpu", 2: "gpu", 3: "npu"}
CHIPS, RUNTIMES, FORMATS = 2, 6, 7  # sections of the registry
SUBJECT = 1               # of a text of a list
ELEMENT_TYPES = range(64)     # those of GGUF
GRADES = {1: "a", 2: "b", 3: "c"}
RULE_LEFT_TO_ANOTHER = 20
LEFT_TO_ANOTHER = f"rule {RULE_LEFT_TO_ANOTHER}: a format the engine leaves to another"
USUAL_CONTEXT_TOKENS = 4096
PROBE_SHARE = 1e-4        # of an engine's arithmetic: so little that nothing else counts in the time of a prompt
PROBE_ROWS = 1000         # tokens beside those of an expert
USUAL_DEPTH_TOKENS = 256  # where a source does not say how deep the cache was: half of a usual prompt of 512


@dataclass
class Row:
    id: str
    target: str
    chip: str
    target_class: str
    platform: str
    runtime: str
    accelerator: str
    architecture: str
    model: str
    family: str
    format: str
    group: str
    grade: str
    batch: int
    depth_tokens: int
    parameters: int
    active_parameters: int
    layers: int
    recurrent_layers: int # with more state than a convolution
    decode_tok_per_s: float
    prefill_tok_per_s: float
    peak_bytes_per_s: float
    stream_bytes_per_s: float # what the engine itself was measured to draw; 0: not known
    clock_per_s: float    # of a CPU's out-of-order cores together; 0: not known, or no CPU
    ceiling_tok_per_s: float
    estimate: tuple  # low, expected, high as the library says today; None where it says none
    traffic_bytes: float
    routed_bytes: float
    cache_bytes: float
    prompt_tokens: int
    prefill_floor_seconds: float  # of that prompt, 0 where the engine's arithmetic is not known
    prefill_least_seconds: float  # the same in one chunk
    prefill_peak_seconds: float   # at all the engine and the memory have, with the experts that tokens are expected to reach
    prefill_work_seconds: float   # its arithmetic at all the engine has, whatever reading takes,
    padding_seconds: float        # and for each token more that the product of an expert is taken for
    token_seconds: float          # of several sequences, at all the engine has: products of one token, 0 where its arithmetic is not known,
    products: str                 # number type that a prompt is multiplied in; "" where its arithmetic is not known
    routed_seconds: float         # of these, with routed experts,
    experts_seconds: float        # and of one token with every expert that the sequences reach
    release: str
    date: str
    basis: int
    elements: dict        # of a CPU, bytes of a step by element type,
    prompt_elements: dict # and of a token of a prompt
    prompt_flop: float    # of matrices, for that prompt,
    prompt_attention_flop: float # and of attention

    @property
    def device(self):
        return self.chip

    @property
    def seconds(self):
        """Time of a step as measured."""
        return self.batch / self.decode_tok_per_s

    def products_seconds(self, more):
        """Of a step at all the engine has, where each product has `more` tokens than ask for it."""
        dense = self.token_seconds - self.routed_seconds
        return dense * (self.batch + more) + self.routed_seconds * self.batch + self.experts_seconds * more


class Paths:
    """Deployments of a registry, made once."""

    def __init__(self, registry):
        self.registry, self.models, self.deployments = registry, {}, {}

    def deployment(self, *path):
        """None where there is no such path."""
        target, runtime, accelerator, model, form = path
        if path not in self.deployments:
            if model not in self.models:
                self.models[model] = self.registry.model(model)
            try:
                self.deployments[path] = self.registry.deploy(self.models[model], target, runtime, form, accelerator)
            except edgeplan.Error:
                self.deployments[path] = None
        return self.deployments[path]


class Evidence:
    """The rows of a registry. `dropped` counts what was left out, by reason; `every` keeps what rule 20 would leave out."""

    def __init__(self, registry, probes, groups, every=False):
        self.registry, self.groups, self.every = registry, groups, every
        self.call, self.library = registry.library.call, registry.library
        self.paths, self.probes, self.engines = Paths(registry), [Paths(probe) for probe in probes], {}
        self.rows, self.dropped = [], {}
        index = 0
        while True:
            observation = self.call.observation_at(registry.pointer, index)
            if not observation:
                break
            index += 1
            reason = self._take(observation)
            if reason:
                self.dropped[reason] = self.dropped.get(reason, 0) + 1

    def _text(self, observation, kind):
        return self.call.observation_text(observation, kind).decode()

    def _takes(self, runtime, form, target, accelerator):
        runtime, form, target = (self.registry.find(kind, name) for kind, name in
                                 (("runtime", runtime), ("format", form), ("target", target)))
        return self.call.runtime_takes(runtime, form, target, accelerator)

    def _engine(self, target, accelerator, name, unit):
        """A figure of an engine as the registry prints the chip; the library has no call for it. 0: not known."""
        chip = self.call.target_chip(target)
        if chip not in self.engines:
            parts = re.split(r"^  - accelerator: (\w+)$", described(self.registry, CHIPS, chip), flags=re.M)[1:]
            self.engines[chip] = dict(zip(parts[::2], parts[1::2]))
        found = re.search(rf"^    {name}:\s+(?:value: )?([0-9.]+) {unit}", self.engines[chip].get(accelerator, ""), re.M)
        return float(found[1]) * 1e9 if found else 0.0

    def _layers(self, model):
        pointer = self.paths.models[model].pointer
        for index in range(self.call.model_layer_count(pointer)):
            layer = self.library.new("layer")
            self.library.check(self.call.model_layer(pointer, index, byref(layer)))
            yield layer

    def _recurrent_layers(self, model):
        return sum(layer.state_elements > 0 for layer in self._layers(model))

    def _head(self, model):
        head = self.library.new("head")
        self.library.check(self.call.model_head(self.paths.models[model].pointer, byref(head)))
        return head

    def _prompt_parameters(self, model):
        """Of matrices that every token of a prompt is multiplied with."""
        head = self._head(model)
        return head.active_parameters - head.hidden_width * head.vocabulary

    def _attention_flop(self, model, tokens):
        """As in lib/speed/prefill.c, of a prompt that every window holds."""
        return sum(layer.query_heads * (layer.key_width + layer.value_width) * tokens ** 2
                   for layer in self._layers(model) if layer.attention)

    def _elements(self, deployment, bytes_of):
        sizes = {self.call.element_type_name(kind): bytes_of(deployment.pointer, kind) for kind in ELEMENT_TYPES}
        return {name.decode(): size for name, size in sizes.items() if size}

    def _prompt_seconds(self, deployment, prompt, depth, name="ttft_floor_seconds", **given):
        """A row that says how deep the cache was, deeper than its prompt is long, was prefilled on top of that."""
        if not prompt or not deployment:
            return 0.0
        cached = depth if depth > prompt else 0
        request = self.library.new("request", context_tokens=max(4096, prompt + cached + 128), prompt_tokens=prompt,
                                   cached_tokens=cached, output_tokens=2, available_bytes=1 << 50, **given)
        speed = self.library.new("speed")
        self.library.check(self.call.deployment_speed(deployment.pointer, byref(request), byref(speed)))
        return speed.get(name) or 0.0

    def _prompt(self, path, facts, ram):
        """What the library says of a prompt: its floor, that in one chunk, its arithmetic, and what padding adds for each token."""
        prompt, depth, chunk = facts.get("prompt_tokens") or 0, facts.get("context_tokens") or 0, facts.get("chunk_tokens")
        given = {"ram_bytes": ram} | ({"chunk_tokens": chunk} if chunk else {})
        deployment = self.paths.deployment(*path)
        floor = self._prompt_seconds(deployment, prompt, depth, **given)
        least = self._prompt_seconds(deployment, prompt, depth, ram_bytes=ram, chunk_tokens=prompt)
        if not floor:
            return {"prefill_floor_seconds": 0.0, "prefill_least_seconds": 0.0, "prefill_peak_seconds": 0.0,
                    "prefill_work_seconds": 0.0, "padding_seconds": 0.0, "products": ""}
        bare, padding = self._work(path, prompt, depth, **given)
        return {"prefill_floor_seconds": floor, "prefill_least_seconds": least, "prefill_work_seconds": bare, "padding_seconds": padding,
                "prefill_peak_seconds": self._prompt_seconds(self.probes[2].deployment(*path), prompt, depth, "ttft_seconds", **given),
                "products": self._products_of(path)}

    def _products_of(self, path):
        """The number type of the throughput that a plan rests on."""
        deployment = self.paths.deployment(*path)
        plan, sources = deployment.plan(prompt_tokens=1, available_bytes=1 << 50), edgeplan.LISTS["sources"]
        subjects = [self.call.plan_text(plan.pointer, sources, index, SUBJECT).decode()
                    for index in range(self.call.plan_count(plan.pointer, sources))]
        found = re.search(r"chips\[(.+?)\]\.engines\[(\d+)\]\.throughput\[(\d+)\]", "\n".join(subjects))
        engine = re.split(r"^  - accelerator: ", described(self.registry, CHIPS, found[1].encode()), flags=re.M)[int(found[2]) + 1]
        return re.findall(r"type: (\w+)", engine)[int(found[3])]

    def _work(self, path, prompt, depth, **given):
        """Arithmetic of a prompt at all the engine has, and what padding adds for each token."""
        bare, padded = (PROBE_SHARE * self._prompt_seconds(probe.deployment(*path), prompt, depth, "ttft_seconds", **given)
                        for probe in self.probes[:2])
        return bare, (padded - bare) / PROBE_ROWS

    def _products(self, path, batch, ram):
        """A step of several sequences multiplies what as many tokens of a prompt do, and the output matrix with each of them."""
        token, routed, experts = 0.0, 0.0, 0.0
        if batch > 1 and self._prompt_seconds(self.paths.deployment(*path), 1, 0, ram_bytes=ram):
            token, routed = self._work(path, 1, 0, ram_bytes=ram)
            _, experts = self._work(path, batch, 0, ram_bytes=ram)
        return {"token_seconds": token, "routed_seconds": routed, "experts_seconds": experts}

    def _take(self, observation):
        facts = self.library.new("observation_facts")
        self.library.check(self.call.observation_get(observation, byref(facts)))
        name, target, runtime, model, form = (self._text(observation, kind) for kind in range(5))
        accelerator = ACCELERATORS.get(facts.get("accelerator") or 0)
        if facts.get("encode_seconds"):
            return None  # of speech: no language model's rate
        if facts.claim == 2:
            return "claims"
        if accelerator is None:
            return "rule 7: accelerator not stated"
        if not facts.get("decode_tok_per_s") and not facts.get("prefill_tok_per_s"):
            return "no rate"
        path = target, runtime, accelerator, model, form
        deployment = self.paths.deployment(*path)
        if deployment is None:
            return "paths the registry does not know"
        if not self.every and not self._takes(runtime, form, target, facts.accelerator):
            return LEFT_TO_ANOTHER
        batch = facts.get("batch") or 1
        depth = facts.get("context_tokens") or USUAL_DEPTH_TOKENS
        context, prompt = max(USUAL_CONTEXT_TOKENS, depth), facts.get("prompt_tokens") or 0
        found = self.registry.find("target", target)
        target_facts = self.library.new("target_facts")
        self.library.check(self.call.target_get(found, byref(target_facts)))
        request = self.library.new("request", context_tokens=context, prompt_tokens=max(min(depth, context - 2), 1), output_tokens=2,
                                   batch=batch, sequences=batch, ram_bytes=target_facts.get("ram_max_bytes") or 0,
                                   available_bytes=1 << 50)  # it ran, so it fitted and did not page
        speed = self.library.new("speed")
        self.library.check(self.call.deployment_speed(deployment.pointer, byref(request), byref(speed)))
        if speed.get("traffic_bytes_per_step") is None:
            return "formats without a storage rule"
        self.rows.append(Row(
            id=name, target=target, chip=self.call.target_chip(found).decode(), target_class=self.call.target_class(found).decode(),
            platform=self.call.target_platform(found).decode(),
            runtime=runtime, accelerator=accelerator,
            architecture=self.call.target_architecture(found, facts.accelerator).decode(),
            model=model, family=self.call.model_family(self.paths.models[model].pointer).decode(), format=form,
            group=self.groups.get(form, ""), grade=GRADES.get(facts.grade, "c"), batch=batch, depth_tokens=depth,
            layers=self.call.model_layer_count(self.paths.models[model].pointer), recurrent_layers=self._recurrent_layers(model),
            decode_tok_per_s=facts.get("decode_tok_per_s") or 0.0, prefill_tok_per_s=facts.get("prefill_tok_per_s") or 0.0,
            peak_bytes_per_s=target_facts.get("peak_bandwidth_bytes_per_s") or 0.0,
            stream_bytes_per_s=self._engine(found, accelerator, "bandwidth", "GB/s"),
            clock_per_s=self._engine(found, accelerator, "clock", "GHz") if accelerator == "cpu" else 0.0,
            ceiling_tok_per_s=speed.get("decode_ceiling_tok_per_s") or 0.0,
            estimate=tuple(speed.get(f"decode_{end}tok_per_s") for end in ("low_", "", "high_")),
            traffic_bytes=float(speed.traffic_bytes_per_step), routed_bytes=float(speed.routed_traffic_bytes_per_step),
            cache_bytes=float(speed.cache_traffic_bytes_per_step), prompt_tokens=prompt,
            parameters=self._head(model).parameters, active_parameters=self._head(model).active_parameters,
            release=self._text(observation, 7), date=self._text(observation, 8),
            basis=speed.basis, prompt_flop=2.0 * self._prompt_parameters(model) * prompt,
            prompt_attention_flop=self._attention_flop(model, prompt),
            elements=self._elements(deployment, self.call.deployment_read_bytes) if accelerator == "cpu" else {},
            prompt_elements=self._elements(deployment, self.call.deployment_prompt_bytes) if accelerator == "cpu" else {},
            **self._prompt(path, facts, request.ram_bytes), **self._products(path, batch, request.ram_bytes)))
        return None


def described(registry, section, name):
    """An entry as the registry prints it."""
    size = ctypes.c_size_t()
    registry.library.call.registry_describe(registry.pointer, section, name, None, 0, byref(size))
    text = ctypes.create_string_buffer(size.value)
    registry.library.call.registry_describe(registry.pointer, section, name, text, size, None)
    return text.value.decode()


def format_groups(registry):
    """Group of each format, read from its entry as the registry prints it."""
    call, groups, index = registry.library.call, {}, 0
    while name := call.registry_id(registry.pointer, FORMATS, index):
        found = re.search(r"^group: (.+)$", described(registry, FORMATS, name), re.M)
        groups[name.decode()] = found[1].strip('"') if found else ""
        index += 1
    return groups


def probe(files, runtimes, figures, library):
    """The registry with nothing known of any engine but what a prompt reaches of it, and how experts are padded."""
    lines = ", ".join(f"{{accelerator: {name}, utilisation: {figures}, source: probe, confidence: assumed}}"
                      for name in ACCELERATORS.values())
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write("edgeplan_registry: 1.0\nsources: [{id: probe, title: Probe, seen: 2026-11-27}]\nruntimes:\n" +
                   "".join(f"  - {{id: {name}, fitted: [], calibrations: [{lines}]}}\n" for name in runtimes))
    try:
        return edgeplan.Registry(*files, file.name, library=library)
    finally:
        os.unlink(file.name)


def load(*files, library=None, every=False):
    registry = edgeplan.Registry(*files, library=library)
    call, runtimes = registry.library.call, []
    while name := call.registry_id(registry.pointer, RUNTIMES, len(runtimes)):
        runtimes.append(name.decode())
    probes = [probe(files, runtimes, figures, registry.library)
              for figures in (f"{PROBE_SHARE}", f"{PROBE_SHARE}, expert_rows: {PROBE_ROWS} tokens", "1")]
    return Evidence(registry, probes, format_groups(registry), every)
