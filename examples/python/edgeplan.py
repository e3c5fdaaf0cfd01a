"""libedgeplan from Python: ctypes only, nothing to compile.

The structs are built from the library's own field table (abi.h) when it is loaded, so they cannot drift from it.
A result is a ctypes struct: `result.get("kv_bytes")` is None where the library does not know the figure.
"""
import ctypes
import ctypes.util
import os
from ctypes import byref, c_char_p, c_double, c_size_t, c_uint32, c_uint64, c_void_p

ACCELERATORS = {"any": 0, "cpu": 1, "gpu": 2, "npu": 3}
LISTS = {"assumptions": 1, "sources": 2, "missing": 3, "limits": 4, "fixes": 5, "observations": 6, "pipeline": 7, "rejected": 8,
         "checks": 10}
_CHECK_TEXTS = (1, 5, 6, 0, 9)  # subject, input, output, message, hint
_OK, _NOT_FOUND = 0, 30
_FIELD_TYPES = {"u32": c_uint32, "u64": c_uint64, "f64": c_double}

# name: (result, arguments); p is any handle or struct, s text, u a 32-bit number, b a size, d a double, q a 64-bit number, n nothing
_FUNCTIONS = {
    "abi_field_count": "u:", "abi_field_struct": "s:u", "abi_field_name": "s:u", "abi_field_type": "s:u",
    "abi_field_offset": "u:u", "abi_struct_size": "u:s",
    "version_text": "s:", "status_name": "s:u", "status_text": "s:u", "struct_init": "u:pb",
    "diagnostics_new": "u:pp", "diagnostics_unref": "n:p", "diagnostics_count": "u:p", "diagnostics_source": "s:pu",
    "diagnostics_line": "u:pu", "diagnostics_column": "u:pu", "diagnostics_message": "s:pu",
    "registry_new": "u:ppp", "registry_with_file": "u:pspp", "registry_with_memory": "u:psbspp", "registry_unref": "n:p",
    "registry_version": "s:p", "registry_digest": "s:p", "registry_count": "u:pu", "registry_id": "s:puu", "registry_describe": "u:puspbp",
    "registry_model": "u:pspp", "model_open": "u:psppp", "model_unref": "n:p", "model_id": "s:p",
    "target_find": "p:ps", "target_at": "p:pu", "target_id": "s:p", "target_class": "s:p", "target_chip": "s:p", "target_platform": "s:p",
    "target_architecture": "s:pu", "target_get": "u:pp", "observation_at": "p:pu", "observation_text": "s:pu", "observation_get": "u:pp",
    "model_layer_count": "u:p", "model_layer": "u:pup", "model_head": "u:pp",
    "model_family": "s:p", "runtime_find": "p:ps", "runtime_id": "s:p", "runtime_takes": "u:pppu", "format_find": "p:ps",
    "format_id": "s:p", "element_type_find": "u:sp", "element_type_name": "s:u",
    "decode_ceiling": "d:dd",
    "deployment_new": "u:ppupppp", "deployment_with": "u:pupp", "deployment_unref": "n:p", "deployment_runtime": "p:p", "deployment_format": "p:p",
    "deployment_accelerator": "u:p", "deployment_memory": "u:ppuup", "deployment_verdict": "u:ppp", "deployment_speed": "u:ppp",
    "deployment_read_bytes": "q:pu", "deployment_prompt_bytes": "q:pu",
    "plan_new": "u:pppp", "plan_unref": "n:p", "plan_request": "u:pp", "plan_memory": "u:pp", "plan_budget": "u:pp",
    "plan_verdict": "u:pp", "plan_speed": "u:pp", "plan_count": "u:pu", "plan_item": "u:puup", "plan_text": "s:puuu",
    "platform_find": "p:ps", "platform_target_count": "u:p", "platform_target": "p:pu", "plan_deployment": "p:p", "deployment_model": "p:p",
    "recommendation_new": "u:puppppp", "recommendation_unref": "n:p", "recommendation_plan_count": "u:p", "recommendation_plan": "p:pu",
    "recommendation_count": "u:pu", "recommendation_text": "s:puuu",
    "verdict_name": "s:u", "limit_name": "s:u", "accelerator_name": "s:u", "report_plans": "u:pupbp", "report_recommendations": "u:pupbp",
    "gate_open": "u:psppp", "gate_unref": "n:p", "gate_count": "u:pu", "gate_item": "u:puup", "gate_text": "s:puuu", "gate_summary": "u:pp",
    "report_gate": "u:ppbp", "check_status_name": "s:u",
}
_CODES = {"p": c_void_p, "s": c_char_p, "u": c_uint32, "b": c_size_t, "d": c_double, "q": ctypes.c_uint64, "n": None}


class Error(Exception):
    """A call failed; the message has what the library said, one mistake a line."""


class _Result(ctypes.Structure):
    def get(self, name):
        """Value of a field, None if the library does not know it."""
        bit = self.names.index(name)
        return getattr(self, name) if self.known >> bit & 1 else None


