#include "sizing/arena_view.h"

#include "base/checked.h"

/* Registers of a window layer's cache lie beside those of the full one; inputs are freed by the last layer that reads them. */
static uint8_t register_of(const ep_arena_terms *t, const ep_arena_view *v, uint8_t reg)
{
    if (reg >= EP_PICKED_ROWS)
        return reg;
    if (reg >= EP_ROTATION_K && reg <= EP_MASK && v->windowed)
        reg = (uint8_t)(reg + EP_CACHE_INPUTS);
    return (v->kind->ends | t->ends) >> reg & 1 ? reg : EP_NO_REGISTER;
}

/* A host of layers that have several streams. */
int ep_arena_begins_apart(const ep_arena_terms *t)
{
    return t->shape->graph.streams && t->rules->offloaded && t->workload->cut <= t->shape->layers && !t->offloaded;
}

static int fetches_along(const ep_arena_terms *t, const ep_arena_view *v)
{
    return t->fetches_own && (v->holds & (EP_IF_FETCHES | EP_IF_EXPERTS)) == EP_IF_FETCHES;
}

/* Whether a step of special weight is there whose conditions hold; up to EP_BEFORE_SOFTMAX on a device that takes over. */
static int is_there(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    switch (step->weight) {
    case EP_HOST_ATTENDED: return v->apart != 0;
    case EP_BEGUN: return !((v->holds & EP_IF_FIRST) && ep_arena_begins_apart(t));
    case EP_OWN: return !t->taken_over;
    case EP_COPIED_CACHE: return t->taken_over || v->run->layer.kv_source != 0;
    case EP_MANY_PICKED: return t->outputs >= EP_LONG_CHUNK && !(t->shape->graph.traits & EP_GRAPH_OUTPUT_BIAS);
    case EP_MANY_WITH_BIAS: return t->outputs >= EP_LONG_CHUNK && (t->shape->graph.traits & EP_GRAPH_OUTPUT_BIAS);
    case EP_FETCHED_ALONG: return fetches_along(t, v);
    case EP_NONE_ALONG: return !fetches_along(t, v);
    case EP_FETCHING: return t->taken_over ? t->fetches_own != 0 : t->fetches_away == 0;
    case EP_FETCHED_AWAY: return t->fetches_away != 0;
    case EP_BEFORE_SCORES: return (v->holds & EP_IF_FLASH) || !(t->shape->graph.traits & EP_GRAPH_SINKS);
    case EP_BEFORE_SOFTMAX: return !(v->holds & EP_IF_FLASH) && (t->shape->graph.traits & EP_GRAPH_SINKS);
    case EP_FETCHED_HERE: return t->taken_over && t->fetches_own;
    default: return 1;
    }
}

/* What a step makes on a device that takes over the layer, if it does there. */
static uint8_t taken_over_makes(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    const uint8_t mask = v->windowed ? EP_WINDOW_MASK : EP_MASK;

    if (v->apart && step->weight == EP_ATTENDING)
        return EP_NO_REGISTER;
    if (v->apart && step->rows >= EP_N_SCORES && step->rows <= EP_N_MASK)
        return EP_NO_REGISTER;
    if (step->makes == EP_COPIED_MASK)
        return t->fresh >> mask & 1 ? mask : EP_NO_REGISTER;
    return step->makes;
}

static inline int compile_step(ep_arena_terms *t, const ep_arena_view *v, const ep_step *step, uint8_t makes, ep_arena_action *out)
{
    uint32_t frees = 0;

    for (uint32_t i = 0; i < sizeof step->frees && step->frees[i] != EP_NO_REGISTER; i++) {
        uint8_t reg = register_of(t, v, step->frees[i]);
        if (reg != EP_NO_REGISTER)
            out->frees[frees++] = reg;
    }
    if (frees < sizeof out->frees)
        out->frees[frees] = EP_NO_REGISTER;
    out->makes = makes;
    out->size = (ep_length){0, 0};
    out->written = 0;
    out->over = step->rows == EP_N_OVER ? step->width : EP_NO_REGISTER;
    if (makes == EP_NO_REGISTER)
        return frees > 0;
    if (!out->over)
        out->size = ep_arena_size_of(t, v, v->cells, step);
    if (!out->over && t->written && step->rows != EP_N_RESERVED)
        out->written = t->alike && !ep_arena_is_of_cells(step) ? (uint64_t)out->size.bytes
                                                      : (uint64_t)ep_arena_size_of(t->written, v, v->written, step).bytes;
    return 1;
}

