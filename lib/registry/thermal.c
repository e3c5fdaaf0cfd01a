/* What heat leaves of a rate, and what an engine draws: facts of a device, the first also of a platform's devices in general. */
#include "registry/words.h"

static const ep_key thermal_key[] = {
    {.name = "accelerators", .kind = EP_KEY_BITS, .words = ep_accelerator_words, .offset = offsetof(ep_thermal, accelerators)},
    {.name = "classes", .kind = EP_KEY_TEXTS, .words = ep_class_words, .offset = offsetof(ep_thermal, classes)},
    {.name = "runtimes", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_RUNTIMES, .offset = offsetof(ep_thermal, runtimes)},
    {.name = "sustained_low", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_thermal, sustained_low)},
    {.name = "sustained", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_thermal, sustained)},
    {.name = "sustained_high", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_thermal, sustained_high)},
    {.name = "after", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SECONDS, .offset = offsetof(ep_thermal, after)},
};
const ep_keys ep_thermal_keys = EP_KEYS(thermal_key);

static const ep_key power_key[] = {
    {.name = "accelerators", .kind = EP_KEY_BITS, .words = ep_accelerator_words, .offset = offsetof(ep_power, accelerators)},
    {.name = "runtimes", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_RUNTIMES, .offset = offsetof(ep_power, runtimes)},
    {.name = "draw", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_WATTS, .offset = offsetof(ep_power, watts)},
};
const ep_keys ep_power_keys = EP_KEYS(power_key);
