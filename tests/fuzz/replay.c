/* Runs the files of a folder through a fuzz target, so that a corpus is a test where there is no libFuzzer. */
#define _DEFAULT_SOURCE /* scandir */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

static int is_plain(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In storage of exactly its size, for valgrind and AddressSanitizer. */
static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    uint8_t *data;
    size_t size;

    if (file == NULL || fstat(fileno(file), &about) != 0)
        return 0;
    data = malloc(about.st_size > 0 ? (size_t)about.st_size : 1);
    size = data != NULL ? fread(data, 1, (size_t)about.st_size, file) : 0;
    fclose(file);
    if (data == NULL || size != (size_t)about.st_size)
        return 0;
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    const int count = argc == 2 ? scandir(argv[1], &entries, is_plain, alphasort) : -1;
    int passed = 0;

    if (count < 0)
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    for (int i = 0; i < count; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        fprintf(stderr, "%s\n", entries[i]->d_name); /* the last one named is the one that ended the program */
        passed += run_file(path);
        free(entries[i]);
    }
    free(entries);
    printf("%d passed, %d failed, 0 skipped\n", passed, count < 0 ? 1 : count - passed);
    return count > 0 && passed == count ? 0 : 1;
}
