// Bytes of one input in order: a file, a pipe, memory, or what a decompressor makes of one of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/read_position.h"

namespace tcpflow {

// data: `count` bytes were read, at least one. idle: none came for a while, ask again. end: the
// input is over. stopped: the run was asked to stop; nothing more will come, and that is no damage.
enum class StreamState : uint8_t { data, idle, end, stopped };

struct StreamRead {
  size_t count = 0;
  StreamState state = StreamState::end;
};

// Owned by its reader and used on the reader's thread.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Reads at least one byte into `into` (never empty), and no more than are at hand. The end stays
  // the end; after an error or stopped it is not called again.
  virtual Result<StreamRead> read(std::span<uint8_t> into) = 0;
  // The input as the user named it.
  virtual const std::string& name() const = 0;
  // True where bytes arrive by the clock (pipe, terminal, socket). Such a stream says idle at least
  // every 100 ms.
  virtual bool is_prompt() const { return false; }
  // Of the input itself, whatever was made of its bytes since.
  virtual ReadPosition position() const { return {}; }
  // What is worth telling but no error, known once the stream has ended.
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace tcpflow
