using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Clients of a round: what living sidecars know.</summary>
internal static class ClientFigures
{
    private const int MaxClients = 20_000;

    /// <summary>All clients, by id.</summary>
    public static IReadOnlyList<ClientView> Of(CollectionRound round)
    {
        var clients = new Dictionary<ClientStats, NameSample>();
        foreach (var (pod, report) in PodNames.Of(round))
        {
            foreach (var client in report.Clients)
            {
                if (!clients.TryGetValue(client, out var pods))
                {
                    if (clients.Count >= MaxClients)
                        continue;
                    clients[client] = pods = new NameSample();
                }
                pods.Add(pod);
            }
        }
        return
        [
            .. clients.Select(c => new ClientView(c.Key.ClientId, c.Key.Software, c.Key.SoftwareVersion, c.Value.Names, c.Value.More))
                .OrderBy(c => c.ClientId, StringComparer.Ordinal).ThenBy(c => c.Software, StringComparer.Ordinal).ThenBy(c => c.Version, StringComparer.Ordinal),
        ];
    }
}
