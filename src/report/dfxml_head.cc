#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "report/dfxml_parts.h"
#include "report/xml_text.h"

namespace tcpflow {
namespace {

// Tools compare these lines; the odd line ends inside the metadata tag are those of 1.6.1.
constexpr std::string_view kOpening =
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<dfxml xmloutputversion='1.0'>\n"
    "  <metadata \n"
    "  xmlns='http://afflib.org/tcpflow/' \n"
    "  xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \n"
    "  xmlns:dc='http://purl.org/dc/elements/1.1/'>\n"
    "    <dc:type>Feature Extraction</dc:type>\n"
    "  </metadata>\n"
    "  <creator version='1.0'>\n";

// The account's name; its number where no entry exists for it, as in a container.
std::string user_name(uid_t user) {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  const int failed = ::getpwuid_r(user, &entry, space.data(), space.size(), &found);
  if (failed != 0 || found == nullptr) return std::to_string(user);
  return found->pw_name;
}

void write_build(XmlWriter& xml, const BuildFacts& build) {
  xml.open("build_environment");
  xml.element("compiler", build.compiler);
  xml.element("CPPFLAGS", build.cppflags);
  xml.element("CFLAGS", build.cflags);
  xml.element("CXXFLAGS", build.cxxflags);
  xml.element("LDFLAGS", build.ldflags);
  xml.element("LIBS", build.libs);
  xml.element("compilation_date", build.date);
  for (const auto& [name, version] : build.libraries) {
    std::string markup = "<library name=\"";
    markup.append(xml_escaped(name)).append("\" version=\"").append(xml_escaped(version));
    xml.line(markup.append("\"/>"));
  }
  xml.close("build_environment");
}

void write_execution(XmlWriter& xml, const StartFacts& facts) {
  utsname system{};
  ::uname(&system);
  const uid_t user = ::getuid();
  xml.open("execution_environment");
  xml.element("os_sysname", system.sysname);
  xml.element("os_release", system.release);
  xml.element("os_version", system.version);
  xml.element("host", system.nodename);
  xml.element("arch", system.machine);
  xml.element("command_line", shell_quoted(facts.command_line));
  xml.element("uid", user);
  xml.element("username", user_name(user));
  xml.element("start_time", iso_seconds(facts.start));
  xml.close("execution_environment");
}

// "2026-01-31T12:00:00" from the compiler's "Jan 31 2026" and "12:00:00".
std::string iso_date(std::string_view date, std::string_view time) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const size_t month = kMonths.find(date.substr(0, 3)) / 3 + 1;
  const int day = (date[4] == ' ' ? 0 : date[4] - '0') * 10 + (date[5] - '0');
  std::array<char, 48> month_and_day{};
  std::snprintf(month_and_day.data(), month_and_day.size(), "-%02zu-%02d", month, day);
  return std::string(date.substr(7, 4)) + month_and_day.data() + "T" + std::string(time);
}

}  // namespace

BuildFacts compiled_in() {
  BuildFacts build;
  build.compiler = __VERSION__;
  build.date = iso_date(__DATE__, __TIME__);
  return build;
}

std::string dfxml_head(const StartFacts& facts) {
  std::string text(kOpening);
  XmlWriter xml(text, 2);
  xml.element("program", "TCPFLOW");
  xml.element("version", facts.version);
  write_build(xml, facts.build);
  write_execution(xml, facts);
  xml.close("creator");
  xml.open("configuration");  // empty, and then a second one: so it was, and tools find it so
  xml.close("configuration");
  xml.element("tdelta", std::to_string(facts.tdelta));
  xml.open("configuration");
  return text;
}

}  // namespace tcpflow
