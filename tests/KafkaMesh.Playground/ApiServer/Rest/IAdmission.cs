using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Mutating admission: built-in plug-ins, then webhooks. Stages run in the order of the list.</summary>
internal interface IAdmission
{
    /// <summary>
    /// Admits a write; <paramref name="obj"/> is the new object (defaults and managedFields set; no uid, no creationTimestamp, no generated
    /// name), null for a deletion and for connections without a body.
    /// </summary>
    /// <returns>The object to go on with: the same one, changed in place or not, or another.</returns>
    /// <exception cref="ApiException">The write is refused.</exception>
    ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj);
}