class Library:
    """The loaded library: `call.plan_new(...)` and the structs by name without prefix."""

    def __init__(self, path=None):
        path = path or os.environ.get("EDGEPLAN_LIBRARY") or ctypes.util.find_library("edgeplan") or "libedgeplan.so.0"
        try:
            loaded = ctypes.CDLL(path)
        except OSError as missing:
            raise Error("%s; EDGEPLAN_LIBRARY may name its path" % missing) from missing
        self.call = type("Calls", (), {})()
        for name, signature in _FUNCTIONS.items():
            function = getattr(loaded, "edgeplan_" + name)
            result, arguments = signature.split(":")
            function.restype = _CODES[result]
            function.argtypes = [_CODES[code] for code in arguments]
            setattr(self.call, name, function)
        self.structs = self._build_structs()

    def _build_structs(self):
        call, fields, offsets = self.call, {}, {}
        for i in range(call.abi_field_count()):
            struct, name = call.abi_field_struct(i).decode(), call.abi_field_name(i).decode()
            fields.setdefault(struct, []).append((name, _FIELD_TYPES[call.abi_field_type(i).decode()]))
            offsets[struct, name] = call.abi_field_offset(i)
        built = {}
        for struct, members in fields.items():
            names = [name for name, _ in members if offsets[struct, name] >= 16]
            made = type(struct, (_Result,), {"_fields_": members, "names": names})
            if ctypes.sizeof(made) != call.abi_struct_size(struct.encode()):
                raise Error(struct + ": this Python lays it out differently")
            for name, _ in members:
                if getattr(made, name).offset != offsets[struct, name]:
                    raise Error("%s.%s: this Python lays it out differently" % (struct, name))
            built[struct.removeprefix("edgeplan_")] = made
        return built

    def new(self, struct, **values):
        """A struct of the library with its size set; keyword arguments set fields and mark them as given."""
        made = self.structs[struct]()
        self.call.struct_init(byref(made), ctypes.sizeof(made))
        for name, value in values.items():
            setattr(made, name, value)
            made.given |= 1 << made.names.index(name)
        return made

    def check(self, status, diagnostics=None):
        if status == _OK:
            return
        said = ["%s: %s" % (self.call.status_name(status).decode(), self.call.status_text(status).decode())]
        for i in range(self.call.diagnostics_count(diagnostics) if diagnostics else 0):
            place = [self.call.diagnostics_source(diagnostics, i).decode()]
            if self.call.diagnostics_line(diagnostics, i):
                place += [str(self.call.diagnostics_line(diagnostics, i)), str(self.call.diagnostics_column(diagnostics, i))]
            said.append(": ".join(filter(None, [":".join(place), self.call.diagnostics_message(diagnostics, i).decode()])))
        raise Error("\n".join(said))


class _Handle:
    """Owns one reference; released with the object."""

    pointer = None

    def __init__(self, library, kind, make):
        self.library, self.kind = library, kind
        call, diagnostics, out = library.call, c_void_p(), c_void_p()
        library.check(call.diagnostics_new(None, byref(diagnostics)))
        try:
            library.check(make(call, diagnostics, byref(out)), diagnostics)
        finally:
            call.diagnostics_unref(diagnostics)
        self.pointer = out

    def __del__(self):
        if self.pointer:
            getattr(self.library.call, self.kind + "_unref")(self.pointer)


class Registry(_Handle):
    """The built-in registry, with YAML files laid over it."""

    def __init__(self, *files, library=None):
        super().__init__(library or Library(), "registry", lambda call, said, out: call.registry_new(None, said, out))
        for path in files:
            base = self.pointer
            over = _Handle(self.library, "registry",
                           lambda call, said, out: call.registry_with_file(base, os.fsencode(path), said, out))
            self.pointer, over.pointer = over.pointer, base

    def model(self, name):
        """A model of the registry by id or alias, else from a model file, a config.json or a folder."""
        def make(call, said, out):
            status = call.registry_model(self.pointer, name.encode(), said, out)
            return call.model_open(None, os.fsencode(name), None, said, out) if status == _NOT_FOUND else status
        return _Handle(self.library, "model", make)

    def find(self, kind, name):
        """A target, platform, runtime or format by id; None stays None."""
        if name is None:
            return None
        found = getattr(self.library.call, kind + "_find")(self.pointer, name.encode())
        if not found:
            raise Error("no %s %s" % (kind, name))
        return found

    def deploy(self, model, target, runtime=None, format=None, accelerator="any"):
        return Deployment(self, model, target, runtime, format, accelerator)

    def recommend(self, models, target, criteria=None, **request):
        """What to ship of these models, the first that can run: recommend([model], "iphone-16", {"max_charged_bytes": 4 * 10**9})."""
        return Recommendation(self, models, target, criteria or {}, request)

    def gate(self, path, **options):
        """What a budget promises, checked: gate("edgeplan.yaml", today=20270301, strict=2)."""
        return Gate(self, path, options)

    def targets_of(self, platform):
        """The ids of a platform's targets."""
        call, found = self.library.call, self.find("platform", platform)
        return [call.target_id(call.platform_target(found, i)).decode() for i in range(call.platform_target_count(found))]


