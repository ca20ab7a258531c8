#include "output/file_budget.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tcpflow {
namespace {

constexpr mode_t kFileMode = 0666;
// Standard streams, inputs, report, hooks' children and libraries.
constexpr size_t kKeptFree = 24;
// A limit of "unlimited" is no reason to keep a million files open.
constexpr size_t kMostByDefault = 65536;

}  // namespace

BudgetedFile::~BudgetedFile() {
  if (budget_ != nullptr) budget_->shut(*this);
}

FileBudget::~FileBudget() {
  while (evict_oldest()) {
  }
}

size_t FileBudget::default_max_open() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  const size_t allowed = static_cast<size_t>(std::min<rlim_t>(limit.rlim_cur, kMostByDefault));
  return allowed > 2 * kKeptFree ? allowed - kKeptFree : std::max<size_t>(allowed / 2, 1);
}

int FileBudget::create(BudgetedFile& file, int flags) {
  shut(file);
  take_back(file, flags);
  return open(file, flags);
}

// Opened again, the file must be the one that was made: never truncated, and no link in the place
// of one that was new.
void FileBudget::take_back(BudgetedFile& file, int flags) {
  file.reopen_flags_ = flags & ~(O_CREAT | O_EXCL | O_TRUNC);
  if ((flags & O_EXCL) != 0) file.reopen_flags_ |= O_NOFOLLOW;
  file.close_error_ = 0;
}

void FileBudget::adopt(BudgetedFile& file, int fd) {
  shut(file);
  file.fd_ = fd;
  file.close_error_ = 0;
  link_newest(file);
}

int FileBudget::use(BudgetedFile& file) {
  if (!file.is_open()) return open(file, file.reopen_flags_);
  if (newest_ != &file) {
    unlink(file);
    link_newest(file);
  }
  return file.fd_;
}

int FileBudget::close(BudgetedFile& file) {
  shut(file);
  return std::exchange(file.close_error_, 0);
}

int FileBudget::open(BudgetedFile& file, int flags) {
  if (open_count_ >= max_open_) evict_oldest();
  while (true) {
    const int fd = ::open(file.name.c_str(), flags | O_CLOEXEC, kFileMode);
    if (fd >= 0) {
      file.fd_ = fd;
      link_newest(file);
      return fd;
    }
    const int code = errno;
    const bool out_of_descriptors = code == EMFILE || code == ENFILE;
    if (code == EINTR || (out_of_descriptors && evict_oldest())) continue;
    return -code;
  }
}

bool FileBudget::evict_oldest() {
  if (oldest_ == nullptr) return false;
  shut(*oldest_);
  return true;
}

void FileBudget::link_newest(BudgetedFile& file) {
  file.budget_ = this;
  file.older_ = newest_;
  file.newer_ = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->newer_) = &file;
  newest_ = &file;
  ++open_count_;
}

void FileBudget::unlink(BudgetedFile& file) {
  (file.older_ == nullptr ? oldest_ : file.older_->newer_) = file.newer_;
  (file.newer_ == nullptr ? newest_ : file.newer_->older_) = file.older_;
  file.budget_ = nullptr;
  --open_count_;
}

void FileBudget::shut(BudgetedFile& file) {
  if (!file.is_open()) return;
  unlink(file);
  if (::close(std::exchange(file.fd_, -1)) != 0 && errno != EINTR) file.close_error_ = errno;
}

}  // namespace tcpflow
