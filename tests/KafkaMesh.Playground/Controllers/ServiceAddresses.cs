using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Gives new Services a cluster address that no other Service has.</summary>
internal sealed class ServiceAddresses(ObjectStore store) : IDefaulter
{
    private const int Remembered = 256;
    private readonly Lock gate = new();
    private readonly Queue<string> recent = new();

    public void Apply(WriteContext context, JsonObject obj)
    {
        if (context.Kind is not { Group: "", Kind: "Service" } || context.Subresource.Length > 0 || obj["spec"] is not JsonObject spec) return;
        if (spec.Text("type") == "ExternalName") return;
        var stored = store.Get(new ObjectKey(context.Kind.Storage, context.Namespace, obj.Name()))?.Value;
        if (string.IsNullOrEmpty(spec.Text("clusterIP"))) spec["clusterIP"] = stored.Text("spec", "clusterIP") ?? Choose(context.Kind);
        spec["clusterIPs"] ??= new JsonArray(spec.Text("clusterIP")!);
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
    }

    /// <summary>An address that is neither stored nor given to a Service that is just being stored.</summary>
    private string Choose(ResourceKind kind)
    {
        lock (gate)
        {
            var taken = store.List(kind.Storage).Items.Select(s => s.Value.Text("spec", "clusterIP")).Concat(recent).ToHashSet();
            string address;
            do
            {
                // The first 256 are for addresses that people and the cluster itself choose.
                var number = RandomNumberGenerator.GetInt32(256, 65_535);
                var bytes = NodeNetwork.ServiceRange.BaseAddress.GetAddressBytes();
                (bytes[2], bytes[3]) = ((byte)(number >> 8), (byte)number);
                address = new IPAddress(bytes).ToString();
            }
            while (taken.Contains(address));
            recent.Enqueue(address);
            if (recent.Count > Remembered) recent.Dequeue();
            return address;
        }
    }
}
