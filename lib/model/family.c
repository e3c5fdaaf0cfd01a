#include "model/family.h"

#include "base/text.h"

const ep_family *ep_family_find(const char *model_type)
{
    for (size_t i = 0; model_type != NULL && i < ep_family_count; i++)
        for (size_t j = 0; ep_families[i].model_types[j] != NULL; j++)
            if (ep_equal(ep_families[i].model_types[j], model_type))
                return &ep_families[i];
    return NULL;
}

ep_key ep_family_key(const ep_family *family, ep_key usual)
{
    for (const ep_family_alias *alias = family->aliases; alias != NULL && alias->usual != EP_KEY_COUNT; alias++)
        if (alias->usual == usual)
            return alias->own;
    return usual;
}

int ep_family_default_of(const ep_family *family, ep_key key, uint64_t *out)
{
    for (const ep_family_default *item = family->defaults; item != NULL && item->key != EP_KEY_COUNT; item++) {
        if (item->key == key) {
            *out = item->value;
            return 1;
        }
    }
    return 0;
}
