#include "app/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "app/options_test_support.h"

namespace tcpflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using test::error_of;
using test::options_of;
using test::parse;
using test::parse_line;

TEST(Options, HaveDefaultsThatNeedNoOption) {
  const Options options = options_of("");
  EXPECT_EQ(options.action, Action::run);
  EXPECT_TRUE(options.input.is_live());
  EXPECT_TRUE(options.input.is_promiscuous);
  EXPECT_EQ(options.flow.max_jump, 16777216);
  EXPECT_EQ(options.flow.tcp_timeout, 0);
  EXPECT_EQ(options.file.folder, ".");
  EXPECT_FALSE(options.file.byte_limit);
  EXPECT_EQ(options.hook.tcp_alert_fd, -1);
  EXPECT_EQ(options.debug, 1);
  EXPECT_TRUE(options.scanners.is_on("tcpdemux"));
  EXPECT_EQ(report_path(options), "./report.xml");
  EXPECT_THAT(options.warnings, IsEmpty());
}

struct Case {
  const char* line;
  std::function<bool(const Options&)> holds;
};

// Each line must parse and make its claim true.
void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_TRUE(each.holds(options_of(each.line))) << each.line;
}

TEST(Options, TellWhereToReadFrom) {
  check({
      {"-i eth0", [](const Options& o) { return o.input.interface == "eth0"; }},
      {"-i a -i b", [](const Options& o) { return o.input.interface == "b"; }},
      {"-p", [](const Options& o) { return !o.input.is_promiscuous; }},
      {"--snaplen 96", [](const Options& o) { return o.input.snap_length == 96; }},
      {"--snaplen=65535", [](const Options& o) { return o.input.snap_length == 65535; }},
      {"--buffer-size 4096", [](const Options& o) { return o.input.kernel_buffer_kib == 4096u; }},
      {"--list-interfaces", [](const Options& o) { return o.action == Action::list_interfaces; }},
      {"-S packet-buffer-timeout=500",
       [](const Options& o) { return o.input.read_timeout == std::chrono::milliseconds(500); }},
      {"-w u.pcap -r -", [](const Options& o) { return o.file.unused_packets == "u.pcap"; }},
      {"-w u.pcap -i lo", [](const Options& o) { return o.file.unused_packets == "u.pcap"; }},
  });
}

