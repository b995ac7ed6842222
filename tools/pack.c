/* pack.c -- build-time: a file to a C array, compressed with zlib.
 *
 * pack FILE OUT.c NAME gives `const unsigned char NAME[]`, `const unsigned long NAME_size` and `NAME_full_size` (before compression). */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

int main(int argc, char **argv)
{
    FILE *in = argc == 4 ? fopen(argv[1], "rb") : NULL;
    FILE *out = in ? fopen(argv[2], "w") : NULL;
    size_t room = 64u << 20;
    unsigned char *data = malloc(room);
    if (!out || !data) {
        fprintf(stderr, "usage: pack FILE OUT.c NAME\n");
        return 2;
    }
    size_t size = fread(data, 1, room, in);
    uLongf packed_size = compressBound(size);
    unsigned char *packed = malloc(packed_size);
    if (size == room || !packed || compress2(packed, &packed_size, data, size, 9) != Z_OK) {
        fprintf(stderr, "%s: cannot be compressed\n", argv[1]);
        return 1;
    }
    fprintf(out, "/* Made by tools/pack.c from %s. */\n", argv[1]);
    fprintf(out, "extern const unsigned char %s[];\nextern const unsigned long %s_size, %s_full_size;\n", argv[3], argv[3], argv[3]);
    fprintf(out, "const unsigned long %s_size = %lu, %s_full_size = %zu;\nconst unsigned char %s[] = {", argv[3], packed_size, argv[3], size,
            argv[3]);
    for (uLongf i = 0; i < packed_size; i++)
        fprintf(out, "%s%u,", i % 24 ? "" : "\n", packed[i]);
    fputs("\n};\n", out);
    free(data);
    free(packed);
    fclose(in);
    return fclose(out) != 0;
}
