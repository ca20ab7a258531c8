#include "scan/http/octet_room.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "scan/http/http_body.h"
#include "scan/http/test_encodings.h"

namespace tcpflow {
namespace {

constexpr std::array<ContentCoding, 4> kAll = {ContentCoding::gzip, ContentCoding::deflate,
                                               ContentCoding::brotli, ContentCoding::zstd};

class Nowhere : public DecodedSink {
 public:
  void on_decoded(Bytes) override {}
};

// So large that a window is filled.
const std::string& plain() {
  static const std::string text(size_t{300} << 10, 'p');
  return text;
}

struct Body {
  explicit Body(size_t room) { shared.room.most = room; }
  ObjectRecord read(ContentCoding coding, const std::string& packed) {
    HttpObjectList list(shared);
    BodyForm form;
    form.codings = {coding};
    HttpBody body({shared, list, nullptr, Direction::responder}, form, {});
    body.add(as_bytes(packed), 0, {});
    body.end(ObjectEnd::complete);
    return list.take().objects.at(0);
  }
  HttpShared shared;
};

TEST(OctetRoom, IsTakenWhileABodyIsUnpackedAndGivenBack) {
  for (const ContentCoding coding : kAll) {
    OctetRoom room;
    auto decoder = BodyDecoder::make({&coding, 1}, {}, &room);
    EXPECT_EQ(room.held, 0U) << "nothing before the first octet";
    Nowhere sink;
    const std::string packed = testing::encode(coding, plain());
    EXPECT_EQ(decoder->add(as_bytes(packed).first(packed.size() - 1), sink), DecodeState::more);
    EXPECT_GT(room.held, size_t{30} << 10);
    decoder.reset();
    EXPECT_EQ(room.held, 0U);
  }
}

TEST(OctetRoom, OfWhichThereIsNoneStopsEveryCoding) {
  for (const ContentCoding coding : kAll) {
    OctetRoom room{1000};
    const auto decoder = BodyDecoder::make({&coding, 1}, {}, &room);
    Nowhere sink;
    EXPECT_EQ(decoder->add(as_bytes(testing::encode(coding, plain())), sink), DecodeState::no_room);
    EXPECT_EQ(decoder->bytes_out(), 0U);
    EXPECT_LE(room.held, 1000U);
  }
}

TEST(OctetRoom, OfWhichThereIsNoneLeavesABodyPackedAndSaysSo) {
  for (const ContentCoding coding : kAll) {
    Body body(1000);
    const std::string packed = testing::encode(coding, plain());
    const ObjectRecord object = body.read(coding, packed);
    EXPECT_EQ(object.end, ObjectEnd::limit);
    EXPECT_EQ(object.size, packed.size());
    EXPECT_EQ(body.shared.counters.no_room, 1U);
    EXPECT_EQ(body.shared.room.held, 0U);
  }
}

TEST(OctetRoom, SufficesForTheNextBodyWhenOneIsOver) {
  for (const ContentCoding coding : kAll) {
    Body body(size_t{20} << 20);
    for (int i = 0; i < 40; ++i) {
      const ObjectRecord object = body.read(coding, testing::encode(coding, plain()));
      EXPECT_EQ(object.end, ObjectEnd::complete);
      EXPECT_EQ(object.size, plain().size());
    }
    EXPECT_EQ(body.shared.counters.objects[0], 40U);
    EXPECT_EQ(body.shared.counters.no_room, 0U);
  }
}

TEST(OctetRoom, KeepsWhatIsNoCodingAtAllAlsoInOneLargePiece) {
  Body body(SIZE_MAX);
  const std::string text(10'000, 't');
  const ObjectRecord object = body.read(ContentCoding::gzip, text);
  EXPECT_EQ(object.end, ObjectEnd::coding);
  EXPECT_EQ(object.size, text.size());
}

HttpRequest request_of(size_t octets) {
  HttpRequest request;
  request.target.assign(octets, '/');
  return request;
}

TEST(RequestRoom, IsSharedAndGivenBack) {
  const HttpLimits limits;
  RequestRoom room{10'000};
  {
    RequestQueue one(limits, room);
    RequestQueue other(limits, room);
    const auto add = [](RequestQueue& queue) {
      HttpRequest request = request_of(2000);
      queue.add(request, {}, true);
    };
    for (int i = 0; i < 3; ++i) add(one);
    add(other);
    EXPECT_EQ(room.lost, 0U);
    add(other);
    EXPECT_EQ(room.lost, 1U);
    one.done({});
    one.forget();
    EXPECT_LT(room.held, 4000U);
    EXPECT_EQ(other.next()->target.size(), 2000U);
  }
  EXPECT_EQ(room.held, 0U);
}

}  // namespace
}  // namespace tcpflow
