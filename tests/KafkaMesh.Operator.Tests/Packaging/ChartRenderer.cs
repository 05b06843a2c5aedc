using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>Renders the Helm chart: with helm where it is installed, else with Go's template engine and sprig, which helm is made of.</summary>
internal sealed class ChartRenderer : IDisposable
{
    private const string Sprig = "/usr/share/gocode/src/github.com/Masterminds/sprig";
    private readonly string _directory = Directory.CreateTempSubdirectory("kafkamesh-chart-").FullName;
    private string? _program;

    public static string Folder { get; } = Rendered.Folder("helm");

    private static string? Helm { get; } = OnPath("helm");

    private static string? Go { get; } = OnPath("go") ?? Directory.GetFiles("/usr/lib", "go", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true })
        .FirstOrDefault(f => f.EndsWith("/bin/go", StringComparison.Ordinal));

    /// <summary>Renders as <c>helm template --namespace</c> would.</summary>
    public async Task<List<JsonObject>> RenderAsync(string namespaceName, JsonObject values)
    {
        if (Helm is not null)
        {
            var file = Path.Combine(_directory, "values.json");
            await File.WriteAllTextAsync(file, values.ToJsonString());
            return Yaml.ReadAll(await RunAsync(Helm, ["template", "kafkamesh", Folder, "--namespace", namespaceName, "-f", file], ""));
        }
        Assert.SkipUnless(Go is not null && Directory.Exists(Sprig), "neither helm nor Go with sprig (Debian: golang-1.19-go, golang-github-masterminds-sprig-dev) is here: the chart cannot be rendered");
        _program ??= await BuildAsync();
        var data = new JsonObject
        {
            ["Values"] = Merged((JsonObject)Yaml.ReadAll(await File.ReadAllTextAsync(Path.Combine(Folder, "values.yaml"))).Single(), values),
            ["Release"] = new JsonObject { ["Name"] = "kafkamesh", ["Namespace"] = namespaceName },
            ["Chart"] = new JsonObject { ["AppVersion"] = "0" },
        };
        return Yaml.ReadAll(await RunAsync(_program, [Path.Combine(Folder, "templates")], data.ToJsonString()));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static JsonObject Merged(JsonObject defaults, JsonObject values)
    {
        foreach (var (key, value) in values)
            defaults[key] = defaults[key] is JsonObject below && value is JsonObject above ? Merged((JsonObject)below.DeepClone(), above) : value?.DeepClone();
        return defaults;
    }

    private async Task<string> BuildAsync()
    {
        var program = Path.Combine(_directory, "render");
        var source = Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests", "testdata", "helm", "render.go");
        await RunAsync(Go!, ["build", "-o", program, source], "");
        return program;
    }

    private async Task<string> RunAsync(string program, string[] arguments, string input)
    {
        var start = Programs.Describe(program, arguments);
        foreach (var (name, value) in new[] { ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOCACHE", Path.Combine(_directory, "cache")), ("GOFLAGS", ""), ("CGO_ENABLED", "0") })
            start.Environment[name] = value;
        var result = await Programs.RunAsync(start, Encoding.UTF8.GetBytes(input), TimeSpan.FromMinutes(3));
        Assert.True(result.Code == 0, $"{program} ended with {result.Code}: {result.Errors}");
        return result.Text;
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
