// brotli (RFC 7932).
#include <brotli/decode.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "scan/http/content_decoder.h"

namespace tcpflow {
namespace {

// What the library decoded in the very call that meets damage is lost, so it gets little at a time.
// Far less would slow it down: with single octets to a fifth.
constexpr size_t kPortion = 256;

// In front of each block that the library has: how large it is.
constexpr size_t kBlockHead = alignof(std::max_align_t);

void* allocate(void* taken, size_t size) {
  RoomTaken& room = *static_cast<RoomTaken*>(taken);
  if (size > SIZE_MAX / 2 || !room.set(room.octets() + size)) return nullptr;
  std::byte* const block = static_cast<std::byte*>(std::malloc(size + kBlockHead));
  if (block == nullptr) {
    room.set(room.octets() - std::min(size, room.octets()));
    return nullptr;
  }
  std::memcpy(block, &size, sizeof size);
  return block + kBlockHead;
}

void give_back(void* taken, void* address) {
  if (address == nullptr) return;
  RoomTaken& room = *static_cast<RoomTaken*>(taken);
  std::byte* const block = static_cast<std::byte*>(address) - kBlockHead;
  size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  room.set(room.octets() - std::min(size, room.octets()));
  std::free(block);
}

struct BrotliDeleter {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class BrotliDecoder : public ContentDecoder {
 public:
  explicit BrotliDecoder(OctetRoom* room) : taken_(room) {}

  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    if (is_at_end_) return {in.size(), 0};
    if (!brotli_) brotli_.reset(BrotliDecoderCreateInstance(allocate, give_back, &taken_));
    if (!brotli_) return {0, 0, failure()};
    const size_t portion = std::min(in.size(), kPortion);
    size_t left = portion;
    size_t room = out.size();
    const uint8_t* next_in = in.data();
    uint8_t* next_out = out.data();
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(brotli_.get(), &left, &next_in, &room, &next_out, nullptr);
    is_at_end_ = result == BROTLI_DECODER_RESULT_SUCCESS;
    const bool is_corrupt = result == BROTLI_DECODER_RESULT_ERROR;  // also without memory
    return {portion - left, out.size() - room, is_corrupt ? failure() : DecodeState::more};
  }

  bool is_whole() const override { return is_at_end_; }

 private:
  DecodeState failure() const {
    return taken_.was_refused() ? DecodeState::no_room : DecodeState::corrupt;
  }

  RoomTaken taken_;  // outlives what takes of it
  std::unique_ptr<BrotliDecoderState, BrotliDeleter> brotli_;
  bool is_at_end_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> make_brotli_decoder(OctetRoom* room) {
  return std::make_unique<BrotliDecoder>(room);
}

}  // namespace tcpflow
