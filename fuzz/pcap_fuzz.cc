// Any bytes behind a pcap magic number, in pieces of any size, into a small buffer.
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/capture_file.h"
#include "capture/memory_stream.h"

using namespace tcpflow;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  constexpr uint8_t kMagics[][4] = {{0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4},
                                    {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
                                    {0x34, 0xcd, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34}};
  const uint8_t* magic = kMagics[data[0] % 6];
  const size_t piece = data[1] == 0 ? SIZE_MAX : data[1];
  std::vector<uint8_t> file(magic, magic + 4);
  file.insert(file.end(), data + 2, data + size);

  CaptureFile source(std::make_unique<MemoryStream>(file, piece), 64);
  FrameBatch batch;
  Result<ReadState> state = ReadState::more;
  uint64_t sum = 0;
  while (state && *state != ReadState::end) {
    batch.clear();
    state = source.read(batch);
    for (const Frame& frame : batch.frames) {
      if (frame.original_length < frame.bytes.size()) __builtin_trap();
      for (const uint8_t byte : frame.bytes) sum += byte;
    }
  }
  return sum == UINT64_MAX ? -1 : 0;  // every byte was read
}
