#include "scan/http/http_object.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace tcpflow {
namespace {

size_t octets_of(const ObjectRecord& object) {
  return sizeof object + object.suffix.size() + object.start_line.size() + object.host.size() +
         object.declared_type.size() + object.coding.size() + 160;  // digests and the type found
}

bool is_within(Bytes part, Bytes whole) {
  const std::less<const uint8_t*> is_before;  // also of pointers into different storage
  return !is_before(part.data(), whole.data()) &&
         !is_before(whole.data() + whole.size(), part.data() + part.size());
}

}  // namespace

size_t HttpObjectList::add(const ObjectRecord& object) {
  const size_t cost = octets_of(object);
  const HttpLimits& limits = shared_.options.limits;
  // Once one is left out so are all that follow: a list is the beginning of them.
  const bool is_full = list_.not_listed > 0 || list_.objects.size() >= limits.objects_listed ||
                       shared_.listed + cost > limits.listed;
  if (is_full) {
    ++list_.not_listed;
    ++shared_.counters.not_listed;
    return kNone;
  }
  cost_ += cost;
  shared_.listed += cost;
  list_.objects.emplace_back();
  return list_.objects.size() - 1;
}

void HttpObjectList::set(size_t place, ObjectRecord object) {
  if (place != kNone) list_.objects[place] = std::move(object);
}

void HttpObject::begin(Timestamp time) {
  has_begun_ = true;
  about_.start = about_.last = time;
  listed_ = place_.list.add(about_);
  if (place_.objects != nullptr) writer_ = place_.objects->begin(place_.from, about_.suffix, time);
  if (!is_described()) return;
  md5_.begin(place_.shared.md5);
  sha256_.begin(place_.shared.sha256);
}

void HttpObject::add(Bytes bytes, Timestamp time) {
  if (bytes.empty()) return;
  if (!has_begun_) begin(time);
  about_.last = time;
  about_.size += bytes.size();
  if (writer_) store(bytes);
  if (has_holes_) return;
  if (is_described() && !is_typed_) look_at_head(bytes);
  md5_.add(bytes);
  sha256_.add(bytes);
}

// Nearly always the first octets come in one piece that is long enough.
void HttpObject::look_at_head(Bytes bytes) {
  const size_t wanted = TypeFinder::kHead - head_.size();
  const bool is_enough = bytes.size() >= wanted;
  if (is_enough && head_.empty()) return find_type(bytes.first(wanted));
  head_ += as_text(bytes.first(std::min(bytes.size(), wanted)));
  if (is_enough) find_type(as_bytes(head_));
}

void HttpObject::find_type(Bytes head) {
  is_typed_ = true;
  about_.found_type = place_.shared.types.find(about_.declared_type, head);
}

// What was unpacked or put together lies elsewhere, and dies when the call returns.
void HttpObject::store(Bytes bytes) {
  const Bytes reading = place_.shared.reading;
  is_within(bytes, reading) ? writer_->lend(bytes) : writer_->add(bytes);
}

void HttpObject::skip(uint64_t length) {
  if (length == 0) return;
  has_holes_ = true;
  if (!has_begun_) begin(about_.start);
  about_.size += length;
  if (writer_) writer_->skip(length);
}

void HttpObject::end(ObjectEnd why) {
  writer_.reset();
  const bool is_response = about_.status != 0;
  if (!has_begun_ && is_response && place_.objects != nullptr) {
    place_.objects->mention(place_.from, about_.suffix);
  }
  about_.end = has_holes_ && why == ObjectEnd::complete ? ObjectEnd::gap : why;
  if (!has_begun_) return;
  ++place_.shared.counters.objects[static_cast<size_t>(about_.end)];
  if (listed_ == HttpObjectList::kNone) return;
  if (!has_holes_) {
    about_.md5 = md5_.hex();
    about_.sha256 = sha256_.hex();
  }
  // Of what begins with a hole nothing can be said.
  if (!is_typed_ && !head_.empty()) find_type(as_bytes(head_));
  place_.list.set(listed_, std::move(about_));
}

}  // namespace tcpflow
