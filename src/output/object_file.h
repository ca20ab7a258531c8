// The file of one object, from its first octet to its last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/patient_write.h"
#include "output/object_files.h"

namespace tcpflow {

// Lives in its flow's objects, and stays in place, until it is over and written. One thread.
class ObjectFile {
 public:
  struct About {
    const Flow& flow;
    Direction from;
    std::string suffix;
    Timestamp start;
  };
  ObjectFile(ObjectFilesShared& shared, About about);
  ~ObjectFile();
  ObjectFile(const ObjectFile&) = delete;
  ObjectFile& operator=(const ObjectFile&) = delete;

  void add(Bytes bytes);
  // Good until the batch ends.
  void lend(Bytes bytes);
  void skip(uint64_t length);
  // There will be no file; only its name is told.
  void mention();
  // No more bytes come; the rest is done when the batch ends.
  void finish();
  // The batch ends, and names are known. `idle`: nothing may be held back.
  void end_batch(bool idle);
  // Writes all and closes. `flow_file`: the name of its flow's file.
  void complete(const std::string& flow_file);
  bool is_closed() const { return is_closed_; }
  Direction from() const { return about_.from; }

  // The list that it stands in, and where: it leaves by itself, and is no more.
  void set_home(std::list<ObjectFile>& home, std::list<ObjectFile>::iterator place) {
    home_ = &home;
    place_ = place;
  }
  void leave() { home_->erase(place_); }

 private:
  enum class State : uint8_t { unnamed, made, failed };

  struct Hole {
    size_t at;  // in held_
    uint64_t length;
  };

  void touch();
  void rest();
  void stop_resting();
  void fold();
  void write_if_too_much();
  Written write_pieces(int fd);
  Written write_run(int fd, std::string_view held, const PieceList& lent);
  void write_ahead();
  void make(std::optional<std::string> flow_file);
  void write_held();
  void close();
  void drop_held();
  void fail(int code);
  void fail_without_name();

  ObjectFilesShared& shared_;
  About about_;
  std::list<ObjectFile>* home_ = nullptr;
  std::list<ObjectFile>::iterator place_;
  BudgetedFile file_;
  std::string held_;
  std::vector<Hole> holes_;
  PieceList lent_;         // of this batch, behind what is held
  size_t lent_count_ = 0;  // spans
  uint64_t held_at_ = 0;   // where in the file
  uint64_t written_ = 0;   // up to here there is something on disk
  size_t touched_slot_ = SIZE_MAX;
  size_t resting_slot_ = SIZE_MAX;
  Moment begun_;
  Moment ended_;
  State state_ = State::unnamed;
  bool is_over_ = false;
  bool is_closed_ = false;
  bool is_mention_ = false;
};

}  // namespace tcpflow
