// The Python function of a run, behind the module that holds Python.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scan/python/python_abi.h"

namespace tcpflow {

// Where the function is. Plain values.
struct PythonPlace {
  std::string path;  // a folder
  std::string module;
  std::string function;
  size_t most_answer = SIZE_MAX;
  bool prints_to_errors = false;  // standard output has no place for what it prints
};

// What a call came to: one of the two, or neither.
struct PythonReply {
  std::string text;
  std::string fault;
};

// Owns the running Python. Opened and closed on the main thread, which owns it; called on any
// between the two. The module stays loaded: Python cannot be taken out of a process again.
class PythonHost {
 public:
  // Loads the first of `files` that is there.
  static Result<std::unique_ptr<PythonHost>> load(const std::vector<std::string>& files);

  // For load() and tests: `api` outlives it.
  explicit PythonHost(const PythonApi& api) : api_(api) {}
  ~PythonHost() { close(); }
  PythonHost(const PythonHost&) = delete;
  PythonHost& operator=(const PythonHost&) = delete;

  // Imports the module; fails with what Python says.
  Status open(const PythonPlace& place);
  bool wants_facts() const { return wants_facts_; }
  PythonReply call(Bytes bytes, std::span<const PythonFact> facts) const;
  // Has Python end, with what scripts left for its exit. No-op unless it is open.
  void close();

 private:
  const PythonApi& api_;
  void* session_ = nullptr;  // the module's
  bool wants_facts_ = false;
};

// Where the module may be: beside the program, and where it is installed.
std::vector<std::string> python_module_files();

}  // namespace tcpflow
