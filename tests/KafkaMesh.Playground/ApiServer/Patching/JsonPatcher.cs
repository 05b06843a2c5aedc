using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>PATCH with application/json-patch+json.</summary>
internal sealed class JsonPatcher : IPatcher
{
    /// <inheritdoc/>
    public string MediaType => "application/json-patch+json";

    /// <inheritdoc/>
    public bool Supports(ResourceKind kind) => true;

    /// <inheritdoc/>
    public JsonObject Apply(WriteContext context, JsonObject current, ReadOnlyMemory<byte> patch)
    {
        var operations = PatchDocument.ReadOperations(patch);
        if (operations.Count > JsonPatch.MaxOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge",
                $"The allowed maximum operations in a JSON patch is {JsonPatch.MaxOperations}, got {operations.Count}");
        }

        try
        {
            return JsonPatch.Apply(current, operations);
        }
        catch (JsonPatchException)
        {
            // A real server does not tell the client which operation failed (raw-errors:227).
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request", []);
        }
    }
}
