using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The LimitRanger plug-in's first half: new pods get the defaults of the namespace's LimitRanges. It runs again after webhooks.</summary>
/// <param name="findRanges">LimitRanges of a namespace.</param>
internal sealed class LimitRangeDefaults(Func<string, IEnumerable<JsonObject>> findRanges) : IAdmission
{
    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (obj is not null && context is { Operation: WriteOperation.Create, Subresource: "" } && context.Kind is { Group: "", Kind: "Pod" })
        {
            foreach (var item in LimitRangeItems.Of(findRanges(context.Namespace), "Container"))
            {
                foreach (var container in obj.Map("spec").Items("initContainers").Concat(obj.Map("spec").Items("containers")))
                {
                    Fill(container, "limits", LimitRangeItems.Limits(item));
                    Fill(container, "requests", LimitRangeItems.Requests(item));
                }
            }
        }

        return ValueTask.FromResult(obj);
    }

    private static void Fill(JsonObject container, string kind, Dictionary<string, JsonNode> defaults)
    {
        foreach (var (resource, amount) in defaults)
        {
            container.MapOrNew("resources").MapOrNew(kind).Default(resource, amount.DeepClone());
        }
    }
}
