#!/usr/bin/env python3
"""The oracle: what this library says of models and memory, against a real llama.cpp as it runs.

Usage: run.py BUILD_DIRECTORY [MODEL...]     Exit 77 without the library, which is a failure where CI=true.

For each model of models.json a file is written that holds everything but the weights (tensors.py, gguf_write.py), the real library
opens it (probe.cpp), its quantizer chooses the types of other files, and over a grid of settings both sides say what they would hold.
Every file, file type and setting is a case: it passes if nothing is a byte off. What one side refuses to load the other must refuse, too.
"""
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import gguf_write
import ours

LEAST_CASES = 8648 # of a whole run; fewer is a failure. A CPU without AVX-512 leaves out 205 of 8853.
MOST_WHOLE = 0.025 # of a whole footprint, where a model's scratch has no exact rule yet
MEDIAN_WHOLE = 0.005 # likewise, over all models with layers on two sides
SKIPPED = 77

F16, Q8_0, Q4_0 = 1, 8, 2
ALL, HOST, DEVICE = 0, 1, 2 # edgeplan_place
FILE_TYPES = {"q4_0": 2, "q4_k_m": 15, "q8_0": 7, "mxfp4": 38} # llama_ftype of formats this library plans for llama.cpp
# Files measured as a whole: CPU family of the library, flags, our machine.
PLACES = {"plain": ("haswell", [], "oracle-plain"), "avx2": ("haswell", ["repack"], "oracle-avx2"),
          "avx512": ("icelake", ["repack"], "oracle-avx512"), "gpu": ("haswell", ["offload=9999"], "oracle-gpu")}

def settings():
    """Preset, context, sequences, key type, value type, flash attention, chunk."""
    out = []

    def put(preset="cli", context=4096, sequences=1, key=F16, value=F16, flash=True, chunk=512):
        out.append((preset, context, sequences, key, value, flash, chunk))

    for context in (100, 512, 4096, 5000, 32768, 131072):
        put(context=context)
    for context in (4096, 16384):
        put(context=context, flash=False)
        put(context=context, key=Q8_0, value=Q8_0)
    put(key=Q4_0, value=Q4_0)
    put(key=Q8_0, value=F16, flash=False)
    put(key=F16, value=Q8_0)
    put(key=F16, value=Q4_0, flash=False) # refused: values in blocks
    put(key=Q8_0, value=Q8_0, flash=False)
    put(context=65536, sequences=257) # refused
    put(key=0, value=30, context=1000)
    for chunk in (1, 128, 2048, 4096):
        put(context=8192, chunk=chunk)
    for preset in ("library", "server"):
        put(preset, 4096, 4 if preset == "server" else 1)
        put(preset, 32768, 4 if preset == "server" else 1)
        put(preset, 8192, 3, flash=False)
    put(context=5000, sequences=3)
    put(context=32768, sequences=8)
    put("server", 12345, 2, Q8_0, Q8_0)
    return out


def probe_line(setting):
    preset, context, sequences, key, value, flash, chunk = setting
    outputs = 0 if preset == "library" else sequences
    return "%d %d %d %d %d %d %d %d %d" % (context, sequences, key, value, flash, chunk, preset == "server", preset == "library",
                                           outputs)


