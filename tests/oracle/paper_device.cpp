// A GPU that exists on paper only: llama.cpp places weights, caches and scratch on it as on any other; a dry run computes nothing.
// It says yes to every operation, as Metal, CUDA and Vulkan nearly do, and aligns tensors as Metal does.
#include <cstdint>

#include "ggml-backend-impl.h"

namespace {

enum { ALIGNMENT = 32 };  // ggml/src/ggml-metal/ggml-metal.cpp
enum { LONG_CHUNK = 32 }; // ggml/src/ggml-cuda/ggml-cuda.cu (GGML_OP_OFFLOAD_MIN_BATCH)

ggml_backend_buffer_type *buffer_type();
ggml_backend_device *device();

const char *name_of_type(ggml_backend_buffer_type_t)
{
    return "Paper";
}

void *nowhere(ggml_backend_buffer_t)
{
    return reinterpret_cast<void *>(uintptr_t{1} << 40);
}

void leave(ggml_backend_buffer_t, uint8_t)
{
}

// Recurrent state is allocated and cleared even in a dry run.
ggml_backend_buffer_t paper_buffer(ggml_backend_buffer_type_t type, size_t size)
{
    ggml_backend_buffer_i calls = {};
    calls.get_base = nowhere;
    calls.clear = leave;
    return ggml_backend_buffer_init(type, calls, nullptr, size);
}

size_t alignment(ggml_backend_buffer_type_t)
{
    return ALIGNMENT;
}

const char *name_of_backend(ggml_backend_t)
{
    return "Paper";
}

void release(ggml_backend_t backend)
{
    delete backend;
}

const char *name_of_device(ggml_backend_dev_t)
{
    return "Paper";
}

void no_memory_figure(ggml_backend_dev_t, size_t *free, size_t *total)
{
    *free = *total = 0;
}

enum ggml_backend_dev_type kind(ggml_backend_dev_t)
{
    return GGML_BACKEND_DEVICE_TYPE_GPU;
}

void properties(ggml_backend_dev_t, ggml_backend_dev_props *out)
{
    *out = {};
    out->name = out->description = "Paper";
    out->type = GGML_BACKEND_DEVICE_TYPE_GPU;
}

ggml_backend_t start(ggml_backend_dev_t, const char *)
{
    static ggml_guid guid = {0x70, 0x61, 0x70, 0x65, 0x72};
    ggml_backend_i calls = {};
    calls.get_name = name_of_backend;
    calls.free = release;
    return new ggml_backend{&guid, calls, device(), nullptr};
}

ggml_backend_buffer_type_t its_type(ggml_backend_dev_t)
{
    return buffer_type();
}

bool any_operation(ggml_backend_dev_t, const ggml_tensor *)
{
    return true;
}

// As Vulkan and CUDA: operations on long chunks are worth a copy of weights that lie on the host, lookups of rows are not.
bool long_chunks(ggml_backend_dev_t, const ggml_tensor *operation)
{
    switch (operation->op) {
    case GGML_OP_GET_ROWS: return false;
    case GGML_OP_MUL_MAT: return operation->ne[1] >= LONG_CHUNK;
    case GGML_OP_MUL_MAT_ID:
    case GGML_OP_ROPE: return operation->ne[2] >= LONG_CHUNK;
    default: return ggml_nrows(operation) >= LONG_CHUNK;
    }
}

bool own_type(ggml_backend_dev_t, ggml_backend_buffer_type_t type)
{
    return type == buffer_type();
}

const char *name_of_registry(ggml_backend_reg_t)
{
    return "Paper";
}

size_t one(ggml_backend_reg_t)
{
    return 1;
}

ggml_backend_dev_t the_device(ggml_backend_reg_t, size_t)
{
    return device();
}

void *nothing(ggml_backend_reg_t, const char *)
{
    return nullptr;
}

ggml_backend_reg registry = {GGML_BACKEND_API_VERSION, {name_of_registry, one, the_device, nothing}, nullptr};

ggml_backend_device *device()
{
    static ggml_backend_device made = {{}, &registry, nullptr};
    made.iface.get_name = made.iface.get_description = name_of_device;
    made.iface.get_memory = no_memory_figure;
    made.iface.get_type = kind;
    made.iface.get_props = properties;
    made.iface.init_backend = start;
    made.iface.get_buffer_type = its_type;
    made.iface.supports_op = any_operation;
    made.iface.supports_buft = own_type;
    return &made;
}

ggml_backend_buffer_type *buffer_type()
{
    static ggml_backend_buffer_type made = {{name_of_type, paper_buffer, alignment, nullptr, nullptr, nullptr}, device(), nullptr};
    return &made;
}

} // namespace

ggml_backend_reg_t paper_device(bool takes_over)
{
    device()->iface.offload_op = takes_over ? long_chunks : nullptr;
    return &registry;
}
