#include "scan/http/multipart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tcpflow {
namespace {

struct Part {
  PartHeader header;
  uint64_t offset = 0;
  std::string content;
  bool is_over = false;
  bool is_whole = false;
};

// Remembers all parts, and the longest span that was handed over.
class Parts : public PartSink {
 public:
  void on_part_begin(const PartHeader& header, uint64_t offset) override {
    EXPECT_TRUE(all.empty() || all.back().is_over);
    all.push_back({header, offset, {}, false, false});
  }
  void on_part_bytes(Bytes bytes) override {
    ASSERT_FALSE(all.empty() || all.back().is_over || bytes.empty());
    all.back().content += as_text(bytes);
    longest = std::max(longest, bytes.size());
    last = bytes.data();
  }
  void on_part_end(bool is_whole) override {
    ASSERT_FALSE(all.empty() || all.back().is_over);
    all.back().is_over = true;
    all.back().is_whole = is_whole;
  }
  // Contents, in brackets; one that is not whole begins with '!'.
  std::string contents() const {
    std::string text;
    for (const Part& part : all) {
      EXPECT_TRUE(part.is_over);
      text.append(part.is_whole ? "" : "!").append("[").append(part.content).append("]");
    }
    return text;
  }

  std::vector<Part> all;
  size_t longest = 0;
  const uint8_t* last = nullptr;
};

void read_in_pieces(std::string_view body, size_t piece, Parts& parts,
                    const MultipartLimits& limits = {}) {
  MultipartReader reader("b", limits);
  ASSERT_TRUE(reader.is_good());
  for (size_t at = 0; at < body.size(); at += piece)
    reader.add(as_bytes(body.substr(at, piece)), parts);
  reader.finish(parts);
}

Parts read(std::string_view body, const MultipartLimits& limits = {}) {
  Parts parts;
  read_in_pieces(body, std::max<size_t>(body.size(), 1), parts, limits);
  return parts;
}

// What the body comes to, in pieces of every size.
std::string contents_of(std::string_view body) {
  const std::string at_once = read(body).contents();
  for (size_t piece = 1; piece < body.size(); ++piece) {
    Parts parts;
    read_in_pieces(body, piece, parts);
    EXPECT_EQ(parts.contents(), at_once) << "in pieces of " << piece;
  }
  return at_once;
}

TEST(Multipart, TellsThePartsOfAForm) {
  const std::string_view body =
      "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHello\r\n"
      "--b\r\ncontent-disposition:form-data; name=\"f\"; filename=\"x y.pdf\"\r\n"
      "CONTENT-TYPE: application/pdf \r\nContent-Transfer-Encoding: "
      "binary\r\n\r\n%PDF\r\n--b--\r\n";
  const Parts parts = read(body);
  ASSERT_EQ(parts.all.size(), 2U);
  EXPECT_EQ(parts.all[0].header.name, "title");
  EXPECT_EQ(parts.all[0].header.file_name, "");
  EXPECT_EQ(parts.all[0].content, "Hello");
  EXPECT_EQ(parts.all[0].offset, body.find("Hello"));
  EXPECT_EQ(parts.all[1].header.name, "f");
  EXPECT_EQ(parts.all[1].header.file_name, "x y.pdf");
  EXPECT_EQ(parts.all[1].header.content_type, "application/pdf");
  EXPECT_EQ(parts.all[1].header.transfer_encoding, "binary");
  EXPECT_EQ(parts.all[1].offset, body.find("%PDF"));
  EXPECT_EQ(contents_of(body), "[Hello][%PDF]");
}

TEST(Multipart, LeavesOutPreambleAndEpilogue) {
  EXPECT_EQ(
      contents_of("pre\r\n--bad\r\n--b\r\n\r\nx\r\n--b--\r\nepi\r\n--b\r\n\r\ny\r\n--b--\r\n"),
      "[x]");
  EXPECT_EQ(contents_of("\r\n\r\n--b\r\n\r\nx\r\n--b--"), "[x]");
  EXPECT_EQ(contents_of("pre --b\r\n\r\nx\r\n--b--"), "");
}

TEST(Multipart, TakesLinesThatEndWithALineFeedAlone) {
  EXPECT_EQ(contents_of("--b\nA: b\n\nx\r\n\r\n--b\n\ny\n--b--\n"), "[x\r\n][y]");
  EXPECT_EQ(contents_of("--b\n\nx\r\r\n--b\r\n\n\r\n--b--\n"), "[x\r][]");
}

TEST(Multipart, TakesBlanksBehindADelimiter) {
  EXPECT_EQ(contents_of("--b \t\r\n\r\nx\r\n--b-- \t \r\n--b\r\n\r\n"), "[x]");
  const std::string most(DelimiterLine::kMostPadding, ' ');
  EXPECT_EQ(read("--b\n\nx\n--b" + most + "\n\ny\n--b--").contents(), "[x][y]");
  EXPECT_EQ(read("--b\n\nx\n--b" + most + " \n\ny\n--b--").contents(),
            "[x\n--b" + most + " \n\ny]");
}

TEST(Multipart, TakesForContentWhatOnlyResemblesADelimiter) {
  for (const std::string odd :
       {"--bX",   "--b-",   "--b-X",    "--b--X", "--b---", "--b--\r\r", "--b X",
        "--b\rX", "--b- -", "--b -",    "-- b",   "--",     "-b",        "---b",
        " --b",   "--B",    "--b \r\r", "\r",     "\n\r",   "--b-\r"})
    EXPECT_EQ(contents_of("--b\r\n\r\n" + odd + "\r\n" + odd + "\n\r\n--b--\r\n"),
              "[" + odd + "\r\n" + odd + "\n]")
        << odd;
}

TEST(Multipart, FindsTheDelimiterBehindWhatResemblesOne) {
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--\r\n--b\r\r\n--b--"), "[x\r\n--\r\n--b\r]");
  EXPECT_EQ(contents_of("--b\r\n\r\n\r\n\r\n--b--"), "[\r\n]");
  EXPECT_EQ(contents_of("--b\r\n\r\n\r\n\r\n\r\n--b--"), "[\r\n\r\n]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\r\n--b--"), "[x\r]");
}

