/* The extension module rectify.screening._kernel: what Python sees of the kernel. Limited API of Python 3.11. */
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "signs.h"

#include <string.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

typedef struct {
    PyObject_HEAD
    struct plan plan;
    Py_buffer buffers[ARRAYS + TABLES];
    int open;
} Plan;

/* Texts of one column: cell numbers `base` and on are those from `first` on in its offsets. */
struct part {
    Py_buffer data, offsets, how; /* how: a byte a cell: LEFT_OUT, RAW, PLAIN; or none */
    int wide, has_data, has_how;
    Py_ssize_t first, count, base;
};

static int64_t offset_at(const struct part *part, Py_ssize_t i) {
    int64_t wide;
    int32_t narrow;
    if (part->wide) return memcpy(&wide, (const char *)part->offsets.buf + 8 * i, 8), wide;
    return memcpy(&narrow, (const char *)part->offsets.buf + 4 * i, 4), narrow;
}

static void part_close(struct part *part) {
    if (part->has_data) PyBuffer_Release(&part->data);
    if (part->has_how) PyBuffer_Release(&part->how);
    PyBuffer_Release(&part->offsets);
}

/* (data or None, offsets, whether these are of 64 bits, first, count, base, how or None), checked. */
static int part_open(PyObject *given, struct part *part) {
    PyObject *data, *offsets, *how;
    memset(part, 0, sizeof *part);
    if (!PyTuple_Check(given) || !PyArg_ParseTuple(given, "OOpnnnO", &data, &offsets, &part->wide, &part->first,
                                                   &part->count, &part->base, &how))
        return PyErr_Occurred() ? -1 : (PyErr_SetString(PyExc_TypeError, "a part is a tuple"), -1);
    if (PyObject_GetBuffer(offsets, &part->offsets, PyBUF_SIMPLE) < 0) return -1;
    if (data != Py_None) {
        if (PyObject_GetBuffer(data, &part->data, PyBUF_SIMPLE) < 0) return part_close(part), -1;
        part->has_data = 1;
    }
    if (how != Py_None) {
        if (PyObject_GetBuffer(how, &part->how, PyBUF_SIMPLE) < 0) return part_close(part), -1;
        part->has_how = 1;
    }
    Py_ssize_t there = part->offsets.len / (part->wide ? 8 : 4);
    int fits = part->first >= 0 && part->count >= 0 && part->base >= 0 && part->base <= INT32_MAX - part->count &&
               (!part->count || (part->first < there && part->count < there - part->first)) &&
               (!part->has_how || part->how.len >= part->count);
    for (Py_ssize_t i = 0; fits && i < part->count; i++) {
        int64_t begin = offset_at(part, part->first + i), end = offset_at(part, part->first + i + 1);
        fits = begin >= 0 && begin <= end && end <= (part->has_data ? part->data.len : 0);
    }
    if (fits) return 0;
    part_close(part);
    PyErr_SetString(PyExc_ValueError, "the offsets of these texts lead out of their bytes");
    return -1;
}

/* Each text that is not left out: scanned, or with an alphabet its signs put down. */
static void part_read(struct scratch *scratch, const struct part *part, const struct alphabet *alphabet) {
    const uint8_t *data = part->has_data ? part->data.buf : (const uint8_t *)"";
    for (Py_ssize_t i = 0; i < part->count && !scratch->failed; i++) {
        uint8_t how = part->has_how ? ((const uint8_t *)part->how.buf)[i] : 0;
        if (how & LEFT_OUT) continue;
        const uint8_t *begin = data + offset_at(part, part->first + i), *end = data + offset_at(part, part->first + i + 1);
        if (alphabet) add_signs_seen(scratch, alphabet, (uint32_t)(part->base + i), begin, end, how);
        else scan_soon(scratch, (uint32_t)(part->base + i), begin, end, how);
    }
}

static PyObject *bytes_of(const void *data, size_t count, size_t size) {
    return PyBytes_FromStringAndSize(data, (Py_ssize_t)(count * size));
}

static PyObject *told(struct scratch *scratch, bool signs) {
    if (scratch->failed) return PyErr_NoMemory();
    if (signs)
        return Py_BuildValue("NN", bytes_of(scratch->signs_room.data, scratch->sign_count, 1),
                             bytes_of(scratch->lines_room.data, scratch->line_count, sizeof(struct line)));
    return Py_BuildValue("NNNN", bytes_of(scratch->hits, scratch->hit_count, sizeof(struct hit)),
                         bytes_of(scratch->nominees, scratch->nominee_count, sizeof(struct nominee)),
                         bytes_of(scratch->marked_room.data, scratch->marked_count, sizeof(uint32_t)),
                         bytes_of(scratch->viewed_room.data, scratch->viewed_count, sizeof(uint32_t)));
}

