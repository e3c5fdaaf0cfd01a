#include "sizing/workload.h"

#include "base/checked.h"
#include "base/known.h"
#include "sizing/context_rule.h"

/* Defaults of a request that no runtime states. They are listed as assumptions wherever they are taken. Prompt and output are those of
   llama-bench (ggml-org/llama.cpp, tools/llama-bench/README.md: -p 512, -n 128). */
enum { DEFAULT_CONTEXT = 4096, DEFAULT_PROMPT = 512, DEFAULT_OUTPUT = 128, DEFAULT_CHUNK = 512 };

uint64_t ep_run_layers(const ep_shape *shape, uint32_t run, uint64_t layers)
{
    uint64_t count = layers < shape->layers ? 0 : shape->runs[run].count;

    for (uint64_t i = 0; i < layers && layers < shape->layers; i++)
        count += shape->run_of[i] == run;
    return count;
}

int ep_request_gives(const edgeplan_request *request, size_t offset)
{
    size_t pairs = offsetof(edgeplan_request, kv_k);
    size_t after = offsetof(edgeplan_request, entitlements);
    const char *field = (const char *)request + offset;

    if (request->given & ep_known_bit(offset, pairs, after))
        return 1;
    if (offset >= pairs && offset < after)
        return *(const uint32_t *)(const void *)field != 0;
    return *(const uint64_t *)(const void *)field != 0;
}

#define GIVES(field) ep_request_gives(request, offsetof(edgeplan_request, field))

/* A switch of the request, else the preset's, else the runtime's. */
static uint32_t decide(uint32_t asked, uint32_t preset, uint32_t rule, uint32_t fallback)
{
    uint32_t choice = asked ? asked : preset ? preset : rule ? rule : fallback;
    return choice == EDGEPLAN_SWITCH_ON;
}

static uint64_t output_rows(const ep_preset *preset, const ep_workload *workload)
{
    switch (preset->outputs) {
    case EP_ROWS_SEQUENCES: return workload->sequences;
    case EP_ROWS_CHUNK: return workload->chunk_tokens;
    case EP_ROWS_COUNT: return ep_max(preset->output_rows, 1);
    case EP_ROWS_ONE: break;
    }
    return workload->sequences;
}

static uint32_t resolve_switches(const ep_rules *rules, const ep_preset *preset, const edgeplan_request *request, uint32_t kv_default,
                                 ep_workload *out)
{
    uint32_t assumed = 0;

    out->mapped = decide(request->mmap, 0, rules->placement.mapped, EDGEPLAN_SWITCH_OFF);
    out->flash_attention = decide(request->flash_attention, 0, 0, EDGEPLAN_SWITCH_ON);
    out->window_saves = decide(0, preset->window_saves, rules->cache.window_saves, EDGEPLAN_SWITCH_ON);
    out->unified = decide(0, preset->unified, 0, EDGEPLAN_SWITCH_OFF);
    out->kv_k = GIVES(kv_k) ? request->kv_k : kv_default;
    out->kv_v = GIVES(kv_v) ? request->kv_v : GIVES(kv_k) ? request->kv_k : kv_default;
    if (!request->mmap)
        assumed |= EP_ASSUMED_MMAP;
    if (!request->flash_attention)
        assumed |= EP_ASSUMED_FLASH_ATTENTION;
    if (!GIVES(kv_k) && !GIVES(kv_v))
        assumed |= EP_ASSUMED_KV;
    return assumed;
}

