#include "speed/prefill.h"

#include <math.h>

#include "base/checked.h"
#include "speed/traffic.h"

/* Sum over the new tokens of how many tokens each looks back on. */
static double attended(const edgeplan_layer *layer, double tokens, double depth)
{
    double all = tokens * depth + tokens * tokens / 2.0;
    double window = (double)layer->span_tokens;

    if (layer->span == EDGEPLAN_SPAN_FIXED)
        return tokens * window;
    if (layer->span == EDGEPLAN_SPAN_ALL || depth + tokens <= window)
        return all;
    if (depth >= window)
        return tokens * window;
    double growing = window - depth; /* tokens that still see everything */
    return growing * depth + growing * growing / 2.0 + (tokens - growing) * window;
}

static double body_parameters(const ep_shape *shape)
{
    double parameters = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        parameters += (double)run->dense_parameters;
        if (run->layer.experts > 0)
            parameters += (double)run->routed_parameters * (double)run->layer.experts_used / (double)run->layer.experts;
    }
    return parameters;
}

static double attention_flop(const ep_shape *shape, double tokens, double depth)
{
    double flop = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        if (layer->attention == EDGEPLAN_ATTENTION_NONE)
            continue;
        double widths = (double)(layer->key_width + layer->value_width);
        flop += 2.0 * (double)layer->query_heads * widths * attended(layer, tokens, depth) * (double)shape->runs[i].count;
    }
    return flop;
}

double ep_prefill_flop(const ep_shape *shape, uint64_t tokens, uint64_t depth)
{
    double new_tokens = (double)tokens;
    return 2.0 * body_parameters(shape) * new_tokens + attention_flop(shape, new_tokens, (double)depth) +
           2.0 * (double)shape->head_parameters;
}

double ep_decode_flop(const ep_shape *shape, const ep_workload *workload)
{
    double depth = (double)(workload->cached_tokens + workload->prompt_tokens);
    double each = 2.0 * (body_parameters(shape) + (double)shape->head_parameters) + attention_flop(shape, 1.0, depth);
    return each * (double)workload->batch;
}

/* Weights a chunk reads: every expert that its tokens reach. The head is read once, for the last token. */
static double chunk_bytes(const ep_shape *shape, uint64_t tokens)
{
    double bytes = (double)shape->outer_bytes;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        bytes += (double)run->dense_bytes;
        if (run->layer.experts > 0) {
            double n = (double)run->layer.experts;
            bytes += (double)run->routed_bytes * ep_distinct_experts(n, (double)run->layer.experts_used, tokens) / n;
        }
    }
    return bytes;
}

static double chunk_seconds(const ep_speed_figures *figures, double flop, double bytes)
{
    double compute = figures->throughput_flop_per_s > 0 ? flop / figures->throughput_flop_per_s : 0;
    double memory = figures->peak_bandwidth_bytes_per_s > 0 ? bytes / figures->peak_bandwidth_bytes_per_s : 0;
    return compute > memory ? compute : memory;
}

double ep_prefill_seconds(const ep_speed_figures *figures, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t tokens = workload->prompt_tokens;
    uint64_t chunk = ep_max(workload->chunk_tokens, 1);
    uint64_t whole = tokens / chunk, last = tokens % chunk;
    double head = 2.0 * (double)shape->head_parameters;
    double flop = ep_prefill_flop(shape, tokens, workload->cached_tokens) - head;
    double seconds;

    if (tokens == 0)
        return 0;
    /* The floor of a sum is at least the sum of floors with the arithmetic spread evenly: good enough, and it cannot exceed the truth. */
    double per_token = flop / (double)tokens;
    seconds = (double)whole * chunk_seconds(figures, per_token * (double)chunk, chunk_bytes(shape, chunk));
    if (last > 0)
        seconds += chunk_seconds(figures, per_token * (double)last, chunk_bytes(shape, last));
    return seconds + chunk_seconds(figures, head, (double)shape->head_bytes);
}