class Oracle:
    """The probe of setup.sh."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def ask(self, *words, text=""):
        command = [str(self.directory / "probe"), *map(str, words)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError("%s\n%s" % (" ".join(map(str, words)), done.stderr[-600:]))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def memory(self, path, place, wanted):
        cpu, flags, _ = PLACES[place]
        return self.dry_run(path, cpu, flags, wanted)

    def dry_run(self, path, cpu, flags, wanted):
        return self.ask("memory", self.directory / "library" / ("libggml-cpu-%s.so" % cpu), path, *flags,
                        text="".join(probe_line(setting) + "\n" for setting in wanted))


class Book:
    """Cases, and errors by component."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.notes = 0, [], [], []
        self.errors = {}

    def case(self, name, differences):
        """`differences`: what is off, as texts."""
        if differences:
            self.failed.append("%s: %s" % (name, "; ".join(differences)))
        else:
            self.passed += 1

    def compare(self, component, real, planned, tolerance=0.0):
        """Keeps the error; a text if it is more than tolerated. None: only kept."""
        error = abs(planned - real) / real if real else float(planned != 0)
        self.errors.setdefault(component, []).append(0.0 if planned == real else max(error, 1e-15))
        if tolerance is None or error <= tolerance:
            return []
        return ["%s %d, the library %d (%+d)" % (component, planned, real, planned - real)]

    def join(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.notes += other.notes
        for component, errors in other.errors.items():
            self.errors.setdefault(component, []).extend(errors)

    def print(self):
        for text in self.failed:
            print("FAIL", text)
        for text in self.skipped:
            print("skip", text)
        for text in self.notes:
            print("note", text)
        print("%-18s %6s %9s %10s %10s" % ("component", "values", "0 bytes", "median", "worst"))
        for component, errors in self.errors.items():
            print("%-18s %6d %9d %9.3f%% %9.3f%%" % (component, len(errors), errors.count(0.0), 100 * statistics.median(errors),
                                                      100 * max(errors)))


def output_bytes(real, vocabulary):
    """The library logs it in MiB with two decimals; it holds whole rows of logits."""
    return round(real["output_mib"] * 2 ** 20 / (4 * vocabulary)) * 4 * vocabulary


def real_parts(real, vocabulary):
    buffers = real["buffers"].values()
    return {"context": real["context"], "weights": sum(b[0] for b in buffers), "kv": sum(b[1] for b in buffers) - real["state"],
            "state": real["state"], "compute": sum(b[2] for b in buffers), "output": output_bytes(real, vocabulary)}


def request_of(setting):
    preset, context, sequences, key, value, flash, chunk = setting
    return {"context_tokens": context, "sequences": sequences, "kv_k": key, "kv_v": value, "chunk_tokens": chunk, "mmap": 1,
            "flash_attention": 2 if flash else 1, "preset": ours.PRESETS[preset]}


class Subject:
    """One model on both sides."""

    def __init__(self, oracle, planner, description, folder):
        self.oracle, self.planner, self.description, self.book = oracle, planner, description, Book()
        self.path = folder / (description["id"] + ".gguf")

    def name(self, *words):
        return " ".join([self.description["id"], *map(str, words)])

    def write(self, types=None):
        """Writes the file and opens it on our side."""
        gguf_write.write(self.path, self.description, types)
        return self.planner.open(self.path)

    def header(self, label, model):
        """Both sides read the same tensors, types and bytes from the file."""
        real, mine = self.oracle.ask("tensors", self.path), self.planner.tensors(model)
        differences = self.book.compare("tensors", len(real), len(mine))
        differences += ["%s: type %d of %d bytes, the library %d of %d" % (r["name"], *m, r["type"], r["bytes"])
                        for m, r in zip(mine, real) if m != (r["type"], r["bytes"])][:3]
        self.book.case(self.name(label, "header"), differences)

    def planned(self, deployment, setting):
        plan = deployment.plan(**request_of(setting))
        memory = plan.numbers("memory")
        return {"context": plan.numbers("request").context_tokens,
                "weights": memory.weights_bytes + memory.weights_duplicated_bytes, "kv": memory.kv_bytes, "state": memory.state_bytes,
                "compute": memory.compute_bytes, "output": memory.output_bytes}

    def refused(self, name, real, refusal):
        """Whether either side refuses the setting, a case that passes if both do. `refusal`: why this library does, or None."""
        if "refused" not in real and not refusal:
            return False
        agree = "refused" in real and refusal
        self.book.case(name, [] if agree else ["refused by one side: " + (refusal or real["refused"])])
        return True

    def setting(self, deployment, setting, real, label=""):
        try:
            mine, refusal = self.planned(deployment, setting), None
        except ours.edgeplan.Error as error:
            mine, refusal = None, str(error)
        if self.refused(self.name(label, *setting), real, refusal):
            return
        buffers, real = real["buffers"], real_parts(real, self.description["vocabulary"])
        differences = []
        for component in ("context", "weights", "kv", "state", "output"):
            differences += self.book.compare(component, real[component], mine[component])
        offloaded = " offloaded" if "Paper" in buffers else ""
        differences += self.book.compare("compute" + offloaded, real["compute"], mine["compute"], self.description.get("compute"))
        if offloaded:
            device = self.planner.memory(deployment, place=DEVICE, **request_of(setting))
            for component, at, planned in (("device", 0, device.weights_bytes + device.weights_duplicated_bytes),
                                           ("device kv", 1, device.kv_bytes + device.state_bytes),
                                           ("device compute", 2, device.compute_bytes)):
                differences += self.book.compare(component, buffers["Paper"][at], planned)
        if "CPU_REPACK" in buffers: # a mapped file keeps what is copied
            copied = self.planner.memory(deployment, **dict(request_of(setting), mmap=2)).weights_duplicated_bytes
            differences += self.book.compare("repacked", buffers["CPU_REPACK"][0], copied)
        whole = [sum(side[c] for c in ("weights", "kv", "state", "compute", "output")) for side in (real, mine)]
        differences += self.book.compare("whole" + offloaded, *whole, MOST_WHOLE)
        self.book.case(self.name(label, *setting), differences)

    def grid(self, model):
        wanted = settings()
        for place in ("plain", "gpu"):
            deployment = self.planner.deploy(model, PLACES[place][2], "f16")
            for setting, real in zip(wanted, self.oracle.memory(self.path, place, wanted)[1:]):
                self.setting(deployment, setting, real, "" if place == "plain" else place)

    def layers(self, model):
        """Layers left to the CPU, by a device that leaves them alone and by one that takes over long chunks of them."""
        wanted = [("cli", 4096, 1, F16, F16, True, 512), ("cli", 16384, 1, Q8_0, Q8_0, True, 128),
                  ("server", 8192, 2, F16, F16, True, 512), ("cli", 4096, 1, F16, F16, False, 512),
                  ("library", 4096, 1, F16, F16, True, 512), ("library", 16384, 1, F16, F16, False, 512)]
        count = self.description["layers"]
        for machine, flag in (("oracle-layers", "offload"), ("oracle-gpu", "takes_over")):
            deployment = self.planner.deploy(model, machine, "f16")
            for layers in (0, 1, 2, count // 2, count):
                answers = self.oracle.dry_run(self.path, "haswell", ["%s=%d" % (flag, layers)], wanted)[1:]
                for setting, real in zip(wanted, answers):
                    self.shared_out(deployment, setting, layers, real, flag)

    def shared_out(self, deployment, setting, layers, real, flag):
        """Weights and caches on each side to the byte, the compute buffers within their range, and the whole."""
        name = self.name(flag, layers, *setting)
        request, refusal = dict(request_of(setting), gpu_layers=layers), None
        try:
            whole, host, device = (self.planner.memory(deployment, place=place, **request) for place in (ALL, HOST, DEVICE))
        except ours.edgeplan.Error as error:
            refusal = str(error)
        if self.refused(name, real, refusal):
            return
        differences = []
        there = real["buffers"]["Paper"]
        here = [sum(buffer[i] for buffer in real["buffers"].values()) - there[i] for i in range(3)]
        for side, planned, held in (("device", device, there), ("host", host, here)):
            differences += self.book.compare(side + " by layer", held[0], planned.weights_bytes + planned.weights_duplicated_bytes)
            differences += self.book.compare(side + " kv by layer", held[1], planned.kv_bytes + planned.state_bytes)
        compute, rest = there[2] + here[2], whole.total_bytes - whole.compute_bytes
        tolerance = self.description["sides" if flag == "offload" else "taken"]
        differences += self.book.compare("compute, " + flag, compute, whole.compute_bytes, tolerance)
        known = [sum(held[:2]) for held in (there, here)] + [output_bytes(real, self.description["vocabulary"])]
        planned = sum(getattr(whole, part + "_bytes") for part in ("weights", "weights_duplicated", "kv", "state", "compute", "output"))
        differences += self.book.compare("whole, " + flag, sum(known) + compute, planned, MOST_WHOLE)
        if not whole.total_low_bytes <= compute + rest <= whole.total_high_bytes:
            differences.append("compute %d is not in %d to %d" % (compute, whole.total_low_bytes - rest, whole.total_high_bytes - rest))
        self.book.case(name, differences)

    def file_types(self, model):
        """The quantizer's choice for other files: our total, and where the weights go."""
        for answer, form in zip(self.oracle.ask("types", self.path, *FILE_TYPES.values()), FILE_TYPES):
            if form == "mxfp4" and not self.description.get("experts"):
                continue
            stored = self.write(answer["types"])
            self.header(form, stored)
            setting = ("cli", 4096, 1, F16, F16, True, 512)
            for place, (_, _, machine) in PLACES.items():
                answers = self.oracle.memory(self.path, place, [setting])
                if "refused" in answers[0]:
                    self.book.skipped.append(self.name(form, place, answers[0]["refused"]))
                    continue
                self.setting(self.planner.deploy(stored, machine, form), setting, answers[1], form + " " + place)
                if place == "plain":
                    mine = self.planned(self.planner.deploy(model, machine, form), setting)["weights"]
                    real = real_parts(answers[1], self.description["vocabulary"])["weights"]
                    tolerance = self.description.get("chosen", 0.0)
                    self.book.case(self.name(form, "chosen"), self.book.compare("chosen", real, mine, tolerance))

    def run(self):
        model = self.write()
        try:
            self.header("f16", model)
            self.grid(model)
            self.layers(model)
            self.file_types(model)
        except ours.edgeplan.Error as error:
            self.book.case(self.name("refused"), [str(error)])
        finally:
            self.path.unlink()
        if "compute" not in self.description and not any(self.book.errors["compute"]):
            self.book.notes.append(self.name("has an exact compute buffer: say so in models.json"))
        return self.book


def set_up(build):
    """Directory of the probe; ends the program if there is none."""
    place = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or build) / "edgeplan-oracle"
    done = subprocess.run(["sh", str(HERE / "setup.sh"), str(place)], capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr, end="")
        sys.exit(1 if os.environ.get("CI") == "true" or done.returncode != SKIPPED else SKIPPED)
    return place


def main(build, only):
    place = set_up(build)
    planner = ours.Planner(build)
    models = [m for m in ours.DESCRIPTIONS.values() if not only or m["id"] in only]
    oracle, book = Oracle(place), Book()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for each in pool.map(lambda m: Subject(oracle, planner, m, place).run(), models):
            book.join(each)
    cases = book.passed + len(book.failed)
    if not only and cases < LEAST_CASES:
        book.failed.append("%d cases, and at least %d were promised" % (cases, LEAST_CASES))
    for component, errors in book.errors.items():
        if component.startswith("whole, ") and statistics.median(errors) > MEDIAN_WHOLE:
            book.failed.append("%s: the median is %.2f%% off" % (component, 100 * statistics.median(errors)))
    book.print()
    print("%d models of %d architectures" % (len(models), len({m["architecture"] for m in models})))
    print("%d passed, %d failed, %d skipped" % (book.passed, len(book.failed), len(book.skipped)))
    return 1 if book.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
