// Facts about flows as rows of a database; docs/sqlite.md has its tables.
#pragma once

#include "report/community_id.h"
#include "report/fact_texts.h"
#include "report/row_text.h"

namespace tcpflow {

// Makes the rows. One per shard, used on its thread.
class SqliteForm : public FactForm {
 public:
  FactChannel channel() const override { return FactChannel::sqlite; }
  void start(const StartFact&, LineSink&) override {}
  void exchange(const ExchangeFact& fact, LineSink& lines) override;
  void bytes(const BytesFact&, LineSink&) override {}
  void record(const FlowRecord& record, LineSink& lines) override;

 private:
  void begin(uint8_t table, const FlowInfo& flow, const HalfInfo& half);
  void time(Timestamp value);
  void clean(std::string_view text);
  void flow(const FlowRecord& record);
  void half(const FlowRecord& record, const HalfRecord& half, LineSink& lines);
  void stream(const HalfRecord& half);
  void object(const HalfRecord& half, const ObjectRecord& object);

  CommunityIds ids_;
  std::string text_;
  std::string scratch_;
  RowText row_{text_};
};

}  // namespace tcpflow
