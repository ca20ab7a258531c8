#include "output/entry_names.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "output/file_maker.h"

namespace tcpflow {
namespace {

// A name that leads nowhere else when it is unpacked: without folders that are none ("//", "."),
// and without ways up ("..") or from the root.
void make_relative(std::string& name) {
  std::string kept;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = std::string_view(name).substr(at, end - at);
    if (!part.empty() && part != "." && part != "..") {
      if (!kept.empty()) kept += '/';
      kept += part;
    }
    at = end + 1;
  }
  if (kept.empty()) kept += '_';
  name = std::move(kept);
}

}  // namespace

void EntryNames::expand(const HalfInfo& half, uint64_t session, uint64_t counter,
                        std::string& name) const {
  names_.expand(half, session, counter, name);
  const bool is_plain = !name.empty() && name[0] != '.' && name.find('/') == std::string::npos;
  if (!is_plain) make_relative(name);
}

void EntryNames::claim(const HalfInfo& half, uint64_t session, std::string& name) {
  expand(half, session, 0, name);
  if (take(name)) return;
  base_ = name;
  uint64_t counter = 0;
  if (const auto found = next_counter_.find(base_); found != next_counter_.end()) {
    counter = found->second - 1;
  }
  do {
    expand(half, session, ++counter, name);
  } while (!take(name));
  if (next_counter_.size() >= FileMaker::kCollisionsKept) next_counter_.clear();
  next_counter_[base_] = counter + 1;
}

// A template may have given a name to one stream that another needs for what stands beside it.
bool EntryNames::take(const std::string& name) {
  if (!taken_.take(name)) return false;
  if (beside_.index && !take_beside(name, kIndexEnd)) return false;
  return !beside_.alternatives || take_beside(name, kAlternativesEnd);
}

bool EntryNames::take_beside(const std::string& name, const char* end) {
  side_ = name;
  side_ += end;
  return taken_.take(side_);
}

}  // namespace tcpflow
