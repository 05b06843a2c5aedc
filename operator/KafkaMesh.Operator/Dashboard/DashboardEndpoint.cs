using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Assets;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Dashboard.Leader;
using KafkaMesh.Operator.Dashboard.Taps;
using KafkaMesh.Operator.Dashboard.Views;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace KafkaMesh.Operator.Dashboard;

/// <summary>
/// Answers every request of the dashboard: the API's operations by their contract (<c>docs/api/dashboard.openapi.yaml</c>), everything else with the
/// web UI. A replica that does not lead passes the operations on.
/// </summary>
internal sealed class DashboardEndpoint : IDisposable
{
    private const string ApiPrefix = "/api/";
    private const int MaxWaitingBytes = 64 * 1024 * 1024;
    private static readonly byte[] s_contract = ReadContract();

    private readonly DashboardParts _parts;
    private readonly AnswerWriter _writer;
    private readonly Gate _gate;
    private readonly MonitorHandlers _monitors;
    private readonly AssetHandler _assets;
    private readonly ILogger _log;

    /// <summary>Composes the operations.</summary>
    public DashboardEndpoint(DashboardParts parts, ILogger log)
    {
        (_parts, _log) = (parts, log);
        var waiting = new WaitingAnswers(MaxWaitingBytes);
        _writer = new AnswerWriter(waiting, parts.Time);
        var answers = new MonitorAnswers(parts.Monitors, parts.Figures, parts.Time);
        var shared = new SharedMonitors(answers, parts.Figures, parts.Time);
        _gate = new Gate(parts.Reviews, answers, parts.Options);
        _assets = new AssetHandler(new AssetCatalog(typeof(DashboardEndpoint).Assembly), _writer);
        _monitors = new MonitorHandlers(answers, parts.Figures, _gate, shared, _writer, parts.Time);
        Events = new EventsHandler(answers, parts.Figures, _gate, shared, waiting, parts.Time);
        Taps = new TapHandlers(parts.Sidecars, answers, _gate, _writer, parts.Time);
        const string Monitor = "/api/v1/namespaces/{namespace}/monitors/{monitor}";
        const string Pod = "/api/v1/namespaces/{namespace}/pods/{pod}";
        Routes =
        [
            new Route("/api/v1/info", "getInfo", InfoAsync),
            new Route("/api/v1/monitors", "listMonitors", _monitors.ListAsync),
            new Route(Monitor, "getMonitor", _monitors.GetAsync),
            new Route(Monitor + "/history", "getHistory", _monitors.HistoryAsync),
            new Route(Monitor + "/topics", "listTopics", _monitors.TopicsAsync),
            new Route("/api/v1/topology", "getTopology", _monitors.TopologyAsync),
            new Route(Pod + "/connections", "listConnections", Taps.ConnectionsAsync),
            new Route(Pod + "/tap", "tapPod", Taps.PodAsync) { IsStream = true },
            new Route(Monitor + "/tap", "tapMonitor", Taps.MonitorAsync) { IsStream = true },
            new Route("/api/v1/events", "watchEvents", Events.HandleAsync) { IsStream = true },
            new Route("/api/v1/openapi.yaml", "getOpenApi", ContractAsync) { IsLocal = true },
        ];
    }

    /// <summary>The operations.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Streams of what is new.</summary>
    public EventsHandler Events { get; }

    /// <summary>Streams of what sidecars decode.</summary>
    public TapHandlers Taps { get; }

    /// <summary>Answers one request; nothing but a broken connection comes back as an exception.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stopping">The operator stops: streams end.</param>
    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        try
        {
            AssetHandler.Protect(context.Response.Headers);
            await RouteAsync(context, stopping);
        }
        catch (ProblemException problem)
        {
            await _writer.WriteAsync(context, problem);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or BadHttpRequestException)
        {
            _log.Debug("dashboard: {Method} {Path} was broken off: {Error}", context.Request.Method, context.Request.Path.Value, error.Message);
            context.Abort();
        }
        catch (Exception error)
        {
            _log.Error(error, "dashboard: {Method} {Path} failed", context.Request.Method, context.Request.Path.Value);
            await _writer.WriteAsync(context, new ProblemException(500, "the operator failed to answer; its log says why"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private async Task RouteAsync(HttpContext context, CancellationToken stopping)
    {
        var path = context.Request.Path.Value ?? "/";
        var isApi = path.StartsWith(ApiPrefix, StringComparison.Ordinal);
        var (route, names) = isApi ? Find(path) : (null, null);
        if (isApi && route is null)
            throw ProblemException.NotFound("the API has no such path; /api/v1/openapi.yaml lists those that it has");
        if (!HttpMethods.IsGet(context.Request.Method) && (route?.IsStream == true || !HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.Headers.Allow = route?.IsStream == true ? "GET" : "GET, HEAD";
            throw new ProblemException(405, "the dashboard only shows: GET it");
        }
        if (route is null)
            await _assets.HandleAsync(context);
        else if (!route.IsLocal && !_parts.IsLeader())
            await ForwardAsync(context, route, stopping);
        else
            await AnswerAsync(context, route, names!, stopping);
    }

    private (Route? Route, IReadOnlyDictionary<string, string>? Names) Find(string path)
    {
        foreach (var route in Routes)
        {
            if (route.Match(path) is { } names)
                return (route, names);
        }
        return (null, null);
    }

    private Task AnswerAsync(HttpContext context, Route route, IReadOnlyDictionary<string, string> names, CancellationToken stopping)
    {
        if (!route.IsLocal && _parts.WhyNotKnown() is { } why)
            throw new ProblemException(503, $"{why}; try again in a moment");
        return route.Handle(new RouteCall(context, names, stopping));
    }

    // That it knows nothing is what a replica without leader can still say.
    private async Task ForwardAsync(HttpContext context, Route route, CancellationToken stopping)
    {
        try
        {
            await _parts.Leader.ForwardAsync(context, stopping);
        }
        catch (ProblemException problem) when (problem.Status == StatusCodes.Status503ServiceUnavailable && route.OperationId == "getInfo")
        {
            await InfoAsync(new RouteCall(context, new Dictionary<string, string>(), stopping));
        }
    }

    private async Task InfoAsync(RouteCall call)
    {
        call.Query();
        var caller = await _gate.IdentifyAsync(call.Context);
        var info = new InfoView(
            ProductVersion.Text, _gate.Mode, caller?.User, _parts.IsLeader(), _parts.Time.GetUtcNow(), (int)MonitorHistory.Length.TotalSeconds);
        await _writer.WriteAsync(call.Context, info, DashboardJson.Default.InfoView);
    }

    private Task ContractAsync(RouteCall call)
    {
        call.Query();
        return _writer.WriteAsync(call.Context, StatusCodes.Status200OK, "application/yaml", s_contract);
    }

    private static byte[] ReadContract()
    {
        using var stream = typeof(DashboardEndpoint).Assembly.GetManifestResourceStream("openapi.yaml")
            ?? throw new InvalidOperationException("the contract is not in the program");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
