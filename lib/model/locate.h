/* What a path says of a model before anything is read: which file to open, in whose folder, and what to call it. */
#ifndef EP_MODEL_LOCATE_H
#define EP_MODEL_LOCATE_H

#include "base/arena.h"
#include "model/open.h"

typedef struct ep_located {
    const char *id;     /* the folder's name, or the file's without its `.json`; `model` where neither tells */
    const char *file;   /* to open */
    const char *folder; /* which holds the whole checkpoint; NULL if the file stands alone */
} ep_located;

/* All is of the arena, or borrowed from `given`. Fails for want of memory alone: whether there is such a file, opening it tells. */
edgeplan_status ep_model_locate(ep_arena *arena, const char *given, const edgeplan_open_options *options, ep_located *out);

#endif
