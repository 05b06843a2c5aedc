using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>Asks the operator for what a view shows.</summary>
/// <param name="client">The operator.</param>
/// <param name="scope">Which KafkaMonitors.</param>
internal sealed class TopSource(OperatorClient client, TopScope scope)
{
    private const int MaxMonitors = 50; // each is a request
    private const int MaxNames = 1000;

    /// <summary>Asks.</summary>
    /// <exception cref="OperatorApiException">There is no answer, or no such KafkaMonitor.</exception>
    /// <exception cref="Kubernetes.Client.ApiException">The API server does not answer.</exception>
    public async Task<TopData> LoadAsync(TopView view, CancellationToken cancellationToken)
    {
        if (scope.Monitor is not null)
        {
            var one = await DetailAsync(scope.Namespace!, scope.Monitor, cancellationToken);
            return new TopData(one.Now, [one], [one]);
        }
        var list = await client.GetAsync("api/v1/monitors", DashboardJson.Default.MonitorListView, cancellationToken);
        var monitors = list.Monitors.Where(m => scope.Namespace is null || m.Namespace == scope.Namespace).ToList();
        if (!view.NeedsDetails)
            return new TopData(list.Now, monitors, []);
        if (monitors.Count > MaxMonitors)
            throw new OperatorApiException(CommandOutput.ExitUnavailable, $"{scope.Text} has {monitors.Count} KafkaMonitors, too many to add up (at most {MaxMonitors}); name one, or a namespace");
        var details = new List<MonitorView>();
        foreach (var monitor in monitors)
        {
            try
            {
                details.Add(await DetailAsync(monitor.Namespace, monitor.Name, cancellationToken));
            }
            catch (OperatorApiException error) when (error.ExitCode == OperatorApiException.ExitNotFound)
            {
                // It was deleted since the list was made.
            }
        }
        return new TopData(list.Now, monitors, details);
    }

    private Task<MonitorView> DetailAsync(string space, string name, CancellationToken cancellationToken) => client.GetAsync(
        $"api/v1/namespaces/{space}/monitors/{name}?limit={MaxNames}", DashboardJson.Default.MonitorView, cancellationToken);
}
