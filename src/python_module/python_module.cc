// The module with Python in it: the other side of scan/python/python_abi.h. It is no part of the
// program, which loads it when the scanner python is on. pybind11 throws; nothing leaves here.
#include <pybind11/pybind11.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "scan/python/python_abi.h"

namespace py = pybind11;

namespace tcpflow {
namespace {

void put(const PythonText& to, std::string_view text) {
  to.put(to.owner, text.data(), text.size());
}

using TurnLock = std::unique_ptr<void, void (*)(PyThread_type_lock)>;

// What open() makes; the program has its address. All but `main` and `turn` is used under Python's
// lock.
struct Session {
  TurnLock turn{PyThread_allocate_lock(), PyThread_free_lock};  // of the call that is under way
  py::object function;
  bool wants_facts = false;
  size_t most_answer = SIZE_MAX;
  PyThreadState* main = nullptr;  // of the thread that opened it, while it has not the lock
};

// The time of one call. A function that waits lets go of Python's lock, and one that takes long is
// interrupted: without this, scripts would have to expect that they are called once more meanwhile.
// Taken before that lock, so that who waits for the turn holds nobody up.
class Turn {
 public:
  explicit Turn(const Session& session) : lock_(session.turn.get()) {
    PyThread_acquire_lock(lock_, WAIT_LOCK);
  }
  ~Turn() { PyThread_release_lock(lock_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  PyThread_type_lock lock_;
};

// The octets of a str, with "?" for what is no character.
std::string octets_of(const py::handle& text) {
  return py::bytes(text.attr("encode")("utf-8", "replace"));
}

// " (script.py:12)": where an exception was thrown; empty: not in a file.
std::string place_of(const py::object& trace) {
  if (!trace || trace.is_none()) return {};
  py::object last = trace;
  while (!last.attr("tb_next").is_none()) last = last.attr("tb_next");
  const std::string file = octets_of(last.attr("tb_frame").attr("f_code").attr("co_filename"));
  if (file.empty() || file.front() == '<') return {};
  const std::string line = octets_of(py::str(last.attr("tb_lineno")));
  return " (" + file.substr(file.rfind('/') + 1) + ":" + line + ")";
}

// "ValueError: no number (script.py:12)". Scripts may have exceptions that cannot be shown.
std::string words_of(const py::error_already_set& thrown) {
  std::string words = "an exception";
  try {
    words = octets_of(thrown.type().attr("__name__"));
    const std::string text = octets_of(py::str(thrown.value()));
    if (!text.empty()) words.append(": ").append(text);
    return words + place_of(thrown.trace());
  } catch (const std::exception&) {
    return words + " that cannot be shown";
  }
}

// Does `work`; what it throws becomes the fault. Under the lock. True: nothing was thrown.
template <typename Work>
bool guarded(const PythonText& fault, Work work) noexcept {
  try {
    work();
    return true;
  } catch (const py::error_already_set& thrown) {
    put(fault, words_of(thrown));
  } catch (const std::exception& thrown) {
    put(fault, thrown.what());
  } catch (...) {
    put(fault, "an exception that is unknown");
  }
  return false;
}

// The system's Python, whatever PATH and the environment say; signals stay the program's.
bool start_python(const PythonText& fault) {
  PyPreConfig before;
  PyPreConfig_InitIsolatedConfig(&before);
  before.utf8_mode = 1;
  PyStatus status = Py_PreInitialize(&before);
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.install_signal_handlers = 0;
  config.write_bytecode = 0;  // scripts' folders are not ours to write into
  const auto set = [&](wchar_t** where, const char* value) {
    if (!PyStatus_Exception(status)) status = PyConfig_SetBytesString(&config, where, value);
  };
  set(&config.program_name, TCPFLOW_PYTHON);
  set(&config.executable, TCPFLOW_PYTHON);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (!PyStatus_Exception(status)) return true;
  put(fault, status.err_msg == nullptr ? "Python does not start" : status.err_msg);
  return false;
}

// How many arguments a function takes by position.
struct Arity {
  size_t least = 0;
  size_t most = 0;
  bool needs_names = false;  // it has arguments that only a name can give
};

Arity arity_of(const py::object& function) {
  const py::object inspect = py::module_::import("inspect");
  const py::object kinds = inspect.attr("Parameter");
  Arity arity;
  const py::object parameters = inspect.attr("signature")(function).attr("parameters");
  for (const py::handle parameter : parameters.attr("values")()) {
    const py::object kind = parameter.attr("kind");
    const bool is_needed = parameter.attr("default").is(kinds.attr("empty"));
    if (kind.is(kinds.attr("VAR_POSITIONAL"))) {
      arity.most = SIZE_MAX;
    } else if (kind.is(kinds.attr("KEYWORD_ONLY"))) {
      arity.needs_names = arity.needs_names || is_needed;
    } else if (!kind.is(kinds.attr("VAR_KEYWORD"))) {
      arity.least += is_needed ? 1 : 0;
      arity.most += arity.most == SIZE_MAX ? 0 : 1;
    }
  }
  return arity;
}

// Some functions that are written in C do not say what they take: bytes, then.
Arity known_arity_of(const py::object& function) {
  try {
    return arity_of(function);
  } catch (const py::error_already_set&) {
    return {1, 1, false};
  }
}

// Finds the function. False: it is not there, and `fault` was put.
bool find_function(const PythonSetup& setup, const PythonText& fault, Session& session) {
  const py::module_ system = py::module_::import("sys");
  if (setup.prints_to_errors != 0) system.attr("stdout") = system.attr("stderr");
  const py::object path = system.attr("path");
  path.attr("append")(py::module_::import("os").attr("fsdecode")(py::bytes(setup.path)));
  const py::object module = py::module_::import(setup.module);
  const std::string whole = std::string(setup.module) + "." + setup.function;
  const py::object file = py::getattr(module, "__file__", py::none());
  const std::string place = file.is_none() ? "" : " (" + octets_of(py::str(file)) + ")";
  const py::object function = py::getattr(module, setup.function, py::none());
  if (!py::hasattr(module, setup.function)) {
    put(fault, "there is no " + whole + place);
    return false;
  }
  if (PyCallable_Check(function.ptr()) == 0) {
    put(fault, whole + " cannot be called" + place);
    return false;
  }
  const Arity arity = known_arity_of(function);
  if (arity.needs_names || arity.least > 2 || arity.most < 1) {
    put(fault, whole + "() must take bytes, or bytes and a dict" + place);
    return false;
  }
  session.function = function;
  session.wants_facts = arity.most >= 2;
  session.most_answer = setup.most_answer;
  return true;
}

py::object value_of(const PythonFact& fact) {
  switch (fact.kind) {
    case kPythonText:
      return py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
          fact.text, static_cast<Py_ssize_t>(std::string_view(fact.text).size()),
          "surrogateescape"));
    case kPythonWhole:
      return py::int_(fact.whole);
    case kPythonReal:
      return py::float_(fact.real);
    case kPythonTruth:
      return py::bool_(fact.whole != 0);
    case kPythonNone:
      break;
  }
  return py::none();
}

py::dict dict_of(const PythonQuestion& question) {
  py::dict dict;
  for (size_t i = 0; i < question.fact_count; ++i) {
    dict[question.facts[i].name] = value_of(question.facts[i]);
  }
  return dict;
}

// No more than what is of use, and a little, by which it is known that there was more.
constexpr size_t kMore = 8;

void take_answer(const Session& session, const py::object& answer, const PythonAnswer& to) {
  if (answer.is_none()) return;
  const size_t most =
      session.most_answer > SIZE_MAX - kMore ? SIZE_MAX : session.most_answer + kMore;
  if (PyBytes_Check(answer.ptr())) {
    const std::string_view all = answer.cast<std::string_view>();
    const std::string head(all.substr(0, most));
    return put(to.text, octets_of(py::bytes(head).attr("decode")("utf-8", "replace")));
  }
  if (PyUnicode_Check(answer.ptr())) {
    // A character is an octet at least.
    const size_t characters = static_cast<size_t>(PyUnicode_GetLength(answer.ptr()));
    const auto length = static_cast<Py_ssize_t>(std::min<size_t>(characters, most));
    const auto head =
        py::reinterpret_steal<py::object>(PyUnicode_Substring(answer.ptr(), 0, length));
    return put(to.text, octets_of(head));
  }
  const std::string type = octets_of(py::type::of(answer).attr("__name__"));
  put(to.fault, "TypeError: the function returned " + type + ", not str, bytes or None");
}

void end_python() { Py_FinalizeEx(); }

void* open_session(const PythonSetup* setup, const PythonText* fault) {
  if (!start_python(*fault)) return nullptr;
  auto session = std::make_unique<Session>();
  bool is_found = false;
  guarded(*fault, [&] {
    if (!session->turn) return put(*fault, "there is no memory for a lock");
    // pybind11 remembers the state of the thread on which this is first done, for good.
    py::detail::get_internals();
    is_found = find_function(*setup, *fault, *session);
  });
  if (!is_found) {
    session.reset();
    end_python();
    return nullptr;
  }
  session->main = PyEval_SaveThread();
  return session.release();
}

int wants_facts(void* session) { return static_cast<Session*>(session)->wants_facts ? 1 : 0; }

void ask(const Session& session, const PythonQuestion& question, const PythonAnswer& answer) {
  const py::bytes bytes(reinterpret_cast<const char*>(question.bytes), question.size);
  const py::object returned =
      session.wants_facts ? session.function(bytes, dict_of(question)) : session.function(bytes);
  take_answer(session, returned, answer);
}

void call_function(void* opened, const PythonQuestion* question, const PythonAnswer* answer) {
  const Session& session = *static_cast<Session*>(opened);
  const Turn turn(session);
  // What is thrown must die under the lock.
  guarded(answer->fault, [&] {
    const py::gil_scoped_acquire lock;
    guarded(answer->fault, [&] { ask(session, *question, *answer); });
  });
}

void close_session(void* opened) {
  std::unique_ptr<Session> session(static_cast<Session*>(opened));
  PyEval_RestoreThread(session->main);
  session.reset();
  end_python();
}

constexpr PythonApi kApi = {kPythonAbi, open_session, wants_facts, call_function, close_session};

}  // namespace
}  // namespace tcpflow

extern "C" PYBIND11_EXPORT const tcpflow::PythonApi* tcpflow_python_api() { return &tcpflow::kApi; }
