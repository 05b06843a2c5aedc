using System.IO.Compression;

namespace KafkaMesh.Codec.SchemaTool.Tests;

/// <summary>A new release, as a jar or directory over the checked-in schema: what is reported, and that a bad one changes nothing.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Request = """
        // Licence.
        {"apiKey": 12, "type": "request", "listeners": ["broker"], "name": "HeartbeatRequest", "validVersions": "0-5", "flexibleVersions": "4+", "fields": [
          {"name": "GroupId", "type": "string", "versions": "0+", "entityType": "groupId"},
          {"name": "GenerationId", "type": "int32", "versions": "0+"},
          {"name": "MemberId", "type": "string", "versions": "0+"},
          {"name": "GroupInstanceId", "type": "string", "versions": "3+", "nullableVersions": "3+", "default": "null"},
          {"name": "Rack", "type": "string", "versions": "5+", "nullableVersions": "5+"},
          {"name": "Hint", "type": "[]Hint", "versions": "4+", "tag": 0, "taggedVersions": "4+", "fields": [{"name": "Code", "type": "int16", "versions": "4+"}]}]}
        """;

    private const string Response = """
        {"apiKey": 12, "type": "response", "name": "HeartbeatResponse", "validVersions": "0-5", "flexibleVersions": "4+", "fields": [
          {"name": "ThrottleTimeMs", "type": "int32", "versions": "1+", "ignorable": true},
          {"name": "ErrorCode", "type": "int16", "versions": "0+"}]}
        """;

    private const string NewRequest = """{"apiKey": 93, "type": "request", "name": "PingRequest", "validVersions": "0-1", "flexibleVersions": "0+", "fields": []}""";
    private const string NewResponse = """{"apiKey": 93, "type": "response", "name": "PingResponse", "validVersions": "0-1", "flexibleVersions": "0+", "fields": []}""";

    private const string Report = """
        ~ 12 Heartbeat request 4: changed; + Hint []Hint #0; + Hint.Code int16
        + 12 Heartbeat request 5: new; + Rack string?
        + 12 Heartbeat response 5: new, no field differs
        + 93 Ping: new API key, versions 0-1
        """;

    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly TemporaryDirectory _schema = new();
    private readonly TemporaryDirectory _release = new();

    public ImportTests()
    {
        foreach (var file in Directory.GetFiles(TestPaths.Schema)) File.Copy(file, Path.Combine(_schema.Path, Path.GetFileName(file)));
    }

    [Fact]
    public void Import_Jar_ReportsWhatIsNewAndKeepsTheRest()
    {
        var jar = Jar(("common/message/HeartbeatRequest.json", Request), ("common/message/HeartbeatResponse.json", Response), ("common/message/PingRequest.json", NewRequest), ("common/message/PingResponse.json", NewResponse), ("org/apache/kafka/Other.json", "no definition"));
        Assert.Equal((0, ""), (Import($"{jar},{TestPaths.Schema}"), _errors.ToString()));
        Assert.Contains(Report, _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("94 API keys, 728 request and response versions, 135 error codes", _output.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_schema.Path, "093-Ping.kms")));
        Assert.Equal(File.ReadAllText(Path.Combine(TestPaths.Schema, "001-Fetch.kms")), File.ReadAllText(Path.Combine(_schema.Path, "001-Fetch.kms")));
    }

    [Fact]
    public void Import_DirectoryWithErrorList_ReportsTheSameAndTheErrors()
    {
        WriteRelease();
        _release.Write("errors.tsv", string.Concat(File.ReadLines(Path.Combine(TestPaths.Schema, "errors.kms")).Select(ErrorRow)) + "134\tPING_LOST\ttrue\n");
        Assert.Equal((0, ""), (Import($"{_release.Path},{TestPaths.Schema}"), _errors.ToString()));
        Assert.Contains(Report + "\n+ error 134 PING_LOST\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_JarAndDirectory_CanBeMixed()
    {
        WriteRelease();
        var jar = Jar(("common/message/HeartbeatRequest.json", Request), ("common/message/HeartbeatResponse.json", Response));
        Assert.Equal((0, ""), (Import($"{jar},{_release.Path},{TestPaths.Schema}"), _errors.ToString()));
        Assert.Contains(Report, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_SchemaItself_ChangesNothing()
    {
        Assert.Equal((0, ""), (Import(TestPaths.Schema), _errors.ToString()));
        Assert.Contains("Nothing changes.", _output.ToString(), StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public void Import_ReleaseAlone_IsRefusedBecauseVersionsWouldBeLost()
    {
        WriteRelease();
        _release.Write("RequestHeader.json", """{"type": "header", "name": "RequestHeader", "validVersions": "0-2", "flexibleVersions": "2+", "fields": []}""");
        _release.Write("ResponseHeader.json", """{"type": "header", "name": "ResponseHeader", "validVersions": "0-1", "flexibleVersions": "1+", "fields": []}""");
        foreach (var name in new[] { "Subscription", "Assignment" }) _release.Write(name + ".json", $$"""{"type": "data", "name": "ConsumerProtocol{{name}}", "validVersions": "0-3", "flexibleVersions": "none", "fields": []}""");
        Assert.Equal(1, Import(_release.Path));
        Assert.Contains("92 API keys would lose versions", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("itself as the last one; nothing was written.", _errors.ToString(), StringComparison.Ordinal);
        AssertUntouched();
    }

    public static TheoryData<string, string> BadReleases => new()
    {
        { """{"apiKey": 12, "type": "request" """, "not JSON" },
        { Request.Replace("\"int32\"", "\"int33\"", StringComparison.Ordinal), "int33" },
        { Request.Replace("\"0-5\"", "\"0-6\"", StringComparison.Ordinal), "no layer describes both halves of version 6" },
        { Request.Replace("\"default\": \"null\"", "\"default\": \"a b\"", StringComparison.Ordinal), "white space" },
        { Request.Replace("\"about\"", "", StringComparison.Ordinal).Replace("\"mapKey\"", "", StringComparison.Ordinal).Replace("\"entityType\"", "\"entity\"", StringComparison.Ordinal), "unknown attribute 'entity'" },
    };

    [Theory]
    [MemberData(nameof(BadReleases))]
    public void Import_BadDefinition_IsOneSentenceAndChangesNothing(string request, string sentence)
    {
        WriteRelease();
        _release.Write("HeartbeatRequest.json", request);
        Assert.Equal(1, Import($"{_release.Path},{TestPaths.Schema}"));
        Assert.Contains(sentence, _errors.ToString(), StringComparison.Ordinal);
        Assert.Single(_errors.ToString().TrimEnd('\n').Split('\n'));
        AssertUntouched();
    }

    [Fact]
    public void Import_BadJar_IsOneSentenceAndChangesNothing()
    {
        Assert.Equal(1, Import(_release.Write("notes.txt", "no jar at all")));
        Assert.Contains("neither a directory nor a jar", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Import(Jar(("org/apache/kafka/Other.class", "x"))));
        Assert.Contains("a jar without common/message/*.json; the definitions are in the kafka-clients jar.", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Import(Jar(("common/message/Bomb.json", new string(' ', 5 << 20)))));
        Assert.Contains("longer than", _errors.ToString(), StringComparison.Ordinal);
        AssertUntouched();
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
        _schema.Dispose();
        _release.Dispose();
    }

    private static string ErrorRow(string line)
    {
        var words = line.Split(' ');
        return $"{words[0]}\t{words[1]}\t{(words.Length > 2 ? "true" : "false")}\n";
    }

    private void WriteRelease()
    {
        _release.Write("HeartbeatRequest.json", Request);
        _release.Write("HeartbeatResponse.json", Response);
        _release.Write("PingRequest.json", NewRequest);
        _release.Write("PingResponse.json", NewResponse);
    }

    private string Jar(params ReadOnlySpan<(string Name, string Text)> entries)
    {
        var path = Path.Combine(_release.Path, $"kafka-clients-{Directory.GetFiles(_release.Path).Length}.jar");
        using var jar = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            using var content = new StreamWriter(jar.CreateEntry(name).Open());
            content.Write(text);
        }

        return path;
    }

    private int Import(string sources) => new CommandLine(_output, _errors).Run(["import", "--kafka", sources, "--schema", _schema.Path]);

    private void AssertUntouched()
    {
        Assert.Equal(Directory.GetFiles(TestPaths.Schema).Select(Path.GetFileName).Order(StringComparer.Ordinal), Directory.GetFiles(_schema.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in Directory.GetFiles(TestPaths.Schema)) Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(_schema.Path, Path.GetFileName(file))));
    }
}