static int is_small(const ep_step *step)
{
    return step->weight >= EP_BIAS && step->weight <= EP_ROPE_FACTORS;
}

/* The largest projection of a recurrent part is of its input, or square. */
static uint64_t recurrent_bytes(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    const uint64_t largest = v->run->largest_bytes[EDGEPLAN_ROLE_RECURRENT];
    const uint64_t projected = ep_graph_width(t->shape, v->run, EP_W_PROJECTED);

    if (v->run->layer.recurrent == EDGEPLAN_RECURRENT_DELTA || projected == 0)
        return largest;
    if (v->run->layer.recurrent == EDGEPLAN_RECURRENT_RWKV)
        return largest;
    return step->width == EP_W_HIDDEN ? ep_mul(largest / projected, v->run->recurrence.inner) : largest;
}

static uint64_t latent_elements(const ep_arena_terms *t, const ep_run *run, uint32_t width)
{
    const uint64_t wide = ep_graph_width(t->shape, run, width), values = ep_graph_width(t->shape, run, EP_W_ATTENDED);

    switch (width) {
    case EP_W_QUERY_RANK:
    case EP_W_LATENT_ROPE: return ep_mul(wide, t->shape->hidden_width);
    case EP_W_HEADS_LATENT: return ep_mul(ep_graph_width(t->shape, run, EP_W_EXPANDED) - values, run->latent_width);
    default: return ep_mul(wide, run->latent_width);
    }
}

/* Around a latent vector there are several matrices, of which the largest is known. */
static uint64_t latent_bytes(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    static const uint32_t widths[] = {EP_W_QUERY_RANK, EP_W_LATENT_ROPE, EP_W_ATTENDED, EP_W_HEADS_LATENT, EP_W_EXPANDED};
    const uint32_t count = 4 + (v->run->layer.attention == EDGEPLAN_ATTENTION_GROUPED); /* the last is both before it in one */
    uint64_t most = 1;

    for (uint32_t i = 0; i < count; i++)
        most = ep_max(most, latent_elements(t, v->run, widths[i]));
    return ep_mul(v->run->largest_bytes[EDGEPLAN_ROLE_ATTENTION_LATENT], latent_elements(t, v->run, step->width)) / most;
}

/* What quantizers leave in 16 bits; those of RWKV's decay, the first, in 32. */
static uint64_t unquantized_bytes(const ep_arena_terms *t, const ep_arena_view *v, uint32_t weight)
{
    const int outside = t->workload->host_layers > t->shape->layers; /* the output matrix lies there, too */

    if (weight == EP_OTHER_STREAMS)
        return outside ? ep_mul(ep_graph_width(t->shape, v->run, EP_W_HIDDEN_OTHER_STREAMS), 2 * t->shape->hidden_width) : 0;
    const uint64_t rank = weight == EP_LOW_RANK ? t->shape->graph.low_rank : v->run->recurrence.ranks[weight - EP_LOW_RANK_1];
    return ep_mul(ep_mul(rank, t->shape->hidden_width), weight == EP_LOW_RANK_1 ? 4 : 2);
}

/* Of the weights a product is done with, where they lie on the host and enough rows are worth a copy. */
static uint64_t copied_bytes(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    const int few = step->rows == EP_N_OUTPUTS || (step->rows == EP_N_ROWS && (v->holds & EP_IF_PICKS));

    if (step->weight >= EP_SPECIAL && step->weight <= EP_LOW_RANK_4)
        return unquantized_bytes(t, v, step->weight);
    if (step->weight == EDGEPLAN_ROLE_OTHER || step->weight >= EP_LAYER_ROLES || (few && t->outputs < EP_LONG_CHUNK))
        return 0;
    if (step->weight == EDGEPLAN_ROLE_PER_LAYER_PROJECTION && step->width == EP_W_PER_LAYER_ALL)
        return ep_mul(v->run->largest_bytes[step->weight], t->shape->layers);
    if (step->weight == EDGEPLAN_ROLE_RECURRENT)
        return recurrent_bytes(t, v, step);
    if (step->weight == EDGEPLAN_ROLE_ATTENTION_LATENT)
        return latent_bytes(t, v, step);
    return step->weight == EDGEPLAN_ROLE_OUTPUT_HEAD ? t->shape->head_bytes : v->run->largest_bytes[step->weight];
}


