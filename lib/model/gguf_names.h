/* What a tensor is for, by its name. */
#ifndef EP_MODEL_GGUF_NAMES_H
#define EP_MODEL_GGUF_NAMES_H

#include <edgeplan/model.h>

typedef struct ep_tensor_name {
    uint64_t layer;     /* 0: none, else 1 + index */
    uint32_t role;
    int known;          /* 0: not in the table; the role is a guess by its end */
    int is_bias;        /* a bias or a scale */
    int stacked;        /* of all experts, one behind the other */
    int single_expert;  /* of one expert */
    int recurrent;      /* of a recurrent part */
    int next_token;     /* joins a layer that predicts the token after next */
} ep_tensor_name;

ep_tensor_name ep_tensor_name_read(const char *name);

#endif
