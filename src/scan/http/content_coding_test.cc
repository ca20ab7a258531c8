#include "scan/http/content_coding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "scan/http/test_encodings.h"

namespace tcpflow {
namespace {

using testing::brotli;
using testing::deflated;
using testing::encode;
using testing::kGzipBits;
using testing::kRawBits;
using testing::kZlibBits;
using testing::zstd;
using Codings = std::vector<ContentCoding>;

constexpr std::array<ContentCoding, 4> kAll = {ContentCoding::gzip, ContentCoding::deflate,
                                               ContentCoding::brotli, ContentCoding::zstd};
constexpr size_t kWhole = SIZE_MAX;
constexpr size_t kBuffer = size_t{32} << 10;

struct Decoded {
  std::string bytes;
  DecodeState state = DecodeState::more;
  bool is_whole = false;
  size_t largest_call = 0;
};

class Collector : public DecodedSink {
 public:
  explicit Collector(Decoded& into) : into_(into) {}
  void on_decoded(Bytes bytes) override {
    into_.bytes.append(as_text(bytes));
    into_.largest_call = std::max(into_.largest_call, bytes.size());
  }

 private:
  Decoded& into_;
};

Decoded decode(const Codings& codings, const std::string& body, size_t piece = kWhole,
               const DecodeLimits& limits = {}) {
  Decoded decoded;
  Collector sink(decoded);
  const std::unique_ptr<BodyDecoder> decoder = BodyDecoder::make(codings, limits);
  const Bytes all = as_bytes(body);
  for (size_t at = 0; at < all.size(); at += std::min(piece, all.size() - at))
    decoded.state = decoder->add(all.subspan(at, std::min(piece, all.size() - at)), sink);
  decoded.is_whole = decoder->finish(sink);
  EXPECT_EQ(decoder->bytes_out(), decoded.bytes.size());
  return decoded;
}

void expect_whole(const Codings& codings, const std::string& body, const std::string& plain) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, kWhole}) {
    const Decoded decoded = decode(codings, body, piece);
    EXPECT_TRUE(decoded.bytes == plain) << decoded.bytes.size() << " octets, piece " << piece;
    EXPECT_EQ(decoded.state, DecodeState::more) << "piece " << piece;
    EXPECT_TRUE(decoded.is_whole) << "piece " << piece;
  }
}

void expect_corrupt(const Codings& codings, const std::string& body, const std::string& plain) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, kWhole}) {
    const Decoded decoded = decode(codings, body, piece);
    EXPECT_TRUE(decoded.bytes == plain) << decoded.bytes.size() << " octets, piece " << piece;
    EXPECT_EQ(decoded.state, DecodeState::corrupt) << "piece " << piece;
    EXPECT_FALSE(decoded.is_whole) << "piece " << piece;
  }
}

// Words of a small vocabulary, the same at every run: compresses, but not to nothing.
std::string text_of(size_t size) {
  std::minstd_rand random(7);
  std::string text;
  while (text.size() < size) text += "word" + std::to_string(random() % 500) + ' ';
  text.resize(size);
  return text;
}

std::string noise_of(size_t size) {
  std::minstd_rand random(11);
  std::string noise(size, '\0');
  for (char& octet : noise) octet = static_cast<char>(random() >> 8 & 0xff);
  return noise;
}

