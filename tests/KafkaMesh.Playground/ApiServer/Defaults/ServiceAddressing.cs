using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Gives Services their cluster address out of 10.96.0.0/16 and keeps it over updates that leave it out.</summary>
internal sealed class ServiceAddressing(ClusterState state, FieldChecker fields) : IAdmission
{
    private const uint First = 0x0A600002; // 10.96.0.2: .0 is the network, .1 the API server's own Service.
    private const uint Last = 0x0A60FFFE;
    private readonly Lock _lock = new();
    private uint _next = First;

    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        JsonObject? result = obj;
        if (obj is null || context.Subresource.Length > 0 || context.Kind is not { Group: "", Kind: "Service" })
        {
            return ValueTask.FromResult(result);
        }

        var spec = obj.MapOrNew("spec");
        if (spec.Text("type") == "ExternalName")
        {
            return ValueTask.FromResult(result);
        }

        if (spec.Text("clusterIP").Length == 0)
        {
            spec["clusterIP"] = context.Old.Map("spec").Text("clusterIP") is { Length: > 0 } kept ? kept : Allocate();
        }

        spec["clusterIPs"] = new JsonArray(spec.Text("clusterIP"));
        spec.Default("ipFamilies", new JsonArray("IPv4"));
        spec.Default("ipFamilyPolicy", "SingleStack");
        obj.Default("status", new JsonObject());
        obj.MapOrNew("status").Default("loadBalancer", new JsonObject());
        fields.Normalise(context.Kind, obj);
        return ValueTask.FromResult(result);
    }

    private string Allocate()
    {
        var used = state.List("services").Select(s => s.Map("spec").Text("clusterIP")).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            for (var tries = First; tries <= Last; tries++)
            {
                var candidate = _next;
                _next = _next >= Last ? First : _next + 1;
                var address = new IPAddress([(byte)(candidate >> 24), (byte)(candidate >> 16), (byte)(candidate >> 8), (byte)candidate]).ToString();
                if (!used.Contains(address))
                {
                    return address;
                }
            }
        }

        throw new ApiException(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full");
    }
}
