/* Dimensions and state of recurrent parts. The state is what a runtime keeps per sequence: a convolution keeps one input less
   than it has taps. Source: src/llama-hparams.cpp of ggml-org/llama.cpp (n_embd_r, n_embd_s), 2026-08. */
#include "base/checked.h"
#include "model/config_reader.h"

/* Keeps (taps - 1) inputs of the convolution. */
static void set_convolution(ep_config_reader *reader, uint64_t width)
{
    const uint64_t kernel = ep_config_need(reader, EP_KEY_KERNEL);
    reader->blueprint.sides[EP_SIDE_CONV] = width;
    reader->blueprint.sides[EP_SIDE_KERNEL] = kernel;
    reader->base.conv_elements = kernel == 0 ? 0 : ep_mul(kernel - 1, width);
}

static uint64_t expanded(ep_config_reader *reader)
{
    return ep_mul(ep_config_need(reader, EP_KEY_EXPAND), reader->draft.head.hidden_width);
}

static void read_mamba(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    const uint64_t hidden = reader->draft.head.hidden_width;
    uint64_t inner = 0;
    /* `expand` is a factor only where the inner width is not given: Falcon Mamba's has nothing to do with it. */
    if (ep_config_get(reader, EP_KEY_INNER, &inner) == EP_FOUND_NOT)
        inner = expanded(reader);
    sides[EP_SIDE_INNER] = inner;
    sides[EP_SIDE_STATE] = ep_config_need(reader, EP_KEY_STATE);
    if (ep_config_get(reader, EP_KEY_RATE, &sides[EP_SIDE_RATE]) == EP_FOUND_NOT)
        sides[EP_SIDE_RATE] = ep_ceil_div(hidden, 16);
    set_convolution(reader, inner);
    reader->base.recurrent = EDGEPLAN_RECURRENT_SSM;
    reader->base.state_elements = ep_mul(inner, sides[EP_SIDE_STATE]);
}

static void read_mamba2(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    uint64_t inner = 0, cell = 0;
    sides[EP_SIDE_CELLS] = ep_config_need(reader, EP_KEY_CELLS);
    const ep_found found = ep_config_get(reader, EP_KEY_INNER, &inner);
    if (found == EP_FOUND_NOT)
        inner = ep_config_get(reader, EP_KEY_CELL, &cell) != EP_FOUND_NOT ? ep_mul(sides[EP_SIDE_CELLS], cell) : expanded(reader);
    sides[EP_SIDE_INNER] = inner;
    sides[EP_SIDE_INNER_NORM] = ep_config_or(reader, EP_KEY_INNER_NORM, 1) != 0 ? inner : 0;
    sides[EP_SIDE_STATE] = ep_config_need(reader, EP_KEY_STATE);
    sides[EP_SIDE_GROUP_STATE] = ep_mul(ep_config_need(reader, EP_KEY_GROUPS), sides[EP_SIDE_STATE]);
    set_convolution(reader, ep_add(inner, ep_mul(2, sides[EP_SIDE_GROUP_STATE])));
    reader->base.recurrent = EDGEPLAN_RECURRENT_SSM;
    reader->base.state_elements = ep_mul(inner, sides[EP_SIDE_STATE]);
}

static void read_delta(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    const uint64_t key = ep_config_need(reader, EP_KEY_DELTA_KEY_WIDTH);
    sides[EP_SIDE_CELLS] = ep_config_need(reader, EP_KEY_DELTA_VALUES);
    sides[EP_SIDE_CELL] = ep_config_need(reader, EP_KEY_DELTA_VALUE_WIDTH);
    sides[EP_SIDE_CELL_KEYS] = ep_mul(ep_config_need(reader, EP_KEY_DELTA_KEYS), key);
    sides[EP_SIDE_CELL_VALUES] = ep_mul(sides[EP_SIDE_CELLS], sides[EP_SIDE_CELL]);
    set_convolution(reader, ep_add(ep_mul(2, sides[EP_SIDE_CELL_KEYS]), sides[EP_SIDE_CELL_VALUES]));
    reader->base.recurrent = EDGEPLAN_RECURRENT_DELTA;
    reader->base.state_elements = ep_mul(sides[EP_SIDE_CELL_VALUES], key);
}

/* Its keys stand in a map of their own. Heads are alike for queries, keys and values. */
static void read_kda(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    const ep_node *text = reader->text;
    const ep_node *map = ep_node_get(text, "linear_attn_config");
    const char *path = reader->path;
    if (map == NULL || map->kind != EP_NODE_MAP) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, map != NULL ? map : text, "linear_attn_config",
                       map != NULL ? "must be a map" : "is missing", NULL);
        return;
    }
    reader->text = map;
    reader->path = "linear_attn_config";
    sides[EP_SIDE_CELLS] = ep_config_need(reader, EP_KEY_CELLS);
    sides[EP_SIDE_CELL] = ep_config_need(reader, EP_KEY_CELL);
    sides[EP_SIDE_CELL_KEYS] = sides[EP_SIDE_CELL_VALUES] = ep_mul(sides[EP_SIDE_CELLS], sides[EP_SIDE_CELL]);
    set_convolution(reader, ep_mul(3, sides[EP_SIDE_CELL_KEYS]));
    reader->text = text;
    reader->path = path;
    reader->base.recurrent = EDGEPLAN_RECURRENT_DELTA;
    reader->base.state_elements = ep_mul(sides[EP_SIDE_CELL_VALUES], sides[EP_SIDE_CELL]);
}

static void read_convolution(ep_config_reader *reader)
{
    set_convolution(reader, reader->draft.head.hidden_width);
    reader->base.recurrent = EDGEPLAN_RECURRENT_CONVOLUTION;
}

/* Keeps the last token twice, for time and channel mixing, and a matrix per head. */
static void read_rwkv(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    const uint64_t hidden = reader->draft.head.hidden_width;
    const uint64_t head = ep_config_need(reader, EP_KEY_CELL);
    sides[EP_SIDE_DECAY_RANK] = ep_config_need(reader, EP_KEY_DECAY_RANK);
    sides[EP_SIDE_LEARNING_RANK] = ep_config_need(reader, EP_KEY_LEARNING_RANK);
    sides[EP_SIDE_MIX_RANK] = ep_config_need(reader, EP_KEY_MIX_RANK);
    sides[EP_SIDE_GATE_RANK] = ep_config_need(reader, EP_KEY_GATE_RANK);
    reader->base.recurrent = EDGEPLAN_RECURRENT_RWKV;
    reader->base.conv_elements = ep_mul(2, hidden);
    reader->base.state_elements = ep_mul(hidden, head);
}

void ep_config_recurrent(ep_config_reader *reader)
{
    static void (*const readers[])(ep_config_reader *) = {
        [EP_RECURRENCE_MAMBA] = read_mamba, [EP_RECURRENCE_MAMBA2] = read_mamba2,           [EP_RECURRENCE_DELTA] = read_delta,
        [EP_RECURRENCE_KDA] = read_kda,     [EP_RECURRENCE_CONVOLUTION] = read_convolution, [EP_RECURRENCE_RWKV] = read_rwkv,
    };
    if (reader->family->recurrence != EP_RECURRENCE_NONE)
        readers[reader->family->recurrence](reader);
}
