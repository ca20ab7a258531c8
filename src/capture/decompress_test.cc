#include "capture/decompress.h"

#include <gtest/gtest.h>

#include <array>

#include "capture/capture_file.h"
#include "capture/memory_stream.h"
#include "capture/test_captures.h"
#include "capture/test_compress.h"

namespace tcpflow {
namespace {

using namespace testing;

constexpr std::array kAll = {Compression::none,  Compression::gzip, Compression::xz,
                             Compression::lzma,  Compression::zstd, Compression::lz4,
                             Compression::bzip2, Compression::zip};

struct Plain {
  std::string bytes;
  std::string error;
  std::vector<std::string> notes;
};

Plain drain(ByteStream& stream, size_t room = 4096) {
  Plain plain;
  std::vector<uint8_t> into(room);
  for (;;) {
    const Result<StreamRead> got = stream.read(into);
    if (!got) plain.error = got.error().message;
    if (!got || got->state == StreamState::end || got->state == StreamState::stopped) break;
    plain.bytes.append(as_text(Bytes(into).first(got->count)));
  }
  plain.notes = stream.notes();
  return plain;
}

Plain expand(const std::string& file, size_t piece = SIZE_MAX, size_t room = 4096) {
  return drain(*decompress(std::make_unique<MemoryStream>(as_bytes(file), piece, "in")), room);
}

// Bytes that do not compress well, so that a cut has something to lose.
std::string noise(size_t size) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1664525 + 1013904223;
    text += static_cast<char>(state >> 24);
  }
  return text;
}

std::string capture_of(size_t frames) {
  std::string file = pcap_header();
  for (size_t i = 0; i < frames; ++i) file += pcap_record({.bytes = noise(40 + i % 50)});
  return file;
}

TEST(Decompress, ExpandsEveryKind) {
  const std::string plain = capture_of(3000);
  for (const Compression kind : kAll) {
    const Plain got = expand(compress(kind, plain));
    EXPECT_EQ(got.error, "") << compression_name(kind);
    EXPECT_TRUE(got.bytes == plain) << compression_name(kind);
    EXPECT_TRUE(got.notes.empty()) << compression_name(kind);
  }
}

TEST(Decompress, ExpandsPiecesOfAnySizeIntoRoomOfAnySize) {
  const std::string plain = capture_of(20);
  for (const Compression kind : kAll) {
    const std::string file = compress(kind, plain);
    EXPECT_EQ(expand(file, 1, 7).bytes, plain) << compression_name(kind);
    EXPECT_EQ(expand(file, 5, 1).bytes, plain) << compression_name(kind);
  }
}

TEST(Decompress, PassesShortAndEmptyInputsThrough) {
  for (const std::string& file : {std::string(), std::string("x"), std::string("PK")}) {
    EXPECT_EQ(expand(file).bytes, file);
    EXPECT_EQ(expand(file).error, "");
  }
}

TEST(Decompress, DoesNotTakeACaptureForLzma) {
  for (const bool is_big : {false, true}) {
    for (const uint32_t magic : {0xa1b2c3d4u, 0xa1b23c4du, 0xa1b2cd34u}) {
      const std::string file = pcap_header({.is_big = is_big, .magic = magic});
      EXPECT_EQ(recognise_compression(as_bytes(file)), Compression::none);
    }
    EXPECT_EQ(recognise_compression(as_bytes(PcapngWriter(is_big).section())), Compression::none);
  }
}

TEST(Decompress, ReadsSeveralGzipMembersAlsoPadded) {
  const std::string file =
      gzip("one ") + gzip("") + std::string(100, '\0') + gzip("two") + std::string(600, '\0');
  for (const size_t piece : {size_t{1}, SIZE_MAX}) {
    const Plain got = expand(file, piece);
    EXPECT_EQ(got.bytes, "one two");
    EXPECT_EQ(got.error, "");
    EXPECT_TRUE(got.notes.empty());
  }
}

TEST(Decompress, ReadsSeveralXzStreams) {
  EXPECT_EQ(expand(xz("one ") + std::string(8, '\0') + xz("two")).bytes, "one two");
}

