/* How fast can it be? The formula alone: every byte of a decode step crosses the memory bus once.
   cc -std=c11 ceiling.c $(pkg-config --cflags --libs edgeplan) */
#include <stdio.h>

#include <edgeplan/edgeplan.h>

static void print_row(const char *name, double bandwidth_bytes_per_s, double bytes_per_token)
{
    char text[32];
    double ceiling = edgeplan_decode_ceiling(bytes_per_token, bandwidth_bytes_per_s);
    if (edgeplan_number_text((double)(int64_t)(ceiling * 10 + 0.5) / 10, text, sizeof text) > 0)
        printf("%-24s %6s tok/s at most\n", name, text);
}

int main(void)
{
    const double weights = 3.5e9; /* a 7B model in 4 bits, nothing else */
    print_row("phone, 50 GB/s", 50e9, weights);
    print_row("phone, 90 GB/s", 90e9, weights);
    print_row("laptop, 400 GB/s", 400e9, weights);
    print_row("datacenter, 3 TB/s", 3e12, weights);

    /* Speculation changes the bytes per token that counts: 4 drafted, 80 % kept, a draft of a tenth, verification 1.1. */
    char text[32];
    double factor = edgeplan_speculative_speedup(0.8, 4, 0.1, 1.1);
    if (edgeplan_number_text((double)(int64_t)(factor * 100 + 0.5) / 100, text, sizeof text) > 0)
        printf("speculation              %6s times that\n", text);

    /* The other wall: 512 tokens of prompt through 7e9 parameters, two operations each, on 2 Tflop/s. */
    double seconds = edgeplan_prefill_floor(2.0 * 7e9 * 512, 2e12);
    if (edgeplan_number_text((double)(int64_t)(seconds * 100 + 0.5) / 100, text, sizeof text) > 0)
        printf("prompt of 512 tokens     %6s s at least\n", text);
    return 0;
}
