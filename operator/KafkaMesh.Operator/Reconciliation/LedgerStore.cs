using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Stats;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Keeps ledgers in ConfigMaps that their monitors own: they go when the monitor goes.</summary>
internal sealed class LedgerStore(IKubernetesClient client, ILogger log)
{
    private const string DataKey = "ledger.json.gz";

    /// <summary>Name of a monitor's ConfigMap.</summary>
    public static string NameOf(string monitor) => $"kafkamesh-ledger-{monitor}";

    /// <summary>Loads the ledger of a monitor; a fresh one when there is none of this incarnation or it cannot be read.</summary>
    public async Task<StatsLedger> LoadAsync(V1ObjectMeta monitor, CancellationToken cancellationToken)
    {
        var map = await client.GetAsync(BuiltInEntities.ConfigMaps, NameOf(monitor.Name!), monitor.NamespaceProperty, cancellationToken);
        if (map is null || !IsOwnedBy(map, monitor.Uid) || (map["binaryData"] as JsonObject)?[DataKey]?.GetValue<string>() is not { } text)
            return new StatsLedger();
        try
        {
            return StatsLedger.From(LedgerCodec.Decode(Convert.FromBase64String(text)));
        }
        catch (Exception error) when (error is InvalidDataException or FormatException)
        {
            log.Warning("ConfigMap {Namespace}/{Name} is no ledger ({Error}); totals continue from the status", monitor.NamespaceProperty, NameOf(monitor.Name!), error.Message);
            return new StatsLedger();
        }
    }

    /// <summary>Stores the ledger of a monitor.</summary>
    public Task SaveAsync(V1ObjectMeta monitor, StatsLedger ledger, CancellationToken cancellationToken)
    {
        var map = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(monitor.Name!),
                ["namespace"] = monitor.NamespaceProperty,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = WellKnownNames.OperatorName },
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = $"{WellKnownNames.Group}/{WellKnownNames.Version}",
                    ["kind"] = WellKnownNames.Kind,
                    ["name"] = monitor.Name,
                    ["uid"] = monitor.Uid,
                }),
            },
            ["binaryData"] = new JsonObject { [DataKey] = Convert.ToBase64String(LedgerCodec.Encode(ledger.Snapshot())) },
        };
        return client.PatchAsync(
            BuiltInEntities.ConfigMaps,
            V1Patch.Apply(map),
            NameOf(monitor.Name!),
            monitor.NamespaceProperty,
            new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true },
            cancellationToken);
    }

    // A monitor of the same name that was deleted and made again starts from zero.
    private static bool IsOwnedBy(JsonObject map, string? uid) =>
        EntityType.RawMetadata(map).OwnerReferences?.Any(o => o.Uid == uid) == true;
}
