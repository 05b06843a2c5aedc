using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Applies one kind of patch document.</summary>
internal interface IPatcher
{
    /// <summary>Media type of the document, such as <c>application/merge-patch+json</c>.</summary>
    string MediaType { get; }

    /// <summary>Whether objects of the kind can be patched this way (strategic merge: built-in kinds only).</summary>
    bool Supports(ResourceKind kind);

    /// <summary>The object after the patch; <paramref name="current"/> must not be changed.</summary>
    /// <exception cref="ApiException">400 for an unreadable patch, 422 for one that cannot be applied.</exception>
    JsonObject Apply(WriteContext context, JsonObject current, ReadOnlyMemory<byte> patch);
}