std::string octets(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

TEST(ContentCoding, IsKnownByItsNameInAnyCase) {
  EXPECT_EQ(content_coding_of("gzip"), ContentCoding::gzip);
  EXPECT_EQ(content_coding_of("X-GZip"), ContentCoding::gzip);
  EXPECT_EQ(content_coding_of("Deflate"), ContentCoding::deflate);
  EXPECT_EQ(content_coding_of("BR"), ContentCoding::brotli);
  EXPECT_EQ(content_coding_of("zstD"), ContentCoding::zstd);
  for (const char* other : {"", "identity", "compress", "gzi", "gzip ", "brotli", "chunked"})
    EXPECT_EQ(content_coding_of(other), std::nullopt) << other;
}

TEST(ContentCoding, ComesBackFromEveryCodingWhateverThePieces) {
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    for (const std::string& plain : {std::string(), std::string("a"), text_of(100'000),
                                     noise_of(300'000), std::string(400'000, 'z')})
      expect_whole({coding}, encode(coding, plain), plain);
  }
}

TEST(ContentCoding, WithoutAnyPassesThrough) { expect_whole({}, "as it is", "as it is"); }

TEST(ContentCoding, CutAnywhereGivesWhatCameBefore) {
  const std::string plain = text_of(3000);
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    const std::string body = encode(coding, plain);
    size_t most = 0;
    for (size_t cut = 0; cut < body.size(); ++cut) {
      const Decoded decoded = decode({coding}, body.substr(0, cut));
      EXPECT_TRUE(plain.starts_with(decoded.bytes)) << cut;
      EXPECT_EQ(decoded.state, DecodeState::more) << cut;
      EXPECT_FALSE(decoded.is_whole) << cut;
      EXPECT_GE(decoded.bytes.size(), most) << cut;
      most = decoded.bytes.size();
    }
    EXPECT_GT(most, plain.size() / 2);
  }
}

TEST(ContentCoding, BytesAreHandedOutBeforeTheEndOfTheBody) {
  const std::string plain = text_of(1'000'000);
  for (const ContentCoding coding : kAll) {
    const std::string body = encode(coding, plain);
    EXPECT_GT(decode({coding}, body.substr(0, body.size() / 2)).bytes.size(), plain.size() / 4)
        << static_cast<int>(coding);
  }
}

TEST(ContentCoding, GarbageBehindTheEndIsIgnored) {
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    const std::string body = encode(coding, "content");
    for (const std::string& garbage :
         {std::string("\r\n"), std::string(1000, '\0'), octets({0x1f}), octets({0x1f, 0x8b, 7}),
          octets({0x28, 0xb5, 0x2f}), octets({0x28, 0xb5, 0x2f, 0xfe, 1, 2})})
      expect_whole({coding}, body + garbage, "content");
  }
}

TEST(ContentCoding, SaysThatItIsNotWhatItIsCalled) {
  for (const ContentCoding coding : kAll)
    expect_corrupt({coding}, "\xff<html> and so on, which no coding begins with </html>", "");
}

TEST(ContentCoding, IgnoresWhatFollowsDamage) {
  Decoded decoded;
  Collector sink(decoded);
  const Codings codings = {ContentCoding::gzip};
  const std::unique_ptr<BodyDecoder> decoder = BodyDecoder::make(codings, {});
  const std::string good = encode(ContentCoding::gzip, "good");
  EXPECT_EQ(decoder->add(as_bytes("bad"), sink), DecodeState::corrupt);
  EXPECT_EQ(decoder->add(as_bytes(good), sink), DecodeState::corrupt);
  EXPECT_EQ(decoded.bytes, "");
}

TEST(ContentCoding, DamageInsideKeepsWhatCameBeforeIt) {
  const std::string plain = text_of(400'000);
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    std::string body = encode(coding, plain);
    for (size_t i = 0; i < 64; ++i) body[body.size() * 3 / 4 + i] ^= '\x55';
    const Decoded at_once = decode({coding}, body);
    const Decoded pieces = decode({coding}, body, 1);
    EXPECT_EQ(at_once.state, DecodeState::corrupt);
    EXPECT_EQ(pieces.state, DecodeState::corrupt);
    EXPECT_TRUE(pieces.bytes.starts_with(at_once.bytes));
    EXPECT_TRUE(coding == ContentCoding::brotli || pieces.bytes.size() == at_once.bytes.size());
    EXPECT_EQ(at_once.bytes.substr(0, plain.size() / 2), plain.substr(0, plain.size() / 2));
  }
}