TEST(Decompress, NotesTrailingBytesAndIgnoresThem) {
  const std::string packed = gzip("text");
  const Plain got = expand(packed + "\x1fgarbage");
  EXPECT_EQ(got.bytes, "text");
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.notes.size(), 1u);
  EXPECT_EQ(got.notes[0], "bytes after the compressed data, from byte " +
                              std::to_string(packed.size()) + ", were ignored");
  EXPECT_EQ(expand(lzma_alone("text") + "garbage").bytes, "text");
}

// The pieces may part the two octets that a member of gzip begins with.
TEST(Decompress, TellsMembersFromTrailingBytesHoweverTheyAreCutUp) {
  const std::string zeros(3, '\0');
  const std::string packed = gzip("one") + zeros;
  for (size_t piece = 1; piece < packed.size() + 2; ++piece) {
    EXPECT_EQ(expand(packed + gzip("two") + zeros + gzip("three"), piece).bytes, "onetwothree");
    for (const char* trailing : {"\x1f!", "\x1f\x1f\x8b", "!"}) {
      const Plain got = expand(packed + trailing, piece);
      EXPECT_EQ(got.bytes, "one");
      EXPECT_EQ(got.error, "");
      ASSERT_EQ(got.notes.size(), 1u) << piece;
      EXPECT_EQ(got.notes[0], "bytes after the compressed data, from byte " +
                                  std::to_string(packed.size()) + ", were ignored");
    }
    EXPECT_NE(expand(packed + "\x1f", piece).error, "") << "the next member is cut";
  }
}

TEST(Decompress, SaysWhereACutCompressedInputEnds) {
  for (const Compression kind : kAll) {
    if (kind == Compression::none) continue;
    const std::string file = compress(kind, noise(5000));
    const std::string message = expand(file.substr(0, 2500)).error;
    EXPECT_TRUE(message.starts_with("in: compressed input ends early at byte 2500")) << message;
    const bool loses =
        kind != Compression::gzip && kind != Compression::xz && kind != Compression::lzma;
    EXPECT_EQ(message.find("last block") != std::string::npos, loses) << message;
  }
}

TEST(Decompress, GivesEverythingBeforeACutAtAnyByteOfGzipAndXz) {
  const std::string plain = noise(300);
  for (const Compression kind : {Compression::gzip, Compression::xz, Compression::lzma}) {
    const std::string file = compress(kind, plain);
    size_t before = 0;
    for (size_t cut = kCompressionHead; cut < file.size(); ++cut) {
      const Plain got = expand(file.substr(0, cut), 100);
      ASSERT_NE(got.error, "") << compression_name(kind) << cut;
      ASSERT_TRUE(plain.starts_with(got.bytes)) << compression_name(kind) << cut;
      ASSERT_GE(got.bytes.size(), before) << compression_name(kind) << cut;
      // Noise does not shrink: all but a few bytes of headers and coder state came out.
      ASSERT_GE(got.bytes.size() + 64, cut) << compression_name(kind) << cut;
      before = got.bytes.size();
    }
    EXPECT_EQ(before, plain.size());
  }
}

TEST(Decompress, SurvivesACutAtAnyByteOfTheOtherKinds) {
  const std::string plain = capture_of(5);
  for (const Compression kind :
       {Compression::bzip2, Compression::zstd, Compression::lz4, Compression::zip}) {
    const std::string file = compress(kind, plain);
    for (size_t cut = 4; cut < file.size(); ++cut) {
      const Plain got = expand(file.substr(0, cut), 100);
      ASSERT_TRUE(plain.starts_with(got.bytes)) << compression_name(kind) << cut;
      ASSERT_TRUE(got.error != "" || got.bytes == plain) << compression_name(kind) << cut;
    }
  }
}

TEST(Decompress, LosesAtMostTheLastBlockWithLibarchive) {
  const std::string plain = noise(2 << 20);
  for (const Compression kind : {Compression::bzip2, Compression::zstd, Compression::lz4}) {
    const std::string file = compress(kind, plain);
    const Plain got = expand(file.substr(0, file.size() / 2), SIZE_MAX, 1 << 20);
    EXPECT_GE(got.bytes.size() + (1 << 20), plain.size() / 2) << compression_name(kind);
    EXPECT_TRUE(plain.starts_with(got.bytes));
  }
}

