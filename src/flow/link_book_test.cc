#include "flow/link_book.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

LinkFacts link_from(uint16_t host) {
  LinkFacts link;
  link.source_mac.octets = {
      2, 0, 0, 0, static_cast<uint8_t>(host >> 8), static_cast<uint8_t>(host)};
  return link;
}

TEST(LinkBook, GivesTheSameLinkTheSameNumber) {
  LinkBook book;
  const LinkBook::Number first = book.use(link_from(1));
  const LinkBook::Number second = book.use(link_from(2));
  EXPECT_NE(first, second);
  EXPECT_EQ(book.use(link_from(1)), first);
  EXPECT_EQ(book.use(link_from(2)), second);
  EXPECT_EQ(book.size(), 2u);
  EXPECT_EQ(book[first], link_from(1));
}

TEST(LinkBook, KnowsEachOfManyLinks) {
  LinkBook book;
  std::vector<LinkBook::Number> numbers;
  for (uint16_t host = 0; host < 1000; ++host) numbers.push_back(book.use(link_from(host)));
  for (uint16_t host = 0; host < 1000; ++host) {
    EXPECT_EQ(book[numbers[host]], link_from(host));
    EXPECT_EQ(book.use(link_from(host)), numbers[host]);
  }
  EXPECT_EQ(book.size(), 1000u);
}

TEST(LinkBook, ForgetsALinkWithItsLastUser) {
  LinkBook book;
  const LinkBook::Number first = book.use(link_from(1));
  book.use(link_from(1));
  book.release(first);
  EXPECT_EQ(book.size(), 1u);
  book.release(first);
  EXPECT_EQ(book.size(), 0u);
  EXPECT_EQ(book.use(link_from(2)), first);  // its place is free
  EXPECT_EQ(book[first], link_from(2));
  EXPECT_NE(book.use(link_from(1)), first);
}

TEST(LinkBook, TellsLinksApartThatDifferInTheirVlansOnly) {
  LinkBook book;
  LinkFacts tagged = link_from(1);
  tagged.vlans.add(7);
  EXPECT_NE(book.use(link_from(1)), book.use(tagged));
}

}  // namespace
}  // namespace tcpflow
