// Heads of messages that are not what RFC 9112 says, made so that a parser takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcpflow {

// How far a head was looked through.
struct HeadScan {
  size_t line = 0;  // where its last line begins
  size_t seen = 0;  // up to here there is no end of that
};
// Where the head of a message is over: behind its first line with nothing in it. `scan` is new, or
// as the last call with less text left it, so that it need not start again. nullopt: there is more
// of it.
std::optional<size_t> head_end(std::string_view text, HeadScan& scan);

// True if `text`, from the first octet of a head, may be mended: it begins like one.
bool may_be_head(std::string_view text, bool is_response);

// A head as RFC 9112 would write it.
struct MendedHead {
  std::string text;
  std::string method;  // of a request, if the parser does not know it: `text` has POST in its place
};
// What a browser would make of `head`: lines that end with CR alone, blanks and controls where
// there should be none, lines without a colon, lengths with something behind the number, methods
// that are not of HTTP. nullopt: a request without a target.
std::optional<MendedHead> mended_head(std::string_view head, bool is_response);

// True if a Transfer-Encoding says nothing, as that before RFC 7230 could.
bool is_identity(std::string_view transfer_encoding);

// True if one of the codings in a Transfer-Encoding is "chunked", whatever stands around it.
bool names_chunked(std::string_view transfer_encoding);

// The size in the first line of a chunk, whatever stands around the number.
std::optional<uint64_t> mended_chunk_size(std::string_view line);

}  // namespace tcpflow