TEST(Options, KeepInputsInOrder) {
  const Options options = options_of("-r a -l d -R x -r b e -R y --read c");
  EXPECT_THAT(options.input.files, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(options.input.finish_files, ElementsAre("x", "y"));
  EXPECT_EQ(options.input.filter, "");
  EXPECT_FALSE(options.input.is_live());
}

TEST(Options, TakeOperandsAsAFilterWhereverTheyStand) {
  EXPECT_EQ(options_of("port 41000 -r a").input.filter, "port 41000");
  EXPECT_EQ(options_of("-r a src port 1 -c or dst port 2").input.filter,
            "src port 1 or dst port 2");
  EXPECT_EQ(options_of("-r a -- -x").input.filter, "-x");
}

TEST(Options, TellHowToWriteFiles) {
  check({
      {"-o out", [](const Options& o) { return o.file.folder == "out"; }},
      {"-oout/", [](const Options& o) { return o.file.folder == "out/"; }},
      {"-b 12", [](const Options& o) { return o.file.byte_limit == 12u; }},
      {"-b0", [](const Options& o) { return o.file.byte_limit == 0u; }},
      {"-b -1", [](const Options& o) { return !o.file.byte_limit; }},
      {"-b 5 -b -1", [](const Options& o) { return !o.file.byte_limit; }},
      {"-b 5000000000", [](const Options& o) { return o.file.byte_limit == 5000000000u; }},
      {"-f 1", [](const Options& o) { return o.file.max_open == 1u; }},
      {"-I", [](const Options& o) { return o.file.write_index; }},
      {"-K", [](const Options& o) { return o.file.write_captures; }},
      {"-FX", [](const Options& o) { return o.file.store_nothing; }},
      {"-FXM", [](const Options& o) { return o.scanners.is_on("md5"); }},
      {"-m 9", [](const Options& o) { return o.flow.max_jump == 9; }},
      {"-m 5000000000", [](const Options& o) { return o.flow.max_jump == 5000000000; }},
      {"-m -1", [](const Options& o) { return o.flow.max_jump == -1; }},
      {"-S tdelta=-100", [](const Options& o) { return o.flow.tdelta == -100; }},
      {"-S tcp_timeout=10", [](const Options& o) { return o.flow.tcp_timeout == 10; }},
      {"", [](const Options& o) { return o.decode.open_tunnels && o.decode.check_fcs; }},
      {"--no-tunnels", [](const Options& o) { return !o.decode.open_tunnels; }},
      {"--merge-vlans", [](const Options& o) { return o.flow.merge_vlans; }},
      {"--strict", [](const Options& o) { return o.flow.strict; }},
      {"--max-flows 7", [](const Options& o) { return o.limits.flow.flows == 7; }},
      {"--max-half-open 7", [](const Options& o) { return o.limits.flow.half_open == 7; }},
      {"--max-vlans 7", [](const Options& o) { return o.limits.flow.vlans_per_key == 7; }},
      {"--keep-alternatives --max-alternatives 2M",
       [](const Options& o) { return o.limits.stream.delivered_windows_total == 2u << 20; }},
      {"--max-idle 7", [](const Options& o) { return o.flow.max_idle == 7; }},
      {"--max-lifetime 0", [](const Options& o) { return o.flow.max_lifetime == 0; }},
      {"", [](const Options& o) { return !o.flow.udp && o.flow.udp_idle == 60; }},
      {"--udp --udp-idle 5", [](const Options& o) { return o.flow.udp && o.flow.udp_idle == 5; }},
      {"--udp --max-udp 7", [](const Options& o) { return o.limits.flow.udp_conversations == 7; }},
      {"--udp --udp-idle=0", [](const Options& o) { return o.flow.udp && o.flow.udp_idle == 0; }},
      {"-S check_fcs=NO", [](const Options& o) { return !o.decode.check_fcs; }},
      {"-S check_fcs=0", [](const Options& o) { return !o.decode.check_fcs; }},
      {"-S check_fcs=false", [](const Options& o) { return !o.decode.check_fcs; }},
      {"-S check_fcs=YES", [](const Options& o) { return o.decode.check_fcs; }},
  });
}

TEST(Options, SetLimits) {
  check({
      {"-e md5 --max-scan 2M", [](const Options& o) { return o.limits.scan.per_half == 2u << 20; }},
      {"", [](const Options& o) { return o.limits.scan.per_half == UINT64_MAX; }},
      {"--max-held 1G", [](const Options& o) { return o.limits.stream.held_total == 1u << 30; }},
      {"--max-held-per-half=500k",
       [](const Options& o) { return o.limits.stream.held_per_half == 500u << 10; }},
      {"--max-fragments 3", [](const Options& o) { return o.limits.fragments.datagrams == 3; }},
      {"--max-fragment-bytes 1M",
       [](const Options& o) { return o.limits.fragments.bytes == 1u << 20; }},
      {"", [](const Options& o) { return o.limits.stream.held_total == size_t{256} << 20; }},
  });
}

TEST(Options, TellHowGapsShow) {
  check({
      {"", [](const Options& o) { return !o.gap; }},
      {"--gap zero", [](const Options& o) { return o.gap == GapForm::zero; }},
      {"--gap=skip", [](const Options& o) { return o.gap == GapForm::skip; }},
      {"--gap zero --gap mark", [](const Options& o) { return o.gap == GapForm::mark; }},
  });
}

TEST(Options, PutAllFilesIntoOne) {
  const Options options = options_of("--archive dir/x.tar.zst -o out -I -b 5 -Fk");
  EXPECT_EQ(options.file.archive, "dir/x.tar.zst");
  EXPECT_EQ(report_path(options), "out/report.xml");
  EXPECT_THAT(options.warnings, IsEmpty());
  const Result<NameTemplate> names = name_template(options.file);
  ASSERT_TRUE(names);
  std::string name;
  names->expand({}, 0, 0, name);
  EXPECT_TRUE(name.starts_with("000/")) << name;  // and not with the output folder
  EXPECT_THAT(options_of("--archive - -f 3").warnings, Contains(HasSubstr("-f has no effect")));
}

TEST(Options, RefuseWhatMakesNoSenseWithAnArchive) {
  EXPECT_THAT(error_of("--archive x.rar"), HasSubstr(".zip, .tar or .tar.zst"));
  EXPECT_EQ(error_of("--archive="), "--archive needs the name of a file");
  for (const char* other :
       {"-c", "-C", "-K", "-FX", "-x tcpdemux", "-S tcp_cmd=true", "-S tcp_alert_fd=3",
        "-S http_cmd=true", "-S http_alert_fd=3", "-FXM"}) {
    const std::string line = std::string("--archive x.zip ").append(other);
    EXPECT_THAT(error_of(line), HasSubstr("--archive stores streams, and ")) << other;
  }
  EXPECT_EQ(error_of("--archive - -w -"), "--archive and -w cannot both be -");
}

TEST(Options, TellWhetherThereIsASummary) {
  const auto shown = [](const char* line, bool terminal) {
    return shows_summary(options_of(line), terminal);
  };
  for (const char* line : {"", "-K", "-FX -K"}) {
    EXPECT_TRUE(shown(line, true)) << line;
    EXPECT_FALSE(shown(line, false)) << line;
  }
  for (const char* line : {"-c", "-C", "-FX", "-d 0", "-q", "-q --summary"}) {
    EXPECT_FALSE(shown(line, true)) << line;
  }
  for (const char* line : {"--summary", "-c --summary", "-d 0 --summary", "-FX --summary"}) {
    EXPECT_TRUE(shown(line, false)) << line;
  }
}

TEST(Options, TellWhenToShowProgress) {
  using When = ProgressWhen;
  check({
      {"", [](const Options& o) { return o.progress == When::automatic; }},
      {"--progress always", [](const Options& o) { return o.progress == When::always; }},
      {"--progress=never", [](const Options& o) { return o.progress == When::never; }},
      {"--progress never --progress auto",
       [](const Options& o) { return o.progress == When::automatic; }},
  });
}

TEST(Options, KeepNamesInOrder) {
  const Options options = options_of("-T x%c -Ftk --template=y -F X -Fz");
  std::string names;
  for (const NameOption& name : options.file.names) names += name.kind + name.text + " ";
  EXPECT_EQ(names, "Tx%c Ft Fk Ty ");
  EXPECT_THAT(options.warnings, ElementsAre("-F has no letter 'z'; it is ignored"));
}

TEST(Options, TellWhatToPrint) {
  check({
      {"-c", [](const Options& o) { return o.console.is_on && !o.console.no_label; }},
      {"-C -c", [](const Options& o) { return o.console.is_on && o.console.no_label; }},
      {"-cB", [](const Options& o) { return o.console.raw; }},
      {"-c -s -B", [](const Options& o) { return o.console.raw; }},
      {"-cDJ", [](const Options& o) { return o.console.hex_dump && o.console.json; }},
      {"-C0g", [](const Options& o) { return o.console.no_newline && o.console.colour; }},
      {"-c -L sem", [](const Options& o) { return o.console.lock == "sem"; }},
      {"-v", [](const Options& o) { return o.debug == 10; }},
      {"-v -d 2", [](const Options& o) { return o.debug == 2; }},
      {"-d0 -q", [](const Options& o) { return o.debug == 0 && o.quiet; }},
      {"-d -5", [](const Options& o) { return o.debug == 1 && o.warnings.size() == 1; }},
      {"-S debug-prefix=x=y", [](const Options& o) { return o.prefix == "x=y"; }},
      {"-S tcp_cmd=a=b=c", [](const Options& o) { return o.hook.tcp_command == "a=b=c"; }},
      {"-S tcp_alert_fd=1", [](const Options& o) { return o.hook.tcp_alert_fd == 1; }},
      {"-U bob -z /jail",
       [](const Options& o) { return o.user == "bob" && o.new_root == "/jail"; }},
  });
}

TEST(Options, ExecuteScannerSwitchesInOrder) {
  check({
      {"-e md5", [](const Options& o) { return o.scanners.is_on("md5"); }},
      {"-FM", [](const Options& o) { return o.scanners.is_on("md5"); }},
      {"-FM -x md5", [](const Options& o) { return !o.scanners.is_on("md5"); }},
      {"-a -E tcpdemux", [](const Options& o) { return !o.scanners.is_on("md5"); }},
      {"-E md5", [](const Options& o) { return o.scanners.is_on("tcpdemux"); }},
      {"-a -x netviz -x wifiviz -FM", [](const Options& o) { return o.scanners.is_on("md5"); }},
      {"-x tcpdemux", [](const Options& o) { return !o.scanners.is_on("tcpdemux"); }},
  });
}

TEST(Options, KnowWhereTheReportGoes) {
  EXPECT_EQ(report_path(options_of("-o out")), "out/report.xml");
  EXPECT_EQ(report_path(options_of("-o out -X foo.xml")), "foo.xml");
  EXPECT_EQ(report_path(options_of("-U u -z /jail -o out")), "/jail/out/report.xml");
  EXPECT_EQ(report_path(options_of("-c")), std::nullopt);
  EXPECT_EQ(report_path(options_of("-C -X foo.xml")), "foo.xml");
  EXPECT_EQ(report_path(options_of("-c -S enable_report=YES")), "./report.xml");
  EXPECT_EQ(report_path(options_of("-S enable_report=NO -X foo.xml")), std::nullopt);
  EXPECT_EQ(report_path(options_of("-S enable_report=true")), "./report.xml");
  EXPECT_EQ(report_path(options_of("-S enable_report=0")), std::nullopt);
  EXPECT_EQ(report_path(options_of("-S enable_report=off")), std::nullopt) << "as in 1.6.1";
}

TEST(Options, ChooseOneOfTheTextsToPrint) {
  check({
      {"-h", [](const Options& o) { return o.action == Action::help; }},
      {"--help", [](const Options& o) { return o.action == Action::help; }},
      {"--he", [](const Options& o) { return o.action == Action::help; }},
      {"-hh", [](const Options& o) { return o.action == Action::more_help; }},
      {"-h -H", [](const Options& o) { return o.action == Action::scanner_help; }},
      {"-H -h", [](const Options& o) { return o.action == Action::scanner_help; }},
      {"-V", [](const Options& o) { return o.action == Action::version; }},
      {"--vers", [](const Options& o) { return o.action == Action::version; }},
      {"-V --nonsense", [](const Options& o) { return o.action == Action::version; }},
  });
}

TEST(Options, KeepTheOldLongNamesAndTheirPrefixes) {
  check({
      {"--verbose", [](const Options& o) { return o.debug == 10; }},
      {"--verb", [](const Options& o) { return o.debug == 10; }},
      {"--relinquish-privileges=bob", [](const Options& o) { return o.user == "bob"; }},
      {"--rel bob --chr /x", [](const Options& o) { return o.new_root == "/x"; }},
  });
}

TEST(Options, KeepTheCommandLineAsItWasTyped) {
  EXPECT_THAT(options_of("port 80 -r a").command_line,
              ElementsAre("tcpflow", "port", "80", "-r", "a"));
}

TEST(Options, SayWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"-Q", "unknown option -Q"},
      {"-P", "unknown option -P"},
      {"-cQ", "unknown option -Q"},
      {"--nonsense=3", "unknown option --nonsense"},
      {"--ver", "--ver can mean --verbose, --version"},
      {"--help=3", "--help takes no argument"},
      {"--list-interfaces=3", "--list-interfaces takes no argument"},
      {"-r", "-r needs an argument"},
      {"-cb", "-b needs an argument"},
      {"--read", "--read needs an argument"},
      {"--snaplen", "--snaplen needs an argument"},
      {"-b abc", "-b needs a number, not 'abc'"},
      {"-b 12k", "-b needs a number, not '12k'"},
      {"-b -x", "-b needs a number, not '-x'"},
      {"-b 99999999999999999999",
       "-b must be from 0 to 18446744073709551615, not 99999999999999999999"},
      {"-f 0", "-f must be from 1 to 2147483647, not 0"},
      {"-d x", "-d needs a number, not 'x'"},
      {"--snaplen 0", "--snaplen must be from 1 to 67108864, not 0"},
      {"--gap hole", "--gap takes zero, skip or mark, not 'hole'"},
      {"--max-held 1.5G", "--max-held needs a size such as 500k, 64M or 2G, not '1.5G'"},
      {"--max-held-per-half 0", "--max-held-per-half must be at least 1"},
      {"--max-fragments 0", "--max-fragments must be from 1 to 18446744073709551615, not 0"},
      {"--max-fragments 4k", "--max-fragments needs a number, not '4k'"},
      {"--max-fr", "--max-fr can mean --max-fragments, --max-fragment-bytes"},
      {"--udp-idle -1", "--udp-idle must be from 0 to 2147483647, not -1"},
      {"-e md5 --max-scan 0", "--max-scan must be at least 1"},
      {"--max-vlans 0", "--max-vlans must be from 1 to 4294967296, not 0"},
      {"--max-alternatives 1x",
       "--max-alternatives needs a size such as 500k, 64M or 2G, not '1x'"},
      {"--max-udp 0", "--max-udp must be from 1 to 4294967296, not 0"},
      {"--udp-idle 1m", "--udp-idle needs a number, not '1m'"},
      {"-S foo", "-S needs NAME=VALUE, not 'foo'"},
      {"-S foo=", "-S needs NAME=VALUE, not 'foo='"},
      {"-S check_fcs=maybe", "-S check_fcs needs YES or NO, not 'maybe'"},
      {"-S check_fcs=on", "-S check_fcs needs YES or NO, not 'on'"},
      {"-S tcp_timeout=x", "-S tcp_timeout needs a number, not 'x'"},
      {"-S tcp_timeout=-1", "-S tcp_timeout must be from 0 to 4294967296, not -1"},
      {"--progress yes", "--progress takes auto, always or never, not 'yes'"},
      {"-e nosuch", "Invalid scanner name 'nosuch'"},
      {"-e netviz", "scanner 'netviz' is not in this version yet"},
      {"-e http -S http_alert_fd=x", "-S http_alert_fd needs a number, not 'x'"},
      {"-z /tmp", "-z needs -U"},
      {"-w u -R a", "-w needs an input of -r or -l, or a live capture"},
      {"-FX -e md5", "-a and -e read what is stored, and -FX stores nothing"},
      {"-l", "-l needs the names of capture files"},
      {"-T a%q", "invalid file name template 'a%q%C%c': unknown directive %q"},
      {"-T dir/ -r a", "invalid file name template 'dir/%C%c': it gives no file name"},
  };
  for (const auto& [line, message] : cases) EXPECT_EQ(error_of(line), message) << line;
  const auto nameless = parse({"-o", ""});
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().message, "-o needs the name of a folder");
}

