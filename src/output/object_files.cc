#include "output/object_files.h"

#include <algorithm>
#include <list>
#include <utility>

#include "output/object_file.h"

namespace tcpflow {
namespace {

// Tells the file that its object is over.
class FileWriter : public ObjectWriter {
 public:
  explicit FileWriter(ObjectFile& file) : file_(file) {}
  ~FileWriter() override { file_.finish(); }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void add(Bytes bytes) override { file_.add(bytes); }
  void lend(Bytes bytes) override { file_.lend(bytes); }
  void skip(uint64_t length) override { file_.skip(length); }

 private:
  ObjectFile& file_;
};

class FlowObjectFiles : public FlowObjects {
 public:
  FlowObjectFiles(ObjectFilesShared& shared, const Flow& flow) : shared_(shared), flow_(flow) {}

  std::unique_ptr<ObjectWriter> begin(Direction from, std::string_view suffix,
                                      Timestamp start) override {
    return std::make_unique<FileWriter>(add(from, suffix, start));
  }
  void mention(Direction from, std::string_view suffix) override {
    if (shared_.events != nullptr) add(from, suffix, {}).mention();
  }
  void end(const FlowRecord& record) override {
    for (ObjectFile& file : files_) file.complete(record.half(file.from()).output.file_name);
    files_.clear();
  }

 private:
  ObjectFile& add(Direction from, std::string_view suffix, Timestamp start) {
    ObjectFile::About about{flow_, from, std::string(suffix), start};
    ObjectFile& file = files_.emplace_back(shared_, std::move(about));
    file.set_home(files_, std::prev(files_.end()));
    return file;
  }

  ObjectFilesShared& shared_;
  const Flow& flow_;
  std::list<ObjectFile> files_;
};

}  // namespace

std::unique_ptr<FlowObjects> ObjectFiles::open(const Flow& flow) {
  return std::make_unique<FlowObjectFiles>(shared_, flow);
}

void ObjectFiles::on_batch_end(bool idle) {
  const std::vector<ObjectFile*> touched = std::exchange(shared_.touched, {});
  for (ObjectFile* file : touched) {
    if (file == nullptr) continue;
    file->end_batch(idle);
    if (file->is_closed()) file->leave();
  }
  // Each that was lent something was among them.
  shared_.lent.clear();
  while (idle && !shared_.resting.empty()) shared_.resting.back()->end_batch(true);
}

}  // namespace tcpflow
