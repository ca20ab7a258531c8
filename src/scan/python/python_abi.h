// What the program and the module with Python in it say to each other. C only: the module is
// loaded while the program runs, and no exception, string or allocation crosses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcpflow {

// Both sides have the same, or the module is not used.
inline constexpr uint32_t kPythonAbi = 2;
// The one name that the module exports, a PythonEntry.
inline constexpr const char* kPythonEntry = "tcpflow_python_api";

extern "C" {

// Takes a text that the other side owns; it is copied before the call returns.
struct PythonText {
  void* owner;
  void (*put)(void* owner, const char* text, size_t size);
};

struct PythonSetup {
  const char* path;      // a folder that modules are looked for in, behind those of the system
  const char* module;    // whose function is called
  const char* function;  // its name
  size_t most_answer;    // octets of what it returns that are of use
  int prints_to_errors;  // what print() writes goes to standard error
};

enum PythonFactKind : uint32_t {
  kPythonNone,
  kPythonText,
  kPythonWhole,
  kPythonReal,
  kPythonTruth
};

// One entry of the dict of a flow.
struct PythonFact {
  const char* name;
  PythonFactKind kind;
  const char* text;
  uint64_t whole;  // also of a truth
  double real;
};

struct PythonQuestion {
  const uint8_t* bytes;
  size_t size;
  const PythonFact* facts;
  size_t fact_count;
};

// Of two texts one is put: what the function returned as UTF-8 (nothing for None), or the fault.
struct PythonAnswer {
  PythonText text;
  PythonText fault;
};

struct PythonApi {
  uint32_t abi;
  // Starts Python and finds the function; the calling thread is its main one. Null: it could not,
  // and `fault` was put.
  void* (*open)(const PythonSetup* setup, const PythonText* fault);
  // Whether the function takes the facts, too.
  int (*wants_facts)(void* session);
  // On any thread; a call waits until the one before it has come to its end.
  void (*call)(void* session, const PythonQuestion* question, const PythonAnswer* answer);
  // Ends Python, on the thread that opened it, when no call is under way.
  void (*close)(void* session);
};

using PythonEntry = const PythonApi* (*)();

}  // extern "C"
}  // namespace tcpflow
