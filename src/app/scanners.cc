#include "app/scanners.h"

#include <cerrno>
#include <filesystem>
#include <utility>

#include "scan/python/python_scanner.h"

namespace tcpflow {
namespace {

PythonOptions python_options(const Options& options) {
  PythonOptions python;
  python.byte_limit = options.file.byte_limit.value_or(python.byte_limit);
  python.gap = options.gap.value_or(GapForm::zero);
  python.scan = options.limits.scan;
  python.limits = options.limits.python;
  return python;
}

}  // namespace

Status Scanners::make() {
  const ScannerSet& on = options_.scanners;
  const bool has_streams = on.is_on("tcpdemux") && !options_.file.write_captures;
  if (!on.is_on("python") || !has_streams) return Ok{};
  Result<std::unique_ptr<PythonHost>> host = PythonHost::load(python_module_files());
  if (!host) return host.error();
  python_ = std::move(*host);
  return Ok{};
}

Status Scanners::open() {
  if (!python_) return Ok{};
  const PythonSettings& given = options_.python;
  std::error_code code;  // without a current folder its name stays as it is
  const std::filesystem::path folder = std::filesystem::absolute(given.path, code);
  const std::string path = code ? given.path : folder.lexically_normal().string();
  // Python would only say that there is no such module.
  if (!std::filesystem::exists(path, code)) {
    return errno_error("scanner 'python': py_path=" + given.path, code ? code.value() : ENOENT);
  }
  return python_->open({path, given.module, given.function, options_.limits.python.result,
                        options_.has_stdout_record()});
}

std::vector<ScannerMaker> Scanners::makers() const {
  std::vector<ScannerMaker> makers;
  if (python_) {
    makers.push_back([host = python_.get(), options = python_options(options_)](
                         const ScannerTools& tools) -> std::unique_ptr<ConsumerFactory> {
      PythonOptions share = options;
      share.limits.held /= tools.shards;
      return std::make_unique<PythonScanner>(share, *host, tools.errors);
    });
  }
  return makers;
}

void Scanners::close() {
  if (python_) python_->close();
}

}  // namespace tcpflow
