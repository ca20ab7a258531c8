#include "scan/http/found_type.h"

#include <magic.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "scan/http/header_value.h"

namespace tcpflow {
namespace {

struct Signature {
  std::string_view type;
  std::string_view octets;
};

constexpr std::array<Signature, 7> kSignatures = {{
    {"image/png", "\x89PNG\r\n\x1a\n"},
    {"image/jpeg", "\xff\xd8\xff"},
    {"image/gif", "GIF89a"},
    {"image/gif", "GIF87a"},
    {"application/pdf", "%PDF-"},
    {"font/woff2", "wOF2"},
    {"font/woff", "wOFF"},
}};

constexpr std::string_view kPlain = "text/plain";
// Types of text that begins like any other.
constexpr std::array<std::string_view, 7> kTexts = {"text/css",
                                                    "text/csv",
                                                    "text/javascript",
                                                    "application/json",
                                                    "application/javascript",
                                                    "application/x-javascript",
                                                    "application/x-www-form-urlencoded"};
// Types of text that begins with a tag.
constexpr std::array<std::string_view, 7> kMarkups = {
    "text/html",           "text/xml",
    "application/xml",     "application/xhtml+xml",
    "application/rss+xml", "application/atom+xml",
    "image/svg+xml"};
// A text that so begins is something else.
constexpr std::array<std::string_view, 9> kSigns = {
    "#!", "%!", "{\\rtf", "<?php", "-----BEGIN", "BEGIN:", "From ", "Received:", "Return-Path:"};

// No other than these four of the octets below 0x20 stands in text.
constexpr bool is_text_octet(uint8_t octet) {
  return octet >= 0x20 ? octet != 0x7f
                       : octet == '\t' || octet == '\n' || octet == '\f' || octet == '\r';
}

constexpr std::array<uint8_t, 256> make_others() {
  std::array<uint8_t, 256> others{};
  for (size_t octet = 0; octet < others.size(); ++octet) {
    others[octet] = !is_text_octet(static_cast<uint8_t>(octet));
  }
  return others;
}

// Without a branch for each octet: most content is text, so nearly always all are looked at.
bool is_text(Bytes bytes) {
  static constexpr std::array<uint8_t, 256> kOthers = make_others();
  uint8_t others = 0;
  for (const uint8_t octet : bytes) others |= kOthers[octet];
  return others == 0;
}

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view type) {
  return std::find(all.begin(), all.end(), type) != all.end();
}

// Whether it begins as JSON does, as far as it is here (RFC 8259): what is cut off is at fault at
// its end. Nesting takes no stack.
bool may_be_json(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return false;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::BaseReaderHandler<> nobody;
  rapidjson::Reader reader;
  const bool is_whole = !reader.Parse<rapidjson::kParseIterativeFlag>(stream, nobody).IsError();
  return is_whole || stream.Tell() >= text.size();
}

// What a text is at a glance; empty: it needs another one.
std::string_view type_of_text(std::string_view type, std::string_view text) {
  const std::string_view body =
      text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  for (const std::string_view sign : kSigns) {
    if (equals_ignoring_case(body.substr(0, sign.size()), sign)) return {};
  }
  if (body.starts_with('<')) return is_one_of(kMarkups, type) ? type : std::string_view{};
  if (is_one_of(kTexts, type)) return type;
  return may_be_json(body) ? std::string_view{} : kPlain;
}

std::string_view type_at_a_glance(std::string_view type, std::string_view text) {
  for (const Signature& signature : kSignatures) {
    if (signature.type == type && text.starts_with(signature.octets)) return type;
  }
  return is_text(as_bytes(text)) ? type_of_text(type, text) : std::string_view{};
}

}  // namespace

TypeFinder::TypeFinder() = default;
TypeFinder::~TypeFinder() = default;
TypeFinder::TypeFinder(TypeFinder&&) noexcept = default;

void TypeFinder::Close::operator()(magic_set* library) const { magic_close(library); }

std::string TypeFinder::find(std::string_view declared, Bytes head) {
  const std::string_view text = as_text(head.first(std::min(head.size(), kHead)));
  const std::string type = lower_case(trimmed(declared.substr(0, declared.find(';'))));
  const std::string_view seen = type_at_a_glance(type, text);
  if (!seen.empty()) return std::string(seen);
  if (!is_tried_) {
    is_tried_ = true;
    // What is packed is not unpacked, and no file beside it is read.
    library_.reset(magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TOKENS));
    if (library_ && magic_load(library_.get(), nullptr) != 0) library_.reset();
  }
  if (!library_) return {};
  const char* const found = magic_buffer(library_.get(), text.data(), text.size());
  return found == nullptr ? "" : found;
}

}  // namespace tcpflow
