#include "kernel.h"
void fold_avx512(struct folding *f) { fold_portable(f); }
size_t filter_avx512(const struct plan *plan, uint16_t *letters, size_t n, uint32_t *found) { return filter(plan, letters, n, found, false); }
bool cpu_has_avx512(void) { return false; }
