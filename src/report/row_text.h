// Rows of a table as octets, on their way from a shard to the thread that writes them.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tcpflow {

// Appends one row to a text: the number of its table, then its cells.
class RowText {
 public:
  explicit RowText(std::string& out) : out_(out) {}
  void begin(uint8_t table) {
    out_.clear();
    out_ += static_cast<char>(table);
  }
  RowText& number(uint64_t value) {
    out_ += kNumber;
    append(value);
    return *this;
  }
  RowText& real(double value) {
    out_ += kReal;
    append(value);
    return *this;
  }
  RowText& text(std::string_view value) {
    out_ += kText;
    append(static_cast<uint64_t>(value.size()));
    out_ += value;
    return *this;
  }
  RowText& null() {
    out_ += kNull;
    return *this;
  }
  // Null where it is empty, or 0.
  RowText& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  RowText& number_or_null(uint64_t value) { return value == 0 ? null() : number(value); }

  static constexpr char kNull = 'n';
  static constexpr char kNumber = 'i';
  static constexpr char kReal = 'r';
  static constexpr char kText = 't';

 private:
  template <typename T>
  void append(T value) {
    char octets[sizeof value];
    std::memcpy(octets, &value, sizeof value);
    out_.append(octets, sizeof octets);
  }

  std::string& out_;
};

// Reads what RowText made; only that.
class RowReader {
 public:
  struct Cell {
    char kind = RowText::kNull;
    uint64_t number = 0;
    double real = 0;
    std::string_view text;
  };

  explicit RowReader(std::string_view row) : rest_(row.substr(1)), table_(row.front()) {}
  uint8_t table() const { return static_cast<uint8_t>(table_); }
  // Nothing behind the last cell.
  std::optional<Cell> next() {
    if (rest_.empty()) return std::nullopt;
    Cell cell;
    cell.kind = rest_.front();
    rest_.remove_prefix(1);
    if (cell.kind == RowText::kNumber) cell.number = take<uint64_t>();
    if (cell.kind == RowText::kReal) cell.real = take<double>();
    if (cell.kind != RowText::kText) return cell;
    const auto length = static_cast<size_t>(take<uint64_t>());
    cell.text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return cell;
  }

 private:
  template <typename T>
  T take() {
    T value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::string_view rest_;
  char table_;
};

}  // namespace tcpflow
