// The descriptors that the program was started with.
#pragma once

namespace tcpflow {

// Fills descriptors 0 to 2 where they are closed, so that no file of ours comes to lie there and is
// taken for standard input or written to as standard output. Using a filled one fails with EBADF,
// as a closed one would. First of all things.
void fill_standard_descriptors();

// True if `fd` is open; before anything else is opened: it is the user's.
bool is_open_descriptor(int fd);

}  // namespace tcpflow
