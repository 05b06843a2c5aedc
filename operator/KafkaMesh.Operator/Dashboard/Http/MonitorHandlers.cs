using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Answers about monitors and their topology.</summary>
internal sealed class MonitorHandlers(MonitorAnswers answers, FigureStore figures, Gate gate, SharedMonitors shared, AnswerWriter writer, TimeProvider time)
{
    private const int MaxName = 253;
    private const int MaxTopicLength = 249;

    private readonly string _boot = $"{Random.Shared.Next():x8}"; // versions begin anew with the process

    /// <summary>All monitors.</summary>
    public async Task ListAsync(RouteCall call)
    {
        call.Query();
        var scope = await gate.ScopeAsync(call.Context);
        if (scope.Namespaces is null)
        {
            var list = shared.List();
            await writer.WriteAsync(call.Context, () => list.Json, Tag(list.Tag));
            return;
        }
        var tag = $"{figures.Version}-{answers.CountStale(scope.Includes)}-{scope.Tag}";
        await writer.WriteAsync(call.Context, answers.List(scope.Includes), DashboardJson.Default.MonitorListView, Tag(tag));
    }

    /// <summary>One monitor.</summary>
    public async Task GetAsync(RouteCall call)
    {
        var limit = call.Query("limit").Number("limit", 1, 10_000, MonitorAnswers.DefaultLimit);
        await RequireAsync(call);
        if (limit != MonitorAnswers.DefaultLimit)
        {
            await writer.WriteLargeAsync(call.Context, () => Answer(shared.Write(call.Monitor, limit)));
            return;
        }
        var (json, tag) = Answer(await shared.MonitorAsync(call.Monitor));
        await writer.WriteAsync(call.Context, () => json, tag);

        (byte[] Json, string Tag) Answer(SharedMonitors.Written? found) => found is null ? throw Unknown(call.Monitor) : (found.Json, Tag($"{found.Tag}-{limit}"));
    }

    /// <summary>Time series.</summary>
    public async Task HistoryAsync(RouteCall call)
    {
        var query = call.Query("api", "since");
        var (api, since) = (query.Text("api", 64), query.Time("since"));
        await RequireAsync(call);
        var found = answers.Find(call.Monitor);
        int? apiKey = null;
        if (api is { Length: > 0 })
        {
            apiKey = found?.Names.ApiNames.Where(n => string.Equals(n.Value, api, StringComparison.OrdinalIgnoreCase)).Select(n => (int?)n.Key).FirstOrDefault()
                ?? throw ProblemException.NotFound($"no sidecar of {Name(call.Monitor)} has seen an API '{RequestQuery.Echo(api)}' since this operator leads; the monitor's apis name those that there are");
        }
        var interval = new Contracts.Monitors.ReportSpec().IntervalSeconds;
        await writer.WriteAsync(call.Context, HistoryAnswer.Of(found, apiKey, since, time.GetUtcNow(), interval), DashboardJson.Default.HistoryView);
    }

    /// <summary>Topics, searched and paged.</summary>
    public async Task TopicsAsync(RouteCall call)
    {
        var query = call.Query("q", "sort", "offset", "limit");
        var part = query.Text("q", MaxTopicLength) ?? "";
        var sort = query.Word("sort", "bytesIn", "name", "recordsIn", "recordsOut", "bytesIn", "bytesOut");
        var (offset, limit) = (query.Number("offset", 0, int.MaxValue, 0), query.Number("limit", 1, 1000, 100));
        await RequireAsync(call);
        var matching = (answers.Find(call.Monitor)?.Topics() ?? []).Where(t => t.Name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
        var sorted = sort switch
        {
            "name" => matching.OrderBy(t => t.Name, StringComparer.Ordinal),
            "recordsIn" => matching.OrderByDescending(t => t.RecordsIn),
            "recordsOut" => matching.OrderByDescending(t => t.RecordsOut),
            "bytesOut" => matching.OrderByDescending(t => t.BytesOut),
            _ => matching.OrderByDescending(t => t.BytesIn),
        };
        var page = new TopicPageView(time.GetUtcNow(), matching.Count, [.. sorted.ThenBy(t => t.Name, StringComparer.Ordinal).Skip(offset).Take(limit)]);
        await writer.WriteAsync(call.Context, page, DashboardJson.Default.TopicPageView);
    }

    /// <summary>Who talks to whom.</summary>
    public async Task TopologyAsync(RouteCall call)
    {
        var query = call.Query("namespace", "monitor", "by", "limit");
        var (space, monitor) = (query.Text("namespace", MaxName), query.Text("monitor", MaxName));
        var byPod = query.Word("by", "workload", "workload", "pod") == "pod";
        var limit = query.Number("limit", 1, 1000, 50);
        if (monitor is not null && space is null)
            throw ProblemException.BadRequest("the parameter monitor needs namespace too: monitors of several namespaces may have one name");
        var scope = await gate.ScopeAsync(call.Context);
        if (space is not null)
            await gate.RequireLookAsync(call.Context, space);
        if (monitor is not null && !answers.Exists(new NamespacedName(space, monitor)))
            throw Unknown(new NamespacedName(space, monitor));
        await writer.WriteLargeAsync(call.Context, () =>
        {
            var found = answers.FindAll(space, scope.Includes).Where(f => monitor is null || f.Round.Key.Name == monitor).ToList();
            var view = new TopologyBuilder(byPod).Build(found, limit, time.GetUtcNow());
            return (JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Default.TopologyView), null);
        });
    }

    /// <summary>The sentence about a monitor that does not exist.</summary>
    public static ProblemException Unknown(NamespacedName key) =>
        ProblemException.NotFound($"there is no KafkaMonitor {Name(key)}; it may have been deleted, and kubectl get kafkamonitors -A lists those that there are");

    private static string Name(NamespacedName key) => $"{RequestQuery.Echo(key.Namespace ?? "")}/{RequestQuery.Echo(key.Name)}";

    private string Tag(string tag) => $"{_boot}-{tag}";

    // Permission first: who may not look learns not even what exists.
    private async Task RequireAsync(RouteCall call)
    {
        await gate.RequireLookAsync(call.Context, call.Namespace);
        if (!answers.Exists(call.Monitor))
            throw Unknown(call.Monitor);
    }
}
