/* What stands beside the layers: inputs per layer, and encoders. */
#include "base/checked.h"
#include "model/config_reader.h"

static void read_lookup(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    sides[EP_SIDE_LOOKUP] = ep_config_or(reader, EP_KEY_LOOKUP, 0);
    if (sides[EP_SIDE_LOOKUP] != 0) {
        sides[EP_SIDE_LOOKUP_OUT] = reader->draft.head.hidden_width;
        sides[EP_SIDE_LOOKUP_ALL] = ep_mul(sides[EP_SIDE_LOOKUP], reader->layers);
        sides[EP_SIDE_LOOKUP_ROWS] = ep_config_need(reader, EP_KEY_LOOKUP_ROWS);
    }
    sides[EP_SIDE_STREAMS] = ep_config_or(reader, EP_KEY_STREAMS, 0);
    sides[EP_SIDE_STREAM_PAIRS] = ep_mul(sides[EP_SIDE_STREAMS], sides[EP_SIDE_STREAMS]);
    sides[EP_SIDE_STREAM_REST] = sides[EP_SIDE_STREAMS] == 0 ? 0 : sides[EP_SIDE_STREAMS] - 1;
    sides[EP_SIDE_LAUREL] = ep_config_or(reader, EP_KEY_LAUREL, 0);
}

/* Two convolutions of three taps stand before the layers. */
static void read_encoder(ep_config_reader *reader)
{
    uint64_t *sides = reader->blueprint.sides;
    sides[EP_SIDE_ENCODER_LAYERS] = ep_config_need(reader, EP_KEY_ENCODER_LAYERS);
    sides[EP_SIDE_ENCODER_FFN] = ep_config_need(reader, EP_KEY_ENCODER_FFN);
    sides[EP_SIDE_FRAMES] = ep_config_need(reader, EP_KEY_FRAMES);
    sides[EP_SIDE_MEL_TAPS] = ep_mul(3, ep_config_need(reader, EP_KEY_MEL_BINS));
    sides[EP_SIDE_FRAME_TAPS] = ep_mul(3, reader->draft.head.hidden_width);
    ep_config_note(reader, "The encoder is planned by its weights: it runs once per input, not per token.");
}

void ep_config_extras(ep_config_reader *reader)
{
    if ((reader->family->quirks & EP_QUIRK_LOOKUP) != 0)
        read_lookup(reader);
    if (reader->family->parts->encoder != NULL)
        read_encoder(reader);
}
