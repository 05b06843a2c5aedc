using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Last stage before storage: decides whether the object may be stored.</summary>
internal interface IValidator
{
    /// <summary>Adds a cause for everything that is wrong with <paramref name="obj"/>; <paramref name="old"/> is null for a creation.</summary>
    void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes);
}