static PyObject *read_parts(Plan *plan, PyObject *given, bool vector, const struct alphabet *alphabet) {
    Py_ssize_t count = PyTuple_Size(given), opened = 0;
    struct part *parts = PyMem_Calloc(count ? (size_t)count : 1, sizeof *parts);
    if (!parts) return PyErr_NoMemory();
    PyObject *result = NULL;
    while (opened < count && part_open(PyTuple_GetItem(given, opened), &parts[opened]) == 0) opened++;
    if (opened == count) {
        struct scratch scratch = {.plan = &plan->plan, .vector = vector && cpu_has_avx512()};
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t i = 0; i < count; i++) part_read(&scratch, &parts[i], alphabet);
        scan_all(&scratch);
        Py_END_ALLOW_THREADS
        result = told(&scratch, alphabet != NULL);
        scratch_close(&scratch);
    }
    while (opened) part_close(&parts[--opened]);
    PyMem_Free(parts);
    return result;
}

static PyObject *plan_scan(PyObject *self, PyObject *args) {
    PyObject *given;
    int vector;
    if (!PyArg_ParseTuple(args, "O!p", &PyTuple_Type, &given, &vector)) return NULL;
    return read_parts((Plan *)self, given, vector, NULL);
}

static PyObject *plan_view(PyObject *self, PyObject *given) {
    Py_buffer text;
    size_t size;
    if (PyObject_GetBuffer(given, &text, PyBUF_SIMPLE) < 0) return NULL;
    uint8_t *out = PyMem_Malloc(MOST_VIEWED((size_t)text.len));
    PyObject *result = out ? NULL : PyErr_NoMemory();
    if (out) {
        const uint8_t *begin = text.buf;
        enum view view = view_plain(&((Plan *)self)->plan, begin, begin + text.len, out, &size);
        if (view == VIEW_OTHER) result = PyBytes_FromStringAndSize((const char *)out, (Py_ssize_t)size);
        else result = PyBool_FromLong(view == VIEW_SAME);
    }
    PyMem_Free(out);
    PyBuffer_Release(&text);
    return result;
}

static PyObject *plan_signs(PyObject *self, PyObject *args) {
    PyObject *given, *result = NULL;
    Py_buffer table, pairs = {0}, hides = {0};
    unsigned digits;
    int vector;
    struct needs needs = {0};
    if (!PyArg_ParseTuple(args, "O!y*Ipz*z*bb", &PyTuple_Type, &given, &table, &digits, &vector, &pairs, &hides, &needs.first, &needs.last))
        return NULL;
    if ((size_t)table.len < ((Plan *)self)->plan.codes || (hides.buf && hides.len < 0x10000) || pairs.len > 2 * MOST_PAIRS) {
        PyErr_SetString(PyExc_ValueError, "the table of signs is too short, or the pairs are too many");
    } else {
        needs.pairs = pairs.buf, needs.count = (uint32_t)(pairs.len / 2), needs.hides = hides.buf, needs.digits = digits;
        needs_open(&needs);
        struct alphabet alphabet = alphabet_of(table.buf, digits, pairs.buf && hides.buf ? &needs : NULL);
        result = read_parts((Plan *)self, given, vector, &alphabet);
    }
    PyBuffer_Release(&table);
    if (pairs.obj) PyBuffer_Release(&pairs);
    if (hides.obj) PyBuffer_Release(&hides);
    return result;
}

static PyObject *marked(PyObject *module, PyObject *given) {
    (void)module;
    struct part part;
    if (part_open(given, &part) < 0) return NULL;
    PyObject *result = PyByteArray_FromStringAndSize(NULL, 0);
    size_t found = 0;
    uint8_t *flags = PyMem_Calloc(part.count ? (size_t)part.count : 1, 1);
    if (result && flags) {
        const uint8_t *data = part.has_data ? part.data.buf : (const uint8_t *)"";
        Py_BEGIN_ALLOW_THREADS
        int64_t from = part.count ? offset_at(&part, part.first) : 0, to = part.count ? offset_at(&part, part.first + part.count) : 0;
        if (has_markup(data + from, data + to)) /* most batches have none */
            for (Py_ssize_t i = 0; i < part.count; i++)
                found += flags[i] = has_markup(data + offset_at(&part, part.first + i), data + offset_at(&part, part.first + i + 1));
        Py_END_ALLOW_THREADS
    }
    Py_XDECREF(result);
    result = !flags ? PyErr_NoMemory()
             : found ? PyBytes_FromStringAndSize((const char *)flags, part.count)
                     : PyBytes_FromStringAndSize("", 0);
    PyMem_Free(flags);
    part_close(&part);
    return result;
}

