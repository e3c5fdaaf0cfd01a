#include "plan/cover.h"

/* Sums of shares have their error of rounding. */
static const double CLOSE = 1e-9;

/* Of the exact search, in looks at a device: tens of milliseconds. Beyond it the greedy choice stands. */
enum { MOST_LOOKS = 1 << 23, MOST_CHOSEN = 16 };

typedef struct search {
    const ep_cover *cover;
    uint32_t chosen[MOST_CHOSEN]; /* on the way */
    uint32_t best[MOST_CHOSEN];
    uint32_t size;                /* how many are to be chosen */
    double best_share;            /* that `best` serves; one must serve more to replace it */
    uint64_t looks;
} search;

static int serves(const ep_cover *cover, uint32_t set, uint32_t device)
{
    return cover->serves[(uint64_t)set * cover->device_count + device] != 0;
}

static int served(const ep_cover *cover, const uint32_t *chosen, uint32_t count, uint32_t device)
{
    for (uint32_t i = 0; i < count; i++)
        if (serves(cover, chosen[i], device))
            return 1;
    return 0;
}

double ep_cover_share(const ep_cover *cover, const uint32_t *chosen, uint32_t count)
{
    double share = 0;

    for (uint32_t d = 0; d < cover->device_count; d++)
        share += served(cover, chosen, count, d) ? cover->shares[d] : 0;
    return share;
}

/* What a set adds to the chosen ones. */
static double gain(const ep_cover *cover, const uint32_t *chosen, uint32_t count, uint32_t set)
{
    double share = 0;

    for (uint32_t d = 0; d < cover->device_count; d++)
        share += serves(cover, set, d) && !served(cover, chosen, count, d) ? cover->shares[d] : 0;
    return share;
}

static void insert(uint32_t *chosen, uint32_t count, uint32_t set)
{
    for (; count > 0 && chosen[count - 1] > set; count--)
        chosen[count] = chosen[count - 1];
    chosen[count] = set;
}

static uint32_t greedy(const ep_cover *cover, double share, uint32_t *chosen)
{
    double have = 0;
    uint32_t count = 0;

    while (have + CLOSE < share && count < cover->set_count) {
        double most = CLOSE;
        uint32_t next = cover->set_count;
        for (uint32_t s = 0; s < cover->set_count; s++) {
            double more = gain(cover, chosen, count, s);
            if (more > most) {
                most = more;
                next = s;
            }
        }
        if (next == cover->set_count)
            break; /* nobody is left whom a set serves */
        insert(chosen, count++, next);
        have += most;
    }
    return count;
}

/* Every choice of `size` sets from `from` on, cut where even the best of them for each place left would not do. 0: too much to search. */
static int search_from(search *s, uint32_t from, uint32_t depth)
{
    const ep_cover *cover = s->cover;
    double have = ep_cover_share(cover, s->chosen, depth), most = 0;
    uint32_t left = s->size - depth;

    s->looks += (uint64_t)cover->device_count * (cover->set_count - from + 1);
    if (s->looks > MOST_LOOKS)
        return 0;
    if (left == 0) {
        if (have > s->best_share) {
            s->best_share = have + CLOSE;
            for (uint32_t i = 0; i < depth; i++)
                s->best[i] = s->chosen[i];
        }
        return 1;
    }
    for (uint32_t set = from; set < cover->set_count; set++) {
        double more = gain(cover, s->chosen, depth, set);
        most = more > most ? more : most;
    }
    if (have + most * left <= s->best_share)
        return 1;
    for (uint32_t set = from; set + left <= cover->set_count; set++) {
        s->chosen[depth] = set;
        if (!search_from(s, set + 1, depth + 1))
            return 0;
    }
    return 1;
}

static double reachable(const ep_cover *cover, double share)
{
    double most = 0;

    for (uint32_t d = 0; d < cover->device_count; d++) {
        uint32_t set = 0;
        while (set < cover->set_count && !serves(cover, set, d))
            set++;
        most += set < cover->set_count ? cover->shares[d] : 0;
    }
    return share < most ? share : most;
}

uint32_t ep_cover_fewest(const ep_cover *cover, double share, uint32_t *chosen, uint32_t *exact)
{
    const double wanted = reachable(cover, share);
    const uint32_t count = greedy(cover, wanted, chosen);
    search s = {.cover = cover};

    *exact = count == 0;
    for (s.size = 1; s.size <= count && s.size <= MOST_CHOSEN; s.size++) {
        const double before = s.best_share = wanted - CLOSE;
        if (!search_from(&s, 0, 0))
            break;
        if (s.best_share <= before)
            continue;
        for (uint32_t i = 0; i < s.size; i++)
            chosen[i] = s.best[i];
        *exact = 1;
        return s.size;
    }
    return count;
}
