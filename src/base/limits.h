// Every limit on what the program keeps, with its default. A limit that is hit is counted and
// reported.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace tcpflow {

struct FragmentLimits {
  size_t datagrams = 4096;               // unfinished datagrams at a time
  size_t bytes = size_t{16} << 20;       // payload bytes held, all datagrams, bookkeeping included
  size_t fragments_per_datagram = 8192;  // enough for 64 KiB in pieces of 8
  Duration age = std::chrono::seconds(60);  // packet time since the first fragment
};

struct SenderLimits {
  size_t hosts = 65536;  // whose checksums are judged (--strict); those heard of last
};

struct StreamLimits {
  // Design rule 3: the start of a half whose SYN was not seen is held until one of these.
  size_t start_bytes = size_t{64} << 10;
  size_t start_segments = 32;
  Duration start_age = std::chrono::seconds(1);
  // Design rule 4: a gap the receiver acknowledged past is given up after one of these.
  uint64_t gap_bytes = uint64_t{1} << 20;
  Duration gap_age = std::chrono::seconds(2);
  // Bytes waiting behind a gap, bookkeeping included.
  size_t held_per_half = size_t{16} << 20;
  size_t held_total = size_t{256} << 20;
  // --keep-alternatives: the last delivered bytes of a half, and of all halves together,
  // bookkeeping included. They are no held bytes: nothing of a stream depends on them.
  size_t delivered_window = size_t{64} << 10;
  size_t delivered_windows_total = size_t{64} << 20;
};

struct FlowLimits {
  // Over one of these the flow that is least of a loss ends, `evicted`: see docs/reassembly.md.
  size_t flows = size_t{1} << 20;      // connections at a time
  size_t half_open = size_t{1} << 18;  // of these, without a complete handshake and payload
  // --memory-limit: octets of connections, each at what its kind is known to take.
  size_t octets = SIZE_MAX;
  size_t flow_cost = 512;      // in order, with its consumers
  size_t extras_cost = 320;    // more for one that is odd or ends
  size_t wide_key_cost = 80;   // for one over IPv6
  size_t path_cost = 450;      // for one in tunnels
  size_t odd_half_cost = 800;  // and for a half that was not in order
  size_t bare_syn_cost = 112;  // of which a single SYN was seen
  size_t vlans_per_key = 256;  // with the same addresses and ports on different VLANs
  // A flow that is over waits so long for what is still under way; then its files and its record
  // are complete.
  Duration linger = std::chrono::seconds(2);
  // Of a flow that is gone only its sequence space is kept, to know late repeats.
  Duration remember = std::chrono::seconds(120);
  // Both are over sooner once so many packets of the capture have passed. Counted so, and not in
  // flows, they are the same however many tables share the flows.
  uint64_t linger_packets = 65536;
  uint64_t remember_packets = uint64_t{1} << 19;
  size_t gaps_recorded = 1000;       // gaps listed per half; all are counted
  size_t conflicts_recorded = 100;   // the same of conflicts
  size_t listed = size_t{64} << 20;  // octets of these lists, all open flows, UDP's included
  // UDP conversations at a time; the one that was idle longest ends first.
  size_t udp_conversations = 65536;
  Duration udp_idle = std::chrono::seconds(60);  // packet time without a datagram; 0: no limit
};

struct ScanLimits {
  uint64_t per_half = UINT64_MAX;  // bytes of one half that a scanner gets, gaps included
  // Zeros that stand for missing bytes of one half: a few packets can claim any number of them.
  uint64_t missing_per_half = uint64_t{64} << 20;
};

struct PythonLimits {
  size_t per_half = size_t{16} << 20;  // octets of one half that the function gets
  size_t held = size_t{256} << 20;     // gathered of all halves, until their flows end
  size_t result = size_t{64} << 10;    // octets of what it returns
  size_t fault = 1024;                 // octets of what is told of an exception
};

struct HttpLimits {
  size_t head_octets = size_t{256} << 10;    // of a message's start line and fields, and trailers
  size_t requests = 4096;                    // of a connection that wait for their response
  uint64_t seek = uint64_t{64} << 10;        // looked through for a first message, from the SYN on
  size_t objects_listed = 100'000;           // of a half, in its record
  size_t listed = size_t{64} << 20;          // octets of these lists, all open flows
  size_t request_octets = size_t{64} << 20;  // of requests that wait, all connections
  size_t head_octets_total = size_t{64} << 20;  // of heads that are not complete, all connections
  size_t unpacking = size_t{256} << 20;         // octets of all decoders of bodies
  // Text of bodies that one half may bring to the screen: so much, and so many octets for each of
  // its stream.
  uint64_t screen_text = uint64_t{64} << 10;
  uint64_t screen_ratio = 200;
};

// Of one body of HTTP with Content-Encoding or Transfer-Encoding.
struct DecodeLimits {
  uint64_t most_bytes = uint64_t{1} << 30;  // that come out, of every coding
  // Decoded for each encoded octet, once more than ratio_from octets have come out. zlib alone can
  // reach 1032, brotli and zstd far more.
  uint64_t most_ratio = 2000;
  uint64_t ratio_from = uint64_t{16} << 20;
  size_t codings = 8;  // one over the other
  // Octets that a zstd frame may refer back to, which it says in its header and which are allocated
  // then. RFC 9659 allows no more over HTTP.
  size_t window = size_t{8} << 20;
};

// --transcript: what is kept of conversations until they end, bookkeeping included. One that has
// more is written in parts; over all of it, the one that is kept longest.
struct TranscriptLimits {
  size_t per_flow = size_t{16} << 20;
  size_t held = size_t{128} << 20;
};

// Of one multipart body of HTTP.
struct MultipartLimits {
  size_t parts = 10'000;                    // that are told of
  size_t header_octets = size_t{16} << 10;  // of one part's header
};

struct OutputLimits {
  // What flow files hold back, so that short ones are written in one go, bookkeeping included; the
  // one that waited longest is written first.
  size_t held_total = size_t{32} << 20;
  // --keep-alternatives: bytes of one NAME.alternatives. Its lines can be longer than the packets.
  uint64_t alternatives_per_half = uint64_t{16} << 20;
  // What objects found by scanners hold back until their batch ends.
  size_t objects_held = size_t{32} << 20;
  // -c with -e http: octets of heads that are not complete, all connections.
  size_t screen_held = size_t{64} << 20;
  size_t open_files = SIZE_MAX;         // besides what -f says
  size_t collisions = size_t{1} << 16;  // names whose next free number is known
  size_t captures = size_t{1} << 16;    // -K: directions that are known
  // --archive: what streams that are not over keep in memory, bookkeeping included; more of it
  // waits in a temporary file.
  size_t archive_held_per_half = size_t{256} << 10;
  size_t archive_held_total = size_t{256} << 20;
  // Holes in one entry of a tar, which are listed in memory while it is written. A zip has none.
  size_t archive_holes_per_half = size_t{1} << 20;
  // Zeros for missing bytes that are in no hole: a few packets can claim any number of them.
  uint64_t archive_zeros_per_half = uint64_t{256} << 20;
  size_t archive_names = size_t{1} << 24;  // that are known to be taken
  // Bytes of a zip's directory, which is kept in memory until the archive ends: some five million
  // entries. Past it entries are left out.
  size_t archive_directory = size_t{1} << 30;
};

inline constexpr size_t kConflictBytesRecorded = 32;  // of each copy, in a conflict that is listed

}  // namespace tcpflow