TEST(GzipCoding, HasAnyNumberOfMembers) {
  const std::string one = deflated("one", kGzipBits);
  expect_whole({ContentCoding::gzip}, one + deflated("", kGzipBits) + deflated(" two", kGzipBits),
               "one two");
  std::string many;
  std::string plain;
  for (int i = 0; i < 2000; ++i) {
    many += one;
    plain += "one";
  }
  expect_whole({ContentCoding::gzip}, many, plain);
  expect_corrupt({ContentCoding::gzip}, one + octets({0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7}),
                 "one");
  EXPECT_FALSE(decode({ContentCoding::gzip}, one + octets({0x1f, 0x8b, 8})).is_whole);
}

TEST(GzipCoding, IsCorruptWithAWrongTrailerButHandsEverythingOut) {
  const std::string good = deflated("content", kGzipBits);
  for (size_t back = 1; back <= 8; ++back) {
    std::string body = good;
    body[body.size() - back] ^= '\x01';
    expect_corrupt({ContentCoding::gzip}, body, "content");
  }
}

TEST(GzipCoding, HandsEverythingOutThoughTheTrailerIsMissing) {
  const std::string body = deflated("content", kGzipBits);
  const Decoded decoded = decode({ContentCoding::gzip}, body.substr(0, body.size() - 8));
  EXPECT_EQ(decoded.bytes, "content");
  EXPECT_FALSE(decoded.is_whole);
}

TEST(DeflateCoding, IsZlibOrRaw) {
  const std::string plain = text_of(50'000);
  expect_whole({ContentCoding::deflate}, deflated(plain, kZlibBits), plain);
  expect_whole({ContentCoding::deflate}, deflated(plain, kRawBits), plain);
  expect_whole({ContentCoding::deflate}, deflated("", kRawBits), "");
  EXPECT_FALSE(decode({ContentCoding::deflate}, "\x03").is_whole);
}

TEST(DeflateCoding, IsToldFromGzipByItsFirstOctets) {
  const std::string plain = text_of(50'000);
  expect_whole({ContentCoding::gzip}, deflated(plain, kZlibBits), plain);
  expect_whole({ContentCoding::deflate}, deflated(plain, kGzipBits), plain);
  expect_whole({ContentCoding::deflate}, deflated("a", kGzipBits) + deflated("b", kGzipBits), "ab");
}

TEST(DeflateCoding, IsRawThoughItBeginsLikeZlib) {
  // A stored block of one octet, and the end. Its first two octets are a zlib header, too.
  const std::string end = octets({0x01, 0, 0, 0xff, 0xff});
  expect_whole({ContentCoding::deflate}, octets({0x78, 0x01, 0x00, 0xfe, 0xff, 'A'}) + end, "A");
  // The same of 0x7d9c octets, which say so much later that they are no zlib.
  const std::string most = noise_of(0x7d9c);
  expect_whole({ContentCoding::deflate}, octets({0x78, 0x9c, 0x7d, 0x63, 0x82}) + most + end, most);
  // With a dictionary, as a zlib header would say.
  expect_whole({ContentCoding::deflate},
               octets({0x78, 0x20, 0x00, 0xdf, 0xff}) + std::string(32, 'B') + end,
               std::string(32, 'B'));
}

TEST(DeflateCoding, IsCorruptWithAWrongChecksum) {
  std::string body = deflated("content", kZlibBits);
  body.back() ^= '\x01';
  expect_corrupt({ContentCoding::deflate}, body, "content");
}

std::string skippable(const std::string& content) {
  return octets({0x5a, 0x2a, 0x4d, 0x18, static_cast<int>(content.size()), 0, 0, 0}) + content;
}

TEST(ZstdCoding, HasAnyNumberOfFramesAndSkipsSome) {
  const std::string one = zstd("one");
  const std::string two = zstd(" two", {.has_checksum = false, .has_size = false});
  expect_whole({ContentCoding::zstd}, one + two + zstd(""), "one two");
  expect_whole({ContentCoding::zstd}, skippable("skip me") + one + skippable("") + two, "one two");
  expect_whole({ContentCoding::zstd}, skippable("nothing else"), "");
  for (const std::string& cut : {two.substr(0, 4), two.substr(0, two.size() - 1),
                                 skippable("cut").substr(0, 10), skippable("cut").substr(0, 4)}) {
    const Decoded decoded = decode({ContentCoding::zstd}, one + cut);
    EXPECT_EQ(decoded.state, DecodeState::more);
    EXPECT_FALSE(decoded.is_whole);
  }
}

TEST(ZstdCoding, IsCorruptWithAWrongChecksum) {
  for (const std::string& plain : {std::string("content"), text_of(300'000), noise_of(300'000)}) {
    std::string body = zstd(plain);
    body.back() ^= '\x01';
    expect_corrupt({ContentCoding::zstd}, body, plain);
  }
}

TEST(ZstdCoding, IsCorruptIfItIsNotAsLongAsItSays) {
  // A window of 1 KiB, 256 or 400 octets of content, and then one raw block of 300.
  for (const int low : {0, 400 - 256}) {
    const std::string head = octets({0x28, 0xb5, 0x2f, 0xfd, 0x40, 0, low, 0});
    const std::string block = octets({(300 << 3 & 0xff) | 1, 300 >> 5, 0}) + std::string(300, 'x');
    const Decoded at_once = decode({ContentCoding::zstd}, head + block);
    EXPECT_EQ(at_once.state, DecodeState::corrupt);
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{100}}) {
      const Decoded pieces = decode({ContentCoding::zstd}, head + block, piece);
      EXPECT_EQ(pieces.state, DecodeState::corrupt);
      EXPECT_EQ(pieces.bytes, at_once.bytes) << piece;
    }
  }
}