TEST(Decompress, FindsDamage) {
  for (const Compression kind : kAll) {
    if (kind == Compression::none || kind == Compression::lzma) continue;
    std::string file = compress(kind, capture_of(50));
    for (size_t i = 0; i < 20; ++i) file[file.size() / 2 + i] ^= 0x55;
    const Plain got = expand(file);
    EXPECT_NE(got.error, "") << compression_name(kind);
  }
}

TEST(Decompress, RefusesADictionaryPastTheMemoryLimit) {
  ByteWriter head;
  head.u8(0x5d).u32(0xffffffff).u64(UINT64_MAX).u8(0).text("0123456789");
  EXPECT_NE(expand(head.str()).error.find("limit of 1024 MiB"), std::string::npos);
}

TEST(Decompress, ReadsTheFirstFileOfAZipAndSaysThatThereAreMore) {
  const Members only = {{"dir/", ""}, {"empty", ""}, {"__MACOSX/x", "fork"}, {"a", "first"}};
  EXPECT_EQ(expand(archived(Compression::zip, only)).bytes, "first");
  EXPECT_EQ(expand(archived(Compression::zip, only)).error, "");
  const Members two = {{"a", "first"}, {"b", "second"}};
  EXPECT_EQ(expand(archived(Compression::zip, two)).bytes, "first");
  EXPECT_EQ(expand(archived(Compression::zip, two)).error,
            "in: this zip holds several files; only the first, a, was read");
}

TEST(Decompress, FindsNothingInAZipOfEmptyFiles) {
  const Members empty = {{"dir/", ""}, {"empty", ""}};
  EXPECT_EQ(expand(archived(Compression::zip, empty)).bytes, "");
  EXPECT_EQ(expand(archived(Compression::zip, empty)).error, "");
}

TEST(Decompress, GivesTheFramesBeforeACutAtAnyByteOfACompressedCapture) {
  const std::string plain = capture_of(6);
  for (const Compression kind : {Compression::gzip, Compression::xz}) {
    const std::string file = compress(kind, plain);
    size_t before = 0;
    for (size_t cut = 0; cut < file.size(); ++cut) {
      const std::string part = file.substr(0, cut);
      CaptureFile source(decompress(std::make_unique<MemoryStream>(as_bytes(part))), 4096);
      const Collected all = read_all(source);
      ASSERT_TRUE(all.error) << cut;
      ASSERT_GE(all.frames.size(), before) << cut;
      before = all.frames.size();
    }
    EXPECT_EQ(before, 6u);
  }
}

// Says idle before every read, and in the end that the run was stopped.
class HesitantStream : public ByteStream {
 public:
  HesitantStream(Bytes bytes, size_t piece) : bytes_(bytes, piece) {}
  Result<StreamRead> read(std::span<uint8_t> into) override {
    is_idle_ = !is_idle_;
    if (is_idle_) return StreamRead{0, StreamState::idle};
    const Result<StreamRead> got = bytes_.read(into);
    if (got->state == StreamState::end) return StreamRead{0, StreamState::stopped};
    return got;
  }
  const std::string& name() const override { return bytes_.name(); }
  bool is_prompt() const override { return true; }

 private:
  MemoryStream bytes_;
  bool is_idle_ = false;
};

TEST(Decompress, PassesIdleAndStoppedOnWithoutTakingThemForAnEnd) {
  const std::string plain = noise(300);
  for (const Compression kind : kAll) {
    const std::string file = compress(kind, plain);
    const std::string part = file.substr(0, file.size() - 1);
    const Plain got =
        drain(*decompress(std::make_unique<HesitantStream>(as_bytes(part), size_t{50})));
    EXPECT_EQ(got.error, "") << compression_name(kind);
    EXPECT_TRUE(plain.starts_with(got.bytes)) << compression_name(kind);
  }
}

}  // namespace
}  // namespace tcpflow