/* They are copied with the positions. */
static int has_rope_factors(const ep_arena_terms *t, const ep_arena_view *v)
{
    return t->shape->constant_bytes > 0 && v->kind->reads >> EP_FACTORS & 1;
}

uint32_t ep_arena_make_inputs(ep_arena_terms *t, const ep_arena_view *v, uint32_t set, ep_arena_action *out, uint32_t length)
{
    for (uint32_t input = 1; input < EP_INPUT_COUNT; input++) {
        if (!(set >> input & 1))
            continue;
        ep_step step = ep_graph_input(input);
        length = ep_arena_compile(t, v, (ep_steps){&step, 1}, out, length);
        if (input == EP_STATE_ROWS)
            length = ep_arena_compile(t, v, ep_graph_other_states, out, length);
    }
    return length;
}

/* Weights with whose copy inputs come: the last before a layer's rope. */
static uint32_t carrier(const ep_arena_terms *t, const ep_arena_view *v)
{
    if (v->run->layer.attention == EDGEPLAN_ATTENTION_LATENT) /* queries are roped after they have absorbed keys */
        return EDGEPLAN_ROLE_ATTENTION_LATENT;
    if (v->run->layer.attention != EDGEPLAN_ATTENTION_GROUPED)
        return EDGEPLAN_ROLE_OTHER;
    if (v->run->latent_width != 0)
        return has_rope_factors(t, v) ? EP_ROPE_FACTORS : EDGEPLAN_ROLE_ATTENTION_QUERY;
    if (v->run->head_norm_bytes)
        return EP_NORM_OF_HEADS;
    if (has_rope_factors(t, v))
        return EP_ROPE_FACTORS;
    if (v->run->layer.recurrent != EDGEPLAN_RECURRENT_NONE) /* whose biases they are */
        return EDGEPLAN_ROLE_OTHER;
    const int biased = v->run->largest_bytes[EDGEPLAN_ROLE_BIAS] > 0 && !(t->shape->graph.traits & EP_GRAPH_NORM_BIASES);
    if (biased || t->shape->graph.traits & EP_GRAPH_WHOLE_NORMS)
        return EP_BIAS;
    return EDGEPLAN_ROLE_OTHER;
}

/* Masks come with the cache, and what rotates values with their product. */
static uint32_t make_fresh(ep_arena_terms *t, const ep_arena_view *v, uint32_t kept, ep_arena_action *out, uint32_t length)
{
    const uint32_t set = t->fresh & ~(kept | kept << EP_CACHE_INPUTS);

    t->fresh &= ~set;
    return ep_arena_make_inputs(t, v, set, out, length);
}

static uint32_t make_first(ep_arena_terms *t, const ep_arena_view *v, ep_arena_action *out, uint32_t length)
{
    const uint32_t apart = v->run->latent_width > 0 || v->run->largest_bytes[EDGEPLAN_ROLE_ATTENTION_VALUE] > 0;

    return make_fresh(t, v, UINT32_C(1) << EP_MASK | apart << EP_ROTATION_V, out, length);
}

/* Of weights. */
static uint32_t copy_weights(ep_arena_terms *t, uint64_t bytes, ep_arena_action *out, uint32_t length)
{
    const ep_length size = ep_arena_sized(t, bytes, 0);

    out[length] = (ep_arena_action){size, t->written ? (uint64_t)size.bytes : 0, EP_COPIED, EP_NO_REGISTER, {0}};
    return length + 1;
}

static uint32_t release_weights(ep_arena_action *out, uint32_t length)
{
    out[length] = (ep_arena_action){{0, 0}, 0, EP_NO_REGISTER, EP_NO_REGISTER, {EP_COPIED}};
    return length + 1;
}

/* Small weights are only noticed beside inputs that stay. */
static uint32_t compile_small(ep_arena_terms *t, const ep_arena_view *v, const ep_step *step, ep_arena_action *out, uint32_t length)
{
    const uint64_t bytes = step->weight == EP_NORM_OF_HEADS ? v->run->head_norm_bytes : 4 * ep_graph_width(t->shape, v->run, step->width);

    if (t->fresh == 0 || step->weight != carrier(t, v))
        return length;
    if (has_rope_factors(t, v)) /* comes after any other */
        return make_first(t, v, out, length);
    return release_weights(out, make_first(t, v, out, copy_weights(t, bytes, out, length)));
}

