/* Words for numbers that have no public function: they appear only in reports. */
#ifndef EP_REPORT_NAMES_H
#define EP_REPORT_NAMES_H

#include <edgeplan/deployment.h>

const char *ep_preset_name(uint32_t preset);       /* "" for the default and for none */
const char *ep_app_state_name(uint32_t app_state); /* likewise */
const char *ep_entitlement_name(uint64_t bit);     /* of one bit; "" for none */

#endif
