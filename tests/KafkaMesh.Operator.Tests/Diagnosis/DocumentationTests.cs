using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Report;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>docs/findings.md and the code say the same: a code is never without explanation.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "findings.md"));

    [Fact]
    public void Codes_All_AreDistinctAndInOrder()
    {
        var codes = CheckCodes.All.Select(c => c.Code).ToList();

        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.Distinct(codes);
        var fields = typeof(CheckCodes).GetFields().Where(f => f.FieldType == typeof(CheckCode)).Select(f => f.GetValue(null));
        Assert.Equal(fields, CheckCodes.All);
    }

    [Fact]
    public void Page_Sections_AreThoseOfTheCode()
    {
        var sections = Section().Matches(Page).Select(m => (m.Groups["code"].Value, m.Groups["title"].Value)).ToList();

        Assert.Equal(CheckCodes.All.Select(c => (c.Code, c.Title)), sections);
        foreach (var body in Page.Split("\n### ").Skip(1))
        {
            foreach (var part in (string[])["- Means: ", "- See: ", "- Do: "])
                Assert.Contains("\n" + part, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Page_Example_HasTheFieldsOfTheReport()
    {
        var example = JsonNode.Parse(Page.Split("```json")[1].Split("```")[0])!.AsObject();
        var report = JsonNode.Parse(CheckJson.Write(new CheckReport([CheckCodes.MissingSidecars.Warning("m", "a").About("kafkamonitor/demo/orders"), CheckCodes.ApiServer.Ok("o")])))!.AsObject();

        Assert.Equal(Names(example), Names(report));
        Assert.Equal(Names(example["counts"]!), Names(report["counts"]!));
        Assert.Equal(Names(example["findings"]![0]!).Order(), Names(report["findings"]![0]!).Order());
        Assert.Equal(("warning", "ok"), (report["result"]!.ToString(), report["findings"]![1]!["verdict"]!.ToString()));
        Assert.Null(report["findings"]![1]!["advice"]);
    }

    [Theory]
    [InlineData(new[] { Verdict.Ok, Verdict.Unknown }, 0)]
    [InlineData(new[] { Verdict.Ok, Verdict.Unknown, Verdict.Warning }, 1)]
    [InlineData(new[] { Verdict.Warning, Verdict.Error, Verdict.Ok }, 2)]
    public void Report_ExitCode_IsThatOfTheWorstVerdict(object verdicts, int code) =>
        Assert.Equal(code, new CheckReport([.. ((Verdict[])verdicts).Select(v => new Finding(CheckCodes.ApiServer, v, "m"))]).ExitCode);

    [Fact]
    public void Text_HostileMessage_CannotReachTheTerminal()
    {
        var finding = CheckCodes.Annotations.Warning("says \u001b[2J\nok", "do\u202e it");

        var text = new CheckText(new TerminalStyle(IsRich: true)).Write(new CheckReport([finding]));

        Assert.Contains("says \uFFFD[2J\uFFFDok\n", text, StringComparison.Ordinal);
        Assert.Contains("\u001b[33m‼\u001b[0m KM603 ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(p => p.Key);

    [GeneratedRegex(@"^### (?<code>KM[0-9]{3})\n\n\*\*(?<title>.*)\.\*\*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Section();
}
