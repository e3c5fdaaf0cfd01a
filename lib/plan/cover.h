/* The fewest sets that together serve a share of an audience. */
#ifndef EP_PLAN_COVER_H
#define EP_PLAN_COVER_H

#include <stdint.h>

typedef struct ep_cover {
    const uint8_t *serves; /* set_count rows of device_count: not 0 where the set serves the device */
    const double *shares;  /* of each device */
    uint32_t set_count, device_count;
} ep_cover;

/* Share that the chosen sets serve together. */
double ep_cover_share(const ep_cover *cover, const uint32_t *chosen, uint32_t count);

/* Writes indices, rising, to `chosen` (room for set_count) and returns how many. What cannot be reached is reached as far as it can be.
   `exact`: no fewer sets do, and no other as few serve more; else the greedy choice. */
uint32_t ep_cover_fewest(const ep_cover *cover, double share, uint32_t *chosen, uint32_t *exact);

#endif
