#include "base/result.h"

#include <system_error>

namespace tcpflow {

Error errno_error(const std::string& what, int code) {
  return {what + ": " + std::generic_category().message(code), code};
}

}  // namespace tcpflow
