// A capture file, or a pipe that carries one, as a source of frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture_format.h"
#include "capture/read_buffer.h"
#include "capture/source.h"

namespace tcpflow {

// Reads the stream in large pieces and has the format parse them in place: frames borrow from a
// buffer that is left to their batch, nothing is copied or allocated per frame. Owned and used by
// the reader thread.
class CaptureFile : public PacketSource {
 public:
  // `stream`: uncompressed bytes, see decompress.h.
  explicit CaptureFile(std::unique_ptr<ByteStream> stream,
                       size_t buffer_size = ReadBuffer::kDefaultSize);

  // Reads the file's header now, so that what is no capture is found out when it is opened. For
  // inputs that do not keep one waiting; others find out in read().
  Status read_header();

  Result<ReadState> read(FrameBatch& batch) override;
  const std::vector<Interface>& interfaces() const override;
  const std::string& name() const override { return in_.stream().name(); }
  CaptureLoss loss() const override;
  bool is_prompt() const override { return in_.stream().is_prompt(); }
  ReadPosition position() const override { return in_.stream().position(); }
  const std::vector<std::pair<uint32_t, std::string>>& secrets() const override;
  std::vector<std::string> notes() const override;

 private:
  Result<ReadState> read_on(FrameBatch& batch);
  Result<size_t, Damage> parse(FrameBatch& batch);
  Result<ReadState> fail_after(FrameBatch* found, Error error);
  Result<ReadState> end_of_stream();
  Error error_of(const Damage& damage) const;

  ReadBuffer in_;
  std::unique_ptr<CaptureFormat> format_;  // null until the first bytes told which
  FrameBatch first_;                       // frames that read_header() came across
  std::optional<Error> failure_;           // still to be returned
  bool is_over_ = false;
};

}  // namespace tcpflow
