/* Sources: huggingface/transformers, src/transformers/models (modeling_mamba.py, _falcon_mamba, _jamba, _mamba2,
   _granitemoehybrid, _falcon_h1, _qwen3_next, _qwen3_5, _lfm2), v4.57 to v5; modeling_kimi.py of moonshotai/Kimi-Linear;
   fla-org/flash-linear-attention, fla/layers/rwkv7.py. Decays, time steps and skips have no more elements than states and stay
   in full precision: role BIAS. */
#include "model/recipe_words.h"

#define MAMBA_IN                                                                                  \
    SUM(RECURRENT, 2, INNER, 0, NONE, 0, NONE, HIDDEN, EP_BIAS_RECURRENT),                        \
    MATRIX(CONVOLUTION, CONV, KERNEL, EP_BIAS_CONV),                                              \
    SUM(RECURRENT, 1, RATE, 2, STATE, 0, NONE, INNER, NO_BIAS)
#define MAMBA_OUT                                      \
    MATRIX(RECURRENT, INNER, RATE, EP_BIAS_ALWAYS),    \
    MATRIX(BIAS, INNER, STATE, NO_BIAS),               \
    VECTOR(BIAS, INNER),                               \
    MATRIX(RECURRENT, HIDDEN, INNER, EP_BIAS_RECURRENT)

const ep_recipe ep_recurrent_mamba[] = {MAMBA_IN, MAMBA_OUT, END};

/* Norms of the time step and of both state projections. */
const ep_recipe ep_recurrent_jamba[] = {MAMBA_IN, VECTOR(NORM, RATE), VECTOR(NORM, STATE), VECTOR(NORM, STATE), MAMBA_OUT, END};

/* Gate, input, both state projections and time steps in one; per head a time step, a decay and a skip. */
const ep_recipe ep_recurrent_mamba2[] = {
    SUM(RECURRENT, 2, INNER, 2, GROUP_STATE, 1, CELLS, HIDDEN, EP_BIAS_RECURRENT),
    MATRIX(CONVOLUTION, CONV, KERNEL, EP_BIAS_CONV),
    VECTOR(BIAS, CELLS),
    VECTOR(BIAS, CELLS),
    VECTOR(BIAS, CELLS),
    VECTOR(NORM, INNER_NORM),
    MATRIX(RECURRENT, HIDDEN, INNER, EP_BIAS_RECURRENT),
    END,
};

/* Queries, keys and values in one, the gate, and per value head a decay and a learning rate. */
const ep_recipe ep_recurrent_delta[] = {
    SUM(ATTENTION_QKV, 2, CELL_KEYS, 1, CELL_VALUES, 0, NONE, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, CELL_VALUES, HIDDEN, NO_BIAS),
    SUM(RECURRENT, 2, CELLS, 0, NONE, 0, NONE, HIDDEN, NO_BIAS),
    MATRIX(CONVOLUTION, CONV, KERNEL, NO_BIAS),
    VECTOR(BIAS, CELLS),
    VECTOR(BIAS, CELLS),
    VECTOR(NORM, CELL),
    MATRIX(RECURRENT, HIDDEN, CELL_VALUES, NO_BIAS),
    END,
};

/* Kimi delta attention: a decay per channel and the gate, both through a vector of one head's width. */
const ep_recipe ep_recurrent_kda[] = {
    MATRIX(ATTENTION_QUERY, CELL_KEYS, HIDDEN, NO_BIAS),
    MATRIX(ATTENTION_KEY, CELL_KEYS, HIDDEN, NO_BIAS),
    MATRIX(ATTENTION_VALUE, CELL_VALUES, HIDDEN, NO_BIAS),
    MATRIX(CONVOLUTION, CONV, KERNEL, NO_BIAS),
    VECTOR(BIAS, CELLS),
    MATRIX(RECURRENT, CELL, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, CELL_KEYS, CELL, NO_BIAS),
    VECTOR(BIAS, CELL_KEYS),
    MATRIX(RECURRENT, CELLS, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, CELL, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, CELL_VALUES, CELL, NO_BIAS),
    VECTOR(NORM, CELL),
    MATRIX(ATTENTION_OUTPUT, HIDDEN, CELL_VALUES, NO_BIAS),
    END,
};

/* Input and two gates in one. */
const ep_recipe ep_recurrent_conv[] = {
    SUM(RECURRENT, 3, HIDDEN, 0, NONE, 0, NONE, HIDDEN, EP_BIAS_CONV),
    MATRIX(CONVOLUTION, CONV, KERNEL, EP_BIAS_CONV),
    MATRIX(RECURRENT, HIDDEN, HIDDEN, EP_BIAS_CONV),
    END,
};

/* Six mixes with the token before; decay, learning rate, value mix and gate through narrow vectors, the first three with an offset;
   two key scales and a bonus per element; receptance, key, value and output; a norm per head. */
const ep_recipe ep_recurrent_rwkv7[] = {
    SUM(BIAS, 6, ONE, 0, NONE, 0, NONE, HIDDEN, NO_BIAS),
    MATRIX(BIAS, DECAY_RANK, HIDDEN, NO_BIAS),
    MATRIX(BIAS, HIDDEN, DECAY_RANK, EP_BIAS_ALWAYS),
    MATRIX(OTHER, LEARNING_RANK, HIDDEN, NO_BIAS),
    MATRIX(OTHER, HIDDEN, LEARNING_RANK, EP_BIAS_ALWAYS),
    MATRIX(OTHER, MIX_RANK, HIDDEN, NO_BIAS),
    MATRIX(OTHER, MIX, MIX_RANK, EP_BIAS_ALWAYS),
    MATRIX(OTHER, GATE_RANK, HIDDEN, NO_BIAS),
    MATRIX(OTHER, HIDDEN, GATE_RANK, NO_BIAS),
    VECTOR(OTHER, HIDDEN),
    VECTOR(OTHER, HIDDEN),
    VECTOR(OTHER, HIDDEN),
    MATRIX(RECURRENT, HIDDEN, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, HIDDEN, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, HIDDEN, HIDDEN, NO_BIAS),
    MATRIX(RECURRENT, HIDDEN, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    VECTOR(BIAS, HIDDEN),
    END,
};
