#include "capture/open.h"

#include "capture/capture_file.h"
#include "capture/decompress.h"
#include "capture/fd_stream.h"

namespace tcpflow {

Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path, Waiter& waiter,
                                                   size_t read_size) {
  Result<std::unique_ptr<ByteStream>> raw = FdStream::open(path, waiter);
  if (!raw) return raw.error();
  std::unique_ptr<CaptureFile> source =
      std::make_unique<CaptureFile>(decompress(std::move(*raw)), read_size);
  if (!source->is_prompt()) {
    const Status header = source->read_header();
    if (!header) return header.error();
  }
  return std::unique_ptr<PacketSource>(std::move(source));
}

}  // namespace tcpflow