class Deployment(_Handle):
    """A model in a format on a target through a runtime."""

    def __init__(self, registry, model, target, runtime, format, accelerator):
        found = [registry.find(*pair) for pair in (("target", target), ("runtime", runtime), ("format", format))]
        super().__init__(registry.library, "deployment", lambda call, said, out: call.deployment_new(
            model.pointer, found[0], ACCELERATORS[accelerator], found[1], found[2], said, out))

    def plan(self, **request):
        """A plan for a request: context_tokens=8192, entitlements=1 …"""
        asked = self.library.new("request", **request)
        return Plan(self.library, self, asked)


class Plan(_Handle):
    """Numbers with the lists that explain them."""

    def __init__(self, library, deployment, asked):
        super().__init__(library, "plan", lambda call, said, out: call.plan_new(deployment.pointer, byref(asked), said, out))

    def numbers(self, which):
        """One of memory, budget, verdict, speed, request, as a struct."""
        made = self.library.new({"verdict": "verdict_result"}.get(which, which))
        self.library.check(getattr(self.library.call, "plan_" + which)(self.pointer, byref(made)))
        return made

    @property
    def verdict(self):
        return self.library.call.verdict_name(self.numbers("verdict").verdict).decode()

    def messages(self, which):
        code, call = LISTS[which], self.library.call
        return [call.plan_text(self.pointer, code, i, 0).decode() for i in range(call.plan_count(self.pointer, code))]

    def json(self):
        """The plan as the text of a JSON document."""
        return _report(self, "plans")


class Recommendation(_Handle):
    """The ranked plans of a target, and why the rest is out."""

    def __init__(self, registry, models, target, criteria, request):
        listed = (c_void_p * len(models))(*(model.pointer for model in models))
        asked, wanted = registry.library.new("request", **request), registry.library.new("criteria", **criteria)
        super().__init__(registry.library, "recommendation", lambda call, said, out: call.recommendation_new(
            listed, len(models), registry.find("target", target), byref(asked), byref(wanted), said, out))

    def best(self):
        """(model, format, runtime, accelerator, verdict) of the first plan; None if nothing is left."""
        call = self.library.call
        plan, numbers = call.recommendation_plan(self.pointer, 0), self.library.new("verdict_result")
        if not plan:
            return None
        path = call.plan_deployment(plan)
        self.library.check(call.plan_verdict(plan, byref(numbers)))
        return tuple(text.decode() for text in (
            call.model_id(call.deployment_model(path)), call.format_id(call.deployment_format(path)),
            call.runtime_id(call.deployment_runtime(path)), call.accelerator_name(call.deployment_accelerator(path)),
            call.verdict_name(numbers.verdict)))

    def rejected(self):
        """(model, who, why) of everything that is out."""
        call, code, model, subject, message = self.library.call, LISTS["rejected"], 5, 1, 0
        return [tuple(call.recommendation_text(self.pointer, code, i, which).decode() for which in (model, subject, message))
                for i in range(call.recommendation_count(self.pointer, code))]

    def json(self):
        """Everything as the text of a JSON document."""
        return _report(self, "recommendations")


class Gate(_Handle):
    """The checks of a budget file."""

    def __init__(self, registry, path, options):
        how = registry.library.new("gate_options", **options)
        super().__init__(registry.library, "gate", lambda call, said, out: call.gate_open(
            registry.pointer, os.fsencode(path), byref(how), said, out))

    def checks(self):
        """(status, rule, model, device, message, hint) of each check; "" for what it has not."""
        call, code, item = self.library.call, LISTS["checks"], self.library.new("item")
        for i in range(call.gate_count(self.pointer, code)):
            self.library.check(call.gate_item(self.pointer, code, i, byref(item)))
            said = (call.gate_text(self.pointer, code, i, which).decode() for which in _CHECK_TEXTS)
            yield (call.check_status_name(item.code).decode(), *said)

    def summary(self):
        """How many checks passed, failed, warned …, as a struct."""
        made = self.library.new("summary")
        self.library.check(self.library.call.gate_summary(self.pointer, byref(made)))
        return made

    def json(self):
        """Everything as the text of a JSON document."""
        return _text(self.library, lambda *rest: self.library.call.report_gate(self.pointer, *rest))


def _report(handle, kind):
    write, listed = getattr(handle.library.call, "report_" + kind), (c_void_p * 1)(handle.pointer)
    return _text(handle.library, lambda *rest: write(listed, 1, *rest))


def _text(library, write):
    needed = c_size_t()
    library.check(write(None, 0, byref(needed)))
    text = ctypes.create_string_buffer(needed.value)
    library.check(write(text, needed, None))
    return text.value.decode()
