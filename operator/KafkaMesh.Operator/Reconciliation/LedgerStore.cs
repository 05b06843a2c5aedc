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
    /// <returns>The ledger, and the version that <see cref="SaveAsync"/> takes.</returns>
    public async Task<(StatsLedger Ledger, string Version)> LoadAsync(V1ObjectMeta monitor, CancellationToken cancellationToken)
    {
        var map = await GetAsync(monitor, cancellationToken);
        return (Read(monitor, map), VersionOf(map));
    }

    /// <summary>Version of the stored ledger; empty when there is none.</summary>
    public async Task<string> ReadVersionAsync(V1ObjectMeta monitor, CancellationToken cancellationToken) => VersionOf(await GetAsync(monitor, cancellationToken));

    private StatsLedger Read(V1ObjectMeta monitor, JsonObject? map)
    {
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

    /// <summary>Stores the ledger of a monitor over the version that the caller knows, and over no other: a successor may have written since.</summary>
    /// <returns>The version that it has now.</returns>
    /// <exception cref="ApiException">It is another version, or the server refuses.</exception>
    public async Task<string> SaveAsync(V1ObjectMeta monitor, StatsLedger ledger, string version, CancellationToken cancellationToken)
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
        if (version.Length == 0)
            return VersionOf(await client.CreateAsync(BuiltInEntities.ConfigMaps, map, new WriteOptions { FieldManager = WellKnownNames.FieldManager }, cancellationToken));
        map["metadata"]!["resourceVersion"] = version;
        return VersionOf(await client.PatchAsync(
            BuiltInEntities.ConfigMaps,
            V1Patch.Apply(map),
            NameOf(monitor.Name!),
            monitor.NamespaceProperty,
            new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true },
            cancellationToken));
    }

    private Task<JsonObject?> GetAsync(V1ObjectMeta monitor, CancellationToken cancellationToken) =>
        client.GetAsync(BuiltInEntities.ConfigMaps, NameOf(monitor.Name!), monitor.NamespaceProperty, cancellationToken);

    private static string VersionOf(JsonObject? map) => (map is null ? null : EntityType.RawMetadata(map).ResourceVersion) ?? "";

    // A monitor of the same name that was deleted and made again starts from zero.
    private static bool IsOwnedBy(JsonObject map, string? uid) =>
        EntityType.RawMetadata(map).OwnerReferences?.Any(o => o.Uid == uid) == true;
}
