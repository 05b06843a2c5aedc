using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace KafkaMesh.Codec.Tests.Packaging;

/// <summary>The library as a stranger gets it: packed, and used by a trimmed program that knows nothing of this repository.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Version = "9.9.9-test";

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <InvariantGlobalization>true</InvariantGlobalization>
            <IsAotCompatible>true</IsAotCompatible>
            <PublishTrimmed>true</PublishTrimmed>
            <TrimmerSingleWarn>false</TrimmerSingleWarn>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="KafkaMesh.Codec" Version="9.9.9-test" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using System.Buffers;
        using System.Text;
        using System.Text.Json;
        using KafkaMesh.Codec;

        ReadOnlySpan<byte> input = Convert.FromHexString("0000000f00000005000000000a001b00AAAAAA")[..19];
        var frames = new FrameReader(MessageKind.Response);
        while (frames.Read(ref input, out var body) is var found && found != FrameEvent.NeedMoreData)
        {
            if (found == FrameEvent.Header)
                frames.SetResponseHeaderVersion(KafkaSchema.GetResponseHeaderVersion(12, 4));
            if (found == FrameEvent.FrameStart)
                Console.WriteLine($"{frames.FrameSize} bytes");
        }

        var heartbeat = Convert.FromHexString("0000000a001b00");
        var bodies = new BodyReader();
        var sink = new Sink();
        bodies.TryStart(12, 4, MessageKind.Response, heartbeat.Length);
        Console.WriteLine(bodies.Read(heartbeat, ref sink));
        var view = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(view);
        Console.WriteLine(JsonView.Write(12, 4, MessageKind.Response, heartbeat, json));
        json.Flush();
        Console.WriteLine(Encoding.UTF8.GetString(view.WrittenSpan));
        using var document = JsonDocument.Parse(view.WrittenMemory);
        var encoded = new ArrayBufferWriter<byte>();
        Console.WriteLine(BodyEncoder.Encode(12, 4, MessageKind.Response, document.RootElement, encoded, out _));
        Console.WriteLine(Convert.ToHexStringLower(encoded.WrittenSpan));
        Console.WriteLine(RecordsReader.Read([], out var records) + " " + records.Count);

        struct Sink : IBodySink
        {
            public void OnNumber(FieldSemantic semantic, long value) => Console.WriteLine($"{semantic} {value}");
            public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length) { }
            public void OnTopicId(TopicId id) { }
            public void OnRecordBatch(in RecordBatchSummary batch) { }
            public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) { }
            public void OnScopeEnd(FieldScopes scopes) { }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-package-");

    [Fact]
    public async Task Pack_Library_IsAPackageThatATrimmedProgramUsesWithoutWarning()
    {
        var package = await PackAsync("first");
        AssertContents(package);
        Assert.Equal(Contents(package), Contents(await PackAsync("second")));

        var program = _directory.CreateSubdirectory("program").FullName;
        File.WriteAllText(Path.Combine(program, "Program.csproj"), Project);
        File.WriteAllText(Path.Combine(program, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(program, "Directory.Build.props"), "<Project />");
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await RunAsync(program, "dotnet", "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.EndsWith("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64", "--self-contained",
            "-o", "out", $"-p:RestoreAdditionalProjectSources={Path.GetDirectoryName(package)}", $"-p:RestoreFallbackFolders={packages}", $"-p:RestorePackagesPath={Path.Combine(_directory.FullName, "packages")}");
        Assert.Equal(
            "15 bytes\nThrottleTimeMs 10\nErrorCode 27\nDone\nNone\n{\"throttleTimeMs\":10,\"errorCode\":27}\nNone\n0000000a001b00\nNone 0\n",
            await RunAsync(program, Path.Combine(program, "out", "Program")));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task<string> PackAsync(string name)
    {
        var folder = Path.Combine(_directory.FullName, name);
        await RunAsync(Repository.Root, "dotnet", "pack", "codec/KafkaMesh.Codec", "-c", "Release", "-v", "quiet", $"-p:Version={Version}", $"-p:ContinuousIntegrationBuild=true", "-o", folder);
        Assert.True(File.Exists(Path.Combine(folder, $"KafkaMesh.Codec.{Version}.snupkg")), "there is no package of symbols");
        return Path.Combine(folder, $"KafkaMesh.Codec.{Version}.nupkg");
    }

    private static void AssertContents(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        var names = archive.Entries.Select(entry => entry.FullName).ToList();
        Assert.Superset(new HashSet<string> { "README.md", "lib/net10.0/KafkaMesh.Codec.dll", "lib/net10.0/KafkaMesh.Codec.xml", "KafkaMesh.Codec.nuspec" }, names.ToHashSet());
        Assert.DoesNotContain(names, name => name.EndsWith(".dll", StringComparison.Ordinal) && name != "lib/net10.0/KafkaMesh.Codec.dll");
        using var content = archive.GetEntry("KafkaMesh.Codec.nuspec")!.Open();
        var metadata = XDocument.Load(content).Root!.Elements().Single();
        string Text(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal(("Apache-2.0", "README.md"), (Text("license"), Text("readme")));
        Assert.StartsWith("The Kafka wire protocol", Text("description"), StringComparison.Ordinal);
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
    }

    /// <summary>What is in a package but for the container's own ids and times.</summary>
    private static List<string> Contents(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Where(entry => entry.FullName is var name && !name.StartsWith("package/", StringComparison.Ordinal) && !name.StartsWith("_rels/", StringComparison.Ordinal)).Select(entry => $"{entry.FullName} {entry.Crc32:x8}").Order(StringComparer.Ordinal)];
    }

    private static async Task<string> RunAsync(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), ("UseSharedCompilation", "false"), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1") })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}\n{await errors}");
        return output;
    }
}
