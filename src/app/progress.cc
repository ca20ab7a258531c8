#include "app/progress.h"

#include <algorithm>

#include "report/summary_table.h"

namespace tcpflow {
namespace {

constexpr std::chrono::seconds kSilence(1);  // shorter runs are over before one wonders
constexpr std::chrono::milliseconds kBetweenRewrites(250);
constexpr std::chrono::seconds kBetweenLines(1);
constexpr std::chrono::seconds kBetweenMarks(2);

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// Without digits that mean nothing and draw the eye.
std::string calm_text(std::chrono::seconds whole) {
  if (whole >= std::chrono::minutes(1)) return duration_text(whole);
  return std::to_string(whole.count()) + " s";
}

std::string share_text(const ReadPosition& position) {
  const double share = static_cast<double>(position.read) / static_cast<double>(position.size);
  const std::string digits = std::to_string(static_cast<int>(std::min(share, 1.0) * 100));
  return std::string(3 - digits.size(), ' ').append(digits).append(" %");
}

// How far the run has come and how long that takes.
std::string place_text(const ProgressFacts& facts) {
  const ReadPosition& at = facts.position;
  const std::string took = facts.is_over
                               ? duration_text(facts.took)
                               : calm_text(std::chrono::floor<std::chrono::seconds>(facts.took));
  if (at.size == 0) return took;
  if (facts.is_over) return share_text(at).append(" in ").append(took);
  if (at.read == 0 || at.read >= at.size) return share_text(at);
  const double rest = static_cast<double>(at.size) / static_cast<double>(at.read) - 1;
  const auto left = std::chrono::ceil<std::chrono::seconds>(facts.took * rest);
  return share_text(at).append(", ").append(calm_text(left)).append(" left");
}

}  // namespace

std::string progress_text(const ProgressFacts& facts) {
  std::string text = place_text(facts);
  text.append(", ").append(amount(facts.rate)).append("/s");
  text.append(", ").append(counted(facts.packets, "packet"));
  if (facts.flows != 0) text.append(", ").append(counted(facts.flows, "flow"));
  return text;
}

Progress::Progress(StatusLine& line, ProgressForm form, Clock clock)
    : line_(line), form_(form), clock_(std::move(clock)), began_(clock_()) {
  next_ = began_ + kSilence;
  newer_.time = older_.time = began_;
}

void Progress::begin_input(size_t index, const PacketSource& source) {
  volume_.begin(index, source.position());
}

void Progress::on_progress(const EngineTotals& totals, const PacketSource& source) {
  volume_.move(source.position());
  const Mark now{clock_(), volume_.octets()};
  if (now.time < next_) return;
  ProgressFacts told = facts(now);
  told.rate = rate_until(now);
  told.flows = totals.flows;
  told.packets = totals.frames;
  for (const Interface& interface : source.interfaces()) told.packets += interface.frames;
  if (form_ == ProgressForm::lines) {
    line_.append(progress_text(told));
    next_ = now.time + kBetweenLines;
  } else {
    line_.rewrite(progress_text(told));
    next_ = now.time + kBetweenRewrites;
  }
}

void Progress::end(const EngineTotals& totals) {
  line_.clear();
  if (form_ != ProgressForm::lines) return;
  const Mark now{clock_(), volume_.octets()};
  ProgressFacts told = facts(now);
  told.is_over = true;
  told.rate = static_cast<double>(now.octets) / std::max(seconds(told.took), 1e-3);
  told.flows = totals.flows;
  told.packets = totals.frames;
  line_.append(progress_text(told));
}

ProgressFacts Progress::facts(const Mark& now) const {
  ProgressFacts told;
  told.position = volume_.position();
  told.took = now.time - began_;
  return told;
}

// That of the last few seconds, so that a disk that begins to stumble is seen.
double Progress::rate_until(const Mark& now) {
  const double rate = static_cast<double>(now.octets - older_.octets) /
                      std::max(seconds(now.time - older_.time), 1e-3);
  if (now.time - newer_.time >= kBetweenMarks) older_ = std::exchange(newer_, now);
  return rate;
}

}  // namespace tcpflow
