#include "app/shard_outputs.h"

namespace tcpflow {

ShardOutputs::ShardOutputs(const ShardPlan& plan, const LaneSinks& sinks)
    : lanes_(sinks), budget_(plan.max_open), has_facts_(plan.records.any()) {
  plan.records.add_forms(facts_);
  make_consumers(plan);
  make_scanners(plan);
  FlowListeners listeners;
  if (files_) listeners.consumers.push_back(&*files_);
  if (archive_) listeners.consumers.push_back(&*archive_);
  if (console_) listeners.consumers.push_back(&*console_);
  if (plan.md5 != nullptr) listeners.consumers.push_back(plan.md5);
  if (http_) listeners.consumers.push_back(&*http_);
  for (const auto& scanner : scanners_) listeners.consumers.push_back(scanner.get());
  if (plan.records.has_payload()) listeners.consumers.push_back(&payload_);
  if (plan.has_report) all_records_.add(records_);
  if (has_facts_) all_records_.add(facts_);
  if (!all_records_.empty()) listeners.records = &all_records_;
  if (has_facts_) listeners.facts = &facts_;
  if (plan.tells_unused) listeners.unused = &unused_;
  listeners.now = &now_;
  flows_.emplace(plan.flow, std::move(listeners));
  facts_.go_by(flows_->context().numbers);
  if (plan.has_udp) conversations_.emplace(*flows_);
}

void ShardOutputs::make_consumers(const ShardPlan& plan) {
  FileEvents* const events = plan.has_hooks ? &events_ : nullptr;
  if (plan.console) {
    console_.emplace(*plan.names, *plan.console, Console::Borrowed{*lanes_.console, now_, events});
  }
  if (plan.archive) {
    archive_.emplace(*plan.archive, FlowArchiveBorrowed{*plan.spool, *plan.entry_names,
                                                        *lanes_.flows, errors_, now_});
  }
  if (!plan.files) return;
  shares_names_ = plan.shared_maker != nullptr;
  if (!shares_names_) own_maker_.emplace(*plan.names, plan.files->limits.collisions);
  FileMaker& maker = shares_names_ ? *plan.shared_maker : *own_maker_;
  files_.emplace(*plan.files, FlowFiles::Borrowed{budget_, errors_, maker, now_, events});
}

// Objects lie beside the files or entries of their flows: without these there are none.
void ShardOutputs::make_objects(const ShardPlan& plan) {
  if (files_ && plan.stores_objects) {
    FileEvents* const events = plan.has_object_hooks ? &object_events_ : nullptr;
    objects_.emplace(ObjectFiles::Borrowed{budget_, *files_, errors_, now_, events},
                     plan.objects_held);
  }
  if (archive_ && plan.stores_objects) archive_objects_.emplace(*archive_);
}

// Consumers are told of a flow in the order in which they stand: scanners behind what names files.
void ShardOutputs::make_scanners(const ShardPlan& plan) {
  if (plan.http && plan.stores_objects) make_objects(plan);
  ObjectOutput* objects = objects_ ? &*objects_ : nullptr;
  if (archive_objects_) objects = &*archive_objects_;
  if (plan.http) {
    http_.emplace(*plan.http, objects, has_facts_ ? &facts_ : nullptr,
                  plan.shows_messages ? &*console_ : nullptr);
  }
  const ScannerTools tools{scan_errors_, objects, plan.shards};
  for (const ScannerMaker& make : plan.scanners) scanners_.push_back(make(tools));
}

ShardParts ShardOutputs::parts() {
  ShardParts parts;
  parts.flows = &*flows_;
  parts.conversations = conversations_ ? &*conversations_ : nullptr;
  if (has_facts_) parts.listeners.push_back(&facts_);
  if (files_) parts.listeners.push_back(&*files_);
  if (objects_) parts.listeners.push_back(&*objects_);
  if (archive_) parts.listeners.push_back(&*archive_);
  if (console_) parts.listeners.push_back(&*console_);
  parts.lanes = lanes_.all();
  if (shares_names_) parts.shared_names = &files_->due();
  if (archive_) parts.shared_names = &archive_->due();
  return parts;
}

}  // namespace tcpflow
