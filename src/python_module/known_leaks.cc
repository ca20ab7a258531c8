// Python keeps objects until the process ends, where the leak checker does not find them: its
// memory does not come from malloc. For programs that are built with that checker only.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpython3\n"; }

// Nor is there a word about it on the standard error of a run in which all is well.
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