TEST(Options, WarnOfWhatHasNoEffect) {
  const std::pair<const char*, const char*> cases[] = {
      {"-S nosuch=1", "-S nosuch has no effect: no such parameter"},
      {"-A x", "-A is deprecated and ignored; use -a or -e"},
      {"-r a -i lo", "-i has no effect where capture files are read"},
      {"-J", "-J has no effect without -c or -C"},
      {"-Z", "-Z has no effect without the scanner http: add -e http"},
      {"--http-names -e md5", "--http-names has no effect without the scanner http: add -e http"},
      {"-S http_cmd=x", "-S http_cmd has no effect without the scanner http: add -e http"},
      {"-S http_alert_fd=2",
       "-S http_alert_fd has no effect without the scanner http: add -e http"},
      {"-c -a -Z", "-Z has no effect with -c or -C: there are no files"},
      {"-c -e http",
       "-e http has no effect with -c or -C, which store no bodies: add -X FILE for "
       "a report of them"},
      {"-K -I", "-I has no effect with -K: there are no streams"},
      {"--udp-idle 5", "--udp-idle has no effect without --udp"},
      {"--max-scan 5",
       "--max-scan has no effect without a scanner that reads streams: add -e md5 or -e http"},
      {"--max-udp 5", "--max-udp has no effect without --udp"},
      {"--max-alternatives 5M", "--max-alternatives has no effect without --keep-alternatives"},
      {"--merge-vlans --max-vlans 5", "--max-vlans has no effect with --merge-vlans"},
      {"-K --udp --max-udp 5", "--max-udp has no effect with -K: there are no streams"},
      {"-K --udp --udp-idle 5", "--udp-idle has no effect with -K: there are no streams"},
      {"-x tcpdemux --udp", "--udp has no effect with -x tcpdemux: there are no streams"},
      {"-K -S tcp_cmd=x", "-S tcp_cmd has no effect with -K: there are no streams"},
      {"-x tcpdemux -c", "-c has no effect with -x tcpdemux: there are no streams"},
      {"-FX -S tcp_alert_fd=1", "-S tcp_alert_fd has no effect with -FX: there are no files"},
      {"-K --gap mark", "--gap has no effect with -K: there are no streams"},
      {"-FX --gap mark", "--gap has no effect with -FX: there are no files"},
      {"-K --max-held 1M", "--max-held has no effect with -K: there are no streams"},
      {"-q --summary", "--summary has no effect with -q"},
      {"-q --progress always", "--progress has no effect with -q"},
      {"-c -e md5", "scanner md5 has no effect without a report to put digests in: add -X FILE"},
      {"-S enable_report=NO -X f", "-X has no effect with -S enable_report=NO"},
      {"--keep-alternatives -c",
       "--keep-alternatives writes nothing with -c or -C: there are no files"},
      {"--keep-alternatives -FX",
       "--keep-alternatives writes nothing with -FX: there are no files"},
  };
  for (const auto& [line, warning] : cases)
    EXPECT_THAT(options_of(line).warnings, Contains(warning)) << line;
}

TEST(Options, TakeAnEmptyCommandLine) {
  const Result<Options, UsageError> options = parse_options({});
  EXPECT_TRUE(options);
}

}  // namespace
}  // namespace tcpflow
