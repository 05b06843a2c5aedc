using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Gives a new pod its first status, after all webhooks: phase Pending and the quality-of-service class.</summary>
internal sealed class PodStatusInit(SchemaCatalog schemas) : IAdmission
{
    private static readonly string[] Counted = ["cpu", "memory"];

    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (obj is not null && context.Subresource.Length == 0 && context.Kind is { Group: "", Kind: "Pod" })
        {
            if (context.Operation == WriteOperation.Create)
            {
                obj["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QosClass(obj.Map("spec")) };
                new FieldChecker(schemas).Normalise(context.Kind, obj);
            }
        }

        return ValueTask.FromResult(obj);
    }

    /// <summary>Guaranteed, Burstable or BestEffort from requests and limits of cpu and memory.</summary>
    public static string QosClass(JsonObject? spec)
    {
        var containers = spec.Items("initContainers").Concat(spec.Items("containers")).Select(c => c.Map("resources")).ToList();
        if (!containers.Exists(r => Counted.Any(name => IsSet(r, "requests", name) || IsSet(r, "limits", name))))
        {
            return "BestEffort";
        }

        var isGuaranteed = containers.TrueForAll(r => Counted.All(name => IsSet(r, "limits", name)
            && Amount(r, "requests", name) == Amount(r, "limits", name)));
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }

    private static bool IsSet(JsonObject? resources, string list, string name) => Amount(resources, list, name) is > 0;

    private static decimal? Amount(JsonObject? resources, string list, string name)
        => Quantity.Parse(resources.Map(list).Text(name) is { Length: > 0 } text ? text : "0");
}
