#include "scan/http/http_body.h"

#include <algorithm>
#include <utility>

#include "base/free_memory.h"
#include "scan/http/http_show.h"
#include "scan/http/media_type.h"
#include "scan/http/safe_name.h"

namespace tcpflow {
std::string dashed_number(unsigned number) {
  const std::string digits = std::to_string(number);
  std::string text(digits.size() < 3 ? 4 - digits.size() : 1, '0');
  text.front() = '-';
  return text.append(digits);
}

HttpBody::HttpBody(const HttpObject::Place& place, BodyForm form, ObjectRecord about)
    : place_(place), stem_(std::move(form.stem)), whole_(place, std::move(about)) {
  const HttpOptions& options = place.shared.options;
  if (!form.codings.empty()) {
    decoder_ = BodyDecoder::make(form.codings, options.decode, &place.shared.room);
    if (!decoder_) stopped_ = ObjectEnd::coding;  // stored as it is
    if (!decoder_ && place.show != nullptr) place.show->doubt();
    if (form.codings.size() > 1) codings_ = std::move(form.codings);
  }
  if (form.boundary.empty()) return;
  parts_ = std::make_unique<MultipartReader>(form.boundary, options.multipart);
  if (!parts_->is_good()) parts_.reset();
}

void HttpBody::add(Bytes bytes, uint64_t offset, Timestamp time) {
  now_ = time;
  if (std::exchange(is_first_, false)) whole_.about().offset = offset;
  whole_.count_wire(bytes.size());
  if (is_over_) return;
  decoder_ ? unpack(bytes) : take_plain(bytes);
}

// Nothing has come out yet, and all of the body is kept.
bool HttpBody::is_undecided() const {
  return decoder_ && !is_decided_ && decoder_->bytes_out() == 0;
}

void HttpBody::unpack(Bytes bytes) {
  while (decoder_ && !is_over_ && !bytes.empty()) {
    const bool is_open = is_undecided();
    const size_t room = kMostUndecided - std::min(undecided_.size(), kMostUndecided);
    const Bytes step = is_open ? bytes.first(std::min(bytes.size(), room)) : bytes;
    bytes = bytes.subspan(step.size());
    if (is_open) undecided_ += as_text(step);
    const DecodeState state = decoder_->add(step, *this);
    if (state == DecodeState::more) {
      is_decided_ = is_decided_ || !is_undecided() || undecided_.size() >= kMostUndecided;
      if (is_decided_) free_memory(undecided_);
      continue;
    }
    stop_unpacking(state);
  }
  if (!decoder_ && !is_over_ && !bytes.empty()) take_plain(bytes);
}

void HttpBody::stop_unpacking(DecodeState state) {
  stopped_ = state == DecodeState::corrupt ? ObjectEnd::coding : ObjectEnd::limit;
  if (state == DecodeState::too_large) ++place_.shared.counters.too_large;
  if (state == DecodeState::no_room) {
    ++place_.shared.counters.no_room;
    codings_.clear();  // they would find no room either
  }
  is_over_ = !is_undecided();
  if (!is_over_) return try_other_codings();
  decoder_.reset();  // it may be large
}

// Of several each by itself, the last first; then none.
void HttpBody::try_other_codings() {
  const std::string bytes = std::exchange(undecided_, {});
  decoder_.reset();
  if (codings_.empty() && place_.show != nullptr) place_.show->doubt();
  if (codings_.empty()) return take_plain(as_bytes(bytes));
  const ContentCoding coding = codings_.back();
  codings_.pop_back();
  decoder_ = BodyDecoder::make({&coding, 1}, place_.shared.options.decode, &place_.shared.room);
  unpack(as_bytes(bytes));
}

void HttpBody::on_decoded(Bytes bytes) { take_plain(bytes); }

void HttpBody::take_plain(Bytes bytes) {
  whole_.add(bytes, now_);
  if (place_.show != nullptr) place_.show->text(bytes);
  if (parts_) parts_->add(bytes, *this);
}

// A part's place in the stream is known where nothing lies between the two.
void HttpBody::on_part_begin(const PartHeader& header, uint64_t offset) {
  ObjectRecord about = whole_.about();
  about.suffix = stem_;
  about.suffix.append(dashed_number(++part_count_));
  const std::string_view extension = extension_of(header.content_type);
  const bool is_named = place_.shared.options.has_own_names;
  const std::string name = is_named ? safe_file_name(header.file_name) : "";
  if (!name.empty()) about.suffix.append("-").append(name);
  if (name.empty() && !extension.empty()) about.suffix.append(".").append(extension);
  if (!decoder_) about.offset += offset;
  about.declared_type = header.content_type;
  about.wire_size = about.size = 0;
  about.coding.clear();
  part_ = std::make_unique<HttpObject>(place_, std::move(about));
}

void HttpBody::on_part_bytes(Bytes bytes) {
  part_->count_wire(bytes.size());
  part_->add(bytes, now_);
}

void HttpBody::on_part_end(bool is_whole) {
  part_->end(is_whole ? ObjectEnd::complete : part_end_);
  part_.reset();
}

void HttpBody::skip(uint64_t length, uint64_t offset) {
  if (std::exchange(is_first_, false)) whole_.about().offset = offset;
  if (is_over_) return;
  // Behind missing bytes nothing can be unpacked, nor are parts what they seem.
  is_over_ = decoder_ != nullptr;
  if (decoder_ || parts_) stopped_ = part_end_ = ObjectEnd::gap;
  finish_parts();
  decoder_.reset();
  if (!is_over_) whole_.skip(length);
}

void HttpBody::finish_parts() {
  if (!parts_) return;
  parts_->finish(*this);
  if (parts_->is_cut()) ++place_.shared.counters.parts_cut;
  parts_.reset();
}

void HttpBody::end(ObjectEnd why) {
  if (whole_.wire_size() == 0) decoder_.reset();  // of nothing nothing is missing
  while (decoder_ && !is_over_ && !decoder_->finish(*this) && why == ObjectEnd::complete) {
    stopped_ = ObjectEnd::coding;
    if (!is_undecided() || undecided_.empty()) break;
    try_other_codings();
  }
  if (why != ObjectEnd::complete) part_end_ = why;
  finish_parts();
  // A limit comes before what its octets would have come to.
  const bool is_stopped = stopped_ == ObjectEnd::limit ||
                          (stopped_ != ObjectEnd::complete && why == ObjectEnd::complete);
  if (is_stopped) why = stopped_;
  if (place_.show != nullptr) {
    place_.show->end_body(why, whole_.about().wire_size, whole_.size());
  }
  whole_.end(why);
}

}  // namespace tcpflow
