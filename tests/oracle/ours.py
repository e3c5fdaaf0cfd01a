"""The library under test: the model it reads from a file, and what it plans for a request."""
import csv
import json
import pathlib
import sys
import tempfile
from ctypes import byref

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "examples" / "python")]
import edgeplan
import gguf_write

DESCRIPTIONS = {model["id"]: model for model in json.loads((HERE / "models.json").read_text())["models"]}

edgeplan._FUNCTIONS["model_tensor"] = "u:pup"
OK = 0

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
            "oracle-avx512": ("cpu", "x86-64", "avx2, avx512"), "oracle-gpu": ("gpu", "apple-gpu", ""),
            "oracle-layers": ("gpu", "adreno", "")} # whose back end, as the paper device, leaves the host's layers to the host

SWITCH = {True: 2, False: 1}
PRESETS = {"library": 1, "cli": 2, "server": 3}


def measured(name):
    """Rows of a table of tests/data."""
    text = (HERE.parent / "data" / name).read_text()
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def compare(name, columns, mistakes):
    """Prints what is wrong with each row of a table, which its first columns tell from the others; the exit code."""
    rows, failed = measured(name), 0
    for row in rows:
        found = list(mistakes(row))
        for text in found:
            print("FAIL %s: %s" % (" ".join(list(row.values())[:columns]), text))
        failed += bool(found)
    print("%d passed, %d failed, 0 skipped" % (len(rows) - failed, failed))
    return 1 if failed else 0


class Planner:
    """Registry, targets and models of this library."""

    def __init__(self, build):
        self.library = edgeplan.Library(str(pathlib.Path(build).resolve() / "lib" / "libedgeplan.so.0"))
        self.registry = edgeplan.Registry(library=self.library)
        text = TARGETS % ("\n".join(CHIP % (id, id, *engine) for id, engine in MACHINES.items()),
                          "\n".join(TARGET % (id, id, "macos" if id == "oracle-gpu" else "linux", id) for id in MACHINES))
        base, data = self.registry.pointer, text.encode()
        over = edgeplan._Handle(self.library, "registry", lambda call, said, out: call.registry_with_memory(
            base, data, len(data), b"oracle", said, out))
        self.registry.pointer, over.pointer = over.pointer, base

    def open(self, path):
        """The model in a file."""
        return self.registry.model(str(path))

    def of_config(self, config):
        """The model of a config.json, through a file that is not kept."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "config.json"
            path.write_text(json.dumps(config))
            return self.open(path)

    def described(self, id):
        """A model of models.json, through a file that is not kept."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / (id + ".gguf")
            gguf_write.write(path, DESCRIPTIONS[id])
            return self.open(path)

    def deploy(self, model, machine, form, accelerator=None):
        return self.registry.deploy(model, machine, "llama.cpp", form, accelerator or MACHINES[machine][0])

    def tensors(self, model):
        """Element type and bytes of each tensor in a model."""
        out, tensor = [], self.library.new("tensor")
        while self.library.call.model_tensor(model.pointer, len(out), byref(tensor)) == OK:
            out.append((tensor.element_type, tensor.stored_bytes))
        return out

    def memory(self, deployment, place=0, measure=0, **request):
        asked, out = self.library.new("request", **request), self.library.new("memory")
        self.library.check(self.library.call.deployment_memory(deployment.pointer, byref(asked), place, measure, byref(out)))
        return out