static void plan_release(Plan *plan) {
    while (plan->open) PyBuffer_Release(&plan->buffers[--plan->open]);
}

static int plan_take(Plan *plan, PyObject *given, int count) {
    if (PyTuple_Size(given) != count) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a plan has other arrays");
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (PyObject_GetBuffer(PyTuple_GetItem(given, i), &plan->buffers[plan->open], PyBUF_SIMPLE) < 0) return -1;
        plan->open++;
    }
    return 0;
}

static PyObject *plan_new(PyTypeObject *type, PyObject *args, PyObject *named) {
    PyObject *arrays, *tables;
    struct array opened[ARRAYS + TABLES];
    static char *names[] = {"arrays", "tables", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, named, "O!O!", names, &PyTuple_Type, &arrays, &PyTuple_Type, &tables)) return NULL;
    allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Plan *plan = (Plan *)alloc(type, 0);
    if (!plan) return NULL;
    if (plan_take(plan, arrays, ARRAYS) < 0 || plan_take(plan, tables, TABLES) < 0) return Py_DECREF(plan), NULL;
    for (int i = 0; i < ARRAYS + TABLES; i++)
        opened[i] = (struct array){plan->buffers[i].buf, (size_t)plan->buffers[i].len};
    const char *wrong = plan_open(&plan->plan, opened, opened + ARRAYS);
    if (!wrong) return (PyObject *)plan;
    PyErr_Format(PyExc_ValueError, "this plan cannot be opened: %s", wrong);
    return Py_DECREF(plan), NULL;
}

static void plan_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    plan_release((Plan *)self);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyObject *about(PyObject *module, PyObject *unused) {
    (void)module, (void)unused;
    PyObject *paths = cpu_has_avx512() ? Py_BuildValue("[ss]", "portable", "avx512") : Py_BuildValue("[s]", "portable");
    return Py_BuildValue("{s:i,s:s,s:N,s:i,s:i,s:i,s:i}", "version", KERNEL_VERSION, "compiler", COMPILER, "paths", paths,
                         "arrays", ARRAYS, "tables", TABLES, "hit_bytes", (int)sizeof(struct hit), "other", OTHER);
}

static PyMethodDef plan_methods[] = {
    {"scan", plan_scan, METH_VARARGS, "scan(parts, vector) -> (hits, nominees, marked, viewed): bytes of struct hit, struct nominee, numbers of texts."},
    {"view", plan_view, METH_O,
     "view(text) -> what a reader sees of plain markup; True if it is none, False if Python has to tell."},
    {"signs", plan_signs, METH_VARARGS,
     "signs(parts, table, digits, vector, pairs, hides, first, last) -> (signs, lines): a byte a sign of the folded texts, "
     "and bytes of struct line; whether so many digits stand in a row is told, of 0 of none. The last four are those of "
     "struct needs, or None, None, 0, 0: all texts are put down."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot plan_slots[] = {
    {Py_tp_new, plan_new}, {Py_tp_dealloc, plan_dealloc}, {Py_tp_methods, plan_methods},
    {Py_tp_doc, "A compiled plan: Plan(arrays, tables), buffers in the order of kernel.h."}, {0, NULL},
};
static PyType_Spec plan_spec = {"rectify.screening._kernel.Plan", sizeof(Plan), 0, Py_TPFLAGS_DEFAULT, plan_slots};

static PyMethodDef functions[] = {
    {"about", about, METH_NOARGS, "What was built: version (counted up with each change), compiler, paths of the CPU."},
    {"marked", marked, METH_O, "marked(part) -> a byte a text, 1 where it may hold markup; empty where none does."},
    {NULL, NULL, 0, NULL},
};

static int module_exec(PyObject *module) {
    PyObject *type = PyType_FromSpec(&plan_spec);
    if (!type) return -1;
    int done = PyModule_AddObjectRef(module, "Plan", type);
    Py_DECREF(type);
    return done;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "_kernel", .m_doc = "The native kernel of screening.", .m_size = 0,
    .m_methods = functions, .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModuleDef_Init(&definition); }