TEST(Multipart, TakesAnotherMultipartForContent) {
  EXPECT_EQ(contents_of("--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n"
                        "--bb\r\n\r\nx\r\n--bb--\r\n--b--"),
            "[--bb\r\n\r\nx\r\n--bb--]");
}

TEST(Multipart, TellsOfEmptyParts) {
  EXPECT_EQ(contents_of("--b\r\n\r\n--b\r\n\r\n\r\n--b\r\nA: b\r\n\r\n--b--"), "[][][]");
}

TEST(Multipart, TakesADelimiterWithinAHeaderForItsEnd) {
  const std::string_view body = "--b\r\nContent-Type: a/b\r\n--b\r\n--b--\r\n";
  EXPECT_EQ(contents_of(body), "[][]");
  const Parts parts = read(body);
  EXPECT_EQ(parts.all[0].header.content_type, "a/b");
  EXPECT_EQ(parts.all[0].offset, body.find("--b\r\n--b--"));
  EXPECT_EQ(parts.all[1].header.content_type, "");
}

TEST(Multipart, SaysThatAPartIsNotWhole) {
  EXPECT_EQ(contents_of("--b\r\n\r\nx"), "![x]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r"), "![x\r]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--"), "![x\r\n--]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--b-"), "![x\r\n--b-]");
  EXPECT_EQ(contents_of("--b\r\n\r\n"), "![]");
}

TEST(Multipart, TakesTheEndOfTheBodyForTheEndOfALine) {
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--b--"), "[x]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--b-- \r"), "[x]");
  EXPECT_EQ(contents_of("--b\r\n\r\nx\r\n--b"), "[x]");
  EXPECT_EQ(contents_of("--b\r\nA: b\r\n--b--"), "[]");
}

TEST(Multipart, DoesNotTellOfAPartWhoseHeaderIsNotOver) {
  EXPECT_EQ(contents_of("--b\r\n"), "");
  EXPECT_EQ(contents_of("--b\r\nContent-Type: a/b\r\n\r"), "");
  EXPECT_EQ(contents_of("--b--"), "");
  EXPECT_EQ(contents_of(""), "");
}

TEST(Multipart, ReadsNoMoreOfAHeaderThanItsLimit) {
  const std::string lines = "A: b\r\nContent-Type: " + std::string(100, 'x') + "\r\n";
  for (const size_t piece : {1U, 7U, 1000U}) {
    Parts parts;
    const std::string body = "--b\r\n" + lines +
                             "Content-Disposition: x; name=y\r\n-\r\n\r\nz\r\n--b\r\n" + lines +
                             "--b--";
    read_in_pieces(body, piece, parts, {.header_octets = 30});
    EXPECT_EQ(parts.contents(), "[z][]");
    EXPECT_EQ(parts.all[0].header.content_type, std::string(10, 'x'));
    EXPECT_EQ(parts.all[0].header.name, "");
    EXPECT_EQ(parts.all[1].header.content_type, std::string(10, 'x'));
  }
}

