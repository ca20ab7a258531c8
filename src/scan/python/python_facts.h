// What a Python function is told of a half besides its bytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "flow/flow_record.h"
#include "scan/python/python_abi.h"

namespace tcpflow {

// Names and values, as the dict will have them. Owns the texts; a value for one call.
class PythonFacts {
 public:
  PythonFacts(Direction from, const FlowRecord& record, bool is_truncated);
  PythonFacts(const PythonFacts&) = delete;
  PythonFacts& operator=(const PythonFacts&) = delete;

  std::span<const PythonFact> all() const { return facts_; }

 private:
  void add(const char* name, const std::string& text);
  void add_whole(const char* name, uint64_t number);
  void add_time(const char* name, const char* text_name, Timestamp time);

  std::vector<std::string> texts_;
  std::vector<PythonFact> facts_;
};

}  // namespace tcpflow
