// The body of one HTTP message on its way to objects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scan/http/content_coding.h"
#include "scan/http/http_object.h"
#include "scan/http/multipart.h"

namespace tcpflow {

// How a body came to be what is on the wire, and what its files are called.
struct BodyForm {
  std::vector<ContentCoding> codings;  // in the order in which they were applied
  std::string boundary;                // of a multipart body; empty: it is none
  std::string stem;                    // what the suffixes of all its objects begin with
};

// "-" and the number in three digits at least: "-001".
std::string dashed_number(unsigned number);

// Undoes the codings of a body, and takes it apart. Lives as long as the message, on its thread.
class HttpBody : DecodedSink, PartSink {
 public:
  HttpBody(const HttpObject::Place& place, BodyForm form, ObjectRecord about);

  // `offset`: of the first of these octets in the flow's file.
  void add(Bytes bytes, uint64_t offset, Timestamp time);
  void skip(uint64_t length, uint64_t offset);
  // The last call.
  void end(ObjectEnd why);

  uint64_t size() const { return whole_.size(); }
  uint64_t wire_size() const { return whole_.wire_size(); }
  // After end().
  ObjectEnd how_it_ended() const { return whole_.how_it_ended(); }

 private:
  // So much of a packed body is kept until something comes out of it. If nothing does, its head
  // says more than is true: fewer codings are tried, and in the end it is stored as it is.
  static constexpr size_t kMostUndecided = 4096;

  void on_decoded(Bytes bytes) override;
  void on_part_begin(const PartHeader& header, uint64_t offset) override;
  void on_part_bytes(Bytes bytes) override;
  void on_part_end(bool is_whole) override;

  bool is_undecided() const;
  void unpack(Bytes bytes);
  void take_plain(Bytes bytes);
  void stop_unpacking(DecodeState state);
  void try_other_codings();
  void finish_parts();

  HttpObject::Place place_;
  std::string stem_;
  HttpObject whole_;
  std::unique_ptr<BodyDecoder> decoder_;
  std::vector<ContentCoding> codings_;  // that may still be tried, each by itself
  std::unique_ptr<MultipartReader> parts_;
  std::unique_ptr<HttpObject> part_;
  std::string undecided_;
  ObjectEnd part_end_ = ObjectEnd::open;  // of a part that is not whole
  unsigned part_count_ = 0;
  bool is_first_ = true;
  bool is_decided_ = false;  // the head is taken at its word
  bool is_over_ = false;     // nothing more is taken: a decoder failed, or bytes are missing
  ObjectEnd stopped_ = ObjectEnd::complete;  // why
  Timestamp now_;
};

}  // namespace tcpflow
