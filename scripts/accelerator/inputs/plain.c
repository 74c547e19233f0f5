/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct point {
    double x, y;
    uint8_t tag[3];
};

static const double table[] = {0.1, 1e-300, 3.14159265358979323846, 1.0 / 3.0};

double
norm(const struct point *points, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += sqrt(points[i].x * points[i].x + points[i].y * points[i].y) * table[i % 4];
    return sum;
}

long double
wide(long double value)
{
    return value * 0.1L + 1.0L / 3.0L;
}

int
describe(char *buffer, size_t size, const struct point *point)
{
    return snprintf(buffer, size, "%s:%d %g", __FILE__, __LINE__, point->x) +
           (int)strnlen(buffer, size);
}
