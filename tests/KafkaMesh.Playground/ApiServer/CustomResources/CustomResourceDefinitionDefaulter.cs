using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.CustomResources;

/// <summary>Fills in what a definition leaves out: list kind, singular name and conversion.</summary>
internal sealed class CustomResourceDefinitionDefaulter : IDefaulter
{
    /// <inheritdoc/>
    public void Apply(WriteContext context, JsonObject obj)
    {
        if (context.Kind.Group != "apiextensions.k8s.io" || obj["spec"] is not JsonObject spec)
        {
            return;
        }

        if (spec["names"] is JsonObject names)
        {
            var kind = names["kind"]?.ToString() ?? "";
            names["listKind"] ??= kind + "List";
            names["singular"] ??= kind.ToLowerInvariant();
        }

        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
    }
}
