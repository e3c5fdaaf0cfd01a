#include "audience.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEVICES = 4096, LINE_SIZE = 512 };

/* Shares are written with a few digits. */
static const double CLOSE = 1e-9;

static char *trim(char *text)
{
    size_t length;
    text += strspn(text, " \t\r\n");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        text[--length] = '\0';
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        text[length - 1] = '\0';
        text++;
    }
    return text;
}

/* The first line may name the columns: then its second has no digit. */
static int is_header(const char *line)
{
    const char *comma = strrchr(line, ',');
    return comma == NULL || strpbrk(comma, "0123456789") == NULL;
}

/* `0.25` or `25 %`; the program keeps the C locale. */
static int read_share(const char *text, double *out)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9')
        return 0;
    *out = strtod(text, &end);
    end += strspn(end, " ");
    if (*end == '%') {
        *out /= 100;
        end++;
    }
    return *end == '\0' && *out >= 0 && *out <= 1;
}

static void add_share(audience *out, const edgeplan_target *target, double share)
{
    uint32_t i = 0;
    while (i < out->count && out->targets[i] != target)
        i++;
    out->targets[i] = target;
    out->shares[i] += share;
    out->count += i == out->count;
}

/* An identifier may hold a comma, as Apple's do: the share is behind the last one. 0: no line of an audience. */
static int read_line(session *now, char *line, audience *out, double *sum)
{
    char *comma = strrchr(line, ',');
    double share;
    if (comma == NULL)
        return 0;
    *comma = '\0';
    const char *device = trim(line);
    if (!read_share(trim(comma + 1), &share) || device[0] == '\0')
        return 0;
    const edgeplan_target *target = session_find_target(now, device);
    *sum += share;
    if (target != NULL)
        add_share(out, target, share);
    else
        out->strangers[out->stranger_count++] = copy_text(device);
    if (target == NULL)
        out->unknown += share;
    return 1;
}

static int read_lines(session *now, FILE *in, const char *path, audience *out)
{
    char line[LINE_SIZE];
    double sum = 0;
    int first = 1;
    for (unsigned number = 1; fgets(line, sizeof line, in) != NULL; number++) {
        char *text = line + strspn(line, " \t\r\n");
        if (*text == '\0' || *text == '#' || (first && is_header(text))) {
            first = first && (*text == '\0' || *text == '#');
            continue;
        }
        first = 0;
        if (out->count + out->stranger_count == MOST_DEVICES)
            return print_error("%s:%u: more than %d devices", path, number, MOST_DEVICES);
        if (!read_line(now, text, out, &sum))
            return print_error("%s:%u: a line is a device, a comma and its share, from 0 to 1 or with a %%, such as galaxy-s24-ultra,0.12",
                               path, number);
    }
    if (ferror(in))
        return print_error("%s: could not be read", path);
    if (sum > 1 + CLOSE)
        return print_error("%s: the shares of the audience add up to %s, more than all of it", path, percent_text(sum).s);
    if (out->count + out->stranger_count == 0)
        return print_error("%s: nobody is in this audience", path);
    out->unknown += sum < 1 - CLOSE ? 1 - sum : 0;
    return EXIT_YES;
}

int audience_read(session *now, const char *path, audience *out)
{
    FILE *in = fopen(path, "rb");
    memset(out, 0, sizeof *out);
    if (in == NULL)
        return print_error("%s: %s", path, strerror(errno));
    out->targets = allocate(MOST_DEVICES, sizeof *out->targets);
    out->shares = allocate(MOST_DEVICES, sizeof *out->shares);
    out->strangers = allocate(MOST_DEVICES, sizeof *out->strangers);
    int code = read_lines(now, in, path, out);
    fclose(in);
    return code;
}

void audience_release(audience *all)
{
    for (uint32_t i = 0; i < all->stranger_count; i++)
        release(all->strangers[i]);
    release(all->strangers);
    release(all->shares);
    release(all->targets);
}
