/* Lists of plans and recommendations go through one door. */
#ifndef EP_API_LISTED_H
#define EP_API_LISTED_H

#include "plan/plan.h"

/* `list` may be NULL: a list the handle does not have is empty. */
uint32_t ep_listed_count(const ep_item_list *list);
edgeplan_status ep_listed_item(const ep_item_list *list, uint32_t index, edgeplan_item *out);
const char *ep_listed_string(const ep_item_list *list, uint32_t index, edgeplan_text which); /* "" if none */

#endif
