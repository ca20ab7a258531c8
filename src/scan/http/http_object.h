// One object of an HTTP message, from its first octet to its last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "flow/object_output.h"
#include "scan/http/http_shared.h"

namespace tcpflow {

class HttpShow;

// The objects of one half that its record is to list. Their octets count as long as it lives.
class HttpObjectList {
 public:
  static constexpr size_t kNone = SIZE_MAX;

  explicit HttpObjectList(HttpShared& shared) : shared_(shared) {}
  ~HttpObjectList() { shared_.listed -= cost_; }
  HttpObjectList(const HttpObjectList&) = delete;
  HttpObjectList& operator=(const HttpObjectList&) = delete;

  // The half is HTTP, objects or not.
  void tell() { list_.is_told = true; }
  // Keeps a place for it until set(). kNone: it is only counted.
  size_t add(const ObjectRecord& object);
  void set(size_t place, ObjectRecord object);
  ObjectList take() { return std::move(list_); }

 private:
  HttpShared& shared_;
  ObjectList list_;
  size_t cost_ = 0;
};

// Stores and describes. Made when a message may have a body; nothing is stored, or listed, before
// its first octet. One owner, one thread.
class HttpObject {
 public:
  // Borrowed for the object's life. `objects` may be null.
  struct Place {
    HttpShared& shared;
    HttpObjectList& list;
    FlowObjects* objects;
    Direction from;
    HttpShow* show = nullptr;  // may be null
  };
  // `about`: what is known of it beforehand.
  HttpObject(const Place& place, ObjectRecord about) : place_(place), about_(std::move(about)) {}

  void add(Bytes bytes, Timestamp time);
  // Octets of it are missing.
  void skip(uint64_t length);
  // Octets of it that came from the wire, however packed.
  void count_wire(uint64_t length) { about_.wire_size += length; }
  uint64_t size() const { return about_.size; }
  uint64_t wire_size() const { return about_.wire_size; }
  // After end().
  ObjectEnd how_it_ended() const { return about_.end; }
  ObjectRecord& about() { return about_; }
  // The last call.
  void end(ObjectEnd why);

 private:
  void begin(Timestamp time);
  void store(Bytes bytes);
  // Somebody is told of its digests and its type.
  bool is_described() const {
    return place_.shared.options.wants_facts && listed_ != HttpObjectList::kNone;
  }
  void look_at_head(Bytes bytes);
  void find_type(Bytes head);

  Place place_;
  ObjectRecord about_;
  std::unique_ptr<ObjectWriter> writer_;
  size_t listed_ = HttpObjectList::kNone;
  bool has_begun_ = false;
  bool has_holes_ = false;
  bool is_typed_ = false;
  std::string head_;  // until its type is found
  RunningDigest md5_;
  RunningDigest sha256_;
};

}  // namespace tcpflow
