using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>The answers of the JSON API that a page got about its topology: what it shows is the last one, whatever has been reported since.</summary>
internal sealed class TopologyAnswers
{
    private Task<string> _last = Task.FromResult("{}");

    /// <summary>Listens from now on.</summary>
    public TopologyAnswers(IPage page) => page.Response += (_, response) =>
    {
        if (response.Ok && response.Url.Contains("/api/v1/topology?", StringComparison.Ordinal))
            _last = response.TextAsync();
    };

    /// <summary>Edges of the last answer.</summary>
    public async Task<IReadOnlyList<JsonNode>> EdgesAsync(Func<JsonNode, bool> which) => [.. await ListAsync("edges", which)];

    /// <summary>Pods of a workload in the last answer.</summary>
    public async Task<double> PodsAsync(string workload) => Number((await ListAsync("nodes", n => n["name"]!.ToString() == workload)).Single(), "pods");

    /// <summary>Sum of a figure over edges of a kind.</summary>
    public static double Sum(IEnumerable<JsonNode> edges, string kind, string name) => edges.Where(e => e["kind"]!.ToString() == kind).Sum(e => Number(e, name));

    /// <summary>A figure; not a number when it is not known.</summary>
    public static double Number(JsonNode node, string name) => node[name]?.GetValue<double>() ?? double.NaN;

    private async Task<IEnumerable<JsonNode>> ListAsync(string name, Func<JsonNode, bool> which) =>
        (JsonNode.Parse(await _last)![name]?.AsArray() ?? []).Select(e => e!).Where(which);
}
