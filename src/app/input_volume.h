// How much there is to read, and how much of it was read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/read_position.h"

namespace tcpflow {

// The inputs of a run one after the other, by their size on the disk. Main thread.
class InputVolume {
 public:
  // The size of each input in the order of reading; nothing where it has none (a pipe).
  using Sizes = std::vector<std::optional<uint64_t>>;
  // What the disk says now; what is not there has size 0 and will be told when it is opened.
  static Sizes sizes_of(const std::vector<std::string>& paths);

  explicit InputVolume(Sizes sizes);

  // The input with this index, counted from 0, is read from here on; those before it are over.
  void begin(size_t index, const ReadPosition& position);
  void move(const ReadPosition& position) { here_ = position.read; }

  // Of all inputs together; size 0 where that of one is not known. Inputs that are over count as
  // read, also where damage was their end.
  ReadPosition position() const;
  // What was really read.
  uint64_t octets() const { return read_before_ + here_; }

 private:
  void count(size_t index);
  void discount(size_t index);

  Sizes sizes_;
  uint64_t total_ = 0;
  size_t unknown_ = 0;
  size_t index_ = 0;
  uint64_t before_ = 0;       // size of the inputs that are over
  uint64_t read_before_ = 0;  // octets read of them
  uint64_t here_ = 0;         // octets read of this one
};

}  // namespace tcpflow