static uint32_t resolve_counts(const ep_rules *rules, const ep_preset *preset, const edgeplan_request *request, uint64_t requested,
                               ep_workload *out)
{
    uint32_t assumed = 0;
    uint64_t held;

    out->sequences = request->sequences ? request->sequences : ep_max(ep_max(preset->sequences, request->batch), 1);
    if (!request->sequences)
        assumed |= EP_ASSUMED_SEQUENCES;
    out->batch = ep_min(ep_max(request->batch, 1), out->sequences);
    out->streams = out->unified ? 1 : out->sequences;
    out->prompt_tokens = GIVES(prompt_tokens) ? request->prompt_tokens : ep_min(DEFAULT_PROMPT, requested / 2);
    out->chunk_tokens = request->chunk_tokens        ? request->chunk_tokens
                        : rules->request.whole_prompt ? ep_max(out->prompt_tokens, 1)
                        : preset->chunk_tokens        ? preset->chunk_tokens
                                                      : DEFAULT_CHUNK;
    if (!request->chunk_tokens)
        assumed |= EP_ASSUMED_CHUNK;
    if (rules->request.max_chunk_tokens)
        out->chunk_tokens = ep_min(out->chunk_tokens, rules->request.max_chunk_tokens);
    out->chunk_tokens = ep_min(out->chunk_tokens, requested);
    out->output_rows = output_rows(preset, out);

    out->cached_tokens = request->cached_tokens;
    held = out->cached_tokens + out->prompt_tokens;
    out->output_tokens = GIVES(output_tokens) ? request->output_tokens : ep_min(DEFAULT_OUTPUT, requested - ep_min(requested, held));
    if (!GIVES(prompt_tokens))
        assumed |= EP_ASSUMED_PROMPT;
    if (!GIVES(output_tokens))
        assumed |= EP_ASSUMED_OUTPUT;
    return assumed;
}

/* What a context must hold: what was given, and the defaults for the rest as far as the model was trained. */
static uint64_t asked_tokens(const edgeplan_request *request, uint64_t trained)
{
    const uint64_t given = request->cached_tokens + request->prompt_tokens + request->output_tokens;
    const uint64_t all = given + (GIVES(prompt_tokens) ? 0 : DEFAULT_PROMPT) + (GIVES(output_tokens) ? 0 : DEFAULT_OUTPUT);

    return ep_min(ep_max(given, trained ? ep_min(all, trained) : all), EP_MAX_COUNT);
}

uint32_t ep_workload_resolve(const ep_rules *rules, const ep_preset *preset, const ep_shape *shape, uint32_t kv_default,
                             const edgeplan_request *request, ep_workload *out)
{
    uint64_t trained = shape->trained_context_tokens;
    uint64_t requested = request->context_tokens;
    uint32_t assumed = 0;

    *out = (ep_workload){.prompt_cache_bytes = preset->prompt_cache_bytes, .app_bytes = request->app_bytes};
    if (requested == 0) {
        const uint64_t asked = asked_tokens(request, trained);
        requested = trained ? ep_min(DEFAULT_CONTEXT, trained) : DEFAULT_CONTEXT;
        assumed |= asked > requested ? EP_ASSUMED_CONTEXT_ASKED : EP_ASSUMED_CONTEXT;
        requested = ep_max(requested, asked);
    }
    assumed |= resolve_switches(rules, preset, request, kv_default, out);
    assumed |= resolve_counts(rules, preset, request, requested, out);
    out->by_layer = GIVES(gpu_layers) && rules->offloaded && rules->placement.offload != EP_OFFLOAD_ALL;
    if (out->by_layer)
        out->cut = out->host_layers = shape->layers + 1 - ep_min(request->gpu_layers, shape->layers + 1);
    if (rules->placement.offload == EP_OFFLOAD_LAYERS_AND_CHUNKS && out->chunk_tokens >= EP_LONG_CHUNK && shape->kind_count > 0)
        out->cut = 0;
    if (!GIVES(app_bytes))
        assumed |= EP_ASSUMED_APP_BYTES;
    if (!request->preset)
        assumed |= EP_ASSUMED_PRESET;

    ep_context context = ep_context_provide(rules, requested, out->sequences, (int)out->unified, trained);
    out->context_tokens = context.context_tokens;
    out->sequence_tokens = context.sequence_tokens;
    out->beyond = context.beyond;
    return assumed;
}
