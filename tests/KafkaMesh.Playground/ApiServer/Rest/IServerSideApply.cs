using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Server-side apply and the record of who set which field (<c>metadata.managedFields</c>).</summary>
internal interface IServerSideApply
{
    /// <summary>Merges an applied configuration into the current object and writes managedFields; <paramref name="current"/> is null for a creation.</summary>
    /// <exception cref="ApiException">409 with FieldManagerConflict causes, 500 for a field that the schema does not declare.</exception>
    JsonObject Apply(WriteContext context, JsonObject? current, JsonObject applied);

    /// <summary>Writes managedFields of a plain create, update or patch into <paramref name="updated"/> in place; called before mutating admission, whose changes belong to nobody.</summary>
    void Track(WriteContext context, JsonObject? old, JsonObject updated);
}
