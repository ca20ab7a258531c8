#include "output/archive_objects.h"

#include <iterator>
#include <list>
#include <utility>

#include "output/archived_object.h"

namespace tcpflow {
namespace {

// Tells the entry that its object is over.
class EntryWriter : public ObjectWriter {
 public:
  explicit EntryWriter(ArchivedObject& object) : object_(object) {}
  ~EntryWriter() override { object_.finish(); }
  EntryWriter(const EntryWriter&) = delete;
  EntryWriter& operator=(const EntryWriter&) = delete;
  void add(Bytes bytes) override { object_.add(bytes); }
  void skip(uint64_t length) override { object_.skip(length); }

 private:
  ArchivedObject& object_;
};

// Of what there is no room for.
class NoWriter : public ObjectWriter {
 public:
  void add(Bytes) override {}
  void skip(uint64_t) override {}
};

class FlowArchiveObjects : public FlowObjects {
 public:
  FlowArchiveObjects(ArchiveObjectsShared& shared, const Flow& flow)
      : shared_(shared), flow_(flow) {}

  std::unique_ptr<ObjectWriter> begin(Direction from, std::string_view suffix,
                                      Timestamp start) override {
    if (!has_room(suffix)) return std::make_unique<NoWriter>();
    ArchivedObject& object = objects_.emplace_back(
        shared_, ArchivedObject::About{flow_, from, std::string(suffix), start});
    object.set_home(objects_, std::prev(objects_.end()));
    return std::make_unique<EntryWriter>(object);
  }
  void mention(Direction, std::string_view) override {}
  void end(const FlowRecord& record) override {
    for (ArchivedObject& object : objects_) {
      object.complete(record.half(object.from()).output.file_name);
    }
    objects_.clear();
  }

 private:
  // A little can be packed to stand for very many. Told once until there is room again.
  bool has_room(std::string_view suffix) {
    FlowArchiveShared& flows = shared_.archive.shared();
    const bool is_full = shared_.held > flows.options.limits.objects_held;
    if (std::exchange(shared_.is_full, is_full) || !is_full) return !is_full;
    std::string text = "object ";
    text.append(suffix).append(": left out of the archive, and what follows: too many at once");
    flows.use.errors.on_output_error({std::move(text), 0});
    return false;
  }

  ArchiveObjectsShared& shared_;
  const Flow& flow_;
  std::list<ArchivedObject> objects_;
};

}  // namespace

std::unique_ptr<FlowObjects> ArchiveObjects::open(const Flow& flow) {
  return std::make_unique<FlowArchiveObjects>(shared_, flow);
}

}  // namespace tcpflow
