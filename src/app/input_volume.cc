#include "app/input_volume.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace tcpflow {

InputVolume::Sizes InputVolume::sizes_of(const std::vector<std::string>& paths) {
  Sizes sizes;
  for (const std::string& path : paths) {
    struct stat info {};
    const bool is_there =
        (path == "-" ? ::fstat(STDIN_FILENO, &info) : ::stat(path.c_str(), &info)) == 0;
    const bool has_size = !is_there || S_ISREG(info.st_mode);
    sizes.emplace_back(has_size ? std::optional(static_cast<uint64_t>(info.st_size))
                                : std::nullopt);
  }
  return sizes;
}

InputVolume::InputVolume(Sizes sizes) : sizes_(std::move(sizes)) {
  for (size_t i = 0; i < sizes_.size(); ++i) count(i);
}

void InputVolume::begin(size_t index, const ReadPosition& position) {
  if (index >= sizes_.size()) return;  // a device
  for (size_t i = index_; i < index; ++i) before_ += sizes_[i].value_or(0);
  read_before_ += std::exchange(here_, 0);
  discount(index);
  sizes_[index] = position.size == 0 ? std::nullopt : std::optional(position.size);
  count(index);
  index_ = index;
}

ReadPosition InputVolume::position() const {
  const bool is_known = unknown_ == 0 && !sizes_.empty();
  return {before_ + here_, is_known ? total_ : 0};
}

void InputVolume::count(size_t index) {
  if (!sizes_[index]) ++unknown_;
  total_ += sizes_[index].value_or(0);
}

void InputVolume::discount(size_t index) {
  if (!sizes_[index]) --unknown_;
  total_ -= sizes_[index].value_or(0);
}

}  // namespace tcpflow
