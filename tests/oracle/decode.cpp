// Decodes with a real llama.cpp, one token after the other, and prints how many a second: the best of some rounds.
//
//   decode LIBRARIES FILE THREADS TOKENS ROUNDS
//
// LIBRARIES is the folder of its CPU back ends, of which it takes the one for this machine. What the weights say does not matter to the
// time of a step: a file whose weights are a hole is read like any other.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "ggml-backend.h"
#include "llama.h"

namespace {

void be_quiet(ggml_log_level, const char *, void *) {}

double seconds_of(llama_context *context, int tokens)
{
    llama_memory_clear(llama_get_memory(context), true);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < tokens; i++) {
        llama_token token = 5 + i;
        if (llama_decode(context, llama_batch_get_one(&token, 1)) != 0)
            exit(1);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    const int threads = atoi(argv[3]), tokens = atoi(argv[4]), rounds = atoi(argv[5]);
    llama_log_set(be_quiet, nullptr);
    ggml_backend_load_all_from_path(argv[1]);
    llama_model_params model_params = llama_model_default_params();
    model_params.n_gpu_layers = 0;
    llama_model *model = llama_model_load_from_file(argv[2], model_params);
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 256;
    params.n_threads = params.n_threads_batch = threads;
    llama_context *context = model ? llama_init_from_model(model, params) : nullptr;
    if (!context)
        return 1;
    double best = 0;
    for (int i = 0; i < rounds; i++) {
        const double rate = tokens / seconds_of(context, tokens);
        best = rate > best ? rate : best;
    }
    printf("%.6f\n", best);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
