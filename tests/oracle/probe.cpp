// Asks a real llama.cpp what a file holds, what its quantizer would choose, and what it would allocate. Answers in JSON lines.
//
//   probe tensors FILE                            what the file's header says, as the library reads it
//   probe types FILE FILE_TYPE...                 the quantizer's dry run: element types for llama_ftype numbers
//   probe memory LIBRARY FILE [repack] [offload=LAYERS | takes_over=LAYERS]
//         < "context sequences key_type value_type flash_attention chunk unified full_window outputs" lines, types as ggml numbers
//
// LIBRARY is the shared library of one CPU family. With no_alloc the library sizes everything by its own allocator and touches no
// memory, so models and contexts larger than this machine work.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "ggml-backend.h"
#include "gguf.h"
#include "llama-ext.h"
#include "llama.h"

ggml_backend_reg_t paper_device(bool takes_over); // paper_device.cpp

namespace {

std::string heard; // what the library logged

void listen(ggml_log_level, const char *text, void *)
{
    heard += text;
}

std::string quoted(std::string text)
{
    for (size_t at = text.find_first_of("\"\\\n"); at != std::string::npos; at = text.find_first_of("\"\\\n", at))
        text.replace(at, 1, " ");
    return '"' + text + '"';
}

// The last complaint in the log, for a file or a setting that is refused.
std::string complaint()
{
    while (!heard.empty() && heard.back() == '\n')
        heard.pop_back();
    return quoted(heard.substr(heard.rfind('\n') + 1));
}

int tensors(const char *path)
{
    gguf_context *file = gguf_init_from_file(path, {/*.no_alloc =*/true, /*.ctx =*/nullptr});
    if (!file)
        return 1;
    for (int64_t i = 0; i < gguf_get_n_tensors(file); i++)
        printf("{\"name\":%s,\"type\":%d,\"bytes\":%zu}\n", quoted(gguf_get_tensor_name(file, i)).c_str(),
               (int)gguf_get_tensor_type(file, i), gguf_get_tensor_size(file, i));
    gguf_free(file);
    return 0;
}

int type_number(const std::string &name)
{
    for (int i = 0; i < GGML_TYPE_COUNT; i++)
        if (ggml_type_name((ggml_type)i) && name == ggml_type_name((ggml_type)i))
            return i;
    return -1;
}

// The dry run is heard, not returned: "[ 1/ 2] blk.0.ffn_up.weight - [ 1, 2], type = f16, size = 1 MiB -> 1 MiB (q4_K)".
int types(const char *path, int file_type)
{
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.dry_run = true;
    params.ftype = (llama_ftype)file_type;
    heard.clear();
    if (llama_model_quantize(path, "unused", &params) != 0)
        return 1;
    printf("{\"file_type\":%d,\"types\":{", file_type);
    const char *comma = "";
    for (const char *line = strtok(&heard[0], "\n"); line; line = strtok(nullptr, "\n")) {
        char name[128], from[16], to[16];
        int index, count;
        if (sscanf(line, "[%d/%d] %127s", &index, &count, name) != 3)
            continue;
        const char *type = strstr(line, "type = "), *change = strstr(line, "-> ");
        if (!type || sscanf(type, "type = %15[^, ]", from) != 1)
            continue;
        const char *chosen = change && sscanf(change, "-> %*f MiB (%15[^)])", to) == 1 ? to : from;
        printf("%s%s:%d", comma, quoted(name).c_str(), type_number(chosen));
        comma = ",";
    }
    printf("}}\n");
    return 0;
}

typedef llama_memory_t (*part_of)(const void *);
typedef std::map<ggml_backend_buffer_type_t, size_t> sizes;
typedef sizes (*sizes_of)(const void *);

// Bytes of recurrent state, which the public breakdown adds to the cache. The methods are not in a header, but they are exported.
size_t state_bytes(const llama_model *model, llama_context *context)
{
    const auto sizes_of_state = (sizes_of)dlsym(RTLD_DEFAULT, "_ZNK22llama_memory_recurrent16memory_breakdownEv");
    const auto of_hybrid = (part_of)dlsym(RTLD_DEFAULT, "_ZNK19llama_memory_hybrid12get_mem_recrEv");
    const void *state = llama_get_memory(context);
    size_t bytes = 0;
    if (!sizes_of_state || !of_hybrid) {
        fprintf(stderr, "the library no longer exports what tells the recurrent state\n");
        exit(1);
    }
    if (llama_model_is_hybrid(model))
        state = of_hybrid(state);
    else if (!llama_model_is_recurrent(model))
        return 0;
    for (const auto &part : sizes_of_state(state))
        bytes += part.second;
    return bytes;
}

// Sizes that are logged and not returned, in MiB with two decimals.
double logged_mib(const char *label)
{
    double sum = 0;
    for (size_t at = heard.find(label); at != std::string::npos; at = heard.find(label, at + 1))
        sum += strtod(heard.c_str() + at + strlen(label), nullptr);
    return sum;
}

void measure(llama_model *model, const char *line)
{
    llama_context_params params = llama_context_default_params();
    int key_type, value_type, flash_attention, unified, full_window;
    if (sscanf(line, "%u %u %d %d %d %u %d %d %u", &params.n_ctx, &params.n_seq_max, &key_type, &value_type, &flash_attention,
               &params.n_ubatch, &unified, &full_window, &params.n_outputs_max) != 9) {
        printf("{\"refused\":\"not a setting\"}\n");
        return;
    }
    params.type_k = (ggml_type)key_type;
    params.type_v = (ggml_type)value_type;
    params.flash_attn_type = flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.kv_unified = unified;
    params.swa_full = full_window;
    heard.clear();
    llama_context *context = llama_init_from_model(model, params);
    if (!context) {
        printf("{\"refused\":%s}\n", complaint().c_str());
        return;
    }
    printf("{\"context\":%u,\"state\":%zu,\"output_mib\":%.2f,\"buffers\":{", llama_n_ctx(context), state_bytes(model, context),
           logged_mib("output buffer size = "));
    const char *comma = "";
    for (const auto &part : llama_get_memory_breakdown(context)) {
        printf("%s%s:[%zu,%zu,%zu]", comma, quoted(ggml_backend_buft_name(part.first)).c_str(), part.second.model,
               part.second.context, part.second.compute);
        comma = ",";
    }
    printf("}}\n");
    llama_free(context);
}

int memory(int count, char **words)
{
    llama_model_params params = llama_model_default_params();
    params.no_alloc = true;
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    params.use_extra_bufts = false;
    params.n_gpu_layers = 0;
    for (int i = 2; i < count; i++) {
        params.use_extra_bufts |= strcmp(words[i], "repack") == 0;
        const bool takes_over = strncmp(words[i], "takes_over=", 11) == 0;
        if (takes_over || strncmp(words[i], "offload=", 8) == 0) {
            params.n_gpu_layers = atoi(strchr(words[i], '=') + 1);
            ggml_backend_register(paper_device(takes_over));
        }
    }
    if (!ggml_backend_load(words[0])) {
        printf("{\"refused\":\"this CPU cannot run %s\"}\n", words[0]);
        return 0;
    }
    llama_model *model = llama_model_load_from_file(words[1], params);
    if (!model) {
        fprintf(stderr, "%s", heard.c_str());
        return 1;
    }
    printf("{\"version\":%s,\"parameters\":%llu}\n", quoted(llama_version()).c_str(),
           (unsigned long long)llama_model_n_params(model));
    char line[256];
    while (fgets(line, sizeof line, stdin))
        measure(model, line);
    llama_model_free(model);
    return 0;
}

} // namespace

int main(int count, char **words)
{
    const std::string task = count > 2 ? words[1] : "";
    int status = 2;
    llama_log_set(listen, nullptr);
    llama_backend_init();
    if (task == "tensors")
        status = tensors(words[2]);
    for (int i = 3; task == "types" && i < count && status != 1; i++)
        status = types(words[2], atoi(words[i]));
    if (task == "memory" && count > 3)
        status = memory(count - 2, words + 2);
    if (status == 2)
        fprintf(stderr, "usage: probe tensors FILE | types FILE FILE_TYPE... | memory LIBRARY FILE [repack] [offload=N | takes_over=N]\n");
    return status;
}