/* A rope whose factors are copied already begins a part of the graph without copies, so the next product belongs to it, and its weights
   come before the rope. */
static int is_later_rope(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    return step->weight == EP_ROPE_FACTORS && carrier(t, v) == EP_ROPE_FACTORS && !(t->fresh >> EP_FACTORS & 1);
}

static const ep_step *next_product(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step, const ep_step *end)
{
    while (step < end && copied_bytes(t, v, step) == 0)
        step++;
    return step < end ? step : NULL;
}

/* With the weights of a product come the inputs that no weights come after; a first product may be the first to read the lookups. */
static uint32_t copy_for_product(ep_arena_terms *t, const ep_arena_view *v, const ep_step *step, ep_arena_action *out, uint32_t length)
{
    const uint32_t late = carrier(t, v);

    if (t->fresh >> EP_RESIDUAL & 1) {
        t->fresh &= ~(UINT32_C(1) << EP_RESIDUAL);
        length = ep_arena_compile_before(t, ep_graph_lookups, out, length);
    }
    if (step->weight == EDGEPLAN_ROLE_ATTENTION_VALUE || step->width == EP_W_EXPANDED)
        return make_fresh(t, v, UINT32_C(1) << EP_MASK, out, length);
    if (late == EDGEPLAN_ROLE_OTHER || late == step->weight)
        return make_first(t, v, out, length);
    if (t->shape->graph.traits & EP_GRAPH_NORMS_AFTER_ROPE)
        return make_fresh(t, v, ~(UINT32_C(3) << EP_POSITIONS), out, length);
    return length;
}

enum { MAX_WITH_WEIGHTS = 3 };
static int comes_with_weights(const ep_step *step)
{
    return step->weight >= EP_WITH_WEIGHTS && step->weight <= EP_MANY_PICKED;
}

/* Of a side that computes only its own layers. */
static uint32_t compile_own(ep_arena_terms *t, const ep_arena_view *v, ep_steps steps, ep_arena_action *out, uint32_t length)
{
    for (const ep_step *step = steps.step; step < steps.step + steps.count && length < EP_MAX_LAYER_ACTIONS; step++) {
        if ((step->when & ~v->holds) || (step->unless & v->holds))
            continue;
        if (step->weight > EP_LOW_RANK_4 && (step->weight <= EP_BEFORE_SOFTMAX || !is_there(t, v, step)))
            continue;
        length += (uint32_t)compile_step(t, v, step, step->makes, &out[length]);
    }
    return length;
}

/* A step takes up to four actions, and that with the first product some for inputs. */
uint32_t ep_arena_compile(ep_arena_terms *t, const ep_arena_view *v, ep_steps steps, ep_arena_action *out, uint32_t length)
{
    const ep_step *const end = steps.step + steps.count, *with[MAX_WITH_WEIGHTS], *early = NULL;
    uint32_t withs = 0;

    if (!t->taken_over)
        return compile_own(t, v, steps, out, length);
    for (const ep_step *step = steps.step; step < end && length + EP_INPUT_COUNT < EP_MAX_LAYER_ACTIONS; step++) {
        if ((step->when & ~v->holds) || (step->unless & v->holds) || (step->weight >= EP_SPECIAL && !is_there(t, v, step)))
            continue;
        if (is_small(step)) {
            const ep_step *next = is_later_rope(t, v, step) ? next_product(t, v, step + 1, end) : NULL;
            length = compile_small(t, v, step, out, length);
            if (next)
                length = copy_weights(t, copied_bytes(t, v, next), out, length);
            early = next ? next : early;
            continue;
        }
        if (comes_with_weights(step) && withs < MAX_WITH_WEIGHTS) {
            with[withs++] = step;
            continue;
        }
        const uint64_t copied = copied_bytes(t, v, step);
        if (copied > 0 && step != early)
            length = copy_weights(t, copied, out, length);
        for (uint32_t i = 0; copied > 0 && i < withs; i++)
            length += (uint32_t)compile_step(t, v, with[i], with[i]->makes, &out[length]);
        if (copied > 0)
            length = copy_for_product(t, v, step, out, length);
        length += (uint32_t)compile_step(t, v, step, taken_over_makes(t, v, step), &out[length]);
        if (copied > 0)
            length = release_weights(out, length);
        withs = copied > 0 ? 0 : withs;
    }
    return length;
}