TEST(ZstdCoding, HasNoDictionary) {
  expect_corrupt({ContentCoding::zstd},
                 octets({0x28, 0xb5, 0x2f, 0xfd, 0x01, 0, 7, 1, 0, 0}) + "no more", "");
}

TEST(ZstdCoding, IsTooLargeWithAWindowBeyondTheLimitWhateverThePieces) {
  const std::string plain = text_of(20'000);
  const std::string body = zstd(plain, {.window_log = 24, .has_size = false});
  // What was compressed in one go gets no larger window than it needs, so the header is changed.
  std::string wide = body;
  ASSERT_EQ(wide[4] & 0x20, 0);
  wide[5] = (23 - 10) << 3;
  expect_whole({ContentCoding::zstd}, wide, plain);
  wide[5] = (23 - 10) << 3 | 1;
  for (const size_t piece : {size_t{1}, size_t{7}, kWhole}) {
    EXPECT_EQ(decode({ContentCoding::zstd}, wide, piece).state, DecodeState::too_large);
    EXPECT_EQ(decode({ContentCoding::zstd}, wide, piece).bytes, "");
  }
}

TEST(StackedCodings, AreUndoneFromTheLastToTheFirst) {
  const std::string plain = text_of(100'000);
  expect_whole({ContentCoding::gzip, ContentCoding::brotli}, brotli(deflated(plain, kGzipBits)),
               plain);
  expect_whole({ContentCoding::zstd, ContentCoding::deflate, ContentCoding::gzip},
               deflated(deflated(zstd(plain), kZlibBits), kGzipBits), plain);
}

TEST(StackedCodings, AreWholeOnlyIfAllOfThemAre) {
  const std::string inner = deflated("content", kGzipBits);
  const std::string cut = brotli(inner.substr(0, inner.size() - 1));
  const Codings codings = {ContentCoding::gzip, ContentCoding::brotli};
  EXPECT_EQ(decode(codings, cut).bytes, "content");
  EXPECT_FALSE(decode(codings, cut).is_whole);
  expect_corrupt(codings, brotli("no gzip, whatever the coding around it says"), "");
}

TEST(StackedCodings, AreNoMoreThanTheLimit) {
  std::string body = "content";
  for (int i = 0; i < 8; ++i) body = deflated(body, kGzipBits);
  expect_whole(Codings(8, ContentCoding::gzip), body, "content");
  EXPECT_EQ(BodyDecoder::make(Codings(9, ContentCoding::gzip), {}), nullptr);
}

TEST(DecodeLimits, EndABombOfEveryCodingAtTheOctet) {
  const std::string plain(2'000'000, '\0');
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    const std::string body = encode(coding, plain);
    for (const size_t piece : {size_t{1}, kWhole}) {
      const Decoded ended = decode({coding}, body, piece, {.most_bytes = 1'000'000});
      EXPECT_EQ(ended.state, DecodeState::too_large);
      EXPECT_FALSE(ended.is_whole);
      EXPECT_EQ(ended.bytes.size(), 1'000'000u);
      EXPECT_LE(ended.largest_call, kBuffer);
      EXPECT_EQ(decode({coding}, body, piece, {.most_bytes = 1'999'999}).state,
                DecodeState::too_large);
      EXPECT_TRUE(decode({coding}, body, piece, {.most_bytes = 2'000'000}).is_whole);
      EXPECT_TRUE(decode({coding}, body, piece, {.most_bytes = UINT64_MAX}).is_whole);
    }
  }
}

TEST(DecodeLimits, EndABombByItsRatio) {
  const std::string plain(2'000'000, '\0');
  const DecodeLimits limits{.most_ratio = 100, .ratio_from = 500'000};
  for (const ContentCoding coding : kAll) {
    SCOPED_TRACE(static_cast<int>(coding));
    for (const size_t piece : {size_t{1}, kWhole}) {
      const Decoded ended = decode({coding}, encode(coding, plain), piece, limits);
      EXPECT_EQ(ended.state, DecodeState::too_large);
      EXPECT_GT(ended.bytes.size(), limits.ratio_from);
      EXPECT_LE(ended.bytes.size(), limits.ratio_from + kBuffer);
    }
    EXPECT_TRUE(decode({coding}, encode(coding, plain.substr(0, 500'000)), 7, limits).is_whole);
    const std::string text = text_of(1'000'000);
    EXPECT_TRUE(decode({coding}, encode(coding, text), 700, limits).is_whole);
  }
}

TEST(DecodeLimits, HoldForABombInABomb) {
  const std::string inner = brotli(deflated(std::string(50'000'000, '\0'), kGzipBits));
  const Codings codings = {ContentCoding::gzip, ContentCoding::brotli};
  const DecodeLimits limits{.ratio_from = 1'000'000};
  EXPECT_EQ(decode(codings, inner, kWhole, limits).state, DecodeState::too_large);
  EXPECT_LE(decode(codings, inner, kWhole, limits).bytes.size(), limits.ratio_from + kBuffer);
}

TEST(DecodeLimits, HoldForWhatPassesBetweenCodings) {
  // All but a few octets of what the outer coding yields is ignored by the inner one.
  const std::string body = brotli(deflated("tiny", kGzipBits) + std::string(5'000'000, '\0'));
  const Codings codings = {ContentCoding::gzip, ContentCoding::brotli};
  EXPECT_TRUE(decode(codings, body).is_whole);
  for (const DecodeLimits& limits :
       {DecodeLimits{.most_bytes = 1'000'000}, DecodeLimits{.ratio_from = 1'000'000}}) {
    const Decoded ended = decode(codings, body, kWhole, limits);
    EXPECT_EQ(ended.state, DecodeState::too_large);
    EXPECT_EQ(ended.bytes, "tiny");
  }
}

}  // namespace
}  // namespace tcpflow
