using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>The shipped Grafana dashboards as files. That their queries have data is for the end-to-end tests.</summary>
public sealed class DashboardTests
{
    private static readonly string Folder = Path.Combine(Rendered.Folder("grafana"), "dashboards");

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Dashboard_Panels_HaveTheirOwnIdAndPlace(string file)
    {
        var panels = Read(file)["panels"]!.AsArray();
        var taken = new HashSet<(int X, int Y)>();

        Assert.Equal(panels.Count, panels.Select(p => (int)p!["id"]!).Distinct().Count());
        foreach (var place in panels.Select(p => p!["gridPos"]!))
        {
            var (x, y, width, height) = ((int)place["x"]!, (int)place["y"]!, (int)place["w"]!, (int)place["h"]!);
            Assert.InRange(x + width, 1, 24);
            Assert.All(from column in Enumerable.Range(x, width) from row in Enumerable.Range(y, height) select (column, row), cell => Assert.True(taken.Add(cell), $"two panels at {cell}"));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Dashboard_Queries_UseOnlyVariablesThatItHasAndTheDataSourceChosen(string file)
    {
        var dashboard = Read(file);
        var variables = dashboard["templating"]!["list"]!.AsArray().Select(v => "$" + v!["name"]).Concat(["$__rate_interval", "$__range"]).ToHashSet(StringComparer.Ordinal);
        var targets = dashboard["panels"]!.AsArray().SelectMany(p => p!["targets"]?.AsArray() ?? []).ToList();

        Assert.NotEmpty(targets);
        foreach (var target in targets)
        {
            Assert.Equal("${datasource}", target!["datasource"]!["uid"]!.ToString());
            var used = Regex.Matches(target["expr"]!.ToString(), @"\$\w+", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m.Value);
            Assert.All(used, name => Assert.Contains(name, variables));
        }
    }

    [Fact]
    public async Task ConfigMaps_Rendered_HoldEveryDashboardUnderItsOwnUid()
    {
        var maps = (await Rendered.ObjectsAsync("grafana")).ToList();

        Assert.All(maps, map => Assert.Equal(("ConfigMap", "1"), (map["kind"]!.ToString(), map["metadata"]!["labels"]!["grafana_dashboard"]!.ToString())));
        var data = maps.SelectMany(map => map["data"]!.AsObject()).ToDictionary(entry => entry.Key, entry => entry.Value!.ToString());
        Assert.Equal(Files().Select(row => row.Data), data.Keys.Order(StringComparer.Ordinal));
        Assert.All(data, entry => Assert.True(JsonNode.DeepEquals(Read(entry.Key), JsonNode.Parse(entry.Value))));
        Assert.Equal(data.Count, data.Values.Select(text => JsonNode.Parse(text)!["uid"]!.ToString()).Distinct(StringComparer.Ordinal).Count());
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
}
