// Facts about flows as lines of JSON; docs/json.md has their schema.
#pragma once

#include "report/community_id.h"
#include "report/fact_texts.h"
#include "report/json_line.h"

namespace tcpflow {

// Grows with every change that is more than a new event or member.
inline constexpr unsigned kJsonSchema = 1;

class JsonForm : public FactForm {
 public:
  explicit JsonForm(bool has_payload) : has_payload_(has_payload) {}
  FactChannel channel() const override { return FactChannel::json; }
  void start(const StartFact& fact, LineSink& lines) override;
  void exchange(const ExchangeFact& fact, LineSink& lines) override;
  void bytes(const BytesFact& fact, LineSink& lines) override;
  void record(const FlowRecord& record, LineSink& lines) override;

 private:
  void begin(std::string_view event, Timestamp time, const FlowInfo& flow);
  void begin_for(std::string_view event, Timestamp time, const FlowRecord& record,
                 const HalfInfo& half);
  void add_ends(const HalfInfo& half);
  void add_identity(const HalfInfo& half);
  void half(const FlowRecord& record, const HalfRecord& half, LineSink& lines);
  void object(const FlowRecord& record, const HalfRecord& half, const ObjectRecord& object);
  void conflict(const ConflictRecord& conflict);
  void result(const ScanResult& result);
  void half_members(const HalfRecord& half);
  void output_members(const HalfOutput& output);

  bool has_payload_;  // --json-payload
  CommunityIds ids_;
  std::string id_;  // of the flow whose record is written
  JsonLine line_;
};

}  // namespace tcpflow
