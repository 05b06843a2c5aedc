using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>PATCH with application/strategic-merge-patch+json; custom resources do not have it.</summary>
internal sealed class StrategicPatcher(SchemaCatalog schemas) : IPatcher
{
    /// <inheritdoc/>
    public string MediaType => "application/strategic-merge-patch+json";

    /// <inheritdoc/>
    public bool Supports(ResourceKind kind) => !kind.IsCustom;

    /// <inheritdoc/>
    public JsonObject Apply(WriteContext context, JsonObject current, ReadOnlyMemory<byte> patch)
        => StrategicMergePatch.Apply(current, PatchDocument.ReadObject(patch), schemas.For(context.Kind));
}