TEST(Multipart, KeepsOneKibibyteOfAHeaderField) {
  const Parts parts = read("--b\r\nContent-Disposition: form-data; name=" + std::string(3000, 'n') +
                           "; filename=" + std::string(3000, 'f') +
                           "\r\nContent-Type: " + std::string(3000, 't') + "\r\n\r\n--b--");
  ASSERT_EQ(parts.all.size(), 1U);
  EXPECT_EQ(parts.all[0].header.name, std::string(1024, 'n'));
  EXPECT_EQ(parts.all[0].header.file_name, std::string(1024, 'f'));
  EXPECT_EQ(parts.all[0].header.content_type, std::string(1024, 't'));
}

TEST(Multipart, StopsAtTheLimitOfParts) {
  MultipartReader reader("b", {.parts = 3});
  Parts parts;
  for (int i = 0; i < 1000000; ++i) reader.add(as_bytes("--b\r\n\r\n"), parts);
  EXPECT_TRUE(reader.is_cut());
  reader.finish(parts);
  EXPECT_EQ(parts.contents(), "[][][]");
}

TEST(Multipart, IsNotCutIfThereAreJustAsManyParts) {
  MultipartReader reader("b", {.parts = 2});
  Parts parts;
  reader.add(as_bytes("--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n--b\r\n"), parts);
  reader.finish(parts);
  EXPECT_FALSE(reader.is_cut());
  EXPECT_EQ(parts.contents(), "[x][y]");
}

TEST(Multipart, TellsOfAMillionPartsIfItMay) {
  class Count : public PartSink {
   public:
    void on_part_begin(const PartHeader&, uint64_t) override { ++begun; }
    void on_part_bytes(Bytes) override {}
    void on_part_end(bool is_whole) override { whole += is_whole; }
    size_t begun = 0;
    size_t whole = 0;
  };
  std::string body;
  for (int i = 0; i < 1000000; ++i) body += "--b\n\n";
  MultipartReader reader("b", {.parts = 1000000});
  Count count;
  reader.add(as_bytes(body), count);
  reader.finish(count);
  EXPECT_EQ(count.begun, 1000000U);
  EXPECT_EQ(count.whole, 999999U);
  EXPECT_FALSE(reader.is_cut());
}

TEST(Multipart, HandsContentOnWithoutACopy) {
  MultipartReader reader("b", {});
  Parts parts;
  reader.add(as_bytes("--b\r\n\r\n"), parts);
  const std::string piece = "x\r\n--\r\n--bX\n\n\n--b \r\r" + std::string(100000, 'y');
  reader.add(as_bytes(piece), parts);
  EXPECT_EQ(parts.longest, piece.size());
  EXPECT_EQ(parts.last, as_bytes(piece).data());
}

TEST(Multipart, TakesNoBoundaryThatIsEmptyOrTooLongOrNoLine) {
  Parts parts;
  for (const std::string& bad : {std::string(), std::string(201, 'b'), std::string("a\nb")}) {
    MultipartReader reader(bad, {});
    EXPECT_FALSE(reader.is_good());
    reader.add(as_bytes("--" + bad + "\r\n\r\nx\r\n--" + bad + "--"), parts);
    reader.finish(parts);
  }
  EXPECT_EQ(parts.contents(), "");
}

TEST(Multipart, TakesABoundaryOf200Octets) {
  const std::string boundary(200, '-');
  const std::string body =
      "--" + boundary + "\n\nx\n--" + boundary.substr(1) + "\n--" + boundary + "--";
  for (const size_t piece : {1U, 199U, 1000U}) {
    MultipartReader reader(boundary, {});
    Parts parts;
    for (size_t at = 0; at < body.size(); at += piece)
      reader.add(as_bytes(std::string_view(body).substr(at, piece)), parts);
    reader.finish(parts);
    EXPECT_EQ(parts.contents(), "[x\n--" + boundary.substr(1) + "]");
  }
}

TEST(PartHeader, UnfoldsLinesAndCountsTheFirstOfRepeatedFields) {
  const PartHeader header = parse_part_header(
      "Content-Disposition: form-data;\r\n name=\"a\";\n\tfilename=b\r\nno colon\r\n"
      "Content-Type : text/plain\r\nContent-Type: text/html\r\n: x");
  EXPECT_EQ(header.name, "a");
  EXPECT_EQ(header.file_name, "b");
  EXPECT_EQ(header.content_type, "text/plain");
  EXPECT_EQ(header.transfer_encoding, "");
}

}  // namespace
}  // namespace tcpflow
