using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Stage that fills in defaults; it runs after decoding, after a patch and again after mutating admission.</summary>
internal interface IDefaulter
{
    /// <summary>Adds defaults to <paramref name="obj"/> in place.</summary>
    void Apply(WriteContext context, JsonObject obj);
}
