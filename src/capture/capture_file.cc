#include "capture/capture_file.h"

#include <utility>

#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"

namespace tcpflow {
namespace {

constexpr size_t kMagicSize = 4;

}  // namespace

CaptureFile::CaptureFile(std::unique_ptr<ByteStream> stream, size_t buffer_size)
    : in_(std::move(stream), buffer_size) {}

Result<size_t, Damage> CaptureFile::parse(FrameBatch& batch) {
  if (!format_) {
    const Bytes head = in_.rest();
    if (head.size() < kMagicSize) return kMagicSize;
    format_ = PcapFormat::recognise(head);
    if (!format_) format_ = PcapngFormat::recognise(head);
    if (!format_) return Damage{"unknown file format"};
  }
  return format_->parse(in_, batch);
}

Error CaptureFile::error_of(const Damage& damage) const {
  std::string message = name() + ": " + damage.text;
  if (format_ && format_->started()) message += " (at byte " + std::to_string(in_.offset()) + ")";
  return {std::move(message), 0};
}

Result<ReadState> CaptureFile::end_of_stream() {
  is_over_ = true;
  // In the words of libpcap, which users look for.
  const Damage no_magic{"truncated dump file; tried to read 4 file header bytes, only got " +
                        std::to_string(in_.rest().size())};
  const std::optional<Damage> damage = format_ ? format_->cut(in_.rest()) : no_magic;
  if (damage) return error_of(*damage);
  return ReadState::end;
}

Result<ReadState> CaptureFile::read(FrameBatch& batch) {
  if (first_.frames.empty()) return read_on(batch);
  batch.take_over(first_);
  return ReadState::more;
}

Result<ReadState> CaptureFile::read_on(FrameBatch& batch) {
  if (failure_) return *std::exchange(failure_, std::nullopt);
  const size_t before = batch.frames.size();
  while (!is_over_) {
    const Result<size_t, Damage> wanted = parse(batch);
    const bool has_frames = batch.frames.size() > before;
    if (!wanted) return fail_after(has_frames ? &batch : nullptr, error_of(wanted.error()));
    if (has_frames) {
      in_.leave_to(batch);
      return ReadState::more;
    }

    const Result<StreamState> got = in_.fill(*wanted);
    if (!got) return fail_after(nullptr, got.error());
    if (*got == StreamState::end) return end_of_stream();
    if (*got == StreamState::idle) return ReadState::idle;
    is_over_ = *got == StreamState::stopped;
  }
  return ReadState::end;
}

// Frames that were found before the damage go out first.
Result<ReadState> CaptureFile::fail_after(FrameBatch* found, Error error) {
  is_over_ = true;
  if (found == nullptr) return error;
  in_.leave_to(*found);
  failure_ = std::move(error);
  return ReadState::more;
}

Status CaptureFile::read_header() {
  while (!is_over_ && !(format_ && format_->started())) {
    const Result<ReadState> state = read_on(first_);
    if (state) continue;
    // With a good header it is a capture, only a cut one: that is for read() to say.
    if (!format_ || !format_->started()) return state.error();
    failure_ = state.error();
  }
  return Ok{};
}

const std::vector<Interface>& CaptureFile::interfaces() const {
  static const std::vector<Interface> none;
  return format_ ? format_->interfaces() : none;
}

CaptureLoss CaptureFile::loss() const { return format_ ? format_->loss() : CaptureLoss{}; }

const std::vector<std::pair<uint32_t, std::string>>& CaptureFile::secrets() const {
  const auto* kept = format_ ? format_->secrets() : nullptr;
  return kept ? *kept : PacketSource::secrets();
}

std::vector<std::string> CaptureFile::notes() const {
  std::vector<std::string> notes = in_.stream().notes();
  if (!format_) return notes;
  for (const std::string& note : format_->notes()) notes.push_back(note);
  return notes;
}

}  // namespace tcpflow
