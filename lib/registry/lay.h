/* Laying one text over what is there: sections of entries by id. */
#ifndef EP_REGISTRY_LAY_H
#define EP_REGISTRY_LAY_H

#include "registry/loader.h"

typedef struct ep_laid_text {
    const char *name, *text;
    size_t length;
    int quiet; /* 1: merging into known entries is not worth a note */
} ep_laid_text;

/* Parses the text and lays it over the sections of the loader's registry. Mistakes are in the loader. */
void ep_lay(ep_loader *loader, const ep_laid_text *text);

/* The merged tree: a map of the sections that are not empty. */
void ep_lay_tree(ep_loader *loader);

#endif
