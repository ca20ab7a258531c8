#include "scan/python/python_host.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace tcpflow {
namespace {

constexpr const char* kModuleFile = "tcpflow_python.so";

PythonText into(std::string& text) {
  const auto put = [](void* owner, const char* from, size_t size) {
    static_cast<std::string*>(owner)->assign(from, size);
  };
  return {&text, put};
}

Error fault(const std::string& text) { return {"scanner 'python': " + text, 0}; }

}  // namespace

std::vector<std::string> python_module_files() {
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  if (code) return {};
  const std::filesystem::path folder = program.parent_path();
  return {folder / kModuleFile, (folder / TCPFLOW_MODULE_FOLDER / kModuleFile).lexically_normal()};
}

Result<std::unique_ptr<PythonHost>> PythonHost::load(const std::vector<std::string>& files) {
  const auto is_there = [](const std::string& file) { return ::access(file.c_str(), F_OK) == 0; };
  const auto file = std::find_if(files.begin(), files.end(), is_there);
  if (file == files.end()) {
    std::string text = "there is no ";
    text.append(files.empty() ? kModuleFile : files.front());
    for (size_t i = 1; i < files.size(); ++i) text.append(", nor ").append(files[i]);
    return fault(
        text.append(": it was not installed with this tcpflow, or not built, for want of pybind11 "
                    "and the headers of Python (Debian: pybind11-dev, python3-dev)"));
  }
  // Global, for Python's own modules look for its symbols among those of the process.
  void* const library = ::dlopen(file->c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) return fault(::dlerror());
  const auto entry = reinterpret_cast<PythonEntry>(::dlsym(library, kPythonEntry));
  const PythonApi* const api = entry == nullptr ? nullptr : entry();
  if (api == nullptr || api->abi != kPythonAbi) {
    return fault(*file + " belongs to another version of tcpflow");
  }
  return std::make_unique<PythonHost>(*api);
}

Status PythonHost::open(const PythonPlace& place) {
  std::string why;
  const PythonText text = into(why);
  const PythonSetup setup{place.path.c_str(), place.module.c_str(), place.function.c_str(),
                          place.most_answer, place.prints_to_errors ? 1 : 0};
  session_ = api_.open(&setup, &text);
  if (session_ == nullptr) return fault(why);
  wants_facts_ = api_.wants_facts(session_) != 0;
  return Ok{};
}

PythonReply PythonHost::call(Bytes bytes, std::span<const PythonFact> facts) const {
  PythonReply reply;
  const PythonQuestion question{bytes.data(), bytes.size(), facts.data(), facts.size()};
  const PythonAnswer answer{into(reply.text), into(reply.fault)};
  api_.call(session_, &question, &answer);
  return reply;
}

void PythonHost::close() {
  void* const session = std::exchange(session_, nullptr);
  if (session != nullptr) api_.close(session);
}

}  // namespace tcpflow
