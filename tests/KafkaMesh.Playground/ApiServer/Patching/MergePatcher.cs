using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>PATCH with application/merge-patch+json.</summary>
internal sealed class MergePatcher : IPatcher
{
    /// <inheritdoc/>
    public string MediaType => "application/merge-patch+json";

    /// <inheritdoc/>
    public bool Supports(ResourceKind kind) => true;

    /// <inheritdoc/>
    public JsonObject Apply(WriteContext context, JsonObject current, ReadOnlyMemory<byte> patch)
        => JsonMergePatch.Apply(current, PatchDocument.ReadObject(patch));
}
